"""One SQLite file in use by many threads and processes, and its way through faults.

The file is in WAL mode with `synchronous=NORMAL`: a change that is committed outlives the process,
however that ends. A power cut can cost the changes since the last checkpoint that the system has
not written by itself yet, which Linux does within half a minute: the file stays sound, and a
listener is offered an earlier place. Waiting for the disk at every turn would buy only that.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Final

from skill.storage.store import StoreError

LOCK_WAIT_S: Final = 2
"""How long a call waits for another program's lock. A turn loads and saves; Alexa waits 8 s."""

TRIES_AT_ONCE: Final = 10
FIRST_WAIT_S: Final = 0.000_05
LONGEST_WAIT_S: Final = 0.01
"""How often a lock is tried for at once, and then between tries: a choice.

A turn holds it for some 20 µs, another program maybe for long. SQLite's own waits begin with 1 ms,
which is longer than a whole turn.
"""

CHECKPOINT_PAGES: Final = 4_000
"""How long the log grows, 16 MB, until its changes go to the database and the disk is waited for.

SQLite's own 1000 have one turn in 500 wait; with many more, each read has more to look through.
"""

LOOK_EVERY_S: Final = 0.01
"""How often a connection in use looks whether its file is still the one at the path: a choice.

At home that is once a turn. Under load each look would take a twentieth of a turn. What is saved or
forgotten meanwhile is so in the file that is gone, as if it had been replaced that much later.
"""

APPLICATION: Final = int.from_bytes(b"foot")
"""SQLite's `application_id`, so that no other program's database is ever changed."""

IDENTITY: Final = """
    SELECT (SELECT application_id FROM pragma_application_id),
        (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_master)"""
"""Three answers from one moment: another process may be making the tables."""

FAULTS: Final = {
    sqlite3.SQLITE_BUSY: f"locked by another program for more than {LOCK_WAIT_S} s",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_FULL: "no room left on the disk",
    sqlite3.SQLITE_IOERR: "the disk is full or failing",
    sqlite3.SQLITE_NOTADB: "not a database",
    sqlite3.SQLITE_READONLY: "read-only",
}
"""SQLite's primary result codes, in words; any other fault keeps SQLite's own."""

Value = str | bytes | int | float | None
Values = Sequence[Value] | Mapping[str, Value]

Schema = Sequence[Sequence[str]]
"""The statements of each step from one schema version to the next."""

FileId = tuple[int, int] | None
"""Device and inode, which tell one file from another at the same path; None for none there."""


@dataclass(slots=True)
class _Lent:
    """A connection, and the files that it was opened on: the database and its log.

    *looked* is when its file was last seen at the path, in seconds.
    """

    connection: sqlite3.Connection
    file: FileId
    log: FileId
    looked: float


class Patient(sqlite3.Connection):
    """Waits for another's lock, up to `LOCK_WAIT_S`, and hardly longer than it is held."""

    def execute(self, statement: str, values: Values = (), /) -> sqlite3.Cursor:  # type: ignore[override] # more than is used here
        """Do as `sqlite3.Connection`."""
        try:
            return super().execute(statement, values)
        except sqlite3.OperationalError as fault:
            if not _is_locked(fault):
                raise
        return self._in_turn(statement, values)

    def _in_turn(self, statement: str, values: Values) -> sqlite3.Cursor:
        deadline = time.monotonic() + LOCK_WAIT_S
        waits = _waits()
        while True:
            time.sleep(next(waits))
            try:
                return super().execute(statement, values)
            except sqlite3.OperationalError as fault:
                if not _is_locked(fault) or time.monotonic() > deadline:
                    raise


