"""`foot-routine` with time limits that no busy machine reaches: see `limits`."""

import sys
from pathlib import Path
from typing import Final

from limits import HERE, LONG_S, Limits, lift

from skill.terminal import cli
from skill.web import endpoint, server, stderr

COMMAND: Final[tuple[str | Path, ...]] = (sys.executable, Path(__file__))

MANY: Final = 1_000_000
"""More lines than any test has logged."""

SERVERS: Final[Limits] = {
    endpoint: ("RECEIVE_SECONDS", "LINGER_SECONDS"),
    server: ("STOP_SECONDS",),
    stderr: ("STOP_S",),
}

__all__ = ("COMMAND", "LONG_S", "lift_limits")


def lift_limits() -> None:
    """Lift all limits of this process."""
    lift(HERE)
    lift(SERVERS)
    setattr(stderr, "MOST_WAITING", MANY)  # noqa: B010 - mypy knows that it is final


if __name__ == "__main__":
    lift_limits()
    cli.main()
