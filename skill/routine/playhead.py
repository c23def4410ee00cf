"""From the time since Alexa began to speak to the cue that the listener hears.

Alexa does not tell a skill where its speech was interrupted. But a request carries the time it was
made, and a plan tells what is heard at which millisecond; so the place can be estimated.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from skill.routine.model import Kind
from skill.routine.plan import Cue, Plan, Talk
from skill.routine.progress import Progress
from skill.routine.range import WHOLE

LATENCY_ALLOWANCE_MS: Final = 2_500
"""Milliseconds between two requests in which no speech is heard.

About 1 s from the timestamp of a request to the first word of its response, and about 1.5 s to say
"Alexa, next", while the speech is muted. Amazon publishes neither figure: both are our estimates.
"""


class Sounding(NamedTuple):
    """A cue at its moment in a speech."""

    start_ms: int
    """Milliseconds from the first word of the speech to the start of the cue."""
    step: int
    """The number of the step that the cue belongs to."""
    cue: Cue
    """The cue itself."""

    @property
    def end_ms(self) -> int:
        """Milliseconds from the first word of the speech to the end of the cue."""
        return self.start_ms + self.cue.ms


def timeline(plan: Plan, progress: Progress, lead_ms: int) -> Iterator[Sounding]:
    """The cues of the steps that *progress* leads, after *lead_ms* milliseconds of other words."""
    at = lead_ms
    for number in range(progress.at, progress.until):
        entered = progress.entered and number == progress.at
        after = progress.rep if number == progress.at else 0
        for cue in plan.steps[number].led(entered=entered, after=after):
            yield Sounding(at, number, cue)
            at += cue.ms


def heard(plan: Plan, progress: Progress, lead_ms: int, elapsed_ms: int) -> Sounding | None:
    """The cue of the `timeline` that is heard *elapsed_ms* after the request that it answers.

    None when the last set is over, in the prompt after it or later. The first cue when it has not
    begun yet, or when a clock ran backwards.
    """
    at = elapsed_ms - LATENCY_ALLOWANCE_MS
    start = lead_ms
    for number in range(progress.at, progress.until):
        step = plan.steps[number]
        entered = progress.entered and number == progress.at
        end = start + plan.spans_ms[number]
        after = progress.rep if number == progress.at else 0
        if at >= end and not entered and not after and step.cues[-1].kind is not Kind.PROMPT:
            start = end
            continue
        for cue in step.led(entered=entered, after=after):
            if cue.kind is Kind.PROMPT:
                return None
            end = start + cue.ms
            if at < end:
                return Sounding(start, number, cue)
            start = end
    return None


def surely_led(  # noqa: PLR0913 - what `heard` needs, and a voice
    plan: Plan, progress: Progress, talk: Talk, lead_ms: int, elapsed_ms: int, *, slowest: int
) -> int:
    """The step before which all of the `timeline` was led, *elapsed_ms* after the request.

    The voice may take *slowest* percent of what *talk* estimates; silences take what they take.
    """
    at = (elapsed_ms - LATENCY_ALLOWANCE_MS) * WHOLE
    end = lead_ms * slowest
    for number in range(progress.at, progress.until):
        entered = progress.entered and number == progress.at
        cues = plan.steps[number].led(entered=entered)
        led = cues[:-1] if cues[-1].kind is Kind.PROMPT else cues
        for cue in led:
            end += cue.ms * WHOLE
            if at < end:  # what is behind it, and the words, only make it later
                return number
        said_ms = sum(talk.ms(mark.line) for cue in led for mark in cue.lines)
        end += said_ms * (slowest - WHOLE)
        if at < end:
            return number
    return progress.until
