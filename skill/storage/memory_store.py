"""What is kept between visits, in memory: for tests, and for measuring the skill without a disk."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from skill.storage.months import KEEP_MONTHS_MS, KEEP_SESSIONS_MS, month_of, summed, told
from skill.storage.store import (
    KEEP_MS,
    BadRow,
    Kept,
    Now,
    Row,
    VersionConflict,
    encode,
    encode_entry,
    is_same_row,
    next_version,
    read_entries,
    sound_entries,
    warn_set_aside,
)

if TYPE_CHECKING:
    from skill.listener.history import Month


class MemoryStore:
    """A `Store` that lasts as long as the process.

    A test may read its public attributes, and put damaged rows into them.
    """

    def __init__(self, clock: Now) -> None:
        self.rows: dict[str, Row] = {}
        """What is loaded, by listener."""

        self.aside: list[tuple[str, Row, str]] = []
        """What was set aside: listener, row, and why."""

        self.logged: dict[str, list[tuple[object, int]]] = {}
        """The history by listener: each entry as JSON, and when it expires (ms since 1970)."""

        self.months: dict[str, dict[str, tuple[Month, int]]] = {}
        """The sums by listener and month, each with when it expires (ms since 1970)."""

        self._clock = clock
        self._lock = threading.Lock()

    def load(self, listener: str) -> Kept | None:
        """See `Store.load`."""
        with self._lock:
            row = self.rows.get(listener)
            try:
                return row.read(self._clock()) if row else None
            except BadRow as bad:
                self._move(listener, str(bad))
                return None

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """See `Store.save`."""
        text, after, now = encode(state), next_version(version), self._clock()
        with self._lock:
            if version != self._version(listener, now):
                raise VersionConflict("another turn was kept first")
            self.rows[listener] = Row(text, after, now + KEEP_MS)
        return after

    def set_aside(self, listener: str, why: str) -> None:
        """See `Store.set_aside`."""
        with self._lock:
            row = self.rows.get(listener)
            if row and not row.expired(self._clock()):
                self._move(listener, why)

    def log(self, listener: str, entry: Mapping[str, Any], version: int = 0) -> None:
        """See `Store.log`."""
        now = self._clock()
        row = encode_entry(entry), now + KEEP_SESSIONS_MS
        month = month_of(now)
        with self._lock:
            if version and not is_same_row(version, self._version(listener, self._clock()) or 0):
                raise VersionConflict("the listener was forgotten meanwhile")
            self.logged.setdefault(listener, []).append(row)
            sums = summed(month, sound_entries(self._logged(listener, now).get(month, ())))
            self.months.setdefault(listener, {})[month] = sums, now + KEEP_MONTHS_MS

    def sessions(self, listener: str) -> tuple[dict[str, Any], ...]:
        """See `Store.sessions`."""
        now = self._clock()
        with self._lock:
            months = self.months.get(listener, {}).values()
            sums = [each for each, expires in months if expires > now]
            rows = self._logged(listener, now)
        return told(sums, {month: read_entries(listener, found) for month, found in rows.items()})

    def forget(self, listener: str) -> None:
        """See `Store.forget`."""
        with self._lock:
            self.rows.pop(listener, None)
            self.logged.pop(listener, None)
            self.months.pop(listener, None)
            self.aside = [kept for kept in self.aside if kept[0] != listener]

    def tidy(self) -> None:
        """See `Store.tidy`; what has expired is not found, and ends with the process."""

    def check(self) -> None:
        """See `Store.check`; memory can always be used."""

    def close(self) -> None:
        """See `Store.close`; there is nothing to let go of."""

    def _logged(self, listener: str, now: int) -> dict[str, list[object]]:
        """Return the sessions kept one by one, by the month in which they were logged."""
        rows: dict[str, list[object]] = {}
        for entry, expires in self.logged.get(listener, []):
            if expires > now:
                rows.setdefault(month_of(expires - KEEP_SESSIONS_MS), []).append(entry)
        return rows

    def _version(self, listener: str, now: int) -> int | None:
        """Return the version kept: 0 where none is, None where the row is bad."""
        row = self.rows.get(listener)
        try:
            kept = row.read(now) if row else None
        except BadRow:
            return None
        return kept.version if kept else 0

    def _move(self, listener: str, why: str) -> None:
        self.aside.append((listener, self.rows.pop(listener), why))
        warn_set_aside(listener, why)
