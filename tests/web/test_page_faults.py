"""What goes wrong on the page: each time one plain sentence, and a way on."""

import urllib.request
from collections.abc import Iterator
from typing import Any, Final

import pytest
from browser import timeline
from page_fakes import CLOCK, SETTLED, at, led_page, opened_page, paused, told
from playwright.sync_api import Browser, Page, Route, expect

ADDRESS: Final = "recordings/made.mp3"

REFUSING: Final = """
window.refuses = true;
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  return refuses ? Promise.reject(new DOMException("", "NotAllowedError")) : play.call(this); };
"""
"""A browser that lets no sound begin while `refuses`."""

DENIED: Final = """
navigator.serviceWorker.register = () => Promise.reject(new DOMException("", "SecurityError"));
"""
"""A browser that may keep nothing."""


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that leads, in the set that `hurts` is said in."""
    with led_page(browser, address, CLOCK) as found:
        found.locator("#start").click()
        cues = timeline(address)["cues"]
        at(found, next(cue["at_ms"] for cue in cues if cue["side"] == "left"))
        yield found


def heard(page: Page, seconds: float) -> None:
    """Wait until the sound has played for so long."""
    page.wait_for_function("to => document.getElementById('audio').currentTime > to", arg=seconds)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("**/labels.json", {"status": 500}),
        ("**/dom.js", {"body": "this is no script"}),
    ],
)
def test_words_or_scripts_that_cannot_be_read_leave_a_sentence_and_a_way_on(
    browser: Browser, address: str, path: str, answer: dict[str, Any]
) -> None:
    with opened_page(browser, address, answers={path: answer}) as page:
        expect(page.locator("#unreadable")).to_be_visible()
        expect(page.locator("#unreadable")).to_contain_text("Start foot-routine page again")
        page.unroute(path)
        page.locator("#unreadable a").click()
        expect(page.locator("#start")).to_be_visible()


def test_the_sentence_is_not_seen_while_the_page_opens(browser: Browser, address: str) -> None:
    shown = "getComputedStyle(document.getElementById('unreadable')).animationDelay"
    with opened_page(browser, address, answers={"**/labels.json": {"status": 500}}) as page:
        assert page.evaluate(shown) == "1s"


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404},
        {"body": "no JSON"},
        {"json": {"cues": [{"at_ms": "soon"}]}},
    ],
)
def test_a_missing_or_damaged_timeline_is_a_sentence_and_a_way_on(
    browser: Browser, address: str, answer: dict[str, Any]
) -> None:
    with opened_page(browser, address, answers={"**/timeline.json": answer}) as page:
        expect(told(page, "routine")).to_contain_text("The routine could not be read.")
        page.unroute("**/timeline.json")
        page.locator("#again a").click()
        expect(page.locator("#start")).to_be_visible()
        expect(told(page, "routine")).to_have_count(0)


def recorded(address: str, sound: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The answers of a server that names a recording, and gives *sound* for it."""
    named = timeline(address) | {"sound": ADDRESS}
    return {"**/timeline.json": {"json": named}, f"**/{ADDRESS}": sound}


@pytest.mark.parametrize(
    "sound",
    [
        {"status": 404},
        {"body": b"", "content_type": "audio/mpeg"},
        {"body": b"no sound" * 9999, "content_type": "audio/mpeg"},
    ],
)
def test_a_damaged_recording_leads_on_in_silence(
    browser: Browser, address: str, sound: dict[str, Any]
) -> None:
    with opened_page(browser, address, answers=recorded(address, sound)) as page:
        expect(told(page, "sound")).to_contain_text("could not be played")
        page.locator("#start").click()

        heard(page, 0.1)
        assert not paused(page)


def test_a_recording_that_breaks_while_it_plays_leads_on_from_the_same_moment(
    browser: Browser, address: str
) -> None:
    with led_page(browser, address) as page:
        page.locator("#start").click()
        heard(page, 0.1)
        page.evaluate(
            """async () => {
                 const player = await import("./player.js");
                 player.seek(60000);
                 player.swap(() => player.load("recordings/gone.mp3"));
               }"""
        )
        expect(told(page, "sound")).to_contain_text("could not be played")

        heard(page, 60.1)
        assert page.evaluate("document.getElementById('audio').currentTime") < 65
        assert not paused(page)


def test_a_recording_that_ends_too_soon_leads_on_in_silence(browser: Browser, address: str) -> None:
    with led_page(browser, address) as page:
        page.evaluate(
            """async () => {
                 const { silence } = await import("./silence.js");
                 const half = await silence(1500).arrayBuffer();
                 window.short = Array.from(new Uint8Array(half));
               }"""
        )
        short = {"body": bytes(page.evaluate("short")), "content_type": "audio/wav"}
    with opened_page(browser, address, answers=recorded(address, short)) as page:
        page.locator("#start").click()
        expect(told(page, "sound")).to_contain_text("could not be played")

        heard(page, 1.6)
        assert not paused(page)


