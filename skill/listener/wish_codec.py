"""How wishes are written down, and read back as if a stranger wrote them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from skill.listener.reader import Reader
from skill.routine.model import Routine, Side
from skill.routine.range import WHOLE
from skill.routine.wishes import AS_PACED, LONGEST_MINUTES, Settled, Wishes

ANY: Final = Wishes()

WISHES_KEPT: Final = 256
"""Most listeners share one of a few."""


@lru_cache(WISHES_KEPT)
def encode(wishes: Wishes) -> Mapping[str, Any]:
    """Write *wishes* as a JSON object, without what a new listener has too.

    All who have the same wishes share the object: it is not to be changed.
    """
    return {key: value for key, value in _written(wishes).items() if value != USUAL[key]}


def _written(wishes: Wishes) -> dict[str, Any]:
    return {
        "minutes": wishes.minutes,
        "pace": wishes.pace,
        "level": wishes.level,
        "exercises": list(wishes.exercises),
        "feet": str(wishes.feet),
        "missing": list(wishes.missing),
        "known": list(wishes.known),
        "new": wishes.new,
        "tempo": wishes.tempo,
        "reps": dict(wishes.reps),
        "passed": list(wishes.passed),
        "wanted": list(wishes.wanted),
        "turned": list(wishes.turned),
        "eased": list(wishes.eased),
        "spared": {exercise: str(foot) for exercise, foot in wishes.spared},
        "settled": [
            {
                "exercise": settled.exercise,
                "steps": settled.steps,
                "feet": str(settled.feet),
                "sets": settled.sets,
                "reps": settled.reps,
                "rest_ms": settled.rest_ms,
                "tempo": settled.tempo,
                **_written_first(settled),
            }
            for settled in wishes.settled
        ],
    }


def _written_first(settled: Settled) -> dict[str, Any]:
    if settled.first is None:
        return {}
    foot, number = settled.first
    return {"first": {"foot": str(foot), "set": number}}


USUAL: Final = _written(ANY)


def decode(reader: Reader, routine: Routine) -> Wishes:
    """Read what `encode` wrote; what *routine* cannot meet in any way is no wish."""
    if not reader.written:
        return ANY
    tempo = reader.written.get("tempo")
    wishes = Wishes(
        minutes=reader.number("minutes", LONGEST_MINUTES) or ANY.minutes,
        pace=reader.text("pace", ANY.pace),
        level=reader.text("level", ANY.level),
        exercises=reader.texts("exercises"),
        feet=reader.choice("feet", Side, ANY.feet),
        missing=reader.texts("missing"),
        known=reader.texts("known"),
        new=reader.flag("new"),
        tempo=tempo if type(tempo) is int and tempo in range(WHOLE + 1) else AS_PACED,
        reps=tuple(reader.counts("reps", routine.ids).items()),
        passed=reader.texts("passed"),
        wanted=reader.texts("wanted"),
        turned=reader.texts("turned"),
        eased=reader.texts("eased"),
        spared=_spared(reader.table("spared"), routine),
        settled=tuple(_settled(each) for each in reader.tables("settled")),
    )
    try:
        wishes.check(routine)
    except ValueError:
        return ANY
    return wishes


def _spared(reader: Reader, routine: Routine) -> tuple[tuple[str, Side], ...]:
    feet = ((name, reader.choice(name, Side, Side.BOTH)) for name in routine.ids)
    return tuple((name, foot) for name, foot in feet if foot is not Side.BOTH)


def _settled(reader: Reader) -> Settled:
    return Settled(
        exercise=reader.text("exercise", ""),
        steps=reader.number("steps", 1_000),
        feet=reader.choice("feet", Side, Side.BOTH),
        sets=reader.number("sets", 1_000),
        reps=reader.number("reps", 1_000),
        rest_ms=reader.number("rest_ms"),
        tempo=reader.number("tempo", WHOLE),
        first=_first(reader.table("first")),
    )


def _first(reader: Reader) -> tuple[Side, int] | None:
    if not reader.written:
        return None
    return reader.choice("foot", Side, Side.BOTH), reader.number("set", 1_000)