class SqliteFile:
    """The file at *path*, brought to *schema*; made where it is missing, for its owner alone.

    Nothing is opened before the first use, so a server may fork after building this, and a bad file
    does not keep the skill from starting. A fault closes its connection and the next use opens a
    new one, as it does `LOOK_EVERY_S` after another file has come to *path*, by the seconds of
    *timer*: a mend needs no restart.
    """

    def __init__(
        self, path: Path, schema: Schema, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path.absolute()
        self._schema = schema
        self._timer = timer
        self._idle: list[_Lent] = []
        self._making = threading.Lock()

    def connected(self) -> "Lending":
        """Lend a connection that commits every statement; its columns of text come as bytes.

        Connections are lent, not bound to threads: some servers make a thread for every request.
        Raises `StoreError` for every fault, also for one within; then nothing open is committed.
        """
        return Lending(self)

    def take(self) -> _Lent:
        """Return a connection to the file that was at the path within the last `LOOK_EVERY_S`.

        Raises `StoreError`.
        """
        try:
            return self._take()
        except (sqlite3.Error, OSError) as error:
            raise self._named(error) from error

    def give_back(self, lent: _Lent, fault: BaseException | None) -> None:
        """Keep what was lent for the next use; after a *fault* close it, and raise its name."""
        if fault is None:
            self._idle.append(lent)
            return
        lent.connection.close()
        if isinstance(fault, sqlite3.Error | OSError):
            raise self._named(fault) from fault

    def _named(self, error: sqlite3.Error | OSError) -> StoreError:
        if isinstance(error, OSError):
            return StoreError(f"{error.filename or self._path}: {error.strerror}")
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        return self._fault(FAULTS.get(code, str(error)))

    def close(self) -> None:
        """Close the idle connections; a later use opens the file anew."""
        while self._idle:
            self._idle.pop().connection.close()

    def _take(self) -> _Lent:
        while True:
            try:
                lent = self._idle.pop()
            except IndexError:
                return self._open()
            now = self._timer()
            if now < lent.looked + LOOK_EVERY_S:
                return lent
            if lent.file == _id(self._path):
                lent.looked = now
                return lent
            lent.connection.close()
            if lent.log == _id(self._beside("-wal")):
                # SQLite would take what is left of the file that is gone for the new file's own.
                for part in ("-wal", "-shm"):
                    self._beside(part).unlink(missing_ok=True)

    def _open(self) -> _Lent:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Closing a file drops this process's locks on it, SQLite's too: no thread may open the
        # database between these two calls.
        with self._making, suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        if not os.access(self._path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            # SQLite would make a read-only log, which stays when the file may be written again.
            raise self._fault(FAULTS[sqlite3.SQLITE_READONLY])
        file = _id(self._path)
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw",
            uri=True,
            timeout=0,
            factory=Patient,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return _Lent(connection, file, _id(self._beside("-wal")), self._timer())

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the database ours and current, but leave one that is not for us as it is."""
        application, version, tables = connection.execute(IDENTITY).fetchone()
        if application != APPLICATION and (version or tables):
            raise self._fault("another program's database")
        if version > len(self._schema):
            raise self._fault(f"made by a newer foot-routine (schema {version})")
        connection.text_factory = bytes  # a strange row may not even be UTF-8
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}").fetchall()
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        connection.execute("PRAGMA journal_mode = WAL")  # one that cannot is safe, only slower
        if version < len(self._schema):
            migrate(connection, self._schema)

    def _beside(self, part: str) -> Path:
        return self._path.with_name(self._path.name + part)

    def _fault(self, why: str) -> StoreError:
        return StoreError(f"{self._path}: {why}")


class Lending:
    """A connection of *file*, lent for the length of a block."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def __enter__(self) -> sqlite3.Connection:
        """Lend it."""
        self._lent = self._file.take()
        return self._lent.connection

    def __exit__(
        self,
        _: type[BaseException] | None,
        fault: BaseException | None,
        __: TracebackType | None,
    ) -> None:
        """Give it back."""
        self._file.give_back(self._lent, fault)


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


def _waits() -> Iterator[float]:
    """Give the seconds to wait before each try, without end."""
    yield from repeat(0.0, TRIES_AT_ONCE)
    wait = FIRST_WAIT_S
    while True:
        yield wait
        wait = min(2 * wait, LONGEST_WAIT_S)


def _is_locked(fault: sqlite3.OperationalError) -> bool:
    return fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _id(path: Path) -> FileId:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
