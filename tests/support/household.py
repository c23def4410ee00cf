"""A listener's side of a server: turns over the wire, and what was acknowledged of them."""

import json
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

from turns import LAUNCH, MORNING, SECOND, intent

from skill.simulator.acceptance import faults
from skill.simulator.device import Device, DeviceSession

NEXT: Final = intent("AMAZON.NextIntent")
START: Final = intent("StartRoutineIntent")

HEARD_OUT_MS: Final = 330 * SECOND
"""Longer than any response lasts: what was led is done when the next turn comes."""


class LostError(Exception):
    """No answer came: the turn may have been kept, or not."""


@dataclass
class Listener:
    """One *user*, who says what a routine needs said; *at* is the moment of the next turn.

    *acknowledged* are the session attributes of the last answer that arrived, *sent* is the last
    turn, whether an answer came or not.
    """

    user: str
    port: int
    at: int = MORNING
    acknowledged: dict[str, Any] = field(default_factory=dict)
    sent: bytes = b""
    turns: int = 0
    text: str = ""
    is_open: bool = False

    @property
    def account(self) -> str:
        """What Amazon calls the listener."""
        return f"amzn1.ask.account.{self.user}"

    def line(self) -> HTTPConnection:
        """A connection to the server, which opens with the first request."""
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def send(self, request: dict[str, Any], line: HTTPConnection) -> None:
        """Begin a turn; its answer is to be read from the *line*."""
        attributes = self.acknowledged if self.is_open else None
        session = DeviceSession("s", is_new=not self.is_open, attributes=attributes)
        device = Device("en-US", user=self.user)
        self.sent = json.dumps(device.envelope(request, session, self.at)).encode()
        self.at += HEARD_OUT_MS
        line.request("POST", "/alexa", self.sent)

    def ask(self, request: dict[str, Any]) -> None:
        """Take one turn; raises `LostError` where no answer came."""
        try:
            with closing(self.line()) as line:
                self.send(request, line)
                answer = line.getresponse()
                text = answer.read()
        except (OSError, HTTPException) as fault:
            self.is_open = False
            raise LostError from fault
        assert answer.status == 200, text
        response = json.loads(text)
        assert faults(response, request["type"]) == ()
        spoken = response["response"].get("outputSpeech", {}).get("ssml", "")
        self.text, self.turns = spoken, self.turns + 1
        self.is_open = response["response"].get("shouldEndSession") is False
        self.acknowledged = response["sessionAttributes"]

    def go_on(self) -> None:
        """Take the turn that a routine needs next; a finished one is begun again."""
        if not self.is_open:
            self.ask(LAUNCH)
        elif self.acknowledged["phase"] in {"ready", "done"}:
            self.ask(START)
        else:
            self.ask(NEXT)
