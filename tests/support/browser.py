"""A page in headless Chromium, and the server of the page in this process."""

import json
import os
import shutil
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ears
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from skill import home
from skill.terminal import page_ears
from skill.terminal.coach import PageCoach
from skill.web.page_server import make

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from skill.recording.synthesizer import Synthesizer

FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--autoplay-policy=no-user-gesture-required",
)
POLL_S: Final = 0.02
"""How soon a server sees that it is to end."""

LISTENER: Final = "listener-of-the-page-000"


expect.set_options(timeout=60_000)
"""Tests wait for what is to come, on a busy machine too: 5 s, the default, would measure it."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; the test skips without it, but fails where CI=true."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found and os.environ.get("CI") != "true":
        pytest.skip("chromium is not installed (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


_SHARED: Final[list[tuple[ExitStack, Browser]]] = []


def shared() -> Browser:
    """The browser of this process, until `close_shared`: to start one takes a second."""
    if not _SHARED:
        stack = ExitStack()
        _SHARED.append((stack, stack.enter_context(chromium())))
    return _SHARED[0][1]


def close_shared() -> None:
    """Close the browser of this process, if there is one."""
    while _SHARED:
        stack, _ = _SHARED.pop()
        stack.close()


def timeline(address: str) -> Any:  # noqa: ANN401 - JSON
    """The timeline that the server at *address* leads by now."""
    with urllib.request.urlopen(f"{address}timeline.json") as answer:  # noqa: S310 - our own server
        return json.load(answer)


class Gate:
    """Lets requests into an application until it is closed, and knows when all have been answered.

    A browser may send the last one when the test is over, and a store that is closed would open
    its file anew.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._inside = 0
        self._open = True
        self._changed = threading.Condition()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the application does; with 503 once it is closed."""
        with self._changed:
            if not self._open:
                start_response("503 Service Unavailable", [("Content-Length", "0")])
                return ()
            self._inside += 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """Let nothing more in, and wait for what is inside."""
        with self._changed:
            self._open = False
            assert self._changed.wait_for(lambda: not self._inside, 60)


def _make_ears() -> None:
    """Let the page hear English by the ears there are: it makes them as the command starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skill.language.phrases.load", ears.phrases_for)
        patch.setattr(page_ears, "Understanding", ears.ears_of)
        page_ears.ears_of("en")


@contextmanager
def page_server(folder: Path, voice: "Synthesizer | None" = None) -> Iterator[str]:
    """The address of a page that leads by *voice* or in silence, with all it keeps in *folder*."""
    _make_ears()
    made = home.build(folder / "places.db", home.now)
    coach = PageCoach(
        made, LISTENER, home.now, locale="en-US", folder=folder / "recordings", voice=voice
    )
    server = make(coach, 0)
    gate = server.app = Gate(server.app)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_S,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        gate.close()
        server.shutdown()
        thread.join()
        server.server_close()
        made.store.close()
