"""The timeline of a recording: what is heard at which millisecond."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from skill.recording.dose import RecordedDose

NEXT_EXERCISE: Final = "next_exercise"
"""The kind of the time between two exercises, which the twenty minutes do not count.

A plan has none: by voice, a prompt waits there for a word.
"""

UNCOUNTED: Final = frozenset({"welcome", "farewell", NEXT_EXERCISE})
"""The kinds that are not counted as time of the routine."""

RENDERING: Final = 1
"""Raised whenever the same timeline would sound different, so that caches do not keep the old."""

HASH_DIGITS: Final = 12
"""Hexadecimal digits in a recording's name: 48 bits, for a folder of some hundred recordings."""


class TimelineCue(NamedTuple):
    """A stretch of a recording with words at most at its start."""

    at_ms: int
    """Milliseconds from the start of the recording."""

    ms: int
    """Milliseconds it takes; the next cue begins where it ends."""

    exercise: str | None
    """The id of the exercise; None before the first and after the last."""

    side: str | None
    """`left`, `right` or `both`; None where there is no exercise."""

    set: int | None
    """The number of the set on that side, from 1; None where there is no exercise."""

    sets: int | None
    """How many sets the exercise has on each side; None where there is no exercise."""

    rep: int
    """The number of the repetition or hold it is in, from 1 within the set; 0 outside of any."""

    kind: str
    """A `Kind` of the plan, or `NEXT_EXERCISE`."""

    words: str
    """What is said from its start; empty where it is silent."""

    opens: bool = True
    """Whether a cue of the plan begins here; False where it goes on after words in its midst.

    It is not written into the timeline's file.
    """


class Delivery(NamedTuple):
    """How the words of a recording are said."""

    locale: str
    """The locale of the words, such as `en-US`."""

    voice: str
    """The name and version of the voice that speaks."""

    tick: bool
    """Whether each beat is marked by a tick."""


@dataclass(frozen=True)
class Timeline:
    """What a recording is made from. Its cues follow each other without a gap."""

    title: str
    """What players show."""

    delivery: Delivery
    """How the words are said."""

    cues: tuple[TimelineCue, ...]
    """All cues, in order, from 0 ms on."""

    doses: tuple[RecordedDose, ...] = ()
    """How much of each exercise it holds, in order."""

    @property
    def total_ms(self) -> int:
        """Milliseconds of the whole recording."""
        return sum(cue.ms for cue in self.cues)

    @property
    def routine_ms(self) -> int:
        """Milliseconds from the first instruction to the end of the last set.

        The time between two exercises is not counted.
        """
        return sum(cue.ms for cue in self.cues if cue.kind not in UNCOUNTED)

    @property
    def name(self) -> str:
        """The name of the recording's files, without their endings.

        It ends with a hash of all that the recording is made from, so that equal names have equal
        content.
        """
        content = json.dumps(
            self.as_json() | self.delivery._asdict() | {"rendering": RENDERING}, sort_keys=True
        )
        digest = hashlib.sha256(content.encode()).hexdigest()
        return f"{self.delivery.locale}-{digest[:HASH_DIGITS]}"

    def as_json(self) -> dict[str, Any]:
        """The content of the timeline's file."""
        return {
            "title": self.title,
            "locale": self.delivery.locale,
            "voice": self.delivery.voice,
            "total_ms": self.total_ms,
            "routine_ms": self.routine_ms,
            "doses": [dose.as_json() for dose in self.doses],
            "cues": [_as_json(cue) for cue in self.cues],
        }


def _as_json(cue: TimelineCue) -> Mapping[str, Any]:
    fields = cue._asdict()
    del fields["opens"]
    return fields
