"""The routine as its content gives it: exercises, their doses as ranges, paces and levels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from skill.routine.range import WHOLE, ModelError, Range


class Side(StrEnum):
    """One foot, or both at the same time."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"

    @property
    def other(self) -> "Side":
        """The other foot; `BOTH` for `BOTH`."""
        return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}.get(self, self)


class Feet(StrEnum):
    """How an exercise goes from foot to foot."""

    TURNS = "turns"
    """Set by set, the feet take turns."""
    BLOCKS = "blocks"
    """First all sets of one foot, then all sets of the other."""
    BOTH = "both"
    """Both feet work at the same time."""


class Kind(StrEnum):
    """What a cue is for."""

    WELCOME = "welcome"
    """Opens the plan: how many exercises and minutes, and what is needed."""
    SET_UP = "set_up"
    """Opens the first set of an exercise: its instructions."""
    ENTRY = "entry"
    """Opens a set that the listener reaches by a jump."""
    CHANGE = "change"
    """Opens a set on the other foot: the time to change feet."""
    REST = "rest"
    """Opens another set on the same side: the rest before it."""
    MOVE = "move"
    """One movement of a counted repetition."""
    HOLD = "hold"
    """A position that is held for a time."""
    PROMPT = "prompt"
    """Asks whether to go on; after an exercise, it also announces the next one."""
    FAREWELL = "farewell"
    """Closes the plan."""


