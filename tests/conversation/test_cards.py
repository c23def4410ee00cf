"""Cards in the Alexa app: the start, each exercise, and the summary; no other answer has one."""

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import ENGLISH, ROUTINE
from turns import MORNING, SECOND, Heard, Turns
from utterances import ANYTHING, MOMENT, speak

from skill import app
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

APP: Final = app.build(MemoryStore(Clock.stopped(MORNING)), lambda _: "")

MOST_CARD_CHARACTERS: Final = 8_000
"""Amazon's response reference; far more than these need."""


def card_of(heard: Heard) -> dict[str, Any]:
    card: dict[str, Any] = heard.response["response"].get("card", {})
    return card


@pytest.fixture
def fresh() -> Turns:
    return Turns(APP, Clock.stopped(MORNING))


def test_the_start_shows_what_is_needed(fresh: Turns) -> None:
    card = card_of(fresh.launch())

    assert card["title"] == "Foot routine: what you need"
    assert card["content"] == "You need a chair, a towel and a band, and some room to move."


def test_the_start_shows_no_thing_that_is_not_needed(fresh: Turns) -> None:
    fresh.launch()
    speak(fresh, "just the band presses")
    card = card_of(speak(fresh, "repeat"))

    assert card["content"] == "You need a band, and some room to move."


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_each_exercise_shows_how_it_goes_and_why(fresh: Turns, name: str) -> None:
    """In full, also where it is told briefly."""
    spoken = ENGLISH.names["exercise"][name]
    fresh.launch()
    card = card_of(fresh.begun(speak(fresh, f"go to {spoken}")))

    assert card["title"] == f"Foot routine: {spoken}"
    assert card["content"].startswith(ENGLISH.sentences[f"{name}.full"].texts[0].partition("{")[0])
    assert card["content"].endswith(ENGLISH.sentences[f"{name}.why"].texts[0])


def test_the_summary_shows_what_was_done(fresh: Turns) -> None:
    fresh.launch()
    fresh.begun(speak(fresh, "go to band presses"))
    heard = speak(fresh, "next", 400 * SECOND)
    card = card_of(speak(fresh, "finish", 5 * SECOND) if heard.is_open else heard)

    assert card["title"] == "Foot routine: the end"
    assert "You did one exercise from start to finish." in card["content"]


def test_a_set_in_the_middle_shows_nothing_new(fresh: Turns) -> None:
    fresh.launch()
    speak(fresh, "start")

    assert not card_of(speak(fresh, "next", 60 * SECOND))


TITLES: Final = {
    "Foot routine: what you need",
    "Foot routine: the end",
    *(f"Foot routine: {ENGLISH.names['exercise'][name]}" for name in ROUTINE.ids),
}


@given(st.lists(st.tuples(ANYTHING, MOMENT), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_card_is_short_plain_text_at_a_start_an_exercise_or_the_end(
    acts: list[tuple[str, int]],
) -> None:
    turns = Turns(APP, Clock.stopped(MORNING))
    for said, moment in acts:
        heard = speak(turns, said, moment)
        card = card_of(heard)
        if not card:
            continue
        text = card["title"] + card["content"]

        assert card["type"] == "Simple"
        assert card["title"] in TITLES
        assert len(text) < MOST_CARD_CHARACTERS
        assert not set(text) & set('<>{}"&')
        phase = heard.attributes["phase"]
        if card["title"].endswith("need"):
            assert phase == "ready"
        elif card["title"].endswith("end"):
            assert phase == "done"
        else:
            assert phase == "leading"
