"""The planned serializer beside the SDK's own: the same results for whatever can be sent."""

import json
import pkgutil
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import ask_sdk_model as sdk
import pytest
from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import DialogState, Request, RequestEnvelope, ResponseEnvelope, Slot
from ask_sdk_model.services.reminder_management import AlertInfo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from project import SCRIPTS
from turns import MORNING

from skill import app
from skill.alexa.serializer import PlannedSerializer
from skill.language import library, phrases
from skill.rendering.speech import Limits
from skill.simulator.clock import Clock
from skill.simulator.echo import Device, Echo, Session
from skill.simulator.offline_alexa import OfflineAlexa
from skill.simulator.script import replay_file
from skill.simulator.stage import Stage
from skill.simulator.understanding import Understanding
from skill.storage.store import MemoryStore

SDKS = DefaultSerializer()
OURS = PlannedSerializer()
"""One for all tests: what it has planned before must make no difference."""


@cache
def models() -> tuple[type, ...]:
    """Every model that the SDK has."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # what Python says of the SDK's docstrings as it compiles them
        modules = [
            import_module(module.name)
            for module in pkgutil.walk_packages(sdk.__path__, "ask_sdk_model.")
        ]
    found = {
        each: None
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and hasattr(each, "deserialized_types")
    }
    return tuple(found)


def shape(value: object) -> object:
    """All that a value is made of, types too; of a moment, what it writes itself as."""
    if isinstance(value, list | tuple):
        return type(value), [shape(each) for each in value]
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, datetime):
        return datetime, value.isoformat()
    if hasattr(value, "deserialized_types"):
        return type(value), shape(vars(value))
    return type(value), repr(value)


def outcome(what: Callable[[], object]) -> object:
    """Give the shape of what comes out, or the kind of the exception."""
    try:
        return shape(what())
    except Exception as fault:  # noqa: BLE001 - whichever it is, both must have it
        return type(fault)


def assert_same(payload: str, kind: object) -> None:
    """Read *payload* as *kind* by both, and write what came out by both."""
    read = outcome(lambda: OURS.deserialize(payload, kind))

    assert read == outcome(lambda: SDKS.deserialize(payload, kind))
    if not isinstance(read, type):
        value = SDKS.deserialize(payload, kind)
        assert outcome(lambda: OURS.serialize(value)) == outcome(lambda: SDKS.serialize(value))


# What is really sent.


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_conversation_is_read_and_written_the_same(script: Path) -> None:
    locale = script.parent.name
    words = library.load().words(locale)
    ears = Understanding(phrases.load(words.language))
    sent: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def home() -> Stage:
        clock = Clock.stopped(MORNING)
        made = app.build(MemoryStore(clock), str, app.unverified, Limits(), OfflineAlexa())

        def overheard(envelope: dict[str, Any]) -> dict[str, Any]:
            answer = made.converse(envelope)
            sent.append((envelope, answer))
            return answer

        rate = words.ms_per_character
        return Stage(clock, lambda room: Echo(overheard, ears, clock, Device(locale, room), rate))

    replay_file(script, home, rewrite=False)

    assert sent
    for envelope, answer in sent:
        assert_same(json.dumps(envelope), RequestEnvelope)
        assert_same(json.dumps(answer), ResponseEnvelope)


# What could be sent.

odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
"""Any JSON."""

stamps = st.from_regex(
    r"\A\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d{1,9})?(Z|z|[+-]\d\d:?\d\d)?\Z"
) | st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z")

NATIVE = {
    "str": st.text(max_size=5),
    "int": st.integers() | st.text("0123456789 ", max_size=3),
    "float": st.floats() | st.integers() | st.just(10**400),
    "bool": st.booleans(),
    "datetime": stamps,
    "date": stamps,
    "object": odd,
}


@cache
def payloads(kind: object) -> st.SearchStrategy[Any]:
    """Make JSON for *kind*, a type in the SDK's spelling or a model: mostly of the right form."""
    return st.one_of(*[st.deferred(lambda: proper(kind))] * 7, st.none(), odd)


