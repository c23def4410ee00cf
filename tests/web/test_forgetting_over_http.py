"""Forgetting, copying and moving what a running server keeps."""

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any, Final

import pytest
from home_server import MORNING, Listener, an_echo, unverified
from running import Running, serving, wait_until
from size import of
from traces import content

from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.storage.listener_key import ListenerKeys

LONG_MS: Final = 330_000
"""Longer than any speech."""

LEAVERS: Final = of(6, 200)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with serving(unverified(tmp_path), tmp_path) as running:
        yield running


def opened(running: Running, user: str, room: str = "SUPPORT") -> Echo:
    """A device on which *user* has begun a routine, with a set done."""
    clock = Clock.stopped(MORNING)
    echo = an_echo(running.converse, clock, user, room)
    for phrase in ("open my foot routine", "start", "next"):
        echo.say(phrase)
        clock.move_on(LONG_MS)
    return echo


def key_of(folder: Path, user: str) -> bytes:
    """What the rows of *user* are found by."""
    account = f"amzn1.ask.account.{Device('en-US', user=user).user}"
    return ListenerKeys({}, folder / "listener.key").key(account).encode()


def everything(folder: Path) -> bytes:
    """All bytes of the database, its log and its shared memory."""
    return content(folder.glob("places.db*"))


def is_told(server: Running) -> bool:
    """The log says that something forgotten could not be overwritten at once."""
    return any("stays in the log" in line["message"] for line in server.log())


def states(folder: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(folder / "places.db", timeout=60)) as connection:
        return [json.loads(state) for (state,) in connection.execute("SELECT state FROM kept")]


def test_forgotten_is_forgotten_beside_an_open_session_of_another_device(
    server: Running, tmp_path: Path
) -> None:
    kitchen = opened(server, "BOTH", "KITCHEN")
    kitchen.say("my heel hurts")
    (before,) = states(tmp_path)
    assert before["done"]
    bedroom = an_echo(server.converse, Clock.stopped(MORNING), "BOTH", "BEDROOM")
    for phrase in ("open my foot routine", "forget me", "yes"):
        bedroom.say(phrase)
    assert states(tmp_path) == []

    for phrase in ("next", "where am i", "stop"):
        kitchen.say(phrase)
        for state in states(tmp_path):
            assert not state["done"]
            assert not state["hurt"]
            assert not state["pained"]
            assert set(state["memory"]) <= {"noticed"}


def test_no_trace_is_left_while_six_others_talk(server: Running, tmp_path: Path) -> None:
    """Where others keep the log from being emptied, that is logged, and done right after."""
    over = Event()

    def talk(user: str) -> None:
        echo = opened(server, user)
        while not over.is_set():
            echo.say("next")
            if not echo.is_open:
                echo = opened(server, user)

    with ThreadPoolExecutor(6) as threads:
        talking = [threads.submit(talk, f"TALKER{number}") for number in range(6)]
        try:
            for number in range(LEAVERS):
                leaver = opened(server, f"LEAVER{number}")
                key = key_of(tmp_path, f"LEAVER{number}")
                assert key in everything(tmp_path)
                for phrase in ("forget me", "yes"):
                    leaver.say(phrase)
                if key in everything(tmp_path):
                    wait_until(lambda: is_told(server))
                wait_until(lambda: key not in everything(tmp_path))  # noqa: B023 - waited for at once
        finally:
            over.set()
    for each in talking:
        each.result()


def test_no_trace_is_left_once_another_program_has_done_reading(
    server: Running, tmp_path: Path
) -> None:
    leaver = opened(server, "LEAVER")
    key = key_of(tmp_path, "LEAVER")
    with closing(sqlite3.connect(tmp_path / "places.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM kept").fetchall()
        for phrase in ("forget me", "yes"):
            leaver.say(phrase)
        wait_until(lambda: is_told(server))
        reader.execute("COMMIT")

    wait_until(lambda: key not in everything(tmp_path))


def test_no_trace_is_left_after_a_kill(server: Running, tmp_path: Path) -> None:
    leaver = opened(server, "LEAVER")
    key = key_of(tmp_path, "LEAVER")
    for phrase in ("forget me", "yes"):
        leaver.say(phrase)
    for worker in server.workers():
        os.kill(worker, signal.SIGKILL)
    server.stop(signal.SIGKILL)

    assert key not in everything(tmp_path)


@pytest.mark.parametrize("take", [shutil.copy, shutil.move], ids=["copied", "moved"])
def test_a_database_taken_from_a_running_server_has_all_turns_but_those_of_a_second(
    server: Running, tmp_path: Path, take: Callable[[Path, Path], object]
) -> None:
    place = Listener(server).says("start", "next", "next")
    log = tmp_path / "places.db-wal"
    wait_until(lambda: not content([log]))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    take(tmp_path / "places.db", elsewhere / "places.db")
    shutil.copy(tmp_path / "listener.key", elsewhere)
    with serving(unverified(elsewhere), elsewhere) as other:
        assert Listener(other).says() == place
