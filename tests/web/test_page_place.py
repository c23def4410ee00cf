"""Which sets the page tells as done: those that were heard from their start to their end."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from page_fakes import CLOCK, at, faults, heard_at, led_page, paused, until
from playwright.sync_api import Browser, Page, Route

Place = tuple[str, str, int]
"""The exercise, the side and the number of a set."""

Done = list[Place]
"""The sets that the page has told, in order."""

Spans = dict[Place, tuple[int, int]]
"""Where each set begins, its announcement included, and where it ends, in ms; in order."""

START = 0
END = 1


@pytest.fixture
def address(shared_address: str) -> str:
    return shared_address


@pytest.fixture
def spans(cues: list[dict[str, Any]]) -> Spans:
    found: Spans = {}
    for cue in cues:
        if cue["exercise"]:
            place = cue["exercise"], cue["side"], cue["set"]
            begin = found.get(place, (cue["at_ms"], 0))[START]
            found[place] = begin, cue["at_ms"] + cue["ms"]
    return found


@pytest.fixture
def done() -> Done:
    return []


@pytest.fixture
def page(browser: Browser, address: str, done: Done) -> Iterator[Page]:
    """A page that leads, and notes in `done` what it tells as done."""
    with led_page(browser, address, CLOCK) as found:

        def note(route: Route) -> None:
            told = json.loads(route.request.post_data or "")
            done.append((told["exercise"], told["side"], told["set"]))
            route.fulfill(status=204)

        found.route("**/done", note)
        found.locator("#start").click()
        yield found
        assert faults(found) == []


def checked(page: Page, done: Done) -> Done:
    """What was told as done, once all of it is: what is said to the skill waits for that."""
    page.route("**/say", lambda route: route.fulfill(json={}))
    page.evaluate("import('./server.js').then(({ sent }) => sent('say', {}))")
    return done


def seek(page: Page, ms: int) -> None:
    page.evaluate("ms => buttons.seekto({ seekTime: ms / 1000 })", ms)


def test_a_set_that_is_heard_to_its_end_is_done(page: Page, spans: Spans, done: Done) -> None:
    (first, (begin, end)), *_ = spans.items()
    at(page, begin)
    at(page, end - 1)
    assert checked(page, done) == []
    at(page, end)

    assert checked(page, done) == [first]


def test_a_set_is_not_done_after_a_seek_within_it(page: Page, spans: Spans, done: Done) -> None:
    _, (second, (begin, end)), *_ = spans.items()
    at(page, begin - 1)
    seek(page, begin)
    at(page, begin + 10_000)
    seek(page, end - 10_000)
    at(page, end + 1)

    assert second not in checked(page, done)


def test_a_set_is_done_where_a_seek_back_plays_a_part_of_it_twice(
    page: Page, spans: Spans, done: Done
) -> None:
    _, (second, (begin, end)), *_ = spans.items()
    seek(page, begin)
    at(page, end - 10_000)
    seek(page, end - 20_000)
    at(page, end + 1)

    assert checked(page, done) == [second]


def test_a_seek_back_into_the_set_before_does_not_count_that_again(
    page: Page, spans: Spans, done: Done
) -> None:
    (first, (begin, end)), (second, (_, later)), *_ = spans.items()
    seek(page, begin)
    at(page, end + 5_000)
    seek(page, end - 5_000)
    at(page, later + 1)

    assert checked(page, done) == [first, second]


def test_with_the_screen_off_looks_that_are_half_a_minute_apart_miss_no_set(
    page: Page, spans: Spans, done: Done
) -> None:
    page.evaluate("window.requestAnimationFrame = () => 0")
    last = list(spans.values())[5][END]
    for moment in range(0, last + 30_000, 30_000):
        at(page, moment)

    assert checked(page, done)[:6] == list(spans)[:6]


def test_two_whole_sets_between_two_looks_are_both_done_in_their_order(
    page: Page, spans: Spans, done: Done
) -> None:
    places, ends = list(spans), [end for _, end in spans.values()]
    at(page, 1_000)
    at(page, ends[1] + 1_000)

    assert checked(page, done) == places[:2]


def test_a_move_after_a_long_while_without_a_look_counts_what_was_heard_until_then(
    page: Page, spans: Spans, done: Done
) -> None:
    """The button of a headset is pressed, and no timer and no frame came before."""
    places, ends = list(spans), [end for _, end in spans.values()]
    page.evaluate("ms => quiet(ms)", ends[1] + 20_000)
    page.evaluate("buttons.nexttrack()")

    assert checked(page, done) == places[:2]
    assert heard_at(page) == list(spans.values())[3][START]


def test_a_pause_in_the_midst_of_a_set_takes_nothing_from_it(
    page: Page, spans: Spans, done: Done
) -> None:
    _, (second, (begin, end)), *_ = spans.items()
    seek(page, begin)
    at(page, begin + 10_000)
    page.evaluate("buttons.pause()")
    assert paused(page)
    page.evaluate("buttons.play()")
    at(page, end + 1)

    assert checked(page, done) == [second]


def test_a_set_that_goes_on_past_its_announcement_is_done(
    page: Page, cues: list[dict[str, Any]], spans: Spans, done: Done
) -> None:
    """After an answer, the page leads it from where it was announced."""
    announced = next(c for c in cues if c["kind"] == "next_exercise")
    place = announced["exercise"], announced["side"], announced["set"]
    counted = next(
        c["at_ms"]
        for c in cues
        if c["kind"] != "next_exercise" and (c["exercise"], c["side"], c["set"]) == place
    )
    seek(page, counted)
    at(page, spans[place][END])

    assert checked(page, done) == [place]


def test_what_is_done_is_known_before_anything_is_said(
    page: Page, spans: Spans, done: Done
) -> None:
    """Else it would lead back to the place before what was answered."""
    order: list[str] = []
    held: list[Route] = []
    page.unroute("**/done")

    def hold(route: Route) -> None:
        order.append("done")
        held.append(route)

    def answer(route: Route) -> None:
        order.append("say")
        route.fulfill(json={})

    page.route("**/done", hold)
    page.route("**/say", answer)
    at(page, list(spans.values())[1][END])
    page.evaluate("() => { import('./server.js').then(({ sent }) => sent('say', {})); }")
    until(page, lambda: len(held) == 1)
    held[0].fulfill(status=204)
    until(page, lambda: len(held) == 2)
    held[1].fulfill(status=204)
    until(page, lambda: "say" in order)

    assert order == ["done", "done", "say"]
    assert done == []


def test_the_page_tells_when_it_began_to_lead(page: Page, spans: Spans) -> None:
    (_, end), *_ = spans.values()
    page.evaluate("() => { const began = Date.now(); Date.now = () => began + 60_000_000; }")
    with page.expect_request("**/done") as asked:
        at(page, end)

    assert json.loads(asked.value.post_data or "")["since_ms"] >= 60_000_000
