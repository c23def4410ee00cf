"""More and fewer repetitions, within their range, and the same on both feet."""

from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plans import ENGLISH, ROUTINE, planned
from turns import SECOND
from utterances import MOMENT, speak
from wished import TWO_FEET, new, state_of

from skill.routine.plan import Plan


@pytest.mark.parametrize("name", ROUTINE.ids)
@pytest.mark.parametrize(("wish", "words"), [("fewer", "fewest"), ("more", "most")])
def test_repetitions_change_within_their_range_until_they_can_no_more(
    wish: str, words: str, name: str
) -> None:
    turns = new()
    spoken = ENGLISH.names["exercise"][name]
    speak(turns, f"just the {spoken}")
    turns.say("StartRoutineIntent")
    reps = ROUTINE.exercise(name).reps
    for _ in range(12):
        heard = speak(turns, wish, 20 * SECOND)
        last = planned(state_of(heard.attributes).wishes).steps[-1].reps or 0

        assert last in reps
    if reps.least:
        assert words in heard.text or "no time for more" in heard.text
        assert wish == "more" or last == reps.least
    else:
        assert "goes by time" in heard.text


def rounds(plan: Plan, name: str) -> Iterator[list[int]]:
    """The repetitions of the feet in each round of an exercise, in the order that they are led."""
    steps = plan.steps_of(name)
    for number in sorted({step.place.set for step in steps}):
        yield [step.reps or 0 for step in steps if step.place.set == number]


NOT_LESS: Final = (
    *("more", "slower", "faster", "make it ten minutes", "make it twenty minutes", "no band"),
    *("everything again", "other foot", "next", "repeat", "back", "resume"),
)
"""What nobody says who wants fewer repetitions, or one foot alone."""


@given(
    st.sampled_from(TWO_FEET),
    st.sampled_from(sorted(ROUTINE.levels)),
    st.lists(st.tuples(st.sampled_from(NOT_LESS), MOMENT), min_size=1, max_size=5),
)
@example("heel_raises", "full", [("more", 80 * SECOND)])
@example("heel_raises", "full", [("more", 80 * SECOND), ("more", 100 * SECOND), ("slower", 0)])
@example("toe_curls", "full", [("more", 50 * SECOND), ("other foot", 60 * SECOND)])
@settings(max_examples=40, deadline=None)
def test_both_feet_do_the_same_in_each_round(
    name: str, level: str, acts: list[tuple[str, int]]
) -> None:
    """Whoever asks for more in the midst of a round gets more from the next one on."""
    turns = new()
    turns.attributes = {**(turns.attributes or {}), "wishes": {"level": level}}
    heard = speak(turns, f"start with {ENGLISH.names['exercise'][name]}")
    for said, moment in acts:
        heard = speak(turns, said, moment)
        plan = planned(state_of(heard.attributes).wishes)
        for each in plan.exercises:
            assert all(len(set(reps)) == 1 for reps in rounds(plan, each)), said
        if turns.attributes is None:
            return


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        (20 * SECOND, "Twelve each, then."),
        (80 * SECOND, "Twelve each, once both feet have done this set."),
        (215 * SECOND, "It stays at ten, so that both feet do the same."),
    ],
)
def test_it_is_said_from_when_on_there_are_more(moment: int, answer: str) -> None:
    turns = new()
    speak(turns, "just the heel raises")
    speak(turns, "start")
    heard = speak(turns, "more", moment)

    assert heard.text.startswith(answer)
    assert heard.attributes["phase"] == "leading"


def test_fewer_are_led_at_once() -> None:
    """Who cannot do so many is not asked to, to make it even."""
    turns = new()
    for said in ("just the heel raises", "start", "more"):
        speak(turns, said, 5 * SECOND)
    state = state_of(speak(turns, "fewer", 120 * SECOND).attributes)

    assert [*rounds(planned(state.wishes), "heel_raises")] == [[12, 10], [10, 10]]
