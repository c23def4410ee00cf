"""The slots of an intent: the words that filled them, and what those words resolved to."""

from typing import Final

from skill.conversation.turn import Slot
from skill.listener.reader import Reader

MATCH: Final = "ER_SUCCESS_MATCH"
"""The words are known. Any other code, one that Amazon adds too, is no match."""


def slots_of(intent: Reader) -> dict[str, Slot]:
    """Give the slots that are filled, by name."""
    slots = intent.table("slots")
    if not slots.written:
        return {}
    given = {name: _slot(slots.table(name)) for name in slots.written}
    return {name: slot for name, slot in given.items() if slot}


def _slot(slot: Reader) -> Slot | None:
    """Read a slot; where the listener named several values, they stand in `slotValue` alone."""
    several = slot.table("slotValue")
    values = several.tables("values") if several.text("type", "") == "List" else (slot,)
    filled = [value for value in map(_value, values) if value]
    return filled[0]._replace(others=tuple(filled[1:])) if filled else None


def _value(given: Reader) -> Slot | None:
    """Read words and what they resolved to. Blanks, which half matched slots have, are no words."""
    words = given.text("value", "").strip()
    return Slot(words, _resolved(given.table("resolutions"))) if words else None


def _resolved(resolutions: Reader) -> str:
    """Give the id that the words resolved to; empty where they are unknown."""
    for resolution in resolutions.tables("resolutionsPerAuthority"):
        values = resolution.tables("values")
        if values and resolution.table("status").text("code", "") == MATCH:
            return values[0].table("value").text("id", "")
    return ""
