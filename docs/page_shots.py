# ruff: noqa: INP001 - a script, not a package
"""Makes the screenshots of docs/page.md: `.venv/bin/python docs/page_shots.py ADDRESS`.

ADDRESS is what `foot-routine page` printed. Each picture is less than 100 kB.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

HERE: Final = Path(__file__).parent
SIZES: Final = {"phone": (390, 844), "desktop": (1280, 720)}
SEEK: Final = """ms => { const audio = document.querySelector("audio"); audio.pause();
  return new Promise((done) => { audio.onseeked = done; audio.currentTime = ms / 1000; }); }"""
FIRST: Final = """async (kind) => { const { cues } = await (await fetch("timeline.json")).json();
  return cues.find(cue => kind === "set" ? cue.rep === 3 : cue.kind === kind).at_ms + 400; }"""


def shots(page: Page, device: str) -> None:
    """Save the start, the midst of a set and a change of feet, as *device* shows them."""
    page.locator("#start").wait_for()
    page.screenshot(path=HERE / f"page-{device}-start.png")
    page.locator("#start").click()
    for kind in ("set", "change"):
        page.evaluate(SEEK, page.evaluate(FIRST, kind))
        page.screenshot(path=HERE / f"page-{device}-{kind}.png")


def main() -> None:
    """Save all pictures beside this file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for device, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(sys.argv[1])
            shots(page, device)
        browser.close()


if __name__ == "__main__":
    main()
