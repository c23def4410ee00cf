"""What is checked of the phrases of one language as a whole."""

import re
from typing import Final

from skill.language.errors import ContentError
from skill.language.interaction_model import (
    BUILT_IN_TYPES,
    WAKE_WORDS,
    Phrases,
    SampleSlot,
)

REQUIRED_INTENTS: Final = tuple(
    f"AMAZON.{name}Intent" for name in ("Cancel", "Fallback", "Help", "NavigateHome", "Stop")
)
"""Amazon's developer console puts these into every new model."""

RESERVED_WORDS: Final = (*WAKE_WORDS, "skill", "app")
"""Words that no invocation name may have, from the same page."""

SENSITIVITIES: Final = ("LOW", "MEDIUM", "HIGH")
"""Amazon, "Interaction Model Schema": modelConfiguration."""

TIME_KEY: Final = r"[0-2][0-9]:[0-5][0-9]|MO|AF|EV|NI|-?[0-5]?[0-9]|other|am|pm|night"
"""What AMAZON.TIME gives (Amazon, "Slot Type Reference"), and what times are said from."""

FEWEST_NUMBERS_FOR_TIMES: Final = 60
"""The minutes of an hour."""


def check_alone(phrases: Phrases, file: str) -> None:
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


def check_together(phrases: Phrases, file: str, slots_file: str) -> None:
    """Check what one part of the file says of another."""
    types = {*BUILT_IN_TYPES, *(slot_type.name for slot_type in phrases.types)}
    used = {*BUILT_IN_TYPES}
    names = {intent.name for intent in phrases.intents}
    _check_named(phrases, file, names)
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
        raise ContentError(f"{slots_file}: types.{name}: is the type of no slot")


def _check_named(phrases: Phrases, file: str, names: set[str]) -> None:
    """Check that every intent that is named beside its samples is one of *names*."""
    ends = {"leads": phrases.gist.leads, "trails": phrases.gist.trails}
    said = {"safer": phrases.safer, **{f"gist.{key}": tuple(ends[key]) for key in ends}}
    for key, named in said.items():
        for name in named:
            if name not in names:
                raise ContentError(f"{file}: {key}: there is no intent {name!r}")
