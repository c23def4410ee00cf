"""Which exercises are led: some only, some not, seated, without a thing, asked for by name."""

import re
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plans import ENGLISH, ROUTINE, planned
from turns import SECOND
from utterances import BY_INTENT, MOMENT, WISH, speak
from wished import SEATED, found_by, new, started, state_of, wished

from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase
from skill.routine.wishes import Wishes


@pytest.mark.parametrize("item", ROUTINE.equipment)
@pytest.mark.parametrize("moment", [None, 70 * SECOND])
def test_what_is_missing_is_needed_no_more_and_a_substitute_is_told_once(
    item: str, moment: int | None
) -> None:
    turns = new() if moment is None else started()
    first = speak(turns, f"i have no {item}", moment or 0)
    again = speak(turns, f"there is no {item}", 5 * SECOND)
    state = state_of(again.attributes)
    ahead = {place.exercise for place in state.progress.course[state.progress.at :]}

    assert not any(item in ROUTINE.exercise(name).needs for name in ahead)
    assert "will do" in first.text
    assert "will do" not in again.text


@pytest.mark.parametrize("before", [("seated only",), ("start", "next")])
def test_no_substitute_is_told_for_what_is_done_or_left_out(before: tuple[str, ...]) -> None:
    """Who is past the heel raises, or stays seated, is not sent to them."""
    turns = new()
    for said in before:
        speak(turns, said, 300 * SECOND)
    heard = speak(turns, "i have no chair", 20 * SECOND)

    assert "go to heel raises" not in heard.text
    assert "We do" in heard.text


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_only_one_exercise_is_led_and_one_alone_left_out(name: str) -> None:
    spoken = ENGLISH.names["exercise"][name]
    _, only = wished(f"just the {spoken}")
    _, without = wished(f"skip {spoken} today")

    assert planned(only.wishes).exercises == (name,)
    assert planned(without.wishes).exercises == tuple(each for each in ROUTINE.ids if each != name)


@given(st.lists(WISH, max_size=4), st.sampled_from(BY_INTENT["SeatedIntent"]), MOMENT)
@example(["no band", "no towel", "no chair"], "i can't stand", 20 * SECOND)
@settings(max_examples=20, deadline=None)
def test_who_cannot_stand_is_never_led_on_standing(
    before: list[str], utterance: str, moment: int
) -> None:
    """Whatever was wished before, and wherever in the routine it is said."""
    turns = started()
    for wish in before:
        speak(turns, wish, 20 * SECOND)
    heard = speak(turns, utterance, moment)
    state = state_of(heard.attributes)

    assert state.progress.phase is not Phase.LEADING or state.progress.place.exercise in SEATED


@given(st.lists(WISH, max_size=4), st.sampled_from(ROUTINE.equipment), MOMENT)
@example(["just the toe curls"], "towel", 0)
@settings(max_examples=20, deadline=None)
def test_who_is_without_a_thing_is_not_led_on_with_it(
    before: list[str], item: str, moment: int
) -> None:
    turns = started()
    for wish in before:
        speak(turns, wish, 20 * SECOND)
    heard = speak(turns, f"i have no {item}", moment)
    state = state_of(heard.attributes)
    needed = ROUTINE.exercise(state.progress.place.exercise).needs

    assert state.progress.phase is not Phase.LEADING or item not in needed


NAMES: Final = {ENGLISH.names["exercise"][name]: name for name in ROUTINE.ids}


@given(st.lists(WISH, max_size=4), st.sampled_from(sorted(NAMES)), MOMENT)
@example(["seated only", "make it five minutes"], "band presses", 0)
@example(["just the ankle circles"], "toe curls", 20 * SECOND)
@example(["i have no chair"], "heel raises", 20 * SECOND)
@example(["make it four minutes"], "ankle circles", 70 * SECOND)
@settings(max_examples=25, deadline=None)
def test_an_exercise_asked_for_by_name_brings_back_no_other_and_undoes_no_wish(
    before: list[str], spoken: str, moment: int
) -> None:
    """It is added; the minutes are widened only where it does not fit into them at all."""
    turns = new()
    for wish in before:
        speak(turns, wish)
    found = found_by(turns, moment)
    heard = speak(turns, f"go to {spoken}", moment)
    state = state_of(heard.attributes)
    name = NAMES[spoken]

    had, has = planned(found.wishes).exercises, planned(state.wishes).exercises
    assert set(has) <= {*had, name}
    assert re.search(f"We (also )?do [^.]*{spoken}", heard.text) or name in had or name not in has
    wishes = state.wishes._replace(minutes=found.wishes.minutes, wanted=found.wishes.wanted)
    assert wishes._replace(settled=(), passed=()) == found.wishes._replace(settled=(), passed=())
    if state.wishes.minutes > found.wishes.minutes:
        assert "With that, it takes" in heard.text
        fewer = state.wishes._replace(minutes=state.wishes.minutes - 1)
        assert name not in exercises_of(fewer)


def exercises_of(wishes: Wishes) -> tuple[str, ...]:
    """The exercises of a plan, none where there is none."""
    try:
        return planned(wishes).exercises
    except UnmeetableError:
        return ()


AFTERWARDS: Final = (
    *("start over", "make it twenty minutes", "slower", "no band", "skip", "next", "back"),
    *("skip band presses today", "seated only", "only my left foot", "start"),
)


@given(
    st.sampled_from(sorted(NAMES)),
    st.lists(st.tuples(st.sampled_from(AFTERWARDS), MOMENT), max_size=6),
)
@example("heel raises", [("start over", 20 * SECOND)])
@settings(max_examples=25, deadline=None)
def test_who_stays_seated_stands_only_for_what_they_asked_for(
    spoken: str, acts: list[tuple[str, int]]
) -> None:
    """By its name, and not again in a routine that is started over."""
    turns = new()
    speak(turns, "seated only")
    standing = {NAMES[spoken]} - SEATED
    heard = speak(turns, f"go to {spoken}")
    for said, moment in acts:
        if turns.attributes is None:
            break
        assert set(planned(state_of(heard.attributes).wishes).exercises) <= SEATED | standing
        heard = speak(turns, said, moment)
        if said == "start over":
            standing = set()


def test_seated_only_keeps_other_exercises_left_out() -> None:
    turns = new()
    speak(turns, "skip toe curls today")
    state = state_of(speak(turns, "seated only").attributes)

    assert planned(state.wishes).exercises == ("ankle_circles", "resisted_flexion")


def test_starting_over_brings_back_what_was_passed_by() -> None:
    """A wish leaves out, from where it is said, what the listener jumped over; a new start not."""
    turns = new()
    speak(turns, "make it ten minutes")
    speak(turns, "go to toe curls")
    speak(turns, "make it twenty minutes", 20 * SECOND)
    heard = speak(turns, "start over", 20 * SECOND)

    assert planned(state_of(heard.attributes).wishes).exercises == ROUTINE.ids
