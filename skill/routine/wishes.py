"""What the listener asks of a routine. With the place, it is all that has to be kept."""

from dataclasses import dataclass
from typing import Final

from skill.routine.model import Routine, Side

LONGEST_MINUTES: Final = 60
"""A wish for more is not a wish but a mishearing."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """*exercises* names the only ones wanted (none named: all); *feet* the only foot wanted.

    *missing* is the equipment the listener is without, *known* the exercises that need no more
    than a brief wording. A level is the most of each dose that is used.
    """

    minutes: int = 20
    pace: str = "steady"
    level: str = "full"
    exercises: tuple[str, ...] = ()
    feet: Side = Side.BOTH
    missing: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    def check(self, routine: Routine) -> None:
        """Raise `ValueError` with one line where *routine* knows no such wish."""
        if not 1 <= self.minutes <= LONGEST_MINUTES:
            raise ValueError(f"minutes must be 1 to {LONGEST_MINUTES}, not {self.minutes}")
        for what, given, names in (
            ("pace", (self.pace,), tuple(routine.paces)),
            ("level", (self.level,), tuple(routine.levels)),
            ("exercise", (*self.exercises, *self.known), routine.ids),
            ("equipment", self.missing, routine.equipment),
        ):
            for name in given:
                if name not in names:
                    raise ValueError(f"{what} must be one of {', '.join(names)}, not {name}")
