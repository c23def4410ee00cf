"""Alexa's requests become turns, and replies become Alexa's responses."""

import inspect
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import RequestEnvelope
from turns import MORNING, SECOND, Turns, ended, intent, listener_key

from skill import app
from skill.alexa import handlers
from skill.alexa.handlers import AnythingElse, Apology, Conversation, Disabled, turn_of
from skill.alexa.verification import Refused
from skill.app import App
from skill.conversation.answers import ANSWERS
from skill.conversation.turn import ENDED, LAUNCH, Ending, Slot, Turn
from skill.language import library, phrases
from skill.rendering.speech import Limits, Speech
from skill.simulator.acceptance import faults
from skill.simulator.clock import Clock
from skill.simulator.echo import Device, Session
from skill.storage.store import MemoryStore, StoreError

DEVICE: Final = Device("en-GB")

USER: Final = f"amzn1.ask.account.{DEVICE.user}"


def envelope(request: dict[str, Any], **session: Any) -> dict[str, Any]:  # noqa: ANN401 - a session's fields
    return DEVICE.envelope(request, Session("session", **session), MORNING)


SPEECH = Speech(library.load())


def turn(request: dict[str, Any], **session: Any) -> Turn:  # noqa: ANN401 - a session's fields
    """Read *request* as Amazon's own code and ours do, one after the other."""
    return turn_from(envelope(request, **session))


def turn_from(found: dict[str, Any]) -> Turn:
    read = DefaultSerializer().deserialize(json.dumps(found), RequestEnvelope)
    return turn_of(HandlerInput(read), SPEECH, listener_key, None)


# What a request becomes.


def test_a_launch_is_a_turn() -> None:
    assert turn({"type": "LaunchRequest"}) == Turn(
        intent=LAUNCH,
        at=MORNING,
        locale="en-GB",
        medium=SPEECH,
        listener=listener_key(USER),
        new=True,
        attributes={},
    )


def test_an_intent_is_a_turn_with_its_slots() -> None:
    said = turn(
        intent("GoToExerciseIntent", exercise=Slot("curls", "toe_curls"), foot=Slot("third")),
        is_new=False,
        attributes={"version": 1},
    )

    assert said.intent == "GoToExerciseIntent"
    assert said.slots == {"exercise": Slot("curls", "toe_curls"), "foot": Slot("third")}
    assert not said.new
    assert said.attributes == {"version": 1}


@pytest.mark.parametrize(
    "slot",
    [
        {"name": "exercise"},
        {"name": "exercise", "value": None},
        {"name": "exercise", "value": ""},
        None,
    ],
    ids=["left out", "null", "nothing", "no slot"],
)
def test_a_slot_that_is_not_filled_is_none(slot: object) -> None:
    request = intent("GoToExerciseIntent")
    request["intent"]["slots"] = {"exercise": slot}

    assert turn(request).slots == {}


def resolution(code: str, *ids: str) -> dict[str, Any]:
    values = [{"value": {"name": each, "id": each}} for each in ids]
    return {"authority": "test", "status": {"code": code}, "values": values}


RESOLVED: Final[dict[str, tuple[list[dict[str, Any] | None], str]]] = {
    "nothing": ([], ""),
    "a match": ([resolution("ER_SUCCESS_MATCH", "toe_curls")], "toe_curls"),
    "the first of two matches": ([resolution("ER_SUCCESS_MATCH", "a", "b")], "a"),
    "no match": ([resolution("ER_SUCCESS_NO_MATCH")], ""),
    "the second authority": (
        [resolution("ER_SUCCESS_NO_MATCH"), resolution("ER_SUCCESS_MATCH", "a")],
        "a",
    ),
    "a match of nothing": ([resolution("ER_SUCCESS_MATCH")], ""),
    "a match of null": ([{**resolution("ER_SUCCESS_MATCH", "a"), "values": [None]}], ""),
    "null for an authority": ([None, resolution("ER_SUCCESS_MATCH", "a")], "a"),
    "a match after a match of nothing": (
        [resolution("ER_SUCCESS_MATCH"), resolution("ER_SUCCESS_MATCH", "a")],
        "a",
    ),
    "an error of Alexa's": ([resolution("ER_ERROR_TIMEOUT")], ""),
}


@pytest.mark.parametrize(("authorities", "expected"), RESOLVED.values(), ids=RESOLVED)
def test_a_slot_is_what_it_resolves_to(authorities: list[Any], expected: str) -> None:
    request = intent("GoToExerciseIntent", exercise=Slot("curls"))
    slot = request["intent"]["slots"]["exercise"]
    slot["resolutions"] = {"resolutionsPerAuthority": authorities}

    assert turn(request).slots == {"exercise": Slot("curls", expected)}


@pytest.mark.parametrize("ending", Ending)
def test_the_end_of_a_session_is_a_turn_with_its_reason(ending: Ending) -> None:
    said = turn(ended(ending.value), is_new=False)

    assert (said.intent, said.ending) == (ENDED, ending)


