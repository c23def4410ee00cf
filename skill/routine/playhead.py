"""From the seconds since Alexa began to speak to the cue being heard.

Alexa never tells a skill where in its speech it was interrupted. But a request says when it was
made, and a plan says what sounds at which millisecond: so the place can be found.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from skill.routine.model import Kind
from skill.routine.plan import Cue, Plan
from skill.routine.progress import Progress

LATENCY_ALLOWANCE_MS: Final = 2_500
"""Milliseconds by which two requests lie further apart than the speech that was heard between.

About 1 s from the stamp on a request to the first word of its answer, and about 1.5 s to say
"Alexa, next", during which the speech is held back. Amazon publishes neither figure: a choice.
"""


class Sounding(NamedTuple):
    """A cue at its moment: *start_ms* from the first word of the speech, in step *step*."""

    start_ms: int
    step: int
    cue: Cue

    @property
    def end_ms(self) -> int:
        """The moment the cue ends and the next one sounds."""
        return self.start_ms + self.cue.ms


def timeline(plan: Plan, progress: Progress, lead_ms: int) -> Iterator[Sounding]:
    """What sounds when the steps of *progress* are led, after *lead_ms* of other words."""
    at = lead_ms
    for number in range(progress.at, progress.until):
        entered = progress.entered and number == progress.at
        for cue in plan.steps[number].led(entered=entered):
            yield Sounding(at, number, cue)
            at += cue.ms


def heard(plan: Plan, progress: Progress, lead_ms: int, elapsed_ms: int) -> Sounding | None:
    """What of the `timeline` was heard *elapsed_ms* after the request that the speech answers.

    `None` once the last set is over, be it in the prompt after it or long past it. Before the
    first cue, and where a clock ran backwards, it is the first.
    """
    at = elapsed_ms - LATENCY_ALLOWANCE_MS
    start = lead_ms
    for number in range(progress.at, progress.until):
        step = plan.steps[number]
        entered = progress.entered and number == progress.at
        end = start + plan.spans_ms[number]
        if at >= end and not entered and step.cues[-1].kind is not Kind.PROMPT:
            start = end  # all of it was heard
            continue
        for cue in step.led(entered=entered):
            if cue.kind is Kind.PROMPT:
                return None
            if at < start + cue.ms:
                return Sounding(start, number, cue)
            start += cue.ms
    return None
