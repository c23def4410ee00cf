"""What the skill hears: phrases.toml of one language, read and checked.

The same phrases feed Alexa's interaction model and `skill.simulator.understanding`, so neither can
know a phrase that the other does not. Everything is checked when it is read: Amazon names most of
these faults only after an upload, and some of them never.
"""

import re
import tomllib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from skill.language import folder
from skill.language.errors import ContentError
from skill.language.frames import contracted, framed
from skill.language.gist import Gist
from skill.language.interaction_model import (
    BUILT_IN_INTENTS,
    NAME,
    NUMBER,
    SLOT,
    Fillers,
    Intent,
    Phrases,
    SampleSlot,
    SlotType,
    SlotValue,
)
from skill.language.patterns import expand
from skill.language.phrase_checks import check_alone, check_together

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SILENT_INTENTS: Final = ("AMAZON.NavigateHomeIntent", "AMAZON.FallbackIntent")
"""The device itself answers NavigateHome; Fallback is whatever matches no phrase."""

FEWEST_SAMPLES: Final = 12
"""This project's rule: an intent known by fewer is guessed at rather than understood."""

FEWEST_NAME_WORDS: Final = 2
"""Amazon, "Choose the Invocation Name for a Custom Skill"."""

MOST_DOUBLED: Final = 3
"""How often the phrase in a frame may be said."""

_SPOKEN: Final = re.compile(
    rf"(?:(?:{SLOT.pattern}|[^\W\d_]+(?:['.][^\W\d_]+)*['.]?)(?: (?=\S)|$))+"
)
"""Amazon, "Rules for sample utterances": letters, apostrophes, abbreviations' periods."""


def load(language: str, content: "Traversable" = folder.OWN) -> Phrases:
    """Read what is heard in *language* ("en"). Raises `ContentError` as `parse` does."""
    file, slots = f"{language}/phrases.toml", f"{language}/slots.toml"
    return parse(folder.text(file, content), file, folder.text(slots, content), slots)


def parse(text: str, file: str, slots: str, slots_file: str) -> Phrases:
    """Make phrases of two texts in TOML; *file* and *slots_file* are their names in messages.

    Raises ContentError, naming file and key, at the first thing that Amazon would refuse or that
    would leave a listener misunderstood.
    """
    top = _table(_toml(text, file), file, [key for key in Phrases.__slots__ if key != "types"])
    types = _table(_toml(slots, slots_file), slots_file, ("types",)).get("types")
    phrases = Phrases(
        invocation_name=_name_of_skill(top.get("invocation_name"), f"{file}: invocation_name"),
        launch_words=_phrases(top.get("launch_words"), f"{file}: launch_words"),
        fillers=_fillers(top.get("fillers"), f"{file}: fillers"),
        numbers=_phrases(top.get("numbers"), f"{file}: numbers"),
        fallback_sensitivity=top.get("fallback_sensitivity"),
        types=tuple(
            _slot_type(name, value, f"{slots_file}: types.{name}")
            for name, value in _table(types, f"{slots_file}: types").items()
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
        negations=_phrases(top.get("negations", []), f"{file}: negations"),
        gist=_gist(top.get("gist", {}), f"{file}: gist"),
        safer=_names(top.get("safer", []), f"{file}: safer"),
    )
    phrases = contracted(phrases)
    check_alone(phrases, file)
    check_together(phrases, file, slots_file)
    return framed(phrases)


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{file}: not TOML: {error}") from error


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


def _names(value: object, at: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ContentError(f"{at}: must be a list of intents in quotes")
    return tuple(value)


def _fillers(value: object, at: str) -> Fillers:
    table = _table(value, at, Fillers.__slots__)
    before, after = (_phrases(table.get(key), f"{at}.{key}") for key in ("before", "after"))
    frames = _phrases(table.get("frames"), f"{at}.frames", ("said",), most=MOST_DOUBLED)
    for frame in frames:
        if "{said}" not in frame:
            raise ContentError(f"{at}.frames: {frame!r} has no {{said}} in it")
    among = _phrases(table.get("among", []), f"{at}.among")
    return Fillers(before, after, among, frames)


def _gist(value: object, at: str) -> Gist:
    table = _table(value, at, Gist.__slots__)
    lists = {
        key: _phrases(table.get(key, []), f"{at}.{key}", once=False)
        for key in ("openings", "passed", "clauses")
    }
    tables = {
        key: {
            _name(word, f"{at}.{key}.{word}") if key == "alike" else word: _phrases(
                said, f"{at}.{key}.{word}", once=False
            )
            for word, said in _table(table.get(key, {}), f"{at}.{key}").items()
        }
        for key in ("alike", "leads", "trails")
    }
    return Gist(
        openings=lists["openings"],
        passed=lists["passed"],
        alike=tables["alike"],
        clauses=lists["clauses"],
        leads=tables["leads"],
        trails=tables["trails"],
    )


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
