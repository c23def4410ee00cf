"""What is told about the routine, the place and the exercises."""

from collections.abc import Callable, Sequence

from skill.conversation import prompts, sessions, whereabouts
from skill.conversation.ahead import ahead as ahead_of
from skill.conversation.greeting import needed, welcome
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.listener.history import DAY_MS
from skill.listener.state import Asked
from skill.routine.model import Kind
from skill.routine.plan import Line
from skill.routine.planner import MINUTE_MS
from skill.routine.progress import Phase
from skill.routine.wishes import Wishes


def where(visit: Visit) -> Reply:
    """Exercise, foot, set of sets, and the minutes left; before the start, all that is ahead.

    What is announced already, the prompt announces again.
    """
    if visit.progress.phase is Phase.READY:
        unheard = visit.turn.new or not visit.state.memory.noticed
        return welcome(visit) if unheard else visit.say(_names(visit), _takes(visit))
    waits = visit.progress.phase is Phase.PAUSED and prompts.announced(visit.state)
    return visit.say(
        *(() if waits else whereabouts.here(visit.plan, visit.progress)),
        *whereabouts.time_left(ahead_of(visit, visit.progress), visit.progress),
    )


def ahead(visit: Visit) -> Reply:
    """The set or foot that comes next, and the exercise after this one or the one that was named.

    What is announced already, the prompt announces again.
    """
    slot, names = visit.slot("exercise"), visit.plan.exercises
    if slot and not slot.id:
        return not_understood(visit)
    if slot and slot.id in names:
        then = names[names.index(slot.id) + 1 :]
        line = Line("ahead", (("next", then[0]),)) if then else Line("nothing_ahead")
        return visit.say(line)
    if prompts.announced(visit.state):
        return visit.say()
    return visit.say(*whereabouts.coming(visit.plan, visit.progress, visit.state.hurt))


def how_long(visit: Visit) -> Reply:
    """The minutes that are left; before the start, the minutes of the whole."""
    if visit.progress.under_way:
        return where(visit)
    return visit.say(_takes(visit))


def _takes(visit: Visit) -> Line:
    return Line("takes", (("minutes", -(-visit.plan.ms // MINUTE_MS)),))


def exercises(visit: Visit) -> Reply:
    """The names of the exercises of this routine."""
    return visit.say(_names(visit))


def _names(visit: Visit) -> Line:
    names = visit.plan.exercises
    return Line("exercises", (("exercises", len(names)), ("exercise_list", names)))


def equipment(visit: Visit) -> Reply:
    """What this routine needs."""
    return visit.say(needed(visit))


def why(visit: Visit) -> Reply:
    """What the exercise is good for; before the start, what the whole is good for."""
    if visit.progress.phase is Phase.READY and not visit.slot("exercise"):
        return visit.say(Line("why"))
    return _about(visit, lambda name: (Line(f"{name}.why"),))


def explain(visit: Visit) -> Reply:
    """How the exercise goes, in full, for the foot the listener is on; before any, what this is."""
    if visit.progress.phase is Phase.READY and not visit.slot("exercise"):
        return help_(visit)
    return _about(visit, lambda name: (_explanation(visit, name), Line(f"{name}.detail")))


def _about(visit: Visit, tell: Callable[[str], Sequence[Line]]) -> Reply:
    slot = visit.slot("exercise")
    if slot and not slot.id:
        # "What is the weather" fits here as well as "what is the elbow raise".
        return not_understood(visit)
    return visit.say(*tell(slot.id if slot else visit.progress.place.exercise))


def _explanation(visit: Visit, exercise: str) -> Line:
    plan = visit.plan
    if exercise not in plan.exercises:
        plan = visit.plan_for(Wishes())
    cues = plan.steps_of(exercise)[0].cues
    (opening,) = (cue.line for cue in cues if cue.kind is Kind.SET_UP and cue.line)
    values = dict(opening.values)
    here = visit.progress.place
    if here.exercise == exercise:
        values |= {"side": here.side.value, "other_side": here.side.other.value}
    return Line(f"{exercise}.full", tuple(values.items()))


def help_(visit: Visit) -> Reply:
    """What this is and what can be said; in a routine, who is in need hears first what to say."""
    first = (Line("if_unwell"),) if visit.progress.under_way else ()
    return visit.say(*first, Line("help"))


def how_am_i_doing(visit: Visit) -> Reply:
    """What was done so far, in honest numbers; a routine under way counts as far as it was done."""
    memory = sessions.counted(visit.state, visit.plan, visit.routine)
    if not memory.sessions and visit.progress.under_way:
        place = whereabouts.here(visit.plan, visit.progress)
        return visit.say(Line("saying.this_one"), *place)
    if not memory.sessions:
        return visit.say(Line("no_sessions"))
    lines = [
        Line("sessions", (("sessions", memory.sessions),)),
        Line("led_minutes", (("minutes", memory.led_ms // MINUTE_MS),)),
    ]
    if memory.sessions == 1 != visit.state.memory.sessions:
        lines[0] = Line("saying.this_one")
    if memory.sessions == visit.state.memory.sessions:
        days = max(visit.turn.at - memory.last, 0) // DAY_MS
        last = "last_today" if not days else "last_yesterday" if days == 1 else "last_days"
        lines.append(Line(last, (("days", days),)))
        if memory.last_done:
            lines.append(Line("last_done", (("exercise_list", memory.last_done),)))
    if memory.streak > 1:
        lines.append(Line("streak", (("sessions", memory.streak),)))
    return visit.say(*lines)


def not_understood(visit: Visit) -> Reply:
    """Say so, and what can be said from here; the second time in a row, with two examples."""
    line = visit.varied("not_understood")
    twice = (_examples(visit),) if visit.found.missed and visit.state.asked is Asked.NOTHING else ()
    return missed(visit, line, *twice)


def missed(visit: Visit, *lines: Line) -> Reply:
    """Say *lines*, as what was said was not understood.

    It may have been a cry for help: so, once a routine is under way, it is also told how to say
    that something is wrong, before any word of going on.
    """
    visit.state = visit.state._replace(missed=True)
    if not visit.progress.under_way:
        return visit.say(*lines)
    odd = visit.state.said.get("not_understood", 1) % 2
    return visit.say(*lines, Line("if_unwell" if odd else "if_it_hurts"))


def _examples(visit: Visit) -> Line:
    """Two examples of what fits in the listener's phase."""
    if visit.progress.idle:
        return Line("saying.hints_ready")
    paused = visit.progress.phase is Phase.PAUSED
    return Line("saying.hints_paused" if paused else "saying.hints_between")


def unknown_exercise(visit: Visit) -> Reply:
    """Say that the words name no exercise, and which there are. The words are not said back."""
    known = Line("known", (("exercise_list", visit.routine.ids),))
    return missed(visit, Line("unknown_one"), known)
