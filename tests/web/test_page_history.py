"""The history that the page shows, in headless Chromium, over its own server."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from browser import LISTENER, page_server
from page_fakes import faults, led_page
from playwright.sync_api import Browser, Page, expect

from skill import home
from skill.language.library import load
from skill.listener.history import DAY_MS, Session
from skill.storage.sqlite_store import SqliteStore

ALL: Final = load().routine.ids

DONE: Final = ((0, ALL[:2], 7), (2, ALL, 19), (4, ALL, 20), (40, ALL, 20))
"""Days ago, the exercises done, and the minutes."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with page_server(tmp_path) as found:
        store = SqliteStore(tmp_path / "places.db", home.now)
        for days, done, minutes in reversed(DONE):
            session = Session(home.now() - days * DAY_MS, minutes, done, ALL)
            store.log(LISTENER, session.entry())
        store.close()
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with led_page(browser, address) as found:
        yield found
        assert faults(found) == []


def test_the_history_has_a_dot_for_each_day_with_a_routine(page: Page) -> None:
    page.get_by_role("link", name="History").click()
    expect(page.locator("#history")).to_be_visible()

    dots = page.locator("#months [role=img]")
    expect(dots).to_have_count(len(DONE))
    labels = [dot.get_attribute("aria-label") for dot in dots.all()]
    assert sorted(filter(None, labels)) == [
        "A part of it, seven minutes",
        *["The whole routine, nineteen minutes", *["The whole routine, twenty minutes"] * 2],
    ]
    for sum_of, number in (("sessions", "4"), ("minutes", "66"), ("streak", "3")):
        expect(page.locator(f"#{sum_of}")).to_have_text(number)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="To the routine").click()
    expect(page.locator("#start")).to_be_visible()


def test_the_history_can_be_saved_for_a_spreadsheet(page: Page, address: str) -> None:
    page.goto(f"{address}history.html")
    with page.expect_download() as saved:
        page.locator("#export").click()

    assert saved.value.suggested_filename == "foot-routine-history.csv"
    with saved.value.path().open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["minutes"] for row in rows] == ["20", "20", "19", "7"]
    assert [row["complete"] for row in rows] == ["yes", "yes", "yes", "no"]


def test_what_is_forgotten_is_in_no_history(page: Page, address: str) -> None:
    page.locator("#forget").click()
    page.locator("#yes").click()
    expect(page.locator("#yes")).to_be_hidden()
    page.goto(f"{address}history.html")

    expect(page.locator("#sessions")).to_have_text("0")
    expect(page.locator("#months [role=img]")).to_have_count(0)