def test_only_the_end_of_a_session_has_a_reason() -> None:
    assert turn({"type": "LaunchRequest"}).ending is None
    assert turn(intent("AMAZON.NextIntent")).ending is None


def test_an_end_without_a_reason_is_taken_for_an_error() -> None:
    """Then nothing of what was led is taken as heard, which costs the least if it is wrong."""
    assert turn({"type": "SessionEndedRequest"}).ending is Ending.ERROR


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        ("2026-01-05T07:30:00Z", MORNING),
        ("2026-01-05T07:30:00+00:00", MORNING),
        ("2026-01-05T08:30:00+01:00", MORNING),
        ("2026-01-05T07:30:00.250Z", MORNING + 250),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", 0),
    ],
)
def test_a_stamp_is_milliseconds_since_1970(stamp: str, at: int) -> None:
    found = envelope({"type": "LaunchRequest"})
    found["request"]["timestamp"] = stamp

    assert turn_from(found).at == at


def test_a_stamp_is_exact_however_late_in_the_century() -> None:
    """No floating point on the way from a stamp to milliseconds."""
    for year in (2026, 2038, 2099):
        stamp = f"{year}-12-31T23:59:59.999Z"
        found = envelope({"type": "LaunchRequest"})
        found["request"]["timestamp"] = stamp
        whole = int(datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())

        assert turn_from(found).at == whole * 1000 + 999


def test_a_request_without_a_locale_is_answered_in_english(made: App) -> None:
    found = envelope({"type": "LaunchRequest"})
    del found["request"]["locale"]

    assert turn_from(found).locale == ""
    assert "foot routine" in json.dumps(made.converse(found))


def test_a_request_without_a_session_is_answered(made: App) -> None:
    found = envelope({"type": "LaunchRequest"})
    del found["session"]
    answered = made.converse(found)

    assert turn_from(found).attributes is None
    assert faults(answered, "LaunchRequest") == ()
    assert "sessionAttributes" not in answered or not answered["sessionAttributes"]


@pytest.mark.parametrize("missing", ["timestamp", "type"])
def test_a_request_that_lacks_what_is_needed_is_refused(made: App, missing: str) -> None:
    found = envelope({"type": "LaunchRequest"})
    del found["request"][missing]

    with pytest.raises(Refused):
        made.converse(found)


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


# What is answered.


def test_every_intent_of_the_model_has_an_answer() -> None:
    heard = {each.name for each in phrases.load("en").intents}

    assert heard <= set(ANSWERS)
    assert {LAUNCH, ENDED} <= set(ANSWERS) - heard
    assert not [name for name in set(ANSWERS) - heard if name.endswith("Intent")]


@pytest.mark.parametrize(
    "kind",
    [
        {"type": "System.ExceptionEncountered"},
        {"type": "AlexaSkillEvent.SkillEnabled"},
        {"type": "AudioPlayer.PlaybackStarted", "token": "x", "offsetInMilliseconds": 5},
        {"type": "CanFulfillIntentRequest", "intent": {"name": "AMAZON.NextIntent"}},
    ],
    ids=lambda kind: kind["type"],
)
def test_what_no_listener_said_is_answered_with_nothing(
    made: App, store: MemoryStore, kind: dict[str, Any]
) -> None:
    answered = made.converse(envelope(kind, is_new=False, attributes={"version": 1}))

    assert not answered["response"].get("outputSpeech")
    assert store.rows == {}


def test_who_disables_the_skill_is_forgotten(turns: Turns, store: MemoryStore) -> None:
    turns.launch()
    assert store.rows
    turns.app.converse(envelope({"type": "AlexaSkillEvent.SkillDisabled"}))

    assert store.rows == {}


class StuckStore(MemoryStore):
    """Forgets nobody."""

    def forget(self, listener: str) -> None:
        """Fail."""
        raise StoreError(f"{listener[:8]} cannot be deleted")


def test_who_cannot_be_forgotten_is_not_answered(clock: Clock) -> None:
    """A fault goes back to Alexa, which then sends the event again."""
    stuck = app.build(StuckStore(clock), listener_key, app.unverified, Limits())

    with pytest.raises(StoreError, match="cannot be deleted"):
        stuck.converse(envelope({"type": "AlexaSkillEvent.SkillDisabled"}))


def test_without_a_key_the_session_alone_keeps_the_place(
    store: MemoryStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has no key is no one: nothing is stored, and nobody else's place is found."""

    def no_key(_: str) -> str:
        raise StoreError("there is no secret")

    turns = Turns(app.build(store, no_key, app.unverified, Limits()), clock)
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

    broken = app.build(store, buggy_key, app.unverified, Limits())
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
    "Disabled.can_handle": Disabled.can_handle,
    "Disabled.handle": Disabled.handle,
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
