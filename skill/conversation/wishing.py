"""What is done about a wish: what is ahead changes from the interrupted set on, and it goes on.

What is behind stays as it was led. A wish holds for this routine, and for the next ones only where
the listener asks for that.
"""

from collections.abc import Sequence
from typing import Final

from skill.conversation.informing import not_understood
from skill.conversation.leading import begin, lead
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.listener.state import Asked
from skill.routine.itinerary import Itinerary
from skill.routine.model import Side
from skill.routine.plan import Line, Place
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase
from skill.routine.wishes import Settled, Wishes

NOTHING_LEFT: Final = Line("nothing_left")
"""What is said where a wish would leave no exercise."""


def take(visit: Visit, wishes: Wishes, *lines: Line, minutes: int = 0) -> Reply:
    """Change what is ahead, say what is done now, and go on as it was.

    Where that are other exercises than before, they are named, with the *minutes* wished for.
    """
    before = visit.plan.exercises
    try:
        changed = visit.itinerary.rewished(wishes)
    except UnmeetableError as fault:
        nearest = wishes._replace(minutes=fault.nearest.minutes)
        longer = visit.itinerary.tried(nearest)
        if longer is None:
            # A listener who cannot stand, or has no towel, is not led on as before, but asked.
            return visit.say(NOTHING_LEFT)
        if visit.progress.idle:
            return visit.say(Line("shortest", (("minutes", nearest.minutes),)))
        changed = longer
        lines = (*lines, Line("at_least", (("minutes", nearest.minutes),)))
        minutes = 0
    visit.follow(changed)
    named = any(line.key in {"only", "saying.only_these"} for line in lines)
    if visit.plan.exercises != before and not named:
        progress = visit.progress
        here = progress.ahead if progress.announced else progress.at
        lines = (*lines, doing(progress.course[here:], minutes))
    return go_on(visit, *(lines or (visit.varied("all_right"),)))


def doing(ahead: Sequence[Place], minutes: int = 0) -> Line:
    """The exercises that are *ahead*, with the *minutes* of the whole where these were said."""
    names = tuple(dict.fromkeys(place.exercise for place in ahead))
    if minutes:
        return Line("minutes_for", (("minutes", minutes), ("exercise_list", names)))
    return Line("doing", (("exercise_list", names),))


def go_on(visit: Visit, *lines: Line) -> Reply:
    """Go on leading where the wish, or the question it led to, cut the voice off; else wait."""
    asked = visit.found.asked is Asked.SLOWER and visit.state.asked is Asked.NOTHING
    if (visit.cut_off or asked) and visit.progress.phase is Phase.PAUSED:
        return lead(visit, visit.progress.resume(), *lines)
    elsewhere = visit.progress.place.exercise != visit.found.progress.place.exercise
    if elsewhere and visit.progress.phase is Phase.PAUSED and visit.state.asked is Asked.NOTHING:
        visit.ask(Asked.READY)
    return visit.say(*lines)


def keeping_all(visit: Visit, wishes: Wishes) -> Itinerary | None:
    """What *wishes* lead to, where that has all exercises that there are now; else None."""
    changed = visit.itinerary.tried(wishes)
    if changed and visit.plan_for(changed.wishes).exercises == visit.plan.exercises:
        return changed
    return None


def dose(visit: Visit) -> Settled:
    """What is asked of the listener now, in this exercise."""
    here = visit.progress.place.exercise
    return [dose for dose in visit.plan.doses if dose.exercise == here][-1]


def one_foot(visit: Visit) -> Reply:
    """Only the foot that was named, from here on; where nothing is led yet, start with it.

    Whatever else was wished for today stays: who cannot stand is not led on one leg for that.
    """
    foot = visit.foot()
    return only_on(visit, foot) if foot else not_understood(visit)


def only_on(visit: Visit, foot: Side) -> Reply:
    """Only *foot*, as `one_foot` has it."""
    wishes = visit.state.wishes._replace(feet=foot)
    if visit.progress.idle:
        return begin(visit, wishes, Line("only_foot", (("side", foot.value),)))
    return take(visit, wishes, Line("only_foot", (("side", foot.value),)))


def both_feet(visit: Visit) -> Reply:
    """Both feet from here on, and all else as it was."""
    wishes = visit.state.wishes._replace(feet=Side.BOTH, spared=())
    return take(visit, wishes, Line("with_both_feet"))


def keep(visit: Visit) -> Reply:
    """Keep the wishes of today for every routine: only ever because it was asked."""
    wishes = visit.state.wishes
    usual = Wishes(
        minutes=wishes.minutes,
        pace=wishes.pace,
        exercises=wishes.exercises,
        feet=wishes.feet,
        missing=wishes.missing,
        tempo=wishes.tempo,
        reps=wishes.reps,
        eased=wishes.eased if {*wishes.eased} == {*visit.routine.ids} else (),
    )
    visit.state = visit.state._replace(memory=visit.state.memory._replace(usual=usual))
    return go_on(visit, Line("kept_wishes"))


def everything(visit: Visit) -> Reply:
    """No wishes of today any more; those that were kept are kept until they are to be forgotten."""
    kept = visit.state.memory.usual
    return _without_wishes(visit, Line("everything" if kept == Wishes() else "everything_kept"))


def forget_wishes(visit: Visit) -> Reply:
    """No wishes any more, today and from now on."""
    visit.state = visit.state._replace(memory=visit.state.memory._replace(usual=Wishes()))
    return _without_wishes(visit, Line("wishes_forgotten"))


def _without_wishes(visit: Visit, line: Line) -> Reply:
    now, kept = visit.state.wishes, visit.state.memory.usual
    wishes = kept._replace(level=now.level, known=now.known, new=now.new, turned=now.turned)
    return take(visit, wishes, line)
