"""The sessions that were led, and what they add up to.

Of a session it is kept when it began, how long it took, and which exercises were led to their end;
never how it felt. What hurt is asked about once, at the next visit, and is no part of the record.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, Self

HOUR_MS: Final = 60 * 60 * 1000

NEXT_DAY_MS: Final = 12 * HOUR_MS
"""What begins sooner after another session is the same day's, whatever the time zone."""

LATEST_MS: Final = 190_000_000_000_000
"""In the year 7990: no session is later. Python's dates end in 9999, some sooner by time zone."""

MOST_MINUTES: Final = 24 * 60
"""No session takes more than a day."""


class Session(NamedTuple):
    """One session: when it began, in ms since 1970, and the *minutes* that were led.

    *done* are the exercises, by id, of those *planned* that were led to their end.
    """

    at: int
    minutes: int
    done: tuple[str, ...]
    planned: tuple[str, ...]

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
        at, minutes = entry.get("at"), entry.get("minutes")
        if type(at) is not int or not 0 <= at <= LATEST_MS:
            return None
        return cls(
            at=at,
            minutes=min(max(minutes, 0), MOST_MINUTES) if type(minutes) is int else 0,
            done=_texts(entry.get("done")),
            planned=_texts(entry.get("planned")),
        )


class History(NamedTuple):
    """All sessions of one listener, oldest first."""

    sessions: tuple[Session, ...] = ()

    @classmethod
    def read(cls, entries: Iterable[Mapping[str, Any]]) -> Self:
        """Read what a store gives; what is no session is left out.

        Of those that began at the same moment the last stands: it was logged again, by a turn
        whose first try may have failed.
        """
        found = (Session.read(entry) for entry in entries)
        by_moment = {each.at: each for each in found if each}
        return cls(tuple(by_moment[at] for at in sorted(by_moment)))

    @property
    def minutes(self) -> int:
        """The minutes of all sessions."""
        return sum(each.minutes for each in self.sessions)

    @property
    def last(self) -> Session | None:
        """The latest session, where there is any."""
        return self.sessions[-1] if self.sessions else None

    def streak(self, now: int, pause_ms: int) -> int:
        """How many days in a row, every other day or oftener, had a session, up to *now*.

        A half-done session counts, one without a single exercise done does not; two within
        `NEXT_DAY_MS` are one day's. The row ends with a pause of *pause_ms* or more, the
        routine's `streak_ms`, be it the one before *now*.
        """
        days, following, counted = 0, now, LATEST_MS + NEXT_DAY_MS
        for each in reversed(self.sessions):
            if not each.done:
                continue
            if following - each.at >= pause_ms:
                break
            following = each.at
            if counted - each.at >= NEXT_DAY_MS:
                days, counted = days + 1, each.at
        return days


def _texts(found: object) -> tuple[str, ...]:
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()
