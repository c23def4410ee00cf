"""Finds the plan that gives as much of the routine as the wishes have time for.

The number of exercises comes first: where time is short, whole ones are left out. Then comes the
tempo, as slow as the pace allows; then the doses, as large as fit. Each number stays in its range.
"""

from collections.abc import Iterator
from itertools import combinations

from skill.routine.builder import PlanBuilder
from skill.routine.layout import Dose
from skill.routine.model import Exercise, Level, Routine, Side
from skill.routine.plan import Plan, Talk
from skill.routine.range import Range
from skill.routine.wishes import AS_PACED, LONGEST_MINUTES, Wishes

MINUTE_MS = 60_000


class UnmeetableError(Exception):
    """No routine can meet the wishes."""

    def __init__(self, wishes: Wishes, nearest: Wishes) -> None:
        super().__init__(f"no routine meets {wishes}; the nearest that can be met is {nearest}")
        self.nearest = nearest
        """The wishes that differ least and can be met."""


def plan(routine: Routine, wishes: Wishes, talk: Talk, longest_ms: int | None = None) -> Plan:
    """Lay out *routine* as *wishes* ask, in the time *talk* takes to say it.

    One response of the medium leads for at most *longest_ms*: where an exercise takes longer, the
    plan asks between two of its sets whether to go on. None means no limit.

    Raises `UnmeetableError` where not even one exercise fits, `ValueError` where the wishes name
    what the routine does not know.
    """
    wishes.check(routine)
    found = _Search(routine, wishes, talk, longest_ms).plan()
    if found is None:
        raise UnmeetableError(wishes, _nearest(routine, wishes, talk, longest_ms))
    return found


def _nearest(routine: Routine, wishes: Wishes, talk: Talk, longest_ms: int | None) -> Wishes:
    """The wishes with as little changed as necessary: more minutes, then fewer restrictions."""
    for freed in (
        wishes,
        wishes._replace(missing=()),
        wishes._replace(feet=Side.BOTH),
        wishes._replace(exercises=()),
        wishes._replace(missing=(), feet=Side.BOTH),
    ):
        for minutes in range(freed.minutes, routine.most_minutes + 1):
            nearest = freed._replace(minutes=minutes)
            if _Search(routine, nearest, talk, longest_ms).plan() is not None:
                return nearest
    return Wishes(minutes=min(routine.most_minutes, LONGEST_MINUTES))


