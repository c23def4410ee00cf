"""Fewer and more repetitions, and the least of everything."""

from typing import Final

from skill.conversation.reply import Reply
from skill.conversation.tempo import slow_down
from skill.conversation.visit import Visit
from skill.conversation.wishing import dose, go_on, keeping_all, take
from skill.routine.itinerary import Itinerary
from skill.routine.plan import Line
from skill.routine.progress import Phase
from skill.routine.wishes import Wishes

REPS_SHARE: Final = 4
"""A wish for more or fewer moves by a fourth of the range of the repetitions."""


def fewer(visit: Visit) -> Reply:
    """Fewer repetitions in this exercise, within its range."""
    return _repetitions(visit, -1)


def more(visit: Visit) -> Reply:
    """More repetitions in this exercise, within its range and the time."""
    return _repetitions(visit, 1)


def _repetitions(visit: Visit, way: int) -> Reply:
    name = visit.progress.place.exercise
    if way > 0 and visit.state.hurt.get(name):
        return go_on(visit, Line("gently"))
    span = visit.routine.exercise(name).reps
    if not span.least:
        return go_on(visit, Line("by_time", (("exercise", name),)))
    now = dose(visit).reps
    step = max((span.most - span.least) // REPS_SHARE, 1)
    wished = min(max(now + way * step, span.least), span.most)
    for reps in range(wished, now, -way):
        wishes = visit.state.wishes._replace(
            reps=tuple((dict(visit.state.wishes.reps) | {name: reps}).items()),
        )
        changed = keeping_all(visit, wishes)
        if changed:
            return _evenly(visit, wishes, changed, reps)
    if wished == now:
        return go_on(visit, Line("fewest" if way < 0 else "most", (("reps", now),)))
    return go_on(visit, Line("no_time_for_more"))


def _evenly(visit: Visit, wishes: Wishes, changed: Itinerary, reps: int) -> Reply:
    """Say from when on it is so many: from now, from the next round, or in no round any more."""
    progress = changed.progress
    begun = progress.at if progress.phase is not Phase.BETWEEN else progress.ahead
    name = visit.progress.place.exercise
    ahead = visit.plan_for(changed.wishes).steps[begun:]
    asked = [step.reps for step in ahead if step.place.exercise == name]
    if not asked or asked[0] == reps:
        return take(visit, wishes, Line("repetitions", (("reps", reps),)))
    if reps in asked:
        return take(visit, wishes, Line("repetitions_later", (("reps", reps),)))
    return go_on(visit, Line("even", (("reps", asked[0] or 0),)))


def gentler(visit: Visit) -> Reply:
    """Before the start: less of everything, for this routine; or say that it is the least."""
    return go_on(visit, Line("gently_today" if lighten_all(visit) else "least"))


def lighten_all(visit: Visit) -> bool:
    """The fewest sets and repetitions of each exercise, else more slowly; whether that is less."""
    before, exercises = visit.plan, visit.routine.exercises
    reps = tuple((each.id, each.reps.least) for each in exercises if each.reps.least)
    visit.rewish(visit.state.wishes._replace(reps=reps, eased=visit.routine.ids))
    if visit.plan == before:
        slow_down(visit)
    return visit.plan != before
