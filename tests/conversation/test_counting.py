"""Questions about the count, the part, the time and the foot, in every phase of the routine."""

from typing import Final

import pytest
from situations import HEEL, SITUATIONS, answer
from turns import SECOND

SITUATIONS_HERE: Final = {
    "jumped": ((*HEEL, ("go to ankle circles", 40 * SECOND)), 5 * SECOND),
    "rest": (SITUATIONS["walk"][0], 76 * SECOND),
    "left out": ((*HEEL, ("it hurts", 40 * SECOND), ("yes", 5 * SECOND)), 5 * SECOND),
    "done?": ((*HEEL, ("i'm done", 40 * SECOND)), 5 * SECOND),
    "announced set": (SITUATIONS["circles"][0], 2 * SECOND),
    "circles paused": ((*SITUATIONS["circles"][0], ("pause", 62 * SECOND)), 9 * SECOND),
}
"""Besides those of `situations`, written in the same way."""

MANY: Final = "how many more"
SETS: Final = "how many sets"
TIMES: Final = "how many times have i done it"
HOLD: Final = "how long do i hold"
LEFT: Final = "how many seconds left"
FOOT: Final = "which foot"
PART: Final = "pull or push"
FIVE: Final = "There are five exercises"
BY_TEN: Final = "Heel raises: that goes by number, ten times in each set."
BY_FIVE: Final = "that goes by number, five times each way in each set."
OVER: Final = "You have finished band presses. Nothing comes after this. Say Alexa, finish"


@pytest.mark.parametrize(
    ("at", "said", "told"),
    [
        *(("welcome", said, FIVE) for said in (MANY, SETS, HOLD, LEFT, FOOT, PART)),
        ("heel", MANY, "You have done seven. Three to go."),
        ("heel", SETS, "Heel raises, right foot, set one of two. Three more sets after this one."),
        ("heel", HOLD, BY_TEN),
        ("heel", FOOT, "Heel raises. Hold on to the chair, and lift your left foot."),
        ("circles", MANY, "The other way now, counterclockwise. You have done one. Four to go."),
        ("circles", HOLD, f"Ankle circles: {BY_FIVE}"),
        ("announced set", MANY, "Five each way in this set. Ankle circles. Lift your right foot"),
        ("walk", LEFT, "About thirteen seconds left. To go on"),
        ("rest", LEFT, "About eight seconds left. To go on"),
        ("rest", MANY, "About eight seconds left. To go on"),
        ("rest", SETS, "Two more rounds after this one."),
        ("heelprompt", MANY, "You have finished heel raises. Next, toe walking."),
        (
            "heelprompt",
            SETS,
            "You have finished heel raises. Then four rounds of toe walking. Next, toe walking.",
        ),
        ("heelprompt", HOLD, "Twenty seconds each time. Next, toe walking."),
        ("heelprompt", FOOT, "Toe walking: that is for both feet at once. Next, toe walking."),
        ("heelprompt", PART, "Toe walking, round one of four."),
        (
            "circlesprompt",
            MANY,
            "You have finished ankle circles. Five each way in the next set. Next, toe curls.",
        ),
        ("circlesprompt", LEFT, f"Toe curls: {BY_FIVE} Next, toe curls."),
        *(("lastprompt", said, OVER) for said in (MANY, SETS, HOLD, LEFT, FOOT, PART)),
        ("paused", MANY, "You have done seven. Three to go. To go on"),
        ("circles paused", SETS, "Ankle circles, right foot, set two of five. Seven more sets"),
        ("jumped", MANY, "Five each way in the next set. Next, ankle circles."),
        ("jumped", SETS, "Then ten sets of ankle circles. Next, ankle circles."),
        ("left out", MANY, "We left out heel raises. Next, toe walking."),
        ("left out", PART, "Toe walking, round one of four."),
        ("done?", MANY, "You have done seven. Three to go. To go on"),
        ("pain", MANY, "You have done seven. Three to go. Is it bad?"),
        ("pain", FOOT, "Heel raises, right foot, set one of two. Is it bad?"),
        ("paingently", PART, "Heel raises, right foot, set one of two. Say gently, or skip."),
        ("back", FOOT, "Heel raises, right foot, set one of two. Shall we go on?"),
        ("nextday", MANY, FIVE),
        ("heel", TIMES, "You have done seven. Three to go."),
        ("welcome", TIMES, "We have not done a routine yet."),
        ("heelprompt", TIMES, "This is your first routine."),
    ],
)
def test_it_tells_of_the_set_that_is_led_or_comes_next(
    at: str, said: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, situation in SITUATIONS_HERE.items():
        monkeypatch.setitem(SITUATIONS, name, situation)
    _, heard = answer(at, said)

    assert heard.text.startswith(told)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("what comes after the circles", "Next, toe curls."),
        ("what comes after heel raises", "Next, toe walking."),
        ("what is after the band exercise", "Nothing comes after this."),
    ],
)
def test_what_comes_after_an_exercise_is_told_by_its_name(said: str, told: str) -> None:
    for at in ("welcome", "heel"):
        _, heard = answer(at, said)

        assert heard.text.startswith(told)
