"""Where the listener is, and every move from there."""

from enum import StrEnum
from typing import NamedTuple, Self

from skill.routine.model import Side
from skill.routine.plan import Place


class Phase(StrEnum):
    """What is going on at the place.

    READY: nothing is led yet. LEADING: the voice leads. PAUSED: held within a set.
    BETWEEN: the set is done, and the listener is asked what comes next. DONE: it is all over.
    """

    READY = "ready"
    LEADING = "leading"
    PAUSED = "paused"
    BETWEEN = "between"
    DONE = "done"


class Progress(NamedTuple):
    """A bookmark in the *course* of a plan, at its step *at*.

    A voice can say anything at any time, so every move is allowed in every phase: it returns a
    new `Progress`, and one that makes no sense there changes nothing. While LEADING, the steps
    from *at* up to, not including, *until* are being said, and *entered* tells that the first of
    them was reached by a jump; afterwards *since* is where that began. *rep* is the repetition
    that was heard last in the set, 0 before the first.
    """

    course: tuple[Place, ...]
    at: int = 0
    phase: Phase = Phase.READY
    since: int = 0
    until: int = 0
    rep: int = 0
    entered: bool = False
    done: frozenset[Place] = frozenset()
    skipped: frozenset[str] = frozenset()

    @property
    def place(self) -> Place:
        """The set on the foot that this is about."""
        return self.course[self.at]

    @property
    def ahead(self) -> int:
        """The step that `next` leads to; the length of the course where it is the end."""
        return self.at if self.phase is Phase.READY else self.at + 1

    @property
    def led(self) -> tuple[Place, ...]:
        """The sets that are being led."""
        return self.course[self.at : self.until]

    @property
    def at_end(self) -> bool:
        """The last step is done, or the routine was ended."""
        return self.phase is Phase.DONE or (
            self.phase is Phase.BETWEEN and self.at == len(self.course) - 1
        )

    @property
    def under_way(self) -> bool:
        """There is a place to come back to."""
        return self.phase is not Phase.READY and not self.at_end

    def complete(self, exercise: str) -> bool:
        """Every set of *exercise* was done to its end, on every foot, and none was left out."""
        steps = [place for place in self.course if place.exercise == exercise]
        return bool(steps) and exercise not in self.skipped and self.done.issuperset(steps)

    # What was heard of the steps that were led.

    def interrupted(self, step: int, rep: int) -> Self:
        """The voice was cut off in *step*, at *rep*: the steps before it are done."""
        if self.phase is not Phase.LEADING:
            return self
        at = min(max(step, self.at), self.until - 1)
        # All fields in their order: every turn does this, and `_replace` takes twice as long.
        return type(self)(
            self.course,
            at,
            Phase.PAUSED,
            self.at,
            self.until,
            rep,
            self.entered and at == self.at,
            self.done.union(self.course[self.at : at]),
            self.skipped,
        )

    def finished(self) -> Self:
        """All that was led was heard to its end."""
        if self.phase is not Phase.LEADING:
            return self
        return self._replace(
            at=self.until - 1,
            phase=Phase.BETWEEN,
            rep=0,
            since=self.at,
            done=self.done.union(self.led),
        )

    def unheard(self) -> Self:
        """Nothing of what was led can be taken as heard."""
        return self.interrupted(self.at, 0)

    # What the listener asks for.

    def begin(self) -> Self:
        """From the first step, with nothing done."""
        return self._lead(0)._replace(done=frozenset(), skipped=frozenset())

    def next(self) -> Self:
        """The next set or foot; after the last one, the end.

        While a set is only being announced, the next one is that set: it begins at once. So a
        "next" said in the last seconds of the set before never leaves a foot without its turn.
        """
        if self.phase is Phase.PAUSED and not self.rep and not self.entered:
            return self._lead(self.at, entered=True)
        return self._lead(self.ahead)

    def skip(self) -> Self:
        """The next exercise; this one is noted as skipped unless it is over."""
        here, after = self.place.exercise, self._first_after(self.at)
        over = self.phase is Phase.BETWEEN and self.at + 1 == after
        skipped = self.skipped if over or self.complete(here) else self.skipped | {here}
        return self._lead(after)._replace(skipped=skipped)

    def leave(self) -> Self:
        """Leave this exercise out, and wait at its end."""
        return self._replace(
            at=self._first_after(self.at) - 1,
            phase=Phase.BETWEEN,
            rep=0,
            since=self._first_of(self.at),
            skipped=self.skipped | {self.place.exercise},
        )

    def moved(self, course: tuple[Place, ...]) -> Self:
        """The same place in another *course*, or where it would go on from there.

        Where the exercise is not in it any more, that is the first set of the one that follows;
        where none does, the end, or before the start the first set of all.
        """
        after = self._replace(
            course=course,
            since=0,
            until=0,
            done=self.done.intersection(course),
        )
        if self.place in course:
            return after._replace(at=course.index(self.place))
        ahead = [place for place in self.course[self.at :] if place in course]
        if ahead:
            return after._replace(at=course.index(ahead[0]), rep=0, entered=False)
        if self.phase is Phase.READY:
            return after._replace(at=0)
        return after._replace(at=len(course) - 1, phase=Phase.BETWEEN, rep=0, entered=False)

    def repeat(self) -> Self:
        """This set again; after the last one of what was led, all of that again.

        At the end of an exercise that is the exercise, from its first set.
        """
        if self.phase is not Phase.BETWEEN:
            return self._lead(self.at, entered=self._moving)
        if self._first_after(self.at) == self.at + 1:
            return self._lead(self._first_of(self.at))
        return self._lead(self.since, entered=self.since != self._first_of(self.at))

    def back(self) -> Self:
        """The set before; at a prompt, the set just done."""
        if self.phase is Phase.BETWEEN:
            return self._lead(self.at, entered=True)
        step = max(self.at - 1, 0)
        return self._lead(step, entered=step > 0 or self._moving)

    def resume(self) -> Self:
        """On from where it was held: the interrupted set, or what follows a finished one."""
        if self.phase is Phase.PAUSED:
            return self._lead(self.at, entered=self._moving)
        return self._lead(self.ahead)

    def resume_here(self) -> Self:
        """This very set again, be it interrupted or done."""
        return self._lead(self.at, entered=self.phase is Phase.BETWEEN or self._moving)

    def other_foot(self) -> Self:
        """The next set of this exercise that is on the other foot.

        Where none follows, it is the first before that is not done, else the last before.
        """
        here = self.place
        others = [
            step
            for step, place in enumerate(self.course)
            if place.exercise == here.exercise and place.side is here.side.other
        ]
        if here.side is Side.BOTH or not others:
            return self
        later = [step for step in others if step > self.at]
        undone = [step for step in others if self.course[step] not in self.done]
        return self._lead([*later, *undone, others[-1]][0], entered=True)

    def has(self, exercise: str, side: Side) -> bool:
        """Some set of *exercise* is on *side*."""
        return any(place.exercise == exercise and place.side is side for place in self.course)

    def first_side(self, exercise: str) -> Side | None:
        """The side of the first set of *exercise*; None where it has none here."""
        sides = (place.side for place in self.course if place.exercise == exercise)
        return next(sides, None)

    def begun(self, exercise: str) -> bool:
        """A set of *exercise* was done, or the listener is in the midst of one, or past it."""
        if any(place.exercise == exercise for place in self.done):
            return True
        here = self.phase is not Phase.READY and self.place.exercise == exercise
        return here and self._moving

    def to_foot(self, exercise: str, side: Side) -> Self:
        """The set of *exercise* on *side*: this one where it is, else as for the other foot."""
        if self.place.exercise == exercise:
            if self.place.side is side:
                return self._lead(self.at, entered=True)
            return self.other_foot()
        steps = [step for step, place in enumerate(self.course) if place.exercise == exercise]
        there = [step for step in steps if self.course[step].side is side] or steps
        undone = [step for step in there if self.course[step] not in self.done]
        return self._lead([*undone, *there][0], entered=True) if there else self

    def passed_by(self, there: Self) -> int | None:
        """The first undone step, from here on, that a jump to *there* in an exercise leaves out.

        None where it leaves out none, or where what it leads to is done already.
        """
        if there.place in self.done:
            return None
        first = self._first_of(there.at)
        if self.place.exercise == there.place.exercise:
            first = self.ahead if self.phase is Phase.BETWEEN else self.at
        for step in range(first, there.at):
            if self.course[step] not in self.done:
                return step
        return None

    def to_place(self, place: Place) -> Self:
        """That very set, reached by a jump; nowhere else where there is none such."""
        return self._lead(self.course.index(place), entered=True) if place in self.course else self

    def go_to(self, exercise: str, side: Side | None = None) -> Self:
        """The first set of *exercise*, on *side* where one is named and it has one."""
        steps = [step for step, place in enumerate(self.course) if place.exercise == exercise]
        if not steps:
            return self
        there = [step for step in steps if self.course[step].side is side] or steps
        return self._lead(there[0], entered=there[0] != steps[0])

    def led_until(self, until: int) -> Self:
        """Say how far the voice leads before it asks: up to, not including, *until*."""
        until = min(max(until, self.at + 1), len(self.course))
        return self if until == self.until else self._replace(until=until)

    def led_again(self) -> Self:
        """Lead on from here in a course that was changed meanwhile."""
        return self._lead(self.at, entered=self.entered)

    @property
    def _moving(self) -> bool:
        """The listener has had the opening of this set already, and needs no more than a word."""
        return self.rep > 0 or self.entered or self.at != self._first_of(self.at)

    def _lead(self, step: int, *, entered: bool = False) -> Self:
        if step >= len(self.course):
            return self._replace(at=len(self.course) - 1, phase=Phase.DONE, rep=0, entered=False)
        # As in `interrupted`.
        return type(self)(
            self.course,
            step,
            Phase.LEADING,
            step,
            self._first_after(step),
            0,
            entered,
            self.done,
            self.skipped - {self.course[step].exercise},
        )

    def _first_of(self, step: int) -> int:
        """The first step of the exercise that *step* is in."""
        exercise = self.course[step].exercise
        while step and self.course[step - 1].exercise == exercise:
            step -= 1
        return step

    def _first_after(self, step: int) -> int:
        """The step after the last of the exercise that *step* is in."""
        exercise = self.course[step].exercise
        while step < len(self.course) and self.course[step].exercise == exercise:
            step += 1
        return step
