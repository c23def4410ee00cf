"""Finding the plan: as much of the routine as fits the wish, and never more.

The exercises come first (as many as fit; whole ones give way), then the tempo (as unhurried as
the pace allows), then the doses (the largest that fit). Every number stays in its range.
"""

from collections.abc import Iterator
from itertools import combinations, pairwise, zip_longest

from skill.routine.layout import Dose, Layout
from skill.routine.model import Exercise, Feet, Kind, Level, Range, Routine, Side
from skill.routine.plan import Cue, Line, Place, Plan, Step, Talk
from skill.routine.wishes import AS_PACED, LONGEST_MINUTES, Settled, Wishes

MINUTE_MS = 60_000


class UnmeetableError(Exception):
    """No routine can meet the wish; `nearest` is the nearest wish that one can."""

    def __init__(self, wishes: Wishes, nearest: Wishes) -> None:
        super().__init__(f"no routine meets {wishes}; the nearest that can be met is {nearest}")
        self.nearest = nearest


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
    """The wish changed in as little as will do: more minutes, then fewer limits."""
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
    """The search for one plan; it lays each exercise out once for each dose and tempo."""

    def __init__(
        self, routine: Routine, wishes: Wishes, talk: Talk, longest_ms: int | None
    ) -> None:
        self._routine = routine.turned(wishes.turned) if wishes.turned else routine
        self._wishes = wishes
        self._talk = talk
        self._longest_ms = longest_ms
        self._settled: dict[str, list[Settled]] = {}
        for settled in wishes.settled:
            self._settled.setdefault(settled.exercise, []).append(settled)
        self._reps = dict(wishes.reps)
        self._most_ms = min(wishes.minutes, routine.most_minutes) * MINUTE_MS
        self._layers: dict[int, Layout] = {}
        self._longest_prompt_ms = max(
            prompt.ms for prompt in self._prompts((routine.exercises[0], *routine.exercises))
        )
        self._laid: dict[tuple[str, Dose, int], tuple[Step, ...]] = {}
        self._lengths: dict[tuple[str, Dose, int], int] = {}

    def plan(self) -> Plan | None:
        pace = self._routine.paces[self._wishes.pace]
        asked = self._wishes.tempo
        band = pace if asked == AS_PACED else Range(asked, asked)
        unhurried = min(self._level.unhurried, band.most)
        for chosen in self._choices():
            room = self._most_ms - self._around_ms(chosen)
            doses = {exercise.id: self._least(exercise) for exercise in chosen}
            if self._ms(chosen, doses, band.least) <= room:
                tempo = self._tempo(chosen, doses, room, band.least, unhurried)
                doses = self._doses(chosen, doses, room, tempo)
                tempo = self._tempo(chosen, doses, room, tempo, band.most)
                return self._lay(chosen, doses, tempo)
        return None

    @property
    def _level(self) -> Level:
        return self._routine.levels[self._wishes.level]

    def _choices(self) -> Iterator[tuple[Exercise, ...]]:
        """What may be done: more exercises before fewer, then those that are kept first.

        What is settled is always done, and so is the rest of an exercise that is begun; what is
        wanted by name is done where that leaves time for it.
        """
        possible = [
            exercise
            for exercise in self._routine.exercises
            if self._allowed(exercise) or self._prefix(exercise)[0]
        ]
        begun = [exercise for exercise in possible if exercise.id in self._settled]
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

    def _allowed(self, exercise: Exercise) -> bool:
        wishes = self._wishes
        wished = exercise.id in (wishes.exercises or (exercise.id,))
        possible = not set(exercise.needs) & set(wishes.missing)
        return (
            bool(exercise.sides(wishes.feet))
            and (exercise.id in wishes.wanted or (wished and possible))
            and exercise.id not in wishes.passed
            and not self._behind(exercise)
        )

    def _behind(self, exercise: Exercise) -> bool:
        """It is over: what is settled goes on in the last exercise that was begun, in no other."""
        begun = self._wishes.settled
        return exercise.id in self._settled and exercise.id != begun[-1].exercise

    def _tempo(
        self, chosen: tuple[Exercise, ...], doses: dict[str, Dose], room: int, least: int, most: int
    ) -> int:
        """The slowest tempo from *least* to *most* percent that fits into *room* ms."""
        slowest = least
        for tempo in range(least + 1, most + 1):
            if self._ms(chosen, doses, tempo) > room:
                break
            slowest = tempo
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
                        if self._ms(chosen, tried, tempo) <= room:
                            doses = tried
                            growing = True
        return doses

    def _least(self, exercise: Exercise) -> Dose:
        reps = self._reps.get(exercise.id, exercise.reps.least)
        if exercise.id in self._settled:
            last = self._settled[exercise.id][-1]
            if exercise.id not in self._reps and any(
                part.steps for part in self._settled[exercise.id]
            ):
                reps = last.reps  # what is begun is gone on with, and never cut for time
            return Dose(self._sets_of(exercise, last.sets), reps, last.rest_ms)
        return Dose(exercise.sets.least, reps, exercise.rest.least)

    def _sets_of(self, exercise: Exercise, sets: int) -> int:
        """The *sets* of an exercise that is begun, or fewer where it was eased since."""
        if exercise.id not in self._wishes.eased:
            return sets
        led, place = self._prefix(exercise)
        begun = [step.place.set for step in led] + ([place.set] if place else [])
        return min(max([exercise.sets.least, *begun]), sets)

    def _raised(self, exercise: Exercise, dose: Dose, what: str) -> Dose | None:
        """One more of *what*; rests grow by whole seconds. `None` where that may not be."""
        share = self._level.doses
        if what == "reps":
            most = exercise.reps.at(share)
            free = exercise.id not in self._reps
            return dose._replace(reps=dose.reps + 1) if free and dose.reps < most else None
        if exercise.id in self._settled:
            return None
        if what == "rest_ms":
            rest = dose.rest_ms + 1000
            return dose._replace(rest_ms=rest) if rest <= exercise.rest.most else None
        most = exercise.sets.at(0 if exercise.id in self._wishes.eased else share)
        return dose._replace(sets=dose.sets + 1) if dose.sets < most else None

    def _prefix(self, exercise: Exercise) -> tuple[tuple[Step, ...], Place | None]:
        """The steps that were led before the wishes changed, as they were; and what came next."""
        led: tuple[Step, ...] = ()
        place: Place | None = None
        for settled in self._settled.get(exercise.id, ()):
            dose = Dose(settled.sets, settled.reps, settled.rest_ms)
            known = self._wishes.known
            layer = Layout(self._routine, self._talk, settled.tempo, settled.feet, known)
            if settled.first:
                place = Place(exercise.id, *settled.first)
            steps = _joined(layer, exercise, dose, led, place)
            end = len(led) + settled.steps
            led, place = steps[:end], steps[end].place if end < len(steps) else None
        return led, place

    def _steps(self, exercise: Exercise, dose: Dose, tempo: int) -> tuple[Step, ...]:
        key = exercise.id, dose, tempo
        if key not in self._laid:
            steps, place = self._prefix(exercise)
            if self._allowed(exercise):
                steps = _joined(self._layer(tempo), exercise, dose, steps, place)
            self._laid[key] = self._asking(steps)
            self._lengths[key] = sum(step.ms for step in self._laid[key])
        return self._laid[key]

    def _ms(self, chosen: tuple[Exercise, ...], doses: dict[str, Dose], tempo: int) -> int:
        """How long the exercises take, without what is said before, between and after them."""
        total = 0
        for exercise in chosen:
            dose = doses[exercise.id]
            self._steps(exercise, dose, tempo)
            total += self._lengths[exercise.id, dose, tempo]
        return total

    def _around_ms(self, chosen: tuple[Exercise, ...]) -> int:
        around = (self._welcome(chosen), *self._prompts(chosen), self._farewell(chosen))
        return sum(cue.ms for cue in around)

    def _asking(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Ask, between two sets, whether to go on where one response could not hold them all."""
        if self._longest_ms is None:
            return steps
        ask = self._talked(Kind.PROMPT, Line("say_next"))
        most = self._longest_ms - ask.ms
        asking: list[Step] = []
        room = most
        for step in steps:
            ms = step.ms + (self._longest_prompt_ms if step is steps[-1] else 0)
            if asking and ms > room:
                asking[-1] = asking[-1]._replace(cues=(*asking[-1].cues, ask))
                room = most
            asking.append(step)
            room -= ms
        return tuple(asking)

    def _lay(self, chosen: tuple[Exercise, ...], doses: dict[str, Dose], tempo: int) -> Plan:
        steps: list[Step] = []
        for exercise, prompt in zip(chosen, self._prompts(chosen), strict=True):
            steps += self._steps(exercise, doses[exercise.id], tempo)
            steps[-1] = steps[-1]._replace(cues=(*steps[-1].cues, prompt))
        steps[0] = steps[0]._replace(cues=(self._welcome(chosen), *steps[0].cues))
        steps[-1] = steps[-1]._replace(cues=(*steps[-1].cues, self._farewell(chosen)))
        return Plan(
            tuple(steps),
            tuple(
                part
                for exercise in chosen
                for part in self._settlements(exercise, doses[exercise.id], tempo)
            ),
        )

    def _settlements(self, exercise: Exercise, dose: Dose, tempo: int) -> list[Settled]:
        """How each part of the exercise is led: what is settled, and what is ahead."""
        led = [settled for settled in self._settled.get(exercise.id, ()) if settled.steps]
        ahead = self._steps(exercise, dose, tempo)[sum(part.steps for part in led) :]
        if not ahead:
            return led
        last = Settled(
            exercise=exercise.id,
            steps=len(ahead),
            feet=self._wishes.feet,
            sets=dose.sets,
            reps=dose.reps,
            rest_ms=dose.rest_ms,
            tempo=tempo,
            first=ahead[0].place[1:] if exercise.id in self._settled else None,
        )
        return [*led, last]

    def _layer(self, tempo: int) -> Layout:
        if tempo not in self._layers:
            wishes = self._wishes
            self._layers[tempo] = Layout(
                self._routine, self._talk, tempo, wishes.feet, wishes.known
            )
        return self._layers[tempo]

    def _talked(self, kind: Kind, line: Line) -> Cue:
        return self._layer(0).talked(kind, line)

    def _welcome(self, chosen: tuple[Exercise, ...]) -> Cue:
        minutes = min(self._wishes.minutes, self._routine.most_minutes)
        items = tuple(dict.fromkeys(item for exercise in chosen for item in exercise.needs))
        values = (("exercises", len(chosen)), ("minutes", minutes), ("items", items))
        key = "notice" if self._wishes.new else "welcome"
        return self._talked(Kind.WELCOME, Line(key if items else f"{key}_bare", values))

    def _farewell(self, chosen: tuple[Exercise, ...]) -> Cue:
        return self._talked(Kind.FAREWELL, Line("farewell", (("exercises", len(chosen)),)))

    def _prompts(self, chosen: tuple[Exercise, ...]) -> list[Cue]:
        """What ends each exercise: the next one is announced, so that it can be made ready."""
        lines = [Line(f"{exercise.id}.ahead") for exercise in chosen[1:]]
        return [self._talked(Kind.PROMPT, line) for line in (*lines, Line("last_prompt"))]


def _joined(
    layer: Layout, exercise: Exercise, dose: Dose, led: tuple[Step, ...], place: Place | None
) -> tuple[Step, ...]:
    """The steps that were *led*, and those of *dose* that were not, the one at *place* first.

    So the place is kept, and no foot loses its turn because it would have come before: it takes
    turns with the other, or comes after it, as the exercise goes. Where a step follows another one
    than it was laid out for, what parts them is laid anew: else a change of feet might get the few
    seconds of a rest.
    """
    laid = layer.steps(exercise, dose)
    places = {step.place for step in led}
    ahead = [step for step in laid if step.place not in places]
    if place and place in [step.place for step in ahead]:
        ahead.sort(key=lambda step: step.place != place)
        here = [step for step in ahead if step.place.side is place.side]
        other = [step for step in ahead if step.place.side is not place.side]
        ahead = [*here, *other]
        if exercise.feet is Feet.TURNS:
            pairs = zip_longest(here, other)
            ahead = [step for pair in pairs for step in pair if step is not None]
    laid_after = {step.place: before.place for before, step in pairwise(laid)}
    steps = list(led)
    for planned in ahead:
        step, even = planned, _even(dose, planned.place, led)
        if even != dose:
            step = next(each for each in layer.steps(exercise, even) if each.place == step.place)
        before = steps[-1].place if steps else None
        cues = step.cues
        if laid_after.get(step.place) != before:
            cues = (layer.opening(exercise, before, step.place, even), *cues[1:])
        steps.append(step._replace(cues=cues))
    return tuple(steps)


def _even(dose: Dose, place: Place, led: tuple[Step, ...]) -> Dose:
    """The *dose*, with no more repetitions than the other foot did in the round of *place*."""
    for step in led:
        if step.place.set == place.set and step.place.side is place.side.other and step.reps:
            return dose._replace(reps=min(dose.reps, step.reps))
    return dose
