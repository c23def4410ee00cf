"""What is kept of a listener from turn to turn."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from skill.listener.memory import Memory
from skill.routine.progress import Progress
from skill.routine.wishes import Wishes

VARIED: Final = ("all_right", "going_on", "not_understood", "once_more", "paused")
"""The lines that take turns among several phrasings."""

HURT: Final = 1
"""An exercise hurt: it may be tried once more, gently."""

EASED: Final = 2
"""It is being tried gently."""

OUT: Final = 3
"""It hurt badly, or again: it is left out of this routine."""


class Asked(StrEnum):
    """The question that "yes" and "no" would answer."""

    NOTHING = "nothing"
    GO_ON = "go_on"
    AFRESH = "afresh"
    FORGET = "forget"
    PAIN = "pain"
    GENTLY = "gently"
    HURT_BEFORE = "hurt_before"
    WELL = "well"
    REMIND = "remind"
    REMIND_AT = "remind_at"


class Earlier(NamedTuple):
    """What was led in the same sitting before the routine was started over.

    *at* is when the sitting began, 0 where nothing was started over in it; *done* are the exercises
    that were done to their end, *led_ms* is the time of all that was done.
    """

    at: int = 0
    led_ms: int = 0
    done: tuple[str, ...] = ()


class State(NamedTuple):
    """The wishes and the place rebuild everything; moments are in ms since 1970.

    *began* is the stamp of the request that is being answered by leading, *lead_ms* how long that
    answer talks before its first cue; *started* is when this routine began, *at* when the last
    turn was. *hurt* tells of each exercise that hurt how far it went: `HURT`, `EASED` or `OUT`;
    *pained* are those where the listener said so in this routine. *said* is the phrasing used last
    of each line that has several. *reminder* is the time, as `07:30`, of one that was offered.
    *unwell* asks, after what may have been an emergency, whether all is well again, before anything
    is led. *earlier* is what came before in the same sitting. *saved* is the version of this in the
    store, 0 where it never was there.
    """

    wishes: Wishes
    progress: Progress
    asked: Asked = Asked.NOTHING
    began: int = 0
    lead_ms: int = 0
    started: int = 0
    at: int = 0
    hurt: Mapping[str, int] = MappingProxyType({})
    pained: tuple[str, ...] = ()
    said: Mapping[str, int] = MappingProxyType({})
    memory: Memory = Memory()
    reminder: str = ""
    unwell: bool = False
    earlier: Earlier = Earlier()
    saved: int = 0

    def moved(self, progress: Progress) -> Self:
        """The same at another place: every turn does this, and `_replace` takes twice as long."""
        return type(self)(self.wishes, progress, *self[2:])

    def kept_as(self, version: int) -> Self:
        """The same, stored under *version*, which has to stay the last field; see `moved`."""
        return type(self)(*self[:-1], version)

    @property
    def session_began(self) -> int:
        """When the session began that this routine is a part of; 0 where nothing was led yet."""
        return self.earlier.at or self.started
