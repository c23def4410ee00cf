"""Speech as text.

Silences are in brackets, `Left foot. (10 s) Well done.`, and neighbouring ones are added up.
"""

import re
import textwrap
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from skill.simulator.estimator import Piece

COLUMNS: Final = 100
"""The width of a transcript."""


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
