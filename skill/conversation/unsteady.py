"""What is answered to people who are tired, not steady, or cannot do an exercise."""

from skill.conversation import caring, choosing
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.listener.state import OUT, Asked
from skill.routine.plan import Line


def tired(visit: Visit) -> Reply:
    """Stop, hold on, and sit where the exercise is done standing; then it may go on, or end."""
    if visit.progress.idle:
        return visit.say(Line("saying.rest_first"))
    standing = not visit.routine.exercise(visit.progress.place.exercise).seated
    return visit.say(Line("saying.sit_down" if standing else "saying.rest"))


def cannot(visit: Visit) -> Reply:
    """Offer the exercise once more, gently; where it hurt or that was tried, leave it out.

    Of an exercise that was named and is not the one being led, none is led.
    """
    named = visit.slot("exercise")
    here = visit.progress.place.exercise
    if visit.progress.idle or (named and named.id not in {"", here}):
        return choosing.leave_out(visit) if named and named.id else tired(visit)
    standing = not visit.routine.exercise(here).seated
    if visit.state.hurt.get(here):
        return without(visit)
    visit.ask(Asked.CANNOT)
    return visit.say(
        *([Line("saying.stand_still")] if standing else []),
        Line("offer_gently", (("exercise", here),)),
    )


def again(visit: Visit) -> Reply:
    """Offer it again, in the same words."""
    return visit.say(Line("offer_gently", (("exercise", visit.progress.place.exercise),)))


def without(visit: Visit) -> Reply:
    """Leave the exercise out today, and go to the next one when asked."""
    here = visit.progress.place.exercise
    visit.state = visit.state._replace(hurt=dict(visit.state.hurt) | {here: OUT})
    visit.ask(Asked.NOTHING)
    visit.move(visit.progress.leave())
    return visit.say(Line("left_out", (("exercise_list", (here,)),)))


def condition(visit: Visit) -> Reply:
    """Ask a professional first; and what can be done sitting.

    An injury of a time that is not known to be past may be one of now.
    """
    past = visit.slot("past")
    if past and past.said.strip() and not past.id:
        return caring.emergency(visit)
    return visit.say(Line("saying.ask_first"), *_seated_names(visit))


def _seated_names(visit: Visit) -> tuple[Line, ...]:
    names = tuple(each.id for each in visit.routine.exercises if each.seated)
    return (Line("saying.seated_are", (("exercise_list", names),)),) if names else ()
