"""Every sentence a language must have, and the fields that are filled in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from skill.language import folder
from skill.language.table import Table
from skill.routine.model import Exercise, Feet, Routine, Side

SIDES: Final = frozenset({"side", "other_side"})
"""The fields of what prepares an exercise: the foot that begins, and the other one."""

OPENING: Final = SIDES | {"set", "sets"}
"""The fields of what opens a set; with repetitions or rests, those numbers are filled in too."""

NONE: Final[frozenset[str]] = frozenset()


def listed() -> Table:
    """What the code says beside the exercises: sentences.toml, which stands with the code."""
    return folder.table("sentences.toml", Path(__file__).parent)


def needed(routine: Routine, tables: Table) -> Mapping[str, frozenset[str]]:
    """The fields of every sentence, by its key: of *routine*, and those `listed`."""
    fields: dict[str, frozenset[str]] = {}
    for exercise in routine.exercises:
        fields |= {f"{exercise.id}.{name}": filled for name, filled in _of(exercise)}
    for said in ("instead", "with", "in_place", "trouble"):
        fields |= {f"{said}.{item}": NONE for item in routine.equipment}
    for name in tables:
        if name == "names":
            continue
        table = tables.table(name)
        for line in table:
            fields[line if name == "lines" else f"{name}.{line}"] = frozenset(table.texts(line))
    return fields


def names(routine: Routine, tables: Table) -> Mapping[str, tuple[str, ...]]:
    """The names there must be, by their table: of *routine*, and those `listed`."""
    listed = tables.table("names")
    return {
        "exercise": routine.ids,
        "items": routine.equipment,
        "side": tuple(Side),
        **{table: listed.texts(table) for table in listed},
    }


def _of(exercise: Exercise) -> Iterator[tuple[str, frozenset[str]]]:
    opening = OPENING
    opening |= {"reps"} if exercise.reps.least else NONE
    opening |= {"seconds"} if exercise.rest.least else NONE
    yield from ((name, opening) for name in ("full", "brief", "entry"))
    yield "rest", opening | {"to_go"}
    if exercise.rest.least:
        yield "again", opening | {"to_go"}
    if exercise.feet is not Feet.BOTH:
        yield "change", opening | {"to_go"}
    yield from ((name, SIDES) for name in ("ready", "ahead"))
    yield from ((name, NONE) for name in ("detail", "why"))
    for number, part in enumerate(exercise.parts):
        if not part.counted:
            yield part.id, frozenset({"seconds"})
        elif number:
            yield part.id, NONE
        yield from ((beat.id, NONE) for beat in part.beats[1:])
