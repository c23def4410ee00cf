"""From the seconds since Alexa began to speak to the cue being heard, to the millisecond."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import ENGLISH, planned

from skill.routine.model import Kind, Side
from skill.routine.plan import Cue, Place, Plan, Step
from skill.routine.playhead import LATENCY_ALLOWANCE_MS, Sounding, heard, surely_led, timeline
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes


@dataclass
class FakeClock:
    """Alexa's clock, by which both requests are stamped; it stands until it is set."""

    now: int

    def __call__(self) -> int:
        """Return the time it shows."""
        return self.now


def step_of(exercise: str, number: int, *cues: Cue) -> Step:
    return Step(
        place=Place(exercise, Side.BOTH, number),
        sets=2,
        reps=2,
        cues=cues,
        entry=Cue(Kind.ENTRY, 1_234),
    )


PLAN: Final = Plan(
    (
        step_of(
            "raises",
            1,
            Cue(Kind.WELCOME, 9_000),
            Cue(Kind.SET_UP, 5_001),
            Cue(Kind.MOVE, 2_000, rep=1),
            Cue(Kind.MOVE, 1, rep=2),
        ),
        step_of(
            "raises",
            2,
            Cue(Kind.REST, 10_000),
            Cue(Kind.MOVE, 2_000, rep=1),
            Cue(Kind.MOVE, 3_000, rep=2),
            Cue(Kind.PROMPT, 4_000),
        ),
        step_of(
            "curls",
            1,
            Cue(Kind.SET_UP, 700),
            Cue(Kind.HOLD, 20_000, rep=1),
            Cue(Kind.PROMPT, 4_000),
            Cue(Kind.FAREWELL, 3_000),
        ),
    )
)
"""A plan small enough to be added up by hand."""

BEGAN: Final = 1_767_598_200_000

LEAD_MS: Final = 800

RAISES: Final = Progress(PLAN.course, phase=Phase.LEADING, until=2)

IN_RAISES: Final = (
    ("the words before", 0, (0, 0, Kind.SET_UP)),
    ("the last of the words before", 799, (0, 0, Kind.SET_UP)),
    ("the first moment of the opening", 800, (0, 0, Kind.SET_UP)),
    ("the last moment of the opening", 5_800, (0, 0, Kind.SET_UP)),
    ("the first moment of a repetition", 5_801, (0, 1, Kind.MOVE)),
    ("the last moment of a repetition", 7_800, (0, 1, Kind.MOVE)),
    ("the only moment of a repetition", 7_801, (0, 2, Kind.MOVE)),
    ("the first moment of the next set", 7_802, (1, 0, Kind.REST)),
    ("the last moment of the rest", 17_801, (1, 0, Kind.REST)),
    ("the first moment after the rest", 17_802, (1, 1, Kind.MOVE)),
    ("the last repetition", 19_802, (1, 2, Kind.MOVE)),
    ("the last moment of all", 22_801, (1, 2, Kind.MOVE)),
    ("the first moment of the prompt", 22_802, None),
    ("the last moment of the prompt", 26_801, None),
    ("the microphone", 26_802, None),
    ("the next day", 86_400_000, None),
    ("before the first word", -1, (0, 0, Kind.SET_UP)),
    ("when the clock ran backwards", -86_400_000, (0, 0, Kind.SET_UP)),
)
"""Milliseconds from the first word of the speech, and the step, repetition and cue then heard."""


def told(sounding: Sounding | None) -> tuple[int, int, Kind] | None:
    return (sounding.step, sounding.cue.rep, sounding.cue.kind) if sounding else None


@pytest.mark.parametrize(
    ("ms", "expected"),
    [(ms, expected) for _, ms, expected in IN_RAISES],
    ids=[name for name, _, _ in IN_RAISES],
)
def test_the_cue_being_heard_is_found(ms: int, expected: tuple[int, int, Kind] | None) -> None:
    clock = FakeClock(BEGAN)
    began = clock()
    clock.now = BEGAN + LATENCY_ALLOWANCE_MS + ms

    assert told(heard(PLAN, RAISES, LEAD_MS, clock() - began)) == expected


def test_an_answer_that_comes_at_once_finds_the_first_cue() -> None:
    """Within the allowance nothing can have been heard."""
    first = next(timeline(PLAN, RAISES, 0))

    for elapsed in (0, 1, LATENCY_ALLOWANCE_MS - 1, LATENCY_ALLOWANCE_MS):
        assert heard(PLAN, RAISES, 0, elapsed) == first


def test_only_what_is_led_sounds() -> None:
    """Welcome and farewell have turns of their own, and a jump begins with its entry."""
    last = Progress(PLAN.course, at=2, phase=Phase.LEADING, until=3)
    jump = Progress(PLAN.course, at=1, phase=Phase.LEADING, until=2, entered=True)

    assert [(each.start_ms, each.cue.kind) for each in timeline(PLAN, last, 0)] == [
        (0, Kind.SET_UP),
        (700, Kind.HOLD),
        (20_700, Kind.PROMPT),
    ]
    assert [(each.start_ms, each.cue.kind) for each in timeline(PLAN, jump, LEAD_MS)] == [
        (800, Kind.ENTRY),
        (2_034, Kind.MOVE),
        (4_034, Kind.MOVE),
        (7_034, Kind.PROMPT),
    ]


