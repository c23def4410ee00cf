"""What the page offers once all sets are over."""

from collections.abc import Iterator
from typing import Any

import pytest
from page_fakes import CLOCK, at, faults, heard_at, led_page, paused, settle
from playwright.sync_api import Browser, Page, expect

Cues = list[dict[str, Any]]


@pytest.fixture
def page(browser: Browser, address: str, cues: Cues) -> Iterator[Page]:
    """A page that has led to the end, and says farewell."""
    with led_page(browser, address, CLOCK) as found:
        found.locator("#start").click()
        expect(found.locator("#leading")).to_be_visible()
        at(found, cues[-1]["at_ms"] - 1)
        at(found, cues[-1]["at_ms"])
        settle(found)
        yield found
        assert faults(found) == []


def to_the_end(page: Page, cues: Cues) -> None:
    at(page, cues[-1]["at_ms"] + cues[-1]["ms"])
    page.evaluate("document.getElementById('audio').pause()")


def test_only_what_leads_somewhere_is_offered_at_the_end(page: Page) -> None:
    for move in ("pause", "next", "repeat", "slower", "go_to"):
        expect(page.locator(f"#{move}")).to_be_hidden()
    for move in ("start_over", "done", "back", "hurts"):
        expect(page.locator(f"#{move}")).to_be_visible()
    expect(page.locator("#left")).to_have_text("")


def test_the_history_is_one_press_away_from_the_farewell(page: Page) -> None:
    page.get_by_role("link", name="History").click()

    expect(page.locator("#history")).to_be_visible()
    expect(page.locator("#sessions")).to_have_text("1")


@pytest.mark.parametrize("move", ["the button", "space", "a headset"])
def test_the_routine_is_led_again_from_its_first_set(page: Page, cues: Cues, move: str) -> None:
    to_the_end(page, cues)
    if move == "the button":
        page.locator("#start_over").click()
    elif move == "space":
        page.locator("body").press(" ")
    else:
        page.evaluate("buttons.play()")

    expect(page.locator("#sets")).to_have_text("Set 1 of 2")
    expect(page.locator("#exercise")).to_have_text("Heel raises")
    expect(page.locator("#start_over")).to_be_hidden()
    expect(page.locator("#pause")).to_be_visible()
    assert heard_at(page) == next(cue["at_ms"] for cue in cues if cue["exercise"])
    assert not paused(page)


def test_a_routine_that_was_passed_over_begins_at_its_first_set_too(page: Page) -> None:
    page.locator("#start_over").click()
    expect(page.locator("#pause")).to_be_visible()
    for _ in range(40):
        page.locator("body").press("ArrowRight")
    expect(page.locator("#start_over")).to_be_visible()
    page.locator("#start_over").click()

    expect(page.locator("#exercise")).to_have_text("Heel raises")


def test_the_routine_is_led_again_without_its_server(page: Page, cues: Cues) -> None:
    to_the_end(page, cues)
    page.route("**/say", lambda route: route.abort())
    page.locator("#start_over").click()
    expect(page.locator("#pause")).to_be_visible()

    assert heard_at(page) == 0
    assert not paused(page)
    refused = [fault for fault in faults(page) if "ERR_FAILED" in fault]
    assert faults(page) == refused
    faults(page).clear()


def test_the_history_is_offered_where_the_skill_ends_the_routine(page: Page) -> None:
    page.locator("#back").click()
    page.locator("#hurts").click()
    page.locator("#yes").click()
    expect(page.locator("#ended")).to_be_visible()
    page.locator("#ended").click()

    expect(page.locator("#history")).to_be_visible()
