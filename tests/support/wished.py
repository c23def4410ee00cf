"""Somebody who wishes: what is heard, and the state that is kept of it."""

import json
from typing import Any, Final

from plans import ROUTINE, planned
from turns import MORNING, SECOND, Heard, Turns
from utterances import speak

from skill import app
from skill.listener.codec import decode
from skill.listener.state import State
from skill.routine.model import Side
from skill.routine.wishes import Wishes
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

APP: Final = app.build(MemoryStore(Clock.stopped(MORNING)), lambda _: "")
"""It keeps nothing of anybody, so that one conversation can be tried twice from any moment."""


def new() -> Turns:
    turns = Turns(APP, Clock.stopped(MORNING))
    turns.launch()
    return turns


def started() -> Turns:
    turns = new()
    turns.say("StartRoutineIntent", 10 * SECOND)
    return turns


def state_of(attributes: dict[str, Any]) -> State:
    return decode(json.loads(json.dumps(attributes)), ROUTINE, planned)


def found_by(turns: Turns, after: int) -> State:
    """Where words *after* so many ms would find the listener."""
    assert turns.attributes is not None
    beside = Turns(APP, Clock.stopped(turns.clock()), turns.device, dict(turns.attributes))
    return state_of(beside.say("WhereAmIIntent", after).attributes)


TWO_FEET: Final = tuple(each.id for each in ROUTINE.exercises if each.first is not Side.BOTH)


def wished(utterance: str, *, moment: int | None = None) -> tuple[Heard, State]:
    """What is heard after *utterance*, before the start or so many ms into the first exercise."""
    turns = new() if moment is None else started()
    heard = speak(turns, utterance, moment or 0)
    return heard, state_of(heard.attributes)


SEATED: Final = {each.id for each in ROUTINE.exercises if each.seated}


def as_today(wishes: Wishes) -> Wishes:
    """Without what belongs to the routine under way, and to who is led."""
    return wishes._replace(new=False, level="full", settled=(), passed=())
