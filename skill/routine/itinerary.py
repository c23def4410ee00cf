"""A listener's way through a routine: a plan, a place in it, and wishes that change what is ahead.

What was led stays as it was, what is ahead is planned anew, and the place is kept.
"""

from collections.abc import Callable
from typing import NamedTuple, Self

from skill.routine.model import Side
from skill.routine.plan import Plan
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Settled, Wishes


class Itinerary(NamedTuple):
    """A plan and the progress in it. A wish gives a new itinerary."""

    lay: Callable[[Wishes], Plan]
    """Plans some wishes; raises `UnmeetableError` where no routine can meet them."""
    order: tuple[str, ...]
    """The ids of all exercises of the routine, in order."""
    wishes: Wishes
    """The wishes that the plan is laid for."""
    progress: Progress
    """Where the listener is in that plan."""

    def rewished(self, wishes: Wishes, wanted: str = "") -> Self:
        """Plan what is ahead for other *wishes*.

        Exercises that were passed by stay left out, except the one that is *wanted*. Raises
        `UnmeetableError` where no routine can meet the *wishes*.
        """
        progress = self.progress
        # Where the wishes bring a foot back, its sets would come before the set that is being
        # led. Then that set is settled too, and they come after it.
        for until in (self._ahead, self._ahead + 1):
            changed = self._settled(wishes, until, wanted)
            course = self.lay(changed).course
            moved = progress.moved(course)
            if moved.at == progress.at or progress.place not in course:
                break
        if progress.phase is Phase.LEADING:
            moved = moved.led_again()
        return self._replace(wishes=changed, progress=moved)

    def tried(self, wishes: Wishes, wanted: str = "") -> Self | None:
        """Plan other *wishes* as `rewished` does; None where no routine can meet them."""
        try:
            return self.rewished(wishes, wanted)
        except UnmeetableError:
            return None

    def on_foot(self, exercise: str, side: Side) -> tuple[Self, Progress]:
        """Go on in *exercise* on the foot *side*, without costing either foot a set.

        Returns the itinerary with what is ahead in its new order, and the progress that leads on.
        An exercise that is not begun begins with that foot. In one that is begun, the next set of
        that foot comes first, and the sets that this passes by come after it. Where there is no
        time for one more change of feet, the first of these comes first. Where *exercise* is not
        done on that foot, nothing changes.
        """
        progress = self.progress
        if not progress.begun(exercise):
            turned = self._turned(exercise, side)
            return turned, turned.progress.go_to(exercise, side)
        there = progress.to_foot(exercise, side)
        if there is progress:
            return self, there
        passed_by = progress.passed_by(there)
        if passed_by is None:
            return self, progress.to_place(there.place)
        wishes = self._settled(self.wishes, passed_by, here=exercise)
        part = wishes.settled[-1]._replace(steps=0, first=there.place[1:])
        ordered = self._ordered(wishes._replace(settled=(*wishes.settled, part)))
        if ordered is None:
            return self, progress.to_place(progress.course[passed_by])
        return ordered, ordered.progress.to_place(there.place)

    def _turned(self, exercise: str, side: Side) -> Self:
        """Let *exercise*, which is not begun, begin with the foot *side*."""
        if self.progress.first_side(exercise) is side:
            return self
        usual = {*self.wishes.turned} - {exercise}
        for turned in (usual, usual | {exercise}):
            wishes = self.wishes._replace(turned=tuple(sorted(turned)))
            wishes = self._settled(wishes, self._ahead)
            parts = (
                part._replace(first=None) if part.exercise == exercise else part
                for part in wishes.settled
            )
            ordered = self._ordered(wishes._replace(settled=tuple(parts)))
            if ordered is not None and ordered.progress.first_side(exercise) is side:
                return ordered
        return self

    def _ordered(self, wishes: Wishes) -> Self | None:
        """Plan *wishes* that change the order of sets; None where that costs an exercise."""
        try:
            plan = self.lay(wishes)
        except UnmeetableError:
            return None
        if plan.exercises != self.lay(self.wishes).exercises:
            return None
        return self._replace(wishes=wishes, progress=self.progress.moved(plan.course))

    @property
    def _ahead(self) -> int:
        """The first step that a wish can change."""
        progress = self.progress
        return progress.at if progress.phase is not Phase.BETWEEN else progress.ahead

    def _settled(self, wishes: Wishes, until: int, wanted: str = "", here: str = "") -> Wishes:
        """The *wishes* with all steps before *until* settled.

        Exercises before *here*, the one that the listener is in or goes to, are passed by if they
        are not begun; the one that is *wanted* is not.
        """
        progress, plan = self.progress, self.lay(self.wishes)
        if progress.phase is Phase.READY:
            settled: tuple[Settled, ...] = ()
        elif until < len(plan.steps):
            settled = plan.settled(until)
        else:
            settled = plan.doses
        begun = {part.exercise for part in settled}
        here = here or progress.place.exercise
        before = self.order[: self.order.index(here)] if settled else ()
        passed = tuple(name for name in before if name not in {*begun, wanted})
        return wishes._replace(settled=settled, passed=passed)
