"""How much of an exercise is in a recording: what tells whether it fits a listener."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Self

from skill.listener.reader import Reader
from skill.routine.model import Side
from skill.routine.plan import Place, Plan


class RecordedDose(NamedTuple):
    """One exercise, as it is led in a recording."""

    exercise: str
    """The id of the exercise."""
    sides: tuple[Side, ...]
    """The feet it is done on, in order; `BOTH` where both work at once."""
    sets: int
    """Sets on each side."""
    reps: int
    """Repetitions of each counted part; 0 where nothing is counted."""
    tempo: int
    """Percent of each tempo range, from quickest to slowest."""

    @property
    def places(self) -> Iterator[Place]:
        """The sets of the exercise."""
        for side in self.sides:
            for number in range(1, self.sets + 1):
                yield Place(self.exercise, side, number)

    @classmethod
    def of(cls, plan: Plan) -> tuple[Self, ...]:
        """The doses of *plan*, in order."""
        return tuple(
            cls(
                exercise=dose.exercise,
                sides=tuple(
                    dict.fromkeys(step.place.side for step in plan.steps_of(dose.exercise))
                ),
                sets=dose.sets,
                reps=dose.reps,
                tempo=dose.tempo,
            )
            for dose in plan.doses
        )

    @classmethod
    def read(cls, written: Reader) -> Self:
        """Read back what `as_json` wrote, or whatever else it is."""
        return cls(
            exercise=written.text("exercise", ""),
            sides=tuple(Side(side) for side in written.texts("sides") if side in list(Side)),
            sets=written.number("sets", 1_000),
            reps=written.number("reps", 1_000),
            tempo=written.number("tempo", 100),
        )

    def as_json(self) -> dict[str, Any]:
        """What is written of it."""
        return self._asdict() | {"sides": [side.value for side in self.sides]}
