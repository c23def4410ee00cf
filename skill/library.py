"""All content, read and checked once at start; an error names the file and the key."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import product
from typing import Any, Final

from skill import words
from skill.errors import ContentError
from skill.routine.laying import Dose, Layer
from skill.routine.model import (
    Beat,
    Exercise,
    Feet,
    Kind,
    Level,
    ModelError,
    Part,
    Range,
    Routine,
    Side,
)
from skill.words import Words

HOUR_MS: Final = 3_600_000

DEFAULT_LANGUAGE: Final = "en"
"""Spoken where a request's locale is of no language there is content for."""


@dataclass(frozen=True, slots=True)
class Library:
    """The routine, and the words of every language there is a folder for."""

    routine: Routine
    languages: Mapping[str, Words]

    def words(self, locale: str) -> Words:
        """The words for a locale such as `en-GB`."""
        language = locale.partition("-")[0].lower()
        return self.languages.get(language, self.languages[DEFAULT_LANGUAGE])


def load(content: Traversable | None = None) -> Library:
    """Read the content folder (the package's own where none is given).

    Raises `ContentError` where anything in it could not be led.
    """
    folder = content or resources.files("skill") / "content"
    routine = _routine(_toml(folder / "routine.toml"))
    languages = {
        entry.name: words.parse(entry.name, f"{entry.name}/words.toml", _toml(entry / "words.toml"))
        for entry in folder.iterdir()
        if entry.is_dir() and not entry.name.startswith("_")
    }
    if DEFAULT_LANGUAGE not in languages:
        raise ContentError(f"{DEFAULT_LANGUAGE}/words.toml is missing")
    for each in languages.values():
        _check_keys(each, languages[DEFAULT_LANGUAGE])
        _check_time(routine, each)
    return Library(routine, languages)


def _toml(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ContentError(f"{file.name}: {fault}") from fault


def _check_keys(language: Words, default: Words) -> None:
    """Every language says the same sentences, with the same fields."""
    file = f"{language.language}/words.toml"
    for key in sorted(language.sentences.keys() ^ default.sentences.keys()):
        raise ContentError(f"{file}: {key} is in one language and not in another")
    for key, sentence in language.sentences.items():
        strange = sentence.fields - default.sentences[key].fields
        if strange:
            raise ContentError(f"{file}: {key} has the unknown field {min(strange)}")


def _check_time(routine: Routine, language: Words) -> None:
    """At the quickest tempo, for any foot, all words fit into the time they are said in."""
    for exercise, feet, known in product(routine.exercises, Side, (False, True)):
        if not exercise.sides(feet):
            continue
        layer = Layer(routine, language, 0, feet, (exercise.id,) if known else ())
        dose = Dose(exercise.sets.most, exercise.reps.most, exercise.rest.least)
        try:
            layer.steps(exercise, dose)
        except KeyError as fault:
            raise ContentError(f"{language.language}/words.toml: {fault} is missing") from fault
        except ModelError as fault:
            raise ContentError(f"{language.language}/words.toml: {fault}") from fault


def _routine(tables: dict[str, Any]) -> Routine:
    file = "routine.toml"
    try:
        whole = tables["routine"]
        return Routine(
            exercises=tuple(_exercise(table) for table in tables["exercise"]),
            kept_first=tuple(whole["kept_first"]),
            paces={name: Range(*band) for name, band in tables["paces"].items()},
            levels={name: Level(**level) for name, level in tables["levels"].items()},
            most_minutes=whole["most_minutes"],
            breath_ms=_ms(whole["breath_seconds"]),
            said_reps=whole["said_reps"],
            known_after=whole["known_after"],
            fresh_after_ms=whole["fresh_after_hours"] * HOUR_MS,
            nudge_after_ms=_ms(whole["nudge_after_seconds"]),
            grow_after=whole["grow_after"],
            gap_ms=whole["gap_hours"] * HOUR_MS,
            streak_ms=whole["streak_hours"] * HOUR_MS,
            rest_day_ms=whole["rest_day_hours"] * HOUR_MS,
            tempo_step=whole["tempo_step"],
        )
    except KeyError as fault:
        raise ContentError(f"{file}: {fault} is missing") from fault
    except (ModelError, TypeError, ValueError, ArithmeticError) as fault:
        raise ContentError(f"{file}: {fault}") from fault


def _exercise(table: dict[str, Any]) -> Exercise:
    name = table.get("id", "an exercise without id")
    try:
        return Exercise(
            id=table["id"],
            needs=tuple(table["needs"]),
            feet=Feet(table["feet"]),
            first=Side(table.get("first", Side.BOTH)),
            sets=Range(*table["sets"]),
            reps=Range(*table.get("reps", (0, 0))),
            rest=_range_ms(table.get("rest_seconds", (0, 0))),
            parts=tuple(_part(part) for part in table["part"]),
            settle_ms=_ms(table["settle_seconds"]),
            change_ms=_ms(table.get("change_seconds", 0)),
            seated=table["seated"],
        )
    except KeyError as fault:
        raise ContentError(f"routine.toml: {name}: {fault} is missing") from fault
    except (ModelError, TypeError, ValueError, ArithmeticError) as fault:
        raise ContentError(f"routine.toml: {name}: {fault}") from fault


def _part(table: dict[str, Any]) -> Part:
    if "hold_seconds" in table:
        ms = _ms(table["hold_seconds"])
        return Part(table["id"], (Beat("hold", Kind.HOLD, Range(ms, ms)),), counted=False)
    beats = tuple(
        Beat(beat["id"], Kind(beat["kind"]), _range_ms(beat["seconds"])) for beat in table["beats"]
    )
    return Part(table["id"], beats, counted=True)


def _range_ms(pair: tuple[Decimal | int, Decimal | int]) -> Range:
    least, most = pair
    return Range(_ms(least), _ms(most))


def _ms(seconds: Decimal | int) -> int:
    """Whole milliseconds of exact seconds; raises `ValueError` where they are not whole."""
    ms = Decimal(seconds) * 1000
    if ms != int(ms) or ms < 0:
        raise ValueError(f"{seconds} s is not a whole number of milliseconds")
    return int(ms)
