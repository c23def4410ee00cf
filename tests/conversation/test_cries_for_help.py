"""In mid-exercise, whatever is not understood may be a cry for help: it hears how to say so."""

from typing import Final

import pytest
from situations import Replies, answer
from turns import SECOND, Slot
from utterances import PHRASES

from skill.language.interaction_model import Intent

NOT_UNDERSTOOD: Final = ("not_understood", "unknown")
"""How the keys begin of lines that say that words were not understood."""

WITH_SLOTS: Final = [intent for intent in PHRASES.intents if intent.slots]


def _heard(intent: Intent, said: str, patch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the answer where every slot of *intent* holds *said*, which is no value."""
    replies = Replies(patch)
    turns, _ = answer("heel", "where am i")
    slots = {slot.name: Slot(said) for slot in intent.slots}
    turns.say(intent.name, 5 * SECOND, **slots)
    return [line.key for line in replies.last.lines]


@pytest.mark.parametrize("said", ["", " ", "the floor"], ids=["empty", "blank", "unknown"])
@pytest.mark.parametrize("intent", WITH_SLOTS, ids=lambda intent: intent.name)
def test_who_is_not_understood_hears_how_to_say_that_one_is_unwell(
    intent: Intent, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = _heard(intent, said, monkeypatch)

    if any(key.startswith(NOT_UNDERSTOOD) for key in keys):
        assert "if_unwell" in keys, keys


def test_the_fallback_hears_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = Replies(monkeypatch)
    answer("heel", "the moon is round")

    assert "if_unwell" in [line.key for line in replies.last.lines]


def test_many_an_intent_is_not_understood_without_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that the test above has something to find."""
    helped = [each.name for each in WITH_SLOTS if "if_unwell" in _heard(each, "", monkeypatch)]

    assert {"MinutesIntent", "OnlyIntent", "LeaveOutIntent", "MissingIntent"} <= set(helped)


@pytest.mark.parametrize(
    ("said", "is_of_now"),
    [
        ("i just broke my ankle", True),
        ("i broke my ankle", True),
        ("i broke my ankle this morning", True),
        ("i fell", True),
        ("i broke my ankle in spring", False),
        ("in march i broke my foot", False),
        ("i broke my hip two years ago is that a problem", False),
        ("my ankle was broken last year", False),
        ("i fell last week", False),
        ("i had a heart attack last year", False),
    ],
)
def test_an_injury_of_now_is_an_emergency_and_an_old_one_is_for_a_professional(
    said: str,
    is_of_now: bool,  # noqa: FBT001 - a case
) -> None:
    for at in ("welcome", "heel"):
        _, heard = answer(at, said)

        assert heard.is_open is not is_of_now
        assert ("ask your doctor or therapist before" in heard.text) is not is_of_now


def test_an_injury_of_a_time_that_is_not_known_is_taken_for_one_of_now() -> None:
    turns, _ = answer("heel", "where am i")
    heard = turns.say("ConditionIntent", past=Slot("a minute ago"), part=Slot("ankle", "ankle"))

    assert not heard.is_open
