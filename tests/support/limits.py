"""Time limits that tests do without.

They are promises of the skill's, and have tests of their own, which ask for the fixture
`time_limits`. In all other tests a machine that stands still for some seconds would make them part
of the answer.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Final, TypeVar

from skill.alexa import api_client, reminders
from skill.storage import dynamo_table, sqlite_file

LONG_S: Final = 600
"""Longer than any test waits."""

LONG_MS: Final = LONG_S * 1000
"""The same, in milliseconds."""

Limits = Mapping[ModuleType, tuple[str, ...]]
"""Names of numbers of seconds, by the module that reads them each time."""

HERE: Final[Limits] = {
    api_client: ("TURN_S",),
    dynamo_table: ("CONNECT_S", "READ_S"),
    reminders: ("TURN_S", "ZONE_S"),
    sqlite_file: ("LOCK_WAIT_S",),
}
"""Those of what the tests do in their own process."""

PROMISED: Final = {
    (module, name): getattr(module, name) for module, names in HERE.items() for name in names
}

Given = TypeVar("Given")


def lift(limits: Limits = HERE) -> None:
    """Lift *limits* for what is done in this process after this."""
    for module, names in limits.items():
        for name in names:
            assert hasattr(module, name), name
            setattr(module, name, LONG_S)


@contextmanager
def as_promised() -> Iterator[None]:
    """Hold this process to its time limits until the end of the block."""
    for (module, name), seconds in PROMISED.items():
        setattr(module, name, seconds)
    yield
    lift()


def within(seconds: float, call: Callable[[], Given], tries: int = 5) -> Given:
    """Give what *call* returns in less than *seconds*; where it takes longer, call again.

    What is slow of itself is slow each time, and fails. What waits for the machine alone is not.
    """
    took = list[float]()
    for _ in range(tries):
        began = time.monotonic()
        given = call()
        took.append(time.monotonic() - began)
        if took[-1] < seconds:
            return given
    raise AssertionError(f"it took {took} s, and not less than {seconds} s")
