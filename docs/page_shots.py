# ruff: noqa: INP001 - a script, not a package
"""Makes the pictures of docs/page.md: `.venv/bin/python docs/page_shots.py`.

It serves the page itself, in silence, to a listener who has a history. It prints the figures of
docs/page.md too, and needs locks/dev.txt, Chromium and pngquant.
"""

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Page, sync_playwright

from skill import home
from skill.language.library import load
from skill.listener.history import DAY_MS, Session
from skill.terminal.coach import PageCoach
from skill.web import page_server

HERE: Final = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests" / "support"))

from page_fakes import CLOCK  # noqa: E402 - the path has it only now
from picture import picture  # noqa: E402 - the path has it only now

LISTENER: Final = "listener-of-the-pictures"
SIZES: Final = {"phone": (360, 740), "desktop": (1600, 900)}
DAYS_AGO: Final = (1, 3, 5, 7, 8, 10, 12, 16, 19, 21, 23, 26, 30, 33, 35)
"""When the listener of the pictures had a routine; on every fifth of these days a part of one."""

FIRST: Final = """async (kind) => { const { cues } = await (await fetch("timeline.json")).json();
  return cues.find(cue => kind === "set" ? cue.rep === 3 : cue.kind === kind).at_ms + 400; }"""
FIGURES: Final = """async () => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const [page] = performance.getEntriesByType("navigation");
  const parts = performance.getEntriesByType("resource")
    .filter(({ name }) => !name.startsWith("blob:"));
  return { ms: Math.round(paint.startTime), requests: parts.length + 1,
    bytes: [page, ...parts].reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) };
}"""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a page that leads in silence, with all it keeps in *folder*."""
    made = home.build(folder / "places.db", home.now)
    every = load().routine.ids
    for number, days in reversed(list(enumerate(DAYS_AGO))):
        done, minutes = (every[:2], 8) if number % 5 == 1 else (every, 20)
        made.store.log(LISTENER, Session(home.now() - days * DAY_MS, minutes, done, every).entry())
    coach = PageCoach(made, LISTENER, home.now, locale="en-US", folder=folder, voice=None)
    server = page_server.make(coach, 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        made.store.close()


def shoot(page: Page, device: str, name: str) -> None:
    """Save what *page* shows on a *device*."""
    picture(page, HERE / f"page-{device}-{name}.png")


def shots(page: Page, device: str) -> None:
    """Save the start, the midst of a set, a change of feet, and the history."""
    page.locator("#start").wait_for()
    page.locator("#wish_list").wait_for()
    sys.stdout.write(f"{device}: {page.evaluate(FIGURES)}\n")
    shoot(page, device, "start")
    page.locator("#start").click()
    for kind in ("set", "change"):
        page.evaluate("ms => tick(ms)", page.evaluate(FIRST, kind))
        shoot(page, device, kind)
    page.goto(f"{page.url}history.html")
    page.locator("#history").wait_for()
    shoot(page, device, "history")


def main() -> None:
    """Save all pictures beside this file."""
    with (
        TemporaryDirectory() as folder,
        served(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-lcd-text"],
        )
        for device, (width, height) in SIZES.items():
            context = browser.new_context(viewport={"width": width, "height": height})
            context.add_init_script(CLOCK)  # it plays, and stands at a moment
            page = context.new_page()
            page.goto(address)
            shots(page, device)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
