"""How the server ends, and what is left of it; with real processes and signals."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from home_server import SECOND, Listener, unverified
from running import NEXT_PORTS, STOP_SECONDS, is_alive, is_read, serving, wait_until

HALF: Final = b"POST /alexa HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{"
"""The server here waits for the rest, and for what is under way at its stop, as long as it takes:
that a test ends shows that nobody waited for a time limit."""

ALONE: Final = ("--workers", "1")
"""For a test of a signal: another worker may still be starting, when it hears none."""


@pytest.mark.parametrize(
    ("send", "by"),
    [(os.kill, signal.SIGTERM), (os.killpg, signal.SIGINT)],
    ids=["SIGTERM", "SIGINT"],
)
def test_a_request_under_way_is_answered_before_the_server_stops(
    send: Callable[[int, signal.Signals], None], by: signal.Signals, tmp_path: Path
) -> None:
    """SIGINT goes to the workers too, as from a terminal."""
    with serving([*unverified(tmp_path), *ALONE], tmp_path) as running:
        (busy,) = running.workers(1)
        with running.socket() as wire:
            wire.sendall(HALF)
            wait_until(lambda: is_read(running.port))
            send(running.process.pid, by)
            wait_until(lambda: any("signal" in line["message"] for line in running.log()))
            wire.sendall(b"}")
            answer = wire.makefile("rb").read()
        status = running.process.wait(STOP_SECONDS)
        last = [line["message"] for line in running.log() if line["pid"] == busy][-2:]

    assert last == ["request", f"Worker exiting (pid: {busy})"]
    assert answer.startswith(b"HTTP/1.1 400 Bad Request")
    assert b"envelope: " in answer
    assert status == 0
    assert not is_alive(busy)


def test_another_ctrl_c_does_not_wait_for_requests(tmp_path: Path) -> None:
    server = serving([*unverified(tmp_path), *ALONE], tmp_path)
    with server as running, running.socket() as wire:
        wire.sendall(HALF)
        wait_until(lambda: is_read(running.port))
        os.killpg(running.process.pid, signal.SIGINT)
        wait_until(lambda: any("signal" in line["message"] for line in running.log()))
        (busy,) = running.workers(1)
        os.killpg(running.process.pid, signal.SIGINT)
        wait_until(lambda: _has_ended_by_ctrl_c(busy))
        status = running.process.wait(STOP_SECONDS)
        answer = wire.makefile("rb").read()

    assert status == 0
    assert b"body: " not in answer, "it was waited for, and refused in the end"


def _has_ended_by_ctrl_c(worker: int) -> bool:
    """Press it again if need be: a process that has not yet seen one sees two as one."""
    deadline = time.monotonic() + 1
    while is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    if not is_alive(worker):
        return True
    with suppress(ProcessLookupError):
        os.kill(worker, signal.SIGINT)
    return False


def test_it_can_be_started_again_right_after_a_stop(tmp_path: Path) -> None:
    """Though the kernel still remembers connections of the one before, which closed them."""
    with serving(unverified(tmp_path), tmp_path) as running:
        with running.socket() as wire:
            wire.sendall(b"GET /health HTTP/1.0\r\n\r\n")
            first = wire.makefile("rb").read()
        running.stop()
    with serving(unverified(tmp_path), tmp_path, port=running.port) as again:
        second = again.ask("GET", "/health")

    assert first.startswith(b"HTTP/1.1 200 OK")
    assert second.status == 200


def test_workers_do_not_outlive_a_server_that_is_killed(tmp_path: Path) -> None:
    with serving(unverified(tmp_path), tmp_path) as running:
        workers = running.workers()
        running.stop(signal.SIGKILL)
        wait_until(lambda: not any(map(is_alive, workers)))


def test_a_worker_that_is_killed_is_replaced_and_the_place_is_still_there(tmp_path: Path) -> None:
    with serving(unverified(tmp_path), tmp_path) as running:
        place = Listener(running).says("start", "next")
        before = running.workers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(map(is_alive, before)))
        after = running.workers()
        again = Listener(running).says()

    assert again == place == SECOND
    assert not before & after


STOPPED_AT_ITS_START: Final = """
import os, signal, sys, time
from skill.web import server

async def nothing(scope, receive, send):
    raise AssertionError("nobody asks")

def stop():
    os.kill(os.getppid(), signal.SIGTERM)
    deadline = time.monotonic() + 60
    while signal.SIGTERM not in signal.sigpending() and time.monotonic() < deadline:
        time.sleep(0.01)

server.STOP_SECONDS = 600
server.serve(nothing, "127.0.0.1", int(sys.argv[1]), workers=2, in_worker=stop)
"""


def test_a_worker_that_is_just_starting_hears_that_the_server_stops(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    with errors.open("wb") as written:
        command = [sys.executable, "-c", STOPPED_AT_ITS_START, str(next(NEXT_PORTS))]
        process = subprocess.Popen(command, stderr=written, start_new_session=True)  # noqa: S603 - our own script
        try:
            status = process.wait(STOP_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    log = [json.loads(line) for line in errors.read_text().splitlines()]

    assert status == 0
    assert {line["level"] for line in log} == {"info"}
    assert sum(line["message"].startswith("Worker exiting") for line in log) == 2
