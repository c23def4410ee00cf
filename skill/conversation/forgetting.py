"""The wish to be forgotten: it is confirmed first, as it cannot be taken back."""

import logging

from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.listener.state import Asked
from skill.routine.plan import Line
from skill.storage.store import StoreError

LOG = logging.getLogger(__name__)


def forget(visit: Visit) -> Reply:
    """Ask first: it cannot be taken back."""
    visit.ask(Asked.FORGET)
    return visit.say(Line("forget"))


def confirmed(visit: Visit) -> Reply:
    """Delete all that is kept, and say whether that worked."""
    visit.ask(Asked.NOTHING)
    try:
        visit.forget()
    except StoreError:
        LOG.exception("a listener could not be forgotten")
        return visit.say(Line("not_forgotten"))
    return visit.close(Line("forgotten"))


def declined(visit: Visit) -> Reply:
    """Delete nothing."""
    visit.ask(Asked.NOTHING)
    return visit.say(Line("not_deleted"))
