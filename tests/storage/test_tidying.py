"""Over the wire: time limits hold where nobody talks, and a lost secret is noticed."""

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from home_server import Listener, unverified
from in_process import run_here
from project import SUPPORT
from running import run, serving, wait_until
from traces import content

from skill.storage.months import KEEP_MONTHS_MS
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import KEEP_MS, PASSING_MS

SERVER: Final = """
import sys
from pathlib import Path
from skill import home
from skill.storage import tidying
from skill.terminal import cli

sys.path.append(sys.argv.pop(1))
import patient

patient.lift_limits()
moved, real = Path(sys.argv.pop(1)), home.now
home.now = lambda: real() + int(moved.read_text())
tidying.LOOK_S = 0.02
cli.main()
"""
"""The command, with a clock that is as many ms ahead as a file says."""


def everything(folder: Path) -> bytes:
    """All bytes in the database, its log and its shared memory."""
    return content(folder.glob("places.db*"))


def rows(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / "places.db", timeout=60)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own tables


@pytest.fixture
def moved(tmp_path: Path) -> Callable[[int], object]:
    """Sets how many ms the clock of the server is ahead."""
    file = tmp_path / "moved"

    def move(ms: int) -> None:
        draft = tmp_path / "draft"
        draft.write_text(str(ms))
        draft.replace(file)

    move(0)
    return move


def command(folder: Path) -> list[str | Path]:
    return unverified(folder, [sys.executable, "-c", SERVER, SUPPORT, folder / "moved"])


def test_time_limits_hold_without_a_turn(tmp_path: Path, moved: Callable[[int], object]) -> None:
    with serving(command(tmp_path), tmp_path) as server:
        listener = Listener(server)
        listener.says("start", "I fainted")
        assert b'"unwell":true' in everything(tmp_path)
        moved(PASSING_MS + 60_000)
        wait_until(lambda: b"unwell" not in everything(tmp_path))
        assert rows(tmp_path, "kept") == 1

        moved(KEEP_MS + 60_000)
        wait_until(lambda: rows(tmp_path, "kept") == 0)
        assert rows(tmp_path, "session") == 0
        moved(KEEP_MONTHS_MS + 120_000)
        wait_until(lambda: rows(tmp_path, "month") == 0)


def test_a_start_deletes_what_was_kept_too_long(
    tmp_path: Path, moved: Callable[[int], object]
) -> None:
    with serving(unverified(tmp_path), tmp_path) as server:
        Listener(server).says("start", "I fainted")
    moved(PASSING_MS + 60_000)
    with serving(command(tmp_path), tmp_path):
        assert b"unwell" not in everything(tmp_path)
        assert rows(tmp_path, "kept") == 1
    moved(KEEP_MS + 60_000)
    with serving(command(tmp_path), tmp_path):
        assert rows(tmp_path, "kept") == 0


def test_a_state_set_aside_loses_it_too(tmp_path: Path) -> None:
    clock = [1_800_000_000_000]
    with closing(SqliteStore(tmp_path / "places.db", lambda: clock[0])) as store:
        store.save("odd", {"unwell": True, "version": 0}, 0)
        store.set_aside("odd", "no state of a known version")
        clock[0] += PASSING_MS - 1
        store.tidy()
        assert b"unwell" in everything(tmp_path)
        clock[0] += 1
        store.tidy()

        assert b"unwell" not in everything(tmp_path)
        assert rows(tmp_path, "set_aside") == 1


def lost(key: Path) -> None:
    key.unlink()


def short(key: Path) -> None:
    key.write_bytes(b"short")


def foreign(key: Path) -> None:
    key.write_bytes(os.urandom(32))


SPOILT: Final = (lost, short, foreign)


def test_another_key_than_the_databases_stops_the_start(tmp_path: Path) -> None:
    """And is told by /health where it happens under a running server, whose workers still agree."""
    key = tmp_path / "listener.key"
    with serving(unverified(tmp_path), tmp_path) as server:
        listener = Listener(server)
        there = listener.says("start", "next")
        secret = key.read_bytes()
        for spoil in SPOILT:
            logged = len(server.log())
            spoil(key)
            health = server.ask("GET", "/health")
            assert health.status == 503, spoil
            assert json.loads(health.text)["store"] == "fault"
            wait_until(
                lambda: any(KEY_IN_LOG in line["message"] for line in server.log()[logged:])  # noqa: B023 - waited for at once
            )
            for _ in range(6):
                assert listener.says("where am I") == there, spoil
            key.write_bytes(secret)
            assert server.ask("GET", "/health").status == 200
    for spoil in SPOILT:
        spoil(key)
        left = key.read_bytes() if key.exists() else None
        for refused in (
            run("serve", "--unverified", "--db", tmp_path / "places.db"),
            run_here("talk", "--db", tmp_path / "places.db"),
        ):
            assert refused.returncode == 1, spoil
            (line,) = refused.stderr.splitlines()
            assert line.startswith("Error: ")
            assert "put listener.key" in line
        assert left == (key.read_bytes() if key.exists() else None)

    key.write_bytes(secret)
    with serving(unverified(tmp_path), tmp_path) as server:
        assert Listener(server).says("where am I") == there


KEY_IN_LOG: Final = "listener.key"


def test_a_database_without_a_fingerprint_takes_that_of_its_next_start(tmp_path: Path) -> None:
    with serving(unverified(tmp_path), tmp_path) as server:
        there = Listener(server).says("start", "next")
    with closing(sqlite3.connect(tmp_path / "places.db")) as connection, connection:
        connection.executescript("DROP TABLE secret; DROP TABLE month")
        connection.execute("PRAGMA user_version = 2")
    with serving(unverified(tmp_path), tmp_path) as server:
        assert Listener(server).says("where am I") == there
    foreign(tmp_path / "listener.key")

    assert run("serve", "--unverified", "--db", tmp_path / "places.db").returncode == 1


def test_a_key_that_is_missing_beside_an_empty_database_is_made(tmp_path: Path) -> None:
    with serving(unverified(tmp_path), tmp_path):
        assert len((tmp_path / "listener.key").read_bytes()) == 32
    (tmp_path / "listener.key").unlink()
    with serving(unverified(tmp_path), tmp_path) as server:
        Listener(server).says("start")
        assert rows(tmp_path, "kept") == 1
