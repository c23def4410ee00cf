"""Moves: from the place where the listener is to the one that was asked for."""

from skill.conversation import safety, whereabouts, wishing
from skill.conversation.greeting import wait_at, welcome
from skill.conversation.informing import not_understood, unknown_exercise
from skill.conversation.leading import begin, farewell, lead
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.listener.state import OUT, Asked
from skill.routine.model import Side
from skill.routine.plan import Line
from skill.routine.progress import Phase, Progress


def ended(visit: Visit) -> Reply:
    """Nothing can be said after the end of a session; the place was found and is kept.

    Where the routine was heard to its end, that is over, though nobody said "finish".
    """
    if safety.at_end(visit.state):
        visit.state = visit.keeper.close(visit.turn, visit.state)
    return Reply(end=True)


def afresh(visit: Visit) -> Reply:
    """Start a new routine, with the wishes of today."""
    return begin(visit, visit.state.wishes)


def next_(visit: Visit) -> Reply:
    """The next set or foot, exercise or end; the first set where nothing is led yet."""
    if visit.progress.idle:
        return afresh(visit)
    return lead(visit, visit.progress.next())


def ready(visit: Visit) -> Reply:
    """On from where a pause or a prompt waits; a set that is being announced begins at once."""
    if not visit.progress.under_way or (visit.cut_off and not visit.progress.rep):
        return next_(visit)
    return lead(visit, visit.progress.resume())


def repeat(visit: Visit) -> Reply:
    """Lead again what was last led."""
    if visit.progress.phase is Phase.READY:
        return welcome(visit)
    return lead(visit, visit.progress.repeat(), visit.varied("once_more"))


def back(visit: Visit) -> Reply:
    """The set before."""
    if visit.progress.phase is Phase.READY:
        return welcome(visit)
    before, after = visit.progress, visit.progress.back()
    there = after.place.exercise
    if there != before.place.exercise and not before.begun(there):
        # It was passed by, and nobody has told yet how it goes.
        return lead(visit, before.go_to(there))
    moved = after.at != before.at or before.phase is Phase.BETWEEN
    one_back = Line("one_back", (("exercise", there),))
    return lead(visit, after, one_back if moved else visit.varied("once_more"))


def pause(visit: Visit) -> Reply:
    """Hold the place, and say which it is."""
    if visit.progress.phase is Phase.READY:
        return visit.say(visit.varied("all_right"))
    return visit.say(visit.varied("paused"), *whereabouts.here(visit.plan, visit.progress))


def resume(visit: Visit) -> Reply:
    """On from the interrupted set."""
    if not visit.progress.under_way:
        visit.ask(Asked.NOTHING)
        return next_(visit)
    return lead(visit, visit.progress.resume(), visit.varied("going_on"))


def other_foot(visit: Visit) -> Reply:
    """The next set on the other foot."""
    return _on_foot(visit, visit.progress.place.side.other)


def _on_foot(visit: Visit, side: Side) -> Reply:
    here = visit.progress.place
    itinerary, after = visit.itinerary.on_foot(here.exercise, side)
    visit.follow(itinerary)
    if here.side is not Side.BOTH and visit.progress.has(here.exercise, side):
        return lead(visit, after, *_refused(after, side))
    if here.side is Side.BOTH:
        return visit.say(Line("both_feet", (("exercise", here.exercise),)))
    return visit.say(Line("only_foot", (("side", here.side.value),)))


def _refused(there: Progress, side: Side) -> tuple[Line, ...]:
    """What is said where *side* was asked for, and *there* is the other foot."""
    return () if there.place.side is side else (Line("no_time_to_change"),)


def go_to(visit: Visit) -> Reply:
    """The exercise that was named, on the foot that was named with it; or this one on that foot."""
    exercise, side = visit.slot("exercise") or visit.slot("by_thing"), visit.foot()
    if exercise is None:
        return _on_foot(visit, side) if side else not_understood(visit)
    if not exercise.id:
        return unknown_exercise(visit)
    if visit.state.hurt.get(exercise.id) == OUT:
        return visit.say(Line("left_out", (("exercise_list", (exercise.id,)),)))
    before = visit.plan.exercises, visit.state.wishes.minutes
    if exercise.id not in visit.plan.exercises and not _widened(visit, exercise.id):
        return visit.say(Line("without", (("exercise", exercise.id),)))
    refused: tuple[Line, ...] = ()
    if side and visit.progress.has(exercise.id, side):
        itinerary, there = visit.itinerary.on_foot(exercise.id, side)
        visit.follow(itinerary)
        refused = _refused(there, side)
    else:
        there = visit.progress.go_to(exercise.id)
    wait_at(visit, there)
    return lead(visit, there, *_changes(visit, there, *before), *refused)


def _widened(visit: Visit, exercise: str) -> bool:
    """Make room for an *exercise* that was left out, and change no other wish.

    Who asks for it has what it needs. The minutes are kept to, where it can be led in them at all;
    else there are as many more as it takes.
    """
    wishes = visit.state.wishes
    wanted = tuple(dict.fromkeys((*wishes.wanted, exercise)))
    most = max(wishes.minutes, visit.routine.most_minutes)
    for minutes in range(wishes.minutes, most + 1):
        wider = wishes._replace(wanted=wanted, minutes=minutes)
        itinerary = visit.itinerary.tried(wider, exercise)
        if itinerary and exercise in visit.plan_for(itinerary.wishes).exercises:
            visit.follow(itinerary)
            return True
    return False


def _changes(
    visit: Visit, there: Progress, exercises: tuple[str, ...], minutes: int
) -> tuple[Line, ...]:
    """What is different from *there* on: from the *exercises* and the *minutes* there were."""
    now = visit.plan.exercises
    lines = []
    if set(exercises) - set(now):
        lines.append(wishing.doing(there.course[there.at :]))
    elif into := tuple(name for name in now if name not in exercises):
        lines.append(Line("taking_in", (("exercise_list", into),)))
    if visit.state.wishes.minutes != minutes:
        lines.append(Line("with_it", (("minutes", visit.state.wishes.minutes),)))
    return tuple(lines)


def stop(visit: Visit) -> Reply:
    """End the session; the place is kept."""
    if safety.at_end(visit.state):
        return farewell(visit)
    return visit.close(Line("kept" if visit.progress.under_way else "goodbye"))


def home(_visit: Visit) -> Reply:
    """Leave without a word, as the listener is already elsewhere; the place is kept."""
    return Reply(end=True)
