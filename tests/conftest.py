"""A skill over a store in memory, on a clock that only tests move."""

import gc
import os
from collections.abc import Iterator
from typing import Final

import limits
import pytest
from hypothesis import HealthCheck, settings
from plans import LIBRARY
from turns import MORNING, Turns, listener_key

from skill import app
from skill.app import App
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

os.environ.setdefault("PYTHONWARNINGS", "ignore::SyntaxWarning")
"""What tests start says nothing of the SDK's docstrings where site-packages is not byte-compiled.

In this process the same is in pyproject.toml, for those packages only.
"""

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""The skill is compiled once, and not at each of the hundreds of starts of its command."""

gc.set_threshold(50_000, 20, 100)
"""Thousands of tests and what English understands stay in memory: with Python's own thresholds, to
look at all of them again and again took a fifth of the processor's time."""

settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("any machine")
"""Rules say what holds, not how fast; what failed by chance says how it fails again.

Chance goes looking wherever the tests are run; in CI it is the same for the same code, as
hypothesis itself has it there, so that a failure is one of the change that is tried.
"""


LONGEST_FIRST: Final = (
    *("test_whole_recording.py", "test_lambda.py", "test_house.py", "test_template.py"),
    *("test_engine.py", "test_page_faults.py", "test_page_wishes.py", "test_page_voice.py"),
    *("test_page_ears.py", "test_page_access.py", "test_page.py", "test_page_policy.py"),
    *("test_server.py", "test_store.py", "test_caring.py", "test_response_json.py"),
    *("test_conversations.py", "test_storm.py", "test_server_faults.py", "test_far_faults.py"),
    *("test_soak.py", "test_wire.py", "test_proxy.py", "test_random_conversations.py"),
)
"""Files with tests that take many seconds each: at the end, one core would wait for the other.

Many of their tests wait for servers and time limits, while other processes have the cores. Those
with a browser come one after the other, as it stays open between them.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, and keep the order of all others."""
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


def pytest_collection_finish() -> None:
    """Keep the collector from what lasts as long as the process."""
    gc.freeze()


@pytest.fixture
def clock() -> Clock:
    """It stands at `MORNING`."""
    return Clock.stopped(MORNING)


@pytest.fixture
def store(clock: Clock) -> MemoryStore:
    """Nobody is known yet."""
    return MemoryStore(clock)


@pytest.fixture
def made(store: MemoryStore) -> App:
    """The skill, as it is put together for real."""
    return app.build(store, listener_key, content=LIBRARY)


@pytest.fixture
def turns(made: App, clock: Clock) -> Turns:
    """A device, and a listener who has not yet said a word."""
    return Turns(made, clock)


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """Lift the time limits, after all modules have read them."""
    limits.lift()


@pytest.fixture
def time_limits() -> Iterator[None]:
    """Put them back, for a test of them."""
    with limits.as_promised():
        yield


@pytest.fixture
def drawn_marks() -> None:
    """Every row has a mark of its own, as in the field."""


@pytest.fixture
def versions_begin_at_one(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows have the mark 0, unless a test asks for `drawn_marks`."""
    if "drawn_marks" not in request.fixturenames:
        monkeypatch.setattr("skill.storage.store.new_mark", lambda: 0)
