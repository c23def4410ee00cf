"""What the browser keeps of the page: its files and the recording, for when the server is away."""

import io
import json
import shutil
import urllib.request
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from browser import page_server
from playwright.sync_api import Browser, BrowserContext, Page, expect

from skill.terminal.page_recordings import PageRecordings
from skill.web import page_app

RATE: Final = 3000
"""Samples a second of the recording; each has one byte."""

SECONDS: Final = 1300
"""How long the recording is: longer than the routine."""


@pytest.fixture(scope="module")
def sound() -> bytes:
    """A recording: a WAV file, each second of it another one than the second before."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 1, RATE, 0, "NONE", ""))
        writer.writeframes(b"".join(bytes([120 + n % 16]) * RATE for n in range(SECONDS)))
    return file.getvalue()


MOST_LOOKS: Final = 1200
"""At what the browser keeps, 50 ms apart."""


class Shelf:
    """The recordings of the page in a test: which one the server names."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self._folder = folder
        self._content = content
        self.address = ""

    def put(self, name: str) -> None:
        """Add a recording, which is the listener's now."""
        self._folder.mkdir(exist_ok=True)
        (self._folder / name).write_bytes(self._content)
        self.address = f"recordings/{name}"


@pytest.fixture
def shelf(tmp_path: Path, sound: bytes, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    made = Shelf(tmp_path / "recordings", sound)
    made.put("first.mp3")
    monkeypatch.setattr(PageRecordings, "sound", lambda *_: made.address)
    return made


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context()
    yield made
    made.close()


KEPT: Final = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const kept = await (await caches.open(name)).keys();
    found[name] = kept.map(({ url }) => url.slice(new URL("./", location).href.length));
  }
  return found;
}"""
"""The addresses that are kept, by the name of the store."""


def kept(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(KEPT)
    return found


def opened(context: BrowserContext, address: str, sound: str) -> Page:
    """A page that has kept itself and the *sound*, and is led by its service worker."""
    page = context.new_page()
    page.goto(address)
    until_kept(page, sound)
    return page


def until_kept(page: Page, sound: str) -> None:
    """Wait until the *sound* is all that is kept of recordings."""
    page.evaluate("navigator.serviceWorker.ready")
    for _ in range(MOST_LOOKS):
        found = [url for urls in kept(page).values() for url in urls if "recordings" in url]
        if found == [sound] and page.evaluate("Boolean(navigator.serviceWorker.controller)"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"kept: {kept(page)}")


def test_the_page_leads_with_its_voice_while_the_server_is_away(
    context: BrowserContext, tmp_path: Path, shelf: Shelf
) -> None:
    with page_server(tmp_path) as address:
        page = opened(context, address, shelf.address)
    page.reload()
    page.locator("#start").click()
    page.locator("#exercises").select_option("toe_curls")
    expect(page.locator("#exercise")).to_have_text("Toe curls")
    begin = page.evaluate("document.getElementById('audio').currentTime")
    page.wait_for_function(
        "begin => document.getElementById('audio').currentTime > begin", arg=begin
    )

    source = page.evaluate("document.getElementById('audio').currentSrc")
    assert source == f"{address}{shelf.address}"
    assert not page.evaluate("document.getElementById('audio').paused")


ASK: Final = """async ([address, range]) => {
  const answer = await fetch(address, { headers: { Range: range } });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return { status: answer.status, range: answer.headers.get("Content-Range"),
           length: answer.headers.get("Content-Length"), size: bytes.length,
           ends: [...bytes.slice(0, 3), ...bytes.slice(-3)] };
}"""


def test_the_worker_gives_the_parts_of_a_recording_that_players_ask_for(
    context: BrowserContext, tmp_path: Path, shelf: Shelf, sound: bytes
) -> None:
    with page_server(tmp_path) as address:
        page = opened(context, address, shelf.address)
    whole, last = len(sound), len(sound) - 1
    for range_, first, to in (
        ("bytes=0-", 0, last),
        ("bytes=0-0", 0, 0),
        ("bytes=3000-5999", 3000, 5999),
        ("bytes=44-", 44, last),
        (f"bytes=6000-{whole + 99}", 6000, last),
        ("bytes=-500", whole - 500, last),
        (f"bytes=-{whole + 99}", 0, last),
    ):
        part = sound[first : to + 1]

        assert page.evaluate(ASK, [shelf.address, range_]) == {
            "status": 206,
            "range": f"bytes {first}-{to}/{whole}",
            "length": str(len(part)),
            "ends": [*part[:3], *part[-3:]],
            "size": len(part),
        }, range_


def test_a_part_that_a_recording_does_not_have_is_refused(
    context: BrowserContext, tmp_path: Path, shelf: Shelf, sound: bytes
) -> None:
    with page_server(tmp_path) as address:
        page = opened(context, address, shelf.address)
    for range_ in (f"bytes={len(sound)}-", "bytes=9000-8000", "bytes=-0"):
        answer = page.evaluate(ASK, [shelf.address, range_])

        assert (answer["status"], answer["size"]) == (416, 0), range_
        assert answer["range"] == f"bytes */{len(sound)}"


def test_what_is_no_range_of_bytes_is_answered_with_the_whole_recording(
    context: BrowserContext, tmp_path: Path, shelf: Shelf, sound: bytes
) -> None:
    with page_server(tmp_path) as address:
        page = opened(context, address, shelf.address)
    for range_ in ("bytes=-", "bytes=x-y", "bytes=0-1,4-5", "lines=0-1"):
        answer = page.evaluate(ASK, [shelf.address, range_])

        assert (answer["status"], answer["size"]) == (200, len(sound)), range_


def test_another_recording_takes_the_place_of_the_one_that_was_kept(
    context: BrowserContext, tmp_path: Path, shelf: Shelf
) -> None:
    with page_server(tmp_path) as address:
        page = opened(context, address, shelf.address)
        shelf.put("second.mp3")
        page.reload()
        until_kept(page, "recordings/second.mp3")
    page.reload()
    page.locator("#start").click()

    page.wait_for_function(
        "source => document.getElementById('audio').currentSrc === source",
        arg=f"{address}recordings/second.mp3",
    )


def test_another_version_of_the_page_takes_the_place_of_the_one_that_was_kept(
    context: BrowserContext, tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "page"
    shutil.copytree(page_app.FILES, files)
    monkeypatch.setattr(page_app, "FILES", files)
    with page_server(tmp_path) as address:
        page = opened(context, address, shelf.address)
        (before,) = kept(page)
        style = files / "style.css"
        style.write_text(f"{style.read_text()}h1 {{ letter-spacing: 3px; }}\n")
        page.reload()
        for _ in range(MOST_LOOKS):
            if before not in page.evaluate("caches.keys()"):  # to open one would make it anew
                break
            page.wait_for_timeout(50)
        until_kept(page, shelf.address)
    (after,) = kept(page)
    assert after != before
    page.reload()

    spacing = "getComputedStyle(document.querySelector('h1')).letterSpacing"
    assert page.evaluate(spacing) == "3px"


def test_every_file_of_the_page_is_kept(
    context: BrowserContext, tmp_path: Path, shelf: Shelf
) -> None:
    with page_server(tmp_path) as address:
        page = opened(context, address, shelf.address)
    (found,) = kept(page).values()
    files = {path.name for path in page_app.FILES.iterdir()} - {"index.html", "worker.js"}

    assert set(found) == {*files, "", "labels.json", "timeline.json", shelf.address}


def test_the_page_can_be_installed(context: BrowserContext, tmp_path: Path, shelf: Shelf) -> None:
    with page_server(tmp_path) as address:
        page = opened(context, address, shelf.address)
        session = context.new_cdp_session(page)
        found: Any = session.send("Page.getInstallabilityErrors")
        manifest: Any = session.send("Page.getAppManifest")

        assert manifest["errors"] == []
        for icon in json.loads(manifest["data"])["icons"]:
            with urllib.request.urlopen(f"{address}{icon['src']}") as answer:  # noqa: S310 - our own
                assert answer.headers.get_content_type() == icon["type"]
                assert answer.read()
    reasons = {each["errorId"] for each in found["installabilityErrors"]}
    assert reasons <= {"in-incognito"}


SOUGHT: Final = """seconds => new Promise((done) => {
  const audio = document.getElementById("audio");
  for (const name of ["seeked", "error"]) audio.addEventListener(name, () => done(name));
  audio.currentTime = seconds;
})"""


def test_a_recording_that_came_in_part_from_the_server_goes_on_from_what_is_kept(
    context: BrowserContext, tmp_path: Path, shelf: Shelf
) -> None:
    page = context.new_page()
    slow = {"offline": False, "latency": 0, "downloadThroughput": 300_000, "uploadThroughput": -1}
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    with page_server(tmp_path) as address:
        page.goto(address)
        until_kept(page, shelf.address)

        assert page.evaluate(SOUGHT, SECONDS - 10) == "seeked"
        assert page.evaluate(SOUGHT, SECONDS / 2) == "seeked"
        source = page.evaluate("document.getElementById('audio').currentSrc")
        assert source == f"{address}{shelf.address}"
