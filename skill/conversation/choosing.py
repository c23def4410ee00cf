"""Which exercises are led: only these, not that one, those done sitting, those with no band."""

from collections.abc import Callable, Sequence

from skill.conversation.informing import not_understood
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.conversation.wishing import NOTHING_LEFT, go_on, take
from skill.routine.plan import Line


def only(visit: Visit) -> Reply:
    """Of what is ahead, only the exercise that was named."""
    names = _exercises(visit)
    if not names:
        return not_understood(visit)
    wishes = visit.state.wishes._replace(exercises=names, wanted=())
    if len(names) == 1:
        return take(visit, wishes, Line("only", (("exercise", names[0]),)))
    return take(visit, wishes, Line("saying.only_these", (("exercise_list", names),)))


def leave_out(visit: Visit) -> Reply:
    """The routine without the exercise that was named."""
    names = _exercises(visit)
    return without(visit, names) if names else not_understood(visit)


def without(visit: Visit, names: Sequence[str]) -> Reply:
    """The routine without the exercises called *names*."""
    allowed = visit.state.wishes.exercises or visit.routine.ids
    wishes = visit.state.wishes._replace(
        exercises=tuple(name for name in allowed if name not in names),
        wanted=_still(visit, lambda name: name not in names),
    )
    if not wishes.exercises:
        return go_on(visit, NOTHING_LEFT)
    return take(visit, wishes)


def seated(visit: Visit) -> Reply:
    """Only what is done sitting down."""
    sitting = tuple(each.id for each in visit.routine.exercises if each.seated)
    allowed = visit.state.wishes.exercises or sitting
    wanted = tuple(name for name in sitting if name in allowed) or sitting
    wishes = visit.state.wishes._replace(
        exercises=wanted, wanted=_still(visit, lambda name: name in sitting)
    )
    return take(visit, wishes, Line("seated"))


def missing(visit: Visit) -> Reply:
    """Leave out what needs the things that are missing; say once what would do in their place.

    That is told of the first exercise that needs one, unless it is done or not to be led anyway.
    """
    routine = visit.routine
    items = [name for name in named(visit, "item", "other", "third") if name in routine.equipment]
    if not items:
        return not_understood(visit)
    before = visit.state.wishes.missing
    wishes = visit.state.wishes._replace(
        missing=tuple(dict.fromkeys((*before, *items))),
        wanted=_still(visit, lambda name: not {*items}.intersection(routine.exercise(name).needs)),
    )
    told = [item for item in dict.fromkeys(items) if item not in before and _is_ahead(visit, item)]
    return take(visit, wishes, *(Line(f"instead.{item}") for item in told))


def found(visit: Visit, item: str) -> Reply:
    """Lead again what needs *item*, which is there now."""
    wishes = visit.state.wishes
    return take(
        visit, wishes._replace(missing=tuple(each for each in wishes.missing if each != item))
    )


def _is_ahead(visit: Visit, item: str) -> bool:
    """The first exercise that needs *item* is still to be led, or to be gone on with."""
    exercises = visit.routine.exercises
    needing = next(each.id for each in exercises if item in each.needs)
    return needing in visit.plan.exercises and not visit.progress.complete(needing)


def _exercises(visit: Visit) -> tuple[str, ...]:
    """The exercises that were named, in the order of the routine."""
    said = named(visit, "exercise", "second", "third")
    return tuple(name for name in visit.routine.ids if name in said)


def named(visit: Visit, *slots: str) -> tuple[str, ...]:
    """The ids of all that was said for *slots*, each once, in the order in which it was said."""
    filled = [visit.slot(name) for name in slots]
    each = [one for slot in filled if slot for one in (slot, *slot.others)]
    return tuple(dict.fromkeys(one.id for one in each if one.id))


def _still(visit: Visit, may: Callable[[str], bool]) -> tuple[str, ...]:
    """Of what was asked for by name, that which *may* still be led."""
    return tuple(name for name in visit.state.wishes.wanted if may(name))
