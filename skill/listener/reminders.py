"""A reminder to do the routine: on which days, at what time, and where it is kept."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, Self

_CLOCK: Final = r"([01][0-9]|2[0-3]):([0-5][0-9])"


class Day(StrEnum):
    """A day of the week, as RFC 5545 writes it (3.3.10, `weekday`); Monday first."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"


EVERY_OTHER_DAY: Final = (Day.MONDAY, Day.WEDNESDAY, Day.FRIDAY, Day.SUNDAY)
"""The routine is best every other day. RFC 5545 can say just that (INTERVAL=2), but nowhere does
Amazon say that Alexa heeds it; she does heed a set of weekdays. There are seven of those, so two of
the set are one day apart, or three. Here Sunday and Monday follow each other: three days without
would end the row that `Memory.streak` counts, and nobody should lose that by the reminder."""

PARTS_OF_DAY: Final = {"MO": "07:00", "AF": "14:00", "EV": "19:00", "NI": "21:00"}
"""The time that is offered for each part of the day that AMAZON.TIME can stand for; a choice."""


class Why(StrEnum):
    """Why something could not be done with reminders."""

    NOT_ALLOWED = "not_allowed"
    TOO_MANY = "too_many"
    UNSUPPORTED = "unsupported"
    UNREACHABLE = "unreachable"


class RemindersError(Exception):
    """Nothing was read or changed, or it is not known; *why* is for the listener, the text is not.

    The text names no user and no token.
    """

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(f"{why}: {detail}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Reminder:
    """A time of the week. Raises `ValueError` where there is no such time, or no day."""

    hour: int
    """The hour, in the device's own time zone."""
    minute: int
    """The minute."""
    days: tuple[Day, ...] = EVERY_OTHER_DAY
    """The days on which it comes."""

    def __post_init__(self) -> None:
        if not re.fullmatch(_CLOCK, self.clock) or not self.days:
            raise ValueError(f"no time of the week: {self.clock} on {len(self.days)} days")

    @classmethod
    def at(cls, time: str) -> Self | None:
        """Read what AMAZON.TIME gives, `07:30` or a part of the day; None where it is neither.

        A time that was said without "morning" or "evening" comes as it stands, so it is for the
        listener to confirm.
        """
        found = re.fullmatch(_CLOCK, PARTS_OF_DAY.get(time, time))
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def clock(self) -> str:
        """The time as `07:30`; `at` reads it back."""
        return f"{self.hour:02}:{self.minute:02}"

    @property
    def rule(self) -> str:
        """When it comes, as a recurrence rule (RFC 5545, 3.3.10)."""
        time = f"BYHOUR={self.hour};BYMINUTE={self.minute};BYSECOND=0"
        return f"FREQ=WEEKLY;BYDAY={','.join(self.days)};{time};INTERVAL=1"

    @classmethod
    def of_rule(cls, rule: str) -> Self | None:
        """Read a weekly or daily rule; None for any other."""
        parts = dict(part.partition("=")[::2] for part in rule.strip(";").split(";"))
        days = _days(parts.get("BYDAY", ",".join(Day) if parts.get("FREQ") == "DAILY" else ""))
        hour, minute = parts.get("BYHOUR", "none"), parts.get("BYMINUTE", "0")
        found = re.fullmatch(_CLOCK, f"{hour:0>2}:{minute:0>2}")
        simple = parts.get("FREQ") in {"WEEKLY", "DAILY"} and parts.get("INTERVAL", "1") == "1"
        return cls(int(found[1]), int(found[2]), days) if simple and days and found else None

    def first(self, now: datetime) -> datetime:
        """The first time it comes after *now*, both in the device's time zone and without it."""
        today = now.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        coming = (today + timedelta(days=number) for number in range(len(Day) + 1))
        return next(at for at in coming if at > now and tuple(Day)[at.weekday()] in self.days)


class Reminders(Protocol):
    """Where the reminders of the listener of one turn are kept, those of this skill alone.

    Every method but `day` may raise `RemindersError`.
    """

    def kept(self) -> tuple[Reminder | None, ...]:
        """Return those that will come; None for one in a form that is not known here."""

    def put(self, reminder: Reminder, text: str, locale: str, now: int) -> None:
        """Let *reminder* be the only one from *now* on (ms since 1970); it will say *text*."""

    def cancel(self) -> bool:
        """Delete all of them; tell whether there was any."""

    def day(self, at: int) -> int:
        """Return the day at *at* (ms since 1970) by the device's time zone; 0 where not known.

        It is counted as `date.toordinal` does.
        """


def _days(names: str) -> tuple[Day, ...]:
    """Read `MO,WE`, in the order of the week; empty where anything else stands there."""
    listed = names.split(",")
    return tuple(Day(name) for name in Day if name in listed) if set(listed) <= set(Day) else ()
