"""How the memory of a listener is written down, and read back as if a stranger wrote it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from skill.listener import wish_codec
from skill.listener.memory import Memory
from skill.listener.reader import Reader
from skill.routine.model import Routine

FORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "times": dict,
    "usual": wish_codec.encode,
    "ask_about": list,
    "sets": dict,
    "reps": dict,
    "last_done": list,
}
"""How the fields are written that are no JSON as they are."""

NEW: Final = Memory()


def encode(memory: Memory) -> dict[str, Any]:
    """Write *memory* as a JSON object with its fields' names, without what a new listener has."""
    return {
        key: FORMS[key](value) if key in FORMS else value
        for key, value, usual in zip(Memory._fields, memory, NEW, strict=True)
        if value != usual
    }


def decode(reader: Reader, routine: Routine) -> Memory:
    """Read what `encode` wrote, or whatever else it is."""
    return Memory(
        times=reader.counts("times", routine.ids),
        usual=wish_codec.decode(reader.table("usual"), routine),
        level=reader.number("level", len(routine.levels) - 1),
        comfortable=reader.number("comfortable"),
        sessions=reader.number("sessions"),
        led_ms=reader.number("led_ms"),
        streak=reader.number("streak"),
        last=reader.number("last"),
        day=reader.number("day", date.max.toordinal()),
        ask_about=reader.known("ask_about", routine.ids),
        noticed=reader.flag("noticed"),
        sets=reader.counts("sets", routine.ids),
        reps=reader.counts("reps", routine.ids),
        last_done=reader.known("last_done", routine.ids),
    )
