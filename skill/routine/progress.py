"""Every move of a listener through a plan."""

from typing import Self

from skill.routine.bookmark import Bookmark, Phase
from skill.routine.model import Side
from skill.routine.plan import Place

__all__ = ["Phase", "Progress"]


class Progress(Bookmark):
    """A bookmark that moves.

    A voice can say anything at any time, so every move is allowed in every phase: it returns a
    new `Progress`, and a move that makes no sense in its phase changes nothing.
    """

    __slots__ = ()

    # What was heard of the steps that were led.

    def interrupted(self, step: int, rep: int, sure: int | None = None) -> Self:
        """The voice was cut off in *step*, in repetition *rep*.

        The steps before *sure* are done, or all before *step* where that is None; those between
        are in doubt.
        """
        if self.phase is not Phase.LEADING:
            return self
        at = min(max(step, self.at), self.until - 1)
        sure = at if sure is None else min(max(sure, self.at), at)
        done, doubted = self._led_to(at, sure)
        return self._replace(
            at=at,
            phase=Phase.PAUSED,
            since=self.at,
            rep=rep,
            entered=self.entered and at == self.at,
            done=done,
            doubted=doubted,
        )

    def finished(self, sure: int | None = None) -> Self:
        """All that was led is over.

        What is before the step *sure* is done, or all where that is None; the rest is in doubt.
        """
        if self.phase is not Phase.LEADING:
            return self
        sure = self.until if sure is None else min(max(sure, self.at), self.until)
        done, doubted = self._led_to(self.until, sure)
        return self._replace(
            at=self.until - 1,
            phase=Phase.BETWEEN,
            since=self.at,
            rep=0,
            done=done,
            doubted=doubted,
        )

    def unheard(self) -> Self:
        """Nothing of what was led is assumed to be heard."""
        return self.interrupted(self.at, 0)

    # What the listener asks for.

    def begin(self) -> Self:
        """From the first step, with nothing done."""
        return self._lead(0)._replace(done=frozenset(), doubted=frozenset(), skipped=frozenset())

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
        here, after = self.place.exercise, self.after(self.at)
        over = self.phase is Phase.BETWEEN and self.at + 1 == after
        skipped = self.skipped if over or self.complete(here) else self.skipped | {here}
        return self._lead(after)._replace(skipped=skipped)

    def skip_foot(self) -> Self:
        """The next set of this exercise on the other foot; else the next exercise."""
        here = self.place
        for step in range(self.at + 1, self.after(self.at)):
            if self.course[step].side is not here.side:
                return self._lead(step, entered=True)
        return self._lead(self.after(self.at))

    def leave(self) -> Self:
        """Leave this exercise out, and wait at its end."""
        return self._replace(
            at=self.after(self.at) - 1,
            phase=Phase.BETWEEN,
            rep=0,
            since=self.first_of(self.at),
            skipped=self.skipped | {self.place.exercise},
        )

    def repeat(self) -> Self:
        """This set again; between two responses, all that the last one led.

        At the end of an exercise that is the exercise, from its first set.
        """
        if self.phase is not Phase.BETWEEN:
            return self._lead(self.at, entered=self.opened)
        if self.after(self.at) == self.at + 1:
            return self._lead(self.first_of(self.at))
        return self._lead(self.since, entered=self.since != self.first_of(self.at))

    def back(self) -> Self:
        """The set before; at a prompt, the set just done."""
        if self.phase is Phase.BETWEEN:
            return self._lead(self.at, entered=True)
        step = max(self.at - 1, 0)
        return self._lead(step, entered=step > 0 or self.opened)

    def resume(self) -> Self:
        """The set that was interrupted, from its start; or what follows the one that is done."""
        if self.phase is Phase.PAUSED:
            return self._lead(self.at, entered=self.opened)
        return self._lead(self.ahead)

    def carry_on(self, after: int, last: int) -> Self:
        """The rest of the set that was interrupted, after repetition *after* of *last*.

        Where none was heard yet, the set from its start; where none is left, the next one.
        """
        if self.phase is not Phase.PAUSED or after <= 0:
            return self.resume()
        if after >= last:
            return self._lead(self.ahead)._replace(done=self.done | {self.place})
        return self._lead(self.at)._replace(rep=after)

    def resume_here(self) -> Self:
        """This set again, whether it was interrupted or done."""
        return self._lead(self.at, entered=self.phase is Phase.BETWEEN or self.opened)

    def other_foot(self) -> Self:
        """The next set of this exercise that is on the other foot.

        Where none follows, the first one before that is not done, or else the last one before.
        """
        here = self.place
        steps = self.steps_of(here.exercise)
        others = [step for step in steps if self.course[step].side is here.side.other]
        if here.side is Side.BOTH or not others:
            return self
        later = [step for step in others if step > self.at]
        return self._lead([*later, *self._undone(others), others[-1]][0], entered=True)

    def to_foot(self, exercise: str, side: Side) -> Self:
        """The set of *exercise* on *side*: in this exercise, this set or as for `other_foot`.

        In another exercise, the first set on that side that is not done, or else the first one;
        where it has no such side, any set counts.
        """
        if self.place.exercise == exercise:
            if self.place.side is side:
                return self._lead(self.at, entered=True)
            return self.other_foot()
        steps = self.steps_of(exercise)
        there = [step for step in steps if self.course[step].side is side] or steps
        return self._lead([*self._undone(there), *there][0], entered=True) if there else self

    def to_place(self, place: Place) -> Self:
        """The set at *place*, reached by a jump; no move where the course does not have it."""
        return self._lead(self.course.index(place), entered=True) if place in self.course else self

    def go_to(self, exercise: str, side: Side | None = None) -> Self:
        """The first set of *exercise*, on *side* where one is named and the exercise has it."""
        steps = self.steps_of(exercise)
        if not steps:
            return self
        there = [step for step in steps if self.course[step].side is side] or steps
        return self._lead(there[0], entered=there[0] != steps[0])

    # What changes when a response is made, or when the plan is.

    def led_until(self, until: int) -> Self:
        """The voice leads up to, not including, the step *until*, but one step at least."""
        until = min(max(until, self.at + 1), len(self.course))
        return self if until == self.until else self._replace(until=until)

    def led_again(self) -> Self:
        """The voice leads from this step again, in a course that has changed meanwhile."""
        return self._lead(self.at, entered=self.entered)

    def moved(self, course: tuple[Place, ...]) -> Self:
        """The same place in another *course*.

        Where the set is not in it, the first set after it that is. Where none is, the end of the
        course, or its first set if the routine has not begun.
        """
        moved = self._replace(
            course=course,
            since=0,
            until=0,
            done=self.done.intersection(course),
            doubted=self.doubted.intersection(course),
        )
        if self.place in course:
            return moved._replace(at=course.index(self.place))
        ahead = [place for place in self.course[self.at :] if place in course]
        if ahead:
            return moved._replace(at=course.index(ahead[0]), rep=0, entered=False)
        if self.phase is Phase.READY:
            return moved._replace(at=0)
        return moved._replace(at=len(course) - 1, phase=Phase.BETWEEN, rep=0, entered=False)

    def _lead(self, step: int, *, entered: bool = False) -> Self:
        """Lead from *step* to the end of its exercise; past the last step, end the routine."""
        if step >= len(self.course):
            return self._replace(at=len(self.course) - 1, phase=Phase.DONE, rep=0, entered=False)
        return self._replace(
            at=step,
            phase=Phase.LEADING,
            since=step,
            until=self.after(step),
            rep=0,
            entered=entered,
            skipped=self.skipped - {self.course[step].exercise},
        )

    def _led_to(self, end: int, sure: int) -> tuple[frozenset[Place], frozenset[Place]]:
        """What is done, and what is in doubt, where the steps before *end* were led.

        Those before *sure* are done. Where a set is done, those that were in doubt are done too:
        the listener went on after them.
        """
        if self.at == end:
            return self.done, self.doubted
        surely, rest = self.course[self.at : sure], self.course[sure:end]
        done = self.done.union(surely, self.doubted if surely else ())
        doubted = self.doubted.difference(done).union(rest).difference(done)
        return done, doubted

    def _undone(self, steps: list[int]) -> list[int]:
        return [step for step in steps if self.course[step] not in self.done]
