"""The whole routine spoken by two voices: it keeps its twenty minutes by ear, and every beat."""

from typing import Final

import pytest
from aws_tools import give_up
from plans import ROUTINE, planned
from voices import VOICES, Spoken, installed, routine

from skill.routine.model import Kind
from skill.routine.plan import Plan
from skill.routine.planner import MINUTE_MS
from skill.routine.wishes import Wishes

LISTENERS: Final = {
    "somebody new": Wishes(level="gentle", new=True),
    "somebody known": Wishes(known=ROUTINE.ids),
}

BEATS: Final = {Kind.MOVE, Kind.HOLD}

TWENTY: Final = 20 * MINUTE_MS


@pytest.fixture(autouse=True, scope="module")
def _voices() -> None:
    if not all(map(installed, VOICES)):
        give_up("espeak-ng and flite are not installed")


def spoken(listener: str, voice: str) -> tuple[Plan, tuple[Spoken, ...]]:
    plan = planned(LISTENERS[listener])
    return plan, routine(plan, voice)


@pytest.mark.parametrize("listener", LISTENERS)
def test_the_routine_takes_twenty_minutes_by_ear(listener: str) -> None:
    """All five exercises: twenty at most in the mean of the voices, and 20:20 in neither."""
    plan = planned(LISTENERS[listener])
    lengths = [routine(plan, voice)[-1].end_ms for voice in VOICES]

    assert plan.exercises == ROUTINE.ids
    assert sum(lengths) / len(lengths) <= TWENTY
    assert max(lengths) <= TWENTY + 20_000


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("listener", LISTENERS)
def test_every_hold_is_as_long_as_it_should_be(listener: str, voice: str) -> None:
    """Two seconds within 0.3 s, twenty seconds within 0.7 s."""
    _, cues = spoken(listener, voice)
    holds = [cue for cue in cues if cue.cue.kind is Kind.HOLD]

    assert {hold.cue.ms for hold in holds} == {2_000, 20_000}
    for hold in holds:
        assert abs(hold.ms - hold.cue.ms) <= (300 if hold.cue.ms == 2_000 else 700), hold


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("listener", LISTENERS)
def test_every_repetition_is_as_long_as_it_should_be(listener: str, voice: str) -> None:
    """Within 0.3 s, the words of its beats and of the next direction included."""
    plan, cues = spoken(listener, voice)
    off_ms: dict[tuple[int, int], int] = {}
    for step, cue, start_ms, end_ms in cues:
        if cue.kind in BEATS and plan.steps[step].reps:
            off_ms[step, cue.rep] = off_ms.get((step, cue.rep), 0) + end_ms - start_ms - cue.ms

    assert len(off_ms) >= 2 * 2 * 10 + 2 * 5 * 10 + 2 * 5 * 10 + 2 * 3 * 10
    assert {repetition: ms for repetition, ms in off_ms.items() if abs(ms) > 300} == {}
