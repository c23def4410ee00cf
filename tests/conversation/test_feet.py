"""One foot, both, and the foot that comes first."""

from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plans import ENGLISH, ROUTINE, planned
from sound_plans import check_kept, check_plan
from turns import SECOND, Heard, Turns
from utterances import BY_INTENT, MOMENT, ONE_FOOT, WISH, speak
from wished import TWO_FEET, as_today, new, started, state_of, wished

from skill.routine.model import Side


@pytest.mark.parametrize("foot", [Side.LEFT, Side.RIGHT])
@pytest.mark.parametrize("moment", [None, 70 * SECOND])
def test_one_foot_alone_is_led_from_the_wish_on(foot: Side, moment: int | None) -> None:
    _, state = wished(f"only my {foot} foot", moment=moment)
    ahead = state.progress.course[state.progress.at :]

    assert {place.side for place in ahead} == {foot}


FOOT_WISHES: Final = ("start a routine for my left foot", "only my right foot", *ONE_FOOT)


@given(st.lists(WISH, max_size=4), st.sampled_from(FOOT_WISHES))
@example(["i can't stand"], "start a routine for my left foot")
@example(["i have no band", "i have no towel", "make it ten minutes"], "only my left foot")
@example(["slower", "just toe walking", "make it one"], "only my left foot")
@settings(max_examples=20, deadline=None)
def test_one_foot_is_no_other_wish(before: list[str], utterance: str) -> None:
    """Whatever was wished before the start stays as it was; nothing changes but the feet."""
    turns = new()
    for wish in before:
        speak(turns, wish)
    wishes = state_of(speak(turns, "where am i").attributes).wishes
    heard = speak(turns, utterance)
    after = state_of(heard.attributes).wishes
    feet = Side.LEFT if "left" in utterance else Side.RIGHT

    if "stays as it was" in heard.text or "shortest routine" in heard.text:
        feet = wishes.feet
    expected = wishes._replace(feet=feet, settled=(), passed=())
    assert after._replace(new=wishes.new, settled=(), passed=()) == expected


def test_from_one_foot_back_to_both_there_is_time_to_change() -> None:
    """And the other foot has its turn, though in an untouched plan it would have come first."""
    turns = new()
    speak(turns, "only my right foot")
    speak(turns, "go to toe curls")
    speak(turns, "both feet again", 60 * SECOND)
    state = state_of(turns.attributes or {})

    ahead = state.progress.course[state.progress.at :]

    check_plan(state.wishes)
    assert sum(place.side is Side.LEFT for place in ahead if place.exercise == "toe_curls") == 5


def done_of(attributes: dict[str, Any], name: str) -> dict[str, list[int]]:
    """The sets that were done on each foot."""
    done: dict[str, list[int]] = attributes["done"].get(name, {})
    return {side: sorted(sets) for side, sets in done.items()}


