"""The phrases of one language as data: intents with their samples, slots and slot types.

They are Alexa's interaction model, and what `skill.simulator.understanding` hears by.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, TypeVar

from skill.language.gist import Gist

NUMBER: Final = "AMAZON.NUMBER"
TIME: Final = "AMAZON.TIME"
BUILT_IN_TYPES: Final = (NUMBER, TIME)

BUILT_IN_INTENTS: Final = tuple(
    f"AMAZON.{name}Intent"
    for name in (
        *("Cancel", "Fallback", "Help", "NavigateHome", "Next", "No", "Pause", "Previous"),
        *("Repeat", "Resume", "StartOver", "Stop", "Yes"),
        *("LoopOn", "LoopOff", "ShuffleOn", "ShuffleOff"),
    )
)
"""Amazon, "Standard Built-in Intents", without those for lists and screens."""

WAKE_WORDS: Final = ("alexa", "amazon", "computer", "echo")

MOST_DIGITS: Final = 3
"""Longer numbers are not looked up: `int` of ten thousand digits would be slow, or refused."""

MOST_CONTRACTED: Final = 3
"""The most words that a contraction stands for."""

NAME: Final = r"[A-Za-z_]+"
"""How intents, slots and slot types may be called (Amazon, "Interaction Model Schema")."""

SLOT: Final = re.compile(rf"\{{({NAME})\}}")
"""A slot in a sample."""

_WORD: Final = r"[^\W_]+(?:'[^\W_]+)*"
_TOKEN: Final = re.compile(rf"{SLOT.pattern}|{_WORD}")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SampleSlot:
    """One gap in the samples of an intent."""

    name: str
    """As it stands in braces."""
    type: str
    """The name of its slot type: one of `BUILT_IN_TYPES`, or of a `SlotType`."""


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent, and how it is said."""

    name: str
    """As requests name it, such as `AMAZON.NextIntent`."""
    slots: tuple[SampleSlot, ...]
    """The slots that its samples have."""
    samples: tuple[str, ...]
    """Every sample utterance, slots in braces."""
    like: str = ""
    """Amazon's intent that this one means the same as; empty where it has a meaning of its own."""

    @property
    def meaning(self) -> str:
        """The name of the intent that says what this one means."""
        return self.like or self.name

    @property
    def built_in(self) -> bool:
        """Whether it is Amazon's: then nothing but its exact samples is heard."""
        return self.name in BUILT_IN_INTENTS


@dataclass(frozen=True, slots=True)
class SlotValue:
    """One thing that a slot can mean."""

    id: str
    """As requests name it, such as `toe_curls`."""
    name: str
    """What it is called first of all."""
    synonyms: tuple[str, ...]
    """What else it is called; the name is not among them."""


@dataclass(frozen=True, slots=True)
class SlotType:
    """A custom slot type."""

    name: str
    """As slots name it, such as `Exercise`."""
    values: tuple[SlotValue, ...]
    """All that it can mean; no name or synonym stands under two of them."""


