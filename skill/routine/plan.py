"""One routine, laid out in time: a flat tuple of steps, each a tuple of timed cues.

A plan is data: it can be printed, compared and stored, and knows neither words nor SSML. The same
routine, wishes and language always give the same plan.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Protocol, TypeAlias

from skill.routine.model import Kind, Side
from skill.routine.wishes import Settled

BOOKENDS: Final = frozenset({Kind.WELCOME, Kind.FAREWELL})
"""The first and the last cue of a plan. Each has a response of its own: no step is led in it."""

LineValue: TypeAlias = "int | str | tuple[str, ...] | Line"
"""What is put into a sentence: a number, a name, a list of names, or another line."""


class Line(NamedTuple):
    """Something to say, in any language."""

    key: str
    """Names the sentence in a language's `words.toml`."""
    values: tuple[tuple[str, LineValue], ...] = ()
    """What is put into the sentence: pairs of a field's name and its value."""
    variant: int = 0
    """Picks one of the phrasings of the sentence, modulo their number."""


class Talk(Protocol):
    """How long one language takes to say things."""

    def ms(self, line: Line) -> int:
        """Milliseconds to say *line*."""


class Mark(NamedTuple):
    """A line that is said within a cue."""

    ms: int
    """Milliseconds from the start of the cue."""
    line: Line
    """What is said then."""


class Place(NamedTuple):
    """One set of a routine. It keeps its meaning when doses, tempo or wishes change."""

    exercise: str
    """The id of the exercise."""
    side: Side
    """The foot, or both."""
    set: int
    """The number of the set on that side, from 1."""


class Cue(NamedTuple):
    """A stretch of time with what is said in it."""

    kind: Kind
    """What the cue is for."""
    ms: int
    """How many milliseconds it takes, speech and silence together."""
    line: Line | None = None
    """What is said at its start; None where it starts in silence."""
    rep: int = 0
    """The number of the repetition or hold it is in, from 1 within the set; 0 before the first."""
    marks: tuple[Mark, ...] = ()
    """What is said later in it, in order."""

    @property
    def lines(self) -> Iterator[Mark]:
        """All that is said in it, in order."""
        if self.line is not None:
            yield Mark(0, self.line)
        yield from self.marks


class Step(NamedTuple):
    """One set on one foot, or one round with both feet."""

    place: Place
    """Which set it is."""
    sets: int
    """How many sets the exercise has on each side."""
    reps: int | None
    """Repetitions of each counted part; None where the exercise is held by time."""
    cues: tuple[Cue, ...]
    """Everything in it, in order. An opening comes first, after the welcome if there is one."""
    entry: Cue
    """Replaces the opening when the listener reaches the step by a jump."""

    @property
    def ms(self) -> int:
        """Milliseconds of all its cues, when it is not reached by a jump."""
        return sum(cue.ms for cue in self.cues)

    def led(self, *, entered: bool = False, after: int = 0) -> tuple[Cue, ...]:
        """The cues between welcome and farewell; *entered* tells that it is reached by a jump.

        With *after*, only what comes after the repetition of that number.
        """
        cues = self.cues
        if cues[0].kind in BOOKENDS:
            cues = cues[1:]
        if cues[-1].kind in BOOKENDS:
            cues = cues[:-1]
        if 0 < after < max(cue.rep for cue in cues):
            last = max(at for at, cue in enumerate(cues) if cue.rep <= after and cue.rep)
            ahead = cues[last + 1 :]
            turn = cues[last].marks[-1:] if self.reps else ()
            # The next direction is announced at the end of the repetition before it.
            said = (Cue(Kind.MOVE, cues[last].ms - mark.ms, mark.line, after) for mark in turn)
            return (*said, *ahead)
        return (self.entry, *cues[1:]) if entered else cues


@dataclass(frozen=True)
class Plan:
    """A routine for one listener, from welcome to farewell."""

    steps: tuple[Step, ...]
    """The steps in the order they are done. A step's number, from 0, is its index here."""
    doses: tuple[Settled, ...] = ()
    """How each exercise is led, in order; several of one where its wishes changed within it."""

    def __hash__(self) -> int:
        """The hash of all steps and doses: a medium keeps what it made of a plan under it."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.steps, self.doses))

    @property
    def ms(self) -> int:
        """Milliseconds from "start" to the end of the last set; waiting for an answer is none."""
        return sum(self.spans_ms)

    @cached_property
    def course(self) -> tuple[Place, ...]:
        """The places of the steps, in order."""
        return tuple(step.place for step in self.steps)

    @cached_property
    def exercises(self) -> tuple[str, ...]:
        """The ids of the exercises, in order."""
        return tuple(dict.fromkeys(step.place.exercise for step in self.steps))

    @cached_property
    def counted(self) -> tuple[tuple[Cue, ...], ...]:
        """The cues of each step from "start" to the end of the last set.

        Welcome and farewell are left out, and so is the prompt after the last set.
        """
        *before, last = (step.led() for step in self.steps)
        return (*before, tuple(cue for cue in last if cue.kind is not Kind.PROMPT))

    @cached_property
    def spans_ms(self) -> tuple[int, ...]:
        """Milliseconds of each step, summed over what is `counted`."""
        return tuple(sum(cue.ms for cue in cues) for cues in self.counted)

    @cached_property
    def set_ups(self) -> Mapping[int, Line]:
        """The instructions of each exercise, by the number of the step that they open."""
        return {
            number: cue.line
            for number, step in enumerate(self.steps)
            for cue in step.cues
            if cue.kind is Kind.SET_UP and cue.line
        }

    def steps_of(self, exercise: str) -> tuple[Step, ...]:
        """The steps of the exercise with that id; empty where the plan leaves it out."""
        return tuple(step for step in self.steps if step.place.exercise == exercise)

    def settled(self, step: int) -> tuple[Settled, ...]:
        """What is settled when all before *step* has been led.

        The last entry is for the exercise that *step* belongs to, even if none of it was led.
        """
        order = self.exercises
        begun = order[: order.index(self.steps[step].place.exercise) + 1]
        kept: list[Settled] = []
        for exercise in begun:
            led = sum(each.place.exercise == exercise for each in self.steps[:step])
            doses = [dose for dose in self.doses if dose.exercise == exercise]
            for dose in doses:
                part = dose._replace(steps=min(dose.steps, led))
                led -= part.steps
                if part.steps or dose is doses[-1]:
                    kept.append(part)
        return tuple(kept)

    def led_ms(self, done: frozenset[Place]) -> int:
        """Milliseconds of the steps that are *done*."""
        spans = zip(self.steps, self.spans_ms, strict=True)
        return sum(ms for step, ms in spans if step.place in done)

    def left_ms(self, step: int) -> int:
        """Milliseconds from the beginning of *step* to the end of the last set."""
        return sum(self.spans_ms[step:])
