"""Responses are written as the SDK writes them."""

import json
import pkgutil
import warnings
from copy import deepcopy
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import ask_sdk_model as sdk
import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import ResponseEnvelope
from ears import ears_for
from hypothesis import given
from hypothesis import strategies as st
from project import SCRIPTS
from script import interfaces_of, replay_file
from shelves import usual_shelf
from turns import MORNING

from skill import app
from skill.alexa.response_json import PlainJson, to_json
from skill.language import library
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.simulator.offline_alexa import OfflineAlexa
from skill.simulator.stage import Stage
from skill.storage.memory_store import MemoryStore

SDKS = DefaultSerializer()


@cache
def models() -> tuple[Any, ...]:
    """Every model that the SDK has, by which it describes what can be sent."""
    with warnings.catch_warnings():
        # What Python says of the SDK's docstrings as it compiles them.
        warnings.simplefilter("ignore")
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


SHELF = usual_shelf()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_response_of_a_conversation_is_written_the_same(script: Path) -> None:
    locale = script.parent.name
    words = library.load().words(locale)
    ears = ears_for(words.language)
    answers: list[dict[str, Any]] = []

    def home() -> Stage:
        clock = Clock.stopped(MORNING)
        made = app.build(MemoryStore(clock), str, alexa_api=OfflineAlexa(), shelf=SHELF)

        def overheard(envelope: dict[str, Any]) -> dict[str, Any]:
            answers.append(made.converse(envelope))
            return answers[-1]

        def echo(room: str) -> Echo:
            device = Device(locale, room, interfaces=interfaces_of(room))
            return Echo(overheard, ears, clock, device, words.rate, SHELF.lengths)

        return Stage(clock, echo)

    replay_file(script, home, rewrite=False)

    assert answers
    for answer in answers:
        response = SDKS.deserialize(json.dumps(answer), ResponseEnvelope)
        assert to_json(response) == SDKS.serialize(response) == json.loads(json.dumps(answer))


class Anything(Enum):
    """An enumeration like the SDK's."""

    ONE = "one"


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(Anything)
    | st.datetimes()
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.data())
def test_any_model_of_the_sdk_is_written_the_same(data: st.DataObject) -> None:
    """Whatever its attributes hold, other models among it."""
    kind, other = (data.draw(st.sampled_from(models())) for _ in range(2))
    inner = filled(other, data, plain)
    value = filled(kind, data, plain | st.just(inner) | st.just([inner]) | st.just({"x": inner}))

    assert to_json(value) == SDKS.serialize(value)


def filled(kind: Any, data: st.DataObject, values: st.SearchStrategy[Any]) -> Any:  # noqa: ANN401 - the SDK has no type for its models
    made = kind.__new__(kind)
    for name in kind.deserialized_types:
        setattr(made, name, data.draw(values, label=name))
    return made


def test_a_moment_is_written_in_iso_8601() -> None:
    assert to_json([datetime(2026, 1, 5, 7, 30, tzinfo=UTC)]) == ["2026-01-05T07:30:00+00:00"]


def test_what_is_neither_a_model_nor_json_is_an_error() -> None:
    with pytest.raises(AttributeError):
        to_json({"x": object()})


def test_plain_json_is_neither_copied_nor_looked_through() -> None:
    """The SDK copies the session attributes for every request, by recursion."""
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    attributes = PlainJson(deep=deep)

    assert deepcopy(attributes) is attributes
    assert to_json(attributes) is attributes
