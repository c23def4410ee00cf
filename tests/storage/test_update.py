"""A database that the skill of November 2026 made is read by the skill of today.

`database_of_2026_11.sql` is a dump of it: one listener did a routine, and the next day stopped in
the middle of another one, in which heel raises hurt. The state of a second one was set aside.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from turns import DAY, MORNING, Turns

from skill import app
from skill.listener.state import Asked
from skill.simulator.clock import Clock
from skill.storage.listener_key import SECRET_VARIABLE, ListenerKeys
from skill.storage.sqlite_store import SqliteStore

DUMP: Final = Path(__file__).with_name("database_of_2026_11.sql")
KEYS: Final = ListenerKeys({SECRET_VARIABLE: "a secret that is just long enough"}, Path("none"))
LISTENER: Final = KEYS.key("amzn1.ask.account.LISTENER")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "places.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text())
    return path


@pytest.fixture
def old(path: Path, clock: Clock) -> Iterator[SqliteStore]:
    store = SqliteStore(path, clock)
    yield store
    store.close()


@pytest.fixture
def turns(old: SqliteStore, clock: Clock) -> Turns:
    clock.move_on(2 * DAY)
    return Turns(app.build(old, KEYS.key), clock)


def test_place_pain_wishes_and_memory_are_found_again(turns: Turns, old: SqliteStore) -> None:
    there = turns.launch().attributes

    assert there["asked"] == Asked.GO_ON
    assert (there["exercise"], there["foot"], there["set"]) == ("ankle_circles", "right", 3)
    assert there["hurt"] == {"heel_raises": 3}
    assert there["wishes"] == {"minutes": 15, "level": "gentle"}
    assert there["memory"]["times"] == {"heel_raises": 1, "ankle_circles": 1}
    assert there["saved"] == 19
    kept = old.load(LISTENER)
    assert kept
    assert kept.version == 19


def test_the_history_is_found_again(old: SqliteStore) -> None:
    (session,) = old.sessions(LISTENER)

    assert session["at"] == MORNING + 15_000
    assert session["done"] == ["heel_raises", "ankle_circles"]


def test_what_was_set_aside_goes_with_its_listener(old: SqliteStore, path: Path) -> None:
    old.forget("spoilt")

    assert old.listeners() == (LISTENER,)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM set_aside").fetchall() == []
