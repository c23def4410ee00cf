"""A listener's wishes as one list, for a medium that shows them all and lets them be changed."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from skill.conversation import repetitions, wishing
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.routine.model import Routine, Side
from skill.routine.wishes import AS_PACED, Wishes


class WishList(NamedTuple):
    """What a listener can choose."""

    minutes: int
    """The most minutes of a routine."""
    feet: Side
    """The only foot to exercise, or both."""
    exercises: tuple[str, ...]
    """The ids of those to do, in the order of the routine."""
    missing: tuple[str, ...]
    """The equipment that the listener does not have."""
    gently: bool
    """The fewest sets and repetitions of each exercise."""

    @classmethod
    def of(cls, wishes: Wishes, routine: Routine) -> Self:
        """The list that says *wishes*."""
        return cls(
            minutes=min(wishes.minutes, routine.most_minutes),
            feet=wishes.feet,
            exercises=tuple(each for each in routine.ids if each in (wishes.exercises or (each,))),
            missing=wishes.missing,
            gently={*wishes.eased} == {*routine.ids},
        )

    @classmethod
    def read(cls, written: Mapping[str, Any], routine: Routine) -> Self:
        """The list that a listener sent; raises `ValueError` where it makes no sense."""
        minutes = written.get("minutes")
        if type(minutes) is not int or not 1 <= minutes <= routine.most_minutes:
            raise ValueError("these are no minutes")
        exercises = _chosen(written.get("exercises"), routine.ids)
        missing = _chosen(written.get("missing"), routine.equipment)
        gently = written.get("gently") is True
        return cls(minutes, Side(written.get("feet", "")), exercises, missing, gently)


def is_gentler_possible(visit: Visit) -> bool:
    """Whether there is anything less than what the listener is led in."""
    before = visit.state
    try:
        return repetitions.lighten_all(visit)
    finally:
        visit.state = before


def take(visit: Visit, wished: WishList, *, always: bool) -> Reply:
    """Change what is ahead to what is *wished*, and keep that for *always* where it is to be.

    What cannot be met changes nothing; the reply says so.
    """
    routine = visit.routine
    before = visit.state.wishes
    now = WishList.of(before, routine)
    if not wished.exercises:
        return visit.say(wishing.NOTHING_LEFT)
    wishes = before._replace(
        minutes=wished.minutes,
        feet=wished.feet,
        exercises=() if wished.exercises == routine.ids else wished.exercises,
        missing=wished.missing,
        wanted=(),
    )
    if now.gently and not wished.gently:
        wishes = wishes._replace(reps=(), eased=(), tempo=AS_PACED)
    replies = [wishing.take(visit, wishes)]
    met = WishList.of(visit.state.wishes, routine)._replace(gently=wished.gently) == wished
    if met and wished.gently and not now.gently:
        replies.append(repetitions.gentler(visit))
    if met and always:
        replies.append(wishing.keep(visit))
    lines = (line for reply in replies for line in reply.lines)
    return replies[-1]._replace(lines=tuple(dict.fromkeys(lines)))


def _chosen(found: object, known: tuple[str, ...]) -> tuple[str, ...]:
    """What of the *known* was *found*, in their order; raises `ValueError` for anything else."""
    if not isinstance(found, list) or not all(each in known for each in found):
        raise ValueError("this is not known")
    return tuple(each for each in known if each in found)