def heard_out(turns: Turns, heard: Heard, name: str) -> dict[str, list[int]]:
    """Go on only at prompts, to the end of the exercise called *name*."""
    while True:
        over = speak(turns, "where am i", heard.ms // SECOND * SECOND + 20 * SECOND).attributes
        last = state_of(over).progress
        if last.at_end or last.course[last.ahead].exercise != name:
            return done_of(over, name)
        heard = speak(turns, "next")


@pytest.mark.parametrize("name", TWO_FEET)
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("said", ["start with {} on my {} foot", "go to the {} on the {} foot"])
@pytest.mark.parametrize("moment", [None, 5 * SECOND, 70 * SECOND])
def test_an_exercise_begins_with_the_foot_that_is_asked_for(
    name: str, side: str, said: str, moment: int | None
) -> None:
    """It is told how it goes for that foot, and the other one has its turn as well."""
    turns = new() if moment is None else started()
    spoken = ENGLISH.names["exercise"][name]
    begun = name == "heel_raises" and moment == 70 * SECOND
    heard = turns.begun(speak(turns, said.format(spoken, side), moment or 0))
    words = ENGLISH.sentences[f"{name}.{'entry' if begun else 'full'}"].texts[0]
    other = "left" if side == "right" else "right"
    opening = words.format(side=side, other_side=other, reps="ten", set="one", sets="two")
    sets = list(range(1, ROUTINE.exercise(name).sets.least + 1))

    assert heard.attributes["foot"] == side
    assert heard.text.startswith(opening.partition(f"{side} ")[0]), heard.text
    assert heard_out(turns, heard, name) == {"left": sets, "right": sets}


@given(
    st.sampled_from(TWO_FEET),
    st.lists(
        st.tuples(st.sampled_from(["other foot", "left foot", "right foot"]), MOMENT),
        min_size=1,
        max_size=4,
    ),
)
@example("heel_raises", [("other foot", 20 * SECOND)])
@example("toe_curls", [("other foot", 30 * SECOND), ("left foot", 40 * SECOND)])
@example("toe_curls", [("other foot", 48 * SECOND), ("other foot", 25 * SECOND)])
@settings(max_examples=40, deadline=None)
def test_no_foot_loses_a_set_to_a_word_for_the_other(
    name: str, acts: list[tuple[str, int]]
) -> None:
    """What it cuts off, or would pass by, comes after it."""
    turns = new()
    heard = speak(turns, f"start with {ENGLISH.names['exercise'][name]}")
    for said, moment in acts:
        heard = speak(turns, said, moment)
    sets = list(range(1, ROUTINE.exercise(name).sets.least + 1))

    check_plan(state_of(heard.attributes).wishes)
    check_kept(heard.attributes)
    assert heard_out(turns, heard, name) == {"left": sets, "right": sets}


def test_both_feet_before_the_first_repetition_opens_with_the_instructions() -> None:
    turns = new()
    speak(turns, "only my right foot")
    speak(turns, "go to toe curls")
    state = state_of(speak(turns, "both feet again", 4 * SECOND).attributes)

    check_plan(state.wishes)
    assert (state.progress.place.side, state.progress.place.set) == (Side.RIGHT, 1)
    assert planned(state.wishes).steps_of("toe_curls")[5].place.side is Side.LEFT


@pytest.mark.parametrize("moment", [None, 70 * SECOND])
@pytest.mark.parametrize("utterance", BY_INTENT["BothFeetIntent"][::5])
def test_both_feet_undoes_one_foot_and_nothing_else(utterance: str, moment: int | None) -> None:
    """Not for today, and not for ever."""
    turns = new()
    for wish in ("i have no band", "make it ten minutes", "remember this"):
        speak(turns, wish)
    usual = state_of(speak(turns, "only my left foot").attributes).memory.usual
    state = state_of(speak(turns, utterance, moment or 0).attributes)

    assert as_today(state.wishes) == as_today(usual._replace(feet=Side.BOTH))
    assert state.memory.usual == usual


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("name", ["heel_raises", "ankle_circles", "toe_curls", "resisted_flexion"])
def test_the_foot_that_is_named_is_skipped_and_the_one_of_now_goes_on(
    name: str, *, paused: bool
) -> None:
    first = ROUTINE.exercise(name).first
    turns = started()
    speak(turns, f"go to {ENGLISH.names['exercise'][name]}", 20 * SECOND)
    speak(turns, "next", 5 * SECOND)
    if paused:
        speak(turns, "pause", 25 * SECOND)
    heard = speak(turns, f"skip the {first.other} foot", 25 * SECOND)
    state = state_of(heard.attributes)

    assert f"Only your {first} foot, then." in heard.text
    assert state.progress.place[1:] == (first, 1)
    assert state.progress.phase == ("paused" if paused else "leading")
    ahead = {place.side for place in state.progress.course if place.exercise == name}
    assert ahead == {first}
    others = {place.side for place in state.progress.course if place.exercise != name}
    assert first.other in others


def test_the_foot_that_is_named_and_working_is_skipped() -> None:
    turns = started()
    heard = speak(turns, "skip the right foot", 20 * SECOND)

    assert state_of(heard.attributes).progress.place[1:] == (Side.LEFT, 1)


def test_a_foot_that_is_over_is_not_skipped_afterwards() -> None:
    turns = started()
    speak(turns, "go to toe curls", 20 * SECOND)
    speak(turns, "next", 5 * SECOND)
    speak(turns, "pause", 170 * SECOND)
    assert state_of(speak(turns, "where am i").attributes).progress.place.side is Side.RIGHT
    heard = speak(turns, "skip the left foot")

    assert not state_of(heard.attributes).wishes.spared


def test_before_the_start_the_foot_that_is_named_is_skipped_in_all_exercises() -> None:
    turns = new()
    heard = speak(turns, "skip the left foot", 5 * SECOND)

    assert {place.side for place in state_of(heard.attributes).progress.course} == {Side.RIGHT}
