"""What a screen says beside the words that are said: names, numbers, buttons."""

from collections.abc import Iterable
from typing import Any, Final

from skill.conversation.reply import Scene
from skill.language.screens import Screens
from skill.language.words import Words
from skill.routine.model import Side
from skill.routine.plan import Line, LineValue, Place, Plan
from skill.routine.progress import Phase

AHEAD: Final = "ahead"
"""The end of the key of every prompt that announces an exercise; its beginning is the exercise."""


class Captions:
    """The captions of *screens* in *words*."""

    def __init__(self, words: Words, screens: Screens) -> None:
        self._words = words
        self._screens = screens

    def text(self, key: str, *values: tuple[str, LineValue]) -> str:
        """The sentence `screen.`*key* with its *values*."""
        return self._words.text(Line(f"screen.{key}", values))

    def name(self, exercise: str) -> str:
        """The name of an exercise; that of the skill where there is none."""
        return self.text("exercise", ("exercise", exercise)) if exercise else self.text("title")

    def place(self, plan: Plan, place: Place) -> dict[str, Any]:
        """The foot and the set at a *place* of the *plan*; `mirror` is -1 for the left foot."""
        sets = plan.steps[plan.course.index(place)].sets
        both = place.side is Side.BOTH
        numbers = (("set", str(place.set)), ("sets", str(sets)), ("exercise", place.exercise))
        lifts = not both and any(
            stroke.kind == "lifted" for stroke in self._screens.drawings.get(place.exercise, ())
        )
        side, other = place.side.value, place.side.other.value
        return {
            "foot": self.text("both") if both else self.text("foot", ("side", side)),
            "lifted": self.text("lifted", ("side", other)) if lifts else "",
            "set": self.text("set", *numbers),
            "mirror": -1 if place.side is Side.LEFT else 1,
        }

    def waiting(self, plan: Plan, place: Place) -> dict[str, Any]:
        """The foot and the set at a *place* of the *plan* in one phrase, and `mirror` as above."""
        sets = plan.steps[plan.course.index(place)].sets
        numbers = (("set", str(place.set)), ("sets", str(sets)), ("exercise", place.exercise))
        both = place.side is Side.BOTH
        key = "at_both" if both else "at_foot"
        return {
            "place": self.text(key, ("side", place.side.value), *numbers),
            "mirror": -1 if place.side is Side.LEFT else 1,
        }

    def coming(self, plan: Plan, number: int) -> str:
        """What comes after the step of that *number*."""
        if number + 1 == len(plan.steps):
            return self.text("next_end")
        here, there = plan.course[number : number + 2]
        if there.exercise != here.exercise:
            return self.text("next_exercise", ("next", there.exercise))
        numbered = (("set", str(there.set)), ("exercise", there.exercise))
        if there.side is Side.BOTH:
            return self.text("next_both", *numbered)
        return self.text("next_foot", ("side", there.side.value), *numbered)

    def scene(self, scene: Scene, prompt: Line | None) -> tuple[str, dict[str, Any]]:
        """The exercise to show where a screen waits, and the place in it.

        An exercise that *prompt* announces is shown in the place of the one that is over.
        """
        plan, progress = scene
        exercise, _, what = prompt.key.rpartition(".") if prompt else ("", "", "")
        if what == AHEAD:
            there = next(place for place in plan.course if place.exercise == exercise)
            return exercise, self.waiting(plan, there)
        if progress.idle or progress.at_end:
            return "", {}
        between = progress.phase is Phase.BETWEEN
        place = progress.course[progress.ahead if between else progress.at]
        return place.exercise, self.waiting(plan, place)

    def buttons(self, moves: Iterable[str]) -> list[dict[str, str]]:
        """A button for each of *moves*."""
        return [{"move": move, "label": self._words.text(Line(f"button.{move}"))} for move in moves]
