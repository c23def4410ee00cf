"""Which recording fits a listener."""

import logging
from typing import NamedTuple

from skill.conversation.visit import Visit
from skill.recording.dose import RecordedDose
from skill.recording.score import Score
from skill.recording.shelf import Recording, ShelfError
from skill.routine.plan import Place
from skill.routine.planner import MINUTE_MS
from skill.routine.wishes import AS_PACED, Wishes

LOG = logging.getLogger(__name__)


class Fit(NamedTuple):
    """A recording that fits."""

    recording: Recording
    """The recording."""
    wishes: Wishes
    """The listener's wishes, with the sets of the recording."""


def listed(visit: Visit) -> tuple[Recording, ...]:
    """All recordings in the listener's language; none where they cannot be had."""
    try:
        recordings = visit.plans.shelf.recordings()
    except ShelfError as fault:
        LOG.warning("no recording can be played: %s", fault)
        return ()
    language = visit.words.language
    return tuple(each for each in recordings if each.locale.partition("-")[0].lower() == language)


def fitting(visit: Visit) -> Fit | None:
    """The recording of just the exercises that the listener would be led through by voice.

    None that hurt, was left out or cannot be done is in it, as a device that plays it asks nobody.
    It has the listener's feet and sets, no more repetitions than the level or a wish allows, and
    is no faster than the pace and no longer than the minutes. Of several the longest is taken, in
    the listener's own locale where there is one.
    """
    fits = [fit for each in listed(visit) if (fit := _fit(visit, each))]
    return max(fits, key=lambda fit: _rank(visit, fit.recording), default=None)


def may_be_played(visit: Visit, score: Score) -> bool:
    """Whether nothing in *score* has hurt since it was chosen, and all of it is still wished.

    A wish may have left an exercise or a foot out meanwhile, or one cannot be done any more.
    """
    wished = {(place.exercise, place.side) for place in visit.progress.course}
    led = {(step.place.exercise, step.place.side) for step in score.steps}
    return led <= wished and not any(name in visit.state.hurt for name, _ in led)


def _rank(visit: Visit, recording: Recording) -> tuple[bool, int, str]:
    return recording.locale == visit.turn.locale, recording.routine_ms, recording.name


def _fit(visit: Visit, recording: Recording) -> Fit | None:
    wishes, plan = visit.state.wishes, visit.plan
    left_out = {*visit.state.hurt, *visit.progress.skipped}
    if recording.exercises != tuple(name for name in plan.exercises if name not in left_out):
        return None
    if recording.routine_ms > wishes.minutes * MINUTE_MS:
        return None
    if not all(_suits(visit, dose) for dose in recording.doses):
        return None
    fewer = tuple(
        dose.exercise
        for dose in recording.doses
        if dose.sets < plan.steps_of(dose.exercise)[0].sets
    )
    eased = wishes._replace(eased=tuple(dict.fromkeys((*wishes.eased, *fewer))))
    itinerary = visit.itinerary.tried(eased) if fewer else visit.itinerary
    if itinerary is None or recording.places != _places(itinerary.progress.course, recording):
        return None
    return Fit(recording, itinerary.wishes)


def _places(course: tuple[Place, ...], recording: Recording) -> frozenset[Place]:
    return frozenset(place for place in course if place.exercise in recording.exercises)


def _suits(visit: Visit, dose: RecordedDose) -> bool:
    """Whether the *dose* is one for the listener's level, pace and wishes."""
    wishes, routine = visit.state.wishes, visit.routine
    most = routine.exercise(dose.exercise).reps.at(routine.levels[wishes.level].doses)
    pace = routine.paces[wishes.pace].least if wishes.tempo == AS_PACED else wishes.tempo
    return dose.reps <= dict(wishes.reps).get(dose.exercise, most) and dose.tempo >= pace
