"""Wishes for time in words: a quarter of an hour, five more minutes, a short version."""

from typing import Final

from skill.conversation import moves, wishing
from skill.conversation.informing import not_understood
from skill.conversation.reply import Reply
from skill.conversation.turn import Slot
from skill.conversation.visit import Visit
from skill.routine.planner import MINUTE_MS
from skill.routine.progress import Phase

SHORT_MINUTES: Final = 10
"""A short version: half of what a routine takes at the most."""


def span(visit: Visit) -> Reply:
    """Take a span, such as half an hour, for its minutes; before the start, begin with them."""
    slot = visit.slot("span")
    if slot is None or not slot.id.isdecimal():
        return not_understood(visit)
    return _start(visit, int(slot.id))


def shorter(visit: Visit) -> Reply:
    """A short routine; of one under way, half of what is left."""
    if visit.progress.phase in {Phase.READY, Phase.DONE}:
        return wishing.lasting(visit, SHORT_MINUTES)
    gone, left = _minutes(visit)
    return wishing.lasting(visit, max(gone + -(-left // 2), 1), told=False)


def minutes_left(visit: Visit) -> Reply:
    """So many minutes more, counted from now."""
    wished = wishing.minutes_said(visit)
    if wished is None:
        return not_understood(visit)
    if visit.progress.phase in {Phase.READY, Phase.DONE}:
        return wishing.lasting(visit, wished)
    gone, _ = _minutes(visit)
    return wishing.lasting(visit, gone + wished, told=False)


def _start(visit: Visit, minutes: int) -> Reply:
    slots = dict(visit.turn.slots) | {"minutes": Slot(str(minutes))}
    visit.turn = visit.turn._replace(slots=slots)
    return moves.start(visit)


def _minutes(visit: Visit) -> tuple[int, int]:
    """Whole minutes of the plan that are behind, and those that are left, rounded up."""
    progress = visit.progress
    step = progress.at if progress.phase is Phase.PAUSED else progress.ahead
    left = visit.plan.left_ms(step)
    return max(visit.plan.ms - left, 0) // MINUTE_MS, -(-left // MINUTE_MS)
