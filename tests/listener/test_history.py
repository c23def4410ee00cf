"""What sessions add up to, and how they are shown."""

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from skill.language.library import load
from skill.listener.history import DAY_MS, LATEST_MS, History, Month, Session
from skill.storage.memory_store import MemoryStore
from skill.storage.months import KEEP_SESSIONS_MS
from skill.storage.store import MOST_ENTRY_BYTES, encode_entry
from skill.terminal.logbook import (
    ASCII,
    WEEKS,
    Marks,
    NobodyError,
    as_chart,
    as_csv,
    as_json,
    whose,
)

MONDAY: Final = 1_767_596_400_000
"""2026-01-05T07:00:00Z."""

DAY: Final = DAY_MS
HOUR_MS: Final = DAY_MS // 24

PAUSE: Final = load().routine.streak_ms

ALL: Final = load().routine.ids

names = st.lists(st.sampled_from(ALL), unique=True).map(tuple)

sessions = st.builds(
    Session, at=st.integers(0, LATEST_MS), minutes=st.integers(0, 60), done=names, planned=names
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)

anything = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("at", "minutes", "done", "planned"), json_values)
)


def led(at: int, *done: str, minutes: int = 20) -> Session:
    return Session(at, minutes, done, ALL)


def on_days(*days: float) -> History:
    """A session with one exercise done on each of the days after `MONDAY`."""
    return History(tuple(led(MONDAY + int(day * DAY), "heel_raises") for day in days))


def drawn(history: History, now: int, marks: Marks = ASCII, zone: timezone = UTC) -> str:
    console = Console(file=io.StringIO(), width=100, record=True)
    console.print(as_chart(history, now, zone, PAUSE, marks))
    return console.export_text()


def weeks(text: str) -> list[list[str]]:
    """The words of every row of a chart."""
    lines = (line.strip() for line in text.splitlines())
    return [line.split() for line in lines if re.match(r"\d+ [A-Z][a-z]{2} ", line)]


@given(session=sessions)
def test_a_session_is_read_back_as_it_was_written(session: Session) -> None:
    assert Session.read(json.loads(json.dumps(session.entry()))) == session


def test_the_longest_session_there_can_be_fits_into_the_store() -> None:
    session = Session(LATEST_MS, 60, ALL, ALL)

    assert len(encode_entry(session.entry())) < MOST_ENTRY_BYTES / 3


def test_no_entry_has_a_word_of_how_it_felt() -> None:
    assert set(led(MONDAY).entry()) == {"at", "minutes", "done", "planned"}


@given(entries=st.lists(anything, max_size=4), now=st.integers(0, LATEST_MS))
def test_whatever_is_stored_is_shown_or_left_out(
    entries: list[dict[str, object]], now: int
) -> None:
    """Every reading of the history, and every way to show it, gets along with it."""
    history = History.read(entries)

    assert len(history.sessions) <= len(entries)
    assert history.minutes >= 0
    assert 0 <= history.streak(now, PAUSE, UTC) <= len(history.sessions)
    assert len(json.loads(as_json(history))) == len(history.sessions)
    assert len(list(csv.reader(io.StringIO(as_csv(history))))) == len(history.sessions) + 1
    assert drawn(history, now)


def test_a_history_is_in_order_whatever_order_it_was_logged_in() -> None:
    history = History.read([led(MONDAY + DAY).entry(), led(MONDAY).entry()])

    assert [each.at for each in history.sessions] == [MONDAY, MONDAY + DAY]


def test_a_session_that_was_logged_again_counts_once() -> None:
    history = History.read([led(MONDAY).entry(), led(MONDAY, "toe_curls").entry()])

    assert history.sessions == (led(MONDAY, "toe_curls"),)


def test_a_session_is_complete_when_all_that_was_planned_is_done() -> None:
    assert Session(0, 20, ALL, ALL).complete
    assert Session(0, 10, ALL, ALL[:2]).complete
    assert not Session(0, 10, ALL[:4], ALL).complete
    assert not Session(0, 10, (), ()).complete


