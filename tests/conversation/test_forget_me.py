"""A listener is forgotten after a yes to just that, and then wholly."""

import pytest
from somewhere import asked_to_forget, in_a_set
from turns import (
    HOUR,
    SECOND,
    Turns,
)
from visits import FORGET, MINUTE, NEXT, NO, PAUSE, START, STOP, WHERE, YES

from skill.storage.memory_store import MemoryStore


def test_a_listener_who_asks_is_forgotten(turns: Turns, store: MemoryStore) -> None:
    """And is a stranger at the next launch."""
    never_seen = turns.launch().text
    in_a_set(turns)
    asked = turns.say(FORGET)
    assert len(store.rows) == 1
    heard = turns.say(YES)

    assert asked.is_open
    assert not heard.is_open
    assert heard.attributes == {}
    assert store.rows == {}
    assert turns.launch().text == never_seen


@pytest.mark.parametrize("word", [NO, NEXT, WHERE, "AMAZON.FallbackIntent"])
def test_nothing_but_a_yes_to_that_question_forgets(
    turns: Turns, store: MemoryStore, word: str
) -> None:
    asked_to_forget(turns)
    turns.say(word)
    turns.say(YES, 5 * SECOND)

    assert len(store.rows) == 1


@pytest.mark.parametrize("word", [NO, NEXT, WHERE, PAUSE, STOP, START, "AMAZON.FallbackIntent"])
def test_it_is_said_that_nothing_is_deleted(turns: Turns, word: str) -> None:
    """Whatever else was said in place of yes; and once."""
    asked_to_forget(turns)
    heard = turns.say(word)

    assert heard.text.startswith("Nothing is deleted.")
    if heard.is_open:
        assert "deleted" not in turns.say(WHERE, 5 * SECOND).text


@pytest.mark.parametrize("word", ["PainIntent", "EmergencyIntent"])
def test_what_hurts_is_answered_before_anything_else(turns: Turns, word: str) -> None:
    asked_to_forget(turns)

    assert turns.say(word).text.startswith("Stop ")


def test_a_yes_in_another_session_forgets_nothing(turns: Turns, store: MemoryStore) -> None:
    """The question was asked in a session that is over."""
    asked_to_forget(turns)
    turns.end("EXCEEDED_MAX_REPROMPTS", MINUTE)
    turns.say(YES, HOUR)

    assert len(store.rows) == 1
