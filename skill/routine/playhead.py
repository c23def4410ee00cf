"""From the seconds since Alexa began to speak to the cue being heard.

Alexa never tells a skill where in its speech it was interrupted. But a request says when it was
made, and a plan says what sounds at which millisecond: so the place can be found.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from skill.routine.model import Kind
from skill.routine.plan import Cue, Plan, Step
from skill.routine.progress import Progress

LATENCY_ALLOWANCE_MS: Final = 2_500
"""Milliseconds by which two requests lie further apart than the speech that was heard between.

About 1 s from the stamp on a request to the first word of its answer, and about 1.5 s to say
"Alexa, next", during which the speech is held back. Amazon publishes neither figure: a choice.
"""

APART: Final = frozenset({Kind.WELCOME, Kind.FAREWELL})
"""Cues of the plan that have a turn of their own, before and after the exercises are led."""


class Sounding(NamedTuple):
    """A cue of the step *step* in its time, both ends in ms from the first word of the speech."""

    start_ms: int
    end_ms: int
    step: int
    cue: Cue


END_MS: Final = attrgetter("end_ms")


def cues_of(step: Step, *, entered: bool) -> list[Cue]:
    """The cues that lead *step*: with its entry in place of its opening where it was *entered*."""
    cues = [cue for cue in step.cues if cue.kind not in APART]
    if entered:
        cues[0] = step.entry
    return cues


def timeline(plan: Plan, progress: Progress, lead_ms: int) -> Iterator[Sounding]:
    """What sounds when the steps of *progress* are led, after *lead_ms* of other words.

    A prompt is the last of it: there the voice listens.
    """
    at = lead_ms
    for number in range(progress.at, progress.until):
        entered = progress.entered and number == progress.at
        for cue in cues_of(plan.steps[number], entered=entered):
            yield Sounding(at, at + cue.ms, number, cue)
            if cue.kind is Kind.PROMPT:
                return
            at += cue.ms


def heard(soundings: Sequence[Sounding], elapsed_ms: int) -> Sounding | None:
    """What of a whole `timeline` was heard *elapsed_ms* after the request that it answers.

    `None` once the last set is over, be it in the prompt after it or long past it. Before the
    first cue, and where a clock ran backwards, it is the first.
    """
    at = elapsed_ms - LATENCY_ALLOWANCE_MS
    number = bisect_right(soundings, at, key=END_MS)
    if number == len(soundings) or soundings[number].cue.kind is Kind.PROMPT:
        return None
    return soundings[number]
