"""How long the routine lasts: so many minutes in all, so many more from now, a short version."""

from typing import Final

from skill.conversation.informing import not_understood
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.conversation.wishing import take
from skill.language.slot_values import number
from skill.routine.plan import Line
from skill.routine.planner import MINUTE_MS
from skill.routine.progress import Phase
from skill.routine.wishes import LONGEST_MINUTES

SHORT_MINUTES: Final = 10
"""A short version: half of what a routine takes at the most."""

MOST_LETTERS: Final = 40
"""No number of minutes is longer in words."""


def minutes_said(visit: Visit) -> int | None:
    """The whole minutes that were said, `None` where none can be meant."""
    slot = visit.slot("minutes")
    if slot is None or len(slot.said) > MOST_LETTERS:
        return None
    decimal = slot.said.isdecimal()
    minutes = int(slot.said) if decimal else number(visit.words.language, slot.said) or 0
    return minutes if 1 <= minutes <= LONGEST_MINUTES else None


def minutes(visit: Visit) -> Reply:
    """So many minutes in all, what is behind included."""
    wished = minutes_said(visit)
    return not_understood(visit) if wished is None else lasting(visit, wished)


def lasting(visit: Visit, wished: int, *, told: bool = True) -> Reply:
    """So many minutes in all, as far as a routine may last; *told* where they were said so."""
    most = visit.routine.most_minutes
    if wished > most:
        return take(
            visit, visit.state.wishes._replace(minutes=most), Line("longest", (("minutes", most),))
        )
    return take(visit, visit.state.wishes._replace(minutes=wished), minutes=wished if told else 0)


def shorter(visit: Visit) -> Reply:
    """A short routine; of one under way, half of what is left."""
    if visit.progress.idle:
        return lasting(visit, SHORT_MINUTES)
    gone, left = _behind_and_left(visit)
    return lasting(visit, max(gone + -(-left // 2), 1), told=False)


def minutes_left(visit: Visit) -> Reply:
    """So many minutes more, counted from now."""
    wished = minutes_said(visit)
    if wished is None:
        return not_understood(visit)
    if visit.progress.idle:
        return lasting(visit, wished)
    gone, _ = _behind_and_left(visit)
    return lasting(visit, gone + wished, told=False)


def _behind_and_left(visit: Visit) -> tuple[int, int]:
    """Whole minutes of the plan that are behind, and those that are left, rounded up."""
    progress = visit.progress
    step = progress.at if progress.phase is Phase.PAUSED else progress.ahead
    left = visit.plan.left_ms(step)
    return max(visit.plan.ms - left, 0) // MINUTE_MS, -(-left // MINUTE_MS)
