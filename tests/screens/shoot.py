#!/usr/bin/env python3
"""Draw the pictures of docs/screens.md, in Amazon's own engine: `python tests/screens/shoot.py`.

With `--table`, only tell the table of its answers.
"""

import sys
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support"), str(HERE.parent.parent)]

from browser import chromium  # noqa: E402 - the path has it only now
from picture import picture  # noqa: E402 - the path has it only now
from screens_shown import answers, routine, waiting  # noqa: E402 - the path has it only now
from viewhost import VIEWPORTS, Viewhost, Viewport, viewhost  # noqa: E402 - as above

PICTURES: Final = HERE.parent.parent / "docs" / "screens"
MID_SET_MS: Final = 30_000
SETTLED_MS: Final = 1_000
WIDE: Final = VIEWPORTS[2]


def shoot(host: Viewhost, directive: dict[str, Any], at: int, name: str) -> None:
    """Draw what is shown *at* so many ms after *directive* came."""
    host.show(directive["document"], directive["datasources"])
    host.until(at)
    picture(host.page, PICTURES / f"{name}.png")


def main() -> None:
    """Draw a mid-set on each screen, and each kind of screen that waits."""
    PICTURES.mkdir(exist_ok=True)
    with chromium() as browser:
        host = viewhost(browser)
        for viewport in VIEWPORTS:
            host.become(viewport)
            shoot(host, routine(viewport)[0], MID_SET_MS, f"mid-set-{viewport.name}")
        host.become(WIDE)
        for name, directive in waiting(WIDE).items():
            shoot(host, directive, SETTLED_MS, name)
        shoot(host, _toe_curls(WIDE), MID_SET_MS, "toe-curls")


def _toe_curls(viewport: Viewport) -> dict[str, Any]:
    return next(
        each for each in routine(viewport) if each["datasources"]["screen"]["title"] == "Toe curls"
    )


if __name__ == "__main__":
    if "--table" in sys.argv:
        sys.stdout.writelines(f"{each.row(at)}\n" for at, each in enumerate(answers(), 1))
    else:
        main()
