"""What is answered about chair, towel and band: in their place, in trouble, found again."""

from collections.abc import Iterable

from skill.conversation import choosing, prompts, steering
from skill.conversation.informing import missed, not_understood
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.routine.plan import Line


def instead(visit: Visit) -> Reply:
    """Whether something will do in the place of what is needed.

    Where the skill does not know the thing, it says what would do: for the exercise that is led or
    announced, or else for each exercise.
    """
    slot = visit.slot("substitute")
    if slot is None:
        return not_understood(visit)
    if slot.id in visit.routine.equipment:
        return visit.say(Line(f"with.{slot.id}"))
    here = prompts.announced(visit.state) or visit.progress.place
    items = _special(visit, (here.exercise,)) if visit.progress.under_way else ()
    lines = (Line(f"in_place.{item}") for item in items or _special(visit, visit.plan.exercises))
    return missed(visit, Line("saying.unknown_thing"), *lines)


def trouble(visit: Visit) -> Reply:
    """What helps where a thing slips, is too strong, or does not stay.

    Without a name it is what the exercise of now is done with.
    """
    slot = visit.slot("trouble")
    here = _special(visit, (visit.progress.place.exercise,)) if visit.progress.under_way else ()
    items = here if slot is None else (slot.id,)
    if not {*items} & {*visit.routine.equipment}:
        return not_understood(visit)
    return visit.say(*(Line(f"trouble.{item}") for item in items))


def _special(visit: Visit, exercises: Iterable[str]) -> tuple[str, ...]:
    """What *exercises* are done with: each names that last. The chair is had where a towel is."""
    needs = [visit.routine.exercise(name).needs for name in exercises]
    return tuple(dict.fromkeys(item for each in needs for item in each[-1:]))


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