@cache
def proper(kind: object) -> st.SearchStrategy[Any]:
    if not isinstance(kind, str):
        return described(kind)
    if kind in NATIVE:
        return NATIVE[kind]
    if kind.startswith("list["):
        return st.lists(payloads(kind[5:-1]), max_size=2)
    if kind.startswith("dict("):
        return st.dictionaries(st.text(max_size=3), payloads(kind[10:-1]), max_size=2)
    try:
        return described(named(kind))
    except ModuleNotFoundError:  # the SDK names one that it does not have
        return odd


def described(model: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - the SDK has no type for its models
    if issubclass(model, Enum):
        return st.sampled_from([member.value for member in model])
    if not hasattr(model, "discriminator_value_class_map"):
        return fields(model)
    names = model.discriminator_value_class_map
    key = model.json_discriminator_key
    return st.sampled_from(sorted(names)).flatmap(
        lambda name: fields(named(names[name])).map(lambda made: made | {key: name})
    )


@cache
def fields(model: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - the SDK has no type for its models
    keys = {
        key: payloads(model.deserialized_types[attribute])
        for attribute, key in model.attribute_map.items()
    }
    strange = st.sampled_from([*model.attribute_map, "new", "é"])
    extra = st.one_of(*[st.just({})] * 5, st.dictionaries(strange, odd, max_size=2))
    return st.tuples(st.fixed_dictionaries({}, optional=keys), extra).map(
        lambda two: {**two[1], **two[0]}
    )


def named(name: str) -> type:
    module, _, model = name.rpartition(".")
    found: type = getattr(import_module(module), model)
    return found


many = settings(deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(payloads(RequestEnvelope))
def test_any_request_is_read_the_same(envelope: object) -> None:
    assert_same(json.dumps(envelope), RequestEnvelope)


@pytest.mark.parametrize("value", [{}, {"content": []}, [], "x", None])
def test_a_model_that_the_sdk_names_and_does_not_have_is_the_same_error(value: object) -> None:
    """`AlertInfo` does, in ask-sdk-model 1.82.0."""
    assert_same(json.dumps({"spokenInfo": value}), AlertInfo)


@many
@given(
    st.deferred(lambda: st.sampled_from(models())).flatmap(
        lambda model: st.tuples(st.just(model), payloads(model))
    )
)
def test_any_model_of_the_sdk_is_read_and_written_the_same(drawn: tuple[type, object]) -> None:
    model, payload = drawn

    assert_same(json.dumps(payload), model)


@many
@given(stamps | st.text(max_size=12))
def test_a_moment_is_the_same_however_it_is_written(stamp: str) -> None:
    assert_same(json.dumps(stamp), "datetime")


def test_a_moment_of_alexas_is_in_utc() -> None:
    read = OURS.deserialize('"2026-01-05T07:30:00Z"', "datetime")

    assert read == datetime(2026, 1, 5, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "{", "nul", '"\x00"', "[" * 100_000, "1e999", "NaN", "null", "5" * 5000]
)
@pytest.mark.parametrize("kind", [RequestEnvelope, "int", "float", "object"])
def test_any_text_is_read_the_same(text: str, kind: object) -> None:
    assert_same(text, kind)


def test_no_payload_is_no_value() -> None:
    assert OURS.deserialize(None, RequestEnvelope) is None


@pytest.mark.parametrize(
    "kind",
    [
        *("list[str]", "list[str, int]", "list[", "list[list[int]]", "list[dict(str, int)]"),
        *("dict(str, str)", "dict(str)", "dict(str, list[int])", "dict(str, dict(str, int))"),
        *("int", "long", "bool", "date", "datetime", "object", "no.such.Model", "nothing", ""),
        *(
            "ask_sdk_model.slot.Slot",
            "ask_sdk_model.dialog_state.DialogState",
            "list[ask_sdk_model.slot.X]",
        ),
        *(str, bytes, date, datetime, object, Slot, DialogState, Request, dict, 5),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "payload",
    [
        *(5, "5", 1.5, True, "", "x", [], ["x"], ["3", "4"], [None], [[1], []], {}, {"x": "3"}),
        *({"x": None}, {"x": [1]}, {"type": "LaunchRequest"}, {"type": None}, {"type": []}),
        *({"name": 5, "value": "x"}, "STARTED", "2026-01-05", "2026-01-05T07:30:00Z", [[["x"]]]),
    ],
    ids=json.dumps,
)
def test_any_type_is_understood_the_same(kind: object, payload: object) -> None:
    """However it is spelt, and whatever is sent for it."""
    assert_same(json.dumps(payload), kind)


# What the SDK has none of.


class Unmapped:
    """A model without names for the JSON."""

    deserialized_types: ClassVar = {"first": "str", "second": "int"}

    def __init__(self) -> None:
        self.first = "one"
        self.second = None


class Partly(Unmapped):
    """A model with a name for one of its attributes."""

    attribute_map: ClassVar = {"first": "First"}


class Twice(Unmapped):
    """A model with one name for two attributes."""

    attribute_map: ClassVar = {"first": "both", "second": "both"}


@pytest.mark.parametrize("model", [Unmapped, Partly, Twice])
@pytest.mark.parametrize("payload", ['{"first": 5}', '{"First": "x", "both": "7"}', '"first"'])
def test_an_irregular_model_is_left_to_the_sdk(model: type, payload: str) -> None:
    assert_same(payload, model)


@pytest.mark.parametrize(
    "value",
    [
        *(
            None,
            True,
            5,
            1.5,
            "x",
            b"x",
            (1, (2,)),
            [Decimal(5), Decimal("1.5")],
            DialogState.STARTED,
        ),
        *(date(2026, 1, 5), datetime(2026, 1, 5, tzinfo=UTC), {"x": None}, {1: {"y": [None]}}),
        *(Unmapped(), Slot(name="x"), object(), Decimal("Infinity"), {Slot: Slot()}),
    ],
    ids=repr,
)
def test_any_value_is_written_the_same(value: object) -> None:
    written = outcome(lambda: OURS.serialize(value))

    assert written == outcome(lambda: SDKS.serialize(value))


@pytest.mark.parametrize("key", ["__dict__", "__class__", "__init__"])
def test_a_name_that_python_keeps_for_itself_is_refused(key: str) -> None:
    """The SDK sets what it does not know as an attribute, whatever that then overwrites."""
    payload = json.dumps({"application": {"applicationId": "a", key: {}}})

    with pytest.raises(SerializationException, match="keeps for itself"):
        OURS.deserialize(payload, sdk.Session)


# How it is done.


def test_no_class_of_the_sdks_is_changed() -> None:
    def tables() -> list[tuple[dict[str, str], dict[str, str]]]:
        return [deepcopy((each.attribute_map, each.deserialized_types)) for each in models()]  # type: ignore[attr-defined] # all models have them

    before = tables()
    serializer = PlannedSerializer()
    for model in models():
        with suppress(SerializationException):
            serializer.serialize(serializer.deserialize("{}", model))

    assert tables() == before


def test_threads_may_share_one_that_has_planned_nothing_yet() -> None:
    payload = json.dumps(
        Device("en-US").envelope({"type": "LaunchRequest"}, Session("session"), MORNING)
    )
    right = shape(SDKS.deserialize(payload, RequestEnvelope))
    serializer = PlannedSerializer()
    start = threading.Barrier(8)
    found: list[object] = []

    def read() -> None:
        start.wait()
        found.append(shape(serializer.deserialize(payload, RequestEnvelope)))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [right] * 8


def test_only_what_is_wanted_of_a_model_is_read() -> None:
    """The rest is as if it had not been sent: not even held to its type."""
    payload = '{"new": "neither", "sessionId": "s", "strange": 1}'
    made = PlannedSerializer({sdk.Session: {"session_id"}}).deserialize(payload, sdk.Session)

    assert (made.session_id, made.new, made.strange) == ("s", None, 1)


def test_session_attributes_are_not_copied() -> None:
    """The SDK copies them for every request; nobody changes them here."""
    made = OURS.deserialize('{"attributes": {"foot": {"is": ["left"]}}}', sdk.Session)

    assert deepcopy(made.attributes) is made.attributes
    assert OURS.serialize(made.attributes) is made.attributes
