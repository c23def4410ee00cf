"""What the skill hears: phrases.toml of one language, read and checked.

The same phrases feed Alexa's interaction model and `skill.simulator.understanding`, so neither can
know a phrase that the other does not. Everything is checked when it is read: Amazon names most of
these faults only after an upload, and some of them never.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from skill.language import folder
from skill.language.errors import ContentError
from skill.language.interaction_model import (
    BUILT_IN_INTENTS,
    BUILT_IN_TYPES,
    NAME,
    NUMBER,
    SLOT,
    WAKE_WORDS,
    Fillers,
    Intent,
    Phrases,
    SampleSlot,
    SlotType,
    SlotValue,
)
from skill.language.patterns import expand

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

REQUIRED_INTENTS: Final = tuple(
    f"AMAZON.{name}Intent" for name in ("Cancel", "Fallback", "Help", "NavigateHome", "Stop")
)
"""Amazon's developer console puts these into every new model."""

SILENT_INTENTS: Final = ("AMAZON.NavigateHomeIntent", "AMAZON.FallbackIntent")
"""The device itself answers NavigateHome; Fallback is whatever matches no phrase."""

FEWEST_SAMPLES: Final = 12
"""This project's rule: an intent known by fewer is guessed at rather than understood."""

FEWEST_NAME_WORDS: Final = 2
"""Amazon, "Choose the Invocation Name for a Custom Skill"."""

RESERVED_WORDS: Final = (*WAKE_WORDS, "skill", "app")
"""Words that no invocation name may have, from the same page."""

SENSITIVITIES: Final = ("LOW", "MEDIUM", "HIGH")
"""Amazon, "Interaction Model Schema": modelConfiguration."""

TIME_KEY: Final = r"[0-2][0-9]:[0-5][0-9]|MO|AF|EV|NI|-?[0-5]?[0-9]|other|am|pm|night"
"""What AMAZON.TIME gives (Amazon, "Slot Type Reference"), and what times are said from."""

FEWEST_NUMBERS_FOR_TIMES: Final = 60
"""The minutes of an hour."""

MOST_DOUBLED: Final = 3
"""How often the phrase in a frame may be said."""

_SPOKEN: Final = re.compile(
    rf"(?:(?:{SLOT.pattern}|[^\W\d_]+(?:['.][^\W\d_]+)*['.]?)(?: (?=\S)|$))+"
)
"""Amazon, "Rules for sample utterances": letters, apostrophes, abbreviations' periods."""


def load(language: str, content: "Traversable" = folder.OWN) -> Phrases:
    """Read what is heard in *language* ("en"). Raises `ContentError` as `parse` does."""
    file = f"{language}/phrases.toml"
    return parse(folder.text(file, content), file)


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
        fillers=_fillers(top.get("fillers"), f"{file}: fillers"),
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
        contractions={
            long: _name(short, f"{file}: contractions.{long}")
            for long, short in _table(top.get("contractions", {}), f"{file}: contractions").items()
        },
    )
    phrases = contracted(phrases)
    _check_alone(phrases, file)
    _check_together(phrases, file)
    return framed(phrases)


# In all below, *at* is the file and key in hand, with which every message begins.


def _table(value: object, at: str, keys: Sequence[str] = ()) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ContentError(f"{at}: must be a table")
    for key in value:
        if keys and key not in keys:
            raise ContentError(f"{at}{'.' if ': ' in at else ': '}{key}: is not a key known here")
    return value


def _phrases(
    value: object, at: str, slots: Sequence[str] = (), most: int = 1, *, once: bool = True
) -> tuple[str, ...]:
    """Expand a list of patterns, in which each of *slots* may stand *most* times.

    With *once* no two patterns may give the same phrase; else it is taken once.
    """
    if not isinstance(value, list) or not all(isinstance(pattern, str) for pattern in value):
        raise ContentError(f"{at}: must be a list of phrases in quotes")
    said_by: dict[str, str] = {}
    for pattern in value:
        try:
            phrases = expand(pattern)
        except ValueError as error:
            raise ContentError(f"{at}: {pattern!r} {error}") from error
        for phrase in phrases:
            held = SLOT.findall(phrase)
            text = SLOT.sub("", phrase)
            if not _SPOKEN.fullmatch(phrase) or text != text.lower():
                raise ContentError(f"{at}: {phrase!r} is not all lower-case words and slots")
            if any(slot not in slots for slot in held) or len(held) > most * len(set(held)):
                raise ContentError(f"{at}: {phrase!r} has a slot twice, or one not declared")
            if phrase in said_by and once:
                raise ContentError(f"{at}: {phrase!r} again, in {said_by[phrase]!r}, {pattern!r}")
            said_by[phrase] = pattern
    return tuple(said_by)


