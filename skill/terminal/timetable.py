"""A plan as a table and as JSON."""

from typing import Any

from rich.table import Column, Table

from skill.language.words import Words
from skill.routine.model import Side
from skill.routine.plan import Cue, Plan, Step


def as_json(plan: Plan, words: Words) -> dict[str, Any]:
    """The plan in seconds, exact to the millisecond, from "start" to the end of the last set.

    The key `reps` is for each direction; null where a step is held by time.
    """
    cues = (cue for cues in plan.counted for cue in cues)
    spoken_ms = sum(words.ms(mark.line) for cue in cues for mark in cue.lines)
    spans = dict(zip(plan.course, plan.spans_ms, strict=True))
    counted = dict(zip(plan.course, plan.counted, strict=True))
    return {
        "total_seconds": plan.ms / 1000,
        "speech_seconds": spoken_ms / 1000,
        "exercises": [
            {
                "id": exercise,
                "seconds": sum(spans[step.place] for step in plan.steps_of(exercise)) / 1000,
                "steps": [_step(step, counted[step.place]) for step in plan.steps_of(exercise)],
            }
            for exercise in plan.exercises
        ],
    }


def as_table(plan: Plan, words: Words) -> Table:
    """A row for each step: when it begins, how long it takes, and what is done."""
    table = Table(
        Column("from", justify="right"),
        Column("for", justify="right"),
        "exercise",
        "foot",
        Column("set", justify="right"),
        Column("reps", justify="right"),
        title="Foot routine",
        caption=f"{_clock(plan.ms)} in all",
    )
    at, before = 0, ""
    for step, ms in zip(plan.steps, plan.spans_ms, strict=True):
        place = step.place
        if place.exercise != before:
            table.add_section()
        before = place.exercise
        table.add_row(
            _clock(at),
            _clock(ms),
            words.names["exercise"][place.exercise],
            "both" if place.side is Side.BOTH else words.names["side"][place.side],
            f"{place.set} of {step.sets}",
            "" if step.reps is None else str(step.reps),
        )
        at += ms
    return table


def _step(step: Step, cues: tuple[Cue, ...]) -> dict[str, Any]:
    return {
        "side": step.place.side.value,
        "seconds": sum(cue.ms for cue in cues) / 1000,
        "reps": step.reps,
        "cues": [{"kind": cue.kind.value, "seconds": cue.ms / 1000} for cue in cues],
    }


def _clock(ms: int) -> str:
    """*ms* as minutes and whole seconds, rounded down."""
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02}"
