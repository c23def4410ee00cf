"""One turn of the conversation, as the coach sees it: what was said, and what is answered."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from skill.listener.reminders import Reminders

LAUNCH: Final = "LaunchRequest"
ENDED: Final = "SessionEndedRequest"
CONSENT: Final = "Connections.Response"


class Ending(StrEnum):
    """Why Alexa ended a session (SessionEndedRequest, `reason`)."""

    USER = "USER_INITIATED"
    SILENCE = "EXCEEDED_MAX_REPROMPTS"
    ERROR = "ERROR"


class Slot(NamedTuple):
    """What filled a slot: the words that were *said*, and the *id* they resolved to, if any."""

    said: str
    id: str = ""


class Consent(StrEnum):
    """How Alexa's own question for leave was answered (voice permissions, `payload.status`)."""

    ACCEPTED = "ACCEPTED"
    DENIED = "DENIED"
    NOT_ANSWERED = "NOT_ANSWERED"


class Turn(NamedTuple):
    """A request. *intent* is an intent's name, `LAUNCH`, `ENDED` or `CONSENT`; *at* its stamp.

    *at* is in ms since 1970. *listener* is the key that the listener's state is stored under,
    empty where none is known; *attributes* are the session's as Alexa gave them back. *ending*
    goes with `ENDED` alone; *consent*, and the *token* that the skill had asked for it with, with
    `CONSENT`. *reminders* are the listener's, None where Alexa gives no access to any.
    """

    intent: str
    at: int
    locale: str
    listener: str = ""
    new: bool = False
    attributes: Mapping[str, Any] | None = None
    slots: Mapping[str, Slot] = MappingProxyType({})
    ending: Ending | None = None
    consent: Consent | None = None
    token: str = ""
    reminders: Reminders | None = None


class PermissionRequest(NamedTuple):
    """Alexa is to ask the listener for leave to set reminders.

    By a card in her app; and by voice, where there is a *token* to come back with.
    """

    token: str = ""


class Card(NamedTuple):
    """What the Alexa app shows of an answer, in plain text."""

    title: str
    text: str


class Reply(NamedTuple):
    """An answer: *speech* and *reprompt* are SSML; an open reply ends in a prompt.

    With a *leave* to be asked for by voice, the prompt is Alexa's.
    """

    speech: str = ""
    reprompt: str = ""
    end: bool = False
    card: Card | None = None
    leave: PermissionRequest | None = None
