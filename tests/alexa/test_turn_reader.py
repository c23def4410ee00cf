"""Alexa's JSON becomes a turn, however much of it is missing, new or of another form."""

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from plans import LIBRARY
from turns import MORNING, ended, intent, listener_key

from skill.alexa.envelope import EnvelopeError, read
from skill.alexa.turn_reader import reminders_of, turn_of
from skill.conversation.turn import CONSENT, ENDED, LAUNCH, Consent, Ending, Slot, Turn
from skill.rendering.speech import Speech
from skill.simulator.device import Device, DeviceSession
from skill.simulator.offline_alexa import OfflineAlexa

DEVICE: Final = Device("en-GB")

USER: Final = f"amzn1.ask.account.{DEVICE.user}"


SPEECH = Speech(LIBRARY)


def envelope(request: dict[str, Any], **session: Any) -> dict[str, Any]:  # noqa: ANN401 - a session's fields
    return DEVICE.envelope(request, DeviceSession("session", **session), MORNING)


def turn(request: dict[str, Any], **session: Any) -> Turn:  # noqa: ANN401 - a session's fields
    """Read *request*, in an envelope that is good."""
    return turn_from(envelope(request, **session))


def turn_from(found: dict[str, Any]) -> Turn:
    return turn_of(read(found), SPEECH, listener_key, None)


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
        {"name": "exercise", "value": " \t\u00a0"},
        {"name": "exercise", "value": 5},
        {"name": "exercise", "slotValue": {"type": "List", "values": []}},
        {"name": "exercise", "slotValue": {"type": "List", "values": [{"value": " "}, None]}},
        {"name": "exercise", "slotValue": {"type": "Simple"}},
        None,
        [],
    ],
    ids=str,
)
def test_a_slot_without_words_is_left_out(slot: object) -> None:
    request = intent("GoToExerciseIntent")
    request["intent"]["slots"] = {"exercise": slot}

    assert turn(request).slots == {}


def resolution(code: str, *ids: str) -> dict[str, Any]:
    values = [{"value": {"name": each, "id": each}} for each in ids]
    return {"authority": "test", "status": {"code": code}, "values": values}


MATCH: Final = "ER_SUCCESS_MATCH"

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
    "a code of next year": ([resolution("ER_SUCCESS_ALMOST", "a")], ""),
    "a code that is no text": ([{**resolution("", "a"), "status": {"code": []}}], ""),
    "a status that is no object": ([{**resolution("", "a"), "status": 5}], ""),
    "an id that is no text": ([{"status": {"code": MATCH}, "values": [{"value": {"id": 5}}]}], ""),
}


@pytest.mark.parametrize(("authorities", "expected"), RESOLVED.values(), ids=RESOLVED)
def test_a_slot_is_what_it_resolves_to(authorities: list[Any], expected: str) -> None:
    request = intent("GoToExerciseIntent", exercise=Slot("curls"))
    slot = request["intent"]["slots"]["exercise"]
    slot["resolutions"] = {"resolutionsPerAuthority": authorities}

    assert turn(request).slots == {"exercise": Slot("curls", expected)}


@pytest.mark.parametrize(
    "resolutions", [..., None, [], {}, {"resolutionsPerAuthority": 5}], ids=str
)
def test_a_slot_without_resolutions_keeps_its_words(resolutions: object) -> None:
    """Test consoles and failed look-ups send none."""
    request = intent("GoToExerciseIntent", exercise=Slot("curls", "toe_curls"))
    slot = request["intent"]["slots"]["exercise"]
    slot["resolutions"] = resolutions
    if resolutions is ...:
        del slot["resolutions"]

    assert turn(request).slots == {"exercise": Slot("curls")}


def test_a_slot_with_several_values_has_all_of_them() -> None:
    """A slot of a multiple-value type has no `value` of its own."""
    words = intent("LeaveOutIntent", a=Slot("curls", "toe_curls"), b=Slot("ankles"))
    values = list(words["intent"]["slots"].values())
    request = intent("LeaveOutIntent")
    several = {"type": "List", "values": [{"type": "Simple", "value": ""}, *values]}
    request["intent"]["slots"] = {"exercise": {"name": "exercise", "slotValue": several}}

    assert turn(request).slots == {"exercise": Slot("curls", "toe_curls", others=(Slot("ankles"),))}


