"""What is kept between visits, in one SQLite file: for a skill that serves itself."""

import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from skill.storage.sqlite_file import SqliteFile
from skill.storage.store import (
    KEEP_MS,
    KEEP_SESSIONS_MS,
    SAVES,
    BadRow,
    Kept,
    Now,
    Row,
    VersionConflict,
    encode,
    encode_entry,
    next_version,
    read_entries,
    warn_set_aside,
)

SWEEP_MS: Final = 24 * 60 * 60 * 1000
"""How often expired rows are deleted, at a save: the first of a process, and then once a day."""

SCHEMA: Final = (
    (
        """CREATE TABLE kept (
            listener TEXT NOT NULL PRIMARY KEY,
            version INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            state TEXT NOT NULL
        )""",
        """CREATE TABLE set_aside (
            listener TEXT NOT NULL,
            version,
            expires INTEGER NOT NULL,
            state,
            why TEXT NOT NULL
        )""",
        "CREATE INDEX set_aside_listener ON set_aside (listener)",
    ),
    (
        """CREATE TABLE session (
            number INTEGER PRIMARY KEY,
            listener TEXT NOT NULL,
            expires INTEGER NOT NULL,
            entry NOT NULL
        )""",
        "CREATE INDEX session_listener ON session (listener, number)",
        "CREATE INDEX session_expires ON session (expires)",
    ),
)
"""The steps from each schema version to the next; `expires` is in milliseconds since 1970. To
change the schema, add a step: the files out there have taken the others."""

LOAD: Final = "SELECT state, version, expires FROM kept WHERE listener = ?"

SAVE_FIRST: Final = """
    INSERT INTO kept (version, expires, state, listener) VALUES (?, ?, ?, ?)
    ON CONFLICT (listener) DO UPDATE
    SET version = excluded.version, expires = excluded.expires, state = excluded.state
    WHERE kept.expires <= ?"""

SAVE_NEXT: Final = """
    UPDATE kept SET version = ?, expires = ?, state = ?
    WHERE listener = ? AND expires > ? AND version = ?"""

SET_ASIDE: Final = """
    INSERT INTO set_aside (listener, version, expires, state, why)
    SELECT listener, version, ?, state, ? FROM kept WHERE listener = ?"""

LOG_SESSION: Final = """
    INSERT INTO session (listener, expires, entry) SELECT :listener, :expires, :entry
    WHERE :mark IS NULL
    OR EXISTS (SELECT 1 FROM kept WHERE listener = :listener AND version / :saves = :mark)"""

SESSIONS: Final = "SELECT entry FROM session WHERE listener = ? AND expires > ? ORDER BY number"

LISTENERS: Final = """
    SELECT listener FROM session WHERE expires > :now
    UNION SELECT listener FROM kept WHERE expires > :now ORDER BY listener"""

TABLES: Final = ("kept", "set_aside", "session")

LOG: Final = logging.getLogger(__name__)


class SqliteStore:
    """A `Store` in the file at *path*; `SqliteFile` says when it is made, and what it survives."""

    def __init__(self, path: Path, clock: Now) -> None:
        self._file = SqliteFile(path, SCHEMA)
        self._clock = clock
        self._sweep_due = 0

    def load(self, listener: str) -> Kept | None:
        """See `Store.load`."""
        with self._file.connection() as connection:
            row = _row(connection, listener)
        try:
            return row.read(self._clock()) if row else None
        except BadRow as bad:
            self._move(listener, row, str(bad))
        return None

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """See `Store.save`."""
        now, after = self._clock(), next_version(version)
        row = (after, now + KEEP_MS, encode(state), listener, now)
        if now >= self._sweep_due:
            self._delete("expires <= ?", now)
            self._sweep_due = now + SWEEP_MS
        with self._file.connection() as connection:
            if version:
                saved = connection.execute(SAVE_NEXT, (*row, version)).rowcount
            else:
                saved = connection.execute(SAVE_FIRST, row).rowcount
        if not saved:
            raise VersionConflict("another turn was kept first")
        self._file.empty_log_soon()
        return after

    def set_aside(self, listener: str, why: str) -> None:
        """See `Store.set_aside`."""
        with self._file.connection() as connection:
            row = _row(connection, listener)
        if row and not row.expired(self._clock()):
            self._move(listener, row, why)

    def log(self, listener: str, entry: Mapping[str, Any], version: int = 0) -> None:
        """See `Store.log`."""
        values = {
            "listener": listener,
            "expires": self._clock() + KEEP_SESSIONS_MS,
            "entry": encode_entry(entry),
            "mark": version // SAVES if version else None,
            "saves": SAVES,
        }
        with self._file.connection() as connection:
            logged = connection.execute(LOG_SESSION, values).rowcount
        if not logged:
            raise VersionConflict("the listener was forgotten meanwhile")
        self._file.empty_log_soon()

    def sessions(self, listener: str) -> tuple[dict[str, Any], ...]:
        """See `Store.sessions`."""
        with self._file.connection() as connection:
            found = connection.execute(SESSIONS, [listener, self._clock()]).fetchall()
        return read_entries(listener, (entry for (entry,) in found))

    def listeners(self) -> tuple[str, ...]:
        """Return the keys of all who have a history or a place: at home, usually one."""
        with self._file.connection() as connection:
            found = connection.execute(LISTENERS, {"now": self._clock()}).fetchall()
        return tuple(listener.decode(errors="replace") for (listener,) in found)

    def forget(self, listener: str) -> None:
        """See `Store.forget`; the bytes are overwritten too, in the file and in its log.

        Where another program's reading keeps the log from being emptied, that is logged, and done
        soon after the reading has ended.
        """
        self._delete("listener = ?", listener)
        if not self._file.empty_log():
            LOG.warning(
                "what was forgotten stays in the log of the database while that is being read"
            )

    def check(self) -> None:
        """See `Store.check`: a row could be looked for, and a write begin."""
        with self._file.connection() as connection:
            connection.execute("DELETE FROM kept WHERE listener = ''")  # no listener's key

    def close(self) -> None:
        """See `Store.close`; a later call opens the file anew."""
        self._file.close()

    def _move(self, listener: str, row: Row | None, why: str) -> None:
        """Set *row* aside, unless another turn has changed it since it was read."""
        with self._file.transaction() as connection:
            if _row(connection, listener) != row:
                return
            connection.execute(SET_ASIDE, [self._clock() + KEEP_MS, why, listener])
            connection.execute("DELETE FROM kept WHERE listener = ?", [listener])
        self._file.empty_log_soon()
        warn_set_aside(listener, why)

    def _delete(self, which: str, value: str | int) -> None:
        with self._file.transaction() as connection:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table} WHERE {which}", [value])  # noqa: S608 - our own words
        self._file.empty_log_soon()


def _row(connection: sqlite3.Connection, listener: str) -> Row | None:
    found = connection.execute(LOAD, [listener]).fetchone()
    return found and Row(*found)
