"""A led reply as a screen needs it: which words and numbers are shown from which millisecond on.

What repeats is written once, as a response has room for 24 kB: texts stand in one list, and the
rows of a set, which is the same for each foot, in one pattern. A block is a pattern at its moment.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from skill.language.words import Words
from skill.routine.model import Kind
from skill.routine.plan import Cue, Line, Step

LENGTHS: Final = (24, 60, 130)
"""The longest texts that are shown in the first, second and third of four sizes, in characters."""

Row = tuple[int, int, int, int, int]
"""Milliseconds from the block's start to the row's, and to the start and end of its cue; then the
index of the words that are said, and of the number of the repetition."""


class Timing(NamedTuple):
    """All that is shown while steps are led. Times are in ms from the first word."""

    texts: tuple[str, ...]
    """The texts that rows point at; the first is empty."""
    patterns: tuple[tuple[Row, ...], ...]
    """The rows of blocks."""
    blocks: tuple[tuple[int, int, int], ...]
    """For each block when it begins, its pattern, and its step, counted from the first led, 0."""
    prompt_at: int
    """When all sets are over."""
    goes_on_at: int
    """When the screen goes on by itself: after all words, and a grace."""

    def as_json(self) -> dict[str, Any]:
        """The part of a screen's data."""
        return {
            "texts": self.texts,
            "sizes": [size_of(text) for text in self.texts],
            "patterns": self.patterns,
            "blocks": self.blocks,
        }


def size_of(text: str) -> int:
    """The size that *text* is shown in: 0 is the largest, 3 the smallest."""
    return bisect_left(LENGTHS, len(text))


class Timer:
    """Collects blocks, one after the other."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._texts = {"": 0}
        self._patterns: dict[tuple[Row, ...], int] = {}
        self._blocks: list[tuple[int, int, int]] = []
        self._at = 0
        self._said_ms = 0

    def opening(self, cues: Sequence[Cue]) -> None:
        """Add the lines before the first step, each as a cue."""
        self._block(0, cues, None)

    def step(self, number: int, step: Step, cues: Sequence[Cue]) -> None:
        """Add a step, which is led by *cues*: what opens it, and its movements."""
        opens = next((at for at, cue in enumerate(cues) if cue.rep), len(cues))
        self._block(number, cues[:opens], step)
        self._block(number, [cue for cue in cues[opens:] if cue.kind is not Kind.PROMPT], step)

    def finish(self, number: int, prompt: Sequence[Cue], wait: "Waiting") -> Timing:
        """Add the *prompt*, which is shown in step *number* until the screen goes on."""
        lines = [mark.line for cue in prompt for mark in cue.lines]
        self._said_ms += sum(map(self._words.ms, lines))
        prompt_at = self._at
        end = prompt_at + sum(cue.ms for cue in prompt)
        until = end - prompt_at + wait.after(self._said_ms)
        said = self._text(" ".join(map(self._words.spoken, lines)))
        self._add(number, ((0, 0, until, said, 0),), until)
        return Timing(
            texts=tuple(self._texts),
            patterns=tuple(self._patterns),
            blocks=tuple(self._blocks),
            prompt_at=prompt_at,
            goes_on_at=self._at,
        )

    def _block(self, number: int, cues: Sequence[Cue], step: Step | None) -> None:
        rows: list[Row] = []
        at = 0
        for cue in cues:
            marks = list(cue.lines)
            if not marks or marks[0].ms:
                rows.append((at, at, at + cue.ms, 0, self._rep(step, cue)))
            for mark in marks:
                self._said_ms += self._words.ms(mark.line)
                said = self._text(self._words.spoken(mark.line))
                rows.append((at + mark.ms, at, at + cue.ms, said, self._rep(step, cue)))
            at += cue.ms
        if rows:
            self._add(number, tuple(rows), at)

    def _add(self, number: int, rows: tuple[Row, ...], ms: int) -> None:
        pattern = self._patterns.setdefault(rows, len(self._patterns))
        self._blocks.append((self._at, pattern, number))
        self._at += ms

    def _rep(self, step: Step | None, cue: Cue) -> int:
        """The repetition as it is counted, from 1 in each direction."""
        if step is None or not step.reps or not cue.rep:
            return 0
        rep = (cue.rep - 1) % step.reps + 1
        values = (("rep", str(rep)), ("reps", str(step.reps)))
        return self._text(self._words.text(Line("screen.rep", values)))

    def _text(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))


class Waiting(NamedTuple):
    """How long a screen waits after the speech."""

    percent: int
    """Percent of the time of all words."""
    ms: int
    """Milliseconds besides."""

    def after(self, said_ms: int) -> int:
        """Milliseconds after a speech whose words take *said_ms*."""
        return said_ms * self.percent // 100 + self.ms
