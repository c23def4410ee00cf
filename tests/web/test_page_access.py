"""The page for eyes and fingers: axe, contrast, sizes, and nothing outside of the screen."""

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, Final

import pytest
from node import needed
from page_fakes import CLOCK, EARS, at, led_page
from playwright.sync_api import Browser, Page, expect

SIZES: Final = ((360, 740), (740, 360), (1080, 1920), (1920, 1080))
"""Width and height of screens in px: a phone and a monitor, upright and on their side."""

LEAST: Final = 44
"""The least width and height of what is touched, in px (WCAG 2.2, 2.5.5)."""

LEAST_DRAWN: Final = 55
"""The least height of a drawing or a ring on a phone that tells three things besides, in px."""

LEAST_CONTRAST: Final = 4.5
"""Of text (WCAG 2.2, 1.4.3)."""

LEAST_CONTRAST_OF_LINES: Final = 3
"""Of drawings and edges (WCAG 2.2, 1.4.11)."""


@pytest.fixture
def address(shared_address: str) -> str:
    return shared_address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with led_page(browser, address, CLOCK, EARS) as found:
        found.route("**/done", lambda route: route.fulfill(status=204))
        yield found


def wishes(page: Page) -> None:
    page.locator("#wish_list summary").click()
    expect(page.locator("#wish_minutes")).to_be_visible()


def in_a_set(page: Page) -> None:
    """Lead the second repetition of the exercise with the longest line of feet."""
    page.locator("#start").click()
    cues = page.evaluate("async () => (await (await fetch('timeline.json')).json()).cues")
    at(page, next(cue["at_ms"] for cue in cues if cue["rep"] == 2) + 300)
    expect(page.locator("#rep")).to_have_text("2")


def in_a_pause(page: Page) -> None:
    in_a_set(page)
    page.locator("#pause").click()
    expect(page.get_by_role("status").filter(has_text="Paused")).to_be_visible()


def in_a_question(page: Page) -> None:
    page.locator("#start").click()
    asked = {"words": "Is it bad?", "asks": "bad", "ended": False, "changed": False, "place": None}
    page.route("**/say", lambda route: route.fulfill(json=asked))
    page.locator("#hurts").click()
    expect(page.locator("#yes")).to_be_visible()


def at_the_end(page: Page) -> None:
    page.locator("#start").click()
    cues = page.evaluate("async () => (await (await fetch('timeline.json')).json()).cues")
    at(page, cues[-1]["at_ms"])
    expect(page.locator("#start_over")).to_be_visible()


def history(page: Page) -> None:
    page.locator("#welcome a[href='history.html']").click()
    expect(page.locator("#history")).to_be_visible()


STATES: Final[Mapping[str, Callable[[Page], None]]] = {
    "start": lambda _: None,
    "wishes": wishes,
    "set": in_a_set,
    "pause": in_a_pause,
    "question": in_a_question,
    "end": at_the_end,
    "history": history,
}
"""What the page shows, and how to get there from the start."""


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_no_violation(page: Page, state: str) -> None:
    axe = (needed("axe-core") / "axe.min.js").read_text("utf-8")
    STATES[state](page)
    page.evaluate(axe)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found: Any = page.evaluate("axe.run()")

        assert [(each["id"], each["nodes"]) for each in found["violations"]] == []
        looked_at = {each["id"] for each in found["passes"]}
        assert {"color-contrast", "html-has-lang", "document-title"} <= looked_at


def test_axe_would_find_a_violation(page: Page) -> None:
    page.evaluate((needed("axe-core") / "axe.min.js").read_text("utf-8"))
    page.evaluate("document.getElementById('start').style.color = 'rgb(11, 85, 110)'")
    found = page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))")

    assert "color-contrast" in found


COLOURS: Final = """() => {
  const style = getComputedStyle(document.documentElement), found = {};
  for (const name of ["ground", "ink", "quiet", "accent", "on-accent", "working", "lifted"]) {
    const probe = document.createElement("i");
    probe.style.color = style.getPropertyValue(`--${name}`);
    document.body.append(probe);
    found[name] = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
    probe.remove();
  }
  return found;
}"""


def luminance(colour: list[int]) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [part / 255 for part in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: list[int], other: list[int]) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_drawings_stand_out(page: Page, scheme: Any) -> None:  # noqa: ANN401 - a literal
    page.emulate_media(color_scheme=scheme)
    colours: dict[str, list[int]] = page.evaluate(COLOURS)
    for text, ground in (
        *(("ink", "ground"), ("quiet", "ground"), ("accent", "ground")),
        *(("on-accent", "accent"), ("ground", "working")),
    ):
        assert contrast(colours[text], colours[ground]) >= LEAST_CONTRAST, (text, ground)
    for line in ("working", "lifted", "quiet", "ink", "accent"):
        assert contrast(colours[line], colours["ground"]) >= LEAST_CONTRAST_OF_LINES, line


SMALL: Final = """least => [...document.querySelectorAll(
    "button, a, select, input, summary, label:has([type=checkbox])")]
  .filter((each) => each.checkVisibility() && !each.closest("label:has([type=checkbox]) *"))
  .filter((each) => !each.matches("[type=checkbox]"))
  .map((each) => [each.id || each.textContent.trim(), each.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < least || height < least)
  .map(([name, { width, height }]) => [name, width, height])"""
"""What can be touched and is too small. A box to tick is touched by its whole label."""

