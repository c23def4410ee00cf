"""A page in headless Chromium, and the server of the page in this process."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Browser, sync_playwright

from skill import home
from skill.terminal.coach import PageCoach
from skill.web import page_app

if TYPE_CHECKING:
    from skill.recording.synthesizer import Synthesizer

FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--autoplay-policy=no-user-gesture-required",
)
LISTENER: Final = "listener-of-the-page-000"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; the test skips without it, but fails where CI=true."""
    found = shutil.which("chromium")
    if not found and os.environ.get("CI") != "true":
        pytest.skip("chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def page_server(folder: Path, voice: "Synthesizer | None" = None) -> Iterator[str]:
    """The address of a page that leads by *voice* or in silence, with all it keeps in *folder*."""
    made = home.build(folder / "places.db", home.now)
    coach = PageCoach(
        made, LISTENER, home.now, locale="en-US", folder=folder / "recordings", voice=voice
    )
    server = page_app.make(coach, 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        made.store.close()
