"""All content, read and checked once at start; an error names the file and the key."""

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Final, TypeVar

from skill.language import screens, sentences, words
from skill.language.errors import ContentError
from skill.language.folder import OWN, languages, table
from skill.language.screens import Screens
from skill.language.table import Table
from skill.language.words import Words
from skill.routine.layout import Dose, Layout
from skill.routine.model import Beat, Exercise, Feet, Kind, Level, Part, Routine, Side
from skill.routine.range import WHOLE, ModelError, Range

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Member = TypeVar("Member", Feet, Side, Kind)

SLOT_TYPES: Final = ("Exercise", "Foot", "Item")
"""The slot types whose values are the IDs of things in the routine."""

HOUR_MS: Final = 3_600_000

DEFAULT_LANGUAGE: Final = "en"
"""Spoken where a request's locale is of no language there is content for."""

LOCALES_KEPT: Final = 64
"""More than Alexa has (17 languages); a request may name any."""


class Library:
    """The *routine*, and the words of the *languages*: every one there is a folder for.

    *screens* is what a device with a screen shows besides.
    """

    def __init__(
        self,
        routine: Routine,
        languages: Mapping[str, Words],
        screens: Screens = Screens(),  # noqa: B008 - a tuple, which nobody can change
    ) -> None:
        self.routine = routine
        self.languages = languages
        self.screens = screens
        self._spoken: dict[str, Words] = {}

    def words(self, locale: str) -> Words:
        """The words for a locale such as `en-GB`."""
        spoken = self._spoken.get(locale)
        if spoken:
            return spoken
        language = locale.partition("-")[0].lower()
        words = self.languages.get(language, self.languages[DEFAULT_LANGUAGE])
        if len(self._spoken) < LOCALES_KEPT:
            self._spoken[locale] = words
        return words


def load(content: "Traversable" = OWN) -> Library:
    """Read the content folder, by default the package's own.

    Raises `ContentError` where anything in it could not be led. Of what is heard it checks only
    that the routine has it and all of the routine can be said; the rest `phrases.load` checks.
    """
    routine = _routine(table("routine.toml", content))
    listed = sentences.listed()
    needed, names = sentences.needed(routine, listed), sentences.names(routine, listed)
    shown = screens.load(routine.ids, content)
    found = {}
    for name in languages(content):
        spoken = words.parse(name, table(f"{name}/words.toml", content))
        spoken.check(needed, names)
        screens.check(shown, spoken)
        _check_slots(routine, table(f"{name}/slots.toml", content))
        _check_time(routine, spoken)
        found[name] = spoken
    if DEFAULT_LANGUAGE not in found:
        raise ContentError(f"{DEFAULT_LANGUAGE}/words.toml is missing")
    return Library(routine, found, shown)


def _check_slots(routine: Routine, heard: Table) -> None:
    """Each exercise, foot and thing of *routine* has names in *heard*, and nothing else has."""
    types = heard.table("types")
    for name, ids in zip(
        SLOT_TYPES, (routine.ids, (Side.LEFT, Side.RIGHT), routine.equipment), strict=True
    ):
        values = types.table(name)
        for each in ids:
            if each not in values:
                values.fault(each, "is missing: it is in routine.toml")
        for each in values:
            if each not in ids:
                values.fault(each, "is not in routine.toml")


def _check_time(routine: Routine, language: Words) -> None:
    """At the quickest tempo, for any foot, all words fit into the time they are said in."""
    for exercise, feet in product(routine.exercises, Side):
        if not exercise.sides(feet):
            continue
        layout = Layout(routine, language, feet, ())
        dose = Dose(exercise.sets.most, exercise.reps.most, exercise.rest.least)
        try:
            layout.check(exercise, dose, tempo=0)
        except ModelError as fault:
            raise ContentError(f"{language.language}/words.toml: {fault}") from fault


def _routine(tables: Table) -> Routine:
    whole = tables.table("routine")
    paces, levels = tables.table("paces"), tables.table("levels")
    try:
        routine = Routine(
            exercises=tuple(_exercise(table) for table in tables.tables("exercise")),
            kept_first=whole.texts("kept_first"),
            paces={name: paces.span(name) for name in paces},
            levels={name: _level(levels.table(name)) for name in levels},
            most_minutes=whole.whole("most_minutes"),
            spare_ms=whole.ms("spare_seconds"),
            breath_ms=whole.ms("breath_seconds"),
            known_after=whole.whole("known_after"),
            fresh_after_ms=whole.whole("fresh_after_hours") * HOUR_MS,
            nudge_after_ms=whole.ms("nudge_after_seconds"),
            grow_after=whole.whole("grow_after"),
            gap_ms=whole.whole("gap_hours") * HOUR_MS,
            streak_ms=whole.whole("streak_hours") * HOUR_MS,
            rest_day_ms=whole.whole("rest_day_hours") * HOUR_MS,
            tempo_step=whole.whole("tempo_step"),
        )
    except ModelError as fault:
        raise ContentError(f"{tables.file}: {fault}") from fault
    whole.end()
    tables.end()
    return routine


def _level(table: Table) -> Level:
    level = Level(doses=table.percent("doses"), unhurried=table.percent("unhurried"))
    table.end()
    return level


def _exercise(table: Table) -> Exercise:
    none = Range(0, 0)
    exercise = Exercise(
        id=table.text("id"),
        seated=table.flag("seated"),
        needs=table.texts("needs"),
        feet=_one_of(table, "feet", Feet),
        first=_one_of(table, "first", Side) if "first" in table else Side.BOTH,
        sets=table.span("sets"),
        reps=table.span("reps") if "reps" in table else none,
        rest=table.span_ms("rest_seconds") if "rest_seconds" in table else none,
        parts=tuple(_part(part) for part in table.tables("part")),
        settle_ms=table.ms("settle_seconds"),
        enter_ms=table.ms("enter_seconds"),
        change_ms=table.ms("change_seconds") if "change_seconds" in table else 0,
    )
    table.end()
    return exercise


def _part(table: Table) -> Part:
    if "hold_seconds" in table:
        ms = table.ms("hold_seconds")
        beats = (Beat("hold", Kind.HOLD, Range(ms, ms)),)
        part = Part(table.text("id"), beats, counted=False)
    else:
        counted = tuple(_beat(beat) for beat in table.tables("beats"))
        part = Part(table.text("id"), counted, counted=True)
    table.end()
    return part


def _beat(table: Table) -> Beat:
    kind = _one_of(table, "kind", Kind)
    slowest_at = min(table.whole("slowest_at"), WHOLE) if "slowest_at" in table else WHOLE
    beat = Beat(table.text("id"), kind, table.span_ms("seconds"), slowest_at)
    table.end()
    return beat


def _one_of(table: Table, key: str, choices: type[Member]) -> Member:
    name = table.text(key)
    if name not in list(choices):
        table.fault(key, f"must be one of {', '.join(choices)}, and not {name}")
    return choices(name)
