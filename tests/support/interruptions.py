"""How often the playhead is right: random interruptions of voices that are faster or slower."""

import random
from itertools import accumulate
from typing import Final, NamedTuple

from plans import ENGLISH, planned

from skill.routine.model import Kind
from skill.routine.plan import Cue, Plan
from skill.routine.playhead import LATENCY_ALLOWANCE_MS, heard, surely_led
from skill.routine.progress import Progress
from skill.routine.wishes import Wishes

FACTORS: Final = (85, 90, 100, 110, 115)
"""How long the voice takes, in percent of the estimate."""

TRIES: Final = 1_000


class Accuracy(NamedTuple):
    """How the playhead fared with one voice."""

    factor: int
    """How long the voice takes, in percent of the estimate."""

    exercise: int
    """Interruptions for which the exercise was named rightly, of `TRIES`."""

    set: int
    """Those for which the set and the foot were named rightly too."""

    rep: int
    """Those for which the repetition was named rightly too."""

    unheard: int
    """Those for which a set counted as done that was not heard to its end."""

    uncounted: int
    """Those for which a set was heard to its end and did not count yet."""


class _Led(NamedTuple):
    """A cue of a response, as the voice says it."""

    step: int
    cue: Cue
    end: int
    """Hundredths of a millisecond from the first word of the response."""


def accuracy(factor: int) -> Accuracy:
    """Interrupt the usual routine `TRIES` times, always at the same moments of it."""
    chance = random.Random(11)  # noqa: S311 - moments, and no secret
    plan = planned(Wishes())
    responses = [(progress, _spoken(plan, progress, factor)) for progress in _responses(plan)]
    lengths = [led[-1].end for _, led in responses]
    right = [0, 0, 0]
    unheard = uncounted = 0
    for progress, led in chance.choices(responses, lengths, k=TRIES):
        at = chance.randrange(led[-1].end)
        truth = next(each for each in led if at < each.end)
        elapsed_ms = at // 100 + LATENCY_ALLOWANCE_MS
        found = heard(plan, progress, 0, elapsed_ms)
        slowest = ENGLISH.rate.slowest
        sure = surely_led(plan, progress, ENGLISH, 0, elapsed_ms, slowest=slowest)
        if found:
            after = progress.interrupted(found.step, found.cue.rep, sure)
        else:
            after = progress.finished(sure)
        named = after.place, found.cue.rep if found else -1
        place = plan.steps[truth.step].place
        true_rep = -1 if truth.cue.kind is Kind.PROMPT else truth.cue.rep
        right[0] += named[0].exercise == place.exercise
        right[1] += named[0] == place
        right[2] += named == (place, true_rep)
        over = {
            plan.steps[step].place
            for step in range(progress.at, truth.step + 1)
            if step < truth.step or truth.cue.kind is Kind.PROMPT
        }
        counted = after.done - progress.done
        unheard += bool(counted - over)
        uncounted += bool(over - counted)
    exercises, sets, reps = right
    return Accuracy(factor, exercises, sets, reps, unheard, uncounted)


def _responses(plan: Plan) -> list[Progress]:
    """What each response of *plan* leads: up to a prompt."""
    progress = Progress(plan.course).begin()
    found = []
    for number, step in enumerate(plan.steps, 1):
        if any(cue.kind is Kind.PROMPT for cue in step.led()):
            found.append(progress.led_until(number))
            progress = found[-1].finished().next()
    return found


def _spoken(plan: Plan, progress: Progress, factor: int) -> list[_Led]:
    """The cues that *progress* leads, said by a voice that takes *factor* percent."""
    cues = [
        (step, cue) for step in range(progress.at, progress.until) for cue in plan.steps[step].led()
    ]
    lengths = [
        cue.ms * 100 + sum(ENGLISH.ms(mark.line) for mark in cue.lines) * (factor - 100)
        for _, cue in cues
    ]
    return [
        _Led(step, cue, end) for (step, cue), end in zip(cues, accumulate(lengths), strict=True)
    ]
