"""The situations in which utterances are tried: somebody new, up to each of them, by voice."""

from collections.abc import Mapping
from itertools import count
from typing import Final

import pytest
from plans import LIBRARY
from turns import DAY, MORNING, SECOND, Heard, Turns
from utterances import speak

from skill import app
from skill.conversation.reply import Reply
from skill.rendering.speech import Limits, Speech, Spoken
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.offline_alexa import OfflineAlexa
from skill.storage.memory_store import MemoryStore

Said = tuple[tuple[str, int], ...]
"""What is said on the way to a situation, each with the ms since the answer before."""

HEARD_OUT: Final = 330 * SECOND
"""Longer than any response lasts: what was led is done."""

HEEL: Final[Said] = (("start", 5 * SECOND),)


def _at(exercise: str) -> Said:
    return (*HEEL, (f"go to {exercise}", 40 * SECOND), ("ready", 5 * SECOND))


SITUATIONS: Final[Mapping[str, tuple[Said, int]]] = {
    "welcome": ((), 3 * SECOND),
    "heel": (HEEL, 40 * SECOND),
    "walk": (_at("toe walking"), 20 * SECOND),
    "circles": (_at("ankle circles"), 22 * SECOND),
    "curls": (_at("toe curls"), 34 * SECOND),
    "band": (_at("band presses"), 25 * SECOND),
    "heelprompt": (HEEL, HEARD_OUT),
    "circlesprompt": (_at("ankle circles"), HEARD_OUT),
    "lastprompt": (_at("band presses"), HEARD_OUT),
    "paused": ((*HEEL, ("pause", 40 * SECOND)), 20 * SECOND),
    "pain": ((*HEEL, ("it hurts", 40 * SECOND)), 5 * SECOND),
    "paingently": ((*HEEL, ("it hurts", 40 * SECOND), ("no", 5 * SECOND)), 5 * SECOND),
    "back": ((*HEEL, ("stop", 40 * SECOND), ("", 60 * SECOND)), 5 * SECOND),
    "nextday": ((*HEEL, ("next exercise", HEARD_OUT), ("stop", SECOND), ("", DAY)), 5 * SECOND),
    "reminder": ((*HEEL, ("remind me", 40 * SECOND)), 5 * SECOND),
}
"""By name: what is said until then, a launch being empty, and when the utterance follows, in ms."""


class Here:
    """What the clock shows for the listener of now: each begins on the same morning."""

    def __init__(self) -> None:
        self.clock = Clock.stopped(MORNING)

    def now(self) -> int:
        """In ms since 1970."""
        return self.clock()


HERE: Final = Here()

APP: Final = app.build(MemoryStore(HERE.now), str, Limits(), OfflineAlexa(), content=LIBRARY)
"""One skill for all who are new: it need not lay their plans anew."""

USERS: Final = count()


class Replies:
    """Remembers the reply that was rendered last."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.last = Reply()
        rendered = Speech.render

        def render(speech: Speech, reply: Reply) -> Spoken:
            self.last = reply
            return rendered(speech, reply)

        patch.setattr(Speech, "render", render)


def answer(situation: str, utterance: str) -> tuple[Turns, Heard]:
    """Say *utterance* in *situation*; gives the device and what was heard."""
    HERE.clock = Clock.stopped(MORNING)
    turns = Turns(APP, HERE.clock, Device("en-US", user=f"listener {next(USERS)}"))
    turns.launch()
    before, after = SITUATIONS[situation]
    for said, wait in before:
        if said:
            speak(turns, said, wait)
        else:
            turns.launch(wait)
    return turns, speak(turns, utterance, after)


def outcome(heard: Heard, reply: Reply) -> str:
    """Where an answer leaves the listener, and the first line of it.

    Such as `leading heel_raises left 1: one_back`, `paused: pain` or `closed: kept`.
    """
    first = reply.lines[0].key if reply.lines else ""
    if not heard.is_open:
        return f"closed: {first}"
    if reply.steps is None:
        asked = heard.attributes["asked"]
        return f"{asked if asked != 'nothing' else heard.attributes['phase']}: {first}"
    place = reply.steps.plan.steps[reply.steps.at].place
    after = f" after {reply.steps.after}" if reply.steps.after else ""
    return f"leading {place.exercise} {place.side} {place.set}{after}: {first}"
