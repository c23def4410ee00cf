"""Speech as text: how it is written down, and how it is compared with what was expected.

Silences are in brackets, `Left foot. (10 s) Well done.`, and neighbouring ones are added up. An
expected line may leave something out by an ellipsis that stands alone, `Up. (2 s) ... Well done.`:
it stands for at least one word or silence. Everything else must be heard, in that order. At least
two words or silences must stand beside an ellipsis, so that a line does not fit too many speeches.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from skill.simulator.estimator import Piece

ELLIPSES: Final = frozenset({"...", "\N{HORIZONTAL ELLIPSIS}"})

LEAST_BESIDE: Final = 2
"""How many words or silences must stand between two ellipses, or before or after one."""

COLUMNS: Final = 100
"""The width of a transcript."""

AROUND: Final = 6
"""How many words are shown on each side of a difference."""

_TOKEN: Final = re.compile(r"\(\d+(?:\.\d+)? s\)|\S+")
_SILENCE: Final = re.compile(r"\((\d+(?:\.\d+)?) s\)")


def written(pieces: Iterable[Piece]) -> str:
    """The transcript of *pieces*, in one line."""
    parts = []
    for silent, run in groupby((piece for piece in pieces if piece.ms), lambda it: not it.text):
        if silent:
            parts.append(f"({seconds(sum(piece.ms for piece in run))})")
        else:
            parts.extend(piece.text for piece in run)
    return " ".join(" ".join(parts).split())


def seconds(ms: int) -> str:
    """Write *ms* as seconds, exactly: `20 s`, `1.24 s`."""
    whole, rest = divmod(ms, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".") + " s"


def folded(name: str, text: str, columns: int = COLUMNS) -> str:
    """Write what *name* says in lines of at most *columns*; a silence is not split."""
    whole = _SILENCE.sub("(\\1\N{NO-BREAK SPACE}s)", text)
    lines = textwrap.fill(
        whole,
        columns,
        initial_indent=f"{name}: ",
        subsequent_indent=" " * (len(name) + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines.replace("\N{NO-BREAK SPACE}", " ")


def too_loose(expected: str) -> bool:
    """Whether the ellipses of *expected* leave so little text that almost any speech fits."""
    runs = list(_runs(_TOKEN.findall(expected)))
    beside = runs[not runs[0] : len(runs) - (not runs[-1])]
    return len(runs) > 1 and (not beside or any(len(run) < LEAST_BESIDE for run in beside))


def difference(expected: str, heard: str) -> str:
    """Where *heard* differs from *expected*, in two lines; empty where it does not."""
    tokens = _TOKEN.findall(heard)
    first, *others = _runs(_TOKEN.findall(expected))
    if not others:
        return "" if first == tokens else _apart(first, tokens)
    if tokens[: len(first)] != first:
        return _apart(first, tokens)
    at = len(first)
    last = others.pop()
    until = len(tokens) - len(last)
    for run in others:
        starts = range(at + 1, until - len(run))
        found = next((start for start in starts if tokens[start : start + len(run)] == run), None)
        if found is None:
            return _missing(run, tokens[at:])
        at = found + len(run)
    if at >= until or tokens[until:] != last:
        return _missing(last, tokens[at:])
    return ""


def _runs(tokens: list[str]) -> Iterator[list[str]]:
    """The runs of *tokens* between the ellipses; the first and the last may be empty."""
    run: list[str] = []
    for token in tokens:
        if token in ELLIPSES:
            yield run
            run = []
        else:
            run.append(token)
    yield run


def _apart(expected: list[str], heard: list[str]) -> str:
    same = next(
        (at for at, (one, other) in enumerate(zip(expected, heard, strict=False)) if one != other),
        min(len(expected), len(heard)),
    )
    return f"expected {_around(expected, same)}\nheard    {_around(heard, same)}"


def _missing(expected: list[str], heard: list[str]) -> str:
    return f"expected ... {' '.join(expected)}\nheard    ... {' '.join(heard)}"


def _around(tokens: list[str], at: int) -> str:
    start = max(0, at - AROUND)
    cut = ("..." if start else "", *tokens[start : at + AROUND])
    return " ".join((*cut, "..." if len(tokens) > at + AROUND else "<end>")).strip()
