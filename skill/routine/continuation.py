"""An exercise that goes on after the wishes changed: led steps stay, and new ones follow them."""

from itertools import zip_longest
from typing import NamedTuple

from skill.routine.layout import Dose, Layout
from skill.routine.model import Exercise, Feet, Routine
from skill.routine.plan import Place, Step, Talk
from skill.routine.wishes import Wishes


class Begun(NamedTuple):
    """What was led of an exercise before the wishes changed."""

    steps: tuple[Step, ...] = ()
    """The steps that were led, with the cues they had then."""
    next: Place | None = None
    """The set that would have come next; None where the exercise was over or not begun."""


def begun(routine: Routine, talk: Talk, wishes: Wishes, exercise: Exercise) -> Begun:
    """What the settled parts of *wishes* say was led of *exercise*."""
    led = Begun()
    for part in wishes.settled_parts(exercise.id):
        layout = Layout(routine, talk, part.feet, wishes.known)
        if part.first:
            led = led._replace(next=Place(exercise.id, *part.first))
        dose = Dose(part.sets, part.reps, part.rest_ms)
        steps = continued(layout, exercise, dose, part.tempo, led)
        end = len(led.steps) + part.steps
        led = Begun(steps[:end], next=steps[end].place if end < len(steps) else None)
    return led


def continued(
    layout: Layout, exercise: Exercise, dose: Dose, tempo: int, begun: Begun
) -> tuple[Step, ...]:
    """The steps that were led, and those of *dose* at *tempo* percent that were not.

    The openings are laid out anew, in the order that there is now: a change of feet must not get
    the few seconds of a rest, and the last set is called so.
    """
    laid = layout.steps(exercise, dose, tempo)
    if begun == Begun():
        return laid
    ahead = _ahead(exercise, laid, begun)
    places = [step.place for step in (*begun.steps, *ahead)]
    steps = list(begun.steps)
    for number, planned in enumerate(ahead, len(begun.steps)):
        step, even = planned, _even(dose, planned.place, begun.steps)
        if even != dose:
            others = layout.steps(exercise, even, tempo)
            step = next(each for each in others if each.place == step.place)
        opening = layout.openings(exercise, places, even)[number]
        steps.append(step._replace(cues=(opening, *step.cues[1:])))
    return tuple(steps)


def _ahead(exercise: Exercise, laid: tuple[Step, ...], begun: Begun) -> list[Step]:
    """The steps of *laid* that were not led, the one at `begun.next` first.

    The other foot keeps the sets that would have come before it: they take turns with those of
    this foot, or come after them, as the exercise goes.
    """
    led = {step.place for step in begun.steps}
    ahead = [step for step in laid if step.place not in led]
    place = begun.next
    if place is None or place not in [step.place for step in ahead]:
        return ahead
    ahead.sort(key=lambda step: step.place != place)
    here = [step for step in ahead if step.place.side is place.side]
    other = [step for step in ahead if step.place.side is not place.side]
    if exercise.feet is Feet.TURNS:
        return [step for pair in zip_longest(here, other) for step in pair if step is not None]
    return [*here, *other]


def _even(dose: Dose, place: Place, led: tuple[Step, ...]) -> Dose:
    """The *dose*, with no more repetitions than the other foot did in the same set."""
    for step in led:
        if step.place.set == place.set and step.place.side is place.side.other and step.reps:
            return dose._replace(reps=min(dose.reps, step.reps))
    return dose
