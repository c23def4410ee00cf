"""The time in the listener's home: real, or moved on by hand."""

from collections.abc import Callable
from time import monotonic_ns, time_ns
from typing import Self


class Clock:
    """Milliseconds since 1970. Running or stopped, it can be moved on, never back.

    Called for the time, so that it fits wherever a skill or a store asks for a clock.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._ahead = 0

    @classmethod
    def running(cls) -> Self:
        """Keep real time, whatever is done to the machine's own clock meanwhile."""
        began = time_ns() - monotonic_ns()
        return cls(lambda: (began + monotonic_ns()) // 1_000_000)

    @classmethod
    def stopped(cls, at: int) -> Self:
        """Show *at* until moved on."""
        return cls(lambda: at)

    def __call__(self) -> int:
        """Tell the time."""
        return self._now() + self._ahead

    def move_on(self, ms: int) -> None:
        """Let *ms* milliseconds pass at once; raises `ValueError` where that is in the past."""
        if ms < 0:
            raise ValueError(f"a clock does not go back: {ms} ms")
        self._ahead += ms

    def stop(self) -> None:
        """Let time pass by `move_on` alone from now on."""
        at = self._now()
        self._now = lambda: at
