"""Amazon's own engine for screens, in headless Chromium under a clock that a test moves on."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from playwright.sync_api import Browser, Page, Route, sync_playwright
from project import PROJECT

ENGINE: Final = PROJECT / "tests/screens/node_modules/apl-viewhost-web/index.js"
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

START: Final = """async ([document, data, viewport, now]) => {
    const content = AplRenderer.Content.create(document);
    content.addData("payload", data);
    const view = window.document.getElementById("view");
    view.style.width = viewport.width + "px";
    view.style.height = viewport.height + "px";
    window.events = [];
    window.shown = AplRenderer.default.create({
        content, view, theme: "dark", utcTime: now, localTimeAdjustment: 0,
        environment: {agentName: "tests", agentVersion: "1",
                      allowOpenUrl: false, disallowVideo: true},
        developerToolOptions: {mappingKey: "x", writeKeys: []},
        viewport: {isRound: viewport.shape === "ROUND", shape: viewport.shape,
                   width: viewport.width, height: viewport.height, dpi: 160, mode: viewport.mode},
        onSendEvent: (event) => window.events.push({at: Date.now(), arguments: event.arguments}),
    });
    await window.shown.init();
    return Date.now();
}"""


@dataclass
class Viewhost:
    """One page with one document after the other."""

    page: Page
    viewport: Viewport
    messages: list[str] = field(default_factory=list)
    """What the console said, each message once."""
    _began: int = 0

    def show(self, document: dict[str, Any], data: dict[str, Any]) -> None:
        """Show a *document* with its datasources, in place of the one before."""
        self.page.evaluate("() => { if (window.shown) { window.shown.destroy(); } }")
        self.page.evaluate("() => { document.getElementById('view').replaceChildren(); }")
        shape = self.viewport._asdict()
        shown = [json.dumps(document), json.dumps(data), shape, MORNING]
        self._began = self.page.evaluate(START, shown)

    @property
    def at(self) -> int:
        """Milliseconds since the document was shown; between two calls it goes on by itself."""
        now: int = self.page.evaluate("() => Date.now()")
        return now - self._began

    def until(self, ms: int) -> None:
        """Let the clock run until *ms* after the document was shown."""
        self.page.clock.run_for(max(0, ms - self.at))

    def skip_to(self, ms: int) -> None:
        """Move the clock on to *ms*, as if the device had been asleep meanwhile."""
        self.page.clock.fast_forward(max(0, ms - self.at))

    def events(self) -> list[tuple[int, list[Any]]]:
        """The events that were sent, each with its moment in ms after the document was shown."""
        events = self.page.evaluate("() => window.events")
        return [(each["at"] - self._began, each["arguments"]) for each in events]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield launched
        finally:
            launched.close()


@contextmanager
def viewhost(browser: Browser, viewport: Viewport, *, clock: bool = True) -> Iterator[Viewhost]:
    """A page of that *viewport* with the engine in it."""
    context = browser.new_context(
        viewport={"width": viewport.width, "height": viewport.height}, device_scale_factor=1
    )
    page = context.new_page()
    host = Viewhost(page, viewport)

    def heard(text: str) -> None:
        if text not in host.messages:
            host.messages.append(text)

    page.on("console", lambda message: heard(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard(f"error: {error}"))
    page.route("**/*", _local)
    page.set_content(
        "<!doctype html><html lang=en><style>body{margin:0;background:#000}"
        "#view{position:relative;overflow:hidden}</style><div id=view></div>"
    )
    script = Path(ENGINE).read_text("utf-8") + ";window.__engine = AplRenderer.initEngine();"
    page.add_script_tag(content=script)
    page.evaluate("async () => { await window.__engine; }")
    if clock:
        page.clock.install(time=MORNING / 1000)
    try:
        yield host
    finally:
        context.close()


def _local(route: Route) -> None:
    if route.request.url.startswith(LOCAL):
        route.continue_()
    else:
        route.abort()
