"""What is answered to each intent, wherever in the routine it is said."""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from skill.conversation import caring, reminding, whereabouts, wishing
from skill.conversation.turn import ENDED, LAUNCH, Reply, Slot
from skill.conversation.visit import Answer, Visit
from skill.listener.state import OUT, Asked
from skill.routine.model import Kind, Side
from skill.routine.plan import Line
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes
from skill.storage.store import StoreError

LOG = logging.getLogger(__name__)

CONFIRMING: Final = frozenset({"AMAZON.YesIntent", "AMAZON.NoIntent", "AMAZON.RepeatIntent"})
"""What may follow a question that deletes; after anything else, "yes" means something else."""

UNPREFACED: Final = frozenset({"PainIntent", "EmergencyIntent", "ForgetMeIntent"})
"""What is answered at once, with no word of anything else before it."""

LONGEST_SAID: Final = 30
"""Characters of a listener's own words that are said back; longer ones are a mishearing."""


def answer(visit: Visit) -> Reply:
    """Answer the turn of *visit* and keep where it leaves the listener."""
    intent = visit.turn.intent
    if visit.state.asked is Asked.FORGET and intent not in CONFIRMING:
        visit.ask(Asked.NOTHING)
        visit.preface = () if intent in UNPREFACED else (Line("not_deleted"),)
    reply = (reminding.following(visit) or ANSWERS.get(intent, not_understood))(visit)
    visit.remember()
    return reply


def launch(visit: Visit) -> Reply:
    """Offer to go on where there is a place to go on from."""
    if not visit.progress.under_way:
        return visit.welcome()
    visit.ask(Asked.GO_ON)
    return visit.say(Line("welcome_back"), *whereabouts.here(visit.plan, visit.progress))


def ended(visit: Visit) -> Reply:
    """Nothing can be said after the end of a session; the place was found and is kept.

    Where the routine was heard to its end, that is over, though nobody said "finish".
    """
    if visit.progress.at_end:
        visit.state = visit.coach.closed(visit.turn, visit.state)
    return Reply(end=True)


def start(visit: Visit) -> Reply:
    """Start the routine wished for; with no wish said, go on where one is under way."""
    if visit.slot("exercise"):
        return go_to(visit)
    if visit.slot("minutes"):
        under_way = visit.progress.under_way and not visit.turn.new
        afresh = visit.state.asked is Asked.AFRESH
        return _start_wished(visit) if afresh or not under_way else wishing.minutes(visit)
    if visit.slot("foot"):
        return wishing.one_foot(visit)
    if not visit.progress.under_way or visit.state.asked is Asked.AFRESH:
        return visit.begin(visit.state.wishes)
    return launch(visit) if visit.turn.new else resume(visit)


def _start_wished(visit: Visit) -> Reply:
    minutes, foot = wishing.minutes_said(visit), visit.slot("foot")
    if minutes is None:
        return not_understood(visit)
    most = visit.coach.routine.most_minutes
    wishes = visit.state.wishes._replace(minutes=min(minutes, most))
    if foot and foot.id in {Side.LEFT, Side.RIGHT}:
        wishes = wishes._replace(feet=Side(foot.id))
    # Short, as it is said within the twenty minutes.
    line = Line("at_most", (("minutes", most),))
    return visit.begin(wishes, *([line] if minutes > most else []))


def start_over(visit: Visit) -> Reply:
    """The same routine, from its first set."""
    visit.wait_at(visit.progress.begin())
    return visit.begin(visit.state.wishes, Line("from_the_start"))


def go_on(visit: Visit) -> Reply:
    """The next set or foot, exercise or end; the first set where nothing is led yet."""
    if visit.state.asked is Asked.GO_ON:
        return resume(visit)
    if visit.state.asked is Asked.AFRESH:
        return _afresh(visit)
    if visit.progress.phase in {Phase.READY, Phase.DONE}:
        return visit.begin(visit.state.wishes)
    return visit.lead(visit.progress.next())


def skip(visit: Visit) -> Reply:
    """The next exercise; what hurt last time, where that is asked about."""
    if visit.state.asked is Asked.HURT_BEFORE:
        return caring.not_well(visit)
    before, after = visit.progress, visit.progress.skip()
    if after.skipped == before.skipped:
        return visit.lead(after)
    return visit.lead(after, Line("skipped", (("exercise", before.place.exercise),)))


