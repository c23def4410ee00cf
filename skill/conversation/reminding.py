"""What is answered about reminders.

Each is offered in full, days and time, and set after a yes to just that. Where Alexa does not let
the skill set any, she is to ask the listener for leave herself; it goes on from her answer. None
of it moves the place: a set that was interrupted is held, as it is for any question.
"""

import logging
from typing import Final

from skill.conversation.reply import PermissionRequest, Reply
from skill.conversation.turn import Consent
from skill.conversation.visit import Visit
from skill.listener.reminders import Reminder, RemindersError, Why
from skill.listener.state import Asked
from skill.routine.plan import Line

LOG = logging.getLogger(__name__)

NOON: Final = 12
PARTS: Final = ((5, "night"), (NOON, "morning"), (17, "afternoon"), (21, "evening"), (24, "night"))
"""Before which hour each part of the day ends, as people speak of it; a choice."""


def remind(visit: Visit) -> Reply:
    """Offer a reminder, or another time for the one there is; ask for the time if need be."""
    if visit.turn.reminders is None:
        visit.ask(Asked.NOTHING)
        return visit.say(Line("reminders.unavailable"))
    slot = visit.slot("time")
    return _offer(visit, slot.said) if slot else _ask_time(visit)


def again(visit: Visit) -> Reply:
    """Ask once more what was asked."""
    if visit.state.asked is Asked.REMIND:
        return _offer(visit, visit.state.reminder)
    return _ask_time(visit)


def agreed(visit: Visit) -> Reply:
    """Set what was offered; where nothing was yet, "yes" does not tell the time."""
    offered = Reminder.at(visit.state.reminder)
    if visit.state.asked is Asked.REMIND_AT or offered is None:
        return again(visit)
    return _set(visit, offered, may_ask=True)


def declined(visit: Visit) -> Reply:
    """Set nothing, and offer nothing again; a reminder that there is already stays as it is."""
    visit.ask(Asked.NOTHING)
    try:
        kept = visit.turn.reminders.kept() if visit.turn.reminders else ()
    except RemindersError as fault:
        LOG.warning("a reminder could not be seen: %s", fault)
        kept = ()
    if not kept:
        return visit.say(Line("reminders.declined"))
    if kept[0] is None:
        return visit.say(Line("reminders.unchanged"))
    return visit.say(Line("reminders.unchanged"), _told("reminders.kept", kept[0]))


def consented(visit: Visit) -> Reply:
    """Go on from the answer that Alexa got: she is not asked twice."""
    offered = Reminder.at(visit.turn.token)
    if visit.turn.consent is Consent.ACCEPTED and offered:
        return _set(visit, offered, may_ask=False)
    visit.ask(Asked.NOTHING)
    denied = visit.turn.consent is Consent.DENIED
    return visit.say(Line("reminders.denied" if denied else "reminders.not_answered"))


def when(visit: Visit) -> Reply:
    """The days and the time of the reminder there is."""
    if visit.turn.reminders is None:
        return visit.say(Line("reminders.unavailable"))
    try:
        kept = visit.turn.reminders.kept()
    except RemindersError as fault:
        return _failed(visit, fault, "reminders.not_seen")
    if not kept:
        return visit.say(Line("reminders.none"))
    if kept[0] is None:
        return visit.say(Line("reminders.kept_other"))
    return visit.say(_told("reminders.kept", kept[0]))


def cancel(visit: Visit) -> Reply:
    """Delete it; who wants it back only has to ask."""
    if visit.turn.reminders is None:
        return visit.say(Line("reminders.unavailable"))
    try:
        any_was = visit.turn.reminders.cancel()
    except RemindersError as fault:
        return _failed(visit, fault, "reminders.not_cancelled")
    return visit.say(Line("reminders.cancelled" if any_was else "reminders.none"))


def _ask_time(visit: Visit, *lines: Line) -> Reply:
    visit.ask(Asked.REMIND_AT)
    return visit.say(*lines)


def _offer(visit: Visit, time: str) -> Reply:
    offered = Reminder.at(time)
    if offered is None:
        return _ask_time(visit, Line("reminders.unknown_time"))
    visit.state = visit.state._replace(reminder=offered.clock)
    visit.ask(Asked.REMIND)
    return visit.say(_told("reminders.offer", offered))


def _set(visit: Visit, offered: Reminder, *, may_ask: bool) -> Reply:
    visit.ask(Asked.NOTHING)
    if visit.turn.reminders is None:
        return visit.say(Line("reminders.unavailable"))
    label = visit.words.spoken(Line("reminders.label"))
    try:
        visit.turn.reminders.put(offered, label, visit.turn.locale, visit.turn.at)
    except RemindersError as fault:
        if fault.why is Why.NOT_ALLOWED and may_ask:
            asking = PermissionRequest(offered.clock)
            return visit.reply(Line("reminders.consent"))._replace(permission=asking)
        return _failed(visit, fault, f"reminders.not_set_{fault.why}")
    return visit.say(_told("reminders.set", offered))


def _failed(visit: Visit, fault: RemindersError, key: str) -> Reply:
    """Say that it did not work; where leave is missing, how to give it."""
    LOG.warning("a reminder could not be seen or changed: %s", fault)
    if fault.why is Why.NOT_ALLOWED:
        return visit.say(Line("reminders.not_allowed"))._replace(permission=PermissionRequest())
    return visit.say(Line(key))


def _told(key: str, reminder: Reminder) -> Line:
    """The sentence of that *key*, with the days and the time in it."""
    days = tuple(day.value for day in reminder.days)
    return Line(key, (("days", days), ("when", _at(reminder))))


def _at(reminder: Reminder) -> Line:
    """The time in words: the hour of a twelve-hour clock, and the part of the day."""
    if reminder.minute == 0 and reminder.hour % NOON == 0:
        return Line("reminders.at_noon" if reminder.hour else "reminders.at_midnight")
    part = next(name for before, name in PARTS if reminder.hour < before)
    hour = reminder.hour % NOON or NOON
    if reminder.minute:
        return Line(f"reminders.at_{part}_time", (("time", f"{hour}:{reminder.minute:02}"),))
    return Line(f"reminders.at_{part}", (("hour", hour),))
