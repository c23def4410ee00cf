"""The page keeps to its policy (CSP) through a whole routine, its service worker on."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from browser import page_server, timeline
from page_fakes import CLOCK, EARS, SETTLED, SIZE, VOICE, at, told, until
from page_studio import Studio, Voice
from playwright.sync_api import Browser, Page, expect

from skill.recording import studio
from skill.web import page_app

NOTING: Final = """
self.violations = [];
self.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  self.violations.push(`${effectiveDirective} ${blockedURI}`); });
"""
"""Notes what the policy forbids in a document, or in a worker."""


KEPT_PLACE: Final = """async () => {
  const kept = await caches.match(new URL("timeline.json", location));
  return kept ? (await kept.json()).place : "nothing is kept"; }"""
"""Where the timeline that the browser keeps goes on."""


class Watch:
    """What the policy forbade, and the errors, of all documents and the worker of a context."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._forbidden: list[str] = []
        self.errors: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda fault: self.errors.append(str(fault)))

    def _console(self, said: Any) -> None:  # noqa: ANN401 - a message of the console
        if said.type == "error" or re.search("content security policy", said.text, re.IGNORECASE):
            self.errors.append(said.text)

    def look(self) -> list[str]:
        """What was forbidden in this document and the worker so far, and before."""
        self._forbidden += self._page.evaluate("violations.splice(0)")
        for worker in self._page.context.service_workers:
            self._forbidden += worker.evaluate("self.violations.splice(0)")
        return self._forbidden


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server whose voice records in an instant, and whose worker notes what is forbidden."""
    script = page_app._worker_script()  # noqa: SLF001 - no route of the browser's sees its updates
    monkeypatch.setattr(page_app, "_worker_script", lambda: NOTING + script)
    monkeypatch.setattr(studio, "record", Studio().record)
    with page_server(tmp_path, Voice()) as found:
        yield found


@contextmanager
def watched(browser: Browser, address: str) -> Iterator[tuple[Page, Watch]]:
    """A page that its service worker serves, with fakes of sound, ears and voice."""
    context = browser.new_context(viewport=SIZE)
    for script in (SETTLED, NOTING, CLOCK, EARS, VOICE):
        context.add_init_script(script)

    page = context.new_page()
    watch = Watch(page)
    page.goto(address)
    expect(page.locator("#start")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    yield page, watch
    context.close()


def test_a_whole_routine_and_all_around_it_keeps_to_the_policy(
    browser: Browser, address: str
) -> None:
    with watched(browser, address) as (page, watch):
        page.locator("#wish_list summary").click()
        page.get_by_label("Minutes at most").fill("15")
        page.locator("#wish_today").click()
        expect(page.locator("#wished")).not_to_be_empty()
        page.wait_for_function("() => document.getElementById('audio').src.endsWith('.mp3')")
        page.locator("#listen").click()
        page.locator("#start").click()
        led = timeline(address)
        for cue in led["cues"]:
            at(page, cue["at_ms"])
            if (cue["exercise"], cue["rep"], cue["side"]) == ("toe_curls", 2, "left"):
                break
        page.wait_for_function("() => listens()")
        with page.expect_response("**/say"):
            page.evaluate("hear('how many more')")
        page.wait_for_function("() => saying !== null")
        page.evaluate("finish()")
        expect(told(page, "answer")).to_contain_text("to go")
        page.evaluate("cues => cues.forEach(cue => tick(cue.at_ms))", led["cues"])
        at(page, led["total_ms"])
        until(page, lambda: timeline(address)["place"] is None)  # all of it is done
        assert watch.look() == []

        page.goto(f"{address}history.html")
        expect(page.locator("#sessions")).to_have_text("1")
        with page.expect_download():
            page.locator("#export").click()
        assert watch.look() == []
        page.goto(address)
        expect(page.locator("#start")).to_be_visible()
        until(page, lambda: page.evaluate(KEPT_PLACE) is None)
        assert watch.look() == []
        assert watch.errors == []

        page.context.set_offline(True)  # what is not kept is an error of the network from now on
        page.reload()
        page.locator("#start").click()
        expect(page.locator("#words")).to_contain_text("Welcome")
        assert watch.look() == []
        assert not [text for text in watch.errors if "policy" in text.lower()]


@pytest.mark.parametrize(
    ("breach", "directive"),
    [
        ("document.getElementById('start').setAttribute('style', 'color: red')", "style-src-attr"),
        (
            "document.head.append(Object.assign(document.createElement('script'), { text: '1' }))",
            "script-src-elem",
        ),
        ("fetch('http://127.0.0.2:9/').catch(() => {})", "connect-src"),
    ],
)
def test_a_breach_of_the_policy_would_be_seen(
    browser: Browser, address: str, breach: str, directive: str
) -> None:
    with watched(browser, address) as (page, watch):
        page.evaluate(breach)
        until(page, lambda: bool(watch.look()))

        assert [each.split()[0] for each in watch.look()] == [directive]
        until(page, lambda: "policy" in " ".join(watch.errors).lower())


def test_a_breach_of_the_policy_in_the_worker_would_be_seen(browser: Browser, address: str) -> None:
    with watched(browser, address) as (page, watch):
        until(page, lambda: bool(page.context.service_workers))
        (worker,) = page.context.service_workers
        worker.evaluate("fetch('http://127.0.0.2:9/').catch(() => {})")
        until(page, lambda: bool(watch.look()))

        assert watch.look()[0].split()[0] == "connect-src"
