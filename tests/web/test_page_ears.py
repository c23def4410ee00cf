"""The page hears by the browser's own speech recognition, and the skill answers."""

from collections.abc import Iterator
from typing import Any

import pytest
from page_fakes import CLOCK, EARS, VOICE, at, heard_at, led_page, paused, settle, told
from playwright.sync_api import Browser, Page, Route, expect


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that listens while it leads."""
    with led_page(browser, address, CLOCK, EARS, "delete window.speechSynthesis;") as found:
        found.locator("#start").click()
        found.locator("#listen").click()
        yield found


def rep(cues: list[dict[str, Any]], exercise: str, number: int) -> int:
    """The moment at which a repetition of the left foot begins, in ms."""
    found = (c for c in cues if (c["exercise"], c["side"], c["rep"]) == (exercise, "left", number))
    return int(next(found)["at_ms"])


def hear(page: Page, words: str) -> None:
    """Say *words*, and wait until the page has done what the server answers."""
    with page.expect_response("**/say"):
        page.evaluate("words => hear(words)", words)
    settle(page)


def place(page: Page) -> tuple[str | None, str | None]:
    return page.locator("#exercise").text_content(), page.locator("#sets").text_content()


def test_nothing_is_heard_until_it_is_asked_for(browser: Browser, address: str) -> None:
    with led_page(browser, address, CLOCK, EARS) as page:
        expect(page.locator("#listen")).to_have_text("Listen to me")
        expect(page.locator("#may_hear")).to_contain_text("its maker may hear it too")
        page.locator("#start").click()
        assert not page.evaluate("listens()")

        page.locator("#listen").click()
        assert page.evaluate("listens()")
        assert page.evaluate("ears[0].lang") == "en-US"
        page.locator("#listen").click()
        assert not page.evaluate("listens()")


def test_without_recognition_listening_is_not_offered(browser: Browser, address: str) -> None:
    none = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"
    with led_page(browser, address, CLOCK, none) as page:
        expect(page.locator("#listen")).to_be_hidden()


@pytest.mark.parametrize(
    ("words", "exercise", "sets"),
    [
        ("next", "Heel raises", "Set 2 of 2"),
        ("back", "Heel raises", "Set 1 of 2"),
        ("go to toe curls", "Toe curls", "Set 1 of 5"),
        ("next exercise", "Toe walking", "Round 1 of 4"),
    ],
)
def test_a_move_that_is_said_is_carried_out(
    page: Page, cues: list[dict[str, Any]], words: str, exercise: str, sets: str
) -> None:
    at(page, rep(cues, "heel_raises", 4))
    hear(page, words)

    expect(page.locator("#exercise")).to_have_text(exercise)
    expect(page.locator("#sets")).to_have_text(sets)
    assert heard_at(page) != rep(cues, "heel_raises", 4)
    assert not paused(page)


def test_repeat_leads_the_set_from_its_beginning(page: Page, cues: list[dict[str, Any]]) -> None:
    at(page, rep(cues, "heel_raises", 4))
    hear(page, "repeat")
    start = next(cue["at_ms"] for cue in cues if cue["side"] == "left")

    page.wait_for_function("start => moment() === start", arg=start)
    assert not paused(page)


def test_pause_and_resume_keep_the_moment_to_the_millisecond(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    moment = rep(cues, "heel_raises", 4) + 123
    at(page, moment)
    hear(page, "pause")
    expect(page.locator("#asked")).to_contain_text("Heel raises, left foot, set one of two.")
    assert paused(page)
    hear(page, "resume")

    expect(page.locator("#moves")).to_be_visible()
    assert not paused(page)
    assert heard_at(page) == moment


def test_the_button_goes_on_at_the_moment_of_a_pause_that_was_said(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    moment = rep(cues, "heel_raises", 4) + 123
    at(page, moment)
    hear(page, "pause")
    page.locator("#go_on").click()

    expect(page.locator("#moves")).to_be_visible()
    assert heard_at(page) == moment


def test_how_many_more_is_answered_from_the_moment_and_the_recording_plays_on(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    moment = rep(cues, "heel_raises", 4) + 100
    at(page, moment)
    hear(page, "how many more")

    expect(told(page, "answer")).to_have_text("You have done four. Six to go.")
    assert not paused(page)
    assert heard_at(page) == moment


def test_pain_that_is_said_stops_at_once_and_is_talked_about_aloud(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    at(page, rep(cues, "heel_raises", 4))
    hear(page, "it hurts")
    expect(page.locator("#asked")).to_contain_text("Is it bad?")
    assert paused(page)
    hear(page, "yes")
    expect(page.locator("#asked")).to_contain_text("We leave out heel raises today.")
    assert paused(page)
    hear(page, "next")

    expect(page.locator("#exercise")).to_have_text("Toe walking")
    assert not paused(page)


def test_stop_ends_and_start_leads_on_from_the_place(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    at(page, rep(cues, "heel_raises", 4))
    hear(page, "stop")
    expect(page.locator("#asked")).to_contain_text("I will keep your place.")
    assert paused(page)
    page.locator("#go_on").click()

    expect(page.locator("#moves")).to_be_visible()
    expect(page.locator("#feet")).to_contain_text("Left foot")
    assert not paused(page)


def test_after_an_emergency_start_asks_first(page: Page, cues: list[dict[str, Any]]) -> None:
    at(page, rep(cues, "heel_raises", 4))
    hear(page, "i feel unwell")
    assert paused(page)
    page.locator("#go_on").click()

    expect(page.locator("#asked")).to_contain_text("Are you well again?")
    assert paused(page)

    page.reload()
    page.locator("#start").click()
    expect(page.locator("#asked")).to_contain_text("Are you well again?")
    assert paused(page)


def test_slower_that_is_said_is_taken_at_the_next_set(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    at(page, rep(cues, "heel_raises", 4))
    hear(page, "slower")
    expect(page.locator("#asked")).to_contain_text("go slower?")
    hear(page, "yes")
    expect(told(page, "other")).to_contain_text("next set")
    assert heard_at(page) == rep(cues, "heel_raises", 4)
    starts = [cue["at_ms"] for cue in cues if cue["side"] == "right" and cue["set"] == 2]
    at(page, starts[0])

    expect(page.locator("#exercises option", has_text="Toe walking")).to_have_count(0)
    expect(page.locator("#feet")).to_contain_text("Right foot")
    assert not paused(page)


def test_what_the_recording_says_itself_is_not_obeyed(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    said = next(cue for cue in cues if cue["kind"] == "next_exercise")
    at(page, said["at_ms"])
    hear(page, " ".join(said["words"].split()[:1]))

    assert not paused(page)
    assert heard_at(page) == said["at_ms"]


def test_noise_leaves_the_recording_as_it_is(page: Page, cues: list[dict[str, Any]]) -> None:
    moment = rep(cues, "heel_raises", 4)
    at(page, moment)
    hear(page, "the cat sat on the mat")

    expect(told(page, "answer")).to_contain_text("I did not")
    assert not paused(page)
    assert heard_at(page) == moment


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("not-allowed", "may not use the microphone"),
        ("network", "cannot listen now"),
        ("audio-capture", "cannot listen now"),
    ],
)
def test_a_browser_that_cannot_listen_says_so_and_leads_on(
    page: Page, fault: str, sentence: str
) -> None:
    page.evaluate("fault => deafen(fault)", fault)

    expect(told(page, "ears")).to_contain_text(sentence)
    expect(page.locator("#listen")).to_have_text("Listen to me")
    assert not page.evaluate("listens()")
    assert not paused(page)


def test_after_a_silence_it_listens_again(page: Page) -> None:
    page.evaluate("began => { performance.now = () => 1e9; deafen('no-speech'); }")

    assert page.evaluate("listens()")


def test_a_recognition_that_always_ends_at_once_is_given_up(page: Page) -> None:
    page.evaluate("() => { for (let n = 0; n < 3; n += 1) deafen('no-speech'); }")

    assert not page.evaluate("listens()")
    expect(told(page, "ears")).to_contain_text("cannot listen now")


def test_with_the_server_gone_what_is_said_stops_the_sound(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    at(page, rep(cues, "heel_raises", 4))
    page.route("**/say", lambda route: route.abort())
    page.evaluate("hear('it hurts')")

    expect(told(page, "ears")).to_contain_text("The sound is paused: use the buttons.")
    assert paused(page)
    assert not page.evaluate("listens()")
    expect(page.locator("#hurts")).to_be_visible()


def test_an_answer_is_spoken_by_a_voice_of_the_machine_while_the_sound_and_the_ears_rest(
    browser: Browser, address: str, cues: list[dict[str, Any]]
) -> None:
    with led_page(browser, address, CLOCK, EARS, VOICE) as page:
        page.locator("#start").click()
        page.locator("#listen").click()
        at(page, rep(cues, "heel_raises", 4) + 1)
        hear(page, "how many more")
        page.wait_for_function("() => saying !== null && spoken.at(-1)[0].startsWith('You have')")

        assert page.evaluate("spoken.at(-1).slice(0, 2)") == [
            "You have done four. Six to go.",
            "own",
        ]
        assert paused(page)
        assert not page.evaluate("listens()")
        page.evaluate("finish()")
        expect(page.locator("#pause")).to_have_text("Pause")
        assert page.evaluate("listens()")


def test_pain_in_the_midst_of_a_spoken_answer_is_not_led_over(
    browser: Browser, address: str, cues: list[dict[str, Any]]
) -> None:
    with led_page(browser, address, CLOCK, EARS, VOICE) as page:
        page.locator("#start").click()
        page.locator("#listen").click()
        at(page, rep(cues, "heel_raises", 4) + 1)
        hear(page, "how many more")
        page.wait_for_function("() => spoken.at(-1)[0].startsWith('You have')")
        page.locator("#hurts").click()
        expect(page.locator("#yes")).to_be_visible()
        page.evaluate("finish()")

        expect(page.locator("#yes")).to_be_visible()
        assert paused(page)
        assert page.evaluate("listens()")


def test_pain_while_an_answer_is_on_its_way_is_not_led_over(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    at(page, rep(cues, "heel_raises", 4) + 1)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if "how many" in (route.request.post_data or ""):
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/say", hold)
    page.evaluate("hear('how many more')")
    page.locator("#hurts").click()
    expect(page.locator("#yes")).to_be_visible()
    with page.expect_response("**/say"):
        waiting[0].continue_()

    expect(page.locator("#yes")).to_be_visible()
    assert paused(page)
