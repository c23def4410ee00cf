"""A launch, a start, and what is wished for with it."""

import pytest
from plans import ENGLISH, ROUTINE
from somewhere import at_the_last_prompt, declined, in_a_set, offered, on_one_foot
from turns import (
    DAY,
    HOUR,
    SECOND,
    Turns,
)
from visits import (
    AFRESH,
    MINUTE,
    NEXT,
    NO,
    OTHER,
    REPEAT,
    RESUME,
    SKIP,
    START,
    STOP,
    YES,
    led_to,
    past,
    place_of,
    started,
)

from skill.conversation.turn import Slot
from skill.routine.plan import Line
from skill.routine.planner import MINUTE_MS


def test_a_launch_offers_to_go_on_and_says_where(turns: Turns) -> None:
    in_a_set(turns)
    turns.say(STOP)
    heard = turns.launch(HOUR)

    assert "Heel raises, right foot, set one of two." in heard.text
    assert heard.text.endswith("Shall we go on? Say yes, no, or start over.")


@pytest.mark.parametrize("word", [YES, RESUME, START, NEXT])
def test_yes_goes_on_from_the_offered_place(turns: Turns, word: str) -> None:
    led_to(turns, "toe_curls")
    turns.end("USER_INITIATED", 2 * MINUTE)
    place = place_of(turns.launch(HOUR).attributes)
    heard = turns.say(word)

    assert heard.attributes["phase"] == "leading"
    assert place_of(heard.attributes) == place


def test_no_waits_and_the_next_start_is_a_new_one(turns: Turns) -> None:
    led_to(turns, "toe_curls")
    turns.end("USER_INITIATED", 2 * MINUTE)
    turns.launch(HOUR)
    waiting = turns.say(NO)
    heard = turns.say(START)

    assert waiting.text.endswith("Say start when you are ready.")
    assert place_of(heard.attributes) == ("heel_raises", "right", 1)
    assert heard.attributes["done"] == {}


def test_next_after_a_no_is_a_new_routine_too(turns: Turns) -> None:
    """Who does not want to go on with the old one does not say "next" for it."""
    declined(turns)
    heard = turns.say(NEXT)

    assert place_of(heard.attributes) == ("heel_raises", "right", 1)
    assert heard.text.startswith("Heel raises. Hold on to the chair. Lift your left foot,")


def test_start_over_begins_anew(turns: Turns) -> None:
    led_to(turns, "toe_curls")
    turns.end("USER_INITIATED", 2 * MINUTE)
    turns.launch(HOUR)
    heard = turns.begun(turns.say(AFRESH))

    assert place_of(heard.attributes) == ("heel_raises", "right", 1)
    assert heard.attributes["phase"] == "leading"


def test_an_offer_can_be_heard_again(turns: Turns) -> None:
    offered(turns)

    assert turns.say(REPEAT).text.endswith("Shall we go on? Say yes, no, or start over.")


def test_after_a_finished_exercise_the_offer_is_the_next_one(turns: Turns) -> None:
    heard = started(turns)
    turns.end("EXCEEDED_MAX_REPROMPTS", past(heard) + 70 * SECOND)
    text = turns.launch(HOUR).text

    assert "You have finished heel raises. Next, toe walking." in text
    assert place_of(turns.say(YES).attributes)[0] == "toe_walking"


@pytest.mark.parametrize(
    ("age", "fresh"), [(DAY - MINUTE, False), (DAY, True), (30 * DAY, True)], ids=str
)
def test_a_day_old_routine_starts_fresh(turns: Turns, age: int, *, fresh: bool) -> None:
    in_a_set(turns)
    turns.say(STOP)
    heard = turns.launch(age)

    assert heard.text.startswith("Your foot routine: five exercises") == fresh
    assert heard.text.startswith("Welcome back") != fresh


@pytest.mark.parametrize("leave", [NEXT, STOP, "EXCEEDED_MAX_REPROMPTS"])
def test_a_finished_routine_starts_fresh(turns: Turns, leave: str) -> None:
    at_the_last_prompt(turns)
    turns.end(leave) if leave.isupper() else turns.say(leave)
    heard = turns.launch(MINUTE)

    assert "Have a chair, a towel and a band near you." in heard.text
    assert turns.say(START).attributes["done"] == {}


