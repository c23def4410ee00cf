"""What the page tells: each kind of thing has a line of its own, for as long as it holds."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any, Final

import pytest
from page_fakes import CLOCK, EARS, at, faults, led_page, opened_page, settle, told
from playwright.sync_api import Browser, Page, expect

TELL: Final = """([kind, text]) => import("./messages.js").then(({ tell }) => tell(kind, text))"""
SHOWN: Final = """() => [...document.querySelectorAll("#message p")]
  .filter((line) => line.checkVisibility()).map((line) => line.dataset.kind)"""

PLACE_OF_START: Final = "document.getElementById('start').getBoundingClientRect().toJSON()"


@pytest.fixture
def address(shared_address: str) -> str:
    return shared_address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that has told all it tells before the start, which is that there is no voice."""
    with led_page(browser, address, CLOCK, EARS) as found:
        found.route("**/done", lambda route: route.fulfill(status=204))
        expect(told(found, "voice")).to_be_visible()
        yield found
        assert faults(found) == []


def tell(page: Page, kind: str, text: str) -> None:
    page.evaluate(TELL, [kind, text])


@pytest.mark.parametrize("order", [*permutations(["start", "place", "offline"])])
def test_the_most_urgent_comes_first_whichever_was_told_first(
    page: Page, order: tuple[str, ...]
) -> None:
    tell(page, "voice", "")
    for kind in order:
        tell(page, kind, f"It is {kind}.")

    expect(page.locator("#message p")).to_have_text(
        ["It is start.", "It is place.", "It is offline."]
    )


def test_a_new_sentence_takes_the_place_of_its_own_kind_only(page: Page) -> None:
    tell(page, "start", "Press Start.")
    tell(page, "making", "10 percent.")
    tell(page, "making", "20 percent.")

    expect(told(page, "start")).to_have_text("Press Start.")
    expect(told(page, "making")).to_have_text("20 percent.")
    tell(page, "making", "")
    expect(told(page, "making")).to_have_count(0)
    expect(told(page, "start")).to_have_text("Press Start.")


def test_no_more_than_three_lines_are_shown_and_the_others_come_when_one_goes(page: Page) -> None:
    for kind in ("offline", "making", "answer", "start"):
        tell(page, kind, f"It is {kind}.")
    assert page.evaluate(SHOWN) == ["start", "answer", "making"]
    tell(page, "start", "")

    assert page.evaluate(SHOWN) == ["answer", "making", "voice"]


@pytest.mark.parametrize("size", [(360, 740), (740, 360), (1080, 1920), (1920, 1080)])
def test_start_stays_in_its_place_whatever_the_page_learns_after_it_is_shown(
    page: Page, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    known = page.evaluate(PLACE_OF_START)
    for kind in ("start", "sound", "voice", "making"):
        tell(page, kind, "This is told. " * 9)
    at(page, 0)
    assert page.evaluate(PLACE_OF_START) == known
    for kind in ("start", "sound", "voice", "making"):
        tell(page, kind, "")
    page.evaluate(
        "for (const id of ['wish_list', 'ears']) document.getElementById(id).hidden = true"
    )

    assert page.evaluate(PLACE_OF_START) == known


def test_in_a_set_only_what_matters_there_is_shown(page: Page, cues: list[dict[str, Any]]) -> None:
    tell(page, "offline", "No copy is kept.")
    tell(page, "sound", "It leads in silence.")
    assert page.evaluate(SHOWN) == ["sound", "voice", "offline"]
    page.locator("#start").click()
    at(page, next(cue["at_ms"] for cue in cues if cue["rep"] == 2))

    assert page.evaluate(SHOWN) == ["sound"]


def test_an_answer_is_shown_until_the_next_set(page: Page, cues: list[dict[str, Any]]) -> None:
    page.locator("#start").click()
    page.locator("#listen").click()
    at(page, next(cue["at_ms"] for cue in cues if cue["rep"] == 2))
    page.evaluate("hear('how many more')")
    expect(told(page, "answer")).to_contain_text("to go")
    at(page, next(cue["at_ms"] for cue in cues if cue["rep"] == 4))
    expect(told(page, "answer")).to_be_visible()
    at(page, next(cue["at_ms"] for cue in cues if cue["side"] == "left"))

    expect(told(page, "answer")).to_have_count(0)


def test_another_tab_is_told_of_until_this_one_leads_again(page: Page) -> None:
    page.locator("#start").click()
    page.evaluate("new BroadcastChannel('foot-routine').postMessage('playing')")
    expect(told(page, "tab")).to_contain_text("another tab")
    page.locator("#pause").click()

    expect(told(page, "tab")).to_have_count(0)


def test_what_is_not_heard_is_told_until_the_page_listens_again(page: Page) -> None:
    page.locator("#listen").click()
    page.evaluate("deafen('network')")
    expect(told(page, "ears")).to_be_visible()
    page.locator("#listen").click()

    expect(told(page, "ears")).to_have_count(0)


def test_that_a_set_is_not_kept_is_told_until_one_is(
    browser: Browser, address: str, cues: list[dict[str, Any]]
) -> None:
    left = next(cue["at_ms"] for cue in cues if cue["side"] == "left")
    second = next(cue["at_ms"] for cue in cues if cue["set"] == 2)
    with led_page(browser, address, CLOCK) as page:
        page.route("**/done", lambda route: route.fulfill(status=507))
        page.locator("#start").click()
        at(page, left)
        expect(told(page, "place")).to_contain_text("the disk is full")
        page.route("**/done", lambda route: route.fulfill(status=204))
        at(page, second)

        expect(told(page, "place")).to_have_count(0)


SOON: Final = """
const later = setTimeout;
window.setTimeout = (what, ms, ...more) => later(what, ms === 1000 ? 0 : ms, ...more);
window.seen = { message: [], progress: [] };
document.addEventListener("DOMContentLoaded", () => {
  for (const [id, texts] of Object.entries(seen)) new MutationObserver(() => {
    const found = /[0-9]+ percent/.exec(document.getElementById(id).textContent)?.[0];
    if (found && found !== texts.at(-1)) texts.push(found);
  }).observe(document.getElementById(id), { childList: true, subtree: true });
});
"""
"""Asks at once where the page waits for a second; notes the percents that are `seen` and said."""


def test_each_percent_of_a_recording_is_seen_and_each_quarter_is_said(
    browser: Browser, shared_address: str
) -> None:
    percents = [0, 10, 24, 25, 40, 63, 90]
    states = [{"percent": each} for each in percents] + [{"failed": True}]
    with opened_page(browser, shared_address, SOON) as page:
        expect(told(page, "voice")).to_be_visible()
        settle(page)
        page.route("**/progress.json", lambda route: route.fulfill(json=states.pop(0)))
        page.reload()
        expect(told(page, "voice")).to_be_visible()

        seen = page.evaluate("seen")
        assert seen["message"] == [f"{each} percent" for each in percents]
        assert seen["progress"] == [f"{each} percent" for each in (0, 25, 50, 75)]
        expect(page.locator("#progress")).to_have_text("")
        expect(page.locator("#progress")).to_have_attribute("role", "status")


def test_what_is_seen_of_a_recording_is_hidden_from_a_screen_reader(page: Page) -> None:
    page.evaluate("import('./messages.js').then(({ tell }) => tell('making', '37 %', '25 %'))")

    expect(told(page, "making")).to_have_attribute("aria-hidden", "true")
    expect(page.locator("#progress")).to_have_text("25 %")
