"""What is kept of a listener from turn to turn."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from skill.listener.memory import Memory
from skill.listener.playback import Playback
from skill.routine.progress import Progress
from skill.routine.wishes import Wishes

VARIED: Final = (
    *("all_right", "fact", "farewell", "going_on", "not_understood", "once_more", "paused"),
)
"""The lines that have several phrasings, used in turn."""

GROWN: Final = "grown"
"""Kept beside the phrasings: 1 where a welcome told what grew, and it was not all done since."""

HURT: Final = 1
"""An exercise hurt: it may be tried once more, gently."""

EASED: Final = 2
"""It is being tried gently."""

OUT: Final = 3
"""It hurt badly, or again: it is left out of this routine."""


class Asked(StrEnum):
    """The question that is open: what "yes" and "no" would answer."""

    NOTHING = "nothing"
    GO_ON = "go_on"
    AFRESH = "afresh"
    FORGET = "forget"
    PAIN = "pain"
    GENTLY = "gently"
    HURT_BEFORE = "hurt_before"
    WELL = "well"
    READY = "ready"
    STEADY = "steady"
    STEADIER = "steadier"
    SLOWER = "slower"
    REMIND = "remind"
    REMIND_AT = "remind_at"
    DONE = "done"
    CANNOT = "cannot"
    HURT_IN_PLAY = "hurt_in_play"


class Earlier(NamedTuple):
    """What was led in the same sitting before the routine was started over."""

    at: int = 0
    """When the sitting began, in ms since 1970; 0 where nothing was started over in it."""
    led_ms: int = 0
    """The time of all sets that were done, in ms."""
    done: tuple[str, ...] = ()
    """The exercises that were done to their end."""


class State(NamedTuple):
    """All that a turn needs to know of the turns before it. Moments are in ms since 1970."""

    wishes: Wishes
    """What the listener asked of this routine; the plan is laid from it."""
    progress: Progress
    """The place in the plan."""
    asked: Asked = Asked.NOTHING
    """The question that is open."""
    speech_requested_at: int = 0
    """The timestamp of the request that was answered by leading; the playhead counts from it."""
    lead_ms: int = 0
    """How long that answer speaks before its first cue."""
    routine_started_at: int = 0
    """When this routine was started; 0 where nothing was led yet."""
    last_turn_at: int = 0
    """When the last turn was."""
    hurt: Mapping[str, int] = MappingProxyType({})
    """For each exercise that hurt, how far it went: `HURT`, `EASED` or `OUT`."""
    pained: tuple[str, ...] = ()
    """The exercises that the listener reported pain in, in this routine."""
    said: Mapping[str, int] = MappingProxyType({})
    """For each of `VARIED`, the number of the phrasing that was used last."""
    memory: Memory = Memory()
    """What is remembered from one routine to the next."""
    reminder: str = ""
    """The time of a reminder that was offered, as `07:30`."""
    unwell: bool = False
    """After a possible emergency: ask whether all is well before anything is led."""
    missed: bool = False
    """What was said last was not understood."""
    earlier: Earlier = Earlier()
    """What came before in the same sitting."""
    playback: Playback | None = None
    """The recording that is heard, or was when the listener left; None where the voice leads."""
    played: bool = False
    """A set of this routine was heard from a recording."""
    saved: int = 0
    """The version of this state in the store; 0 where it was never stored."""

    def moved(self, progress: Progress) -> Self:
        """The same state at another place."""
        return self._replace(progress=progress)

    @property
    def session_began(self) -> int:
        """When the session began that this routine is a part of; 0 where nothing was led yet."""
        return self.earlier.at or self.routine_started_at
