"""The numbers of the content against those of its source, and the model that holds them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import ROUTINE

from skill.routine.model import Beat, Exercise, Feet, Kind, Level, Part, Routine, Side
from skill.routine.range import ModelError, Range

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the source says of an exercise; *sets* for each foot, *reps* for each direction.

    *directions* gives the least and the most milliseconds of every timed part of a repetition, or
    of the one hold, for each direction or position.
    """

    needs: set[str]
    feet: Feet
    first: Side
    sets: range
    reps: range
    rest_seconds: range
    directions: tuple[Spans, ...]


ROUND: Final = ((1_500, 3_000),)

FACTS: Final = {
    "heel_raises": Facts(
        needs={"chair"},
        feet=Feet.TURNS,
        first=Side.RIGHT,
        sets=range(2, 4),
        reps=range(10, 21),
        rest_seconds=range(1),
        directions=(((2_000, 3_000), (2_000, 5_000)),),
    ),
    "toe_walking": Facts(
        needs=set(),
        feet=Feet.BOTH,
        first=Side.BOTH,
        sets=range(4, 6),
        reps=range(1),
        rest_seconds=range(10, 16),
        directions=(((20_000, 20_000),),) * 3,
    ),
    "ankle_circles": Facts(
        needs={"chair"},
        feet=Feet.TURNS,
        first=Side.RIGHT,
        sets=range(5, 6),
        reps=range(5, 11),
        rest_seconds=range(1),
        directions=(ROUND, ROUND),
    ),
    "toe_curls": Facts(
        needs={"chair", "towel"},
        feet=Feet.BLOCKS,
        first=Side.LEFT,
        sets=range(5, 6),
        reps=range(5, 11),
        rest_seconds=range(3, 4),
        directions=(ROUND, ROUND),
    ),
    "resisted_flexion": Facts(
        needs={"band"},
        feet=Feet.BLOCKS,
        first=Side.RIGHT,
        sets=range(3, 4),
        reps=range(10, 11),
        rest_seconds=range(5, 6),
        directions=(((1_000, 2_000), (2_000, 2_000), (1_000, 2_000)),),
    ),
}
"""Transcribed from the source by hand, apart from the content it is held against.

Not the source's are the seconds of the wiggle between sets of curls and of the rest between sets of
the band, and the press into the band.
"""


def test_the_five_exercises_stand_in_their_order() -> None:
    assert ROUTINE.ids == tuple(FACTS)


def test_the_whole_takes_twenty_minutes_at_most() -> None:
    assert ROUTINE.most_minutes == 20


@pytest.mark.parametrize(("name", "facts"), FACTS.items(), ids=FACTS)
def test_doses_feet_and_needs_are_the_sources(name: str, facts: Facts) -> None:
    exercise = ROUTINE.exercise(name)

    assert set(exercise.needs) == facts.needs
    assert (exercise.feet, exercise.first) == (facts.feet, facts.first)
    assert exercise.sets == Range(facts.sets[0], facts.sets[-1])
    assert exercise.reps == Range(facts.reps[0], facts.reps[-1])
    assert exercise.rest == Range(facts.rest_seconds[0] * 1000, facts.rest_seconds[-1] * 1000)


@pytest.mark.parametrize(("name", "facts"), FACTS.items(), ids=FACTS)
def test_every_tempo_is_within_the_limits_of_its_source(name: str, facts: Facts) -> None:
    """A tempo may be held narrower than its source allows, never wider."""
    parts = ROUTINE.exercise(name).parts

    assert [len(part.beats) for part in parts] == [len(spans) for spans in facts.directions]
    for part, spans in zip(parts, facts.directions, strict=True):
        for beat, (least, most) in zip(part.beats, spans, strict=True):
            assert least <= beat.tempo.least <= beat.tempo.most <= most


def test_only_toe_walking_is_held_by_time() -> None:
    held = {each.id for each in ROUTINE.exercises if not all(part.counted for part in each.parts)}

    assert held == {"toe_walking"}


@pytest.mark.parametrize(
    ("name", "least_ms"),
    [
        ("heel_raises", 3_000),
        ("ankle_circles", 2_000),
        ("toe_curls", 2_000),
        ("resisted_flexion", 6_000),
    ],
)
def test_there_is_silence_to_change_feet(name: str, least_ms: int) -> None:
    """Measured by ear: what it takes to lift the other foot, or to change the band."""
    exercise = ROUTINE.exercise(name)

    assert least_ms <= exercise.change_ms <= 10_000
    assert exercise.enter_ms >= exercise.change_ms


def test_a_plan_leaves_ten_seconds_free() -> None:
    """Twenty minutes are 19:50 by the estimate."""
    assert ROUTINE.spare_ms == 10_000


