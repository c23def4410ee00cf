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
