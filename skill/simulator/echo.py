"""An Echo, offline: what it says, and which requests it sends to the skill, and when.

Requests are whole envelopes, as a real Echo's are. Requests and responses are passed on as JSON.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from skill.conversation.turn import Consent
from skill.language.rate import SpeechRate
from skill.routine.playhead import LATENCY_ALLOWANCE_MS
from skill.simulator import consent
from skill.simulator.acceptance import RefusedError, accepted
from skill.simulator.audio_player import AudioPlayer
from skill.simulator.clock import Clock
from skill.simulator.device import Device, DeviceSession
from skill.simulator.device_speech import DeviceSpeech, spoken
from skill.simulator.ears import LEAVING, PLAYER, Nlu, one_shot, plain
from skill.simulator.shown_screen import ShownScreen, sent, shown

Skill = Callable[[dict[str, Any]], dict[str, Any]]
"""A skill: it takes one request envelope and returns one response envelope."""

LISTENING_MS: Final = 8_000
"""Milliseconds that the microphone stays open after the speech, and again after the reprompt. It
cannot be configured (Amazon, "Manage the skill session")."""


class Echo:
    """A device, and its session with the skill.

    The *clock* tells the time. Each response moves it on by the latency allowance, so that two
    requests are as far apart as the skill expects. The listener speaks at the clock's time, during
    the speech or after it. Call `settle` whenever time has passed: it does what silence leads to.
    Devices of one household share a clock.

    *lengths* tells how long the sound at each address is. What plays goes on by itself where an
    answer leaves it alone. Where the skill was the last to play something, what `PLAYER` lists
    reaches it without its name.

    Every method that sends a request raises `RefusedError` where Alexa would refuse the response;
    the session is then closed, and the skill is told so.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it is made of
        self,
        skill: Skill,
        nlu: Nlu,
        clock: Clock,
        device: Device,
        rate: SpeechRate,
        lengths: Mapping[str, int] | None = None,
    ) -> None:
        self.clock = clock
        self.device = device
        self.rate = rate
        self.speech = DeviceSpeech((), clock())
        """What is being said, or was said most recently."""
        self._skill = skill
        self._nlu = nlu
        self._session: DeviceSession | None = None
        self._screen: ShownScreen | None = None
        self.player = AudioPlayer(lengths or {})
        """What it plays beside speaking."""

    @property
    def is_open(self) -> bool:
        """Whether a session is open, so that what is said reaches the skill."""
        return self._session is not None

    def needs_name(self, phrase: str) -> bool:
        """Whether a real device would hear *phrase* only after its name: its microphone is closed.

        It is closed while the device speaks, and in the silence before a reprompt.
        """
        named = phrase.casefold().startswith("alexa")
        return self.is_open and self.clock() < self.speech.end and not named

    @property
    def due(self) -> int | None:
        """When silence has its next effect, in ms since 1970; None where it has none.

        It has a screen go on; else it ends a session, or a recording.
        """
        if not self.is_open:
            return self.player.ends
        goes_on_at = self._screen.goes_on_at if self._screen else None
        return self.speech.end + LISTENING_MS if goes_on_at is None else goes_on_at

    def launch(self) -> None:
        """Open the skill in a new session, as its invocation name does.

        A session that is still open is lost, and the skill is not told.
        """
        self._session = DeviceSession()
        self._send(self._session, {"type": "LaunchRequest", "shouldLinkResultBeReturned": False})

    def say(self, phrase: str) -> bool:
        """Say *phrase* now; False where it does not reach the skill.

        Without a session, only a launch reaches it, alone or followed by a wish in the same
        utterance ("ask my foot routine to ..."), which is then the session's first intent.
        """
        if self._session is not None and plain(phrase) in LEAVING:
            self.leave()
        elif self._session is not None and self._session.permission_request:
            self._tell_consent(self._session, consent.heard(plain(phrase)))
        elif self._session is not None:
            self._intend(self._session, phrase)
        elif wish := one_shot(self._nlu, phrase):
            self._session = DeviceSession()
            self._intend(self._session, wish)
        elif self.player.begun[0] and self._nlu.hear(phrase)["name"] in PLAYER:
            self._session = DeviceSession()
            self._intend(self._session, phrase)
        elif self._nlu.is_launch(phrase):
            self.launch()
        else:
            return False
        return True

    def settle(self) -> bool:
        """Do the next thing that silence has led to by now; False where there is none.

        First the reprompt is said, from the moment it was due; then the session ends.
        """
        if self.due is None or self.clock() < self.due:
            return False
        if self._session is None:
            self._tell(self.player.finish(self.due), self.due)
            return True
        if self._screen and self._screen.goes_on_at is not None:
            self._send(self._session, sent(self._screen, "next", "timed"))
            return True
        if self._session.reprompt:
            self.speech = DeviceSpeech(self._session.reprompt, self.due)
            self._session.reprompt = ()
        elif self._session.permission_request:
            self._tell_consent(self._session, Consent.NOT_ANSWERED)
        else:
            self._end({"reason": "EXCEEDED_MAX_REPROMPTS"}, self.due)
        return True

    def touch(self, label: str) -> bool:
        """Touch the button with that *label*; False where the screen shows none."""
        if self._session is None or self._screen is None or label not in self._screen.moves:
            return False
        self._send(self._session, sent(self._screen, self._screen.moves[label]))
        return True

    def press(self, button: str) -> None:
        """Press a *button* of the player: Play, Pause, Next or Previous."""
        self.speech = DeviceSpeech((), self.clock())
        request = {"type": f"PlaybackController.{button}CommandIssued"}
        self._play(self._post(request, None, self.clock()))

    def break_off(self) -> None:
        """Let what is played break off."""
        self.speech = DeviceSpeech((), self.clock())
        self._tell([self.player.fail(self.clock())], self.clock())

    def leave(self) -> None:
        """End the session as "exit" does: the speech stops, and the skill is told."""
        self._end({"reason": "USER_INITIATED"}, self.clock())

    def drop(self) -> None:
        """Lose the session without telling the skill, as devices with a screen sometimes do."""
        self._session = self._screen = None
        self.speech = DeviceSpeech((), self.clock())

    def fail(self, kind: str = "DEVICE_COMMUNICATION_ERROR", message: str = "none known") -> None:
        """End the session by an error of type *kind*: the speech stops, and the skill is told."""
        error = {"type": kind, "message": message}
        self._end({"reason": "ERROR", "error": error}, self.clock())

    def _intend(self, session: DeviceSession, phrase: str) -> None:
        # No dialogState: Alexa sends it only to a skill that has a dialog model.
        self._send(session, {"type": "IntentRequest", "intent": self._nlu.hear(phrase)})

    def _send(self, session: DeviceSession, request: dict[str, Any]) -> None:
        """Send *request*, and say the response."""
        try:
            envelope = self._post(request, session, self.clock())
        except RefusedError as fault:
            self.fail("INVALID_RESPONSE", str(fault))
            raise
        self.clock.move_on(LATENCY_ALLOWANCE_MS)
        response = envelope.get("response", {})
        if not response and self._screen:  # it was not heard, and all goes on as it did
            self._screen = self._screen._replace(goes_on_at=None)
            return
        self.speech = DeviceSpeech(spoken(response, self.rate), self.clock())
        session.is_new = False
        session.attributes = envelope.get("sessionAttributes")
        session.reprompt = spoken(response.get("reprompt") or {}, self.rate)
        session.permission_request = consent.asked_for(response)
        self._play(envelope)
        if session.permission_request:
            self._ask_permission(session, session.permission_request)
            return
        self._screen = shown(response, self.speech.began)
        # Where the key is missing, a screen keeps the session. Amazon does not say what a device
        # without one does; here the session closes. For null it is documented that it stays open.
        if response.get("shouldEndSession", not self._screen):
            self._session = None

    def _ask_permission(self, session: DeviceSession, directive: dict[str, Any]) -> None:
        """Ask the listener for a permission, unless it was given already."""
        if consent.scopes_of(directive) <= self.device.scopes:
            self._tell_consent(session, Consent.ACCEPTED)
            return
        question = consent.question(self.rate)
        self.speech = DeviceSpeech((*self.speech.pieces, *question), self.speech.began)
        session.reprompt = question

    def _tell_consent(self, session: DeviceSession, status: Consent) -> None:
        """Tell the skill how the listener answered; the session goes on."""
        directive, session.permission_request = session.permission_request or {}, None
        if status is Consent.ACCEPTED:
            scopes = self.device.scopes | consent.scopes_of(directive)
            self.device = replace(self.device, scopes=scopes)
        self._send(session, consent.answer(directive, status))

    def _end(self, why: dict[str, Any], at: int) -> None:
        """Close the session, if one is open, and then tell the skill; its response is ignored."""
        session, self._session, self._screen = self._session, None, None
        self.speech = DeviceSpeech((), at)
        if session is not None:
            self._post({"type": "SessionEndedRequest", **why}, session, at)

    def _play(self, answer: dict[str, Any]) -> None:
        """Do what the *answer* says of the player, once it is spoken."""
        self._tell(self.player.obey(answer.get("response", {}), self.speech.end), self.speech.end)

    def _tell(self, events: Iterable[dict[str, Any]], at: int) -> None:
        """Tell the skill *events* of the player; it answers none of them with anything to do."""
        for event in events:
            self._post(event, None, at)

    def _post(
        self, request: dict[str, Any], session: DeviceSession | None, at: int
    ) -> dict[str, Any]:
        envelope = self.device.envelope(request, session, at, self.player.state(at))
        answer = self._skill(json.loads(json.dumps(envelope)))
        return accepted(answer, request["type"], self.device.interfaces)