def repeat(visit: Visit) -> Reply:
    """Say again what was last asked, or lead again what was last led."""
    match visit.state.asked:
        case Asked.FORGET:
            return forget(visit)
        case Asked.PAIN:
            return visit.say(Line("pain"))
        case Asked.GENTLY:
            return caring.offer(visit)
        case Asked.GO_ON | Asked.AFRESH | Asked.HURT_BEFORE | Asked.WELL:
            return launch(visit)
    if visit.progress.phase is Phase.READY:
        return visit.welcome()
    return visit.lead(visit.progress.repeat(), visit.varied("once_more"))


def back(visit: Visit) -> Reply:
    """The set before."""
    if visit.progress.phase is Phase.READY:
        return visit.welcome()
    before, after = visit.progress, visit.progress.back()
    there = after.place.exercise
    if there != before.place.exercise and not before.begun(there):
        # It was passed by, and nobody has told yet how it goes.
        return visit.lead(before.go_to(there))
    moved = after.at != before.at or before.phase is Phase.BETWEEN
    return visit.lead(after, Line("one_back") if moved else visit.varied("once_more"))


def pause(visit: Visit) -> Reply:
    """Hold the place, and say which it is."""
    if visit.progress.phase is Phase.READY:
        return visit.say(visit.varied("all_right"))
    return visit.say(visit.varied("paused"), *whereabouts.here(visit.plan, visit.progress))


def resume(visit: Visit) -> Reply:
    """On from the interrupted set."""
    if not visit.progress.under_way:
        visit.ask(Asked.NOTHING)
        return go_on(visit)
    return visit.lead(visit.progress.resume(), visit.varied("going_on"))


def other_foot(visit: Visit) -> Reply:
    """The next set on the other foot."""
    return _on_foot(visit, visit.progress.place.side.other)


def _on_foot(visit: Visit, side: Side) -> Reply:
    here = visit.progress.place
    after = visit.on_foot(here.exercise, side)
    if here.side is not Side.BOTH and visit.progress.has(here.exercise, side):
        return visit.lead(after, *_refused(after, side))
    if here.side is Side.BOTH:
        return visit.say(Line("both_feet", (("exercise", here.exercise),)))
    return visit.say(Line("only_foot", (("side", here.side.value),)))


def _refused(there: Progress, side: Side) -> tuple[Line, ...]:
    """What is said where *side* was asked for, and *there* is the other foot."""
    return () if there.place.side is side else (Line("no_time_to_change"),)


def go_to(visit: Visit) -> Reply:
    """The exercise that was named, on the foot that was named with it; or this one on that foot."""
    exercise, foot = visit.slot("exercise"), visit.slot("foot")
    side = Side(foot.id) if foot and foot.id in {Side.LEFT, Side.RIGHT} else None
    if exercise is None:
        return _on_foot(visit, side) if side else not_understood(visit)
    if not exercise.id:
        return _unknown(visit, exercise)
    if visit.state.hurt.get(exercise.id) == OUT:
        return visit.say(Line("left_out", (("exercise", exercise.id),)))
    before = visit.plan.exercises, visit.state.wishes.minutes
    if exercise.id not in visit.plan.exercises and not _widened(visit, exercise.id):
        return visit.say(Line("without", (("exercise", exercise.id),)))
    changes = _changes(visit, *before)
    if side and visit.progress.has(exercise.id, side):
        there = visit.on_foot(exercise.id, side)
        changes = (*changes, *_refused(there, side))
    else:
        there = visit.progress.go_to(exercise.id)
    visit.wait_at(there)
    return visit.lead(there, *changes)


def _widened(visit: Visit, exercise: str) -> bool:
    """Make room for an *exercise* that was left out, and change no other wish.

    Who asks for it has what it needs. The minutes are kept to, where it can be led in them at all;
    else there are as many more as it takes.
    """
    before, wishes = visit.state, visit.state.wishes
    wanted = tuple(dict.fromkeys((*wishes.wanted, exercise)))
    most = max(wishes.minutes, visit.coach.routine.most_minutes)
    for minutes in range(wishes.minutes, most + 1):
        try:
            visit.rewish(wishes._replace(wanted=wanted, minutes=minutes), exercise)
        except UnmeetableError:
            continue
        if exercise in visit.plan.exercises:
            return True
        visit.state = before
    return False


