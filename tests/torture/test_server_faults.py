"""Faults injected for real into the server as it runs: killed, without disk, locked out."""

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from io import RawIOBase
from pathlib import Path
from typing import Any, Final

import pytest
from home_server import unverified, with_limits
from household import NEXT, Listener, LostError
from running import Running, is_alive, serving, wait_until
from size import LONG, of
from turns import MORNING, intent, listener_key

from skill.app import App
from skill.language.library import load
from skill.listener.codec import decode
from skill.listener.state import Asked
from skill.routine.planner import plan
from skill.routine.progress import Phase
from skill.storage.listener_key import ListenerKeys
from skill.storage.memory_store import MemoryStore
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import KEEP_MS, SAVES, Row, encode

ROUNDS: Final = of(4, 60)
ANSWER_S: Final = 8.0
"""Alexa waits no longer (docs/torture.md, "a turn is bounded")."""

UNKEPT: Final = "the place is kept in the session only"
UNREAD: Final = "the stored place cannot be read"
UNTOLD: Final = "the session is missing in the history"
"""What the log says of a store that cannot be used."""

PLACE: Final = ("exercise", "foot", "set", "done")

WHERE: Final = intent("WhereAmIIntent")
LIBRARY: Final = load()


def kept(folder: Path, user: str) -> tuple[int, dict[str, Any]]:
    """Read version and state of *user*'s row, as the skill would."""
    key = ListenerKeys({}, folder / "listener.key").key(Listener(user, 0).account)
    with closing(SqliteStore(folder / "places.db", lambda: time.time_ns() // 1_000_000)) as store:
        found = store.load(key)
    return (found.version, found.state) if found else (0, {})


def is_sound(database: Path) -> bool:
    """Every page is whole, nothing was set aside, and every state is one the skill wrote."""
    with closing(sqlite3.connect(database)) as connection:
        (whole,) = connection.execute("PRAGMA integrity_check").fetchone()
        (aside,) = connection.execute("SELECT count(*) FROM set_aside").fetchone()
        rows = connection.execute("SELECT state FROM kept").fetchall()
    words = LIBRARY.words("en-US")
    for (state,) in rows:
        decode(json.loads(state), LIBRARY.routine, lambda each: plan(LIBRARY.routine, each, words))
    return (whole, aside) == ("ok", 0)


@contextmanager
def under_load(listeners: list[Listener]) -> Iterator[None]:
    """Let every listener go on, turn after turn, until the block ends or the server does."""
    over = threading.Event()

    def lead(listener: Listener) -> None:
        try:
            while not over.is_set():
                listener.go_on()
        except LostError:
            return  # the server is gone

    with ThreadPoolExecutor(len(listeners)) as clients:
        led = [clients.submit(lead, listener) for listener in listeners]
        try:
            yield
        finally:
            over.set()
            for each in led:
                each.result()


def none_alive(pids: set[int]) -> bool:
    return not any(map(is_alive, pids))


def turns_of(listeners: list[Listener]) -> int:
    return sum(listener.turns for listener in listeners)


def after_it(listener: Listener, made: App, store: MemoryStore) -> dict[str, Any]:
    """What the last turn leaves in a store that holds what was acknowledged before it."""
    key, before = listener_key(listener.account), listener.acknowledged
    store.rows.clear()
    if before:
        store.rows[key] = Row(encode(before), before["saved"], MORNING + KEEP_MS)
    made.converse(json.loads(listener.sent))
    state = store.rows[key].state
    assert isinstance(state, str)
    after: dict[str, Any] = json.loads(state)
    return after


def comes_back(listener: Listener, folder: Path) -> None:
    """Open the skill again: it offers the place that is in the store, or else a new routine."""
    _, before = kept(folder, listener.user)
    listener.is_open = False
    listener.go_on()
    after = listener.acknowledged

    assert (after["asked"] == Asked.GO_ON) is (before["phase"] in {Phase.LEADING, Phase.PAUSED})
    if after["asked"] == Asked.GO_ON:
        assert {name: after[name] for name in PLACE} == {name: before[name] for name in PLACE}


def kill_9(server: Running, workers: set[int]) -> None:
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    wait_until(partial(none_alive, workers))


def test_kill_9_under_load_loses_no_acknowledged_turn(
    tmp_path: Path, made: App, store: MemoryStore
) -> None:
    """What a device was answered is in the store, or the one turn after it; no row is corrupt.

    That turn was handled, but the server was killed before it could answer.
    """
    seed = random.randrange(2**32)  # noqa: S311 - moments, not secrets
    print(f"seed {seed}")  # noqa: T201 - shown where the test fails
    chance = random.Random(seed)  # noqa: S311 - the same
    listeners = [Listener(f"KILLED-{number}", 0) for number in range(4)]
    for _ in range(ROUNDS):
        with serving(unverified(tmp_path), tmp_path) as server:
            workers = server.workers()
            for listener in listeners:
                listener.port = server.port
                if listener.turns:
                    comes_back(listener, tmp_path)
            until = turns_of(listeners) + chance.randrange(5, 100)
            with under_load(listeners):
                wait_until(lambda: turns_of(listeners) >= until)  # noqa: B023 - waited for at once
                kill_9(server, workers)

        assert is_sound(tmp_path / "places.db")
        for listener in listeners:
            version, state = kept(tmp_path, listener.user)
            saved = listener.acknowledged.get("saved", 0)
            first = not saved and version % SAVES == 1  # of a row whose mark is drawn
            assert first or version in {saved, saved + 1}
            if version > saved:
                assert state == after_it(listener, made, store)
            elif version:
                assert state == {**listener.acknowledged, "saved": state["saved"]}


def test_a_farewell_that_was_kept_but_not_heard_has_ended_the_routine(tmp_path: Path) -> None:
    """The server is killed after the last turn is in the store: nothing is led a second time."""
    listener = Listener("UNANSWERED", 0)
    with serving(unverified(tmp_path), tmp_path) as server:
        listener.port = server.port
        workers = server.workers()
        while len(listener.acknowledged.get("done", {})) < len(LIBRARY.routine.ids) - 1:
            listener.go_on()
        saved = listener.acknowledged["saved"]
        with closing(listener.line()) as line:
            listener.send(NEXT, line)
            wait_until(lambda: kept(tmp_path, listener.user)[0] > saved)
            kill_9(server, workers)

    assert listener.acknowledged["phase"] == Phase.LEADING
    _, state = kept(tmp_path, listener.user)
    assert state["phase"] == Phase.DONE
    assert state["memory"]["sessions"] == 1
    with serving(unverified(tmp_path), tmp_path) as server:
        listener.port = server.port
        comes_back(listener, tmp_path)

    assert listener.acknowledged["phase"] == Phase.READY
    assert listener.acknowledged["memory"] == state["memory"]


@contextmanager
def files_no_longer_than(most: int, pids: set[int]) -> Iterator[None]:
    """Let no file of these processes grow past *most* bytes."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
    yield
    for pid, limits in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def fill(hog: RawIOBase) -> None:
    while True:
        hog.write(b"\0" * 512)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Leave not a byte in the file system of *folder*."""
    wait_until(lambda: (folder / "places.db-wal").stat().st_size == 0)  # or it makes room later
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as hog, pytest.raises(OSError, match="No space"):
        fill(hog)
    yield
    filler.unlink()


def errors(server: Running) -> set[str]:
    """What it has logged of faults."""
    return {line["message"] for line in server.log() if line["level"] == "error"}


def led_through_a_fault(
    server: Running, folder: Path, listener: Listener, fault: Callable[[], Any]
) -> None:
    """The routine goes on from the session; afterwards the place is in the store again."""
    listener.go_on()
    listener.go_on()
    times = list[float]()
    with fault():
        for turn in range(of(2, 12)):
            place = listener.acknowledged["exercise"], listener.acknowledged["phase"]
            began = time.monotonic()
            listener.go_on()
            times.append(time.monotonic() - began)
            if not listener.is_open:
                break
            moved = listener.acknowledged["exercise"], listener.acknowledged["phase"]
            assert turn == 0 or moved != place
        wait_until(lambda: UNKEPT in errors(server))
    assert min(times) < ANSWER_S  # each waits for the store, not for the machine
    assert errors(server) <= {UNKEPT, UNREAD, UNTOLD}

    def is_kept_again() -> bool:
        listener.ask(WHERE)
        version, state = kept(folder, listener.user)
        parts = ("exercise", "done")
        return version == listener.acknowledged["saved"] and all(
            state[part] == listener.acknowledged[part] for part in parts
        )

    wait_until(is_kept_again)
    wait_until(lambda: server.ask("GET", "/health").status == 200)
    assert is_sound(folder / "places.db")


def test_files_that_may_not_grow_cost_no_turn(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a disk that is full."""
    log = tmp_path / "places.db-wal"
    with serving(with_limits(tmp_path), tmp_path) as server:
        listener = Listener("LIMITED", server.port)
        listener.go_on()
        with closing(sqlite3.connect(tmp_path / "places.db", isolation_level=None)) as reader:
            # While it reads, the log of the database is not emptied, and outgrows the server's.
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM kept").fetchone()
            for _ in range(3):
                listener.go_on()
            listener.is_open = False

            def limit() -> Any:  # noqa: ANN401 - a context manager's own type
                assert log.stat().st_size > 4 * server.errors.stat().st_size
                return files_no_longer_than(log.stat().st_size, server.workers())

            led_through_a_fault(server, tmp_path, listener, limit)


def test_a_disk_that_is_full_costs_no_turn(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603 - a disk of our own
        pytest.skip("only root may mount a disk to fill, and not everywhere")
    try:
        with serving(with_limits(disk), tmp_path) as server:
            led_through_a_fault(server, disk, Listener("FULL", server.port), lambda: full(disk))
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)  # noqa: S603, S607 - the same


LOCKER: Final = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE") if sys.argv[2] == "all" else None
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(database: Path, how: str) -> Iterator[None]:
    """Have another process hold the database, until the block ends."""
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", LOCKER, str(database), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as locker:
        assert locker.stdout
        assert locker.stdout.readline() == b"locked\n"
        yield
        locker.communicate()


@pytest.mark.parametrize("how", ["writing"])
def test_a_database_that_another_process_holds_costs_no_turn(tmp_path: Path, how: str) -> None:
    with serving(with_limits(tmp_path), tmp_path) as server:
        listener = Listener("LOCKED", server.port)

        led_through_a_fault(server, tmp_path, listener, lambda: locked(tmp_path / "places.db", how))


def test_the_machines_clock_set_back_loses_no_place(tmp_path: Path) -> None:
    """A store that was written in the future is read, kept and written over as any other."""
    clock = 1_800_000_000_000
    with closing(SqliteStore(tmp_path / "places.db", lambda: clock)) as store:
        version = store.save("listener", {"step": 1}, 0)
        for step, back in enumerate((3_600_000, 86_400_000, 300 * 86_400_000), 2):
            clock -= back
            found = store.load("listener")
            assert found is not None
            assert found.state == {"step": step - 1}
            version = store.save("listener", {"step": step}, version)
        clock += 301 * 86_400_000

        assert store.load("listener") is not None


def test_the_long_run_is_longer() -> None:
    assert (of(1, 2) == 2) is LONG
