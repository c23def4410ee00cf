"""What an utterance was read as, and the `intent` that Alexa would send for it."""

from dataclasses import dataclass
from typing import Any, Final

from skill.language.interaction_model import BUILT_IN_TYPES, Intent, SampleSlot, SlotValue

AUTHORITY: Final = "amzn1.er-authority.echo-sdk.amzn1.ask.skill.offline"
"""It ends with the skill's ID, and the slot type is added (Amazon, "Entity Resolution for Custom
Slot Types")."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A slot and its value."""

    slot: SampleSlot
    """The slot that is filled."""
    value: str
    """The value as Alexa sends it."""
    entity: SlotValue | None
    """What the value resolves to; None for a number, a time or an unknown name."""

    @property
    def known(self) -> bool:
        """Whether the value is valid for the type of the slot."""
        return self.slot.type in BUILT_IN_TYPES or self.entity is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand an utterance."""

    intent: Intent
    """The intent whose sample fits."""
    literal: int
    """How many words of the utterance are words of the sample."""
    fillings: tuple[Filling, ...]
    """The slots that are filled by the other words."""

    @property
    def known(self) -> bool:
        """Whether all values are valid."""
        return all(filling.known for filling in self.fillings)


def rank(reading: Reading) -> tuple[bool, int, int]:
    """Known values first, then words in common with the sample, then few values."""
    return reading.known, reading.literal, -len(reading.fillings)


def intent_json(reading: Reading) -> dict[str, Any]:
    """Give the `intent` of an IntentRequest, every slot of it included."""
    intent = {"name": reading.intent.name, "confirmationStatus": "NONE"}
    if not reading.intent.slots:
        return intent
    slots = {
        slot.name: {"name": slot.name, "confirmationStatus": "NONE"}
        for slot in reading.intent.slots
    }
    slots |= {filling.slot.name: _slot_json(filling) for filling in reading.fillings}
    return {**intent, "slots": slots}


def _slot_json(filling: Filling) -> dict[str, Any]:
    heard: dict[str, Any] = {"value": filling.value}
    if filling.slot.type not in BUILT_IN_TYPES:
        found: dict[str, Any] = {
            "authority": f"{AUTHORITY}.{filling.slot.type}",
            "status": {"code": "ER_SUCCESS_MATCH" if filling.entity else "ER_SUCCESS_NO_MATCH"},
        }
        if filling.entity:
            entity = {"name": filling.entity.name, "id": filling.entity.id}
            found["values"] = [{"value": entity}]
        heard["resolutions"] = {"resolutionsPerAuthority": [found]}
    return {
        "name": filling.slot.name,
        **heard,
        "confirmationStatus": "NONE",
        "source": "USER",
        "slotValue": {"type": "Simple", **heard},
    }
