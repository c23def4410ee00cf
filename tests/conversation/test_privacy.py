"""No log, no store and no session names the listener."""

import json
import logging
from collections.abc import Iterator

import pytest
from faulty_stores import FailingStore
from turns import (
    DAY,
    MORNING,
    SECOND,
    Heard,
    Turns,
    listener_key,
)
from visits import CORE, FORGET, GO_TO, YES, over

from skill.app import App
from skill.conversation.turn import Slot
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore
from skill.storage.store import Row, StoreError


def spoken_turns(turns: Turns) -> Iterator[Heard]:
    yield turns.launch()
    for name in (*CORE, FORGET, YES, "UnknownIntent"):
        yield turns.say(name, 7 * SECOND)
    yield turns.say(GO_TO, exercise=Slot("my elbow"))


def test_no_log_names_the_listener(
    clock: Clock, caplog: pytest.LogCaptureFixture, made: App
) -> None:
    """Be the store sound, broken or full of rubbish; be it at the most talkative level."""
    caplog.set_level(logging.DEBUG)
    broken = FailingStore(clock, StoreError("full"), "load", "save", "forget")
    buggy = FailingStore(clock, RuntimeError("a bug"), "load", "save")
    garbled = MemoryStore(clock)
    garbled.rows[listener_key("amzn1.ask.account.LISTENER")] = Row("{", 1, MORNING + DAY)
    for turns in (
        Turns(made, clock),
        over(broken, clock),
        over(buggy, clock),
        over(garbled, clock),
    ):
        assert list(spoken_turns(turns))
        turns.end("ERROR")

    assert caplog.records
    for secret in ("amzn1", "LISTENER", "LIVING-ROOM", turns.device.user, turns.device.name):
        assert secret not in caplog.text


def test_no_store_and_no_session_names_the_listener(turns: Turns, store: MemoryStore) -> None:
    for heard in spoken_turns(turns):
        assert "amzn1" not in json.dumps(heard.response)

    assert all("amzn1" not in f"{key}{row.state!r}" for key, row in store.rows.items())
