"""A plan as a table and as JSON."""

from typing import Any

from rich.table import Column, Table

from skill.language.words import Words
from skill.routine.model import Side
from skill.routine.plan import Plan, Step


def as_json(plan: Plan, words: Words) -> dict[str, Any]:
    """The plan in seconds, exact to the millisecond.

    The key `reps` is for each direction; null where a step is held by time.
    """
    cues = (cue for step in plan.steps for cue in step.cues)
    spoken_ms = sum(words.ms(mark.line) for cue in cues for mark in cue.lines)
    return {
        "total_seconds": plan.ms / 1000,
        "speech_seconds": spoken_ms / 1000,
        "exercises": [
            {
                "id": exercise,
                "seconds": sum(step.ms for step in plan.steps_of(exercise)) / 1000,
                "steps": [_step(step) for step in plan.steps_of(exercise)],
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
    for step in plan.steps:
        place = step.place
        if place.exercise != before:
            table.add_section()
        before = place.exercise
        table.add_row(
            _clock(at),
            _clock(step.ms),
            words.names["exercise"][place.exercise],
            "both" if place.side is Side.BOTH else words.names["side"][place.side],
            f"{place.set} of {step.sets}",
            "" if step.reps is None else str(step.reps),
        )
        at += step.ms
    return table


def _step(step: Step) -> dict[str, Any]:
    return {
        "side": step.place.side.value,
        "seconds": step.ms / 1000,
        "reps": step.reps,
        "cues": [{"kind": cue.kind.value, "seconds": cue.ms / 1000} for cue in step.cues],
    }


def _clock(ms: int) -> str:
    """*ms* as minutes and whole seconds, rounded down."""
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02}"
