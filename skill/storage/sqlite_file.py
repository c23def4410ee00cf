"""One SQLite file that many threads and processes use, each thread through its own connection.

The file is in WAL mode with `synchronous=NORMAL`: a committed change survives the end of the
process, however that ends. The log is emptied into the database, and the disk waited for, soon
after a change and outside the turn. So a power cut costs the changes of about the last second; the
file stays sound. docs/design.md, "The store", compares this with SQLite's other journal modes.
"""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from skill.storage.sqlite_schema import prepare
from skill.storage.store import StoreError

LOCK_WAIT_S: Final = 2
"""Seconds that a statement waits for another program's lock. A turn loads and saves; Alexa waits
8 s."""

LOOK_EVERY_S: Final = 1
"""Seconds from one look whether the file is still at its path to the next: a choice."""

CHECKPOINT_S: Final = 1
"""Seconds from a change until the log is emptied into the database: a choice."""

CHECKPOINT_WAIT_MS: Final = 100
"""Milliseconds that emptying the log waits for readers, with writers kept out. The skill's own
reads take some 20 µs."""

FAULTS: Final = {
    sqlite3.SQLITE_BUSY: f"locked by another program for more than {LOCK_WAIT_S} s",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_FULL: "no room left on the disk",
    sqlite3.SQLITE_IOERR: "the disk is full or failing",
    sqlite3.SQLITE_NOTADB: "not a database",
    sqlite3.SQLITE_READONLY: "read-only",
}
"""SQLite's primary result codes in words; any other fault keeps SQLite's own words."""

LOG = logging.getLogger(__name__)


class SqliteFile:
    """The file at *path*, with the skill's tables; made where it is missing, for its owner alone.

    Nothing is opened before the first use, so a server may fork after building this, and a bad file
    does not keep the skill from starting. A fault closes its connection and the next use opens a
    new one, so a mended file needs no restart. A file that is moved or replaced while it is in use
    does, which is noticed at the next use, or by what is done often within `LOOK_EVERY_S`: SQLite
    would take the log of the old file for the log of the new one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._lock = threading.Lock()
        self._open: set[sqlite3.Connection] = set()
        self._free: list[sqlite3.Connection] = []
        self._file: tuple[int, int] | None = None
        self._look_at = 0.0
        self._timer: threading.Timer | None = None

    def connection(self, *, often: bool = False) -> "Lease":
        """Give a block a connection of its own, which commits every statement.

        Its columns of text come as bytes. What is done *often* does not look each time whether the
        file is still at its path. Raises `StoreError` for every fault of SQLite's, also in the
        block; a transaction that is open then is rolled back.
        """
        now = time.monotonic()
        if not often or now >= self._look_at:
            self._check_path()
            self._look_at = now + LOOK_EVERY_S
        return Lease(self)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do as `connection`, and commit the block as a whole or not at all."""
        with self.connection() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def empty_log(self) -> bool:
        """Move what the log holds into the database; return False where a reader is in the way.

        It goes on with the file in use, though another has come to its path. Raises `StoreError`.
        """
        with Lease(self) as connection:
            connection.execute(f"PRAGMA busy_timeout = {CHECKPOINT_WAIT_MS}")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_S * 1000}")
        return not busy

    def empty_log_soon(self) -> None:
        """Empty the log `CHECKPOINT_S` from now, in another thread, and again until it is empty."""
        if self._timer:
            return
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(CHECKPOINT_S, self._on_timer)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        """Close the connections that are not in use; a later use opens the file anew."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            self._timer = None
        while self._free:
            self._close(self._free.pop())

    def take(self) -> sqlite3.Connection:
        """Take a free connection, or open one; raises `StoreError`."""
        try:
            return self._free.pop()  # some servers make a thread for every request
        except IndexError:
            return self._opened()

    def give_back(self, connection: sqlite3.Connection, fault: BaseException | None) -> None:
        """Keep *connection* for another use, or close it after a *fault*.

        Raises `StoreError` where the fault is SQLite's.
        """
        if fault is None:
            self._free.append(connection)
            return
        self._close(connection)
        if isinstance(fault, sqlite3.Error):
            raise self._told(fault) from fault

    def _close(self, connection: sqlite3.Connection) -> None:
        connection.close()
        self._open.discard(connection)

    def _on_timer(self) -> None:
        self._timer = None
        try:
            if not self.empty_log():
                self.empty_log_soon()
        except StoreError as error:
            LOG.warning("the log of the database is not emptied before the next change: %s", error)

    def _check_path(self) -> None:
        if self._open and self._file != _id(self._path):
            raise self._fault("moved or replaced while in use; restart the skill")

    def _opened(self) -> sqlite3.Connection:
        try:
            with self._lock:
                connection = self._connected()
        except OSError as error:
            raise StoreError(f"{error.filename or self._path}: {error.strerror}") from error
        except sqlite3.Error as error:
            raise self._told(error) from error
        try:
            prepare(connection)
        except BaseException as fault:
            self.give_back(connection, fault)
            raise
        return connection

    def _connected(self) -> sqlite3.Connection:
        self._check_path()
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._open:  # closing a file, as this may, would drop SQLite's locks on it
            self._path.touch(mode=0o600)
            self._file = _id(self._path)
        by_user_in_effect = os.access in os.supports_effective_ids
        if not os.access(self._path, os.W_OK, effective_ids=by_user_in_effect):
            # SQLite would make a read-only log, which stays when the file may be written again.
            raise self._fault(FAULTS[sqlite3.SQLITE_READONLY])
        connection = sqlite3.connect(
            self._path, timeout=LOCK_WAIT_S, isolation_level=None, check_same_thread=False
        )
        self._open.add(connection)
        return connection

    def _told(self, fault: sqlite3.Error) -> StoreError:
        code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
        return self._fault(FAULTS.get(code, str(fault)))

    def _fault(self, why: str) -> StoreError:
        return StoreError(f"{self._path}: {why}")


class Lease:
    """A connection to *file* for one block, as `SqliteFile.connection` has it."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def __enter__(self) -> sqlite3.Connection:
        """Take one."""
        self._connection = self._file.take()
        return self._connection

    def __exit__(self, _: object, fault: BaseException | None, __: object) -> None:
        """Give it back."""
        self._file.give_back(self._connection, fault)


def _id(path: Path) -> tuple[int, int] | None:
    """Return device and inode, which tell one file from another; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
