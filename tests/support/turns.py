"""Turns of one device with the skill, request by request, at the moments that a test chooses."""

import json
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from lengths import length_ms
from plans import ENGLISH

from skill.app import App
from skill.conversation.turn import Slot
from skill.simulator import estimator
from skill.simulator.acceptance import faults
from skill.simulator.clock import Clock
from skill.simulator.device import Device, DeviceSession
from skill.simulator.shown_screen import INTERFACE

MORNING: Final = 1_767_598_200_000
"""2026-01-05T07:30:00Z: a whole second, as Alexa's stamps are."""

SECOND: Final = 1_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR

LAUNCH: Final = {"type": "LaunchRequest"}

SCREEN_EVENTS: Final = (f"{INTERFACE}.UserEvent", f"{INTERFACE}.RuntimeError")
"""The types of requests that screens send."""


def listener_key(user_id: str) -> str:
    """A key that tells users apart and names none."""
    return f"listener-{sum(map(ord, user_id))}"


def _tail(text: str) -> str:
    """What is left of a prompt from the first sentence that offers a phrase."""
    parts = re.split(r"(?<=[.?!]) ", text)
    first = next(number for number, part in enumerate(parts) if '"' in part)
    return " ".join(parts[first:]).replace('"', "")


PROMPTS: Final = tuple(
    _tail(text) for sentence in ENGLISH.sentences.values() for text in sentence.texts if '"' in text
)
"""How an open response may end: with what may be said next."""

GONE: Final = ENGLISH.sentences["ask_later"].texts[0].removeprefix("{question}")
"""What helps after a long silence, when the session is gone."""

REPROMPTS: Final = (*PROMPTS, *(f"{prompt}{GONE}" for prompt in PROMPTS))
"""How what is said after a long silence may end."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A *response* as a listener and Alexa meet it."""

    response: dict[str, Any]

    @property
    def is_open(self) -> bool:
        """The session goes on: that is said, or left to the screen that is shown."""
        response = self.response["response"]
        ends = response.get("shouldEndSession", not response.get("directives"))
        return ends is False

    @property
    def attributes(self) -> dict[str, Any]:
        """What Alexa gives back at the next turn of the session."""
        attributes: dict[str, Any] = self.response.get("sessionAttributes") or {}
        return attributes

    @property
    def ssml(self) -> str:
        """The speech, empty where there is none."""
        spoken: str = self.response["response"].get("outputSpeech", {}).get("ssml", "")
        return spoken

    @property
    def reprompt(self) -> str:
        """The speech of the reprompt, empty where there is none."""
        spoken: dict[str, Any] = self.response["response"].get("reprompt", {})
        text: str = spoken.get("outputSpeech", {}).get("ssml", "")
        return text

    @property
    def text(self) -> str:
        """All words of the speech, without its silences."""
        return words_of(self.ssml)

    @property
    def ms(self) -> int:
        """How long the speech lasts."""
        return length_ms(self.ssml, ENGLISH.rate) if self.ssml else 0


@lru_cache(maxsize=1000)
def words_of(spoken: str) -> str:
    """The words of *spoken*, in a row."""
    if not spoken:
        return ""
    pieces = estimator.read(spoken, ENGLISH.rate)
    return " ".join(piece.text for piece in pieces if piece.text)


def slot_json(name: str, slot: Slot) -> dict[str, Any]:
    """Make a filled slot as Alexa sends it, with what it resolved to."""
    code = "ER_SUCCESS_MATCH" if slot.id else "ER_SUCCESS_NO_MATCH"
    found: dict[str, Any] = {"authority": "test", "status": {"code": code}}
    if slot.id:
        found["values"] = [{"value": {"name": slot.said, "id": slot.id}}]
    return {
        "name": name,
        "value": slot.said,
        "confirmationStatus": "NONE",
        "resolutions": {"resolutionsPerAuthority": [found]},
    }


def intent(name: str, **slots: Slot) -> dict[str, Any]:
    """Make an IntentRequest."""
    filled = {key: slot_json(key, slot) for key, slot in slots.items()}
    return {"type": "IntentRequest", "intent": {"name": name, "slots": filled}}


def ended(reason: str) -> dict[str, Any]:
    """Make a SessionEndedRequest."""
    error = {"error": {"type": "INVALID_RESPONSE", "message": "none"}} if reason == "ERROR" else {}
    return {"type": "SessionEndedRequest", "reason": reason, **error}


@dataclass
class Turns:
    """One device that talks with *app* when the *clock* says; every answer is one Alexa takes.

    *attributes* are the session's, `None` where no session is open; a test may change them.
    """

    app: App
    clock: Clock
    device: Device = field(default_factory=lambda: Device("en-US"))
    attributes: dict[str, Any] | None = None

    def ask(self, request: dict[str, Any], after: int = 0) -> Heard:
        """Send *request*, *after* so many ms; a launch begins a session, as does any first turn."""
        self.clock.move_on(after)
        is_new = self.attributes is None or request["type"] == "LaunchRequest"
        session = DeviceSession(
            "session", is_new=is_new, attributes=None if is_new else self.attributes
        )
        heard = Heard(self.app.converse(self.device.envelope(request, session, self.clock())))
        assert faults(heard.response, request["type"], self.device.interfaces) == ()
        if request["type"] in SCREEN_EVENTS and not heard.response["response"]:
            return heard  # what is shown goes on
        over = not heard.is_open or request["type"] == "SessionEndedRequest"
        self.attributes = None if over else json.loads(json.dumps(heard.attributes))
        return heard

    def launch(self, after: int = 0) -> Heard:
        """Open the skill."""
        return self.ask(LAUNCH, after)

    def say(self, name: str, after: int = 0, **slots: Slot) -> Heard:
        """Say what is heard as the intent called *name*."""
        return self.ask(intent(name, **slots), after)

    def begun(self, heard: Heard) -> Heard:
        """Begin the exercise that was announced in *heard*, where one was."""
        waits = heard.attributes.get("asked") == "ready"
        return self.say("AMAZON.NextIntent") if waits else heard

    def end(self, reason: str, after: int = 0) -> Heard:
        """Let Alexa end the session."""
        return self.ask(ended(reason), after)

    def drop(self) -> None:
        """Lose the session without a word."""
        self.attributes = None

    def beside(self, name: str) -> "Turns":
        """Another device of the same listener."""
        return Turns(self.app, self.clock, replace(self.device, name=name))
