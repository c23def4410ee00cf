"""What one routine takes: its turns, and the bytes that are read and written, counted.

A routine is led from "open" to "well done" over a store that takes notes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from skill import app
from skill.language import phrases
from skill.rendering.speech import Limits
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.simulator.understanding import Understanding
from skill.storage.memory_store import MemoryStore
from skill.storage.store import Kept

MORNING: Final = 1_767_598_200_000
"""2026-01-05T07:30:00Z: when the first routine begins."""

MOST_TURNS: Final = 50
"""A routine has a few more turns than exercises; one that has so many goes in circles."""

TWO_DAYS_MS: Final = 2 * 24 * 3600 * 1000

NAMES: Final = sum(map(len, ("listener", "state", "version", "expires", "save")))

ITEM_BYTES: Final = NAMES + 24 + 16 + 2 * 8
"""A place less its state: names, key, the mark of the save, and two numbers of 8 bytes at most."""

ENTRY_BYTES: Final = len("entry" + "expires") + 8 + 3
"""A session in the history, less its own text."""


class Notes(MemoryStore):
    """A store in memory that notes the bytes of what is read and written."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.read: list[int] = []
        self.written: list[int] = []
        self.logged_bytes: list[int] = []

    def load(self, listener: str) -> Kept | None:
        """Note the place, also where there is none: looking for it is paid for, too."""
        kept = super().load(listener)
        self.read.append(ITEM_BYTES + _json_bytes(kept.state) if kept else 1)
        return kept

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """Note the place as it is then."""
        self.written.append(ITEM_BYTES + _json_bytes(state))
        return super().save(listener, state, version)

    def log(self, listener: str, entry: Mapping[str, Any], version: int = 0) -> None:
        """Note the entry alone: what it is appended to depends on the month so far."""
        self.logged_bytes.append(ENTRY_BYTES + _json_bytes(entry))
        super().log(listener, entry, version)


def _json_bytes(value: Mapping[str, Any]) -> int:
    return len(json.dumps(value, separators=(",", ":")))


@dataclass(frozen=True, slots=True)
class Led:
    """What one routine takes."""

    turns: int
    """Its requests."""
    read: tuple[int, ...]
    """The bytes of each item that was read."""
    written: tuple[int, ...]
    """The bytes of each item that was written."""
    logged: tuple[int, ...]
    """The bytes of each entry that was added to the history."""


def lead() -> Led:
    """Lead somebody, who was led once before, through a whole routine.

    Raises `RuntimeError` where it does not come to an end.
    """
    clock = Clock.stopped(MORNING)
    store = Notes(clock)
    made = app.build(store, str, Limits())
    words = made.library.words("en-US")
    heard = phrases.load(words.language)
    ears = Understanding(heard)
    turns: list[object] = []

    def skill(request: dict[str, Any]) -> dict[str, Any]:
        turns.append(request)
        return made.converse(request)

    for _ in range(2):
        for noted in (turns, store.read, store.written, store.logged_bytes):
            noted.clear()
        echo = Echo(skill, ears, clock, Device("en-US"), words.rate)
        for phrase in (f"open {heard.invocation_name}", "start"):
            echo.say(phrase)
            clock.move_on(echo.speech.ms)
        while echo.is_open:
            if len(turns) == MOST_TURNS:
                raise RuntimeError(f"the routine does not end within {MOST_TURNS} turns")
            echo.say("next")
            clock.move_on(echo.speech.ms)
        clock.move_on(TWO_DAYS_MS)
    return Led(len(turns), tuple(store.read), tuple(store.written), tuple(store.logged_bytes))
