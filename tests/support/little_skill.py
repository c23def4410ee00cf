"""A skill with little to say, and the device and ears to talk to it, for tests of Alexa's side."""

import logging
from typing import Any

from skill.language.rate import SpeechRate
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo

MORNING = 1_767_598_200_000
"""2026-01-05T07:30:00Z."""


class Ears:
    """Hears every phrase as an intent of its own; "open sesame" launches."""

    def hear(self, utterance: str) -> dict[str, Any]:
        """Name the intent by what was said."""
        return {"name": utterance, "confirmationStatus": "NONE", "slots": {}}

    def is_launch(self, utterance: str) -> bool:
        """Know one phrase."""
        return utterance == "open sesame"


SPEECHES = {
    "LaunchRequest": 'Lift your left foot. <break time="10s"/> Lower it.',
    "IntentRequest": 'You said it. <break time="2s"/> Say next.',
    "refused": "left & right",
    "stop": "Goodbye for today.",
}
"""By kind of request, or by intent. At 50 ms a character the first takes 1, 10 and 0.45 s."""


class Coach:
    """A skill that keeps how its sessions ended."""

    def __init__(self) -> None:
        self.ends: list[str] = []

    def __call__(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """Answer by the intent, or else by the kind of request."""
        request = envelope["request"]
        if request["type"] == "SessionEndedRequest":
            self.ends.append(request["reason"])
            return {"version": "1.0"}
        intent = request.get("intent", {}).get("name")
        said = SPEECHES.get(intent, SPEECHES[request["type"]])
        if intent == "warn":
            logging.getLogger(__name__).warning("a store is missing")
        response = {
            "outputSpeech": {"type": "SSML", "ssml": f"<speak>{said}</speak>"},
            "reprompt": {"outputSpeech": {"type": "PlainText", "text": "Still there?"}},
            "shouldEndSession": intent == "stop",
        }
        return {"version": "1.0", "response": response}


def an_echo(coach: Coach) -> Echo:
    return Echo(coach, Ears(), Clock.stopped(MORNING), Device("en-US"), SpeechRate(0, 50))
