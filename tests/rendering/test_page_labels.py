"""What the page shows beside the timeline."""

from plans import ENGLISH, ROUTINE

from skill.rendering.page import labels


def test_the_page_calls_sets_and_rounds_as_the_voice_does() -> None:
    shown = labels(ENGLISH, ROUTINE, {})["set_of_sets"]

    assert set(shown) == set(ROUTINE.ids)
    assert shown["toe_walking"] == "Round {set} of {sets}"
    assert shown["heel_raises"] == "Set {set} of {sets}"


def test_a_name_in_mid_sentence_is_written_as_the_language_has_it_there() -> None:
    shown = labels(ENGLISH, ROUTINE, {})

    assert shown["next_up"]["heel_raises"] == {
        "left": "Next: heel raises, left foot",
        "right": "Next: heel raises, right foot",
    }
    assert shown["next_up"]["toe_walking"] == {"both": "Next: toe walking, both feet"}
    assert shown["exercises"]["heel_raises"] == "Heel raises"


def test_the_language_says_which_numbers_of_minutes_are_one_and_which_are_more() -> None:
    shown = labels(ENGLISH, ROUTINE, {})["minutes_left"]

    assert shown[:3] == [
        "{minutes} minutes left",
        "{minutes} minute left",
        "{minutes} minutes left",
    ]
    assert len(shown) > ROUTINE.most_minutes + 10
