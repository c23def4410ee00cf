"""Amazon's own engine for screens, in headless Chromium under a clock that a test moves on."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from playwright.sync_api import Browser, Page, Route
from project import PROJECT

ENGINE: Final = PROJECT / "tests/node_modules/apl-viewhost-web/index.js"
FRAME_MS: Final = 16

LOADED_S: Final = 3_600
"""By then, after its start, the clock of a page is stopped: longer than a page takes to load."""

SCRIPT: Final = Path(__file__).with_name("viewhost.js")
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or ""

MORNING: Final = 1_767_598_200_000

LOCAL: Final = ("data:", "about:", "blob:")
"""What a page may load; the engine would wait for Amazon's fonts."""


class Viewport(NamedTuple):
    """A screen of a device. Sizes are in pixels, at 160 dots to the inch."""

    name: str
    width: int
    height: int
    mode: str = "HUB"
    shape: str = "RECTANGLE"

    def as_json(self) -> dict[str, Any]:
        """What a request says of it."""
        return {
            "experiences": [],
            "mode": self.mode,
            "shape": self.shape,
            "pixelWidth": self.width,
            "pixelHeight": self.height,
            "currentPixelWidth": self.width,
            "currentPixelHeight": self.height,
            "dpi": 160,
            "touch": ["SINGLE"],
        }


VIEWPORTS: Final = (
    Viewport("round", 480, 480, shape="ROUND"),
    Viewport("small", 960, 480),
    Viewport("medium", 1024, 600),
    Viewport("large", 1280, 800),
    Viewport("extra-large", 1920, 1080),
    Viewport("portrait", 800, 1280),
    Viewport("tv", 960, 540, mode="TV"),
)

BLANK: Final = (
    "<!doctype html><html lang=en><style>body{margin:0;background:#000}"
    "#view{position:relative;overflow:hidden;contain:strict}</style><div id=view></div>"
)
"""The view is laid out by itself: the engine measures each text in a box beside it."""


class Look(NamedTuple):
    """What stood on a screen at one moment."""

    at: int
    """Milliseconds since the document was shown."""
    lines: list[str]
    """The texts."""
    cut: list[dict[str, Any]]
    """The boxes of those that reach out of the screen or of their own boxes. Texts that differ from
    earlier ones in their digits alone are not measured again."""


@dataclass
class Viewhost:
    """A page with one document after the other, on one viewport after the other."""

    page: Page
    messages: list[str] = field(default_factory=list)
    """What the console said since the viewport was chosen, each message once."""
    viewport: Viewport = VIEWPORTS[0]
    _began: int = 0

    def become(self, viewport: Viewport) -> None:
        """Be a screen of that *viewport*, on which nothing has gone wrong."""
        self.viewport = viewport
        self.messages.clear()
        self.page.set_viewport_size({"width": viewport.width, "height": viewport.height})

    def show(self, document: dict[str, Any], data: dict[str, Any]) -> None:
        """Show a *document* with its datasources, in place of the one before."""
        shown = [json.dumps(document), json.dumps(data), self.viewport._asdict(), MORNING]
        self.page.evaluate("show", shown)
        while (began := self.page.evaluate("began")) is None:
            self.page.clock.run_for(FRAME_MS)
        self._began = began

    @property
    def at(self) -> int:
        """Milliseconds since the document was shown, by a clock that goes on in `until` alone."""
        now: int = self.page.evaluate("Date.now()")
        return now - self._began

    def until(self, ms: int) -> None:
        """Let the clock run until *ms* after the document was shown."""
        self.page.clock.run_for(max(0, ms - self.at))

    def watch(self, moments: Sequence[int], due: int, *, every_frame: bool) -> list[Look]:
        """Look at each of *moments*, until a second after *due*, in ms after the document came.

        A screen draws 60 frames a second. Unless *every_frame* is wanted, it draws at the moments
        and around *due* alone: the engine goes through its time between them all the same, and only
        the pictures between two looks are spared.
        """
        at = [self._began + moment for moment in moments]
        self.page.evaluate("watch", [at, self._began + due, every_frame])
        self.until(due + 1_000)
        looks = self.page.evaluate("watched")
        return [Look(each["at"] - self._began, each["lines"], each["cut"]) for each in looks]

    def lines(self) -> list[str]:
        """The texts that are shown."""
        lines: list[str] = self.page.evaluate("look(0, new Set()).lines")
        return lines

    def labels(self) -> list[str]:
        """What the engine has a screen reader say of each thing that can be touched."""
        labels: list[str] = self.page.evaluate("labels()")
        return labels

    def boxes(self, function: str) -> list[dict[str, Any]]:
        """What a *function* of viewhost.js finds: `boxes`, `cutTexts` or `targets`."""
        found: list[dict[str, Any]] = self.page.evaluate(function)
        return found

    def events(self) -> list[tuple[int, list[Any]]]:
        """The events that were sent, each with its moment in ms after the document was shown."""
        events = self.page.evaluate("events")
        return [(each["at"] - self._began, each["arguments"]) for each in events]

    def heard(self, text: str) -> None:
        """Keep what the console says."""
        if text not in self.messages:
            self.messages.append(text)


def viewhost(browser: Browser) -> Viewhost:
    """A page of *browser* with the engine in it."""
    page = browser.new_page(device_scale_factor=1)
    host = Viewhost(page)
    page.on("console", lambda message: host.heard(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: host.heard(f"error: {error}"))
    page.route("**/*", _local)
    page.set_content(BLANK)
    script = ENGINE.read_text("utf-8") + ";window.__engine = AplRenderer.initEngine();"
    page.add_script_tag(content=script)
    page.evaluate("async () => { await window.__engine; }")
    page.clock.install(time=MORNING / 1000)
    page.add_script_tag(path=SCRIPT)
    page.evaluate("rangeOnce(); drawByClock();")
    page.clock.pause_at(MORNING / 1000 + LOADED_S)
    return host


def _local(route: Route) -> None:
    if route.request.url.startswith(LOCAL):
        route.continue_()
    else:
        route.abort()