def _changes(visit: Visit, exercises: tuple[str, ...], minutes: int) -> tuple[Line, ...]:
    """What is different now from the *exercises* and the *minutes* there were."""
    now = visit.plan.exercises
    lines = []
    if into := tuple(name for name in now if name not in exercises):
        lines.append(Line("taking_in", (("exercise_list", into),)))
    if out := tuple(name for name in exercises if name not in now):
        lines.append(Line("leaving_out", (("exercise_list", out),)))
    if visit.state.wishes.minutes != minutes:
        lines.append(Line("with_it", (("minutes", visit.state.wishes.minutes),)))
    return tuple(lines)


def where(visit: Visit) -> Reply:
    """Exercise, foot, set of sets, and the minutes left."""
    if visit.progress.phase is Phase.READY:
        return visit.welcome()
    return visit.say(
        *whereabouts.here(visit.plan, visit.progress),
        *whereabouts.time_left(visit.plan, visit.progress),
    )


def ahead(visit: Visit) -> Reply:
    """The set or foot that comes next, and the exercise after this one."""
    return visit.say(*whereabouts.coming(visit.plan, visit.progress, visit.state.hurt))


def exercises(visit: Visit) -> Reply:
    """The names of the exercises of this routine."""
    names = visit.plan.exercises
    return visit.say(Line("exercises", (("exercises", len(names)), ("exercise_list", names))))


def equipment(visit: Visit) -> Reply:
    """What this routine needs."""
    return visit.say(visit.needed())


def why(visit: Visit) -> Reply:
    """What the exercise is good for."""
    return _about(visit, lambda name: Line(f"{name}.why"))


def explain(visit: Visit) -> Reply:
    """How the exercise goes, in full, for the foot the listener is on; before any, what this is."""
    if visit.progress.phase is Phase.READY and not visit.slot("exercise"):
        return help_(visit)
    return _about(visit, lambda name: _explanation(visit, name))


def _about(visit: Visit, tell: Callable[[str], Line]) -> Reply:
    slot = visit.slot("exercise")
    if slot and not slot.id:
        return _unknown(visit, slot)
    return visit.say(tell(slot.id if slot else visit.progress.place.exercise))


def _explanation(visit: Visit, exercise: str) -> Line:
    plan = visit.plan
    if exercise not in plan.exercises:
        plan = visit.coach.plan(Wishes(), visit.turn.locale)
    cues = plan.steps_of(exercise)[0].cues
    (opening,) = (cue.line for cue in cues if cue.kind is Kind.SET_UP and cue.line)
    values = dict(opening.values)
    here = visit.progress.place
    if here.exercise == exercise:
        values |= {"side": here.side.value, "other_side": here.side.other.value}
    return Line(f"{exercise}.full", tuple(values.items()))


def to_what_was_asked(meant: Mapping[Asked, Answer], otherwise: Answer) -> Answer:
    """The answer that an intent has to each question, and *otherwise* where it has none."""
    return lambda visit: meant.get(visit.state.asked, otherwise)(visit)


def _all_right(visit: Visit) -> Reply:
    return visit.say(visit.varied("all_right"))


def _not_on(visit: Visit) -> Reply:
    visit.ask(Asked.AFRESH)
    return _all_right(visit)


def _not_deleted(visit: Visit) -> Reply:
    visit.ask(Asked.NOTHING)
    return visit.say(Line("not_deleted"))


def _still_asked(visit: Visit) -> Reply:
    return visit.say(Line("well"))


def forget(visit: Visit) -> Reply:
    """Ask first: it cannot be taken back."""
    visit.ask(Asked.FORGET)
    return visit.say(Line("forget"))


def _forgotten(visit: Visit) -> Reply:
    visit.ask(Asked.NOTHING)
    try:
        visit.forget()
    except StoreError:
        LOG.exception("a listener could not be forgotten")
        return visit.say(Line("not_forgotten"))
    return visit.close(Line("forgotten"))


def _afresh(visit: Visit) -> Reply:
    """A new routine, with the wishes of today."""
    return visit.begin(visit.state.wishes)


def help_(visit: Visit) -> Reply:
    """What this is and what can be said; in a routine, who is in need hears first what to say."""
    first = (Line("if_unwell"),) if visit.progress.under_way else ()
    return visit.say(*first, Line("help"))


def stop(visit: Visit) -> Reply:
    """End the session; the place is kept."""
    if visit.progress.at_end:
        return visit.farewell()
    return visit.close(Line("kept" if visit.progress.under_way else "goodbye"))


def home(_visit: Visit) -> Reply:
    """Leave without a word, as the listener is already elsewhere; the place is kept."""
    return Reply(end=True)


