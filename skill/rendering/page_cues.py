"""The cues of a timeline as the page shows them: which of them are counted down."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from skill.recording.timeline import NEXT_EXERCISE, Timeline, TimelineCue
from skill.routine.model import Kind, Routine

TIMED: Final = frozenset({Kind.HOLD.value, Kind.REST.value})
"""The kinds whose seconds are said where an exercise counts nothing."""


def cues(timeline: Timeline, routine: Routine) -> list[dict[str, Any]]:
    """The cues of the *timeline* as JSON; `timed` where seconds are shown, as on a screen.

    That is how many milliseconds had passed at the cue's start, and how many there are in all:
    cues that words divide are counted down as one.
    """
    shown = [dict(cue) for cue in timeline.as_json()["cues"]]
    for first, last in _whole(timeline.cues):
        if _is_timed(timeline.cues[first], routine):
            began = shown[first]["at_ms"]
            ms = timeline.cues[last].at_ms + timeline.cues[last].ms - began
            for cue in shown[first : last + 1]:
                cue["timed"] = [cue["at_ms"] - began, ms]
    return shown


def _whole(found: Sequence[TimelineCue]) -> Iterator[tuple[int, int]]:
    """The first and the last number of the cues that belong to one cue of the plan."""
    starts = [number for number, cue in enumerate(found) if cue.opens]
    for start, after in zip(starts, [*starts[1:], len(found)], strict=True):
        yield start, after - 1


def _is_timed(cue: TimelineCue, routine: Routine) -> bool:
    if not cue.exercise:
        return False
    readying = cue.kind in {NEXT_EXERCISE, Kind.WELCOME.value}
    return readying or (cue.kind in TIMED and not routine.exercise(cue.exercise).reps.least)
