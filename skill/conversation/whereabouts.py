"""What can be said of a place: where it is, what comes next, how long is left."""

from collections.abc import Mapping

from skill.listener.state import HURT, OUT
from skill.routine.model import Side
from skill.routine.plan import Line, LineValue, Place, Plan
from skill.routine.planner import MINUTE_MS
from skill.routine.progress import Phase, Progress


def here(plan: Plan, progress: Progress) -> tuple[Line, ...]:
    """The set that was interrupted; or what is behind, or the next set of this exercise.

    Between two exercises the prompt says what comes next.
    """
    if progress.phase is not Phase.BETWEEN:
        return (_at(plan, progress.place),)
    if progress.at_end:
        return (behind(progress),)
    ahead = progress.course[progress.ahead]
    if ahead.exercise == progress.place.exercise:
        return (_at(plan, ahead, "next"),)
    return (behind(progress),)


def behind(progress: Progress) -> Line:
    """The exercise at whose end the listener is: whether it was done, or left out and how far."""
    here = progress.place.exercise
    begun = any(place.exercise == here for place in progress.done)
    out = "behind_rest" if begun else "behind_out"
    key = "finished" if progress.complete(here) else "behind"
    return Line(out if here in progress.skipped else key, (("exercise", here),))


def coming(plan: Plan, progress: Progress, hurt: Mapping[str, int]) -> tuple[Line, ...]:
    """The set that `next` leads to, and the exercise after it.

    What is left out is no part of it; nor is more of this exercise while it is *hurt*ing.
    """
    now = "" if progress.idle else progress.place.exercise
    step = 0 if progress.phase is Phase.DONE else progress.ahead
    out = {name for name, far in hurt.items() if far == OUT or (far == HURT and name == now)}
    ahead = [place for place in progress.course[step:] if place.exercise not in out]
    same = bool(ahead) and ahead[0].exercise == now
    then = next((place.exercise for place in ahead if place.exercise != now), "")
    sets = (_at(plan, ahead[0], "next"),) if same else ()
    if then:
        return (*sets, Line("then" if same else "ahead", (("next", then),)))
    return (*sets, Line("then_end" if same else "nothing_ahead"))


def time_left(plan: Plan, progress: Progress) -> tuple[Line, ...]:
    """Whole minutes to the end of the plan, rounded up; nothing where it is over."""
    step = progress.at if progress.phase is Phase.PAUSED else progress.ahead
    left = -(-plan.left_ms(step) // MINUTE_MS)
    return (Line("minutes_left", (("minutes", left),)),) if left else ()


def _at(plan: Plan, place: Place, key: str = "at") -> Line:
    values: tuple[tuple[str, LineValue], ...] = (
        ("exercise", place.exercise),
        ("side", place.side.value),
        ("set", place.set),
        ("sets", plan.steps[plan.course.index(place)].sets),
    )
    return Line(f"{key}_both" if place.side is Side.BOTH else f"{key}_foot", values)
