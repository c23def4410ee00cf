"""The history as the page shows it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from skill.language.library import load
from skill.listener.history import LATEST_MS, History, Month, Session
from skill.rendering.calendar import MOST_MONTHS, calendar

LIBRARY: Final = load()
ALL: Final = LIBRARY.routine.ids
PAUSE: Final = LIBRARY.routine.streak_ms


def moment(month: int, day: int, hour: int = 7) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=UTC).timestamp() * 1000)


def shown(history: History, now: int, zone: timezone = UTC) -> dict[str, Any]:
    return calendar(history, now, PAUSE, LIBRARY.words("en-US"), zone)


def marks(month: dict[str, Any]) -> dict[int, str]:
    cells = [cell for week in month["weeks"] for cell in week if cell]
    return {cell["day"]: cell["mark"] for cell in cells if "mark" in cell}


def test_each_day_with_a_routine_has_a_dot_and_its_label() -> None:
    whole = Session(moment(11, 26), 19, ALL, ALL)
    part = Session(moment(11, 28), 1, ALL[:1], ALL)
    month = shown(History((whole, part)), moment(11, 29))["months"][0]

    assert month["title"] == "November 2026"
    assert marks(month) == {26: "whole", 28: "part"}
    labels = [cell["label"] for week in month["weeks"] for cell in week if cell and "label" in cell]
    assert labels == ["The whole routine, nineteen minutes", "A part of it, one minute"]


def test_a_month_has_all_its_days_in_weeks_from_monday_on() -> None:
    """The first of November 2026 is a Sunday."""
    found = shown(History(), moment(11, 29))
    (month,) = found["months"]

    assert found["weekdays"] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert month["weeks"][0] == [None] * 6 + [{"day": 1}]
    assert month["weeks"][-1] == [{"day": 30}] + [None] * 6
    assert {len(week) for week in month["weeks"]} == {7}


def test_the_months_go_back_to_the_first_routine_across_a_year() -> None:
    first = int(datetime(2025, 12, 31, 7, tzinfo=UTC).timestamp() * 1000)
    found = shown(History((Session(first, 20, ALL, ALL),)), moment(2, 1))

    titles = [month["title"] for month in found["months"]]
    assert titles == ["February 2026", "January 2026", "December 2025"]


def test_a_clock_that_was_wrong_makes_no_endless_calendar() -> None:
    history = History((Session(0, 20, ALL, ALL), Session(LATEST_MS, 20, ALL, ALL)))
    found = shown(history, moment(11, 29))

    assert len(found["months"]) == MOST_MONTHS
    assert found["months"][0]["title"] == "November 2026"


def test_the_sums_are_of_all_that_is_kept() -> None:
    sessions = tuple(Session(moment(11, day), 20, ALL, ALL) for day in (25, 27, 29))
    found = shown(History(sessions, (Month("2025-08", 3, 58),)), moment(11, 29))

    assert (found["sessions"], found["minutes"], found["streak"]) == (6, 118, 3)
    assert found["before"] == [{"title": "August 2025", "sessions": 3, "minutes": 58}]


def test_the_days_are_those_of_the_time_zone() -> None:
    history = History((Session(moment(11, 28, 23), 20, ALL, ALL),))
    now = moment(11, 29)

    assert marks(shown(history, now)["months"][0]) == {28: "whole"}
    berlin = timezone(timedelta(hours=1))
    assert marks(shown(history, now, berlin)["months"][0]) == {29: "whole"}
