"""The history of a listener as a chart in the terminal, as CSV and as JSON."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from rich import box
from rich.table import Column, Table
from rich.text import Text

from skill.listener.history import History, Month, Session, day_of

WEEKS: Final = 8
"""How many weeks the chart shows, the current one included."""

MINUTES_A_BLOCK: Final = 10
"""Minutes for each block of a week's bar: half a routine."""

COLUMNS: Final = ("began", "minutes", "complete", "done", "planned", "sessions")


@dataclass(frozen=True, slots=True)
class Marks:
    """The characters that a chart is drawn with."""

    whole: str = "\N{BLACK CIRCLE}"
    """A day with a complete session."""
    part: str = "\N{CIRCLE WITH LEFT HALF BLACK}"
    """A day with incomplete sessions only."""
    none: str = "\N{MIDDLE DOT}"
    """A day without a session."""
    block: str = "\N{LOWER THREE QUARTERS BLOCK}"
    """`MINUTES_A_BLOCK` minutes."""


ASCII: Final = Marks("x", "/", ".", "#")
"""For a terminal that shows ASCII only."""


class NobodyError(LookupError):
    """It is unclear whose history is meant; the message says what to do."""


def whose(listeners: tuple[str, ...], wanted: str) -> str:
    """The listener that is *wanted*, or the only one; empty where there is none.

    Raises `NobodyError` where *wanted* has no history, or is empty though there are several.
    """
    if wanted and wanted not in listeners:
        raise NobodyError(f"{wanted} has no history here")
    if not wanted and len(listeners) > 1:
        raise NobodyError(f"whose? Name one with --listener: {', '.join(listeners)}")
    return wanted or (listeners[0] if listeners else "")


def as_chart(history: History, now: int, zone: tzinfo | None, pause_ms: int, marks: Marks) -> Table:
    """A row for each of the last weeks, with a mark for each day.

    *now* is in ms since 1970; a *zone* of None is this machine's. A streak ends after *pause_ms*
    milliseconds without a session.
    """
    today = day_of(now, zone)
    table = Table(
        Column("week of", justify="right"),
        *(Column(day) for day in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")),
        Column("minutes", min_width=12),
        box=box.SIMPLE,
        title="Foot routine",
        caption=_in_a_line(history, now, zone, pause_ms),
    )
    days = history.by_day(zone)
    for back in range(WEEKS - 1, -1, -1):
        monday = today - timedelta(days=today.weekday() + 7 * back)
        week = [days.get(monday + timedelta(days=number), ()) for number in range(7)]
        minutes = sum(each.minutes for sessions in week for each in sessions)
        bar = marks.block * (-(-minutes // MINUTES_A_BLOCK))
        table.add_row(
            f"{monday.day} {monday:%b}",
            *(_mark(sessions, marks) for sessions in week),
            Text(f"{bar} {minutes}" if minutes else "", overflow="ellipsis", no_wrap=True),
        )
    return table


def as_csv(history: History) -> str:
    """One line for each session, oldest first, under a line of headings; times are UTC.

    What is older than the sessions has a line for each month, which tells how often each exercise
    was done.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for month in history.months:
        done = " ".join(f"{name}:{often}" for name, often in month.done)
        writer.writerow(_month(month) | {"done": done})
    for each in history.sessions:
        row = _row(each) | {"complete": "yes" if each.complete else "no", "sessions": 1}
        writer.writerow(row | {name: " ".join(row[name]) for name in ("done", "planned")})
    return text.getvalue()


def as_json(history: History) -> str:
    """A list of the sessions, oldest first, and before them of the months; times are UTC."""
    months = [_month(each) for each in history.months]
    return json.dumps([*months, *(_row(each) for each in history.sessions)], indent=2)


def _month(month: Month) -> dict[str, Any]:
    return {
        "began": month.month,
        "minutes": month.minutes,
        "done": dict(month.done),
        "sessions": month.sessions,
    }


def _row(session: Session) -> dict[str, Any]:
    return {
        "began": datetime.fromtimestamp(session.at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "minutes": session.minutes,
        "complete": session.complete,
        "done": list(session.done),
        "planned": list(session.planned),
    }


def _mark(sessions: tuple[Session, ...], marks: Marks) -> str:
    if any(each.complete for each in sessions):
        return marks.whole
    return marks.part if sessions else marks.none


def _in_a_line(history: History, now: int, zone: tzinfo | None, pause_ms: int) -> str:
    if history.last is None:
        return f"Sessions: {history.total}." if history.total else "No session yet."
    last = day_of(history.last.at, zone)
    streak = history.streak(now, pause_ms, zone)
    return (
        f"Sessions: {history.total}. Minutes: {history.minutes}. "
        f"Every other day, in a row: {streak}. Last: {last.day} {last:%B %Y}."
    )
