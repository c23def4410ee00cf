"""The time in the listener's home: real, or set by a test."""

from collections.abc import Callable
from time import monotonic_ns, time_ns
from typing import Self


class Clock:
    """Tells the time in ms since 1970 when it is called, as a skill or a store expects of a clock.

    It runs, or is stopped; either way it can be moved on, but never back.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._ahead = 0

    @classmethod
    def running(cls) -> Self:
        """A clock that keeps real time, even if the machine's clock is changed meanwhile."""
        began = time_ns() - monotonic_ns()
        return cls(lambda: (began + monotonic_ns()) // 1_000_000)

    @classmethod
    def stopped(cls, at: int) -> Self:
        """A clock that shows *at* until it is moved on."""
        return cls(lambda: at)

    def __call__(self) -> int:
        """The time, in ms since 1970."""
        return self._now() + self._ahead

    def move_on(self, ms: int) -> None:
        """Let *ms* milliseconds pass at once; raises `ValueError` where they are negative."""
        if ms < 0:
            raise ValueError(f"a clock does not go back: {ms} ms")
        self._ahead += ms

    def stop(self) -> None:
        """Let no time pass from now on, except by `move_on`."""
        at = self._now()
        self._now = lambda: at
