"""Stores that fail, and stores in which another device is faster."""

from collections.abc import Mapping
from typing import Any

from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore
from skill.storage.store import Kept, Row, VersionConflict


class FailingStore(MemoryStore):
    """Raises *fault* at whatever stands in *failing*, until that is emptied, or at most *times*."""

    def __init__(self, clock: Clock, fault: Exception, *failing: str) -> None:
        super().__init__(clock)
        self.failing = set(failing)
        self.times = 1_000
        self._fault = fault

    def load(self, listener: str) -> Kept | None:
        """Load, or fail."""
        self._fail("load")
        return super().load(listener)

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """Save, or fail."""
        self._fail("save")
        return super().save(listener, state, version)

    def forget(self, listener: str) -> None:
        """Forget, or fail."""
        self._fail("forget")
        super().forget(listener)

    def _fail(self, at: str) -> None:
        if at in self.failing and self.times:
            self.times -= 1
            raise self._fault


class RacedStore(MemoryStore):
    """Lets another device be faster, a number of times."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.races = 0

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """Save, unless another turn has just been."""
        if self.races:
            self.races -= 1
            row = self.rows[listener]
            self.rows[listener] = Row(row.state, int(str(row.version)) + 1, row.expires)
            raise VersionConflict("another turn was kept first")
        return super().save(listener, state, version)
