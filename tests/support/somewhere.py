"""Where a listener can be."""

from collections.abc import Callable
from typing import Final

from turns import (
    HOUR,
    SECOND,
    Turns,
)
from visits import (
    BACK,
    DEFAULT,
    FORGET,
    MINUTE,
    NEXT,
    NO,
    PAUSE,
    START,
    STOP,
    WHERE,
    led_to,
    past,
    started,
)

from skill.conversation.turn import Slot
from skill.routine.model import Kind
from skill.routine.playhead import LATENCY_ALLOWANCE_MS, timeline
from skill.routine.progress import Progress


def ready(turns: Turns) -> None:
    turns.launch()


def in_the_opening(turns: Turns) -> None:
    started(turns)
    turns.clock.move_on(5 * SECOND)


def in_a_set(turns: Turns) -> None:
    started(turns)
    turns.clock.move_on(40 * SECOND)


def in_a_change_of_feet(turns: Turns) -> None:
    started(turns)
    plan = timeline(DEFAULT, Progress(DEFAULT.course).begin(), 0)
    change = next(each for each in plan if each.cue.kind is Kind.CHANGE)
    turns.clock.move_on((LATENCY_ALLOWANCE_MS + change.start_ms) // SECOND * SECOND + SECOND)


def in_a_hold(turns: Turns) -> None:
    led_to(turns, "toe_walking")
    turns.clock.move_on(40 * SECOND)


def in_a_block(turns: Turns) -> None:
    led_to(turns, "toe_curls")
    turns.clock.move_on(2 * MINUTE)


def held(turns: Turns) -> None:
    in_a_set(turns)
    turns.say(PAUSE)
    turns.clock.move_on(5 * SECOND)


def at_a_prompt(turns: Turns) -> None:
    turns.clock.move_on(past(started(turns)))


def asked_at_a_prompt(turns: Turns) -> None:
    at_a_prompt(turns)
    turns.say(WHERE)


def at_the_last_prompt(turns: Turns) -> None:
    turns.clock.move_on(past(led_to(turns, "resisted_flexion")))


def after_the_last_prompt(turns: Turns) -> None:
    at_the_last_prompt(turns)
    turns.say(WHERE)


def offered(turns: Turns) -> None:
    in_a_set(turns)
    turns.say(STOP)
    turns.launch(HOUR)


def declined(turns: Turns) -> None:
    offered(turns)
    turns.say(NO)


def asked_to_forget(turns: Turns) -> None:
    in_a_set(turns)
    turns.say(FORGET)


def on_one_foot(turns: Turns) -> None:
    """Led on the left alone."""
    turns.launch()
    turns.say(START, foot=Slot("left", "left"))
    turns.say(START, 5 * SECOND)
    turns.clock.move_on(40 * SECOND)


def jumped_back(turns: Turns) -> None:
    in_a_block(turns)
    turns.say(BACK)
    turns.clock.move_on(3 * SECOND)


def gone(turns: Turns) -> None:
    at_the_last_prompt(turns)
    turns.say(NEXT)


SITUATIONS: Final[dict[str, Callable[[Turns], None]]] = {
    "before the first word": lambda _: None,
    "ready": ready,
    "in the opening": in_the_opening,
    "in a set": in_a_set,
    "in a change of feet": in_a_change_of_feet,
    "in a hold": in_a_hold,
    "in a block": in_a_block,
    "held": held,
    "at a prompt": at_a_prompt,
    "asked at a prompt": asked_at_a_prompt,
    "at the last prompt": at_the_last_prompt,
    "after the last prompt": after_the_last_prompt,
    "offered to go on": offered,
    "having declined": declined,
    "asked to forget": asked_to_forget,
    "on one foot": on_one_foot,
    "having jumped back": jumped_back,
    "after the end": gone,
}


OVER: Final = {
    *("before the first word", "ready", "at the last prompt", "after the last prompt"),
    "after the end",
}
"""Where there is nothing to come back to."""

UNDER_WAY: Final = [name for name in SITUATIONS if name not in OVER]
