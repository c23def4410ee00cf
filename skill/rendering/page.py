"""What the page shows beside a timeline: its labels and drawings, as one JSON object."""

import re
from collections.abc import Mapping
from typing import Any, Final

from skill.conversation.wish_list import WishList
from skill.language.words import Words
from skill.routine.model import Exercise, Routine, Side
from skill.routine.plan import Line

PATH: Final = re.compile(r'<path class="([a-z]+)" d="([^"]+)"/>')
"""A stroke of a drawing: what it shows, and its shape."""

MOVES: Final = ("back", "next", "repeat")
"""The moves that an exercise may call by its own name for a set."""


MOST_MINUTES: Final = 60
"""Every recording is shorter: the longest leads for 20 minutes, and has five announcements."""


def labels(words: Words, routine: Routine, drawings: Mapping[str, str]) -> dict[str, Any]:
    """The words of the page, by name; for each exercise its name, feet, drawing, sets and moves.

    *drawings* has the SVG file of each exercise, by its id. Where one shows a lifted foot, that is
    said too.
    """
    names = (
        key.removeprefix("page.")
        for key, sentence in words.sentences.items()
        if key.startswith("page.") and not (sentence.fields or sentence.counted)
    )
    exercises = {name: routine.exercise(name) for name in routine.ids}
    strokes = {name: PATH.findall(drawings.get(name, "")) for name in exercises}
    return {
        **{name: words.text(Line(f"page.{name}")) for name in names},
        "language": words.language,
        "minutes_left": [_minutes_left(number, words) for number in range(MOST_MINUTES)],
        "set_of_sets": {
            name: words.text(Line("page.set_of_sets", (("exercise", name),))) for name in exercises
        },
        "moves": {
            name: {move: words.text(Line(f"page.{move}", (("exercise", name),))) for move in MOVES}
            for name in exercises
        },
        "exercises": {name: _exercise(name, words) for name in exercises},
        "next_up": {name: _coming(each, words) for name, each in exercises.items()},
        "works": {side.value: words.text(Line(f"page.works_{side.value}")) for side in Side},
        "lifted": {
            name: _lifted(each, words)
            for name, each in exercises.items()
            if any(kind == "lifted" for kind, _ in strokes[name])
        },
        "drawings": strokes,
    }


def wishes(words: Words, routine: Routine, wished: WishList, *, gentler: bool) -> dict[str, Any]:
    """What is *wished*, and what there is to wish for, with the words for it, as JSON.

    *gentler* tells whether the routine can be made gentler than it is.
    """
    return {
        "minutes": wished.minutes,
        "most_minutes": routine.most_minutes,
        "feet": wished.feet.value,
        "gently": wished.gently,
        "gentler": gentler,
        "exercises": [
            {
                "id": each.id,
                "name": _exercise(each.id, words),
                "seated": each.seated,
                "chosen": each.id in wished.exercises,
            }
            for each in routine.exercises
        ],
        "things": [
            {
                "id": item,
                "name": words.text(Line("page.item", (("items", item),))),
                "chosen": item not in wished.missing,
            }
            for item in routine.equipment
        ],
    }


def _lifted(exercise: Exercise, words: Words) -> dict[str, str]:
    """What is said of the foot that is lifted, by the one that works."""
    sides = (side for side in exercise.sides(Side.BOTH) if side is not Side.BOTH)
    return {side.value: words.text(Line(f"page.lifted_{side.other.value}")) for side in sides}


def _coming(exercise: Exercise, words: Words) -> dict[str, str]:
    """What is said of a set that comes next, by the foot that works in it."""
    found = {}
    for side in exercise.sides(Side.BOTH):
        key = "page.next_both" if side is Side.BOTH else "page.next_foot"
        values = (("exercise", exercise.id), ("side", side.value))
        found[side.value] = words.text(Line(key, values))
    return found


def _minutes_left(number: int, words: Words) -> str:
    return words.text(Line("page.minutes_left", (("minutes", number),)))


def _exercise(name: str, words: Words) -> str:
    """What an exercise is called where its name stands alone."""
    return words.text(Line("page.exercise", (("exercise", name),)))
