"""What the listener asks of a routine. With the place, it is all that has to be kept."""

from typing import Final, NamedTuple

from skill.routine.model import WHOLE, Exercise, Routine, Side

LONGEST_MINUTES: Final = 60
"""A wish for more is not a wish but a mishearing."""


MOST_SETTLED: Final = 64
"""There are fewer steps than this in any plan, and each can be settled once."""

AS_PACED: Final = -1
"""The tempo of a listener who asked for none."""


class Settled(NamedTuple):
    """Some *steps* of an exercise, as they were led before a wish changed what follows.

    Their dose, tempo (percent) and feet stay; what follows keeps the number of sets. An exercise
    whose wishes changed more than once has several of these, in order. *first* is the foot and the
    set that this part began with; where none is named, the one that was next anyway.
    """

    exercise: str
    steps: int
    feet: Side
    sets: int
    reps: int
    rest_ms: int
    tempo: int
    first: tuple[Side, int] | None = None


class Wishes(NamedTuple):
    """*exercises* names the only ones wanted (none named: all); *feet* the only foot wanted.

    *missing* is the equipment the listener is without, *known* the exercises that need no more
    than a brief wording, *new* a listener who has not heard the notice yet. A level is the most
    of each dose that is used; *reps* asks for an exact number in some exercises, *tempo* for an
    exact percent of each tempo's range in all that is not *settled*. What was *passed* by is not
    led any more. What is *wanted* was asked for by name: it is first in the time there is, though
    it is not among the *exercises*, or needs what is *missing*; and it brings back nothing else. In
    what is *turned*, the foot that is second in the routine is the first. What is *eased* is led in
    no more sets than the fewest, or than are begun.
    """

    minutes: int = 20
    pace: str = "steady"
    level: str = "full"
    exercises: tuple[str, ...] = ()
    feet: Side = Side.BOTH
    missing: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    new: bool = False
    tempo: int = AS_PACED
    reps: tuple[tuple[str, int], ...] = ()
    settled: tuple[Settled, ...] = ()
    passed: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()
    eased: tuple[str, ...] = ()

    def check(self, routine: Routine) -> None:
        """Raise `ValueError` with one line where *routine* knows no such wish."""
        if not 1 <= self.minutes <= LONGEST_MINUTES:
            raise ValueError(f"minutes must be 1 to {LONGEST_MINUTES}, not {self.minutes}")
        for what, given, names in (
            ("pace", (self.pace,), tuple(routine.paces)),
            ("level", (self.level,), tuple(routine.levels)),
            ("exercise", (*self.exercises, *self.known, *self._named), routine.ids),
            ("equipment", self.missing, routine.equipment),
        ):
            for name in given:
                if name not in names:
                    raise ValueError(f"{what} must be one of {', '.join(names)}, not {name}")
        if not AS_PACED <= self.tempo <= WHOLE:
            raise ValueError(f"tempo must be a percent, not {self.tempo}")
        for name, reps in self.reps:
            if reps not in routine.exercise(name).reps:
                raise ValueError(f"{name}: {reps} is no dose of it")
        if len(self.settled) > MOST_SETTLED:
            raise ValueError(f"more than {MOST_SETTLED} changes of mind")
        for settled in self.settled:
            self._check_settled(settled, routine.exercise(settled.exercise))

    @property
    def _named(self) -> tuple[str, ...]:
        return (
            *(name for name, _ in self.reps),
            *(settled.exercise for settled in self.settled),
            *self.passed,
            *self.wanted,
            *self.turned,
            *self.eased,
        )

    def _check_settled(self, settled: Settled, exercise: Exercise) -> None:
        sides = exercise.sides(settled.feet)
        side, number = settled.first or (exercise.first, 1)
        if (
            settled.sets not in exercise.sets
            or settled.reps not in exercise.reps
            or settled.rest_ms not in exercise.rest
            or not 0 <= settled.tempo <= WHOLE
            or not 0 <= settled.steps <= settled.sets * len(sides)
            or side not in exercise.sides(Side.BOTH)
            or not 1 <= number <= settled.sets
        ):
            raise ValueError(f"{settled.exercise} was never led like that")
