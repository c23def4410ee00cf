"""One exercise laid out in time: its dose becomes steps, and each step becomes cues."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from skill.routine.model import Beat, Exercise, Feet, Kind, Part, Routine, Side
from skill.routine.plan import Cue, Line, LineValue, Mark, Place, Step, Talk
from skill.routine.range import ModelError

LAST_MS: Final = 5_000
"""Milliseconds before the end of a hold at which it is announced: its words name five seconds."""

READY_MS: Final = 3_000
"""Milliseconds before the end of a long rest at which the next set is announced."""

LONG_REST_MS: Final = 5_000
"""A rest of at least so many milliseconds is long: its words are said in it.

A shorter one is all silence. Words come before it, and the next set is announced after it.
"""


class Dose(NamedTuple):
    """How much of an exercise is done, within its ranges."""

    sets: int
    """Sets on each side."""
    reps: int
    """Repetitions of each counted part; 0 where nothing is counted."""
    rest_ms: int
    """Milliseconds of rest between two sets of one side; 0 where the time to change feet serves."""


class Layout:
    """Lays exercises out for one listener.

    *feet* is the only foot to exercise or both, and *known* the exercises whose instructions may be
    brief. A tempo is a percent of each tempo range.
    """

    def __init__(self, routine: Routine, talk: Talk, feet: Side, known: tuple[str, ...]) -> None:
        self._routine = routine
        self._talk = talk
        self._feet = feet
        self._known = known
        self._opened_of: dict[tuple[str, Dose], tuple[Step, ...]] = {}
        self._movements_of: dict[tuple[str, int, int], tuple[Cue, ...]] = {}

    def steps(self, exercise: Exercise, dose: Dose, tempo: int) -> tuple[Step, ...]:
        """All sets of *exercise*, without the prompt that follows the last.

        Raises `ModelError` where words take longer than the interval they are said in.
        """
        opened = self._opened(exercise, dose)
        moving = self._movements(exercise, dose.reps, tempo)
        return tuple(step._replace(cues=(*step.cues, *moving)) for step in opened)

    def check(self, exercise: Exercise, dose: Dose, tempo: int) -> None:
        """Raise `ModelError` where `steps` would."""
        self.openings(exercise, self._places(exercise, dose.sets), dose)
        self._movements(exercise, dose.reps, tempo)

    def _opened(self, exercise: Exercise, dose: Dose) -> tuple[Step, ...]:
        """The steps with their openings alone, which no tempo changes."""
        key = exercise.id, dose
        if key not in self._opened_of:
            places = self._places(exercise, dose.sets)
            openings = self.openings(exercise, places, dose)
            self._opened_of[key] = tuple(
                Step(
                    place=place,
                    sets=dose.sets,
                    reps=dose.reps or None,
                    cues=(opening,),
                    entry=self._talked(
                        Kind.ENTRY, self._line(exercise, "entry", place, dose), exercise.enter_ms
                    ),
                )
                for place, opening in zip(places, openings, strict=True)
            )
        return self._opened_of[key]

    def talked(self, kind: Kind, line: Line) -> Cue:
        """A cue that takes as long as its words and a breath."""
        return self._talked(kind, line, self._routine.breath_ms)

    def _places(self, exercise: Exercise, sets: int) -> list[Place]:
        sides = exercise.sides(self._feet)
        numbers = range(1, sets + 1)
        if exercise.feet is Feet.BLOCKS:
            return [Place(exercise.id, side, number) for side in sides for number in numbers]
        return [Place(exercise.id, side, number) for number in numbers for side in sides]

    def openings(self, exercise: Exercise, places: Sequence[Place], dose: Dose) -> list[Cue]:
        """The opening of each set at *places*, in this order; raises as `steps` does."""
        openings = []
        for number, place in enumerate(places):
            before = places[number - 1] if number else None
            openings.append(self._opening(exercise, before, place, dose, len(places) - number))
        for opening in openings:
            self._check(exercise, opening)
        return openings

    def _set_up(self, exercise: Exercise, place: Place, dose: Dose) -> Cue:
        wording = "brief" if exercise.id in self._known else "full"
        line = self._line(exercise, wording, place, dose)
        return self._talked(Kind.SET_UP, line, exercise.settle_ms)

    def _opening(
        self, exercise: Exercise, before: Place | None, place: Place, dose: Dose, to_go: int
    ) -> Cue:
        """The opening of the set at *place*, which follows the one at *before*.

        It gives the instructions where there is none before, else time to change feet or to rest.
        With this set, *to_go* sets of the exercise are ahead.
        """
        if before is None:
            return self._set_up(exercise, place, dose)
        if before.side is not place.side:
            line = self._line(exercise, "change", place, dose, to_go)
            return self._talked(Kind.CHANGE, line, exercise.change_ms)
        if not dose.rest_ms:
            line = self._line(exercise, "rest", place, dose, to_go)
            return self._talked(Kind.REST, line, exercise.change_ms)
        rest = self._line(exercise, "rest", place, dose)
        again = self._line(exercise, "again", place, dose, to_go)
        if dose.rest_ms >= LONG_REST_MS:
            marks = (Mark(dose.rest_ms - READY_MS, again),)
            return Cue(Kind.REST, dose.rest_ms, rest, marks=marks)
        at = self._talk.ms(rest) + dose.rest_ms
        ms = at + self._talk.ms(again) + self._routine.breath_ms
        return Cue(Kind.REST, ms, rest, marks=(Mark(at, again),))

    def _movements(self, exercise: Exercise, reps: int, tempo: int) -> tuple[Cue, ...]:
        """The movements of one set, the same for each set and foot; raises as `steps` does."""
        key = exercise.id, reps, tempo
        if key not in self._movements_of:
            cues = self._repetitions(exercise, reps, tempo)
            for cue in cues:
                self._check(exercise, cue)
            self._movements_of[key] = tuple(cues)
        return self._movements_of[key]

    def _repetitions(self, exercise: Exercise, reps: int, tempo: int) -> list[Cue]:
        cues: list[Cue] = []
        rep = 0
        for number, part in enumerate(exercise.parts):
            if number and part.counted:
                cues[-1] = self._turning(cues[-1], Line(f"{exercise.id}.{part.id}"))
            for count in range(1, (reps if part.counted else 1) + 1):
                rep += 1
                cues += self._repetition(exercise, part, tempo, count, rep)
        return cues

    def _turning(self, cue: Cue, line: Line) -> Cue:
        """The *cue* with *line* in it, which names what comes after; a breath is left then."""
        at = cue.ms - self._talk.ms(line) - self._routine.breath_ms
        return cue._replace(marks=(*cue.marks, Mark(at, line)))

    def _repetition(
        self, exercise: Exercise, part: Part, tempo: int, count: int, rep: int
    ) -> list[Cue]:
        if not part.counted:
            (beat,) = part.beats
            return [self._held(exercise, part, beat, rep)]
        cues = []
        for number, beat in enumerate(part.beats):
            line = Line(f"{exercise.id}.{beat.id}") if number else Line("count", (("n", count),))
            cues.append(Cue(beat.kind, beat.ms(tempo), line, rep))
        return cues

    def _held(self, exercise: Exercise, part: Part, beat: Beat, rep: int) -> Cue:
        ms = beat.tempo.least
        line = Line(f"{exercise.id}.{part.id}", (("seconds", ms // 1000),))
        marks = (Mark(ms // 2, Line("half_way")), Mark(ms - LAST_MS, Line("last_five")))
        return Cue(beat.kind, ms, line, rep, marks)

    def _line(
        self, exercise: Exercise, what: str, place: Place, dose: Dose, to_go: int = 0
    ) -> Line:
        values: list[tuple[str, LineValue]] = [
            ("side", place.side.value),
            ("other_side", place.side.other.value),
            ("set", place.set),
            ("sets", dose.sets),
        ]
        if dose.reps:
            values.append(("reps", dose.reps))
        if dose.rest_ms:
            values.append(("seconds", dose.rest_ms // 1000))
        if to_go:
            values.append(("to_go", to_go))
        return Line(f"{exercise.id}.{what}", tuple(values), place.set)

    def _talked(self, kind: Kind, line: Line, pause_ms: int) -> Cue:
        return Cue(kind, self._talk.ms(line) + pause_ms, line)

    def _check(self, exercise: Exercise, cue: Cue) -> None:
        """Raise `ModelError` where words of *cue* do not end before the next ones begin."""
        at, line = 0, cue.line
        for mark in cue.marks:
            self._check_line(exercise, line, mark.ms - at)
            at, line = mark
        self._check_line(exercise, line, cue.ms - at)

    def _check_line(self, exercise: Exercise, line: Line | None, ms: int) -> None:
        if line and self._talk.ms(line) >= ms:
            raise ModelError(f"{exercise.id}: {line.key} takes longer than its {ms} ms")
