"""How the server ends, and what is left of it; with real processes and signals."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from home_server import SECOND, Listener, unverified
from running import is_alive, serving, wait_until

from skill.web.endpoint import RECEIVE_SECONDS


@pytest.mark.parametrize(
    ("send", "by"),
    [(os.kill, signal.SIGTERM), (os.killpg, signal.SIGINT)],
    ids=["SIGTERM", "SIGINT"],
)
def test_a_request_under_way_is_answered_before_the_server_stops(
    send: Callable[[int, signal.Signals], None], by: signal.Signals, tmp_path: Path
) -> None:
    """SIGINT goes to the workers too, as from a terminal."""
    with serving(unverified(tmp_path), tmp_path) as running:
        workers = running.workers()
        began = time.monotonic()
        with running.socket() as wire:
            wire.sendall(b"POST /alexa HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{")
            wait_until(lambda: _has_read(running.port))
            send(running.process.pid, by)
            (busy,) = running.workers(1)  # the idle one has gone
            wire.sendall(b"}")
            answer = wire.makefile("rb").read()
        status = running.process.wait(10)
        last = [line["message"] for line in running.log() if line["pid"] == busy][-2:]

    assert last == ["request", f"Worker exiting (pid: {busy})"]
    assert answer.startswith(b"HTTP/1.1 400 Bad Request")
    assert b"envelope: " in answer
    assert status == 0
    assert time.monotonic() - began < 8
    assert not any(map(is_alive, workers))


def _has_read(port: int) -> bool:
    """Tell whether the server has taken all that was sent: nothing waits at its sockets."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    waiting = [row[4] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "01"]
    return bool(waiting) and all(queue.endswith(":00000000") for queue in waiting)


def test_a_second_ctrl_c_does_not_wait_for_requests(tmp_path: Path) -> None:
    with serving(unverified(tmp_path), tmp_path) as running, running.socket() as wire:
        wire.sendall(b"POST /alexa HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{")
        wait_until(lambda: _has_read(running.port))
        os.killpg(running.process.pid, signal.SIGINT)
        wait_until(lambda: any("signal" in line["message"] for line in running.log()))
        began = time.monotonic()
        os.killpg(running.process.pid, signal.SIGINT)
        status = running.process.wait(10)
        took = time.monotonic() - began
        answer = wire.makefile("rb").read()

    assert status == 0
    assert took < RECEIVE_SECONDS
    assert b"body: " not in answer, "it was waited for, and refused in the end"


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
        wait_until(lambda: not any(map(is_alive, workers)), seconds=10)


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
