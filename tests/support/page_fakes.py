"""What stands for the browser's sound, ears and voice on the page, and moves only when told to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Page, expect

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
window.moment = () => Math.round(now);
window.buttons = {};
navigator.mediaSession.setActionHandler = (name, move) => { window.buttons[name] = move; };
"""
"""A clock of its own for the audio element: `tick` moves it, `moment` reads it, in ms."""

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


@contextmanager
def led_page(browser: Browser, address: str, *scripts: str) -> Iterator[Page]:
    """A page that is ready to start, with *scripts* run before its own; without service worker."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    for script in scripts:
        context.add_init_script(script)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#start")).to_be_visible()
    yield page
    context.close()


def at(page: Page, ms: int) -> None:
    """Let the recording reach a moment."""
    page.evaluate("ms => tick(ms)", ms)


def paused(page: Page) -> bool:
    """Whether the recording is paused."""
    return bool(page.evaluate("document.getElementById('audio').paused"))


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until it *holds*: `wait_for_function` takes a promise for a yes."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    assert holds()
