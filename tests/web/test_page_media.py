"""The page in a pocket: headset, lock screen, a screen that is off, and keys."""

import urllib.request
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import pytest
from page_fakes import CLOCK, at, faults, heard_at, led_page, paused
from playwright.sync_api import Browser, Page, expect

SESSION: Final = """
window.positions = [];
navigator.mediaSession.setPositionState = (state) => positions.push(state);
"""
"""Notes what lock screens are told of the position."""

LOCK: Final = """
window.locks = [];
Object.defineProperty(navigator, "wakeLock", { value: { request: async (kind) => {
  const lock = new EventTarget();
  Object.assign(lock, { kind, on: true, release() {
    lock.on = false; lock.dispatchEvent(new Event("release")); } });
  locks.push(lock);
  return lock;
} } });
window.off = false;
Object.defineProperty(document, "hidden", { get: () => off });
window.screenOff = (to) => {
  window.off = to;
  if (to) locks.filter(lock => lock.on).forEach(lock => lock.release());
  document.dispatchEvent(new Event("visibilitychange"));
};
window.awake = () => locks.filter(lock => lock.on).map(lock => lock.kind);
"""
"""A screen that `screenOff` switches, and locks that keep it on, as a browser lets them go."""

FROZEN: Final = "window.requestAnimationFrame = () => 0;"
"""A browser that draws no frames; `wait_for_function` needs another interval then."""


@pytest.fixture
def address(shared_address: str) -> str:
    return shared_address


