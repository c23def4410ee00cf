"""The page that leads: its browser, its server, and itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import close_shared, page_server, shared, timeline
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def _browser_of_the_process() -> Iterator[None]:
    """Leave no browser open when the tests are over, or were interrupted."""
    yield
    close_shared()


@pytest.fixture(scope="module")
def browser(_browser_of_the_process: None) -> Iterator[Browser]:
    """A browser without pages, the same for modules that come one after the other."""
    found = shared()
    yield found
    for context in found.contexts:
        context.close()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Close it before a module without one: while it is open, `asyncio.run` is refused."""
    if nextitem is None or (
        nextitem.path != item.path and "browser" not in getattr(nextitem, "fixturenames", ())
    ):
        close_shared()


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
