"""Words of a slot that Alexa did not look up."""

import pytest

from skill.language.slot_values import number, slot_id


@pytest.mark.parametrize(
    ("intent", "slot", "said", "id_"),
    [
        ("GoToExerciseIntent", "exercise", "toe curls", "toe_curls"),
        ("GoToExerciseIntent", "exercise", "Towel Scrunches", "toe_curls"),
        ("GoToExerciseIntent", "foot", "left leg", "left"),
        ("MissingIntent", "third", "rubber band", "band"),
        ("GoToExerciseIntent", "exercise", "elbow bends", ""),
        ("GoToExerciseIntent", "exercise", "", ""),
        ("NoSuchIntent", "exercise", "toe curls", ""),
        ("GoToExerciseIntent", "no_such_slot", "toe curls", ""),
        ("ReminderIntent", "time", "seven", ""),
    ],
)
def test_words_are_looked_up_in_the_type_of_the_slot(
    intent: str, slot: str, said: str, id_: str
) -> None:
    assert slot_id("en", intent, slot, said) == id_


@pytest.mark.parametrize(
    ("said", "value"), [("ten", 10), ("Forty-Five", 45), ("zero", 0), ("umpteen", None), ("", None)]
)
def test_numbers_are_known_in_words(said: str, value: int | None) -> None:
    assert number("en", said) == value
