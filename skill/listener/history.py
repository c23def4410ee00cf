"""The sessions that were led, and what they add up to.

Of a session it is kept when it began, how long it took, and which exercises were led to their end;
never how it felt. What hurt is asked about once, at the next visit, and is no part of the record.
Of sessions that are older than a store keeps them one by one, the sums by month are left.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final, NamedTuple, Self

from skill.listener.reader import Reader

DAY_MS: Final = 24 * 60 * 60 * 1000

LATEST_MS: Final = 190_000_000_000_000
"""In the year 7990: no session is later. Python's dates end in 9999, some sooner by time zone."""

MOST_MINUTES: Final = 24 * 60
"""No session takes more than a day."""

MOST_SESSIONS: Final = 1_000_000
"""No month has more."""

MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
"""A year and a month, as ISO 8601 has them."""


class Session(NamedTuple):
    """One session."""

    at: int
    """When it began, in ms since 1970."""
    minutes: int
    """The minutes that were led."""
    done: tuple[str, ...]
    """The exercises, by id, that were led to their end."""
    planned: tuple[str, ...]
    """The exercises, by id, that were to be led."""

    @property
    def complete(self) -> bool:
        """Whether all that was planned was done."""
        return bool(self.planned) and set(self.planned) <= set(self.done)

    def entry(self) -> dict[str, Any]:
        """Write it as the JSON object that a store logs."""
        return {
            "at": self.at,
            "minutes": self.minutes,
            "done": list(self.done),
            "planned": list(self.planned),
        }

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Self | None:
        """Read back what `entry` wrote; None where it does not even say when that was."""
        at, reader = entry.get("at"), Reader(entry)
        if type(at) is not int or not 0 <= at <= LATEST_MS:
            return None
        return cls(
            at=at,
            minutes=reader.number("minutes", MOST_MINUTES),
            done=reader.texts("done"),
            planned=reader.texts("planned"),
        )


class Month(NamedTuple):
    """The sums of a month's sessions."""

    month: str
    """Year and month, such as "2026-11", by UTC."""
    sessions: int = 0
    """How many there were."""
    minutes: int = 0
    """Their minutes."""
    done: tuple[tuple[str, int], ...] = ()
    """The exercises that were led to their end, by id, each with how often."""

    @classmethod
    def of(cls, month: str, sessions: Iterable[Session]) -> Self:
        """Add up *sessions*."""
        every = tuple(sessions)
        done = Counter(name for each in every for name in each.done)
        minutes = sum(each.minutes for each in every)
        return cls(month, len(every), minutes, tuple(sorted(done.items())))

    def less(self, other: Self) -> Self:
        """Give what is left without *other*, a part of this."""
        done = Counter(dict(self.done)) - Counter(dict(other.done))
        return self._replace(
            sessions=max(self.sessions - other.sessions, 0),
            minutes=max(self.minutes - other.minutes, 0),
            done=tuple(sorted(done.items())),
        )

    def entry(self) -> dict[str, Any]:
        """Write it as the JSON object that a store keeps."""
        return {
            "month": self.month,
            "sessions": self.sessions,
            "minutes": self.minutes,
            "done": dict(self.done),
        }

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Self | None:
        """Read back what `entry` wrote; None where it does not say which month, or no session."""
        reader = Reader(entry)
        month, sessions = reader.text("month", ""), reader.number("sessions", MOST_SESSIONS)
        if not MONTH.fullmatch(month) or not sessions:
            return None
        done = reader.counts("done", reader.table("done").written)
        return cls(
            month=month,
            sessions=sessions,
            minutes=reader.number("minutes", MOST_SESSIONS * MOST_MINUTES),
            done=tuple(sorted(done.items())),
        )


class History(NamedTuple):
    """What is kept of the sessions of one listener, oldest first."""

    sessions: tuple[Session, ...] = ()
    """The sessions, one by one."""
    months: tuple[Month, ...] = ()
    """The sums of those that were before."""

    @classmethod
    def read(cls, entries: Iterable[Mapping[str, Any]]) -> Self:
        """Read what a store gives; what is neither session nor month is left out.

        Of those that began at the same moment the last stands: it was logged again, by a turn
        whose first try may have failed.
        """
        every = tuple(entries)
        found = (Session.read(entry) for entry in every)
        by_moment = {each.at: each for each in found if each}
        months = {each.month: each for each in map(Month.read, every) if each}
        return cls(
            tuple(by_moment[at] for at in sorted(by_moment)),
            tuple(months[month] for month in sorted(months)),
        )

    @property
    def total(self) -> int:
        """How many sessions there were."""
        return len(self.sessions) + sum(each.sessions for each in self.months)

    @property
    def minutes(self) -> int:
        """The minutes of all sessions."""
        of_months = sum(each.minutes for each in self.months)
        return of_months + sum(each.minutes for each in self.sessions)

    @property
    def last(self) -> Session | None:
        """The latest session, where there is any."""
        return self.sessions[-1] if self.sessions else None

    def by_day(self, zone: tzinfo | None) -> dict[date, tuple[Session, ...]]:
        """Give the sessions of each day that has any, oldest first; *zone* is as for `day_of`."""
        days: dict[date, tuple[Session, ...]] = {}
        for each in self.sessions:
            day = day_of(each.at, zone)
            days[day] = (*days.get(day, ()), each)
        return days

    def streak(self, now: int, pause_ms: int, zone: tzinfo | None) -> int:
        """How many days in a row, every other day or oftener, had a session, up to *now*.

        A half-done session counts, one without a single exercise done does not. The row ends with
        a pause of *pause_ms* or more, the routine's `streak_ms`, be it the one before *now*. As in
        `Memory`, a pause ends it only where the days, by *zone*, are as far apart as the hours.
        """
        days, following, counted = 0, now, None
        for each in reversed(self.sessions):
            if not each.done:
                continue
            day = day_of(each.at, zone)
            apart_ms = (day_of(following, zone) - day).days * DAY_MS
            if min(following - each.at, apart_ms) >= pause_ms:
                break
            following = each.at
            if day != counted:
                days, counted = days + 1, day
        return days


def day_of(ms: int, zone: tzinfo | None) -> date:
    """Give the day of a moment, in ms since 1970, by *zone*; None is this machine's."""
    return datetime.fromtimestamp(ms // 1000, UTC).astimezone(zone).date()