def _fillers(value: object, at: str) -> Fillers:
    table = _table(value, at, Fillers.__slots__)
    before, after = (_phrases(table.get(key), f"{at}.{key}") for key in ("before", "after"))
    frames = _phrases(table.get("frames"), f"{at}.frames", ("said",), most=MOST_DOUBLED)
    for frame in frames:
        if "{said}" not in frame:
            raise ContentError(f"{at}.frames: {frame!r} has no {{said}} in it")
    return Fillers(before, after, frames)


def _name(value: object, at: str) -> str:
    if not isinstance(value, str) or _phrases([value], at) != (value,):
        raise ContentError(f"{at}: must be one phrase in quotes")
    return value


def _name_of_skill(value: object, at: str) -> str:
    name = _name(value, at)
    if len(name.split()) < FEWEST_NAME_WORDS:
        raise ContentError(f"{at}: needs {FEWEST_NAME_WORDS} words or more")
    return name


def _slot_type(name: str, value: object, at: str) -> SlotType:
    if not re.fullmatch(NAME, name):
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
        values.append(SlotValue(key, said[0], said[1:]))
    return SlotType(name, tuple(values))


def _intent(name: str, value: object, at: str) -> Intent:
    table = _table(value, at, ("slots", "samples", "like"))
    types = _table(table.get("slots", {}), f"{at}.slots")
    samples = _phrases(table.get("samples"), f"{at}.samples", tuple(types), once=False)
    built_in = name.startswith("AMAZON.")
    if name not in BUILT_IN_INTENTS if built_in else not re.fullmatch(NAME, name):
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
    like = table.get("like", "")
    if like and (built_in or like not in BUILT_IN_INTENTS):
        raise ContentError(f"{at}.like: must be an intent of Amazon's, and stand at no other one")
    return Intent(name, tuple(SampleSlot(*item) for item in types.items()), samples, like)


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
    names = {intent.name for intent in phrases.intents}
    owners: dict[tuple[str, ...], str] = {}
    for intent in phrases.intents:
        at = f"{file}: intents.{intent.name}"
        if intent.like and intent.like not in names:
            raise ContentError(f"{at}.like: there is no intent {intent.like!r}")
        for slot in intent.slots:
            used.add(slot.type)
            if slot.type not in types:
                raise ContentError(f"{at}.slots.{slot.name}: there is no type {slot.type!r}")
        for sample in intent.samples:
            shape = phrases.shape(intent, sample)
            key = tuple(token.type if isinstance(token, SampleSlot) else token for token in shape)
            if owners.setdefault(key, intent.name) != intent.name:
                raise ContentError(f"{at}.samples: {sample!r} is heard as {owners[key]} too")
    for name in sorted(types - used):
        raise ContentError(f"{file}: types.{name}: is the type of no slot")


def contracted(phrases: Phrases) -> Phrases:
    """Give *phrases* with the samples of the skill's intents in their shorter form, each once."""
    amazons = {said for intent in phrases.intents if intent.built_in for said in intent.samples}

    def short(intent: Intent) -> Intent:
        if intent.built_in:
            return intent
        samples: dict[str, None] = {}
        for sample in intent.samples:
            shorter = " ".join(phrases.contracted(sample.split()))
            samples[sample if shorter in amazons else shorter] = None
        return replace(intent, samples=tuple(samples))

    return replace(phrases, intents=tuple(map(short, phrases.intents)))


def framed(phrases: Phrases) -> Phrases:
    """Give *phrases* with the phrases that the frames make, each to an intent of the skill's.

    A phrase of Amazon's within a frame goes to the intent that means the same; a phrase of the
    skill's that is one word is listed said twice.
    """
    taken = {sample for intent in phrases.intents for sample in intent.samples}
    meant = {intent.name: intent.samples for intent in phrases.intents}
    intents = []
    for intent in phrases.intents:
        more = [
            *_twice(intent),
            *(
                frame.replace("{said}", sample)
                for frame in phrases.fillers.frames
                for sample in meant.get(intent.like, ())
            ),
        ]
        fresh = tuple(sample for sample in dict.fromkeys(more) if sample not in taken)
        intents.append(replace(intent, samples=(*intent.samples, *fresh)))
    return replace(phrases, intents=tuple(intents))


def _twice(intent: Intent) -> list[str]:
    if intent.built_in:
        return []
    return [f"{said} {said}" for said in intent.samples if said.isalpha()]
