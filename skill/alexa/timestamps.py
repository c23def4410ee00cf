"""The time of a request, and the time now."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

A_MILLISECOND: Final = timedelta(milliseconds=1)


def moment_of(stamp: object) -> datetime | None:
    """Read a time in ISO 8601 (Amazon's request reference) or in ms since 1970.

    Amazon sent a number of ms for some weeks in 2017. The result has no time zone where *stamp* has
    none; it is None where *stamp* is no time at all.
    """
    try:
        if isinstance(stamp, str):
            return datetime.fromisoformat(stamp)
        if isinstance(stamp, int | float) and not isinstance(stamp, bool):
            return EPOCH + stamp * A_MILLISECOND
    except (ValueError, OverflowError):
        pass
    return None


def clock_ms(moment: datetime) -> int:
    """Give the whole milliseconds from 1970 to *moment*, which has a time zone."""
    return (moment - EPOCH) // A_MILLISECOND
