"""Which handler answers a request, and with what response."""

import inspect
import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from turns import MORNING, SECOND, Turns, ended, intent, listener_key

from skill import app
from skill.alexa import handlers
from skill.alexa.handlers import (
    AnythingElse,
    Apology,
    Conversation,
    Disabled,
    PlayerEvents,
    ScreenFault,
)
from skill.app import App
from skill.conversation.answers import ANSWERS
from skill.conversation.meanings import meaning
from skill.conversation.turn import ENDED, LAUNCH
from skill.language import phrases
from skill.simulator.acceptance import faults
from skill.simulator.clock import Clock
from skill.simulator.device import Device, DeviceSession
from skill.storage.memory_store import MemoryStore
from skill.storage.store import StoreError

DEVICE: Final = Device("en-GB")


def envelope(request: dict[str, Any], **session: Any) -> dict[str, Any]:  # noqa: ANN401 - a session's fields
    return DEVICE.envelope(request, DeviceSession("session", **session), MORNING)


# What is answered.


def test_a_request_without_a_locale_is_answered_in_english(made: App) -> None:
    found = envelope({"type": "LaunchRequest"})
    del found["request"]["locale"]

    assert "foot routine" in json.dumps(made.converse(found))


def test_a_request_without_a_session_is_answered(made: App) -> None:
    found = envelope({"type": "LaunchRequest"})
    del found["session"]
    answered = made.converse(found)

    assert faults(answered, "LaunchRequest") == ()
    assert "sessionAttributes" not in answered or not answered["sessionAttributes"]


@pytest.mark.parametrize(
    "name", [None, "", "AMAZON.SomethingNewIntent", "x" * 10_000, "<b>", "\x00"]
)
def test_an_intent_of_any_name_is_answered(made: App, name: str | None) -> None:
    found = envelope(intent(name or ""))
    if name is None:
        del found["request"]["intent"]["name"]
    answered = made.converse(found)

    assert faults(answered, "IntentRequest") == ()
    assert answered["response"]["shouldEndSession"] is False


def test_every_intent_of_the_model_has_an_answer() -> None:
    heard = {each.name for each in phrases.load("en").intents}

    assert {meaning(name) for name in heard} <= set(ANSWERS)
    assert {LAUNCH, ENDED} <= set(ANSWERS) - heard
    assert not [name for name in set(ANSWERS) - heard if name.endswith("Intent")]


@pytest.mark.parametrize(
    "kind",
    [
        {"type": "System.ExceptionEncountered"},
        {"type": "AlexaSkillEvent.SkillEnabled"},
        {"type": "AudioPlayer.PlaybackStarted", "token": "x", "offsetInMilliseconds": 5},
        {"type": "CanFulfillIntentRequest", "intent": {"name": "AMAZON.NextIntent"}},
        {"type": "Alexa.SomethingOfNextYear", "payload": {"any": [1]}},
        {"type": "AlexaSkillEvent.SomethingOfNextYear"},
        {"type": 5},
        {},
    ],
    ids=str,
)
def test_what_no_listener_said_is_answered_with_nothing(
    made: App, store: MemoryStore, kind: dict[str, Any]
) -> None:
    answered = made.converse(envelope(kind, is_new=False, attributes={"version": 1}))

    assert answered["response"] == {}
    assert store.rows == {}


def test_who_disables_the_skill_is_forgotten(turns: Turns, store: MemoryStore) -> None:
    turns.launch()
    assert store.rows
    turns.app.converse(envelope({"type": "AlexaSkillEvent.SkillDisabled"}))

    assert store.rows == {}


def test_who_disables_the_skill_without_a_name_deletes_nothing(
    turns: Turns, store: MemoryStore
) -> None:
    """The event names its user; without a name there is no row to look for."""
    turns.launch()
    found = envelope({"type": "AlexaSkillEvent.SkillDisabled"})
    del found["session"]["user"], found["context"]["System"]["user"]
    answered = turns.app.converse(found)

    assert answered["response"] == {}
    assert store.rows


