"""Slower and faster: the tempo of what is ahead."""

from bisect import bisect
from collections.abc import Sequence
from typing import Final

from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.conversation.wishing import dose, go_on, keeping_all, take
from skill.listener.state import Asked
from skill.routine.plan import Line
from skill.routine.range import WHOLE
from skill.routine.wishes import Wishes

SLOW_STEP: Final = 5
"""Percent of the tempo's range; each step has its plan laid out."""


def slower(visit: Visit) -> Reply:
    """A slower tempo, where that costs no exercise; else ask whether one may be left out for it."""
    now = dose(visit).tempo
    most = min(now + visit.routine.tempo_step, WHOLE)
    wishes = _slowest(visit, range(max(min(now + SLOW_STEP, most), now + 1), most + 1))
    if wishes:
        return take(visit, wishes, Line("slower"))
    costly = _slower_for_less(visit)
    if costly is None:
        return go_on(visit, Line("slowest"))
    left = visit.plan_for(visit.itinerary.rewished(costly).wishes).exercises
    out = tuple(name for name in visit.plan.exercises if name not in left)
    visit.ask(Asked.SLOWER)
    return visit.say(Line("slower_costs", (("exercise_list", out),)))


def slower_for_it(visit: Visit) -> Reply:
    """Slower, with what it costs."""
    wishes = _slower_for_less(visit)
    visit.ask(Asked.NOTHING)
    if wishes is None:
        return go_on(visit, Line("slowest"))
    return take(visit, wishes, Line("slower"))


def as_it_was(visit: Visit) -> Reply:
    """No slower, and nothing is left out."""
    visit.ask(Asked.NOTHING)
    return go_on(visit, visit.varied("all_right"))


def faster(visit: Visit) -> Reply:
    """A quicker tempo, never quicker than its range allows."""
    now = dose(visit).tempo
    if not now:
        return go_on(visit, Line("fastest"))
    tempo = max(now - visit.routine.tempo_step, 0)
    return take(visit, visit.state.wishes._replace(tempo=tempo), Line("faster"))


def slow_down(visit: Visit) -> None:
    """As slow a tempo as there is time for, with all exercises that there are now; or none slower.

    It is found by steps of `SLOW_STEP`. What goes by time alone has no tempo.
    """
    if not visit.plan.steps[visit.progress.at].reps:
        return
    wishes = _slowest(visit, range(WHOLE, dose(visit).tempo, -SLOW_STEP)[::-1])
    if wishes:
        visit.rewish(wishes)


def _slower_for_less(visit: Visit) -> Wishes | None:
    """The wishes for a slower tempo, though it costs exercises; None where there is none."""
    now = dose(visit).tempo
    for tempo in range(min(now + visit.routine.tempo_step, WHOLE), now, -1):
        wishes = visit.state.wishes._replace(tempo=tempo)
        if visit.itinerary.tried(wishes):
            return None if keeping_all(visit, wishes) else wishes
    return None


def _slowest(visit: Visit, tempos: Sequence[int]) -> Wishes | None:
    """The wishes for the slowest of *tempos* at which all exercises stay; None where they never do.

    The slowest of *tempos* is the last. It is found by halving: where there is time for a tempo,
    there is for each that is quicker.
    """

    def at(tempo: int) -> Wishes:
        return visit.state.wishes._replace(tempo=tempo)

    fitting = bisect(tempos, 0, key=lambda tempo: keeping_all(visit, at(tempo)) is None)
    return at(tempos[fitting - 1]) if fitting else None
