"""Finding the plan: as much of the routine as fits the wish, and never more.

The exercises come first (as many as fit; whole ones give way), then the tempo (as unhurried as
the pace allows), then the doses (the largest that fit). Every number stays in its range.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from skill.routine.laying import Dose, Layer
from skill.routine.model import Exercise, Kind, Range, Routine, Side
from skill.routine.plan import Cue, Line, Plan, Step, Talk
from skill.routine.wishes import LONGEST_MINUTES, Wishes

MINUTE_MS = 60_000


class UnmeetableError(Exception):
    """No routine can meet the wish; `nearest` is the nearest wish that one can."""

    def __init__(self, wishes: Wishes, nearest: Wishes) -> None:
        super().__init__(f"no routine meets {wishes}; the nearest that can be met is {nearest}")
        self.nearest = nearest


def plan(routine: Routine, wishes: Wishes, talk: Talk) -> Plan:
    """Lay out *routine* as *wishes* ask, in the time *talk* takes to say it.

    Raises `UnmeetableError` where not even one exercise fits, `ValueError` where the wishes name
    what the routine does not know.
    """
    wishes.check(routine)
    found = _Search(routine, wishes, talk).plan()
    if found is None:
        raise UnmeetableError(wishes, _nearest(routine, wishes, talk))
    return found


def _nearest(routine: Routine, wishes: Wishes, talk: Talk) -> Wishes:
    """The wish changed in as little as will do: more minutes, then fewer limits."""
    for freed in (
        wishes,
        replace(wishes, missing=()),
        replace(wishes, feet=Side.BOTH),
        replace(wishes, exercises=()),
        replace(wishes, missing=(), feet=Side.BOTH),
    ):
        for minutes in range(freed.minutes, routine.most_minutes + 1):
            nearest = replace(freed, minutes=minutes)
            if _Search(routine, nearest, talk).plan() is not None:
                return nearest
    return Wishes(minutes=min(routine.most_minutes, LONGEST_MINUTES))


class _Search:
    """The search for one plan; it lays each exercise out once for each dose and tempo."""

    def __init__(self, routine: Routine, wishes: Wishes, talk: Talk) -> None:
        self._routine = routine
        self._wishes = wishes
        self._talk = talk
        self._most_ms = min(wishes.minutes, routine.most_minutes) * MINUTE_MS
        self._laid: dict[tuple[str, Dose, int], tuple[Step, ...]] = {}
        self._lengths: dict[tuple[str, Dose, int], int] = {}

    def plan(self) -> Plan | None:
        band = self._routine.paces[self._wishes.pace]
        for chosen in self._choices():
            least = {exercise.id: self._least(exercise) for exercise in chosen}
            if self._ms(chosen, least, band.least) <= self._most_ms:
                tempo = self._tempo(chosen, least, band)
                return self._lay(chosen, self._doses(chosen, least, tempo), tempo)
        return None

    def _choices(self) -> Iterator[tuple[Exercise, ...]]:
        """What may be done: more exercises before fewer, then those that are kept first."""
        wished = [
            exercise
            for exercise in self._routine.exercises
            if exercise.sides(self._wishes.feet)
            and not set(exercise.needs) & set(self._wishes.missing)
            and exercise.id in (self._wishes.exercises or (exercise.id,))
        ]
        ranked = sorted(wished, key=lambda each: self._routine.kept_first.index(each.id))
        for count in range(len(ranked), 0, -1):
            for kept in combinations(ranked, count):
                yield tuple(exercise for exercise in wished if exercise in kept)

    def _tempo(self, chosen: tuple[Exercise, ...], doses: dict[str, Dose], band: Range) -> int:
        """The slowest tempo of the band that fits, in percent."""
        slowest = band.least
        for tempo in range(band.least + 1, band.most + 1):
            if self._ms(chosen, doses, tempo) > self._most_ms:
                break
            slowest = tempo
        return slowest

    def _doses(
        self, chosen: tuple[Exercise, ...], doses: dict[str, Dose], tempo: int
    ) -> dict[str, Dose]:
        """The largest doses that fit: raised by one in turn, work before rest."""
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
                        if self._ms(chosen, tried, tempo) <= self._most_ms:
                            doses = tried
                            growing = True
        return doses

    def _least(self, exercise: Exercise) -> Dose:
        return Dose(exercise.sets.least, exercise.reps.least, exercise.rest.least)

    def _raised(self, exercise: Exercise, dose: Dose, what: str) -> Dose | None:
        """One more of *what*; rests grow by whole seconds. `None` where the range ends."""
        level = self._routine.levels[self._wishes.level]
        if what == "rest_ms":
            rest = dose.rest_ms + 1000
            return replace(dose, rest_ms=rest) if rest <= exercise.rest.most else None
        if what == "reps":
            most = exercise.reps.at(level)
            return replace(dose, reps=dose.reps + 1) if dose.reps < most else None
        most = exercise.sets.at(level)
        return replace(dose, sets=dose.sets + 1) if dose.sets < most else None

    def _steps(self, exercise: Exercise, dose: Dose, tempo: int) -> tuple[Step, ...]:
        key = exercise.id, dose, tempo
        if key not in self._laid:
            self._laid[key] = self._layer(tempo).steps(exercise, dose)
            self._lengths[key] = sum(step.ms for step in self._laid[key])
        return self._laid[key]

    def _ms(self, chosen: tuple[Exercise, ...], doses: dict[str, Dose], tempo: int) -> int:
        for exercise in chosen:
            self._steps(exercise, doses[exercise.id], tempo)
        edges = (self._welcome(chosen), *self._prompts(chosen), self._farewell(chosen))
        return sum(cue.ms for cue in edges) + sum(
            self._lengths[exercise.id, doses[exercise.id], tempo] for exercise in chosen
        )

    def _lay(self, chosen: tuple[Exercise, ...], doses: dict[str, Dose], tempo: int) -> Plan:
        steps: list[Step] = []
        for exercise, prompt in zip(chosen, self._prompts(chosen), strict=True):
            steps += self._steps(exercise, doses[exercise.id], tempo)
            steps[-1] = replace(steps[-1], cues=(*steps[-1].cues, prompt))
        steps[0] = replace(steps[0], cues=(self._welcome(chosen), *steps[0].cues))
        steps[-1] = replace(steps[-1], cues=(*steps[-1].cues, self._farewell(chosen)))
        return Plan(tuple(steps))

    def _layer(self, tempo: int) -> Layer:
        wishes = self._wishes
        return Layer(self._routine, self._talk, tempo, wishes.feet, wishes.known)

    def _talked(self, kind: Kind, line: Line) -> Cue:
        return self._layer(0).talked(kind, line)

    def _welcome(self, chosen: tuple[Exercise, ...]) -> Cue:
        minutes = min(self._wishes.minutes, self._routine.most_minutes)
        items = tuple(dict.fromkeys(item for exercise in chosen for item in exercise.needs))
        values = (("exercises", len(chosen)), ("minutes", minutes), ("items", items))
        return self._talked(Kind.WELCOME, Line("welcome" if items else "welcome_bare", values))

    def _farewell(self, chosen: tuple[Exercise, ...]) -> Cue:
        return self._talked(Kind.FAREWELL, Line("farewell", (("exercises", len(chosen)),)))

    def _prompts(self, chosen: tuple[Exercise, ...]) -> list[Cue]:
        """What ends each exercise: the next one is announced, so that it can be made ready."""
        lines = [Line(f"{exercise.id}.ahead") for exercise in chosen[1:]]
        return [self._talked(Kind.PROMPT, line) for line in (*lines, Line("last_prompt"))]