@pytest.mark.parametrize("kind", ["Simple", "Composite", "SomethingOfNextYear", "", None, [], {}])
def test_a_slot_value_of_another_type_is_ignored(kind: object) -> None:
    request = intent("GoToExerciseIntent", exercise=Slot("curls", "toe_curls"))
    slot = request["intent"]["slots"]["exercise"]
    slot["slotValue"] = {"type": kind, "value": "x", "values": [{"value": "y"}]}

    assert turn(request).slots == {"exercise": Slot("curls", "toe_curls")}


@pytest.mark.parametrize("found", [None, [], "next", {"name": 5}, {"slots": []}, {}], ids=str)
def test_an_intent_of_another_form_is_one_without_name_and_slots(found: object) -> None:
    said = turn({"type": "IntentRequest", "intent": found})

    assert (said.intent, said.slots) == ("", {})


@pytest.mark.parametrize("ending", Ending)
def test_the_end_of_a_session_is_a_turn_with_its_reason(ending: Ending) -> None:
    said = turn(ended(ending.value), is_new=False)

    assert (said.intent, said.ending) == (ENDED, ending)


def test_only_the_end_of_a_session_has_a_reason() -> None:
    assert turn({"type": "LaunchRequest"}).ending is None
    assert turn(intent("AMAZON.NextIntent")).ending is None


@pytest.mark.parametrize("reason", [..., None, "", "SomethingOfNextYear", 5, ["ERROR"]], ids=str)
def test_an_end_without_a_reason_that_is_known_is_taken_for_an_error(reason: object) -> None:
    """Then nothing that was led counts as heard, which costs the least if it is wrong."""
    request = {"type": "SessionEndedRequest", "reason": reason}
    if reason is ...:
        del request["reason"]

    assert turn(request).ending is Ending.ERROR


@pytest.mark.parametrize(
    "error", [{"type": "SomethingOfNextYear", "message": "x"}, {"type": 5}, None, [], "x"], ids=str
)
def test_an_error_of_any_type_ends_a_session(error: object) -> None:
    request = {"type": "SessionEndedRequest", "reason": "ERROR", "error": error}

    assert turn(request).ending is Ending.ERROR


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        ("2026-01-05T07:30:00Z", MORNING),
        ("2026-01-05T07:30:00+00:00", MORNING),
        ("2026-01-05T08:30:00+01:00", MORNING),
        ("2026-01-05T07:30:00.250Z", MORNING + 250),
        ("2026-01-05T07:30:00", MORNING),
        (MORNING, MORNING),
        (MORNING + 0.75, MORNING),
        ("1970-01-01T00:00:00Z", 0),
        (0, 0),
        (-1, 0),
        ("1969-12-31T23:59:59Z", 0),
    ],
)
def test_a_stamp_is_milliseconds_since_1970(stamp: object, at: int) -> None:
    found = envelope({"type": "LaunchRequest"})
    found["request"]["timestamp"] = stamp

    assert turn_from(found).at == at