def test_an_unfinished_wish_is_gone_the_day_after(turns: Turns) -> None:
    """Ten minutes were asked for today, not for ever."""
    turns.launch()
    turns.say(START, minutes=Slot("10"))
    turns.end("USER_INITIATED", MINUTE)

    assert "about twenty minutes" in turns.launch(DAY).text


def whole_routine(turns: Turns, *, without: str = "") -> list[str]:
    """Do it all, or all but one exercise; give the words that lead each."""
    turns.launch(MINUTE)
    heard = turns.say(START, 5 * SECOND)
    led = []
    while heard.is_open:
        led.append(heard.text)
        word = SKIP if heard.attributes["exercise"] == without else NEXT
        heard = turns.begun(turns.say(word, 5 * SECOND if word == SKIP else past(heard)))
    return led


def test_what_is_known_is_told_briefly(turns: Turns) -> None:
    """From the third time on, and only what was really done to its end."""
    first, second = whole_routine(turns), whole_routine(turns, without="toe_walking")
    third, fourth = whole_routine(turns), whole_routine(turns)

    assert ROUTINE.known_after == 2
    for name, *led in zip(ROUTINE.ids, first, second, third, fourth, strict=True):
        known = [False, False, name != "toe_walking", True]
        assert [opening_of(name, "brief") in each for each in led] == known, name
        assert [opening_of(name, "full") in each for each in led] == [not it for it in known], name


def opening_of(name: str, wording: str) -> str:
    """The first words of an exercise that no other of its wordings has."""
    text = ENGLISH.sentences[f"{name}.{wording}"].other[0]
    return text.partition("{")[0]


@pytest.mark.parametrize("foot", ["left", "right"])
def test_one_foot_alone_is_led_where_one_is_wished_for(turns: Turns, foot: str) -> None:
    turns.launch()
    wished = turns.say(START, foot=Slot(foot, foot))
    heard = turns.say(START)

    assert wished.text.startswith(f"Only your {foot} foot, then.")
    while heard.is_open:
        assert heard.attributes["foot"] == foot
        heard = turns.say(NEXT, past(heard))


def test_minutes_and_a_foot_can_be_wished_for_in_one_breath(turns: Turns) -> None:
    turns.launch()
    heard = turns.say(START, minutes=Slot("10"), foot=Slot("left", "left"))

    assert heard.attributes["phase"] == "leading"
    assert heard.attributes["foot"] == "left"
    assert "Left heel again, last set." in heard.text
    assert "right heel" not in heard.text
    assert heard.attributes["wishes"]["minutes"] == 10


def test_one_foot_alone_is_not_told_that_it_is_two(turns: Turns) -> None:
    on_one_foot(turns)
    heard = turns.say(OTHER)

    assert "both feet" not in heard.text


@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 30, 60])
def test_a_wish_for_minutes_is_kept_to_everything_said_included(turns: Turns, minutes: int) -> None:
    """From "start" to the end of the last set, with all that Alexa says between."""
    turns.launch()
    spoken = -ENGLISH.ms(Line("last_prompt"))
    heard = turns.say(START, minutes=Slot(str(minutes)))
    for _ in range(100):
        if not heard.is_open:
            break
        spoken += heard.ms
        heard = turns.say(NEXT, past(heard))

    assert not heard.is_open
    assert spoken <= min(minutes, 20) * MINUTE_MS
    assert "Well done" in heard.text


@pytest.mark.parametrize("minutes", ["30", "45"])
def test_more_minutes_than_are_led_are_not_passed_over_in_silence(
    turns: Turns, minutes: str
) -> None:
    turns.launch()
    heard = turns.say(START, minutes=Slot(minutes))

    assert heard.text.startswith("Twenty minutes at the most. Heel raises.")


def test_the_default_routine_takes_seventeen_to_twenty_minutes(turns: Turns) -> None:
    """And ten seconds less: voices differ."""
    turns.launch()
    spoken = -ENGLISH.ms(Line("last_prompt"))
    heard = turns.say(START)
    while heard.is_open:
        spoken += heard.ms
        heard = turns.say(NEXT, past(heard))

    assert 17 * MINUTE_MS <= spoken <= 20 * MINUTE_MS - 10 * SECOND


def test_too_few_minutes_are_answered_with_the_fewest(turns: Turns) -> None:
    turns.launch()
    heard = turns.say(START, minutes=Slot("2"))

    assert "The shortest routine takes four minutes." in heard.text
    assert heard.attributes["phase"] == "ready"
