"""The question by which Alexa herself asks a listener for a permission that a skill needs."""

from collections.abc import Mapping
from typing import Any, Final

from skill.conversation.turn import Consent
from skill.language.rate import SpeechRate
from skill.rendering.ssml import speak, words
from skill.simulator.estimator import Piece, read

QUESTION: Final = "May this skill see and set your reminders? Say I approve, or no."
"""The question. On a real device it is in Amazon's words, and has the skill's name."""

YES: Final = frozenset({"i approve", "approve", "yes", "yes please", "yeah", "sure", "okay", "ok"})
NO: Final = frozenset({"no", "no thanks", "no thank you", "nope", "i do not", "i don't"})


def asked_for(response: Mapping[str, Any]) -> dict[str, Any] | None:
    """The AskFor directive of *response*; None where it has none."""
    directives = response.get("directives") or ()
    return next((each for each in directives if each.get("name") == "AskFor"), None)


def scopes_of(directive: Mapping[str, Any]) -> frozenset[str]:
    """The permissions that *directive* asks for."""
    return frozenset(each["permissionScope"] for each in directive["payload"]["permissionScopes"])


def question(rate: SpeechRate) -> tuple[Piece, ...]:
    """The question as speech."""
    return read(speak(words(QUESTION)), rate)


def heard(phrase: str) -> Consent:
    """What *phrase*, plain words in lower case, answers to the question."""
    if phrase in YES:
        return Consent.ACCEPTED
    return Consent.DENIED if phrase in NO else Consent.NOT_ANSWERED


def answer(directive: Mapping[str, Any], status: Consent) -> dict[str, Any]:
    """The request that tells the skill the listener's answer to *directive*."""
    return {
        "type": "Connections.Response",
        "name": "AskFor",
        "status": {"code": "200", "message": "OK"},
        "token": directive["token"],
        "payload": {
            "permissionScopes": directive["payload"]["permissionScopes"],
            "status": status.value,
        },
    }