@dataclass(frozen=True, slots=True)
class Fillers:
    """Words around a phrase that change nothing."""

    before: tuple[str, ...]
    """Words or phrases that may come first, such as `um`."""

    after: tuple[str, ...]
    """Words or phrases that may come last, such as `please`."""

    among: tuple[str, ...]
    """Words that may stand anywhere in a phrase of the skill's, such as `really`."""

    frames: tuple[str, ...]
    """How the model lists them for Amazon's phrases, `{said}` standing for the phrase."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """All that is heard in one language, in the order of its file."""

    invocation_name: str
    """What opens the skill, after a launch word."""
    launch_words: tuple[str, ...]
    """What Alexa takes before the invocation name, such as `open`."""
    fillers: Fillers
    """Words around a phrase that change nothing, such as `please`."""
    numbers: tuple[str, ...]
    """`numbers[n]` is how n is said."""
    fallback_sensitivity: str | None
    """LOW, MEDIUM or HIGH; `None` where Amazon has no such setting: all but English and German."""
    types: tuple[SlotType, ...]
    """The custom slot types."""
    intents: tuple[Intent, ...]
    """Every intent, Amazon's own too."""
    times: Mapping[str, tuple[str, ...]]
    """Patterns for the times of day: see `skill.simulator.spoken_times`."""
    contractions: Mapping[str, str] = field(default_factory=dict)
    """Words that mean the same in a shorter form: `i am` is `i'm`, but not at the end of a phrase.

    The samples of the skill's intents have the shorter form only.
    """

    negations: tuple[str, ...] = ()
    """Words that may turn a phrase into its opposite, such as `not`."""
    gist: Gist = field(default_factory=Gist)
    """What of an utterance may go, and what means the same, where no sample fits."""
    safer: tuple[str, ...] = ()
    """The intents that are heard first where phrases of several were said; safest first."""

    def words(self, utterance: str) -> tuple[str, ...]:
        """Leave what Alexa hears: case, punctuation and a wake word go; digits become words."""
        text = utterance.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        words: list[str] = []
        for word in re.findall(_WORD, text):
            small = word.isdecimal() and len(word) <= MOST_DIGITS and int(word) < len(self.numbers)
            words += self.numbers[int(word)].split() if small else [word]
        called = bool(words) and words[0] in WAKE_WORDS
        return tuple(words[called:])

    def contracted(self, words: Sequence[str]) -> tuple[str, ...]:
        """Give *words* with every contraction in its shorter form; the longest is taken first."""
        kept: list[str] = []
        at = 0
        while at < len(words):
            for length in range(min(MOST_CONTRACTED, len(words) - 1 - at), 0, -1):
                short = self.contractions.get(" ".join(words[at : at + length]))
                if short is not None:
                    kept += short.split()
                    at += length
                    break
            else:
                kept.append(words[at])
                at += 1
        return tuple(kept)

    def shape(self, intent: Intent, sample: str) -> tuple[str | SampleSlot, ...]:
        """Give the words of a sample, slots in their places."""
        slots = {f"{{{slot.name}}}": slot for slot in intent.slots}
        tokens = (match[0] for match in _TOKEN.finditer(sample))
        return tuple(slots.get(token, token) for token in tokens)

    def cores(self, tokens: tuple[_T, ...]) -> tuple[tuple[_T, ...], ...]:
        """Give *tokens* without none, some and all of the fillers around them, longest first.

        Of those that are as long, the one that loses most evenly on both sides comes first, as
        what is meant stands in the middle; then the one that keeps more of the end.

        Each has one token at least, unless *tokens* is empty.
        """
        starts = self._stripped(tokens, self.fillers.before)
        mirrored = tuple(" ".join(reversed(filler.split())) for filler in self.fillers.after)
        ends = self._stripped(tokens[::-1], mirrored)
        found = [
            ((start + end, max(start, end), end), tokens[start : len(tokens) - end])
            for start in starts
            for end in ends
            if start + end < len(tokens) or not tokens
        ]
        return tuple(core for _, core in sorted(found, key=lambda each: each[0]))

    def interaction_model(self) -> dict[str, Any]:
        """Give the model as the ASK CLI and Amazon's developer console read it."""
        model: dict[str, Any] = {
            "invocationName": self.invocation_name,
            "intents": [_intent_json(intent) for intent in self.intents],
            "types": [_type_json(slot_type) for slot_type in self.types],
        }
        if self.fallback_sensitivity:
            level = {"level": self.fallback_sensitivity}
            model["modelConfiguration"] = {"fallbackIntentSensitivity": level}
        return {"interactionModel": {"languageModel": model}}

    @staticmethod
    def _stripped(tokens: Sequence[object], fillers: tuple[str, ...]) -> list[int]:
        """How many tokens can be taken off the front: none, one filler, two fillers and so on."""
        longest_first = _longest_first(fillers)
        at = [0]
        while True:
            ahead = tuple(tokens[at[-1] :])
            lengths = (len(words) for words in longest_first if ahead[: len(words)] == words)
            if not (longest := next(lengths, 0)):
                return at
            at.append(at[-1] + longest)


@cache
def _longest_first(fillers: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Give the words of each filler. The tests read hundreds of thousands of utterances by them."""
    return tuple(sorted((tuple(filler.split()) for filler in fillers), key=len, reverse=True))


def _intent_json(intent: Intent) -> dict[str, Any]:
    slots = [{"name": slot.name, "type": slot.type} for slot in intent.slots]
    # Amazon's intents come with slots of their own, or none: the key is for the skill's.
    own = {} if intent.built_in else {"slots": slots}
    return {"name": intent.name, **own, "samples": list(intent.samples)}


def _type_json(slot_type: SlotType) -> dict[str, Any]:
    return {
        "name": slot_type.name,
        "values": [
            {"id": value.id, "name": {"value": value.name, "synonyms": list(value.synonyms)}}
            for value in slot_type.values
        ],
    }
