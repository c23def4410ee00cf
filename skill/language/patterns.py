"""The patterns that phrases are written in: (a|b) is a or b, [a] is nothing or a."""

import re
from collections.abc import Iterator
from typing import Final

_PART: Final = re.compile(r"[()\[\]|]|[^()\[\]|]+")
"""A bracket, a bar, or the words between them."""


def expand(pattern: str) -> tuple[str, ...]:
    """Write a pattern out: (a|b) is a or b, [a] is nothing or a, and they may be nested.

    The plainest phrase comes first. Raises ValueError where brackets do not match.
    """
    parts = iter(_PART.findall(pattern))
    return tuple(" ".join(phrase.split()) for phrase in _alternatives(parts, ""))


def _alternatives(parts: Iterator[str], closing: str) -> list[str]:
    done: list[str] = []
    phrases = [""]
    for part in parts:
        if part == closing:
            return done + phrases
        if part == "|":
            done, phrases = done + phrases, [""]
        elif part in ("(", "["):
            inner = _alternatives(parts, ")" if part == "(" else "]")
            choices = inner if part == "(" else ["", *inner]
            phrases = [phrase + choice for phrase in phrases for choice in choices]
        elif part in (")", "]"):
            raise ValueError(f"has a {part} that closes nothing")
        else:
            phrases = [phrase + part for phrase in phrases]
    if closing:
        raise ValueError(f"lacks a {closing}")
    return done + phrases
