"""The page that leads: its browser, its server, and itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium, page_server, timeline
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for each module: while one is open, `asyncio.run` of other tests is refused."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def shared_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for all tests of a module that change nothing of what it keeps."""
    with page_server(tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server of the test's own: nothing is kept yet."""
    with page_server(tmp_path) as found:
        yield found


@pytest.fixture
def cues(address: str) -> list[dict[str, Any]]:
    """The cues of the routine before anything is wished or done."""
    found: list[dict[str, Any]] = timeline(address)["cues"]
    return found
