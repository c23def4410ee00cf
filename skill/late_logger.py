"""A logger that nobody waits for: `logging` is imported with the first message, if there is one.

It takes 5 ms of a process's start, with the patterns that it compiles.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class LateLogger:
    """The logger called *name*, by whichever of its methods."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, method: str) -> "Callable[..., None]":
        import logging  # noqa: PLC0415 - see above

        found: Callable[..., None] = getattr(logging.getLogger(self._name), method)
        return found
