"""The states that were written last: most come back, unchanged, with the listener's next turn."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from skill.conversation.turn import Turn
from skill.listener.state import State

Key = tuple[str, str, int | None]
"""Listener, locale and limit: a state holds places of a plan, which goes by language and medium."""

STATES_KEPT: Final = 1024
"""A few kB each."""


class Recent:
    """A cache of decoded states. Thread-safe; what it holds can be thrown away at any time."""

    def __init__(self) -> None:
        self._states: OrderedDict[Key, tuple[Mapping[str, Any], State]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, turn: Turn, written: Mapping[str, Any], state: State) -> None:
        """Note that *state* was *written* down so for the listener of *turn*."""
        key = turn.listener, turn.locale, turn.medium.longest_ms
        with self._lock:
            self._states[key] = written, state
            self._states.move_to_end(key)
            if len(self._states) > STATES_KEPT:
                self._states.popitem(last=False)

    def get(self, turn: Turn, written: Mapping[str, Any]) -> State | None:
        """The state that reads as *written*, where that was what was written last."""
        found = self._states.get((turn.listener, turn.locale, turn.medium.longest_ms))
        return found[1] if found and found[0] == written else None

    def drop(self, listener: str) -> None:
        """Throw away what is known of *listener*."""
        with self._lock:
            for key in [key for key in self._states if key[0] == listener]:
                del self._states[key]
