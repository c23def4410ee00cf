"""Going on within an exercise: done or not, on from the same repetition, further back, anew."""

from collections.abc import Mapping
from typing import Final

from skill.conversation import moves, safety
from skill.conversation.leading import farewell, lead
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.listener.state import Asked
from skill.routine.plan import Line
from skill.routine.progress import Phase

STEPS_BACK: Final[Mapping[str, int]] = {"two": 2, "three": 3, "four": 4, "five": 5}
"""How many sets each value of the slot type Steps means."""


def carry_on(visit: Visit, *lines: Line, where: tuple[Line, ...] = ()) -> Reply:
    """Say *where* and *lines*; where they were asked for in mid-set, lead the rest of that set.

    It goes on with the next repetition. What is held for a time is held again from its start, as
    the rest of it would be too short to get into place. *Where* is left out where the set is led
    from its start, as that says itself where it is.
    """
    if not (visit.cut_off and visit.progress.phase is Phase.PAUSED):
        return visit.say(*where, *lines)
    step = visit.plan.steps[visit.progress.at]
    heard = visit.progress.rep - (step.reps is None)
    last = max(cue.rep for cue in step.cues)
    after = visit.progress.carry_on(heard, last)
    same = after.at == visit.progress.at and not after.rep
    return lead(visit, after, *(() if same else where), *lines)


def thanks(visit: Visit) -> Reply:
    """In mid-set, say nothing and go on; elsewhere, what may be said next."""
    return carry_on(visit) if visit.cut_off else visit.say(visit.varied("all_right"))


def go_on(visit: Visit) -> Reply:
    """On: with the rest of the set that was not meant to stop, else as after a pause."""
    return carry_on(visit) if visit.cut_off else moves.resume(visit)


def set_done(visit: Visit) -> Reply:
    """The set is done: the next one. In a pause, on with the one that was interrupted."""
    if visit.progress.phase is Phase.PAUSED and not visit.cut_off:
        return moves.resume(visit)
    if visit.progress.phase is Phase.PAUSED:
        after = visit.progress.next()
        return lead(visit, after._replace(done=after.done | {visit.progress.place}))
    return moves.next_(visit)


def done(visit: Visit) -> Reply:
    """Done with the set, or for today? It is asked, except where both are the same."""
    if safety.at_end(visit.state) and visit.progress.phase is not Phase.DONE:
        return farewell(visit)
    if not visit.progress.under_way:
        return moves.stop(visit)
    visit.ask(Asked.DONE)
    return visit.say()


def back_several(visit: Visit) -> Reply:
    """So many sets back, but not behind the first one of the routine."""
    slot = visit.slot("steps")
    if slot is None or slot.id not in STEPS_BACK or visit.progress.phase is Phase.READY:
        return moves.back(visit)
    there = visit.progress
    first = there.phase is Phase.BETWEEN
    at = max(there.at + first - STEPS_BACK[slot.id], 0)
    return lead(visit, there.to_place(there.course[at]), Line("saying.sets_back"))


def exercise_before(visit: Visit) -> Reply:
    """The exercise before the one that is led, from its first set; else as far back as there is."""
    names, here = visit.plan.exercises, visit.progress.place.exercise
    before = names.index(here) - (visit.progress.phase is not Phase.READY)
    if before < 0 or visit.progress.phase is Phase.READY:
        return moves.back(visit)
    return lead(visit, visit.progress.go_to(names[before]))


def exercise_again(visit: Visit) -> Reply:
    """The exercise that was named, or the one being led, from its first set."""
    if visit.slot("exercise") or visit.progress.phase is Phase.READY:
        return moves.go_to(visit) if visit.slot("exercise") else moves.repeat(visit)
    here = visit.progress.place.exercise
    return lead(visit, visit.progress.go_to(here), visit.varied("once_more"))