@pytest.mark.parametrize(
    ("days", "streak"),
    [
        ((), 0),
        ((0,), 1),
        ((0, 2, 4), 3),
        ((0, 2, 4, 6, 7, 9, 11, 13, 14), 9),
        ((0, 1, 2), 3),
        ((0, 0.1, 0.2, 2), 2),
        ((0, 3, 5), 2),
        ((0, 2, 9), 1),
    ],
    ids=[
        "none",
        "one",
        "every other day",
        "as reminded",
        "daily",
        "one day's",
        "break",
        "week off",
    ],
)
def test_a_streak_is_the_days_in_a_row(days: tuple[float, ...], streak: int) -> None:
    history = on_days(*days)
    now = history.last.at if history.last else MONDAY

    assert history.streak(now, PAUSE, UTC) == streak


def test_a_streak_ends_with_a_pause_that_is_too_long() -> None:
    history = on_days(0, 2, 4)
    last = MONDAY + 4 * DAY

    assert history.streak(last + PAUSE - 1, PAUSE, UTC) == 3
    assert history.streak(last + PAUSE, PAUSE, UTC) == 0


def test_a_session_with_nothing_done_neither_adds_to_a_streak_nor_holds_it_up() -> None:
    history = History((led(MONDAY, "toe_curls"), led(MONDAY + 2 * DAY), led(MONDAY + 4 * DAY)))

    assert history.streak(MONDAY + 2 * DAY, PAUSE, UTC) == 1
    assert history.streak(MONDAY + 4 * DAY, PAUSE, UTC) == 0


def test_a_streak_counts_the_days_of_the_time_zone() -> None:
    """Evening and next morning in Greenwich are one day's in New York, two in Greenwich."""
    evening = MONDAY + 16 * HOUR_MS
    history = History((led(evening, "toe_curls"), led(evening + 5 * HOUR_MS, "toe_curls")))
    now = evening + DAY

    assert history.streak(now, PAUSE, UTC) == 2
    assert history.streak(now, PAUSE, timezone(timedelta(hours=-5))) == 1


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine is in Berlin."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("berlin")
def test_a_streak_counts_the_days_of_this_machine_though_one_has_25_hours() -> None:
    """From Friday at midnight to Sunday at 23:00 are 72 hours, as the clock is set back."""
    friday = int(datetime(2026, 10, 22, 22, tzinfo=UTC).timestamp() * 1000)
    sunday = friday + 72 * HOUR_MS
    history = History((led(friday, "toe_curls"), led(sunday, "toe_curls")))

    assert sunday - friday == PAUSE
    assert history.streak(sunday, PAUSE, None) == 2
    assert history.streak(sunday, PAUSE, UTC) == 1


@given(
    gaps=st.lists(st.integers(DAY, PAUSE - 1), max_size=9),
)
def test_any_sessions_apart_enough_and_near_enough_are_one_streak(gaps: list[int]) -> None:
    at, found = MONDAY, [led(MONDAY, "toe_curls")]
    for gap in gaps:
        at += gap
        found.append(led(at, "toe_curls"))

    assert History(tuple(found)).streak(at, PAUSE, UTC) == len(gaps) + 1


def test_the_chart_has_a_mark_for_each_day_of_the_last_weeks() -> None:
    history = History(
        (
            led(MONDAY - 100 * DAY, *ALL),
            led(MONDAY - 7 * DAY, *ALL, minutes=20),
            led(MONDAY - 5 * DAY, "heel_raises", minutes=4),
            led(MONDAY - 5 * DAY + HOUR_MS, *ALL, minutes=19),
            led(MONDAY, "heel_raises", minutes=5),
            led(MONDAY + 2 * DAY, minutes=1),
        )
    )
    text = drawn(history, MONDAY + 3 * DAY - 1)

    assert len(weeks(text)) == WEEKS
    assert weeks(text)[-2:] == [
        ["29", "Dec", "x", ".", "x", ".", ".", ".", ".", "#####", "43"],
        ["5", "Jan", "/", ".", "/", ".", ".", ".", ".", "#", "6"],
    ]
    assert all(week[2:] == ["."] * 7 for week in weeks(text)[:-2])
    assert " ".join(text.split()).endswith(
        "Sessions: 6. Minutes: 69. Every other day, in a row: 1. Last: 7 January 2026."
    )


