"""Alexa's own question for leave, offline: asked for a skill, in her words, and answered to it."""

from collections.abc import Mapping
from typing import Any, Final

from skill.conversation.turn import Consent
from skill.rendering.ssml import speak, words
from skill.simulator.estimator import Piece, read

QUESTION: Final = "May this skill see and set your reminders? Say I approve, or no."
"""What a listener is asked; on a device in Amazon's own words, and with the skill's name."""

YES: Final = frozenset({"i approve", "approve", "yes", "yes please", "yeah", "sure", "okay", "ok"})
NO: Final = frozenset({"no", "no thanks", "no thank you", "nope", "i do not", "i don't"})


def asked_for(response: Mapping[str, Any]) -> dict[str, Any] | None:
    """Find the directive by which the skill wants leave to be asked for; None where none does."""
    directives = response.get("directives") or ()
    return next((each for each in directives if each.get("name") == "AskFor"), None)


def scopes_of(directive: Mapping[str, Any]) -> frozenset[str]:
    """The permissions that are asked for."""
    return frozenset(each["permissionScope"] for each in directive["payload"]["permissionScopes"])


def question(ms_per_character: int) -> tuple[Piece, ...]:
    """The question as it is spoken."""
    return read(speak(words(QUESTION)), ms_per_character)


def heard(phrase: str) -> Consent:
    """Take *phrase*, plain words in lower case, for an answer."""
    if phrase in YES:
        return Consent.ACCEPTED
    return Consent.DENIED if phrase in NO else Consent.NOT_ANSWERED


def answer(directive: Mapping[str, Any], status: Consent) -> dict[str, Any]:
    """Word the request that tells the skill."""
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
