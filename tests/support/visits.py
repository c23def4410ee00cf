"""A listener on the way through a routine by intents, and what is kept of it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from plans import ENGLISH, LIBRARY, ROUTINE, planned
from turns import (
    SECOND,
    Heard,
    Turns,
    listener_key,
)

from skill import app
from skill.conversation.turn import Slot
from skill.routine.playhead import LATENCY_ALLOWANCE_MS
from skill.routine.wishes import Wishes
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

MINUTE: Final = 60 * SECOND

NEXT: Final = "AMAZON.NextIntent"
REPEAT: Final = "AMAZON.RepeatIntent"
BACK: Final = "AMAZON.PreviousIntent"
PAUSE: Final = "AMAZON.PauseIntent"
RESUME: Final = "AMAZON.ResumeIntent"
AFRESH: Final = "AMAZON.StartOverIntent"
STOP: Final = "AMAZON.StopIntent"
HOME: Final = "AMAZON.NavigateHomeIntent"
YES: Final = "AMAZON.YesIntent"
NO: Final = "AMAZON.NoIntent"
START: Final = "StartRoutineIntent"
GO_TO: Final = "GoToExerciseIntent"
SKIP: Final = "SkipExerciseIntent"
OTHER: Final = "OtherFootIntent"
WHERE: Final = "WhereAmIIntent"
FORGET: Final = "ForgetMeIntent"

CORE: Final = (
    *(NEXT, REPEAT, BACK, PAUSE, RESUME, AFRESH, STOP, HOME, YES, NO, START, SKIP, OTHER, WHERE),
    *("AMAZON.FallbackIntent", "AMAZON.HelpIntent", "ExplainIntent", "TurnIntoAFrogIntent"),
)
"""What is said most, by itself, and something that no model has."""

FIRST: Final = next(iter(ROUTINE.levels))
"""The level that everybody begins at."""

DEFAULT: Final = planned(Wishes(level=FIRST, new=True))
"""What somebody is led through who has never been here."""


def exercise(name: str) -> Slot:
    return Slot(ENGLISH.names["exercise"].get(name, name), name)


def started(turns: Turns) -> Heard:
    turns.launch()
    return turns.say(START, 10 * SECOND)


def led_to(turns: Turns, name: str) -> Heard:
    """Begin, and go on to the exercise called *name*."""
    started(turns)
    return turns.begun(turns.say(GO_TO, 20 * SECOND, exercise=exercise(name)))


def past(heard: Heard) -> int:
    """How long to wait until all of *heard* has been heard, in whole seconds."""
    return (heard.ms + LATENCY_ALLOWANCE_MS) // SECOND * SECOND + 2 * SECOND


def place_of(attributes: Mapping[str, Any]) -> tuple[str, str, int]:
    return attributes["exercise"], attributes["foot"], attributes["set"]


def kept(store: MemoryStore) -> dict[str, Any]:
    """The state of the one listener there is."""
    (row,) = store.rows.values()
    state: dict[str, Any] = json.loads(str(row.state))
    return state


def sorry(heard: Heard) -> bool:
    return heard.text.startswith("Sorry, something went wrong")


def over(store: MemoryStore, clock: Clock) -> Turns:
    return Turns(app.build(store, listener_key, content=LIBRARY), clock)