def test_only_the_first_set_of_a_jump_is_entered() -> None:
    jump = Progress(PLAN.course, phase=Phase.LEADING, until=2, entered=True)
    kinds = [each.cue.kind for each in timeline(PLAN, jump, 0)]

    assert kinds.count(Kind.ENTRY) == 1
    assert kinds[0] is Kind.ENTRY
    assert Kind.REST in kinds


def test_speech_that_ends_between_two_sets_has_no_prompt_of_the_plan() -> None:
    """Past the last cue the speech says what may be said next: the sets are over."""
    first = Progress(PLAN.course, phase=Phase.LEADING, until=1)
    *_, last = timeline(PLAN, first, 0)
    end = LATENCY_ALLOWANCE_MS + last.end_ms

    assert told(heard(PLAN, first, 0, end - 1)) == (0, 2, Kind.MOVE)
    assert heard(PLAN, first, 0, end) is None


def test_nothing_led_is_nothing_heard() -> None:
    assert heard(PLAN, Progress(PLAN.course), 0, 5_000) is None


DEFAULT: Final = planned(Wishes())


def starts() -> list[Progress]:
    """Every exercise of the default plan, led from each of its sets, in order and by a jump."""
    course = DEFAULT.course
    found = []
    for step, place in enumerate(course):
        until = max(at for at, each in enumerate(course) if each.exercise == place.exercise) + 1
        found += [
            Progress(course, step, Phase.LEADING, step, until, entered=entered)
            for entered in (False, True)
        ]
    return found


@pytest.mark.parametrize("lead_ms", [0, 1_080])
def test_every_cue_of_the_routine_is_found_from_its_first_to_its_last_millisecond(
    lead_ms: int,
) -> None:
    for progress in starts():
        for sounding in timeline(DEFAULT, progress, lead_ms):
            expected = None if sounding.cue.kind is Kind.PROMPT else sounding
            for ms in (sounding.start_ms, sounding.start_ms + 1, sounding.end_ms - 1):
                found = heard(DEFAULT, progress, lead_ms, LATENCY_ALLOWANCE_MS + ms)
                assert found == expected


def test_one_cue_follows_the_other_without_a_gap() -> None:
    for progress in starts():
        soundings = tuple(timeline(DEFAULT, progress, 500))

        assert soundings[0].start_ms == 500
        for before, after in pairwise(soundings):
            assert before.end_ms == after.start_ms
            assert before.end_ms - before.start_ms == before.cue.ms


@given(st.sampled_from(starts()), st.integers(-100_000, 500_000), st.integers(0, 100_000))
def test_later_is_never_earlier_in_the_routine(progress: Progress, elapsed: int, more: int) -> None:
    before, after = (heard(DEFAULT, progress, 0, ms) for ms in (elapsed, elapsed + more))

    if before is None:
        assert after is None
    elif after is not None:
        assert before.start_ms <= after.start_ms


@given(
    st.sampled_from(starts()), st.integers(1, len(DEFAULT.course)), st.integers(-1_000, 1_400_000)
)
def test_what_is_heard_is_what_the_timeline_says_up_to_the_first_prompt(
    led: Progress, steps: int, ms: int
) -> None:
    """Whatever number of steps a stranger may have written: the voice listened at the prompt."""
    progress = led.led_until(led.at + steps)
    expected = None
    for sounding in timeline(DEFAULT, progress, 500):
        if sounding.cue.kind is Kind.PROMPT:
            break
        if ms < sounding.end_ms:
            expected = sounding
            break

    assert heard(DEFAULT, progress, 500, LATENCY_ALLOWANCE_MS + ms) == expected


@given(
    st.sampled_from(starts()),
    st.integers(-1_000, 500_000),
    st.integers(0, 2_000),
    st.integers(0, 50),
)
def test_what_was_surely_led_was_led_by_the_slowest_voice(
    progress: Progress, ms: int, lead_ms: int, more: int
) -> None:
    """Its words take longer by so many percent, its silences do not."""
    elapsed_ms, slowest = LATENCY_ALLOWANCE_MS + ms, 100 + more
    sure = surely_led(DEFAULT, progress, ENGLISH, lead_ms, elapsed_ms, slowest=slowest)
    end, before = lead_ms * slowest / 100, progress.at
    for number in range(progress.at, progress.until):
        for cue in DEFAULT.steps[number].led(entered=progress.entered and number == progress.at):
            if cue.kind is not Kind.PROMPT:
                said_ms = sum(ENGLISH.ms(mark.line) for mark in cue.lines)
                end += cue.ms + said_ms * more / 100
        before = number + 1 if ms >= end else before

    assert sure == before


@given(st.sampled_from(starts()), st.integers(-1_000, 500_000))
def test_a_voice_as_estimated_has_surely_led_what_is_behind_the_cue_that_is_heard(
    progress: Progress, ms: int
) -> None:
    elapsed_ms = LATENCY_ALLOWANCE_MS + ms
    found = heard(DEFAULT, progress, 0, elapsed_ms)
    sure = surely_led(DEFAULT, progress, ENGLISH, 0, elapsed_ms, slowest=100)

    if found:
        assert sure == found.step
    else:
        assert DEFAULT.steps[sure - 1].cues[-1].kind in {Kind.PROMPT, Kind.FAREWELL}