OUTSIDE: Final = """() => [...document.querySelectorAll("main *")]
  .filter((each) => each.checkVisibility() && !each.closest("svg"))
  .filter((each) => {
    const { left, right } = each.getBoundingClientRect();
    return left < -.5 || right > innerWidth + .5 || each.scrollWidth > each.clientWidth + 1 &&
      each.clientWidth > 0 && !each.matches("select, input"); })
  .map((each) => each.id || each.outerHTML.slice(0, 80))"""
"""What is beside the screen, or wider than its own box."""


@pytest.mark.parametrize("state", STATES)
def test_whatever_is_touched_is_large_and_nothing_is_outside(page: Page, state: str) -> None:
    STATES[state](page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})

        assert page.evaluate(SMALL, LEAST) == [], (width, height)
        assert page.evaluate(OUTSIDE) == [], (width, height)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_set_and_its_moves_are_seen_without_scrolling(page: Page) -> None:
    in_a_set(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for part in ("exercise", "feet", "sets", "rep", "drawing", "words", "next_up", "left"):
            expect(page.locator(f"#{part}")).to_be_in_viewport(ratio=1)
        for button in page.locator("#moves button:visible").all():
            expect(button).to_be_in_viewport(ratio=1)


def test_a_set_is_not_higher_than_the_screen_whatever_the_page_tells_beside_it(page: Page) -> None:
    in_a_set(page)
    told = page.evaluate("async () => (await (await fetch('labels.json')).json()).disk_full")
    for message, (width, height) in product(("", told), (*SIZES, (768, 1024), (1280, 800))):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("text => { document.getElementById('message').textContent = text; }", message)

        high = page.evaluate("document.documentElement.scrollHeight")
        assert high <= height, (width, height, message)


TOLD: Final = """async () => {
  const { tell } = await import("./messages.js"), { labels } = await import("./words.js");
  tell("sound", labels.silent); tell("place", labels.disk_full); tell("tab", labels.elsewhere);
}"""
"""Tells three things at once."""


@pytest.mark.parametrize("state", ["set", "pause", "question"])
def test_three_messages_push_nothing_off_the_screen(page: Page, state: str) -> None:
    STATES[state](page)
    page.evaluate(TOLD)
    if state != "question":
        page.evaluate("import('./messages.js').then(({ tell }) => tell('answer', 'Six to go.'))")
        expect(page.locator("#message [data-kind=answer]")).to_be_visible()
    for width, height in (*SIZES, (667, 375), (360, 640)):
        page.set_viewport_size({"width": width, "height": height})

        high = page.evaluate("document.documentElement.scrollHeight")
        assert high <= height, (width, height)
        for part in page.locator("main button:visible").all():
            expect(part).to_be_in_viewport(ratio=1)
        if state == "set":
            drawn = page.evaluate(
                "[drawing, ring].map((each) => each.getBoundingClientRect().height)"
            )
            assert min(drawn) >= LEAST_DRAWN, (width, height, drawn)


def test_a_question_and_its_answers_are_seen_without_scrolling(page: Page) -> None:
    in_a_question(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for part in ("asked", "yes", "no"):
            expect(page.locator(f"#{part}")).to_be_in_viewport(ratio=1)


def test_the_page_is_led_by_keys_alone(page: Page) -> None:
    place = {"exercise": "heel_raises", "side": "right", "set": 1}
    answer = {"words": "It is so.", "does": "wait", "ended": False, "changed": False}
    asked = ["pain", "gently", ""]
    page.route(
        "**/say", lambda route: route.fulfill(json=answer | {"asks": asked.pop(0), "place": place})
    )
    page.locator("#start").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pause")).to_be_visible()
    page.keyboard.press("h")
    expect(page.locator("#yes")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#yes")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#no")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#yes")).to_have_text("Gently")
    page.keyboard.press("Tab")
    expect(page.locator("#yes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#go_on")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#pause")).to_be_visible()


def test_the_repetition_is_read_from_two_metres(page: Page) -> None:
    """A letter is read with ease at a 200th of the distance: 10 mm, at 96 px to the inch."""
    in_a_set(page)
    page.set_viewport_size({"width": 1280, "height": 720})
    pixels = {
        part: page.evaluate(
            "id => parseFloat(getComputedStyle(document.getElementById(id)).fontSize)", part
        )
        for part in ("rep", "exercise", "feet", "sets")
    }
    millimetres = {part: size * 25.4 / 96 * 0.7 for part, size in pixels.items()}

    assert millimetres["rep"] >= 20
    assert millimetres["exercise"] >= 10


def test_a_pause_is_seen_from_two_metres(page: Page) -> None:
    in_a_pause(page)
    page.set_viewport_size({"width": 1280, "height": 720})
    size, bars = page.evaluate("""() => { const of = (part) => getComputedStyle(paused, part);
      return [parseFloat(of().fontSize), parseFloat(of("::before").height)]; }""")
    millimetres = 25.4 / 96

    assert size * millimetres * 0.7 >= 10
    assert bars * millimetres >= 20


def test_the_drawing_of_the_left_foot_is_the_mirror_of_the_right_ones(
    page: Page, address: str
) -> None:
    page.locator("#start").click()
    with urllib.request.urlopen(f"{address}timeline.json") as answer:  # noqa: S310 - our own server
        cues = json.load(answer)["cues"]
    drawn = "getComputedStyle(document.getElementById('drawing')).transform"
    for side, transform in (("right", "none"), ("left", "matrix(-1, 0, 0, 1, 0, 0)")):
        at(page, next(cue["at_ms"] for cue in cues if cue["side"] == side))

        assert page.evaluate(drawn) == transform
