"""What is answered about chair, towel and band: in their place, in trouble, found again."""

from skill.conversation import choosing, prompts, steering
from skill.conversation.informing import missed, not_understood
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.routine.plan import Line


def instead(visit: Visit) -> Reply:
    """Whether something will do in the place of what is needed.

    Of what is not known it is told what would do, in the exercise of now or in all of them.
    """
    slot = visit.slot("substitute")
    if slot is None:
        return not_understood(visit)
    if slot.id in visit.routine.equipment:
        return visit.say(Line(f"with.{slot.id}"))
    here = prompts.announced(visit.state) or visit.progress.place
    # Each exercise needs most what it names last; the chair is had where a towel is asked for.
    special = {
        each.id: each.needs[-1:]
        for each in visit.routine.exercises
        if each.needs and each.id in visit.plan.exercises
    }
    items = special.get(here.exercise, ()) if visit.progress.under_way else ()
    named = items or dict.fromkeys(item for needs in special.values() for item in needs)
    lines = (Line(f"in_place.{item}") for item in named)
    return missed(visit, Line("saying.unknown_thing"), *lines)


def trouble(visit: Visit) -> Reply:
    """What helps where a thing slips, is too strong, or does not stay."""
    slot = visit.slot("trouble")
    if slot is None or slot.id not in visit.routine.equipment:
        return not_understood(visit)
    return visit.say(Line(f"trouble.{slot.id}"))


def found(visit: Visit) -> Reply:
    """What was missing is there: the exercises that need it are led again, in their place.

    Where it was not missing, it was only fetched, and it goes on.
    """
    slot = visit.slot("item")
    if slot is None or slot.id not in visit.routine.equipment:
        return not_understood(visit)
    if slot.id not in visit.state.wishes.missing:
        return steering.go_on(visit)
    return choosing.found(visit, slot.id)