def test_a_sound_that_may_not_begin_asks_for_start_once_more(
    browser: Browser, address: str
) -> None:
    with led_page(browser, address, CLOCK, REFUSING) as page:
        page.locator("#start").click()
        sentence = "The browser did not let the sound begin. Press Start again."
        expect(told(page, "start")).to_have_text(sentence)
        page.evaluate("window.refuses = false")
        page.locator("#start").click()

        expect(page.locator("#moves")).to_be_visible()
        expect(told(page, "start")).to_have_count(0)
        assert not paused(page)


def test_a_sound_that_may_not_go_on_asks_for_that_button(browser: Browser, address: str) -> None:
    with led_page(browser, address, CLOCK, REFUSING) as page:
        page.evaluate("window.refuses = false")
        page.locator("#start").click()
        page.locator("#pause").click()
        page.evaluate("window.refuses = true")
        page.locator("#pause").click()

        expect(told(page, "start")).to_contain_text("Press Go on again.")
        expect(page.locator("#pause")).to_have_text("Go on")


def gone(route: Route) -> None:
    route.abort()


def test_pain_with_the_server_gone_stops_at_once_and_leaves_a_choice(page: Page) -> None:
    page.route("**/say", gone)
    page.locator("#hurts").click()
    assert paused(page)
    expect(page.locator("#asked")).to_contain_text("Stop, and let go.")
    expect(page.locator("#end")).to_be_visible()
    page.locator("#leave").click()

    expect(page.locator("#exercise")).to_have_text("Toe walking")
    assert not paused(page)


def test_pain_with_the_server_gone_can_end_the_day(page: Page) -> None:
    page.route("**/say", gone)
    page.locator("#hurts").click()
    page.locator("#end").click()

    expect(page.locator("#start")).to_be_visible()
    expect(page.locator("#moves")).to_be_hidden()
    assert paused(page)


def test_an_answer_to_the_question_with_the_server_gone_leads_nobody_on(page: Page) -> None:
    page.locator("#hurts").click()
    expect(page.locator("#yes")).to_be_visible()
    page.route("**/say", gone)
    page.locator("#no").click()

    expect(page.locator("#asked")).to_contain_text("Stop, and let go.")
    expect(page.locator("#yes")).to_be_hidden()
    assert paused(page)


def test_a_headset_does_not_lead_on_while_the_question_is_open(page: Page) -> None:
    page.locator("#hurts").click()
    page.evaluate("buttons.play()")

    assert paused(page)


def test_forget_me_with_the_server_gone_says_that_nothing_was_changed(
    browser: Browser, address: str
) -> None:
    with led_page(browser, address, CLOCK) as page:
        page.route("**/say", gone)
        page.locator("#forget").click()

        expect(told(page, "answer")).to_contain_text("nothing was changed")
        expect(page.locator("#start")).to_be_visible()
        expect(page.locator("#question")).to_be_hidden()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": 507}, "the disk is full"),
        ({"status": 500}, "the server does not answer"),
    ],
)
def test_a_set_that_is_not_kept_is_told_and_the_routine_goes_on(
    page: Page, address: str, answer: dict[str, Any], sentence: str
) -> None:
    page.route("**/done", lambda route: route.fulfill(**answer))
    for cue in timeline(address)["cues"]:
        at(page, cue["at_ms"])
        at(page, cue["at_ms"] + cue["ms"] - 1)
        if cue["set"] == 2:
            break

    expect(told(page, "place")).to_contain_text(sentence)
    assert not paused(page)


def test_a_browser_that_may_keep_nothing_leads_all_the_same(browser: Browser, address: str) -> None:
    with led_page(browser, address, CLOCK, DENIED) as page:
        expect(told(page, "offline")).to_contain_text("keeps no copy of the page")
        page.locator("#start").click()

        assert not paused(page)


@pytest.mark.parametrize("name", ["caches.open", "Cache.prototype.addAll", "Cache.prototype.put"])
def test_storage_that_is_full_is_told_and_the_page_leads_all_the_same(
    browser: Browser, address: str, name: str
) -> None:
    context = browser.new_context()
    context.add_init_script(SETTLED)
    full = f"{name} = () => Promise.reject(new DOMException('', 'QuotaExceededError'));"
    with urllib.request.urlopen(f"{address}worker.js") as answer:  # noqa: S310 - our own server
        script = full + answer.read().decode()
    context.route(
        "**/worker.js", lambda route: route.fulfill(body=script, content_type="text/javascript")
    )
    page = context.new_page()
    page.goto(address)
    expect(told(page, "offline")).to_contain_text("keeps no copy of the page")
    page.locator("#start").click()

    expect(page.locator("#words")).to_contain_text("Welcome")
    assert not paused(page)
    context.close()
