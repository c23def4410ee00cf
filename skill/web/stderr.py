"""The log of the server, written so that no turn waits for it or fails by it.

Standard error can be full, closed, or a pipe that nobody reads. A write to it then fails or blocks
for ever. So lines go to a queue of fixed size, and one thread of each process writes them; a line
that finds no room, or that cannot be written, is dropped and counted. To write without blocking in
the thread that answers is no way out: that is a setting of the terminal or pipe itself, and so of
all programs that share it.
"""

import logging
import os
from collections import deque
from contextlib import suppress
from logging.config import dictConfig
from threading import Condition, Thread
from typing import Any, Final

from skill import log

MOST_WAITING: Final = 1000
"""Ours: lines that wait to be written, some 300 kB."""

STOP_S: Final = 1.0
"""Ours: how long a process that ends waits for its last lines to be written."""

STDERR: Final = 2
"""The descriptor, by POSIX."""


def configuration(level: str) -> dict[str, Any]:
    """Give `skill.log.configuration` with the handler of this module."""
    settings = log.configuration(level)
    settings["handlers"]["lines"]["class"] = "skill.web.stderr.BackgroundHandler"
    return settings


def start() -> None:
    """Send the log of this process to standard error, and so that of those it forks.

    Where standard error is closed, its descriptor is made to lead nowhere: else the next file that
    is opened, such as the database, would get the descriptor, and the log in it.
    """
    try:
        os.fstat(STDERR)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != STDERR:
            os.dup2(nowhere, STDERR)
            os.close(nowhere)
    dictConfig(configuration("INFO"))


class Writer:
    """Writes lines to *descriptor* in a thread of its own."""

    def __init__(self, descriptor: int) -> None:
        self.pid = os.getpid()
        """The process that it writes for: a thread does not come along when a process forks."""
        self._descriptor = descriptor
        self._lines: deque[str] = deque()
        self._changed = Condition()
        self._writing = False
        self._dropped = 0
        Thread(target=self._write_for_ever, name="stderr", daemon=True).start()

    def put(self, line: str) -> None:
        """Have *line* written, or drop it."""
        with self._changed:
            if len(self._lines) >= MOST_WAITING:
                self._dropped += 1
                return
            self._lines.append(line)
            self._changed.notify_all()

    def drain(self, seconds: float) -> None:
        """Wait until all is written, for so long at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._lines and not self._writing, seconds)

    def _write_for_ever(self) -> None:
        while True:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._lines)
                self._writing = True
                lines, self._lines = list(self._lines), deque()
            if not self._is_written("".join(lines)):
                with self._changed:
                    self._dropped += len(lines)

    def _is_written(self, text: str) -> bool:
        left = text.encode(errors="backslashreplace")
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            return False
        return True

    def take_dropped(self) -> int:
        """Give how many lines were dropped since this was asked."""
        with self._changed:
            dropped, self._dropped = self._dropped, 0
        return dropped


class BackgroundHandler(logging.Handler):
    """Gives lines to a `Writer` for standard error; one that cannot be formatted is dropped."""

    def __init__(self) -> None:
        super().__init__()
        self._writer: Writer | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Take *record*; it neither raises nor waits."""
        with suppress(Exception):  # there is nowhere to tell of it, and the turn goes on
            if self._writer is None or self._writer.pid != os.getpid():
                self._writer = Writer(STDERR)
            dropped = self._writer.take_dropped()
            if dropped:
                self._writer.put(f"{self.format(_told_of(dropped))}\n")
            self._writer.put(f"{self.format(record)}\n")

    def flush(self) -> None:
        """Wait `STOP_S` at most until all is written."""
        if self._writer is not None and self._writer.pid == os.getpid():
            self._writer.drain(STOP_S)


def _told_of(dropped: int) -> logging.LogRecord:
    message = "lines of the log were dropped"
    record = logging.LogRecord(__name__, logging.WARNING, "", 0, message, (), None)
    vars(record)["fields"] = {"dropped": dropped}
    return record