class StuckStore(MemoryStore):
    """Forgets nobody."""

    def forget(self, listener: str) -> None:
        """Fail."""
        raise StoreError(f"{listener[:8]} cannot be deleted")


def test_who_cannot_be_forgotten_is_not_answered(clock: Clock) -> None:
    """A fault goes back to Alexa, which then sends the event again."""
    stuck = app.build(StuckStore(clock), listener_key)

    with pytest.raises(StoreError, match="cannot be deleted"):
        stuck.converse(envelope({"type": "AlexaSkillEvent.SkillDisabled"}))


def test_without_a_key_the_session_alone_keeps_the_place(
    store: MemoryStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has no key is no one: nothing is stored, and nobody else's place is found."""

    def no_key(_: str) -> str:
        raise StoreError("there is no secret")

    turns = Turns(app.build(store, no_key), clock)
    turns.launch()
    turns.say("StartRoutineIntent")
    heard = turns.say("AMAZON.NextIntent", 40 * SECOND)

    assert heard.attributes["foot"] == "left"
    assert store.rows == {}
    assert "there is no secret" in caplog.text


def test_home_is_left_without_a_word(turns: Turns) -> None:
    turns.launch()
    heard = turns.say("AMAZON.NavigateHomeIntent")

    assert not heard.ssml
    assert heard.response["response"]["shouldEndSession"] is True


def test_a_fault_before_the_place_was_found_leaves_the_session_as_it_was(
    store: MemoryStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def buggy_key(_: str) -> str:
        raise RuntimeError("a bug")

    broken = app.build(store, buggy_key)
    before = {"version": 1, "exercise": "toe_curls", "anything": [1, 2]}
    answered = broken.converse(
        envelope(intent("AMAZON.NextIntent"), is_new=False, attributes=before)
    )
    ending = broken.converse(envelope(ended("ERROR"), is_new=False, attributes=before))

    assert faults(answered, "IntentRequest") == ()
    assert answered["response"]["shouldEndSession"] is False
    assert answered["sessionAttributes"] == before
    assert "something went wrong" in json.dumps(answered)
    assert "RuntimeError: a bug" in caplog.text
    assert not ending["response"].get("outputSpeech")
    assert clock() == MORNING


SDK: Final[dict[str, Callable[..., Any]]] = {
    "Conversation.can_handle": Conversation.can_handle,
    "Conversation.handle": Conversation.handle,
    "PlayerEvents.can_handle": PlayerEvents.can_handle,
    "PlayerEvents.handle": PlayerEvents.handle,
    "Disabled.can_handle": Disabled.can_handle,
    "Disabled.handle": Disabled.handle,
    "ScreenFault.can_handle": ScreenFault.can_handle,
    "ScreenFault.handle": ScreenFault.handle,
    "AnythingElse.can_handle": AnythingElse.can_handle,
    "AnythingElse.handle": AnythingElse.handle,
    "Apology.can_handle": Apology.can_handle,
    "Apology.handle": Apology.handle,
}


@pytest.mark.parametrize(("name", "method"), SDK.items(), ids=SDK)
def test_a_handler_has_the_parameters_that_the_sdk_calls_it_with(
    name: str, method: Callable[..., Any]
) -> None:
    """The SDK passes them by name: one wrong name kills every handler after it."""
    base = AbstractExceptionHandler if name.startswith("Apology") else AbstractRequestHandler
    theirs = inspect.signature(getattr(base, name.partition(".")[2])).parameters

    assert list(inspect.signature(method).parameters) == list(theirs)


def test_every_class_of_handler_is_one_of_the_sdk() -> None:
    """So none is left out of the rule above unnoticed."""
    ours = {
        name
        for name, each in inspect.getmembers(handlers, inspect.isclass)
        if each.__module__ == handlers.__name__
    }

    assert {name.partition(".")[0] for name in SDK} == ours
