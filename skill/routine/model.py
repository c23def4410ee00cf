"""What the routine is made of, as its source gives it: doses as ranges, sides, tempo, needs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

WHOLE: Final = 100
"""The whole way through a range, in percent."""


class ModelError(ValueError):
    """A number or a name of the routine cannot be; the message says which."""


class Side(StrEnum):
    """A foot, or the two together."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"

    @property
    def other(self) -> "Side":
        """The other foot; both stay both."""
        return OTHERS[self]


OTHERS: Final = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.BOTH: Side.BOTH}


class Feet(StrEnum):
    """How an exercise goes from foot to foot."""

    TURNS = "turns"
    BLOCKS = "blocks"
    BOTH = "both"


class Kind(StrEnum):
    """What a cue is for."""

    WELCOME = "welcome"
    SET_UP = "set_up"
    ENTRY = "entry"
    CHANGE = "change"
    TURN = "turn"
    MOVE = "move"
    HOLD = "hold"
    REST = "rest"
    PROMPT = "prompt"
    FAREWELL = "farewell"


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from *least* to *most*, both included."""

    least: int
    most: int

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            raise ModelError(f"{self.least} to {self.most} is no range")

    def __contains__(self, number: int) -> bool:
        return self.least <= number <= self.most

    def at(self, percent: int) -> int:
        """The number *percent* of the way through, rounded down, so never past it."""
        return self.least + (self.most - self.least) * percent // 100


class Beat(NamedTuple):
    """One timed part of a repetition, *tempo* milliseconds long."""

    id: str
    kind: Kind
    tempo: Range


@dataclass(frozen=True, slots=True)
class Part:
    """One direction or position within a set: counted repetitions, or one hold."""

    id: str
    beats: tuple[Beat, ...]
    counted: bool

    def __post_init__(self) -> None:
        if not self.beats:
            raise ModelError(f"part {self.id} has no beats")


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise; *sets* are for each foot, *reps* for each counted part, times in ms."""

    id: str
    needs: tuple[str, ...]
    feet: Feet
    first: Side
    sets: Range
    reps: Range
    rest: Range
    parts: tuple[Part, ...]
    settle_ms: int
    change_ms: int
    seated: bool

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
        """The sides to do, in order, for a listener who uses *feet*; none if it needs both."""
        if self.first is Side.BOTH:
            return (Side.BOTH,) if feet is Side.BOTH else ()
        return (self.first, self.first.other) if feet is Side.BOTH else (feet,)

    def turned(self) -> "Exercise":
        """The same exercise with the other foot first."""
        return replace(self, first=self.first.other)


@dataclass(frozen=True, slots=True)
class Level:
    """How much is asked of a listener, in percents.

    Of each dose's range *doses* is the most; the tempo is made *unhurried*, as far as there is
    time, before any dose is raised.
    """

    doses: int
    unhurried: int

    def __post_init__(self) -> None:
        if not (0 <= self.doses <= WHOLE and 0 <= self.unhurried <= WHOLE):
            raise ModelError("a level is made of percents")


@dataclass(frozen=True)
class Routine:
    """All of it. *paces* are percents of each tempo range; *levels* go from the least upwards.

    A routine done in comfort *grow_after* times in a row leads one level up; a pain, or
    *gap_ms* without one, leads one level down.
    """

    exercises: tuple[Exercise, ...]
    kept_first: tuple[str, ...]
    paces: Mapping[str, Range]
    levels: Mapping[str, Level]
    most_minutes: int
    breath_ms: int
    said_reps: int
    known_after: int
    fresh_after_ms: int
    nudge_after_ms: int
    grow_after: int
    gap_ms: int
    streak_ms: int
    rest_day_ms: int
    tempo_step: int

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
        """All that any exercise needs, each thing once, in the order of first use."""
        return tuple(dict.fromkeys(item for each in self.exercises for item in each.needs))

    def turned(self, names: tuple[str, ...]) -> "Routine":
        """The same routine, with the other foot first in the exercises called *names*."""
        exercises = tuple(
            exercise.turned() if exercise.id in names else exercise for exercise in self.exercises
        )
        return replace(self, exercises=exercises)

    def exercise(self, name: str) -> Exercise:
        """The exercise with the id *name*; raises `KeyError` where there is none."""
        for exercise in self.exercises:
            if exercise.id == name:
                return exercise
        raise KeyError(name)
