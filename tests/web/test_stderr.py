"""Turns are answered whatever becomes of standard error, and in time."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from home_server import SECOND, Listener, with_limits
from running import Running, free_port, wait_until

from skill.web.stderr import MOST_WAITING, Writer

NOTHING_READ: Final = "a pipe that nobody reads"

ENDS: Final = {
    "on a full device": "2> /dev/full",
    "closed": "2>&-",
    NOTHING_READ: "",
    "a pipe whose reader has gone": "",
}


def answers(running: Running) -> bool:
    try:
        return running.ask("GET", "/health").status == 200
    except OSError:
        return False


@pytest.mark.parametrize("how", ENDS)
def test_turns_are_answered_though_the_log_cannot_be_written(tmp_path: Path, how: str) -> None:
    """More requests than a pipe and the queue have room for."""
    reader, writer = os.pipe()
    port = free_port()
    command = f"exec {shlex.join(map(str, with_limits(tmp_path)))} --port {port} {ENDS[how]}"
    with subprocess.Popen(  # noqa: S602 - our own server
        command, shell=True, stderr=writer, start_new_session=True
    ) as process:
        os.close(writer)
        if how != NOTHING_READ:
            os.close(reader)
        running = Running(process, port, Path(os.devnull))
        try:
            wait_until(lambda: answers(running))
            times = list[float]()
            for _ in range(MOST_WAITING if how == NOTHING_READ else 20):
                began = time.monotonic()
                assert running.ask("GET", "/health").status == 200
                times.append(time.monotonic() - began)
            place = Listener(running).says("start", "next")
        finally:
            running.stop()
    if how == NOTHING_READ:
        os.close(reader)

    assert place == SECOND
    assert min(times[-10:]) < 5  # each would wait for the log, not for the machine
    assert b'"pid"' not in (tmp_path / "places.db").read_bytes()


def piped(write: Callable[[Writer, int], None]) -> bytes:
    """Have *write* put lines into a writer and close its pipe's end; give what was written."""
    reader, end = os.pipe()
    with os.fdopen(reader, "rb") as pipe:
        write(Writer(end), end)
        return pipe.read()


def test_lines_are_written_whole_and_in_their_order() -> None:
    def write(writer: Writer, end: int) -> None:
        for number in range(100):
            writer.put(f"{number} \ud800\n")
        writer.drain(60)
        os.close(end)

    assert piped(write).decode().splitlines() == [f"{number} \\ud800" for number in range(100)]


def test_lines_without_room_are_dropped_and_counted() -> None:
    """The pipe holds 64 kB, and a line here is longer."""
    reader, end = os.pipe()
    writer = Writer(end)
    writer.put("x" * 1_000_000)
    wait_until(lambda: writer._writing)  # noqa: SLF001 - nobody else can see it
    for _ in range(MOST_WAITING + 7):
        writer.put("y\n")
    writer.drain(0)
    dropped = writer.take_dropped()
    with os.fdopen(reader, "rb") as pipe:
        while b"y" not in pipe.read1(65536):
            pass

    assert dropped == 7
    assert writer.take_dropped() == 0
