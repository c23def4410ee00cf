"""A plan becomes the timeline of a recording.

What a plan says to a listener who can answer ("say next") has no place in a recording. A welcome of
the recording's own comes first: it says how to pause, and when to stop. Where the plan would wait
for a word between two exercises, the recording announces the next one and leaves time for it.
"""

from collections.abc import Iterator
from typing import Final

from skill.language.words import Words
from skill.recording.dose import RecordedDose
from skill.recording.timeline import NEXT_EXERCISE, Delivery, Timeline, TimelineCue
from skill.routine.model import Kind
from skill.routine.plan import Cue, Line, Plan, Step
from skill.routine.planner import MINUTE_MS

PREPARING_MS: Final = 12_000
"""Milliseconds to get ready for an exercise, its announcement included.

To sit down, lay a towel or loop a band takes 6 to 8 s, and the longest announcement 5 s.
"""

WELCOME_PAUSE_MS: Final = 1_000
"""Milliseconds of silence after each sentence of the welcome."""

SPOKEN_TO: Final = frozenset({Kind.WELCOME, Kind.PROMPT})
"""The kinds of cues in a plan that ask the listener for a word."""


def arrange(plan: Plan, items: tuple[str, ...], words: Words, delivery: Delivery) -> Timeline:
    """The timeline of *plan*, which needs the equipment *items*, said in *words* by *delivery*."""
    body = list(_exercises(plan))
    minutes = round(sum(cue.ms for _, cue, _ in body) / MINUTE_MS)
    whole = [*_welcome(plan, words, items, minutes), *body]
    cues: list[TimelineCue] = []
    at = 0
    for step, cue, kind in whole:
        cues += _pieces(step, cue, kind, at, words)
        at += cue.ms
    title = words.text(Line("recording.title", (("minutes", minutes),)))
    return Timeline(title, delivery, tuple(cues), RecordedDose.of(plan))


_Placed = tuple[Step | None, Cue, str]
"""A cue, the step that it belongs to, and its kind in the timeline."""


def _welcome(plan: Plan, words: Words, items: tuple[str, ...], minutes: int) -> Iterator[_Placed]:
    """What is said first; at its end, the first exercise is made ready."""
    values = (("minutes", minutes), ("items", items))
    for line in (
        Line("recording.welcome" if items else "recording.welcome_bare", values),
        Line("recording.safety"),
        Line("recording.stop"),
        Line("recording.pause"),
    ):
        yield None, Cue(Kind.WELCOME, words.ms(line) + WELCOME_PAUSE_MS, line), Kind.WELCOME.value
    first = plan.steps[0]
    yield first, _preparing(first), Kind.WELCOME.value


def _exercises(plan: Plan) -> Iterator[_Placed]:
    before = plan.steps[0].place.exercise
    for step in plan.steps:
        if step.place.exercise != before:
            before = step.place.exercise
            yield step, _preparing(step), NEXT_EXERCISE
        for cue in step.cues:
            if cue.kind not in SPOKEN_TO:
                yield None if cue.kind is Kind.FAREWELL else step, cue, cue.kind.value


def _preparing(step: Step) -> Cue:
    """The announcement of the exercise of *step*, and the time to get ready for it."""
    name, side, _ = step.place
    ready = Line(f"{name}.ready", (("side", side.value), ("other_side", side.other.value)))
    line = Line("recording.get_ready", (("exercise", name), ("ready", ready)))
    return Cue(Kind.PROMPT, PREPARING_MS, line)


def _pieces(step: Step | None, cue: Cue, kind: str, at: int, words: Words) -> Iterator[TimelineCue]:
    """The *cue*, which begins *at* so many milliseconds, cut wherever something is said in it."""
    starts = [(mark.ms, words.spoken(mark.line)) for mark in cue.lines]
    if not starts or starts[0][0]:
        starts.insert(0, (0, ""))
    ends = [*(ms for ms, _ in starts[1:]), cue.ms]
    place = step.place if step else None
    for (start, said), end in zip(starts, ends, strict=True):
        yield TimelineCue(
            at_ms=at + start,
            ms=end - start,
            exercise=place.exercise if place else None,
            side=place.side.value if place else None,
            set=place.set if place else None,
            sets=step.sets if step else None,
            rep=cue.rep,
            kind=kind,
            words=said,
            opens=not start,
        )
