"""One turn of the conversation, as the coach sees it: what was said, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

LAUNCH: Final = "LaunchRequest"
ENDED: Final = "SessionEndedRequest"


class Ending(StrEnum):
    """Why Alexa ended a session (SessionEndedRequest, `reason`)."""

    USER = "USER_INITIATED"
    SILENCE = "EXCEEDED_MAX_REPROMPTS"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Slot:
    """What filled a slot: the words that were *said*, and the *id* they resolved to, if any."""

    said: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A request. *intent* is an intent's name, `LAUNCH` or `ENDED`; *at* its stamp, ms since 1970.

    *listener* is the key that the listener's state is stored under, empty where none is known;
    *attributes* are the session's as Alexa gave them back; *ending* goes with `ENDED` alone.
    """

    intent: str
    at: int
    locale: str
    listener: str = ""
    new: bool = False
    attributes: Mapping[str, Any] | None = None
    slots: Mapping[str, Slot] = field(default_factory=dict)
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What the Alexa app shows of an answer, in plain text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: *speech* and *reprompt* are SSML; an open reply ends in a prompt."""

    speech: str = ""
    reprompt: str = ""
    end: bool = False
    card: Card | None = None
