"""The pictures in the documents: of few colours, so that the repository stays small."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

COLOURS: Final = 64
"""Enough for the edges of letters in each colour of a screen."""

MOST_BYTES: Final = 60_000
"""The most that a picture may have."""


def picture(page: Page, path: Path) -> None:
    """Save what *page* shows; exit where pngquant is missing, or the picture is too large."""
    pngquant = shutil.which("pngquant")
    if not pngquant:
        sys.exit("pngquant is not installed (Debian: pngquant)")
    page.screenshot(path=path)
    command = [
        pngquant,
        "--force",
        "--nofs",
        "--speed=1",
        f"--output={path}",
        str(COLOURS),
        str(path),
    ]
    subprocess.run(command, check=True)  # noqa: S603 - Debian's own
    if path.stat().st_size > MOST_BYTES:
        sys.exit(f"{path} is larger than {MOST_BYTES} bytes")
