"""Without a recording, a voice of this machine reads each cue at its moment; and the clock."""

import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import timeline
from page_fakes import CLOCK, VOICE, at, heard_at, led_page, paused, told
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sound(tmp_path: Path) -> bytes:
    """A second of silence, as a WAV file."""
    path = tmp_path / "made.wav"
    with wave.open(str(path), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8_000)
        written.writeframes(bytes(16_000))
    return path.read_bytes()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that leads, in a browser with voices."""
    with led_page(browser, address, CLOCK, VOICE) as found:
        found.locator("#start").click()
        yield found


def test_every_cue_with_words_is_spoken_at_its_moment(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    spoken = page.evaluate(
        """cues => { cues.forEach(cue => { tick(cue.at_ms); tick(cue.at_ms + cue.ms - 1); });
             return spoken; }""",
        cues,
    )

    assert spoken == [[cue["words"], "own", cue["at_ms"]] for cue in cues if cue["words"]]


def test_a_voice_that_sends_text_away_never_speaks(browser: Browser, address: str) -> None:
    away = "voices.splice(1);"  # what is left is not of this machine
    with led_page(browser, address, CLOCK, VOICE + away) as page:
        page.locator("#start").click()

        assert page.evaluate("voices.length") == 1
        assert page.evaluate("spoken") == []


def test_a_voice_of_another_language_does_not_speak(browser: Browser, address: str) -> None:
    german = "voices.splice(2);"
    with led_page(browser, address, CLOCK, VOICE + german) as page:
        page.locator("#start").click()

        assert page.evaluate("spoken") == []


def test_words_are_not_spoken_late(page: Page, cues: list[dict[str, Any]]) -> None:
    cue = next(cue for cue in cues if cue["rep"] == 3 and cue["words"])
    at(page, cue["at_ms"] + 800)

    assert cue["words"] not in [said[0] for said in page.evaluate("spoken")]


def test_a_pause_silences_the_voice_and_the_words_are_not_said_twice(
    page: Page, cues: list[dict[str, Any]]
) -> None:
    cue = next(cue for cue in cues if cue["rep"] == 3 and cue["words"])
    at(page, cue["at_ms"])
    page.locator("#pause").click()
    assert page.evaluate("saying") is None
    at(page, cue["at_ms"] + 900)
    page.locator("#pause").click()

    assert [said[0] for said in page.evaluate("spoken")].count(cue["words"]) == 1


def test_a_set_that_is_repeated_is_spoken_again(page: Page, cues: list[dict[str, Any]]) -> None:
    first = next(cue for cue in cues if cue["exercise"])
    at(page, first["at_ms"])
    page.locator("#repeat").click()
    page.locator("#repeat").click()

    assert [said[0] for said in page.evaluate("spoken")].count(first["words"]) >= 2


def test_a_recording_is_not_spoken_over(browser: Browser, address: str, sound: bytes) -> None:
    with led_page(browser, address, CLOCK, VOICE) as page:
        found = timeline(address) | {"sound": "recordings/made.wav"}
        page.route("**/timeline.json", lambda route: route.fulfill(json=found))
        page.route("**/made.wav", lambda route: route.fulfill(body=sound, content_type="audio/wav"))
        page.reload()
        page.locator("#start").click()
        at(page, found["cues"][1]["at_ms"])

        assert page.evaluate("spoken") == []


def test_the_sentence_names_the_lines_that_install_a_voice(browser: Browser, address: str) -> None:
    with led_page(browser, address, CLOCK, "delete window.speechSynthesis;") as page:
        sentence = told(page, "voice")
        expect(sentence).to_contain_text("No voice is installed, so the page leads in silence.")
        line = re.search(r"To install one: (.+)$", sentence.inner_text())
    assert line
    assert line[1] in (ROOT / "README.md").read_text("utf-8").splitlines()


def test_with_a_voice_of_the_browser_the_sentence_says_that_it_leads(page: Page) -> None:
    page.reload()

    expect(told(page, "voice")).to_contain_text("your browser's own voice leads")


MOMENTS = (0, 1, 123_457, 250_001, 333_333, 499_999, 777_777, 1_000_003)


def test_every_pause_and_resume_keeps_the_moment_to_the_millisecond(page: Page) -> None:
    shown = """ids => ids.map(id => document.getElementById(id).textContent)"""
    seen = ["exercise", "feet", "sets", "rep", "words", "next_up", "left"]
    for moment in MOMENTS:
        at(page, moment)
        before = page.evaluate(shown, seen)
        page.locator("body").press(" ")
        assert paused(page)
        assert heard_at(page) == moment
        page.locator("body").press(" ")
        assert not paused(page)

        assert heard_at(page) == moment
        assert page.evaluate(shown, seen) == before


def test_in_real_time_a_pause_loses_no_millisecond_and_plays_none_twice(
    browser: Browser, address: str
) -> None:
    with led_page(browser, address) as page:
        page.locator("#start").click()
        page.wait_for_function("() => document.getElementById('audio').currentTime > 0.2")
        stopped, waited, heard, passed = page.evaluate(
            """async () => {
                 const [audio, pause] = ["audio", "pause"].map(id => document.getElementById(id));
                 const until = (name) => new Promise(
                   done => audio.addEventListener(name, done, { once: true }));
                 const stopping = until("pause"); pause.click(); await stopping;
                 const stopped = audio.currentTime;
                 await new Promise(done => setTimeout(done, 300));
                 const waited = audio.currentTime, began = performance.now();
                 const playing = until("playing"); pause.click(); await playing;
                 return [stopped, waited, audio.currentTime, (performance.now() - began) / 1000];
               }"""
        )

        moments = [round(seconds * 1000) for seconds in (stopped, waited, heard)]
        assert moments[0] == moments[1]
        assert moments[0] <= moments[2] <= moments[0] + passed * 1000 + 1