class _Search:
    """The search for one plan."""

    def __init__(
        self, routine: Routine, wishes: Wishes, talk: Talk, longest_ms: int | None
    ) -> None:
        self._routine = routine.turned(wishes.turned) if wishes.turned else routine
        self._wishes = wishes
        self._builder = PlanBuilder(self._routine, wishes, talk, longest_ms)
        self._reps = dict(wishes.reps)
        minutes = min(wishes.minutes, routine.most_minutes)
        self._most_ms = minutes * MINUTE_MS - routine.spare_ms

    def plan(self) -> Plan | None:
        """The plan; None where not even one exercise fits."""
        pace = self._routine.paces[self._wishes.pace]
        asked = self._wishes.tempo
        band = pace if asked == AS_PACED else Range(asked, asked)
        unhurried = min(self._level.unhurried, band.most)
        for chosen in self._choices():
            room = self._most_ms - self._builder.around_ms(chosen)
            doses = {exercise.id: self._least(exercise) for exercise in chosen}
            if self._builder.exercises_ms(chosen, doses, band.least) <= room:
                tempo = self._tempo(chosen, doses, room, band.least, unhurried)
                doses = self._doses(chosen, doses, room, tempo)
                tempo = self._tempo(chosen, doses, room, tempo, band.most)
                return self._builder.plan(chosen, doses, tempo)
        return None

    @property
    def _level(self) -> Level:
        return self._routine.levels[self._wishes.level]

    def _choices(self) -> Iterator[tuple[Exercise, ...]]:
        """The exercises that may be done together, the best choice first.

        An exercise that is begun is in every choice. Choices with all wanted exercises come first,
        then those with more exercises, then those with the exercises that are kept first.
        """
        possible = [
            exercise
            for exercise in self._routine.exercises
            if self._wishes.allow(exercise) or self._builder.begun(exercise).steps
        ]
        begun = [exercise for exercise in possible if self._wishes.settled_parts(exercise.id)]
        ranked = sorted(
            (exercise for exercise in possible if exercise not in begun),
            key=lambda each: self._routine.kept_first.index(each.id),
        )
        wanted = {exercise.id for exercise in ranked} & set(self._wishes.wanted)
        choices = [
            kept
            for count in range(len(ranked), -1, -1)
            for kept in combinations(ranked, count)
            if kept or begun
        ]
        choices.sort(key=lambda kept: not wanted <= {exercise.id for exercise in kept})
        for kept in choices:
            yield tuple(each for each in possible if each in kept or each in begun)

    def _tempo(
        self, chosen: tuple[Exercise, ...], doses: dict[str, Dose], room: int, least: int, most: int
    ) -> int:
        """The slowest tempo from *least*, which fits, to *most* percent that fits into *room* ms.

        A slower tempo never takes less time, so halving the range finds it in seven trials.
        """
        slowest = least
        while slowest < most:
            tempo = (slowest + most + 1) // 2
            if self._builder.exercises_ms(chosen, doses, tempo) <= room:
                slowest = tempo
            else:
                most = tempo - 1
        return slowest

    def _doses(
        self, chosen: tuple[Exercise, ...], doses: dict[str, Dose], room: int, tempo: int
    ) -> dict[str, Dose]:
        """The largest doses that fit into *room* ms: raised by one in turn, work before rest."""
        for raises in (("reps", "sets"), ("rest_ms",)):
            growing = True
            while growing:
                growing = False
                for exercise in chosen:
                    for what in raises:
                        raised = self._raised(exercise, doses[exercise.id], what)
                        if raised is None:
                            continue
                        tried = doses | {exercise.id: raised}
                        if self._builder.exercises_ms(chosen, tried, tempo) <= room:
                            doses = tried
                            growing = True
        return doses

    def _least(self, exercise: Exercise) -> Dose:
        """The dose that *exercise* starts from; what is begun is never cut for time."""
        asked = self._reps.get(exercise.id)
        reps = exercise.reps.least if asked is None else asked
        parts = self._wishes.settled_parts(exercise.id)
        if not parts:
            return Dose(exercise.sets.least, reps, exercise.rest.least)
        last = parts[-1]
        if asked is None and any(part.steps for part in parts):
            reps = last.reps
        return Dose(self._sets_left(exercise, last.sets), reps, last.rest_ms)

    def _sets_left(self, exercise: Exercise, sets: int) -> int:
        """The *sets* of an exercise that is begun, or fewer where it was eased since."""
        if exercise.id not in self._wishes.eased:
            return sets
        led, following = self._builder.begun(exercise)
        begun = [step.place.set for step in led] + ([following.set] if following else [])
        return min(max([exercise.sets.least, *begun]), sets)

    def _raised(self, exercise: Exercise, dose: Dose, what: str) -> Dose | None:
        """The *dose* with one more of *what*, or one second; None where that is not allowed."""
        share = self._level.doses
        if what == "reps":
            most = exercise.reps.at(share)
            free = exercise.id not in self._reps
            return dose._replace(reps=dose.reps + 1) if free and dose.reps < most else None
        if self._wishes.settled_parts(exercise.id):
            return None
        if what == "rest_ms":
            rest = dose.rest_ms + 1000
            return dose._replace(rest_ms=rest) if rest <= exercise.rest.most else None
        most = exercise.sets.at(0 if exercise.id in self._wishes.eased else share)
        return dose._replace(sets=dose.sets + 1) if dose.sets < most else None
