"""Practical questions that have one answer, wherever in the routine they are asked."""

from collections.abc import Mapping
from typing import Final

from skill.conversation import informing, sessions
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.routine.plan import Line

TOLD: Final[Mapping[str, str]] = {
    "HowToStopIntent": "saying.how_to_stop",
    "WhyFeetIntent": "saying.why_feet",
    "HowOftenIntent": "saying.how_often",
    "ShoesIntent": "saying.shoes",
    "HoldOnIntent": "saying.hold_on",
    "DoingRightIntent": "saying.doing_right",
    "LouderIntent": "saying.louder",
    "ReminderDaysIntent": "saying.reminder_days",
}
"""The sentence that answers each of these intents."""


def told(visit: Visit) -> Reply:
    """The answer of `TOLD`."""
    return visit.say(Line(TOLD[visit.turn.intent]))


def last_time(visit: Visit) -> Reply:
    """What was done today, where a routine is under way; else when the last one was."""
    so_far = sessions.session(visit.state, visit.plan, visit.routine)
    if so_far and so_far.done:
        return visit.say(Line("saying.done_today", (("exercise_list", so_far.done),)))
    return informing.how_am_i_doing(visit)
