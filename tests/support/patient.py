"""`foot-routine` with time limits that no busy machine reaches.

The limits are promises of the skill's, and have tests of their own. In all other tests a machine
that stands still for some seconds would make them part of the answer.
"""

import sys
from pathlib import Path
from types import ModuleType
from typing import Final

from skill.alexa import api_client, reminders
from skill.storage import sqlite_file
from skill.terminal import cli
from skill.web import endpoint, server, stderr

COMMAND: Final[tuple[str | Path, ...]] = (sys.executable, Path(__file__))

LONG_S: Final = 600
"""Longer than any test waits."""

MANY: Final = 1_000_000
"""More lines than any test has logged."""

LIMITS: Final[dict[ModuleType, tuple[str, ...]]] = {
    api_client: ("TURN_S",),
    reminders: ("TURN_S", "ZONE_S"),
    sqlite_file: ("LOCK_WAIT_S",),
    endpoint: ("RECEIVE_SECONDS", "LINGER_SECONDS"),
    server: ("STOP_SECONDS",),
    stderr: ("STOP_S",),
}
"""Seconds, by the module that reads them each time."""


def lift_limits() -> None:
    """Lift the limits of this process."""
    for module, names in LIMITS.items():
        for name in names:
            assert hasattr(module, name), name
            setattr(module, name, LONG_S)
    setattr(stderr, "MOST_WAITING", MANY)  # noqa: B010 - mypy knows that it is final


if __name__ == "__main__":
    lift_limits()
    cli.main()
