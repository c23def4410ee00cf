"""Sixty days of one listener are sensible, and the page about them is current."""

from itertools import pairwise

import pytest
from growth import FILE, PAINS, RESTED, SKIPPED, TWICE, WISHES, Session, sessions, table
from plans import ENGLISH, ROUTINE, planned

from skill.routine.planner import MINUTE_MS


def on(day: int) -> Session:
    return next(each for each in sessions() if each.day == day)


def after(day: int) -> Session:
    return next(each for each in sessions() if each.day > day)


def test_the_page_is_current() -> None:
    """Written by `python tests/growth.py`."""
    assert FILE.read_text(encoding="utf-8") == table()


def test_every_day_is_in_time_and_in_range() -> None:
    for each in sessions():
        plan = planned(each.before.wishes)

        assert 0 < each.led_ms <= plan.ms <= each.before.wishes.minutes * MINUTE_MS, each.day
        assert each.level in range(1, len(ROUTINE.levels) + 1), each.day
        for dose in plan.doses:
            exercise = ROUTINE.exercise(dose.exercise)

            assert dose.sets in exercise.sets, (each.day, dose)
            assert dose.reps in exercise.reps, (each.day, dose)
            assert dose.rest_ms in exercise.rest, (each.day, dose)


def test_doses_are_the_least_at_first_and_grow_with_comfort() -> None:
    assert [each.level for each in sessions()[:7]] == [1, 1, 1, 2, 2, 2, 3]
    assert sessions()[0].dose("heel_raises") == "2 x 10"
    assert on(17).dose("heel_raises") == "2 x 11"


@pytest.mark.parametrize("day", PAINS)
def test_a_pain_leaves_the_exercise_out_steps_back_and_is_asked_about(day: int) -> None:
    name = PAINS[day]
    spoken = ENGLISH.names["exercise"][name]

    assert on(day).dose(name) == "out"
    assert after(day).level == max(on(day).level - 1, 1)
    assert after(day).opened.startswith(f"Last time, {spoken} hurt.")
    assert after(day).dose(name) != "out"
    assert sum(each.opened.startswith("Last time, ") for each in sessions()) == len(PAINS)


@pytest.mark.parametrize("day", SKIPPED)
def test_a_skipped_exercise_is_not_counted_and_not_held_against_anybody(day: int) -> None:
    assert on(day).dose(SKIPPED[day]) == "skipped"
    assert on(day).complete == len(ROUTINE.ids) - 1
    assert after(day).level == on(day).level


def test_a_gap_of_a_week_steps_back_and_ends_the_streak() -> None:
    before = max(
        (each for each in sessions() if each.day < RESTED.start), key=lambda each: each.day
    )

    assert after(before.day).level == before.level - 1
    assert after(before.day).state.memory.streak == 1


@pytest.mark.parametrize("day", WISHES)
def test_a_wish_is_for_its_day(day: int) -> None:
    assert set(on(day).exercises) < set(ROUTINE.ids)
    assert after(day).exercises == ROUTINE.ids


def test_a_second_routine_in_a_day_is_spoken_of_and_is_no_second_day() -> None:
    first, second = (each for each in sessions() if each.day == TWICE)

    assert second.opened.startswith("You were here not long ago.")
    assert second.state.memory.streak == first.state.memory.streak
    assert sum("not long ago" in each.opened for each in sessions()) == 1


def test_the_level_moves_one_step_at_a_time() -> None:
    assert all(abs(after.level - before.level) <= 1 for before, after in pairwise(sessions()))


def test_what_is_remembered_adds_up() -> None:
    last = sessions()[-1].state.memory

    assert last.sessions == len(sessions())
    assert last.led_ms == sum(each.led_ms for each in sessions())
    assert last.times == {name: last.times[name] for name in ROUTINE.ids}