class Beat(NamedTuple):
    """One timed movement of a repetition, or one hold."""

    id: str
    """Its name within the exercise: the key of its words is `exercise.id`."""
    kind: Kind
    """`MOVE` or `HOLD`."""
    tempo: Range
    """Milliseconds, from the quickest tempo to the slowest."""
    slowest_at: int = WHOLE
    """The tempo, in percent, from which it is as slow as it may be: less, where time goes first."""

    def ms(self, tempo: int) -> int:
        """Milliseconds at a *tempo* in percent."""
        return self.tempo.at(min(tempo * WHOLE // self.slowest_at, WHOLE))


@dataclass(frozen=True, slots=True)
class Part:
    """One direction or position within a set."""

    id: str
    """Its name within the exercise: the key of its words is `exercise.id`."""
    beats: tuple[Beat, ...]
    """The movements of one repetition, in order; a single one where the part is held."""
    counted: bool
    """Whether the part is repeated and counted; if not, it is held once."""

    def __post_init__(self) -> None:
        if not self.beats:
            raise ModelError(f"part {self.id} has no beats")


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of the routine. Raises `ModelError` where its fields contradict each other."""

    id: str
    """Its name in the content, in plans and in stored state."""
    needs: tuple[str, ...]
    """The equipment it needs, by name."""
    feet: Feet
    """How it goes from foot to foot."""
    first: Side
    """The foot that begins; `BOTH` where both work at the same time."""
    sets: Range
    """Sets for each foot, 1 or more."""
    reps: Range
    """Repetitions of each counted part in a set; 0 to 0 where nothing is counted."""
    rest: Range
    """Milliseconds of rest between two sets of one side; 0 to 0 where `change_ms` serves."""
    parts: tuple[Part, ...]
    """The directions or positions of one set, in order."""
    settle_ms: int
    """Milliseconds of silence after the instructions."""
    change_ms: int
    """Milliseconds of silence after the words that change feet; 0 where both work at once."""
    enter_ms: int
    """Milliseconds of silence after the words of a set that is reached by a jump."""
    seated: bool
    """Whether it is done sitting down."""

    def __post_init__(self) -> None:
        if (self.feet is Feet.BOTH) != (self.first is Side.BOTH):
            raise ModelError(f"{self.id}: feet {self.feet} cannot begin with {self.first}")
        if not self.parts or not self.sets.least:
            raise ModelError(f"{self.id} has no parts or no sets")
        if any(part.counted for part in self.parts) != bool(self.reps.least):
            raise ModelError(f"{self.id}: repetitions go with counted parts")
        if self.feet is not Feet.BOTH and not self.change_ms:
            raise ModelError(f"{self.id}: no time to change feet")

    def sides(self, feet: Side) -> tuple[Side, ...]:
        """The sides to do, in order, for a listener who exercises *feet*.

        Empty where the exercise needs both feet and the listener exercises one.
        """
        if self.first is Side.BOTH:
            return (Side.BOTH,) if feet is Side.BOTH else ()
        return (self.first, self.first.other) if feet is Side.BOTH else (feet,)


@dataclass(frozen=True, slots=True)
class Level:
    """How much is asked of a listener. Raises `ModelError` where a field is no percentage."""

    doses: int
    """The most that is used of each dose's range, in percent."""
    unhurried: int
    """The tempo, in percent of its range, that is reached before any dose is raised."""

    def __post_init__(self) -> None:
        if not (0 <= self.doses <= WHOLE and 0 <= self.unhurried <= WHOLE):
            raise ModelError("a level is made of percents")


@dataclass(frozen=True)
class Routine:
    """All exercises, and the numbers that hold for the whole: see `content/routine.toml`."""

    exercises: tuple[Exercise, ...]
    """The exercises in the order they are done."""
    kept_first: tuple[str, ...]
    """All their ids; where time is short, the last of these is left out first."""
    paces: Mapping[str, Range]
    """For each pace, the part of every tempo range that it uses, in percent."""
    levels: Mapping[str, Level]
    """The levels by name, from the least demanding to the most."""
    most_minutes: int
    """The most minutes from "start" to the end of the last set, all speech included."""
    spare_ms: int
    """Milliseconds that every plan leaves free of its minutes, because voices differ."""
    breath_ms: int
    """Milliseconds of silence after an instruction."""
    known_after: int
    """How many routines an exercise is completed in before its wording is brief."""
    fresh_after_ms: int
    """Milliseconds after which a place is forgotten and the next launch starts anew."""
    nudge_after_ms: int
    """Milliseconds of extra silence before a reprompt, so that there is time to fetch things."""
    grow_after: int
    """How many complete routines in a row, without pain, lead to the next level."""
    gap_ms: int
    """Milliseconds without a routine after which the level steps back."""
    streak_ms: int
    """Milliseconds between two routines after which a new streak begins."""
    rest_day_ms: int
    """Milliseconds since the last routine below which the listener is told of rest days."""
    tempo_step: int
    """Percent of the tempo range by which "slower" and "faster" change the tempo."""

    def __post_init__(self) -> None:
        if len(set(self.ids)) != len(self.ids) or sorted(self.kept_first) != sorted(self.ids):
            raise ModelError("kept_first must name every exercise once")
        if any(band.most > WHOLE for band in self.paces.values()):
            raise ModelError("a pace is a range of percents")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the exercises, in order."""
        return tuple(exercise.id for exercise in self.exercises)

    @cached_property
    def equipment(self) -> tuple[str, ...]:
        """All that any exercise needs, as `needed` gives it."""
        return self.needed(self.ids)

    def needed(self, names: Iterable[str]) -> tuple[str, ...]:
        """What the exercises called *names* need, each thing once, in the order of first use."""
        items = (item for name in names for item in self.exercise(name).needs)
        return tuple(dict.fromkeys(items))

    def turned(self, names: tuple[str, ...]) -> "Routine":
        """The same routine, with the other foot first in the exercises called *names*."""
        exercises = tuple(
            replace(each, first=each.first.other) if each.id in names else each
            for each in self.exercises
        )
        return replace(self, exercises=exercises)

    def exercise(self, name: str) -> Exercise:
        """The exercise with the id *name*; raises `KeyError` where there is none."""
        for exercise in self.exercises:
            if exercise.id == name:
                return exercise
        raise KeyError(name)
