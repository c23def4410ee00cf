"""Any wishes in any order: plans stay sound, places are kept, and wishes can be taken back."""

from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plans import planned
from sound_plans import check_behind, check_kept, check_plan
from turns import SECOND
from utterances import ANYTHING, BY_INTENT, EARS, MOMENT, ONE_FOOT, WISH, WISHES, speak
from wished import SEATED, as_today, found_by, new, started, state_of, wished

from skill.routine.planner import MINUTE_MS
from skill.routine.wishes import Wishes


@given(st.lists(st.tuples(st.one_of(WISH, ANYTHING), MOMENT), min_size=1, max_size=12))
@example([("next", 0), ("just my right foot", 146 * SECOND), ("everything again", 0)])
@settings(max_examples=40, deadline=None)
def test_no_wishes_in_any_order_make_an_unsafe_or_over_long_plan(
    acts: list[tuple[str, int]],
) -> None:
    """Said at any moment, among anything else, in all phases, by who is new as by who is not."""
    turns = new()
    for utterance, moment in acts:
        heard = speak(turns, utterance, moment)
        if heard.attributes:
            check_plan(state_of(heard.attributes).wishes)
            check_kept(heard.attributes)
        if turns.attributes is None:
            turns = new()


@given(st.lists(st.tuples(WISH, MOMENT, ANYTHING), min_size=1, max_size=8))
@example(
    [("slower", 0, "ankle circles on the left leg"), ("everything again", 36 * SECOND, "start")]
)
@settings(max_examples=30, deadline=None)
def test_a_wish_keeps_the_place_and_what_is_behind(acts: list[tuple[str, int, str]]) -> None:
    turns = started()
    for wish, moment, between in acts:
        before = found_by(turns, moment)
        heard = speak(turns, wish, moment)
        check_behind(before, state_of(heard.attributes))
        speak(turns, between, 5 * SECOND)
        if turns.attributes is None:
            turns = started()


@pytest.mark.parametrize("moment", [None, 70 * SECOND])
@pytest.mark.parametrize("minutes", [1, 3, 4, 5, 9, 12, 15, 20, 21, 45, 60])
def test_minutes_are_kept_to_or_the_nearest_are_named(minutes: int, moment: int | None) -> None:
    heard, state = wished(f"make it {minutes} minutes", moment=moment)
    least = state.wishes.minutes

    assert planned(state.wishes).ms <= min(minutes, 20) * MINUTE_MS or "takes" in heard.text
    if minutes > 20:
        assert "Twenty minutes is the longest" in heard.text
    elif least != minutes:
        assert "takes" in heard.text


def test_a_length_said_at_the_start_keeps_what_was_wished_before() -> None:
    turns = new()
    speak(turns, "i have no band")
    heard = speak(turns, "start a fifteen minute routine")
    state = state_of(heard.attributes)

    assert state.wishes.missing == ("band",)
    assert "resisted_flexion" not in planned(state.wishes).exercises


LIMITING: Final = ("make it ten minutes", "i have no band", "slower", "fewer", "only my left foot")


def test_everything_again_undoes_every_wish_of_today() -> None:
    turns = new()
    for wish in LIMITING:
        speak(turns, wish)
    state = state_of(speak(turns, "everything again").attributes)

    assert as_today(state.wishes) == Wishes()


def test_everything_again_goes_back_to_the_wishes_that_are_kept() -> None:
    """Nobody asked for these to be forgotten; how to ask for it is said."""
    turns = new()
    for wish in ("seated only", "i have no band", "remember this", *LIMITING):
        speak(turns, wish)
    heard = speak(turns, "everything again")
    state = state_of(heard.attributes)

    assert as_today(state.wishes) == state.memory.usual
    assert state.memory.usual.missing == ("band",)
    assert set(planned(state.wishes).exercises) <= SEATED
    assert "say forget my wishes" in heard.text


def test_kept_wishes_are_forgotten_when_that_is_asked_for() -> None:
    turns = new()
    for wish in (*LIMITING, "remember this"):
        speak(turns, wish)
    state = state_of(speak(turns, "forget my wishes").attributes)

    assert as_today(state.wishes) == Wishes()
    assert state.memory.usual == Wishes()


def test_every_wish_of_the_model_is_tried_here() -> None:
    assert all(EARS.hear(said)["name"] == "StartRoutineIntent" for said in ONE_FOOT)
    assert all(BY_INTENT[name] for name in WISHES)