def not_understood(visit: Visit) -> Reply:
    """Say so, and what can be said from here.

    It may have been a cry for help: so, unless a question is open, once a routine is under way,
    it is also told how to say that something is wrong, before any word of going on.
    """
    line = visit.varied("not_understood")
    if visit.state.asked is not Asked.NOTHING or not visit.progress.under_way:
        return visit.say(line)
    return visit.say(line, Line("if_unwell" if line.variant % 2 else "if_it_hurts"))


def _unknown(visit: Visit, slot: Slot) -> Reply:
    sayable = 0 < len(slot.said) <= LONGEST_SAID
    line = Line("unknown", (("said", slot.said),)) if sayable else Line("unknown_one")
    return visit.say(line, Line("known", (("exercise_list", visit.coach.routine.ids),)))


yes = to_what_was_asked(
    {
        Asked.FORGET: _forgotten,
        Asked.AFRESH: _afresh,
        Asked.PAIN: caring.leave_out,
        Asked.GENTLY: caring.gently,
        Asked.HURT_BEFORE: caring.well_again,
        Asked.WELL: caring.well,
    },
    resume,
)
"""Where nothing was asked, "yes" means: lead me."""

no = to_what_was_asked(
    {
        Asked.GO_ON: _not_on,
        Asked.PAIN: caring.offer,
        Asked.GENTLY: caring.leave_out,
        Asked.HURT_BEFORE: caring.not_well,
        Asked.WELL: caring.unwell,
        Asked.FORGET: _not_deleted,
    },
    _all_right,
)
"""Where nothing was asked, "no" means: wait."""

a_little = to_what_was_asked(
    {
        Asked.PAIN: caring.offer,
        Asked.GENTLY: caring.offer,
        Asked.HURT_BEFORE: caring.not_well,
        Asked.WELL: caring.unwell,
    },
    pause,
)
"""Not bad, but not well either; where nothing was asked of it, it means: wait."""

unsure = to_what_was_asked(
    {
        Asked.PAIN: caring.leave_out,
        Asked.GENTLY: caring.leave_out,
        Asked.HURT_BEFORE: caring.not_well,
        Asked.WELL: caring.unwell,
    },
    _all_right,
)
"""What may be bad is taken to be so; any other question is put again."""

better = to_what_was_asked(
    {
        Asked.PAIN: caring.offer,
        Asked.GENTLY: caring.offer,
        Asked.HURT_BEFORE: caring.well_again,
        Asked.WELL: caring.well,
    },
    _all_right,
)
"""It is well, or no longer bad; that alone leads nobody on."""

try_it = to_what_was_asked(
    {
        Asked.GENTLY: caring.gently,
        Asked.PAIN: _all_right,
        Asked.HURT_BEFORE: _all_right,
        Asked.WELL: _still_asked,
    },
    yes,
)
"""Gently, where that was offered; it does not tell how bad a pain is, or was."""

ANSWERS: Final[Mapping[str, Answer]] = {
    LAUNCH: launch,
    ENDED: ended,
    "StartRoutineIntent": start,
    "GoToExerciseIntent": go_to,
    "SkipExerciseIntent": skip,
    "OtherFootIntent": other_foot,
    "WhereAmIIntent": where,
    "ListExercisesIntent": exercises,
    "AheadIntent": ahead,
    "EquipmentIntent": equipment,
    "WhyIntent": why,
    "ExplainIntent": explain,
    "ForgetMeIntent": forget,
    "LittleIntent": a_little,
    "UnsureIntent": unsure,
    "BetterIntent": better,
    "TryIntent": try_it,
    **wishing.ANSWERS,
    **caring.ANSWERS,
    **reminding.ANSWERS,
    "AMAZON.NextIntent": go_on,
    "AMAZON.RepeatIntent": repeat,
    "AMAZON.PreviousIntent": back,
    "AMAZON.PauseIntent": pause,
    "AMAZON.ResumeIntent": resume,
    "AMAZON.StartOverIntent": start_over,
    "AMAZON.YesIntent": yes,
    "AMAZON.NoIntent": no,
    "AMAZON.HelpIntent": help_,
    "AMAZON.StopIntent": stop,
    "AMAZON.CancelIntent": stop,
    "AMAZON.NavigateHomeIntent": home,
    "AMAZON.FallbackIntent": not_understood,
}
"""Every intent of the model, and how it is answered; any other was not understood."""
