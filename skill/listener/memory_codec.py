"""How the memory of a listener is written down, and read back as if a stranger wrote it."""

from datetime import date
from typing import Any, Final

from skill.listener import wish_codec
from skill.listener.memory import Memory
from skill.listener.reader import Reader
from skill.routine.model import Routine


def encode(memory: Memory) -> dict[str, Any]:
    """Write *memory* as a JSON object, without what a new listener has too."""
    return {key: value for key, value in _written(memory).items() if value != NOTHING[key]}


def _written(memory: Memory) -> dict[str, Any]:
    return {
        "times": dict(memory.times),
        "usual": wish_codec.encode(memory.usual),
        "level": memory.level,
        "comfortable": memory.comfortable,
        "sessions": memory.sessions,
        "led_ms": memory.led_ms,
        "streak": memory.streak,
        "last": memory.last,
        "day": memory.day,
        "ask_about": list(memory.ask_about),
        "noticed": memory.noticed,
        "sets": dict(memory.sets),
        "reps": dict(memory.reps),
        "last_done": list(memory.last_done),
    }


NOTHING: Final = _written(Memory())


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
