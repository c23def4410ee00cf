"""One turn of the conversation: what was said, as the conversation needs to know it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from skill.conversation.medium import Medium
from skill.listener.reminders import Reminders

LAUNCH: Final = "LaunchRequest"
ENDED: Final = "SessionEndedRequest"
CONSENT: Final = "Connections.Response"
STARTED: Final = "AudioPlayer.PlaybackStarted"
NEARLY_FINISHED: Final = "AudioPlayer.PlaybackNearlyFinished"
STOPPED: Final = "AudioPlayer.PlaybackStopped"
FAILED: Final = "AudioPlayer.PlaybackFailed"
FINISHED: Final = "AudioPlayer.PlaybackFinished"
NEXT_BUTTON: Final = "PlaybackController.NextCommandIssued"
PREVIOUS_BUTTON: Final = "PlaybackController.PreviousCommandIssued"
PAUSE_BUTTON: Final = "PlaybackController.PauseCommandIssued"
PLAY_BUTTON: Final = "PlaybackController.PlayCommandIssued"


GOING_ON: Final = frozenset(
    {
        *(f"AMAZON.{name}Intent" for name in ("Next", "Yes", "Resume", "Stop")),
        *(f"{name}Intent" for name in ("AllDone", "Done", "NextExercise", "Ready", "Try")),
    }
)
"""What the intents mean that answer a prompt after a set: "finish" means the same as "stop"."""


class Ending(StrEnum):
    """Why Alexa ended a session (SessionEndedRequest, `reason`)."""

    USER = "USER_INITIATED"
    SILENCE = "EXCEEDED_MAX_REPROMPTS"
    ERROR = "ERROR"


class Slot(NamedTuple):
    """What filled a slot."""

    said: str
    """The words, as they were heard."""
    id: str = ""
    """What the words resolved to; empty where they are unknown."""
    others: tuple["Slot", ...] = ()
    """The values that were named after the first, where several were."""


class Consent(StrEnum):
    """How Alexa's own question for a permission was answered (voice permissions, `status`)."""

    ACCEPTED = "ACCEPTED"
    DENIED = "DENIED"
    NOT_ANSWERED = "NOT_ANSWERED"


class Player(NamedTuple):
    """What a device says of the recording that it plays, or played last."""

    token: str
    """The token of that play."""
    offset_ms: int
    """The moment of the recording that is heard, or was last."""
    sounding: bool = False
    """Whether it is being heard, or was until the listener spoke."""
    finished: bool = False
    """Whether it came to its end."""


class Shown(NamedTuple):
    """What a request that a screen sent says of the screen."""

    token: str
    """Names the answer that the screen shows."""
    timed: bool = False
    """Nobody touched the screen: it asks to go on, as its time is over."""


class Turn(NamedTuple):
    """One request of a conversation."""

    intent: str
    """An intent's name, or one of the constants above."""
    at: int
    """The request's timestamp, in ms since 1970."""
    locale: str
    """Such as `en-GB`; empty where none was given."""
    medium: Medium
    """What the reply is rendered for."""
    listener: str = ""
    """The key that the listener's state is stored under; empty where nothing can be stored."""
    new: bool = False
    """The session begins with this turn."""
    attributes: Mapping[str, Any] | None = None
    """The session attributes, as Alexa gave them back."""
    slots: Mapping[str, Slot] = MappingProxyType({})
    """The slots that are filled, by name."""
    ending: Ending | None = None
    """Why the session ended; with `ENDED` only."""
    consent: Consent | None = None
    """How the question for a permission was answered; with `CONSENT` only."""
    token: str = ""
    """What the permission was asked for with; with `CONSENT` only."""
    player: Player | None = None
    """The device's player; with an event of the player, what that says. None for no player."""
    can_play: bool = False
    """Whether the device can play recordings."""
    shown: Shown | None = None
    """The screen that asks for it; None where a voice does."""
    reminders: Reminders | None = None
    """The listener's reminders; None where Alexa gives no access to them."""
