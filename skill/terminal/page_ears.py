"""What a button of the page means, or words that were said to it."""

import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from skill.conversation.turn import Slot
from skill.language import phrases
from skill.simulator.understanding import Understanding

BUTTONS: Final[Mapping[str, str]] = {
    "hurts": "PainIntent",
    "forget": "ForgetMeIntent",
    "slower": "SlowerIntent",
    "yes": "AMAZON.YesIntent",
    "no": "AMAZON.NoIntent",
    "start": "StartRoutineIntent",
    "start_over": "AMAZON.StartOverIntent",
}
"""What each button that talks to the skill means."""

_MAKING: Final = threading.Lock()
"""Held while ears are made, so that two words at once do not make them twice."""


def understood(said: Mapping[str, Any], language: str) -> tuple[str, Mapping[str, Slot]]:
    """The intent, and its slots, of what was *said* in *language*: a button, or a text.

    Raises `ValueError` where it is neither.
    """
    text, button = said.get("text"), said.get("said")
    if isinstance(text, str) and button is None:
        heard = ears_of(language).hear(text)
        return heard["name"], _slots(heard)
    if text is not None or not isinstance(button, str) or button not in BUTTONS:
        raise ValueError("this word is not known")
    return BUTTONS[button], {}


def is_echo(said: Mapping[str, Any], language: str) -> bool:
    """Whether the text that was *said* is what the recording has just said itself."""
    text, saying = said.get("text"), said.get("saying")
    if not isinstance(text, str) or not isinstance(saying, str):
        return False
    ears = ears_of(language)
    heard, own = (f" {' '.join(ears.words(words))} " for words in (text, saying))
    return heard in own


def ears_of(language: str) -> Understanding:
    """What understands *language*: made once, as that takes some seconds. Thread-safe."""
    with _MAKING:
        return _made(language)


@cache
def _made(language: str) -> Understanding:
    return Understanding(phrases.load(language))


def _slots(heard: Mapping[str, Any]) -> dict[str, Slot]:
    """The slots that are filled in the intent that was *heard*."""
    return {
        name: Slot(slot["value"], _entity(slot))
        for name, slot in heard.get("slots", {}).items()
        if "value" in slot
    }


def _entity(slot: Mapping[str, Any]) -> str:
    found = slot.get("resolutions", {}).get("resolutionsPerAuthority", ())
    values = (value["value"]["id"] for each in found for value in each.get("values", ()))
    return next(values, "")
