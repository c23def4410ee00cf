"""What the page shows beside the timeline."""

from plans import ENGLISH, ROUTINE

from skill.rendering.page import labels


def test_the_page_calls_sets_and_rounds_as_the_voice_does() -> None:
    shown = labels(ENGLISH, ROUTINE, {})["set_of_sets"]

    assert set(shown) == set(ROUTINE.ids)
    assert shown["toe_walking"] == "Round {set} of {sets}"
    assert shown["heel_raises"] == "Set {set} of {sets}"