@pytest.mark.parametrize(
    "stamp",
    [
        *(..., None, "", "yesterday", "1767598200000", True, [], {}, 1e308, float("inf"), 2**53),
        *(float("nan"), "2026-13-45T99:99:99Z", "2026-01-05T07:30:00+99:99", "\ud800"),
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "request_part",
    [
        {"type": "LaunchRequest"},
        intent("AMAZON.NextIntent"),
        {"type": "SessionEndedRequest", "reason": "ERROR"},
    ],
    ids=lambda part: part["type"],
)
def test_a_turn_without_a_time_is_no_request(request_part: dict[str, Any], stamp: object) -> None:
    """How far a listener has come is counted by it; no server lets such a request in either."""
    found = envelope(request_part)
    found["request"]["timestamp"] = stamp
    if stamp is ...:
        del found["request"]["timestamp"]

    with pytest.raises(EnvelopeError, match="no time") as caught:
        read(found)
    assert caught.value.__cause__ is None


def test_a_stamp_is_exact_however_late_in_the_century() -> None:
    """No floating point on the way from a stamp to milliseconds."""
    for year in (2026, 2038, 2099):
        stamp = f"{year}-12-31T23:59:59.999Z"
        found = envelope({"type": "LaunchRequest"})
        found["request"]["timestamp"] = stamp
        whole = int(datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())

        assert turn_from(found).at == whole * 1000 + 999


# Who it is, and where.


def without(*path: str) -> dict[str, Any]:
    """Make a launch that lacks what stands under *path*."""
    found = envelope({"type": "LaunchRequest"})
    node = found
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return found


@pytest.mark.parametrize(
    "path",
    [("context",), ("context", "System"), ("context", "System", "user"), ("session", "user")],
    ids=".".join,
)
def test_the_user_stands_in_the_context_or_in_the_session(path: tuple[str, ...]) -> None:
    """Test consoles send no context, and events no session."""
    assert turn_from(without(*path)).listener == listener_key(USER)


def test_the_user_of_the_context_comes_first() -> None:
    found = envelope({"type": "LaunchRequest"})
    found["session"]["user"] = {"userId": "another"}

    assert turn_from(found).listener == listener_key(USER)


@pytest.mark.parametrize("user_id", [None, "", 5, ["x"], {}], ids=str)
def test_who_has_no_name_has_no_key(user_id: object) -> None:
    """Or all who have none would share one place."""
    found = envelope({"type": "LaunchRequest"})
    found["session"]["user"] = found["context"]["System"]["user"] = {"userId": user_id}

    assert turn_from(found).listener == ""


@pytest.mark.parametrize("session", [..., None, [1], "x", 5], ids=str)
def test_a_request_may_have_no_session(session: object) -> None:
    found = envelope({"type": "LaunchRequest"}) | {"session": session}
    if session is ...:
        del found["session"]
    said = turn_from(found)

    assert (said.new, said.attributes, said.listener) == (False, None, listener_key(USER))


@pytest.mark.parametrize("attributes", [None, [1], "x", 5], ids=str)
def test_attributes_that_are_no_object_are_none(attributes: object) -> None:
    found = envelope({"type": "LaunchRequest"})
    found["session"]["attributes"] = attributes

    assert turn_from(found).attributes == {}


@pytest.mark.parametrize("locale", [None, 5, ["en-US"]], ids=str)
def test_a_locale_that_is_no_text_is_empty(locale: object) -> None:
    found = envelope({"type": "LaunchRequest"})
    found["request"]["locale"] = locale

    assert turn_from(found).locale == ""


@pytest.mark.parametrize("person", [{"personId": "one"}, {"personId": "two"}, None, 5], ids=str)
def test_a_recognised_voice_makes_no_other_listener(person: object) -> None:
    """Alexa recognises a voice at one turn and not at the next; a place must not be lost by it."""
    found = envelope({"type": "LaunchRequest"})
    found["context"]["System"]["person"] = person

    assert turn_from(found).listener == listener_key(USER)


@pytest.mark.parametrize("key", ["apiAccessToken", "apiEndpoint"])
@pytest.mark.parametrize("value", [None, "", 5, []], ids=str)
def test_there_are_no_reminders_without_a_token_and_an_address(key: str, value: object) -> None:
    found = envelope({"type": "LaunchRequest"})
    services = OfflineAlexa()
    assert reminders_of(read(found), services)
    found["context"]["System"][key] = value

    assert reminders_of(read(found), services) is None


def test_there_are_no_reminders_without_services() -> None:
    assert reminders_of(read(envelope({"type": "LaunchRequest"})), None) is None


# Asking for the permission.


@pytest.mark.parametrize("consent", Consent)
def test_an_answer_to_alexas_question_is_a_turn(consent: Consent) -> None:
    payload = {"permissionScopes": [None, 5, {"status": consent.value}]}
    said = turn({"type": CONSENT, "payload": payload, "token": "back"})

    assert (said.intent, said.consent, said.token) == (CONSENT, consent, "back")


@pytest.mark.parametrize("payload", [None, 5, [], {"status": "LATER"}, {"status": []}], ids=str)
def test_an_answer_of_another_form_is_none(payload: object) -> None:
    said = turn({"type": CONSENT, "payload": payload, "token": 5})

    assert (said.intent, said.consent, said.token) == (CONSENT, None, "")
