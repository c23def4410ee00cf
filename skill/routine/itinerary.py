"""The way of one listener: a plan, a bookmark in it, and wishes that change what is ahead.

What is behind stays as it was led, what is ahead is laid anew, and the place is kept.
"""

from collections.abc import Callable
from typing import NamedTuple, Self

from skill.routine.model import Side
from skill.routine.plan import Plan
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Settled, Wishes


class Itinerary(NamedTuple):
    """The *progress* in the plan that is laid for *wishes*, of exercises in that *order*.

    *lay* makes the plan of any wishes, or raises `UnmeetableError`.
    """

    lay: Callable[[Wishes], Plan]
    order: tuple[str, ...]
    wishes: Wishes
    progress: Progress

    def rewished(self, wishes: Wishes, wanted: str = "") -> Self:
        """Other *wishes* from this set on.

        What was passed by stays out, unless it is the exercise that is *wanted*. Raises
        `UnmeetableError` where no routine can meet the *wishes*.
        """
        progress = self.progress
        # Where a foot comes back, its sets would come before the one that is being led: then
        # that one is settled too, and they come after it.
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
        """Other *wishes* as in `rewished`; None where no routine can meet them."""
        try:
            return self.rewished(wishes, wanted)
        except UnmeetableError:
            return None

    def on_foot(self, exercise: str, side: Side) -> tuple[Self, Progress]:
        """Go on in *exercise* on the foot *side*, so that neither foot loses a set by it.

        Gives the way as it is then, and the move to make. What is not begun begins with that foot.
        In what is, the next set of that foot comes first, and after it those that it would have
        passed by; where there is no time to change feet once more, the first of these. Where
        *exercise* has no such foot, nothing changes.
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
        way = self._ordered(wishes._replace(settled=(*wishes.settled, part)))
        if way is None:
            return self, progress.to_place(progress.course[passed_by])
        return way, way.progress.to_place(there.place)

    def _turned(self, exercise: str, side: Side) -> Self:
        """Let *exercise*, which is not begun, begin with the foot *side*, and then the other."""
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
            way = self._ordered(wishes._replace(settled=tuple(parts)))
            if way is not None and way.progress.first_side(exercise) is side:
                return way
        return self

    def _ordered(self, wishes: Wishes) -> Self | None:
        """Take over the order of *wishes*; None where the time that it takes costs an exercise."""
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
        """The *wishes* for what comes from the step *until* on, with all before it settled.

        What would come before *here*, the exercise that the listener is in or goes to, is passed
        by.
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
