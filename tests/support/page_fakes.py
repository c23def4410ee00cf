"""What stands for the browser's sound, ears and voice on the page, and moves only when told to."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

SETTLED: Final = """
{
  let open = 0;
  const later = new MessageChannel();
  later.port1.onmessage = () => { open -= 1; };
  const counted = (promise) => {
    open += 1;
    const end = () => later.port2.postMessage(0);
    promise.then(end, end);
    return promise;
  };
  const real = window.fetch;
  window.fetch = (...asked) => counted(real(...asked));
  for (const name of ["json", "text", "blob", "arrayBuffer"]) {
    const read = Response.prototype[name];
    Response.prototype[name] = function () { return counted(read.call(this)); };
  }
  window.settled = async () => {
    while (open) await new Promise((soon) => setTimeout(soon, 5));
  };
}
"""
"""Counts what is asked of the server: `settled` waits until all of it was answered, and the page
has done what follows from it."""

NONE: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})

CLOCK: Final = """
let now = 0, playing = false;
Object.defineProperty(HTMLMediaElement.prototype, "currentTime", {
  get: () => now / 1000, set(to) {
    now = to * 1000;
    for (const name of ["seeking", "seeked"]) this.dispatchEvent(new Event(name)); } });
Object.defineProperty(HTMLMediaElement.prototype, "paused", { get: () => !playing });
HTMLMediaElement.prototype.play = function () {
  playing = true; this.dispatchEvent(new Event("playing")); return Promise.resolve(); };
HTMLMediaElement.prototype.pause = function () {
  playing = false; this.dispatchEvent(new Event("pause")); };
window.tick = (ms) => {
  now = ms; document.querySelector("audio").dispatchEvent(new Event("timeupdate")); };
window.quiet = (ms) => { now = ms; };
window.moment = () => Math.round(now);
window.buttons = {};
navigator.mediaSession.setActionHandler = (name, move) => { window.buttons[name] = move; };
"""
"""A clock of its own for the audio element: `tick` moves it, `quiet` does so without an event,
`moment` reads it, in ms."""

EARS: Final = """
window.ears = [];
window.SpeechRecognition = window.webkitSpeechRecognition = class {
  constructor() { ears.push(this); }
  start() { this.on = true; }
  abort() {
    if (!this.on) return;
    this.on = false; this.onerror({ error: "aborted" }); this.onend();
  }
};
window.listens = () => ears.some(ear => ear.on);
window.hear = (text) => ears.filter(ear => ear.on).forEach(ear => ear.onresult({ resultIndex: 0,
  results: [Object.assign([{ transcript: text }], { isFinal: true })] }));
window.deafen = (error) => ears.filter(ear => ear.on).forEach(ear => {
  ear.on = false; ear.onerror({ error }); ear.onend(); });
"""
"""A speech recognition: `hear` says something to it, `deafen` has it fail."""

VOICE: Final = """
window.spoken = [];
window.voices = [
  { name: "cloud", lang: "en-US", localService: false, default: true },
  { name: "german", lang: "de-DE", localService: true },
  { name: "own", lang: "en_US", localService: true }];
window.saying = null;
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices,
  speak(said) { window.saying = said; spoken.push([said.text, said.voice.name, moment()]); },
  cancel() { window.saying = null; } } });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
window.finish = () => { const said = saying; window.saying = null; said?.onend?.(); };
"""
"""A speech synthesis with one voice that it may use; `finish` ends what is said. Needs `CLOCK`."""


SIZE: Final[ViewportSize] = {"width": 360, "height": 740}
"""The screen of a phone, in px."""

_PAGES: Final = WeakKeyDictionary[Browser, dict[tuple[str, ...], Page]]()
"""The pages of each browser, by their scripts. A new one costs four times the load of another
address in it."""

_FAULTS: Final = WeakKeyDictionary[Page, list[str]]()


def faults(page: Page) -> list[str]:
    """What the *page* wrote to the console as errors, or threw, since the test opened it."""
    return _FAULTS[page]


@contextmanager
def led_page(browser: Browser, address: str, *scripts: str) -> Iterator[Page]:
    """A page that is ready to start, with *scripts* run before its own; without service worker."""
    with opened_page(browser, address, *scripts) as page:
        expect(page.locator("#start")).to_be_visible()
        yield page


@contextmanager
def opened_page(
    browser: Browser, address: str, *scripts: str, answers: Mapping[str, Mapping[str, Any]] = NONE
) -> Iterator[Page]:
    """A page at *address* with *scripts* run before its own; without service worker.

    Its server gives for the paths of *answers* what they hold, as `Route.fulfill` takes it.
    """
    pages = _PAGES.setdefault(browser, {})
    page = pages.pop(scripts, None)
    if page is None or page.is_closed():  # as those of another module are
        page = _new_page(browser, scripts)
    for path, answer in answers.items():
        _fulfil(page, path, answer)
    page.goto(address)
    yield page
    page.goto("about:blank")  # first, as what it still tells belongs to this test
    page.unroute_all()
    page.set_viewport_size(SIZE)
    page.emulate_media(color_scheme="null", reduced_motion="null")
    _FAULTS[page].clear()
    pages[scripts] = page  # where a test failed, it is not used again


def _fulfil(page: Page, path: str, answer: Mapping[str, Any]) -> None:
    page.route(path, lambda route: route.fulfill(**answer))


def _new_page(browser: Browser, scripts: tuple[str, ...]) -> Page:
    context = browser.new_context(viewport=SIZE, service_workers="block")
    for script in (SETTLED, *scripts):
        context.add_init_script(script)
    page = context.new_page()
    found = _FAULTS[page] = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: found.append(str(fault)))
    return page


def told(page: Page, kind: str) -> Locator:
    """The line of the *page* that tells something of this kind."""
    return page.locator(f"#message [data-kind={kind}]")


def settle(page: Page) -> None:
    """Wait until the server has answered all, and the *page* has done what follows from it."""
    page.evaluate("settled()")


def at(page: Page, ms: int) -> None:
    """Let the recording reach a moment, once the page has settled."""
    settle(page)
    page.evaluate("ms => tick(ms)", ms)


def heard_at(page: Page) -> int:
    """Where the recording is, in ms, once the page has settled."""
    settle(page)
    return int(page.evaluate("moment()"))


def source(page: Page) -> str:
    """The address of the sound that is played, once the page has settled."""
    settle(page)
    return str(page.evaluate("document.getElementById('audio').src"))


def paused(page: Page) -> bool:
    """Whether the recording is paused, once the page has settled."""
    settle(page)
    return bool(page.evaluate("document.getElementById('audio').paused"))


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until it *holds*: `wait_for_function` takes a promise for a yes."""
    for _ in range(1200):
        if holds():
            return
        page.wait_for_timeout(50)
    assert holds()
