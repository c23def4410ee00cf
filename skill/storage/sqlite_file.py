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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

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

APPLICATION: Final = int.from_bytes(b"foot")
"""SQLite's `application_id`, so that another program's database is never changed."""

IDENTITY: Final = """
    SELECT (SELECT application_id FROM pragma_application_id),
        (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_master)"""
"""One statement, so that the three answers agree while another process makes the tables."""

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

Schema = Sequence[Sequence[str]]
"""The statements of each step from one schema version to the next."""

LOG = logging.getLogger(__name__)


class SqliteFile:
    """The file at *path*, brought to *schema*; made where it is missing, for its owner alone.

    Nothing is opened before the first use, so a server may fork after building this, and a bad file
    does not keep the skill from starting. A fault closes its connection and the next use opens a
    new one, so a mended file needs no restart. A file that is moved or replaced while it is in use
    does, which is noticed within `LOOK_EVERY_S` and whenever a connection is opened: SQLite would
    take the log of the old file for the log of the new one.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        self._path = path.absolute()
        self._schema = schema
        self._lock = threading.Lock()
        self._open: set[sqlite3.Connection] = set()
        self._idle: list[sqlite3.Connection] = []
        self._file: tuple[int, int] | None = None
        self._look_at = 0.0
        self._timer: threading.Timer | None = None

    @contextmanager
    def connection(self, *, even_if_replaced: bool = False) -> Iterator[sqlite3.Connection]:
        """Give the block a connection of its own, which commits every statement.

        Its columns of text come as bytes. *even_if_replaced* goes on with the file in use after
        another has come to the path. Raises `StoreError` for every fault, also for one in the
        block; a transaction that is open then is rolled back.
        """
        connection = self._taken(even_if_replaced=even_if_replaced)
        try:
            yield connection
        except BaseException as error:
            self._give_up(connection, error)
            raise
        self._idle.append(connection)

    def change(self, statement: str, values: Sequence[str | int]) -> int:
        """Commit one *statement*, and return how many rows it changed.

        Raises `StoreError` for every fault.
        """
        connection = self._taken()
        try:
            changed = connection.execute(statement, values).rowcount
        except BaseException as error:
            self._give_up(connection, error)
            raise
        self._idle.append(connection)
        return changed

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do as `connection`, and commit the block as a whole or not at all."""
        with self.connection() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def empty_log(self) -> bool:
        """Move what the log holds into the database; return False where a reader is in the way.

        Raises `StoreError`.
        """
        with self.connection(even_if_replaced=True) as connection:
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
        while self._idle:
            self._close(self._idle.pop())

    def _taken(self, *, even_if_replaced: bool = False) -> sqlite3.Connection:
        """Take a connection that is free, else a new one: some servers use many threads."""
        now = time.monotonic()
        if now >= self._look_at and not even_if_replaced:
            self._check_path()
            self._look_at = now + LOOK_EVERY_S
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _check_path(self) -> None:
        if self._open and self._file != _id(self._path):
            raise self._fault("moved or replaced while in use; restart the skill")

    def _give_up(self, connection: sqlite3.Connection | None, error: BaseException) -> None:
        """Close *connection*; raise `StoreError` where *error* is SQLite's or the file's."""
        if connection:
            self._close(connection)
        if isinstance(error, OSError):
            raise StoreError(f"{error.filename or self._path}: {error.strerror}") from error
        if isinstance(error, sqlite3.Error):
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            raise self._fault(FAULTS.get(code, str(error))) from error

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

    def _connect(self) -> sqlite3.Connection:
        connection = None
        try:
            connection = self._opened()
            self._prepare(connection)
        except BaseException as error:
            self._give_up(connection, error)
            raise
        return connection

    def _opened(self) -> sqlite3.Connection:
        with self._lock:
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

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the database ours and current, but leave one that is not for us as it is."""
        application, version, tables = connection.execute(IDENTITY).fetchone()
        if application != APPLICATION and (version or tables):
            raise self._fault("another program's database")
        if version > len(self._schema):
            raise self._fault(f"made by a newer foot-routine (schema {version})")
        connection.text_factory = bytes  # a strange row may not even be UTF-8
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        if version < len(self._schema):
            migrate(connection, self._schema)
        # SQLite does not wait for a lock here. Without WAL all is as safe, only slower, and the
        # next connection tries again.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")

    def _fault(self, why: str) -> StoreError:
        return StoreError(f"{self._path}: {why}")


def migrate(connection: sqlite3.Connection, schema: Schema) -> None:
    """Take the steps that the database has not taken yet: all of them, or none."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        (taken,) = connection.execute("PRAGMA user_version").fetchone()
        for step in schema[taken:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {max(taken, len(schema))}")


def _id(path: Path) -> tuple[int, int] | None:
    """Return device and inode, which tell one file from another; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
