"""On within a set, further back, done or not."""

import pytest
from situations import answer
from turns import SECOND
from utterances import speak


@pytest.mark.parametrize("said", ["thanks", "okay", "how many more", "which foot", "go on"])
def test_a_set_goes_on_with_the_next_repetition(said: str) -> None:
    turns, heard = answer("heel", said)

    assert "Up." not in heard.text.partition("Change feet")[0]
    assert turns.attributes is not None
    assert turns.attributes["rep"] == 7
    assert turns.attributes["phase"] == "leading"


def test_what_was_led_in_part_and_heard_out_is_done() -> None:
    turns, _ = answer("heel", "thanks")
    speak(turns, "pause", 330 * SECOND)

    assert turns.attributes is not None
    assert turns.attributes["done"]["heel_raises"] == {"right": [1, 2], "left": [1, 2]}


def test_an_interruption_of_the_rest_is_found_in_it() -> None:
    turns, _ = answer("heel", "thanks")
    heard = speak(turns, "how many have i done", 8 * SECOND)

    assert "You have done nine." in heard.text


def test_a_count_before_the_first_repetition_tells_the_whole() -> None:
    turns, _ = answer("welcome", "start")
    heard = speak(turns, "how many more", 5 * SECOND)

    assert heard.text.startswith("Ten in this set.")


@pytest.mark.parametrize(("said", "closed"), [("stop", True), ("this set", False), ("no", False)])
def test_what_is_done_is_asked_and_answered(said: str, closed: bool) -> None:  # noqa: FBT001 - a case
    turns, heard = answer("heel", "i'm done")

    assert "Done with this one, or for today?" in heard.text
    assert speak(turns, said).is_open is not closed
