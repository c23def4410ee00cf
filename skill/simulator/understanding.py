"""Alexa's ears, offline: from what is said to the intent that Alexa would send.

Amazon's own understanding is statistical and out of reach, so this one is strict: it hears what
the interaction model has, word for word. What is heard here should be heard on a device; a device
hears more. It serves the simulator and the tests; a skill at work never needs it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from skill.language.interaction_model import (
    BUILT_IN_TYPES,
    TIME,
    Intent,
    Phrases,
    SampleSlot,
    SlotValue,
)
from skill.simulator.spoken_times import spoken_times

FALLBACK: Final = "AMAZON.FallbackIntent"
# An unknown name is believed only among this many words of a sample, the first of them before
# it: "start the elbow routine" is, "do you snore" and "it hurts on the left foot" are not.
CARRIER_WORDS: Final = 2
# Amazon, "Entity Resolution for Custom Slot Types": the skill's ID follows, then the slot type.
AUTHORITY: Final = "amzn1.er-authority.echo-sdk.amzn1.ask.skill.offline"


@dataclass(slots=True)
class _Node:
    """Where samples that began alike part: a word or a slot leads on, or one ends here."""

    words: dict[str, "_Node"] = field(default_factory=dict)
    slots: dict[SampleSlot, "_Node"] = field(default_factory=dict)
    intent: Intent | None = None


@dataclass(frozen=True, slots=True)
class _Filling:
    """A slot with its value as Alexa sends it.

    *entity* is None for a number, a time or an unknown name.
    """

    slot: SampleSlot
    value: str
    entity: SlotValue | None

    @property
    def known(self) -> bool:
        return self.slot.type in BUILT_IN_TYPES or self.entity is not None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to take an utterance: *literal* of its words are the sample's own."""

    intent: Intent
    literal: int
    fillings: tuple[_Filling, ...]

    @property
    def known(self) -> bool:
        return all(filling.known for filling in self.fillings)


class Understanding:
    """All that *phrases* can be heard as, prepared once; `hear` then costs microseconds."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._digits = {said: str(number) for number, said in enumerate(phrases.numbers)}
        self._times = spoken_times(phrases)
        self._entities = {
            (slot_type.name, " ".join(phrases.words(said))): value
            for slot_type in phrases.types
            for value in slot_type.values
            for said in (value.name, *value.synonyms)
        }
        # No name in a slot is longer than the longest known one, so no utterance takes long.
        known = (*self._digits, *self._times, *(said for _, said in self._entities))
        self._longest = max(len(said.split()) for said in known)
        self._root = _Node()
        for intent in phrases.intents:
            for sample in intent.samples:
                self._learn(intent, sample)
        name = phrases.words(phrases.invocation_name)
        openings = ((), *(phrases.words(said) for said in phrases.launch_words))
        self._launches = frozenset((*opening, *name) for opening in openings)

    def hear(self, utterance: str) -> dict[str, Any]:
        """Give the `intent` of Alexa's IntentRequest, AMAZON.FallbackIntent where none fits.

        A sample whose names are all known goes before one with an unknown name, and the one with
        most words in common goes first; the same words are always heard the same.
        """
        words = self._phrases.words(utterance)
        readings = self._readings(self._root, words, 0, ())
        best = max(readings, key=lambda reading: (reading.known, reading.literal), default=None)
        return _intent_json(best) if best else {"name": FALLBACK, "confirmationStatus": "NONE"}

    def is_launch(self, utterance: str) -> bool:
        """Tell whether Alexa, with no session open, makes a LaunchRequest of this."""
        return self._phrases.words(utterance) in self._launches

    def _learn(self, intent: Intent, sample: str) -> None:
        node = self._root
        for token in self._phrases.shape(intent, sample):
            if isinstance(token, SampleSlot):
                node = node.slots.setdefault(token, _Node())
            else:
                node = node.words.setdefault(token, _Node())
        node.intent = node.intent or intent

    def _readings(
        self, node: _Node, words: tuple[str, ...], literal: int, fillings: tuple[_Filling, ...]
    ) -> Iterator[_Reading]:
        """Find every way in which the rest of the *words* lead on from *node* to an end."""
        if not words:
            if node.intent:
                reading = _Reading(node.intent, literal, fillings)
                if reading.known or literal >= CARRIER_WORDS:
                    yield reading
            return
        if words[0] in node.words:
            yield from self._readings(node.words[words[0]], words[1:], literal + 1, fillings)
        for slot, below in node.slots.items():
            for end in range(1, min(self._longest, len(words)) + 1):
                filling = self._fill(slot, " ".join(words[:end]))
                if filling and (filling.known or literal):
                    yield from self._readings(below, words[end:], literal, (*fillings, filling))

    def _fill(self, slot: SampleSlot, said: str) -> _Filling | None:
        if slot.type == TIME:
            time = self._times.get(said)
            return _Filling(slot, time, None) if time else None
        if slot.type not in BUILT_IN_TYPES:
            return _Filling(slot, said, self._entities.get((slot.type, said)))
        digits = said if said.isascii() and said.isdecimal() else self._digits.get(said)
        return _Filling(slot, digits, None) if digits else None


def _intent_json(reading: _Reading) -> dict[str, Any]:
    intent = {"name": reading.intent.name, "confirmationStatus": "NONE"}
    if not reading.intent.slots:
        return intent
    slots = {
        slot.name: {"name": slot.name, "confirmationStatus": "NONE"}
        for slot in reading.intent.slots
    }
    slots |= {filling.slot.name: _slot_json(filling) for filling in reading.fillings}
    return {**intent, "slots": slots}


def _slot_json(filling: _Filling) -> dict[str, Any]:
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
