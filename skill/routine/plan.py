"""One routine, laid out in time: a flat tuple of steps, each a tuple of timed cues.

A plan is data: it can be printed, compared and stored, and says nothing of how it is spoken.
The same routine, wishes and language always give the same plan.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Protocol, TypeAlias

from skill.routine.model import Kind, Side
from skill.routine.wishes import Settled

BOOKENDS: Final = frozenset({Kind.WELCOME, Kind.FAREWELL})
"""Cues at the ends of a plan that have a turn of their own, before and after all is led."""

Value: TypeAlias = "int | str | tuple[str, ...] | Line"
"""What goes into a sentence: a number, a name, a list of names, or a phrase of its own."""


class Line(NamedTuple):
    """What to say, as a key to the words of any language, and the values that go in.

    *variant* picks, round and round, among the phrasings that a language has for it.
    """

    key: str
    values: tuple[tuple[str, Value], ...] = ()
    variant: int = 0


class Talk(Protocol):
    """Tells how long a language takes to say things."""

    def ms(self, line: Line) -> int:
        """Milliseconds to say *line*."""
        ...


class Mark(NamedTuple):
    """Something said *ms* milliseconds into a cue, within its time."""

    ms: int
    line: Line


class Place(NamedTuple):
    """Where in a routine: one set (from 1) of an exercise on one side.

    It keeps its meaning when doses, tempo or wishes change, which a step's number would not.
    """

    exercise: str
    side: Side
    set: int


class Cue(NamedTuple):
    """*ms* milliseconds that begin with *line* (or in silence), with *marks* inside.

    *rep* counts the repetitions, or the holds, begun within the set; 0 before the first.
    """

    kind: Kind
    ms: int
    line: Line | None = None
    rep: int = 0
    marks: tuple[Mark, ...] = ()

    @property
    def lines(self) -> Iterator[Mark]:
        """All that is said, each with the moment it is said at."""
        if self.line is not None:
            yield Mark(0, self.line)
        yield from self.marks


class Step(NamedTuple):
    """One set on one foot, or one round with both: *sets* are for each side.

    *reps* are for each counted direction; `None` where the step is held by time. *entry* takes
    the place of the opening cue when the listener comes here by a jump and not in order.
    """

    place: Place
    sets: int
    reps: int | None
    cues: tuple[Cue, ...]
    entry: Cue

    @property
    def ms(self) -> int:
        """How long the step takes in order, everything in it."""
        return sum(cue.ms for cue in self.cues)

    def led(self, *, entered: bool = False) -> tuple[Cue, ...]:
        """The cues that lead it: with its entry in place of its opening where it was *entered*."""
        cues = self.cues
        if cues[0].kind in BOOKENDS:
            cues = cues[1:]
        if cues[-1].kind in BOOKENDS:
            cues = cues[:-1]
        return (self.entry, *cues[1:]) if entered else cues


@dataclass(frozen=True)
class Plan:
    """The steps in the order they are done, counted from 0; each exercise's dose and tempo."""

    steps: tuple[Step, ...]
    doses: tuple[Settled, ...] = ()

    def __hash__(self) -> int:
        """The hash of all steps and doses: a medium keeps what it made of a plan under it."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.steps, self.doses))

    @property
    def ms(self) -> int:
        """How long the whole takes, welcome and farewell included."""
        return sum(step.ms for step in self.steps)

    @cached_property
    def course(self) -> tuple[Place, ...]:
        """The places, in order: all that a bookmark needs to know of a plan."""
        return tuple(step.place for step in self.steps)

    @cached_property
    def exercises(self) -> tuple[str, ...]:
        """The ids of the exercises, in order."""
        return tuple(dict.fromkeys(step.place.exercise for step in self.steps))

    @cached_property
    def spans_ms(self) -> tuple[int, ...]:
        """How long it takes to lead each step, in order."""
        return tuple(sum(cue.ms for cue in step.led()) for step in self.steps)

    @cached_property
    def set_ups(self) -> Mapping[int, Line]:
        """What tells how an exercise goes, by the step that it begins with."""
        return {
            number: cue.line
            for number, step in enumerate(self.steps)
            for cue in step.cues
            if cue.kind is Kind.SET_UP and cue.line
        }

    def steps_of(self, exercise: str) -> tuple[Step, ...]:
        """The steps of the exercise with that id; none where the plan leaves it out."""
        return tuple(step for step in self.steps if step.place.exercise == exercise)

    def settled(self, step: int) -> tuple[Settled, ...]:
        """All that comes before *step*, and the exercise *step* is in, to be kept as they are."""
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
        """Milliseconds of the steps that are *done*, everything in them."""
        return sum(step.ms for step in self.steps if step.place in done)

    def left_ms(self, step: int) -> int:
        """Milliseconds from the beginning of *step* to the end of the plan."""
        return sum(each.ms for each in self.steps[step:])