def test_the_days_of_the_chart_are_those_of_the_time_zone() -> None:
    """Late on a Sunday in Greenwich is a Monday in Berlin."""
    history = History((led(MONDAY - 8 * HOUR_MS, *ALL),))

    assert weeks(drawn(history, MONDAY))[-2][-1] == "20"
    assert weeks(drawn(history, MONDAY, zone=timezone(timedelta(hours=1))))[-1][-1] == "20"


def test_an_empty_history_is_told_as_one() -> None:
    assert drawn(History(), MONDAY, Marks()).split()[-3:] == ["No", "session", "yet."]
    assert as_csv(History()) == "began,minutes,complete,done,planned,sessions\n"
    assert json.loads(as_json(History())) == []


def test_an_export_has_one_record_for_each_session() -> None:
    history = History((led(MONDAY, *ALL), led(MONDAY + DAY, "toe_curls", minutes=7)))

    assert as_csv(history).splitlines() == [
        "began,minutes,complete,done,planned,sessions",
        f"2026-01-05T07:00:00Z,20,yes,{' '.join(ALL)},{' '.join(ALL)},1",
        f"2026-01-06T07:00:00Z,7,no,toe_curls,{' '.join(ALL)},1",
    ]
    assert json.loads(as_json(history))[1] == {
        "began": "2026-01-06T07:00:00Z",
        "minutes": 7,
        "complete": False,
        "done": ["toe_curls"],
        "planned": list(ALL),
    }


def test_an_export_tells_the_sums_of_the_months_before() -> None:
    month = Month("2025-11", 3, 58, (("heel_raises", 2), ("toe_curls", 3)))
    history = History((led(MONDAY, *ALL),), (month,))

    assert as_csv(history).splitlines()[1] == "2025-11,58,,heel_raises:2 toe_curls:3,,3"
    assert json.loads(as_json(history))[0] == {
        "began": "2025-11",
        "minutes": 58,
        "done": {"heel_raises": 2, "toe_curls": 3},
        "sessions": 3,
    }
    assert "Sessions: 4. Minutes: 78." in drawn(history, MONDAY)


def test_months_alone_are_counted_too() -> None:
    assert "Sessions: 3." in drawn(History((), (Month("2025-11", 3),)), MONDAY)


@given(st.lists(sessions, max_size=6), st.lists(sessions, max_size=6))
def test_a_month_less_a_part_of_it_is_the_rest(part: list[Session], rest: list[Session]) -> None:
    whole = Month.of("2026-11", [*part, *rest])

    assert whole.less(Month.of("2026-11", part)) == Month.of("2026-11", rest)
    assert Month.read(json.loads(json.dumps(whole.entry()))) == (whole if whole.sessions else None)


@given(
    st.fixed_dictionaries(
        {"month": json_values | st.sampled_from(("2026-11", "2026-13"))},
        optional=dict.fromkeys(("sessions", "minutes", "done"), json_values),
    )
)
def test_whatever_is_stored_as_a_month_is_shown_or_left_out(entry: dict[str, object]) -> None:
    history = History.read([entry])

    assert len(json.loads(as_json(history))) == len(history.months) <= 1
    assert drawn(history, MONDAY)


def test_ten_years_of_sessions_come_back_from_a_store_and_add_up() -> None:
    """A streak goes back as far as sessions are kept one by one; the sums go back to the first."""
    now = [MONDAY]
    store = MemoryStore(lambda: now[0])
    for number in range(1_820):
        now[0] = MONDAY + number * 2 * DAY
        store.log("listener", led(now[0], *ALL).entry())
    history = History.read(store.sessions("listener"))

    assert history.minutes == 1_820 * 20
    assert history.streak(now[0], PAUSE, UTC) == KEEP_SESSIONS_MS // (2 * DAY)


def test_the_only_listener_is_meant_where_none_is_named() -> None:
    assert whose((), "") == ""
    assert whose(("one",), "") == "one"
    assert whose(("one", "two"), "two") == "two"


def test_it_is_asked_whose_history_where_there_are_several() -> None:
    with pytest.raises(NobodyError, match=r"whose.*--listener: one, two"):
        whose(("one", "two"), "")
    with pytest.raises(NobodyError, match="three has no history"):
        whose(("one", "two"), "three")