@pytest.fixture
def starts(cues: list[dict[str, Any]]) -> list[int]:
    """The moment at which each set begins, in ms."""

    def place(cue: dict[str, Any]) -> tuple[str, str, int]:
        return cue["exercise"], cue["side"], cue["set"]

    led = [cue for cue in cues if cue["exercise"]]
    return [
        led[0]["at_ms"],
        *(cue["at_ms"] for last, cue in pairwise(led) if place(last) != place(cue)),
    ]


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that leads, and keeps nothing of what it leads."""
    with led_page(browser, address, CLOCK, SESSION, LOCK, FROZEN) as found:
        found.route("**/done", lambda route: route.fulfill(status=204))
        found.locator("#start").click()
        expect(found.locator("#leading")).to_be_visible()
        yield found


def press(page: Page, button: str, **details: float) -> int:
    """Press a *button* of a headset; gives the moment to which that led, in ms."""
    page.evaluate("([name, details]) => buttons[name](details)", [button, details])
    return heard_at(page)


def test_a_headset_pauses_and_goes_on_at_the_same_millisecond(page: Page) -> None:
    at(page, 123_457)

    assert press(page, "pause") == 123_457
    assert paused(page)
    assert page.evaluate("navigator.mediaSession.playbackState") == "paused"
    assert press(page, "play") == 123_457
    assert not paused(page)
    assert page.evaluate("navigator.mediaSession.playbackState") == "playing"


def test_a_headset_goes_to_the_set_after_and_before(page: Page, starts: list[int]) -> None:
    at(page, starts[3] + 5_000)

    assert press(page, "nexttrack") == starts[4]
    assert press(page, "nexttrack") == starts[5]
    assert press(page, "previoustrack") == starts[4]


def test_a_lock_screen_seeks_by_its_own_step_or_by_ten_seconds(page: Page) -> None:
    at(page, 100_000)

    assert press(page, "seekforward") == 110_000
    assert press(page, "seekforward", seekOffset=30) == 140_000
    assert press(page, "seekbackward") == 130_000
    assert press(page, "seekbackward", seekOffset=500) == 0


def test_a_lock_screen_seeks_to_a_moment_and_never_past_the_end(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    total = cues[-1]["at_ms"] + cues[-1]["ms"]

    assert press(page, "seekto", seekTime=61.5) == 61_500
    assert press(page, "seekto", seekTime=99_999) == total
    assert press(page, "seekforward") == total


def test_a_lock_screen_is_told_the_position_and_the_length(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    page.wait_for_function("isFinite(document.getElementById('audio').duration)", polling=20)
    press(page, "seekto", seekTime=61.5)
    told = page.evaluate("positions.at(-1)")

    assert told["position"] == 61.5
    assert told["playbackRate"] == 1
    total = (cues[-1]["at_ms"] + cues[-1]["ms"]) / 1000
    assert told["duration"] == pytest.approx(total, abs=0.01)


def test_a_lock_screen_shows_the_exercise_the_feet_and_a_picture(
    page: Page, starts: list[int], address: str
) -> None:
    at(page, starts[0])
    said = """() => { const { title, artist, album, artwork } = navigator.mediaSession.metadata;
                return [title, artist, album, artwork.map(({ src }) => src)]; }"""
    title, artist, album, artwork = page.evaluate(said)

    assert (title, artist) == ("Heel raises", "Right foot · Left foot lifted")
    assert album
    for picture in artwork:
        with urllib.request.urlopen(picture) as answer:  # noqa: S310 - our own server
            assert answer.headers.get_content_maintype() == "image"
            assert answer.read()
    assert all(picture.startswith(address) for picture in artwork)


def test_a_browser_without_some_of_the_buttons_has_the_others(
    browser: Browser, address: str
) -> None:
    fewer = """const all = navigator.mediaSession.setActionHandler;
      navigator.mediaSession.setActionHandler = (name, move) => {
        if (name === "seekto" || name === "nexttrack") throw new TypeError(name);
        all(name, move); };"""
    with led_page(browser, address, CLOCK, fewer) as page:
        assert sorted(page.evaluate("Object.keys(buttons)")) == [
            *("pause", "play", "previoustrack", "seekbackward", "seekforward")
        ]


def test_the_screen_stays_on_while_it_leads_and_only_then(page: Page) -> None:
    page.wait_for_function("awake().length === 1", polling=20)
    assert page.evaluate("awake()") == ["screen"]
    press(page, "pause")
    assert page.evaluate("awake()") == []

    press(page, "play")
    page.wait_for_function("awake().length === 1", polling=20)


def test_the_screen_is_kept_on_again_when_the_page_is_seen_again(page: Page) -> None:
    page.wait_for_function("awake().length === 1", polling=20)
    page.evaluate("screenOff(true)")
    assert page.evaluate("awake()") == []
    page.evaluate("screenOff(false)")

    page.wait_for_function("awake().length === 1", polling=20)
    assert not paused(page)


def test_a_browser_that_refuses_to_keep_the_screen_on_leads_all_the_same(
    browser: Browser, address: str
) -> None:
    refused = """Object.defineProperty(navigator, "wakeLock", { value: {
      request: () => Promise.reject(new DOMException("", "NotAllowedError")) } });"""
    with led_page(browser, address, CLOCK, refused) as page:
        page.locator("#start").click()

        expect(page.locator("#words")).to_contain_text("Welcome")
        assert not paused(page)
        assert faults(page) == []


def test_the_place_is_that_of_the_sound_when_the_screen_is_on_again(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    """The sound went on for minutes in which no timer, no frame and no event came."""
    later = next(cue for cue in cues if cue["exercise"] == "toe_curls" and cue["rep"] == 2)
    page.evaluate("screenOff(true)")
    page.evaluate(
        """ms => Object.defineProperty(HTMLMediaElement.prototype, "currentTime",
                                       { get: () => ms / 1000, set() {} })""",
        later["at_ms"] + 200,
    )
    expect(page.locator("#exercise")).to_have_text("")
    page.evaluate("screenOff(false)")

    expect(page.locator("#exercise")).to_have_text("Toe curls")
    expect(page.locator("#rep")).to_have_text("2")


def test_an_exercise_can_be_gone_to(page: Page, cues: list[dict[str, Any]]) -> None:
    for name in ("toe_curls", "heel_raises"):
        page.locator("#exercises").select_option(name)
        begin = next(cue["at_ms"] for cue in cues if cue["exercise"] == name)

        assert heard_at(page) == begin
    names = page.locator("#exercises option").evaluate_all("all => all.map(each => each.value)")
    assert names == list(dict.fromkeys(cue["exercise"] for cue in cues if cue["exercise"]))


def test_each_key_has_its_move(page: Page, starts: list[int]) -> None:
    at(page, starts[2] + 7_000)
    body = page.locator("body")
    for key, led in (
        *(("ArrowRight", starts[3]), ("ArrowLeft", starts[2]), ("r", starts[2]), ("R", starts[2])),
    ):
        body.press(key)
        assert heard_at(page) == led, key
    body.press(" ")
    assert paused(page)
    body.press(" ")
    assert not paused(page)
    with page.expect_response("**/say"):
        body.press("H")
    assert paused(page)
    expect(page.locator("#asked")).to_contain_text("Stop")


@pytest.mark.parametrize("key", ["Control+r", "Alt+ArrowLeft", "Meta+h", "x"])
def test_keys_of_the_browser_are_left_to_it(page: Page, starts: list[int], key: str) -> None:
    at(page, starts[2] + 7_000)
    page.evaluate(
        """window.taken = null;
           addEventListener("keydown", (event) => { window.taken = event.defaultPrevented; });"""
    )
    page.evaluate(
        """key => { const parts = key.split("+");
             document.body.dispatchEvent(new KeyboardEvent("keydown", { key: parts.at(-1),
               bubbles: true, cancelable: true, ctrlKey: parts[0] === "Control",
               altKey: parts[0] === "Alt", metaKey: parts[0] === "Meta" })); }""",
        key,
    )

    assert page.evaluate("taken") is False
    assert heard_at(page) == starts[2] + 7_000


def test_nothing_moves_by_itself_where_reduced_motion_is_wished(page: Page) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter((each) => {
      const style = getComputedStyle(each);
      return parseFloat(style.transitionDuration) > 0; }).map(({ id }) => id)"""
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) == ["ring"]
    page.emulate_media(reduced_motion="reduce")

    assert page.evaluate(moving) == []
