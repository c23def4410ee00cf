"""The history in the SQLite database: the sessions one by one, and their sums by month.

A session's month is that in which it was logged, which its `expires` tells.
"""

import sqlite3
from typing import Any, Final

from skill.listener.history import Month
from skill.storage.months import (
    KEEP_MONTHS_MS,
    KEEP_SESSIONS_MS,
    begin_of,
    month_after,
    month_of,
    summed,
    told,
)
from skill.storage.store import SAVES, encode_entry, read_entries, sound_entries

APPEND: Final = """
    INSERT INTO session (listener, expires, entry) SELECT :listener, :expires, :entry
    WHERE :mark IS NULL
    OR EXISTS (SELECT 1 FROM kept WHERE listener = :listener AND version / :saves = :mark)"""

OF_MONTH: Final = """
    SELECT entry FROM session WHERE listener = ? AND expires >= ? AND expires < ? ORDER BY number"""

ADD_UP: Final = "INSERT OR REPLACE INTO month (listener, month, expires, sums) VALUES (?, ?, ?, ?)"

SESSIONS: Final = """
    SELECT entry, expires FROM session WHERE listener = ? AND expires > ? ORDER BY number"""

SUMS: Final = "SELECT sums FROM month WHERE listener = ? AND expires > ?"

LISTENERS: Final = """
    SELECT listener FROM session WHERE expires > :now
    UNION SELECT listener FROM month WHERE expires > :now
    UNION SELECT listener FROM kept WHERE expires > :now ORDER BY listener"""

LONGER_MS: Final = 10 * 366 * 24 * 60 * 60 * 1000 - KEEP_SESSIONS_MS
"""How much longer than now each session was kept by itself before 2026-12."""

YEAR_MS: Final = 366 * 24 * 60 * 60 * 1000


def append(
    connection: sqlite3.Connection, listener: str, entry: str, version: int, now: int
) -> bool:
    """Append *entry* and add up its month, in a transaction; tell whether the row is still there.

    That is the row of *version*; any, where it is 0.
    """
    values = {
        "listener": listener,
        "expires": now + KEEP_SESSIONS_MS,
        "entry": entry,
        "mark": version // SAVES if version else None,
        "saves": SAVES,
    }
    if not connection.execute(APPEND, values).rowcount:
        return False
    _add_up(connection, listener, month_of(now), now)
    return True


def read(connection: sqlite3.Connection, listener: str, now: int) -> tuple[dict[str, Any], ...]:
    """Return the history as `Store.sessions` does."""
    rows: dict[str, list[object]] = {}
    for entry, expires in connection.execute(SESSIONS, [listener, now]):
        rows.setdefault(month_of(expires - KEEP_SESSIONS_MS), []).append(entry)
    found = sound_entries(sums for (sums,) in connection.execute(SUMS, [listener, now]))
    months = (each for each in map(Month.read, found) if each)
    return told(months, {month: read_entries(listener, each) for month, each in rows.items()})


def listeners(connection: sqlite3.Connection, now: int) -> tuple[str, ...]:
    """Return the keys of all who have a history or a place."""
    found = connection.execute(LISTENERS, {"now": now}).fetchall()
    return tuple(listener.decode(errors="replace") for (listener,) in found)


def take_over(connection: sqlite3.Connection, now: int) -> None:
    """Keep sessions of before 2026-12, in a transaction, as long as those of today.

    They are added up first, by the month in which they were logged.
    """
    late = now + KEEP_SESSIONS_MS + YEAR_MS  # no clock that is set back makes it so late
    old = connection.execute("SELECT DISTINCT listener FROM session WHERE expires >= ?", [late])
    those = [listener.decode(errors="replace") for (listener,) in old]
    shorter = "UPDATE session SET expires = expires - ? WHERE expires >= ?"
    connection.execute(shorter, [LONGER_MS, late])
    for listener in those:
        expiries = connection.execute("SELECT expires FROM session WHERE listener = ?", [listener])
        for month in {month_of(expires - KEEP_SESSIONS_MS) for (expires,) in expiries.fetchall()}:
            _add_up(connection, listener, month, begin_of(month))


def _add_up(connection: sqlite3.Connection, listener: str, month: str, now: int) -> None:
    first, end = (begin_of(each) + KEEP_SESSIONS_MS for each in (month, month_after(month)))
    found = connection.execute(OF_MONTH, [listener, first, end]).fetchall()
    sums = summed(month, sound_entries(entry for (entry,) in found))
    if sums.sessions:
        row = [listener, month, now + KEEP_MONTHS_MS, encode_entry(sums.entry())]
        connection.execute(ADD_UP, row)
