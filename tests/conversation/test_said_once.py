"""What was said a moment ago is not said again, and a short answer cannot be taken wrongly."""

import re

import pytest
from plans import ENGLISH, ROUTINE
from turns import SECOND, Heard, Turns
from utterances import speak

STANDING = tuple(each.id for each in ROUTINE.exercises if not each.seated)


def led(turns: Turns, name: str) -> Heard:
    """In the exercise called *name*, from its first set."""
    turns.launch()
    speak(turns, "start")
    return turns.begun(speak(turns, f"go to {ENGLISH.names['exercise'][name]}"))


def opening(heard: Heard) -> str:
    """What is said up to the first long silence."""
    return heard.text.partition(" One. ")[0]


@pytest.mark.parametrize("name", STANDING)
def test_who_stands_is_told_to_hold_on_at_the_second_pain_as_at_the_first(
    turns: Turns, name: str
) -> None:
    led(turns, name)
    stop = "Stop there, put both feet down, and hold on."
    first = speak(turns, "ouch", 20 * SECOND)
    speak(turns, "no")
    speak(turns, "gently")
    second = speak(turns, "ouch", 20 * SECOND)

    assert first.text.startswith(stop)
    assert second.text.startswith(f"{stop} We leave out")


def test_who_was_told_to_stop_and_says_that_it_hurts_is_not_told_again(turns: Turns) -> None:
    led(turns, "heel_raises")
    speak(turns, "ouch", 20 * SECOND)

    assert speak(turns, "it hurts").text.startswith("We leave out heel raises today.")


def test_all_that_is_left_out_is_named_in_one_sentence(turns: Turns) -> None:
    led(turns, "heel_raises")
    speak(turns, "ouch", 20 * SECOND)
    speak(turns, "yes")
    speak(turns, "next")
    speak(turns, "ouch", 20 * SECOND)
    speak(turns, "yes")
    heard = speak(turns, "start over")

    assert heard.text.startswith("We leave out heel raises and toe walking today. Ankle circles.")
    assert heard.text.count("We leave out") == 1


def test_where_before_the_start_is_what_is_ahead_and_not_the_notice_again(turns: Turns) -> None:
    turns.launch()
    heard = speak(turns, "what is left")

    assert heard.text.startswith("There are five exercises: heel raises,")
    assert heard.text.endswith("It takes about twenty minutes. Say start when you are ready.")


def test_where_while_an_exercise_is_announced_names_it_once(turns: Turns) -> None:
    turns.launch()
    speak(turns, "start")
    speak(turns, "go to band presses", 20 * SECOND)
    heard = speak(turns, "where am i")

    assert heard.text.startswith("About five minutes left. Next, band presses.")
    assert heard.text.lower().count("band presses") == 1


@pytest.mark.parametrize("after", [5, 20, 45, 100])
def test_which_round_is_answered_once_though_the_hold_is_led_again(
    turns: Turns, after: int
) -> None:
    """In the instructions, in the first hold, in a later one, in the next round."""
    led(turns, "toe_walking")
    heard = speak(turns, "which round", after * SECOND)

    assert " more rounds after this one." in heard.text
    assert len(re.findall("round (one|two) of four", heard.text)) == 1


def test_which_way_in_a_hold_is_answered_by_the_hold_that_is_led_again(turns: Turns) -> None:
    led(turns, "toe_walking")
    heard = speak(turns, "which way", 45 * SECOND)

    assert heard.text.startswith("Turn your toes out, twenty seconds. Halfway.")


def test_which_foot_while_feet_change_is_answered_once(turns: Turns) -> None:
    led(turns, "heel_raises")
    heard = speak(turns, "which foot do i lift", 56 * SECOND)

    assert heard.attributes["foot"] == "left"
    assert opening(heard).count("Lift your right foot.") == 1
    assert opening(heard).lower().count("your right foot") == 1


def test_which_way_in_the_second_half_of_the_circles_is_no_correction(turns: Turns) -> None:
    led(turns, "ankle_circles")
    heard = speak(turns, "which way", 25 * SECOND)

    assert heard.text.startswith("The other way now, counterclockwise.")


def test_which_way_in_the_second_half_of_the_curls_is_as_it_was_announced(turns: Turns) -> None:
    led(turns, "toe_curls")
    heard = speak(turns, "which way", 23 * SECOND)

    assert heard.text.startswith("Push away.")


@pytest.mark.parametrize(
    "said", ["just the toe curls", "only ankle circles and toe curls"], ids=["one", "two"]
)
def test_only_these_are_named_once(turns: Turns, said: str) -> None:
    turns.launch()
    heard = speak(turns, said)

    assert heard.text.lower().count("toe curls") == 1
