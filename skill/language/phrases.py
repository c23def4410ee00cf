"""What the skill hears: phrases.toml of one language, read, checked and ready to be used.

The same phrases feed Alexa's interaction model and `skill.simulator.understanding`, so neither can
know a phrase that the other does not. Everything is checked when it is read: Amazon names most of
these faults only after an upload, and some of them never.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, TypeVar

from skill.language.errors import ContentError

NUMBER: Final = "AMAZON.NUMBER"
TIME: Final = "AMAZON.TIME"
BUILT_IN_TYPES: Final = (NUMBER, TIME)
# Amazon, "Standard Built-in Intents", without those for lists, loops and screens.
BUILT_IN_INTENTS: Final = tuple(
    f"AMAZON.{name}Intent"
    for name in (
        *("Cancel", "Fallback", "Help", "NavigateHome", "Next", "No", "Pause", "Previous"),
        *("Repeat", "Resume", "StartOver", "Stop", "Yes"),
    )
)
# Amazon's developer console puts these into every new model.
REQUIRED_INTENTS: Final = tuple(
    f"AMAZON.{name}Intent" for name in ("Cancel", "Fallback", "Help", "NavigateHome", "Stop")
)
# The device itself answers NavigateHome; Fallback is whatever matches no phrase.
SILENT_INTENTS: Final = ("AMAZON.NavigateHomeIntent", "AMAZON.FallbackIntent")
# This project's rule: an intent known by fewer is guessed at rather than understood.
FEWEST_SAMPLES: Final = 12
# Amazon, "Choose the Invocation Name for a Custom Skill".
FEWEST_NAME_WORDS: Final = 2
WAKE_WORDS: Final = ("alexa", "amazon", "computer", "echo")
RESERVED_WORDS: Final = (*WAKE_WORDS, "skill", "app")
# Amazon, "Interaction Model Schema": modelConfiguration.
SENSITIVITIES: Final = ("LOW", "MEDIUM", "HIGH")
# What AMAZON.TIME gives (Amazon, "Slot Type Reference"), and what times are said from.
TIME_KEY: Final = r"[0-2][0-9]:[0-5][0-9]|MO|AF|EV|NI|-?[0-5]?[0-9]|other|am|pm|night"
FEWEST_NUMBERS_FOR_TIMES: Final = 60
# int() of a stranger's ten thousand digits would be slow, or refused; nobody counts this far.
MOST_DIGITS: Final = 3

_T = TypeVar("_T")
_NAME: Final = r"[A-Za-z_]+"
_SLOT: Final = re.compile(rf"\{{({_NAME})\}}")
_WORD: Final = r"[^\W_]+(?:'[^\W_]+)*"
_TOKEN: Final = re.compile(rf"{_SLOT.pattern}|{_WORD}")
# Amazon, "Rules for sample utterances": letters, possessive apostrophes, abbreviations' periods.
_SPOKEN: Final = re.compile(
    rf"(?:(?:{_SLOT.pattern}|[^\W\d_]+(?:['.][^\W\d_]+)*['.]?)(?: (?=\S)|$))+"
)
_PATTERN_PART: Final = re.compile(r"[()\[\]|]|[^()\[\]|]+")


@dataclass(frozen=True, slots=True)
class Slot:
    """One gap in the samples of an intent."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent with every sample utterance of it, slots in braces."""

    name: str
    slots: tuple[Slot, ...]
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that a slot can mean; the synonyms do not repeat the name."""

    id: str
    name: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotType:
    """A custom slot type; no name or synonym stands under two of its values."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """All that is heard in one language, in the order of its file.

    `numbers[n]` is how n is said. `fallback_sensitivity` is None for a language in which Amazon
    has no such setting: it has one in English and German only. `times` are patterns for the times
    of day: see `skill.simulator.spoken_times`.
    """

    invocation_name: str
    launch_words: tuple[str, ...]
    courtesies: tuple[str, ...]
    numbers: tuple[str, ...]
    fallback_sensitivity: str | None
    types: tuple[SlotType, ...]
    intents: tuple[Intent, ...]
    times: Mapping[str, tuple[str, ...]]

    def words(self, utterance: str) -> tuple[str, ...]:
        """Leave what tells one utterance from another.

        Case, punctuation, a wake word before it and courtesies around it go; digits become words.
        """
        text = utterance.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        words: list[str] = []
        for word in re.findall(_WORD, text):
            small = word.isdecimal() and len(word) <= MOST_DIGITS and int(word) < len(self.numbers)
            words += self.numbers[int(word)].split() if small else [word]
        called = bool(words) and words[0] in WAKE_WORDS
        return self._without_courtesies(words[called:])

    def shape(self, intent: Intent, sample: str) -> tuple[str | Slot, ...]:
        """Treat a sample as `words` treats an utterance, with its slots in their places."""
        slots = {f"{{{slot.name}}}": slot for slot in intent.slots}
        tokens = (match[0] for match in _TOKEN.finditer(sample))
        return self._without_courtesies([slots.get(token, token) for token in tokens])

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

    def _without_courtesies(self, tokens: Sequence[_T]) -> tuple[_T, ...]:
        kept = [at for at, token in enumerate(tokens) if token not in self.courtesies]
        return tuple(tokens[kept[0] : kept[-1] + 1]) if kept else ()


def load(language: str) -> Phrases:
    """Read what is heard in *language* ("en"). Raises ContentError, naming file and key."""
    file = f"content/{language}/phrases.toml"
    try:
        text = files("skill").joinpath(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{file}: cannot be read ({type(error).__name__})") from error
    return parse(text, file)


def parse(text: str, file: str) -> Phrases:
    """Make phrases of TOML, *file* being its name in error messages.

    Raises ContentError, naming file and key, at the first thing that Amazon would refuse or that
    would leave a listener misunderstood.
    """
    try:
        top = _table(tomllib.loads(text), file, Phrases.__slots__)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{file}: not TOML: {error}") from error
    phrases = Phrases(
        invocation_name=_name_of_skill(top.get("invocation_name"), f"{file}: invocation_name"),
        launch_words=_phrases(top.get("launch_words"), f"{file}: launch_words"),
        courtesies=_phrases(top.get("courtesies"), f"{file}: courtesies"),
        numbers=_phrases(top.get("numbers"), f"{file}: numbers"),
        fallback_sensitivity=top.get("fallback_sensitivity"),
        types=tuple(
            _slot_type(name, value, f"{file}: types.{name}")
            for name, value in _table(top.get("types"), f"{file}: types").items()
        ),
        intents=tuple(
            _intent(name, value, f"{file}: intents.{name}")
            for name, value in _table(top.get("intents"), f"{file}: intents").items()
        ),
        times={
            key: _phrases(value, f"{file}: times.{key}", ("hour", "minute"))
            for key, value in _table(top.get("times", {}), f"{file}: times").items()
        },
    )
    _check_alone(phrases, file)
    _check_together(phrases, file)
    return phrases


def expand(pattern: str) -> tuple[str, ...]:
    """Write a pattern out: (a|b) is a or b, [a] is nothing or a, and they may be nested.

    The plainest phrase comes first. Raises ValueError where brackets do not match.
    """
    parts = iter(_PATTERN_PART.findall(pattern))
    return tuple(" ".join(phrase.split()) for phrase in _alternatives(parts, ""))


def _alternatives(parts: Iterator[str], closing: str) -> list[str]:
    done: list[str] = []
    phrases = [""]
    for part in parts:
        if part == closing:
            return done + phrases
        if part == "|":
            done, phrases = done + phrases, [""]
        elif part in ("(", "["):
            inner = _alternatives(parts, ")" if part == "(" else "]")
            choices = inner if part == "(" else ["", *inner]
            phrases = [phrase + choice for phrase in phrases for choice in choices]
        elif part in (")", "]"):
            raise ValueError(f"has a {part} that closes nothing")
        else:
            phrases = [phrase + part for phrase in phrases]
    if closing:
        raise ValueError(f"lacks a {closing}")
    return done + phrases


# In all below, *at* is the file and key in hand, with which every message begins.


def _table(value: object, at: str, keys: Sequence[str] = ()) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ContentError(f"{at}: must be a table")
    for key in value:
        if keys and key not in keys:
            raise ContentError(f"{at}{'.' if ': ' in at else ': '}{key}: is not a key known here")
    return value


def _phrases(value: object, at: str, slots: Sequence[str] = ()) -> tuple[str, ...]:
    """Expand a list of patterns, in which *slots* may stand."""
    if not isinstance(value, list) or not all(isinstance(pattern, str) for pattern in value):
        raise ContentError(f"{at}: must be a list of phrases in quotes")
    said_by: dict[str, str] = {}
    for pattern in value:
        try:
            phrases = expand(pattern)
        except ValueError as error:
            raise ContentError(f"{at}: {pattern!r} {error}") from error
        for phrase in phrases:
            held = _SLOT.findall(phrase)
            text = _SLOT.sub("", phrase)
            if not _SPOKEN.fullmatch(phrase) or text != text.lower():
                raise ContentError(f"{at}: {phrase!r} is not all lower-case words and slots")
            if any(slot not in slots for slot in held) or len(held) != len(set(held)):
                raise ContentError(f"{at}: {phrase!r} has a slot twice, or one not declared")
            if phrase in said_by:
                raise ContentError(f"{at}: {phrase!r} again, in {said_by[phrase]!r}, {pattern!r}")
            said_by[phrase] = pattern
    return tuple(said_by)


def _name_of_skill(value: object, at: str) -> str:
    if not isinstance(value, str) or _phrases([value], at) != (value,):
        raise ContentError(f"{at}: must be one phrase in quotes")
    if len(value.split()) < FEWEST_NAME_WORDS:
        raise ContentError(f"{at}: needs {FEWEST_NAME_WORDS} words or more")
    return value


def _slot_type(name: str, value: object, at: str) -> SlotType:
    if not re.fullmatch(_NAME, name):
        raise ContentError(f"{at}: may have letters and underscores only")
    owners: dict[str, str] = {}
    values = []
    for key, patterns in _table(value, at).items():
        said = _phrases(patterns, f"{at}.{key}")
        for phrase in said:
            if owners.setdefault(phrase, key) != key:
                raise ContentError(f"{at}.{key}: {phrase!r} also stands under {owners[phrase]}")
        if not said:
            raise ContentError(f"{at}.{key}: has no name")
        values.append(Value(key, said[0], said[1:]))
    return SlotType(name, tuple(values))


def _intent(name: str, value: object, at: str) -> Intent:
    table = _table(value, at, ("slots", "samples"))
    types = _table(table.get("slots", {}), f"{at}.slots")
    samples = _phrases(table.get("samples"), f"{at}.samples", tuple(types))
    built_in = name.startswith("AMAZON.")
    if name not in BUILT_IN_INTENTS if built_in else not re.fullmatch(_NAME, name):
        raise ContentError(f"{at}: is no intent of Amazon's, nor letters and underscores only")
    if built_in and types:
        raise ContentError(f"{at}.slots: Amazon's intents have none")
    if name in SILENT_INTENTS and samples:
        raise ContentError(f"{at}.samples: must be empty, Alexa never matches them")
    if not built_in and len(samples) < FEWEST_SAMPLES:
        raise ContentError(f"{at}.samples: only {len(samples)}, {FEWEST_SAMPLES} are needed")
    for slot, slot_type in types.items():
        if not isinstance(slot_type, str):
            raise ContentError(f"{at}.slots.{slot}: must be a type in quotes")
        if not any(f"{{{slot}}}" in sample for sample in samples):
            raise ContentError(f"{at}.slots.{slot}: stands in no sample")
        if slot_type == NUMBER and f"{{{slot}}}" in samples:
            raise ContentError(f"{at}.samples: '{{{slot}}}' alone would take any number for it")
    return Intent(name, tuple(Slot(*item) for item in types.items()), samples)


def _check_alone(phrases: Phrases, file: str) -> None:
    """Check what stands by itself."""
    if phrases.fallback_sensitivity not in (None, *SENSITIVITIES):
        raise ContentError(f"{file}: fallback_sensitivity: is none of {', '.join(SENSITIVITIES)}")
    for word in (*phrases.launch_words, *RESERVED_WORDS):
        if f" {word} " in f" {phrases.invocation_name} ":
            raise ContentError(f"{file}: invocation_name: must not contain {word!r}")
    for key in phrases.times:
        if not re.fullmatch(TIME_KEY, key):
            raise ContentError(f"{file}: times.{key}: is not a key known here")
    if phrases.times and len(phrases.numbers) < FEWEST_NUMBERS_FOR_TIMES:
        raise ContentError(f"{file}: numbers: the times need them up to the minutes of an hour")
    names = {intent.name for intent in phrases.intents}
    for name in REQUIRED_INTENTS:
        if name not in names:
            raise ContentError(f"{file}: intents: {name} is missing")


def _check_together(phrases: Phrases, file: str) -> None:
    """Check what one part of the file says of another."""
    types = {*BUILT_IN_TYPES, *(slot_type.name for slot_type in phrases.types)}
    used = {*BUILT_IN_TYPES}
    owners: dict[tuple[str, ...], str] = {}
    for intent in phrases.intents:
        at = f"{file}: intents.{intent.name}"
        for slot in intent.slots:
            used.add(slot.type)
            if slot.type not in types:
                raise ContentError(f"{at}.slots.{slot.name}: there is no type {slot.type!r}")
        for sample in intent.samples:
            shape = phrases.shape(intent, sample)
            if not shape:
                raise ContentError(f"{at}.samples: {sample!r} is nothing but courtesies")
            key = tuple(token.type if isinstance(token, Slot) else token for token in shape)
            if owners.setdefault(key, intent.name) != intent.name:
                raise ContentError(f"{at}.samples: {sample!r} is heard as {owners[key]} too")
    for name in sorted(types - used):
        raise ContentError(f"{file}: types.{name}: is the type of no slot")


def _intent_json(intent: Intent) -> dict[str, Any]:
    slots = [{"name": slot.name, "type": slot.type} for slot in intent.slots]
    # Amazon's intents come with slots of their own, or none: the key is for the skill's.
    own = {} if intent.name in BUILT_IN_INTENTS else {"slots": slots}
    return {"name": intent.name, **own, "samples": list(intent.samples)}


def _type_json(slot_type: SlotType) -> dict[str, Any]:
    return {
        "name": slot_type.name,
        "values": [
            {"id": value.id, "name": {"value": value.name, "synonyms": list(value.synonyms)}}
            for value in slot_type.values
        ],
    }
