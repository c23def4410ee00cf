"""A listener's history as the page shows it: a calendar of the days, and what they add up to."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, tzinfo
from typing import Any, Final

from skill.language.words import Words
from skill.listener.history import History, Month, Session, day_of
from skill.routine.plan import Line

MOST_MONTHS: Final = 24
"""Sessions are kept one by one for a shorter time; older ones come from a clock that was wrong."""


def calendar(
    history: History, now: int, pause_ms: int, words: Words, zone: tzinfo | None
) -> dict[str, Any]:
    """The months up to *now* (ms since 1970), the latest first, as JSON, with all their *words*.

    Each day that has a session has its `mark`, "whole" where one of them is complete or else
    "part", and a `label` for a screen reader. `before` has the sums of the months whose sessions
    are no longer kept one by one. Days are those of *zone*, None for this machine's; the streak
    ends with a pause of *pause_ms*.
    """
    days = history.by_day(zone)
    today = day_of(now, zone)
    return {
        "weekdays": [words.text(Line(f"calendar.weekday_{number}")) for number in range(1, 8)],
        "months": [
            {"title": _title(year, month, words), "weeks": list(_weeks(year, month, days, words))}
            for year, month in _months(min([today, *days]), today)
        ],
        "before": [_sums(month, words) for month in reversed(history.months)],
        "sessions": history.total,
        "minutes": history.minutes,
        "streak": history.streak(now, pause_ms, zone),
    }


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    """The months from that of *last* back to that of *first*, but no more than `MOST_MONTHS`."""
    latest, earliest = (day.year * 12 + day.month - 1 for day in (last, first))
    for number in range(latest, max(earliest, latest - MOST_MONTHS + 1) - 1, -1):
        yield number // 12, number % 12 + 1


def _weeks(
    year: int, month: int, days: dict[date, tuple[Session, ...]], words: Words
) -> Iterator[list[dict[str, Any] | None]]:
    """The weeks of a month, from Monday on; None for the days of the months beside it."""
    before, length = monthrange(year, month)
    cells: list[dict[str, Any] | None] = [None] * before
    cells += [_day(date(year, month, day), days, words) for day in range(1, length + 1)]
    cells += [None] * (-len(cells) % 7)
    for start in range(0, len(cells), 7):
        yield cells[start : start + 7]


def _day(day: date, days: dict[date, tuple[Session, ...]], words: Words) -> dict[str, Any]:
    sessions = days.get(day, ())
    if not sessions:
        return {"day": day.day}
    mark = "whole" if any(each.complete for each in sessions) else "part"
    minutes = sum(each.minutes for each in sessions)
    label = words.text(Line(f"calendar.day_{mark}", (("minutes", minutes),)))
    return {"day": day.day, "mark": mark, "label": label}


def _sums(month: Month, words: Words) -> dict[str, Any]:
    year, number = (int(part) for part in month.month.split("-"))
    title = _title(year, number, words)
    return {"title": title, "sessions": month.sessions, "minutes": month.minutes}


def _title(year: int, month: int, words: Words) -> str:
    return words.text(Line(f"calendar.month_{month}", (("year", year),)))
