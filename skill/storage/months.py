"""The history by month: what is kept of sessions that are no longer kept one by one."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from skill.listener.history import History, Month

KEEP_SESSIONS_MS: Final = 400 * 24 * 60 * 60 * 1000
"""How long a session is kept by itself: 400 days, a year to look back on and a little more."""

KEEP_MONTHS_MS: Final = 10 * 366 * 24 * 60 * 60 * 1000
"""How long the sums of a month are kept: ten years. They are the listener's own record, and go with
`forget`."""


def month_of(logged: int) -> str:
    """Give the month, such as "2026-11", of a session that was *logged* then (ms since 1970)."""
    return f"{_moment(logged):%Y-%m}"


def begin_of(month: str) -> int:
    """Give the moment that *month* begins, in ms since 1970."""
    return int(datetime.strptime(f"{month} +0000", "%Y-%m %z").timestamp()) * 1000


def months_of_sessions(now: int) -> Iterator[str]:
    """Give the months whose sessions are kept one by one, oldest first."""
    return _months(month_of(max(now - KEEP_SESSIONS_MS, 0)), month_of(now))


def month_after(month: str) -> str:
    """Give the month after *month*."""
    year, number = (int(part) for part in month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02}"


def summed(month: str, entries: Iterable[Mapping[str, Any]]) -> Month:
    """Add up the sessions among *entries*, which were all logged in *month*."""
    return Month.of(month, History.read(entries).sessions)


def told(
    sums: Iterable[Month], kept: Mapping[str, tuple[dict[str, Any], ...]]
) -> tuple[dict[str, Any], ...]:
    """Give a whole history as entries: what is left of each month, and then the sessions.

    *sums* are of all the sessions that there were; *kept* are those kept one by one, by the month
    in which they were logged.
    """
    left = (each.less(summed(each.month, kept.get(each.month, ()))) for each in sums)
    months = (each.entry() for each in sorted(left) if each.sessions)
    return (*months, *(entry for month in sorted(kept) for entry in kept[month]))


def _months(first: str, last: str) -> Iterator[str]:
    month = first
    while month <= last:
        yield month
        month = month_after(month)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)