def test_a_paused_routine_is_kept_for_a_day() -> None:
    assert ROUTINE.fresh_after_ms == 24 * 60 * 60 * 1000


def test_the_equipment_is_a_chair_a_towel_and_a_band() -> None:
    assert ROUTINE.equipment == ("chair", "towel", "band")


# The model.


@given(st.integers(0, 100_000), st.integers(0, 100_000), st.integers(0, 100))
def test_no_percentage_of_a_range_leads_out_of_it(least: int, more: int, percent: int) -> None:
    span = Range(least, least + more)

    assert span.at(percent) in span
    assert (span.at(0), span.at(100)) == (least, least + more)


@given(st.integers(-10, 10), st.integers(-10, 10), st.integers(-10, 10))
def test_a_range_holds_what_lies_between_its_ends(least: int, most: int, number: int) -> None:
    if not 0 <= least <= most:
        with pytest.raises(ModelError, match="is no range"):
            Range(least, most)
        return

    assert (number in Range(least, most)) == (least <= number <= most)


@pytest.mark.parametrize("side", Side)
def test_the_other_side_of_the_other_side_is_the_side(side: Side) -> None:
    assert side.other.other is side
    assert (side.other is side) == (side is Side.BOTH)


@pytest.mark.parametrize("exercise", ROUTINE.exercises, ids=ROUTINE.ids)
def test_one_foot_alone_does_all_but_what_needs_both(exercise: Exercise) -> None:
    both = exercise.feet is Feet.BOTH

    assert exercise.sides(Side.LEFT) == (() if both else (Side.LEFT,))
    assert exercise.sides(Side.RIGHT) == (() if both else (Side.RIGHT,))
    assert exercise.sides(Side.BOTH)[0] is exercise.first
    assert len(exercise.sides(Side.BOTH)) == (1 if both else 2)


def test_an_exercise_that_does_not_exist_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="elbow_raises"):
        ROUTINE.exercise("elbow_raises")


CIRCLES = ROUTINE.exercise("ankle_circles")
WALKING = ROUTINE.exercise("toe_walking")

BROKEN: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "both feet that begin with one": (lambda: replace(WALKING, first=Side.LEFT), "cannot begin"),
    "one foot that begins with both": (lambda: replace(CIRCLES, first=Side.BOTH), "cannot begin"),
    "nothing to do": (lambda: replace(CIRCLES, parts=()), "no parts"),
    "a part of nothing": (lambda: Part("circle", (), counted=True), "no beats"),
    "no sets": (lambda: replace(CIRCLES, sets=Range(0, 5)), "no sets"),
    "counts of nothing": (lambda: replace(CIRCLES, reps=Range(0, 0)), "repetitions go with"),
    "a count of holds": (lambda: replace(WALKING, reps=Range(5, 5)), "repetitions go with"),
    "no time to change feet": (lambda: replace(CIRCLES, change_ms=0), "no time to change feet"),
    "an exercise twice": (
        lambda: replace(ROUTINE, exercises=(*ROUTINE.exercises, CIRCLES)),
        "kept_first",
    ),
    "an exercise that is never kept": (
        lambda: replace(ROUTINE, kept_first=ROUTINE.kept_first[1:]),
        "kept_first",
    ),
    "slower than the slowest": (
        lambda: replace(ROUTINE, paces={"slow": Range(50, 101)}),
        "range of percents",
    ),
    "more than the most": (lambda: Level(doses=101, unhurried=0), "percents"),
    "less than the least": (lambda: Level(doses=-1, unhurried=0), "percents"),
    "calmer than calm": (lambda: Level(doses=0, unhurried=101), "percents"),
    "more than hurried": (lambda: Level(doses=0, unhurried=-1), "percents"),
}


@pytest.mark.parametrize(("make", "why"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_led_cannot_be_made(make: Callable[[], object], why: str) -> None:
    with pytest.raises(ModelError, match=why):
        make()


def test_a_routine_is_asked_for_its_equipment_once_each() -> None:
    chair = Exercise(
        id="sitting",
        needs=("chair", "cushion"),
        feet=Feet.BOTH,
        first=Side.BOTH,
        sets=Range(1, 1),
        reps=Range(0, 0),
        rest=Range(0, 0),
        parts=(Part("sit", (Beat("hold", Kind.HOLD, Range(20_000, 20_000)),), counted=False),),
        settle_ms=0,
        change_ms=0,
        enter_ms=0,
        seated=True,
    )
    routine: Routine = replace(
        ROUTINE, exercises=(chair, replace(chair, id="lying")), kept_first=("lying", "sitting")
    )

    assert routine.equipment == ("chair", "cushion")
