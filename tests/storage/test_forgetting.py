"""Forgetting is final: what another device carries from before it is never kept again."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from dynamo_server import TABLE, amazon_environment, running_dynamo
from plans import LIBRARY
from turns import SECOND, Turns, listener_key

from skill import app
from skill.conversation.turn import Slot
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.storage.dynamo_store import DynamoStore
from skill.storage.memory_store import MemoryStore
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import Store

pytestmark = pytest.mark.usefixtures("drawn_marks")

YES: Final = "AMAZON.YesIntent"
NEXT: Final = "AMAZON.NextIntent"
RAISES: Final = Slot("heel raises", "heel_raises")
LISTENER: Final = listener_key(f"amzn1.ask.account.{Device('en-US').user}")


@pytest.fixture(scope="module")
def dynamo() -> Iterator[str]:
    with running_dynamo() as url:
        yield url


@contextmanager
def dynamo_store(clock: Clock, url: str) -> Iterator[DynamoStore]:
    with pytest.MonkeyPatch.context() as environment:
        for name, value in amazon_environment(url).items():
            environment.setenv(name, value)
        with closing(DynamoStore(TABLE, clock)) as store:
            yield store


@pytest.fixture(params=["memory", "sqlite", "dynamo"])
def store(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore(clock)
    elif request.param == "sqlite":
        with closing(SqliteStore(tmp_path / "places.db", clock)) as made:
            yield made
    else:
        with dynamo_store(clock, request.getfixturevalue("dynamo")) as made:
            made.forget(LISTENER)  # of the test before
            yield made


def forgotten_beside(turns: Turns) -> tuple[Turns, Turns]:
    """One device has a routine with a pain and a set done, then the other says "forget me"."""
    there = turns.beside("KITCHEN")
    there.launch()
    there.say("StartRoutineIntent")
    there.say(NEXT, 330 * SECOND)
    there.say("PainIntent", SECOND, exercise=RAISES)
    there.say(YES, SECOND)
    turns.launch(SECOND)
    turns.say("ForgetMeIntent", SECOND)
    assert not turns.say(YES, SECOND).is_open
    return turns, there


def traces(attributes: dict[str, Any]) -> dict[str, Any]:
    """What of *attributes* tells of a routine that was led."""
    keys = ("done", "hurt", "pained", "started")
    found = {key: attributes[key] for key in keys if attributes.get(key)}
    memory = {**attributes.get("memory", {})}
    memory.pop("noticed", None)  # a new listener's wishes may be noticed too
    return found | memory


def kept(store: Store) -> dict[str, Any]:
    found = store.load(LISTENER)
    return found.state if found else {}


def test_the_next_turn_of_another_device_is_a_new_listeners(turns: Turns, store: Store) -> None:
    stranger = turns.beside("BEDROOM").say("WhereAmIIntent", SECOND)
    _, there = forgotten_beside(turns)
    heard = there.say("WhereAmIIntent", SECOND)

    assert heard.text == stranger.text
    assert traces(heard.attributes) == {}
    assert traces(kept(store)) == {}
    there.say("WhereAmIIntent", SECOND)
    assert traces(kept(store)) == {}


@pytest.mark.parametrize("turns_of_it", range(1, 8))
def test_it_joins_what_the_listener_began_meanwhile(
    turns: Turns, store: Store, turns_of_it: int
) -> None:
    """After as many turns as the device has had, and after fewer and more."""
    here, there = forgotten_beside(turns)
    here.launch(SECOND)
    for _ in range(turns_of_it - 1):
        here.say("MinutesIntent", SECOND, minutes=Slot("ten", "10"))
    before = kept(store)
    heard = there.say("WhereAmIIntent", SECOND)

    assert traces(heard.attributes) == traces(before) == traces(kept(store)) == {}
    assert heard.attributes["wishes"] == before["wishes"]


def test_the_end_of_its_session_keeps_nothing(turns: Turns, store: Store) -> None:
    _, there = forgotten_beside(turns)
    there.end("USER_INITIATED", SECOND)

    assert kept(store) == {}


def test_the_end_of_its_routine_is_no_part_of_a_history(turns: Turns, store: Store) -> None:
    _, there = forgotten_beside(turns)
    there.say("AMAZON.StopIntent", SECOND)

    assert store.sessions(LISTENER) == ()


@pytest.fixture
def turns(store: Store, clock: Clock) -> Turns:
    return Turns(app.build(store, listener_key, content=LIBRARY), clock)
