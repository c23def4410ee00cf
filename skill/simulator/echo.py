"""Alexa's side of the conversation, offline: what a device sends, when, and what it keeps.

Requests are whole envelopes, as a real Echo's are, and cross to the skill as JSON both ways.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from uuid import uuid4

from skill.conversation.turn import Consent
from skill.rendering.ssml import speak, words
from skill.routine.playhead import LATENCY_ALLOWANCE_MS
from skill.simulator import consent
from skill.simulator.acceptance import faults
from skill.simulator.clock import Clock
from skill.simulator.estimator import Piece, read
from skill.simulator.offline_alexa import token

Skill = Callable[[dict[str, Any]], dict[str, Any]]
"""One request envelope in, one response envelope out."""

LISTENING_MS: Final = 8_000
"""How long the microphone stays open after the speech, and once more after the reprompt; it
cannot be configured (Amazon, "Manage the skill session")."""

LEAVING: Final = frozenset({"exit", "quit"})
"""Said in an open session, Alexa itself ends it and sends no intent (Amazon, "Best practices for
custom interfaces": a skill cannot handle "exit" or "quit")."""


class Understanding(Protocol):
    """Alexa's ears: from the words that were said to what the skill is told."""

    def hear(self, utterance: str) -> dict[str, Any]:
        """Make the `intent` of an IntentRequest."""

    def is_launch(self, utterance: str) -> bool:
        """Tell whether these words open the skill."""


class RefusedError(Exception):
    """Alexa does not accept the skill's response; the message gives each reason."""


@dataclass(frozen=True, slots=True)
class Speech:
    """*pieces* as a device says them, the first word sounding at *began* (ms since 1970)."""

    pieces: tuple[Piece, ...]
    began: int

    @property
    def ms(self) -> int:
        """How long it lasts."""
        return sum(piece.ms for piece in self.pieces)

    @property
    def end(self) -> int:
        """When it is over, in ms since 1970."""
        return self.began + self.ms


@dataclass(slots=True)
class Session:
    """What a device keeps while a session is open; *reprompt* goes once it has been said.

    *asking* is the skill's directive while Alexa herself asks for leave.
    """

    session_id: str
    is_new: bool = True
    attributes: dict[str, Any] | None = None
    reprompt: tuple[Piece, ...] = ()
    asking: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """Who speaks to which skill, and from what: a speaker without a screen, as it is.

    Devices of one household have the same *user* and another *name*. Of what a device can do
    beside speaking, the *interfaces*, a skill is told only those that it has asked for. *scopes*
    are the permissions that were given on it, *api_endpoint* is where Alexa's services are.
    """

    locale: str
    name: str = "LIVING-ROOM"
    user: str = "LISTENER"
    application: str = "amzn1.ask.skill.00000000-0000-4000-8000-000000000000"
    interfaces: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    api_endpoint: str = "https://api.amazonalexa.com"

    def envelope(self, request: dict[str, Any], session: Session, at: int) -> dict[str, Any]:
        """Word a request as Alexa does; its time *at* is cut to whole seconds, as Alexa's is."""
        application = {"applicationId": self.application}
        user = {"userId": f"amzn1.ask.account.{self.user}"}
        moment = datetime.fromtimestamp(at // 1000, UTC)
        return {
            "version": "1.0",
            "session": {
                "new": session.is_new,
                "sessionId": session.session_id,
                "application": application,
                "attributes": session.attributes or {},
                "user": user,
            },
            "context": {
                "System": {
                    "application": application,
                    "user": user,
                    "device": {
                        "deviceId": f"amzn1.ask.device.{self.name}",
                        "supportedInterfaces": {name: {} for name in self.interfaces},
                    },
                    "apiEndpoint": self.api_endpoint,
                    "apiAccessToken": token(self.user, self.scopes),
                }
            },
            "request": {
                **request,
                "requestId": f"amzn1.echo-api.request.{uuid4()}",
                "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "locale": self.locale,
            },
        }


class Echo:
    """A device, and the session it holds with the skill.

    Time is the *clock*'s: each answer moves it on by the latency allowance, so that two requests
    are as far apart as the skill has to expect. What is said is said at the clock's time, be it
    into the speech or after it; `settle` does what silence brings, and is to be called whenever
    time has passed. Devices of one household share a clock.

    Whatever sends a request raises `RefusedError`, after telling the skill and closing the
    session, where Alexa refuses the answer.
    """

    def __init__(
        self,
        skill: Skill,
        understanding: Understanding,
        clock: Clock,
        device: Device,
        ms_per_character: int,
    ) -> None:
        self.clock = clock
        self.device = device
        self.ms_per_character = ms_per_character
        self.speech = Speech((), clock())
        """What is being said, or was said last."""
        self._skill = skill
        self._understanding = understanding
        self._session: Session | None = None

    @property
    def is_open(self) -> bool:
        """Whether a session is open: what is said now reaches the skill."""
        return self._session is not None

    @property
    def due(self) -> int | None:
        """When silence has its next consequence, in ms since 1970; never without a session."""
        return self.speech.end + LISTENING_MS if self.is_open else None

    def launch(self) -> None:
        """Open the skill, as naming it does; the skill hears no more of a session left open."""
        self._session = _new_session()
        self._ask(self._session, {"type": "LaunchRequest", "shouldLinkResultBeReturned": False})

    def say(self, phrase: str) -> bool:
        """Say *phrase* now; `False` where it does not reach the skill.

        Without a session only a launch does, alone or with what to do in the same breath
        ("ask my foot routine to ..."), which is then the first intent of the session.
        """
        if self._session is not None and _plain(phrase) in LEAVING:
            self.leave()
        elif self._session is not None and self._session.asking:
            self._consent(self._session, consent.heard(_plain(phrase)))
        elif self._session is not None:
            self._intend(self._session, phrase)
        elif wish := self._one_shot(phrase):
            self._session = _new_session()
            self._intend(self._session, wish)
        elif self._understanding.is_launch(phrase):
            self.launch()
        else:
            return False
        return True

    def settle(self) -> bool:
        """Do the next thing that silence has brought by now; `False` where there is none.

        First the reprompt is said, from the moment it was due; then the session ends.
        """
        if self._session is None or self.due is None or self.clock() < self.due:
            return False
        if self._session.reprompt:
            self.speech = Speech(self._session.reprompt, self.due)
            self._session.reprompt = ()
        elif self._session.asking:
            self._consent(self._session, Consent.NOT_ANSWERED)
        else:
            self._end({"reason": "EXCEEDED_MAX_REPROMPTS"}, self.due)
        return True

    def leave(self) -> None:
        """End the session as "exit" does: the speech stops, and the skill is told."""
        self._end({"reason": "USER_INITIATED"}, self.clock())

    def drop(self) -> None:
        """Lose the session without telling the skill, as devices with a screen have done."""
        self._session = None
        self.speech = Speech((), self.clock())

    def fail(self, kind: str = "DEVICE_COMMUNICATION_ERROR", message: str = "none known") -> None:
        """End the session by an error of Alexa's *kind*: the speech stops, the skill is told."""
        error = {"type": kind, "message": message}
        self._end({"reason": "ERROR", "error": error}, self.clock())

    def _one_shot(self, phrase: str) -> str:
        """Find what is said after a launch in the same breath; empty where nothing is."""
        for joint in (" to ", " and "):
            launch, _, wish = phrase.partition(joint)
            if wish and self._understanding.is_launch(launch):
                return wish
        return ""

    def _intend(self, session: Session, phrase: str) -> None:
        # No dialogState: Alexa sends it only to a skill that has a dialog model.
        self._ask(session, {"type": "IntentRequest", "intent": self._understanding.hear(phrase)})

    def _ask(self, session: Session, request: dict[str, Any]) -> None:
        """Send *request*, and say what is answered."""
        try:
            envelope = self._post(request, session, self.clock())
        except RefusedError as fault:
            self.fail("INVALID_RESPONSE", str(fault))
            raise
        self.clock.move_on(LATENCY_ALLOWANCE_MS)
        response = envelope.get("response", {})
        self.speech = Speech(self._pieces(response), self.clock())
        session.is_new = False
        # Attributes that are not sent back are gone.
        session.attributes = envelope.get("sessionAttributes")
        session.reprompt = self._pieces(response.get("reprompt") or {})
        session.asking = consent.asked_for(response)
        if session.asking:
            self._ask_for_leave(session, session.asking)
            return
        # Amazon leaves open what a device without a screen does where the key is missing (here it
        # closes); null is documented to mean false.
        if response.get("shouldEndSession", True):
            self._session = None

    def _ask_for_leave(self, session: Session, directive: dict[str, Any]) -> None:
        """Ask what the skill wants to be asked, unless it is answered already."""
        if consent.scopes_of(directive) <= self.device.scopes:
            self._consent(session, Consent.ACCEPTED)
            return
        question = consent.question(self.ms_per_character)
        self.speech = Speech((*self.speech.pieces, *question), self.speech.began)
        session.reprompt = question

    def _consent(self, session: Session, status: Consent) -> None:
        """Tell the skill what came of asking; the session goes on."""
        directive, session.asking = session.asking or {}, None
        if status is Consent.ACCEPTED:
            scopes = self.device.scopes | consent.scopes_of(directive)
            self.device = replace(self.device, scopes=scopes)
        self._ask(session, consent.answer(directive, status))

    def _end(self, why: dict[str, Any], at: int) -> None:
        """Close the session, if one is open, before the skill is told: its answer is moot."""
        session, self._session = self._session, None
        self.speech = Speech((), at)
        if session is not None:
            self._post({"type": "SessionEndedRequest", **why}, session, at)

    def _post(self, request: dict[str, Any], session: Session, at: int) -> dict[str, Any]:
        envelope = self.device.envelope(request, session, at)
        answer = self._skill(json.loads(json.dumps(envelope)))
        if why := faults(answer, request["type"], self.device.interfaces):
            raise RefusedError("; ".join(why))
        received: dict[str, Any] = json.loads(json.dumps(answer))
        return received

    def _pieces(self, said: dict[str, Any]) -> tuple[Piece, ...]:
        """Read the outputSpeech of a response or of a reprompt."""
        if (speech := said.get("outputSpeech")) is None:
            return ()
        ssml = speech["ssml"] if speech["type"] == "SSML" else speak(words(speech["text"]))
        return read(ssml, self.ms_per_character)


def _new_session() -> Session:
    return Session(f"amzn1.echo-api.session.{uuid4()}")


def _plain(phrase: str) -> str:
    """Keep the words alone: no wake word, no case, no punctuation."""
    letters = "".join(mark if mark.isalnum() else " " for mark in phrase.casefold())
    return " ".join(letters.split()).removeprefix("alexa ")
