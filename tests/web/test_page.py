"""The page that leads, in headless Chromium, over its own server."""

from collections.abc import Iterator
from math import ceil
from typing import Any

import pytest
from browser import timeline
from page_fakes import (
    CLOCK,
    at,
    faults,
    heard_at,
    led_page,
    opened_page,
    paused,
    settle,
    told,
    until,
)
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that is ready to start; a test in which it has a fault fails."""
    with led_page(browser, address, CLOCK) as found:
        yield found
        assert faults(found) == []


def started(page: Page) -> None:
    page.locator("#start").click()
    expect(page.locator("#leading")).to_be_visible()


def number(cue: dict[str, Any]) -> str:
    """The number that stands in the ring when *cue* begins: the seconds left, or the repetition."""
    if "timed" in cue:
        gone, whole = cue["timed"]
        return str(ceil((whole - gone) / 1000))
    return str(cue["rep"]) if cue["rep"] else ""


def test_a_whole_routine_shows_each_cue_of_the_timeline(page: Page, address: str) -> None:
    started(page)
    cues = timeline(address)["cues"]
    shown = page.evaluate(
        """cues => cues.map(cue => { tick(cue.at_ms); return ["rep", "words", "sets"].map(
             id => document.getElementById(id).textContent); })""",
        cues,
    )
    words = ""
    for cue, (rep, said, sets) in zip(cues, shown, strict=True):
        words = cue["words"] or words
        assert said == words
        assert rep == number(cue)
        name = "Round" if cue["exercise"] == "toe_walking" else "Set"
        assert sets == (f"{name} {cue['set']} of {cue['sets']}" if cue["set"] else "")


def test_the_seconds_of_a_hold_are_counted_down_across_what_is_said_in_it(
    page: Page, address: str
) -> None:
    started(page)
    cues = timeline(address)["cues"]
    hold = next(cue for cue in cues if cue["exercise"] == "toe_walking" and cue["rep"])
    for after, seconds in ((0, "20"), (1, "20"), (1_000, "19"), (10_000, "10"), (19_999, "1")):
        at(page, hold["at_ms"] + after)
        expect(page.locator("#rep")).to_have_text(seconds)
        ring = page.evaluate("Number(document.getElementById('ring').style.strokeDashoffset)")
        assert ring == pytest.approx(after / 200)
    at(page, hold["at_ms"] + 20_000)
    expect(page.locator("#rep")).to_have_text("20")


def test_which_foot_works_and_which_is_lifted_is_said(page: Page, address: str) -> None:
    started(page)
    for exercise, feet in (
        ("heel_raises", "Left foot · Right foot lifted"),
        ("ankle_circles", "Left foot"),
        ("toe_curls", "Left foot"),  # both feet stand on the towel
    ):
        cues = timeline(address)["cues"]
        cue = next(c for c in cues if (c["exercise"], c["side"]) == (exercise, "left"))
        at(page, cue["at_ms"])
        expect(page.locator("#feet")).to_have_text(feet)
        expect(page.locator("#drawing")).to_have_class("left_foot")
        assert page.locator("#drawing path").count() > 3


def test_what_comes_next_is_said_until_the_end(page: Page, address: str) -> None:
    started(page)
    cues = timeline(address)["cues"]
    last = [cue for cue in cues if cue["exercise"]][-1]
    for ms, words in (
        (0, "Next: heel raises, right foot"),
        (next(cue["at_ms"] for cue in cues if cue["rep"]), "Next: heel raises, left foot"),
        (last["at_ms"], "Next: the end"),
        (cues[-1]["at_ms"], ""),
    ):
        at(page, ms)
        expect(page.locator("#next_up")).to_have_text(words)


def test_the_minutes_that_are_left_are_told(page: Page, address: str) -> None:
    started(page)
    total = timeline(address)["total_ms"]
    for ms, words in ((60_000, "1 minute left"), (60_001, "2 minutes left")):
        at(page, total - ms)
        expect(page.locator("#left")).to_have_text(words)


def test_keys_and_headset_buttons_move_by_sets(page: Page, address: str) -> None:
    started(page)
    cues = [cue for cue in timeline(address)["cues"] if cue["exercise"]]
    starts = [
        cue["at_ms"]
        for before, cue in zip([None, *cues], cues, strict=False)
        if not before or any(before[k] != cue[k] for k in ("exercise", "side", "set"))
    ]
    for move, place in (
        ("page.ArrowRight", 0),
        ("page.ArrowRight", 1),
        ("buttons.nexttrack", 2),
        ("page.r", 2),
        ("page.ArrowLeft", 1),
        ("buttons.previoustrack", 0),
    ):
        kind, name = move.split(".")
        if kind == "page":
            page.locator("body").press(name)
        else:
            page.evaluate("name => buttons[name]()", name)
        assert heard_at(page) == starts[place], move


def test_a_pause_keeps_the_place_to_the_millisecond(page: Page) -> None:
    started(page)
    at(page, 123457)
    page.locator("body").press(" ")
    expect(page.locator("#pause")).to_have_text("Go on")
    expect(page.locator("#paused")).to_have_text("Paused")
    expect(page.locator("#rep")).to_have_css("visibility", "hidden")
    page.locator("body").press(" ")

    expect(page.locator("#pause")).to_have_text("Pause")
    expect(page.locator("#paused")).to_have_text("")
    assert heard_at(page) == 123457


def test_a_set_heard_to_its_end_is_kept_and_a_skipped_one_is_not(page: Page, address: str) -> None:
    started(page)
    cues = [cue for cue in timeline(address)["cues"] if cue["exercise"]]
    with page.expect_response("**/done") as answer:
        for cue in cues:
            at(page, cue["at_ms"])
            if cue["side"] == "left":
                break
            at(page, cue["at_ms"] + cue["ms"] - 1)
    assert answer.value.status == 204
    assert timeline(address)["place"] == {"exercise": "heel_raises", "side": "left", "set": 1}

    page.locator("#next").click()
    page.locator("#next").click()
    assert timeline(address)["place"] == {"exercise": "heel_raises", "side": "left", "set": 1}


def test_forget_me_deletes_the_place_after_a_question(page: Page, address: str) -> None:
    place = {"exercise": "heel_raises", "side": "right", "set": 1}
    done = page.evaluate(
        """place => fetch("done", { method: "POST", body: JSON.stringify(place),
             headers: { "Content-Type": "application/json" } }).then(answer => answer.status)""",
        place,
    )
    assert done == 204
    assert timeline(address)["place"]
    page.locator("#forget").click()
    page.locator("#yes").click()
    expect(page.locator("#yes")).to_be_hidden()
    settle(page)

    assert timeline(address)["place"] is None


def test_pain_stops_at_once_and_the_exercise_can_be_left_out(page: Page, address: str) -> None:
    started(page)
    cues = timeline(address)["cues"]
    cue = next(cue for cue in cues if cue["exercise"] == "ankle_circles")
    at(page, cue["at_ms"])
    page.locator("body").press("h")
    assert paused(page)
    expect(page.locator("#yes")).to_be_visible()
    assert page.locator("#asked").inner_text().startswith("Stop")
    page.locator("#yes").click()
    page.locator("#go_on").click()

    expect(page.locator("#exercise")).not_to_have_text("Ankle circles")
    assert not paused(page)


def test_pain_that_is_not_bad_offers_it_gently(page: Page, address: str) -> None:
    started(page)
    cues = timeline(address)["cues"]
    cue = next(cue for cue in cues if cue["exercise"] == "heel_raises")
    at(page, cue["at_ms"])
    page.locator("#hurts").click()
    page.locator("#no").click()
    expect(page.locator("#asked")).to_contain_text("once more, smaller and softer")
    expect(page.locator("#no")).to_have_text("Leave it out")
    page.locator("#yes").click()
    expect(page.locator("#asked")).to_contain_text("Gently now")
    page.locator("#go_on").click()

    expect(page.locator("#exercise")).to_have_text("Heel raises")


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_nothing_is_wider_than_the_screen_and_buttons_are_large(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    started(page)
    at(page, 90000)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator("#moves button:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["width"] >= 44


def test_the_page_leads_on_without_its_server(browser: Browser, address: str) -> None:
    context = browser.new_context()
    found = context.new_page()
    found.goto(address)
    found.evaluate("navigator.serviceWorker.ready")
    kept = "async () => Boolean(await caches.match(new URL('timeline.json', location)))"
    until(found, lambda: bool(found.evaluate(kept)))
    context.set_offline(True)
    found.reload()
    found.locator("#start").click()

    expect(found.locator("#words")).to_contain_text("Welcome")
    context.close()


def test_a_damaged_timeline_is_a_plain_sentence(browser: Browser, address: str) -> None:
    damaged: dict[str, Any] = {"json": {"cues": []}}
    with opened_page(browser, address, answers={"**/timeline.json": damaged}) as found:
        expect(told(found, "routine")).to_contain_text("could not be read")


def test_a_second_tab_pauses_the_first(browser: Browser, address: str) -> None:
    context = browser.new_context(service_workers="block")
    first, second = context.new_page(), context.new_page()
    for found in (first, second):
        found.goto(address)
        found.locator("#start").click()

    expect(told(first, "tab")).to_contain_text("another tab")
    expect(first.locator("#pause")).to_have_text("Go on")
    expect(second.locator("#pause")).to_have_text("Pause")
    context.close()
