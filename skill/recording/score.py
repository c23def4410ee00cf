"""A timeline as it is played: which set of the plan is heard at which millisecond."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple, Self

from skill.listener.reader import MOST, Reader
from skill.recording.timeline import UNCOUNTED
from skill.routine.model import Side
from skill.routine.plan import Place


class RecordedStep(NamedTuple):
    """One set in a recording. Milliseconds count from the start of the file."""

    place: Place
    """Which set it is."""
    ready_ms: int
    """Where its exercise is announced, for the first set of one; else as `start_ms`."""
    start_ms: int
    """Where it begins, with its instructions or the change of feet before it."""
    end_ms: int
    """Where it ends."""


class Moment(NamedTuple):
    """A moment of a recording, as a place in its plan."""

    step: int
    """The number of the step that is heard, or announced; past the end, the last one."""
    rep: int
    """The repetition or hold that is heard, from 1; 0 outside of any."""
    within: bool
    """Whether the set itself is heard, and not an announcement, the welcome or the farewell."""


@dataclass(frozen=True)
class Score:
    """A recording's steps, in order."""

    name: str
    """The name of the recording."""
    title: str
    """What players show."""
    total_ms: int
    """How long the recording is."""
    steps: tuple[RecordedStep, ...]
    """Its sets, one at least."""
    reps: tuple[tuple[int, int], ...]
    """Where each repetition begins, and its number; in order of time."""

    @classmethod
    def read(cls, name: str, written: object) -> Self:
        """Read the content of a timeline's file.

        Raises `ValueError` where no set is in it.
        """
        reader = Reader(written)
        cues = tuple(_CueRow.read(cue) for cue in reader.tables("cues"))
        steps = tuple(_steps(cues))
        if not steps:
            raise ValueError(f"{name}: no timeline of a recording")
        reps = tuple((cue.at_ms, cue.rep) for cue in cues)
        return cls(name, reader.text("title", ""), reader.number("total_ms"), steps, reps)

    @cached_property
    def numbers(self) -> dict[Place, int]:
        """The number of each set."""
        return {step.place: number for number, step in enumerate(self.steps)}

    @cached_property
    def _ready(self) -> tuple[int, ...]:
        return tuple(step.ready_ms for step in self.steps)

    def moment(self, ms: int) -> Moment:
        """What is heard at *ms*."""
        number = max(bisect_right(self._ready, ms) - 1, 0)
        step = self.steps[number]
        within = step.start_ms <= ms < step.end_ms
        return Moment(number, self._rep(ms) if within else 0, within)

    def heard(self, since_ms: int, until_ms: int) -> frozenset[Place]:
        """The sets that are heard from their beginning to their end between two moments."""
        return frozenset(
            step.place
            for step in self.steps
            if since_ms <= step.start_ms and step.end_ms <= until_ms
        )

    def _rep(self, ms: int) -> int:
        at = bisect_right(self.reps, (ms, MOST)) - 1
        return self.reps[at][1] if at >= 0 else 0


class _CueRow(NamedTuple):
    """What counts of a cue in a timeline's file."""

    at_ms: int
    """Where it begins."""
    end_ms: int
    """Where it ends."""
    place: Place | None
    """The set it belongs to, or announces; None in the welcome and the farewell."""
    counted: bool
    """Whether it is a part of the set."""
    rep: int
    """The repetition it is in, from 1; 0 outside of any."""

    @classmethod
    def read(cls, cue: Reader) -> Self:
        exercise, side = cue.text("exercise", ""), cue.choice("side", Side, Side.BOTH)
        at = cue.number("at_ms")
        return cls(
            at_ms=at,
            end_ms=at + cue.number("ms"),
            place=Place(exercise, side, cue.number("set", 1_000)) if exercise else None,
            counted=cue.text("kind", "") not in UNCOUNTED,
            rep=cue.number("rep", 1_000),
        )


def _steps(cues: tuple[_CueRow, ...]) -> Iterator[RecordedStep]:
    for place, group in groupby(cues, lambda cue: cue.place):
        run = list(group)
        counted = [cue for cue in run if cue.counted]
        if place and counted:
            yield RecordedStep(place, run[0].at_ms, counted[0].at_ms, counted[-1].end_ms)
