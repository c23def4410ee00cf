"""Builds the plan of chosen exercises, doses and tempo, and tells how long it would take."""

from collections.abc import Mapping
from functools import cached_property

from skill.routine.continuation import Begun, begun, continued
from skill.routine.layout import LONG_REST_MS, Dose, Layout
from skill.routine.model import Exercise, Kind, Routine, Side
from skill.routine.plan import Cue, Line, Mark, Plan, Step, Talk
from skill.routine.wishes import Settled, Wishes


class PlanBuilder:
    """Builds plans for one listener. It lays out each exercise once for each dose and tempo."""

    def __init__(
        self, routine: Routine, wishes: Wishes, talk: Talk, longest_ms: int | None
    ) -> None:
        self._routine = routine
        self._wishes = wishes
        self._talk = talk
        self._longest_ms = longest_ms
        self._layouts: dict[Side, Layout] = {}
        self._begun: dict[str, Begun] = {}
        self._steps: dict[tuple[str, Dose, int], tuple[Step, ...]] = {}
        self._lengths_ms: dict[tuple[str, Dose, int], int] = {}

    def begun(self, exercise: Exercise) -> Begun:
        """What was led of *exercise* before the wishes changed."""
        if exercise.id not in self._begun:
            led = begun(self._routine, self._talk, self._wishes, exercise)
            self._begun[exercise.id] = led
        return self._begun[exercise.id]

    def exercises_ms(
        self, chosen: tuple[Exercise, ...], doses: Mapping[str, Dose], tempo: int
    ) -> int:
        """Milliseconds of the sets of all exercises that are *chosen*.

        *doses* are by the exercise's id, *tempo* is a percent of each tempo range.
        """
        total = 0
        for exercise in chosen:
            key = exercise.id, doses[exercise.id], tempo
            if key not in self._lengths_ms:
                self._lengths_ms[key] = sum(step.ms for step in self._laid(exercise, *key[1:]))
            total += self._lengths_ms[key]
        return total

    def around_ms(self, chosen: tuple[Exercise, ...]) -> int:
        """Milliseconds of what is said between the exercises, and of half of the whole."""
        between = self._prompts(chosen)[:-1]
        return sum(cue.ms for cue in between) + self._half.ms

    def plan(self, chosen: tuple[Exercise, ...], doses: Mapping[str, Dose], tempo: int) -> Plan:
        """The plan of the exercises that are *chosen*; *doses* and *tempo* as above."""
        steps: list[Step] = []
        parts: list[Settled] = []
        for exercise, prompt in zip(chosen, self._prompts(chosen), strict=True):
            laid = self._laid(exercise, doses[exercise.id], tempo)
            steps += laid
            steps[-1] = _followed(steps[-1], prompt)
            parts += self._parts(exercise, doses[exercise.id], tempo, laid)
        self._tell_half(steps)
        steps[0] = steps[0]._replace(cues=(self._welcome(chosen), *steps[0].cues))
        farewell = Line("farewell", (("exercises", len(chosen)),))
        steps[-1] = _followed(steps[-1], self._talked(Kind.FAREWELL, farewell))
        return Plan(tuple(steps), tuple(parts))

    def _laid(self, exercise: Exercise, dose: Dose, tempo: int) -> tuple[Step, ...]:
        key = exercise.id, dose, tempo
        if key not in self._steps:
            led = self.begun(exercise)
            steps = led.steps
            if self._wishes.allow(exercise):
                layout = self._layout(self._wishes.feet_in(exercise.id))
                steps = continued(layout, exercise, dose, tempo, led)
            self._steps[key] = self._asking(exercise, steps)
        return self._steps[key]

    def _asking(self, exercise: Exercise, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Say between two *steps* how many are to come, where one response cannot hold them all."""
        if self._longest_ms is None:
            return steps
        asks = [still_to_come(exercise.id, sets) for sets in range(1, max(len(steps), 2))]
        longest_ask_ms = max(self._talked(Kind.PROMPT, line).ms for line in asks)
        asking: list[Step] = []
        most_ms = self._longest_ms - longest_ask_ms - self._half.ms
        room = most_ms
        for step in steps:
            ms = step.ms + (self._longest_prompt_ms if step is steps[-1] else 0)
            if asking and ms > room:
                ask = still_to_come(exercise.id, len(steps) - len(asking))
                asking[-1] = _followed(asking[-1], self._talked(Kind.PROMPT, ask))
                room = most_ms
            asking.append(step)
            room -= ms
        return tuple(asking)

    def _parts(
        self, exercise: Exercise, dose: Dose, tempo: int, steps: tuple[Step, ...]
    ) -> list[Settled]:
        """The parts of *exercise*: those that are settled, and the one that is ahead."""
        settled = self._wishes.settled_parts(exercise.id)
        led = [part for part in settled if part.steps]
        ahead = steps[sum(part.steps for part in led) :]
        if not ahead:
            return led
        last = Settled(
            exercise=exercise.id,
            steps=len(ahead),
            feet=self._wishes.feet_in(exercise.id),
            sets=dose.sets,
            reps=dose.reps,
            rest_ms=dose.rest_ms,
            tempo=tempo,
            first=ahead[0].place[1:] if settled else None,
        )
        return [*led, last]

    def _layout(self, feet: Side) -> Layout:
        if feet not in self._layouts:
            self._layouts[feet] = Layout(self._routine, self._talk, feet, self._wishes.known)
        return self._layouts[feet]

    def _talked(self, kind: Kind, line: Line) -> Cue:
        return self._layout(self._wishes.feet).talked(kind, line)

    def _welcome(self, chosen: tuple[Exercise, ...]) -> Cue:
        minutes = min(self._wishes.minutes, self._routine.most_minutes)
        items = self._routine.needed(exercise.id for exercise in chosen)
        ready = self._sided(chosen[0], "ready")
        values = (
            ("exercises", len(chosen)),
            ("minutes", minutes),
            ("items", items),
            ("ready", ready),
        )
        key = "notice" if self._wishes.new else "welcome"
        return self._talked(Kind.WELCOME, Line(key if items else f"{key}_bare", values))

    def _prompts(self, chosen: tuple[Exercise, ...]) -> list[Cue]:
        """What ends each exercise: the next one is announced, so that it can be made ready."""
        lines = [self._sided(exercise, "ahead") for exercise in chosen[1:]]
        return [self._talked(Kind.PROMPT, line) for line in (*lines, Line("last_prompt"))]

    def _sided(self, exercise: Exercise, what: str) -> Line:
        """What prepares *exercise*, with the foot that begins."""
        feet = self._wishes.feet_in(exercise.id)
        side = next(iter(exercise.sides(feet)), exercise.first)
        values = (("side", side.value), ("other_side", side.other.value))
        return Line(f"{exercise.id}.{what}", values)

    @cached_property
    def _longest_prompt_ms(self) -> int:
        every = (self._routine.exercises[0], *self._routine.exercises)
        return max(cue.ms for cue in self._prompts(every))

    @cached_property
    def _half(self) -> Cue:
        return self._talked(Kind.CHANGE, Line("half_of_all"))

    def _tell_half(self, steps: list[Step]) -> None:
        """Tell in the first change or rest of the second half of *steps* that half is done."""
        ahead = sum(step.ms for step in steps) - self._prompts(())[-1].ms
        led = 0
        for number, step in enumerate(steps):
            opening = step.cues[0]
            if led >= ahead and opening.kind is not Kind.SET_UP:
                told = self._with_half(self._routine.exercise(step.place.exercise), opening)
                if told:
                    steps[number] = step._replace(cues=(told, *step.cues[1:]))
                    return
            led += step.ms
            ahead -= step.ms

    def _with_half(self, exercise: Exercise, opening: Cue) -> Cue | None:
        """The *opening* with half of the whole in it: within a long rest, or before its words.

        None where there is no time for that in the rest.
        """
        half = self._half
        if opening.kind is not Kind.REST or exercise.rest.least < LONG_REST_MS:
            later = (mark._replace(ms=mark.ms + half.ms) for mark in opening.lines)
            return opening._replace(ms=opening.ms + half.ms, line=half.line, marks=tuple(later))
        first, following = opening.lines
        at = self._talked(opening.kind, first.line).ms
        if half.line is None or at + self._talk.ms(half.line) >= following.ms:
            return None
        return opening._replace(marks=(Mark(at, half.line), following))


def still_to_come(exercise: str, sets: int) -> Line:
    """What is said where a response ends with so many *sets* of *exercise* still to come."""
    return Line("still_to_come", (("exercise", exercise), ("sets", sets)))


def _followed(step: Step, cue: Cue) -> Step:
    """The *step* with *cue* at its end."""
    return step._replace(cues=(*step.cues, cue))
