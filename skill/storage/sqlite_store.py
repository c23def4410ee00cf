"""What is kept between visits, in one SQLite file: for a skill that serves itself."""

import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import orjson

from skill.storage import sqlite_history
from skill.storage.sqlite_file import SqliteFile
from skill.storage.sqlite_schema import TABLES
from skill.storage.store import (
    KEEP_MS,
    PASSING,
    PASSING_MS,
    BadRow,
    Kept,
    KeyFaultError,
    Now,
    Row,
    VersionConflict,
    encode,
    encode_entry,
    next_version,
    plain_json,
    warn_set_aside,
)

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

FORGET_PASSING: Final = """
    UPDATE {table} SET state = json_remove(state, :path) WHERE expires <= :saved_before
    AND CASE WHEN typeof(state) = 'text' AND json_valid(state)
        THEN json_type(state, :path) IS NOT NULL END"""
"""For the tables `kept` and `set_aside`."""

COUNT: Final = """
    SELECT EXISTS (SELECT 1 FROM kept) OR EXISTS (SELECT 1 FROM set_aside)
        OR EXISTS (SELECT 1 FROM session) OR EXISTS (SELECT 1 FROM month)"""
"""Whether anything is kept of a listener."""

KEY_ADVICE: Final = (
    "{0}. What {1} keeps is found with its own secret alone: put listener.key, or"
    " FOOT_ROUTINE_SECRET, back from a backup. To begin anew, move both files away."
)

NO_JSON: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
"""What orjson writes too, and is no JSON, goes to `plain_json`, which refuses it."""

LOG: Final = logging.getLogger(__name__)


class Fingerprint(Protocol):
    """What tells one secret from others: see `ListenerKeys.fingerprint`."""

    def __call__(self, *, make: bool) -> str:
        """Return the fingerprint; *make* allows a new secret. Raises `KeyFaultError`."""
        ...


class SqliteStore:
    """A `Store` in the file at *path*; `SqliteFile` says when it is made, and what it survives.

    *fingerprint* tells the secret that listeners are hashed with. The database has its own copy, so
    that another secret is noticed.
    """

    def __init__(self, path: Path, clock: Now, fingerprint: Fingerprint | None = None) -> None:
        self._path = path
        self._file = SqliteFile(path)
        self._clock = clock
        self._fingerprint = fingerprint

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
        row = (after, now + KEEP_MS, encode(state, _to_json), listener, now)
        with self._file.connection(often=True) as connection:
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
        text, now = encode_entry(entry), self._clock()
        with self._file.transaction() as connection:
            logged = sqlite_history.append(connection, listener, text, version, now)
        if not logged:
            raise VersionConflict("the listener was forgotten meanwhile")
        self._file.empty_log_soon()

    def sessions(self, listener: str) -> tuple[dict[str, Any], ...]:
        """See `Store.sessions`."""
        with self._file.connection() as connection:
            return sqlite_history.read(connection, listener, self._clock())

    def listeners(self) -> tuple[str, ...]:
        """Return the keys of all who have a history or a place: at home, usually one."""
        with self._file.connection() as connection:
            return sqlite_history.listeners(connection, self._clock())

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

    def tidy(self) -> None:
        """Delete what has been kept long enough, and empty the log; raises as `check` does."""
        self._check_secret()
        now = self._clock()
        with self._file.transaction() as connection:
            sqlite_history.take_over(connection, now)
        self._delete("expires <= ?", now)
        values = {"path": f"$.{PASSING}", "saved_before": now - PASSING_MS + KEEP_MS}
        with self._file.transaction() as connection:
            for table in ("kept", "set_aside"):
                connection.execute(FORGET_PASSING.format(table=table), values)
        self._file.empty_log()

    def check(self) -> None:
        """See `Store.check`: a row could be looked for, and a write begin.

        Raises `KeyFaultError` where rows are kept under another secret than the one in use.
        """
        self._check_secret()
        with self._file.connection() as connection:
            connection.execute("DELETE FROM kept WHERE listener = ''")  # no listener's key

    def close(self) -> None:
        """See `Store.close`; a later call opens the file anew."""
        self._file.close()

    def _check_secret(self) -> None:
        """Compare the secret in use with the database's, which is noted where it has none.

        A database of before 2026-12 has none. It takes the secret of its first start since then:
        rows under another one could not be found before either, and the age of a key file tells
        nothing, as a copy is younger than its rows.
        """
        if not self._fingerprint:
            return
        with self._file.transaction() as connection:
            (rows,) = connection.execute(COUNT).fetchone()
            (noted,) = connection.execute("SELECT max(fingerprint) FROM secret").fetchone()
            try:
                found = self._fingerprint(make=not rows)
            except KeyFaultError as fault:
                raise KeyFaultError(KEY_ADVICE.format(fault, self._path)) from fault
            if noted is None or noted.decode() != found:
                if noted is not None and rows:
                    why = "the secret is not that of the database"
                    raise KeyFaultError(KEY_ADVICE.format(why, self._path))
                connection.execute("DELETE FROM secret")
                connection.execute("INSERT INTO secret VALUES (?)", [found])

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


def _to_json(state: Mapping[str, Any]) -> str:
    """Write what `plain_json` does, in a fifth of its time, or have it written by that.

    orjson writes something else for NaN and beyond ASCII, and nothing for half a surrogate pair.
    """
    try:
        text = orjson.dumps(state, option=NO_JSON)
    except orjson.JSONEncodeError:
        return plain_json(state)
    return text.decode() if text.isascii() and b"null" not in text else plain_json(state)


def _row(connection: sqlite3.Connection, listener: str) -> Row | None:
    found = connection.execute(LOAD, [listener]).fetchone()
    return found and Row(*found)
