"""Where a listener is in a plan, and what can be asked about that place."""

from enum import StrEnum
from typing import NamedTuple, Self

from skill.routine.model import Side
from skill.routine.plan import Place


class Phase(StrEnum):
    """What is going on at the place."""

    READY = "ready"
    """Nothing was led yet."""
    LEADING = "leading"
    """The voice leads."""
    PAUSED = "paused"
    """The voice was stopped within a set."""
    BETWEEN = "between"
    """A set is done, and the listener is asked how to go on."""
    DONE = "done"
    """The routine is over."""


class Bookmark(NamedTuple):
    """A place in a plan, and what was done of the plan. `Progress` adds the moves."""

    course: tuple[Place, ...]
    """The places of the plan's steps, in order."""
    at: int = 0
    """The number of the step that the listener is in, or has finished where BETWEEN."""
    phase: Phase = Phase.READY
    """What is going on there."""
    since: int = 0
    """The step at which the voice began to lead most recently."""
    until: int = 0
    """The step before which the voice stops leading; means nothing unless LEADING."""
    rep: int = 0
    """The repetition that was heard last in the set, from 1; 0 before the first.

    Where the voice is leading, the repetition after which it began; 0 for the whole set.
    """
    entered: bool = False
    """Whether the step was reached by a jump, so that a short entry replaces its opening."""
    done: frozenset[Place] = frozenset()
    """The sets that were led to their end."""
    skipped: frozenset[str] = frozenset()
    """The ids of the exercises that the listener left out."""
    doubted: frozenset[Place] = frozenset()
    """The sets that were led, and that a slow voice may not have led to their end."""

    @property
    def place(self) -> Place:
        """The set that the listener is in."""
        return self.course[self.at]

    @property
    def ahead(self) -> int:
        """The step that `Progress.next` leads to; the length of the course at its end."""
        return self.at if self.phase is Phase.READY else self.at + 1

    @property
    def led(self) -> tuple[Place, ...]:
        """The sets that are being led."""
        return self.course[self.at : self.until]

    @property
    def at_end(self) -> bool:
        """Whether the last step is done, or the routine was ended."""
        return self.phase is Phase.DONE or (
            self.phase is Phase.BETWEEN and self.at == len(self.course) - 1
        )

    @property
    def idle(self) -> bool:
        """Whether the listener is at no set: nothing was led yet, or the routine is over."""
        return self.phase in {Phase.READY, Phase.DONE}

    @property
    def under_way(self) -> bool:
        """Whether the routine has begun and is not over."""
        return self.phase is not Phase.READY and not self.at_end

    @property
    def announced(self) -> Place | None:
        """Between two exercises: the first set of the next one, which the prompt announces."""
        if self.phase is not Phase.BETWEEN or self.at_end:
            return None
        there = self.course[self.ahead]
        return None if there.exercise == self.place.exercise else there

    @property
    def opened(self) -> bool:
        """Whether the opening of this set was heard, so that the entry is enough."""
        return self.rep > 0 or self.entered or self.at != self.first_of(self.at)

    def complete(self, exercise: str) -> bool:
        """Whether every set of *exercise* was led to its end, on every foot."""
        places = [place for place in self.course if place.exercise == exercise]
        return bool(places) and exercise not in self.skipped and self.done.issuperset(places)

    def begun(self, exercise: str) -> bool:
        """Whether a set of *exercise* was done, or the listener has heard one's opening."""
        if any(place.exercise == exercise for place in self.done):
            return True
        here = self.phase is not Phase.READY and self.place.exercise == exercise
        return here and self.opened

    def has(self, exercise: str, side: Side) -> bool:
        """Whether some set of *exercise* is on *side*."""
        return any(place.exercise == exercise and place.side is side for place in self.course)

    def first_side(self, exercise: str) -> Side | None:
        """The side of the first set of *exercise*; None where the course has none."""
        steps = self.steps_of(exercise)
        return self.course[steps[0]].side if steps else None

    def steps_of(self, exercise: str) -> list[int]:
        """The steps of *exercise*, in order."""
        return [step for step, place in enumerate(self.course) if place.exercise == exercise]

    def first_of(self, step: int) -> int:
        """The first step of the exercise that *step* belongs to."""
        exercise = self.course[step].exercise
        while step and self.course[step - 1].exercise == exercise:
            step -= 1
        return step

    def after(self, step: int) -> int:
        """The step after the last of the exercise that *step* belongs to."""
        course, end = self.course, len(self.course)
        exercise = course[step].exercise
        while step < end and course[step].exercise == exercise:
            step += 1
        return step

    def passed_by(self, there: Self) -> int | None:
        """The first undone step that a jump from here to *there*, in an exercise, leaves out.

        None where it leaves out none, or where *there* is done already.
        """
        if there.place in self.done:
            return None
        first = self.first_of(there.at)
        if self.place.exercise == there.place.exercise:
            first = self.ahead if self.phase is Phase.BETWEEN else self.at
        undone = (step for step in range(first, there.at) if self.course[step] not in self.done)
        return next(undone, None)
