"""A listener with a device, who talks with a skill in this process and times its answers."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

import envelopes

from skill.simulator.device import DeviceSession

Answer = Callable[[bytes], bytes]

MORNING: Final = 1_767_598_200_000
"""2026-01-05T07:30:00Z."""

PAUSE_MS: Final = 15_000
"""The time between two turns: a "next" then comes in the middle of a set."""


class Listener:
    """One *user* of the skill that is called by *answer*, at times that need not be true."""

    def __init__(
        self, answer: Answer, user: str = "LISTENER", now: int = MORNING, *, screen: bool = True
    ) -> None:
        self._answer = answer
        self._user = user
        self._now = now
        self._screen = screen
        self._session = DeviceSession("amzn1.echo-api.session.0")
        self.is_open = False

    def launch(self) -> int:
        """Open the skill; returns nanoseconds, as `say` does."""
        self._session = DeviceSession("amzn1.echo-api.session.0")
        return self._ask({"type": "LaunchRequest"})

    def say(self, intent: str) -> int:
        """Say what Alexa hears as *intent*; return how long the skill took to answer."""
        return self._ask(intended(intent))

    def body(self, request: dict[str, Any]) -> bytes:
        """Word *request* as it would be sent now."""
        return envelopes.body(self._user, request, self._session, self._now, screen=self._screen)

    def _ask(self, request: dict[str, Any]) -> int:
        self._now += PAUSE_MS
        body = self.body(request)
        began = time.perf_counter_ns()
        answered = self._answer(body)
        took = time.perf_counter_ns() - began
        response = json.loads(answered)
        self._session.is_new = False
        self._session.attributes = response.get("sessionAttributes")
        self.is_open = response["response"].get("shouldEndSession") is False
        return took


def intended(intent: str) -> dict[str, Any]:
    """Make the request for *intent*, without slots."""
    return {"type": "IntentRequest", "intent": {"name": intent, "confirmationStatus": "NONE"}}


def led(listener: Listener) -> Listener:
    """Bring *listener* into the routine: "next" is then said in the midst of a set."""
    listener.launch()
    listener.say("StartRoutineIntent")
    return listener


def nexts(listener: Listener, count: int) -> list[int]:
    """Say "next" *count* times, and return how long each took; at the end it begins again."""
    took: list[int] = []
    while len(took) < count:
        if not listener.is_open:
            led(listener)
        took.append(listener.say("AMAZON.NextIntent"))
    return took


def percentile(took: list[int], percent: int) -> float:
    """Give a percentile of nanoseconds, in microseconds."""
    return sorted(took)[len(took) * percent // 100] / 1000
