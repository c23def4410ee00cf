"""How speech, written down, is compared with what was expected of it.

An expected line may leave something out by an ellipsis that stands alone, `Up. (2 s) ... Down.`:
it stands for at least one word or silence. Everything else must be heard, in that order. At least
two words or silences must stand beside an ellipsis, so that a line does not fit too many speeches.
"""

import re
from collections.abc import Iterator
from typing import Final

ELLIPSES: Final = frozenset({"...", "\N{HORIZONTAL ELLIPSIS}"})

LEAST_BESIDE: Final = 2
"""How many words or silences must stand between two ellipses, or before or after one."""

AROUND: Final = 6
"""How many words are shown on each side of a difference."""

_TOKEN: Final = re.compile(r"\(\d+(?:\.\d+)? s\)|\S+")


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
