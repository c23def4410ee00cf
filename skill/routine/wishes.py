"""What a listener asks of a routine. Wishes and a place are enough to rebuild a plan."""

from typing import Final, NamedTuple

from skill.routine.model import Exercise, Routine, Side
from skill.routine.range import WHOLE

LONGEST_MINUTES: Final = 60
"""The most minutes that can be asked for: a larger number was probably misheard."""

MOST_SETTLED: Final = 64
"""More than the steps of any plan, each of which can be settled once."""

AS_PACED: Final = -1
"""The `tempo` of wishes that leave it to the pace."""


class Settled(NamedTuple):
    """A part of an exercise, as it is led or was led before the wishes changed.

    An exercise has one part, and one more for each change of the wishes within it.
    """

    exercise: str
    """The id of the exercise."""
    steps: int
    """How many steps belong to the part; 0 for an exercise that was only announced."""
    feet: Side
    """The feet that the listener exercised."""
    sets: int
    """Sets for each foot; later parts of the exercise keep this number."""
    reps: int
    """Repetitions of each counted part; 0 where nothing is counted."""
    rest_ms: int
    """Milliseconds of rest between two sets."""
    tempo: int
    """Percent of each tempo range, from quickest to slowest."""
    first: tuple[Side, int] | None = None
    """The foot and the set that the part began with; None where the usual order goes on."""


class Wishes(NamedTuple):
    """What one listener wants, can do and has done already. Exercises are named by id."""

    minutes: int = 20
    """The most minutes that the routine may take."""
    pace: str = "steady"
    """One of `Routine.paces`: the part of each tempo range that may be used."""
    level: str = "full"
    """One of `Routine.levels`: the most of each dose range that may be used."""
    exercises: tuple[str, ...] = ()
    """The only exercises to do; empty for all."""
    feet: Side = Side.BOTH
    """The only foot to exercise, or both."""
    missing: tuple[str, ...] = ()
    """The equipment that the listener does not have."""
    known: tuple[str, ...] = ()
    """Exercises whose instructions may be brief."""
    new: bool = False
    """Whether the listener has not heard the safety notice yet."""
    tempo: int = AS_PACED
    """An exact percent of each tempo range, for all that is not settled; or `AS_PACED`."""
    reps: tuple[tuple[str, int], ...] = ()
    """An exact number of repetitions for some exercises."""
    settled: tuple[Settled, ...] = ()
    """The exercises that are begun, in the parts that were led: these do not change any more."""
    passed: tuple[str, ...] = ()
    """Exercises that were passed by; they are not led any more."""
    wanted: tuple[str, ...] = ()
    """Exercises asked for by name.

    They come first where time is short, and are led though `exercises` or `missing` exclude them.
    """
    turned: tuple[str, ...] = ()
    """Exercises that begin with the other foot than in the routine."""
    eased: tuple[str, ...] = ()
    """Exercises led in the fewest sets, or in those that are begun where these are more."""
    spared: tuple[tuple[str, Side], ...] = ()
    """Exercises that go on without one foot, and that foot. It holds where `feet` is both."""

    def check(self, routine: Routine) -> None:
        """Raise `ValueError` where *routine* does not know what is wished; the message says why."""
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
        self._check_spared(routine)

    def feet_in(self, exercise: str) -> Side:
        """The only foot that does the *exercise* from here on, or both."""
        spared = dict(self.spared).get(exercise, Side.BOTH)
        return spared.other if self.feet is Side.BOTH else self.feet

    def settled_parts(self, exercise: str) -> tuple[Settled, ...]:
        """The parts of *exercise* that are settled, in order; empty where it is not begun."""
        return tuple(part for part in self.settled if part.exercise == exercise)

    def allow(self, exercise: Exercise) -> bool:
        """Whether steps of *exercise* may be led from here on."""
        asked_for = exercise.id in (self.exercises or (exercise.id,))
        equipped = not set(exercise.needs) & set(self.missing)
        return (
            bool(exercise.sides(self.feet_in(exercise.id)))
            and (exercise.id in self.wanted or (asked_for and equipped))
            and exercise.id not in self.passed
            and not self._is_over(exercise.id)
        )

    def _is_over(self, exercise: str) -> bool:
        """Of all exercises that are begun, only the last goes on."""
        begun = [part.exercise for part in self.settled]
        return exercise in begun and exercise != begun[-1]

    @property
    def _named(self) -> tuple[str, ...]:
        return (
            *(name for name, _ in self.reps),
            *(settled.exercise for settled in self.settled),
            *self.passed,
            *self.wanted,
            *self.turned,
            *self.eased,
            *(name for name, _ in self.spared),
        )

    def _check_spared(self, routine: Routine) -> None:
        for name, foot in self.spared:
            if foot not in routine.exercise(name).sides(Side.BOTH):
                raise ValueError(f"{name}: it cannot be done without the {foot} foot")

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
