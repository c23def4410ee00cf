"""Slower, and the wishes before the start, on the page in headless Chromium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from browser import page_server, timeline
from page_fakes import CLOCK, SETTLED, at, faults, heard_at, led_page, paused, source, told, until
from page_studio import Studio, Voice
from playwright.sync_api import Browser, Page, expect

from skill.recording import studio

LEFT: Final = {"exercise": "heel_raises", "side": "left", "set": 1}
SOURCE: Final = "document.getElementById('audio').src"

KEPT: Final = """async () => {
  const names = (await caches.keys()).filter(name => name.startsWith("foot-routine-"));
  const keys = await Promise.all(names.map(async name => (await caches.open(name)).keys()));
  return keys.flat().map(key => key.url).filter(url => url.includes("/recordings/")); }"""
"""The addresses of the recordings that the service worker keeps."""


@pytest.fixture
def made_by(monkeypatch: pytest.MonkeyPatch) -> Studio:
    """The studio that makes the recordings."""
    found = Studio()
    monkeypatch.setattr(studio, "record", found.record)
    return found


@pytest.fixture
def address(tmp_path: Path, made_by: Studio) -> Iterator[str]:
    with page_server(tmp_path, Voice()) as found:
        yield found
        made_by.may.set()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with led_page(browser, address, CLOCK) as found:
        found.wait_for_function(f"() => {SOURCE}.endsWith('.mp3')")
        yield found
        assert faults(found) == []


def start_of(found: Any, **place: object) -> int:  # noqa: ANN401 - JSON
    """Where a set begins in a timeline, its announcement included."""
    cues = (cue for cue in found["cues"] if place.items() <= cue.items())
    return int(next(cues)["at_ms"])


def wish(page: Page, button: str, *unticked: str) -> None:
    """Untick some boxes of the wishes, and send them."""
    page.locator("#wish_list summary").click()
    for name in unticked:
        page.get_by_label(name, exact=True).uncheck()
    page.locator(f"#{button}").click()
    expect(page.locator("#wished")).not_to_be_empty()


def without_a_band(page: Page, address: str) -> Any:  # noqa: ANN401 - JSON
    """Wish for a routine without a band; gives its timeline once its recording is there."""
    wish(page, "wish_today", "A band")
    page.wait_for_function(f"() => {SOURCE}.endsWith('.mp3')")
    return timeline(address)


def test_slower_plays_on_and_is_taken_at_the_next_set(
    page: Page, address: str, made_by: Studio
) -> None:
    first = without_a_band(page, address)
    page.locator("#start").click()
    for ms in (0, 15_000):
        at(page, start_of(first, **LEFT) + ms)
    old = source(page)
    made_by.may.clear()
    page.locator("#slower").click()
    expect(told(page, "other")).to_contain_text("40 percent")
    assert not paused(page)
    assert source(page) == old

    made_by.may.set()
    expect(told(page, "other")).to_have_text("It goes on like that from the next set.")
    at(page, start_of(first, **LEFT) + 18_000)
    assert source(page) == old
    following = LEFT | {"side": "right", "set": 2}
    with page.expect_response("**/done") as kept:
        for ms in (-1, 5):
            at(page, start_of(first, **following) + ms)
    slower = timeline(address)

    assert slower["total_ms"] > first["total_ms"]
    assert source(page) == f"{address}{slower['sound']}" != old
    assert heard_at(page) == start_of(slower, **following)
    assert not paused(page)
    assert kept.value.status == 204
    expect(page.locator("#sets")).to_have_text("Set 2 of 2")


def test_a_slower_recording_that_fails_lets_this_one_go_on(
    page: Page, address: str, made_by: Studio
) -> None:
    wish(page, "wish_today", "A band")
    page.wait_for_function(f"() => {SOURCE}.endsWith('.mp3')")
    page.locator("#start").click()
    at(page, start_of(timeline(address), **LEFT))
    old = source(page)
    made_by.fails = True
    page.locator("#slower").click()

    expect(told(page, "other")).to_contain_text("it goes on as it was")
    assert not paused(page)
    assert source(page) == old


def test_slower_asks_first_where_it_costs_an_exercise(page: Page, address: str) -> None:
    page.locator("#start").click()
    first = timeline(address)
    moment = start_of(first, **LEFT) + 15_000
    at(page, moment)
    page.locator("#slower").click()
    expect(page.locator("#asked")).to_contain_text("there is no time for toe walking")
    assert paused(page)
    page.locator("#yes").click()
    expect(page.locator("#asked")).to_contain_text("Slower, then.")
    page.locator("#go_on").click()
    expect(told(page, "other")).to_have_text("It goes on like that from the next set.")

    assert not paused(page)
    assert heard_at(page) == moment
    at(page, start_of(first, exercise="toe_walking"))
    expect(page.locator("#exercise")).to_have_text("Ankle circles")
    assert "toe_walking" not in {cue["exercise"] for cue in timeline(address)["cues"]}


def test_a_recording_that_is_late_is_taken_at_the_next_set(
    browser: Browser, address: str, made_by: Studio
) -> None:
    made_by.may.clear()
    with led_page(browser, address, CLOCK) as page:
        found = timeline(address)
        page.locator("#start").click()
        at(page, start_of(found, **LEFT))
        expect(told(page, "making")).to_contain_text("40 percent")
        made_by.may.set()
        expect(told(page, "making")).to_have_count(0)
        assert source(page).startswith("blob:")
        following = start_of(found, **LEFT | {"side": "right", "set": 2})
        at(page, following + 5)
        page.wait_for_function(f"() => {SOURCE}.endsWith('.mp3')")

        assert heard_at(page) == following


def test_wishes_before_the_start_make_another_recording(page: Page, address: str) -> None:
    old = source(page)
    page.locator("#wish_list summary").click()
    expect(page.get_by_label("Gently")).to_be_hidden()  # it would change nothing
    page.get_by_label("Minutes at most").fill("10")
    page.get_by_label("Feet").select_option(label="Left foot")
    page.locator("#wish_today").click()
    expect(page.locator("#wished")).not_to_be_empty()
    page.wait_for_function(f"old => {SOURCE}.endsWith('.mp3') && {SOURCE} !== old", arg=old)

    found = timeline(address)
    assert found["routine_ms"] <= 600_000
    assert source(page) == f"{address}{found['sound']}"
    expect(page.locator("#title")).to_have_text(found["title"])
    page.reload()
    page.locator("#wish_list summary").click()
    expect(page.get_by_label("Minutes at most")).to_have_value("10")


def test_the_browser_keeps_the_recording_of_the_wishes_and_no_older_one(
    browser: Browser, address: str
) -> None:
    context = browser.new_context()
    context.add_init_script(SETTLED)
    page = context.new_page()
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.locator("#wish_list summary").click()
    for minutes in ("15", "10"):
        page.get_by_label("Minutes at most").fill(minutes)
        with page.expect_response("**/wish"):
            page.locator("#wish_today").click()
        until(page, lambda: page.evaluate(KEPT) == [f"{address}{timeline(address)['sound']}"])
    context.set_offline(True)
    page.reload()
    expect(page.locator("#start")).to_be_visible()
    page.wait_for_function("() => document.getElementById('audio').readyState > 1")

    assert source(page) == f"{address}{timeline(address)['sound']}"
    context.close()


def test_sitting_down_only_leaves_out_what_is_done_standing(page: Page, address: str) -> None:
    page.locator("#wish_list summary").click()
    page.get_by_label("Sitting down only").check()
    expect(page.get_by_label("Heel raises", exact=True)).not_to_be_checked()
    page.locator("#wish_always").click()
    expect(page.locator("#wished")).to_contain_text("I will lead you like this from now on.")

    led = {cue["exercise"] for cue in timeline(address)["cues"]} - {None}
    assert led == {"ankle_circles", "toe_curls", "resisted_flexion"}
    expect(page.get_by_label("Sitting down only")).to_be_checked()
    page.get_by_label("Sitting down only").uncheck()
    expect(page.get_by_label("Heel raises", exact=True)).to_be_checked()


def test_gently_is_offered_where_there_is_something_gentler(page: Page, address: str) -> None:
    wish(page, "wish_today", "A band")
    before = timeline(address)["cues"]
    page.get_by_label("Gently").check()
    page.locator("#wish_today").click()
    expect(page.locator("#wished")).to_contain_text("Gently today")

    assert timeline(address)["cues"] != before


def test_a_wish_that_leaves_nothing_is_told_so(page: Page) -> None:
    expect(page.locator("#wish_exercises label")).to_have_count(5)
    names = page.locator("#wish_exercises label").all_text_contents()
    wish(page, "wish_today", *(name.strip() for name in names))

    expect(page.locator("#wished")).to_contain_text("That would leave nothing to do")
    expect(page.get_by_label("Heel raises", exact=True)).to_be_checked()


def pain(page: Page, *answers: str) -> None:
    """Say that it hurts, answer the questions, and go on."""
    page.locator("#hurts").click()
    for answer in answers:
        page.locator(f"#{answer}").click()
    page.locator("#go_on").click()
    expect(page.locator("#moves")).to_be_visible()


def test_where_all_that_is_left_is_the_same_the_recording_that_there_is_leads_on(
    page: Page, address: str, made_by: Studio
) -> None:
    """What was left of the exercise was the least that there is already."""
    first = timeline(address)
    page.locator("#start").click()
    at(page, start_of(first, **LEFT) + 20_000)
    old = source(page)
    made_by.may.clear()
    pain(page, "no", "yes")
    expect(told(page, "other")).to_contain_text("40 percent")
    assert source(page) == old
    assert not paused(page)

    made_by.may.set()
    expect(told(page, "other")).to_have_text("It goes on like that from the next set.")
    following = LEFT | {"side": "right", "set": 2}
    at(page, start_of(first, **following))
    found = timeline(address)
    assert source(page) == f"{address}{found['sound']}" != old
    assert heard_at(page) == start_of(found, **following)


def test_a_gentler_routine_is_silent_until_its_voice_is_made_and_says_so(
    page: Page, address: str, made_by: Studio
) -> None:
    """Its sets are other ones, so that the recording that there is would lead too much."""
    first = without_a_band(page, address)
    page.locator("#start").click()
    at(page, start_of(first, **LEFT) + 20_000)
    made_by.may.clear()
    pain(page, "no", "yes")
    expect(told(page, "making")).to_have_text(
        "Its voice is being recorded: 40 percent. It leads without it until then."
    )
    expect(told(page, "making")).to_be_visible()
    assert source(page).startswith("blob:")
    assert not paused(page)
    gentler = timeline(address)
    assert gentler["cues"] != first["cues"]

    made_by.may.set()
    expect(told(page, "making")).to_have_count(0)
    following = start_of(gentler, exercise="toe_walking")
    at(page, following)
    assert source(page) == f"{address}{timeline(address)['sound']}"
    assert heard_at(page) == following
    assert not paused(page)


def test_what_slower_leaves_out_is_led_no_more_while_the_other_recording_is_made(
    page: Page, address: str, made_by: Studio
) -> None:
    first = timeline(address)
    page.locator("#start").click()
    at(page, start_of(first, **LEFT) + 15_000)
    made_by.may.clear()
    page.locator("#slower").click()
    page.locator("#yes").click()
    page.locator("#go_on").click()
    expect(told(page, "other")).to_contain_text("40 percent")
    at(page, start_of(first, exercise="toe_walking"))

    ahead = start_of(first, exercise="ankle_circles")
    expect(page.locator("#exercise")).to_have_text("Ankle circles")
    assert heard_at(page) == ahead
    page.locator("#back").click()
    expect(page.locator("#exercise")).to_have_text("Heel raises")
    page.locator("#next").click()
    assert heard_at(page) == ahead
    page.locator("#hurts").click()
    expect(page.locator("#asked")).to_contain_text("Is it bad?")


def test_the_buttons_call_a_set_as_its_exercise_does(page: Page, address: str) -> None:
    page.locator("#start").click()
    for exercise, names in (
        ("heel_raises", ["The set before", "Next set", "This set again"]),
        ("toe_walking", ["The round before", "Next round", "This round again"]),
        ("ankle_circles", ["The set before", "Next set", "This set again"]),
    ):
        at(page, start_of(timeline(address), exercise=exercise))
        for move, name in zip(("back", "next", "repeat"), names, strict=True):
            expect(page.locator(f"#{move}")).to_have_text(name)
