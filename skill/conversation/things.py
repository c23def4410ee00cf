"""What is answered about chair, towel and band: in their place, in trouble, found again."""

from skill.conversation import choosing, steering
from skill.conversation.informing import not_understood
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.routine.plan import Line


def instead(visit: Visit) -> Reply:
    """Whether something will do in the place of what is needed."""
    slot = visit.slot("substitute")
    if slot is None or slot.id not in visit.routine.equipment:
        return not_understood(visit)
    return visit.say(Line(f"with.{slot.id}"))


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
