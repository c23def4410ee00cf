"""The place: while the voice leads, after a jump, and whatever ends the session."""

import re

import pytest
from plans import ENGLISH, ROUTINE
from somewhere import in_a_set
from turns import (
    PROMPTS,
    SECOND,
    Turns,
)
from visits import (
    BACK,
    DEFAULT,
    GO_TO,
    MINUTE,
    NEXT,
    OTHER,
    PAUSE,
    RESUME,
    SKIP,
    START,
    STOP,
    WHERE,
    YES,
    exercise,
    kept,
    led_to,
    past,
    place_of,
    sorry,
    started,
)

from skill.conversation.turn import Slot
from skill.routine.model import Kind
from skill.routine.playhead import LATENCY_ALLOWANCE_MS, timeline
from skill.routine.progress import Progress
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore


@pytest.mark.parametrize("lead", ["heel_raises", "toe_curls", "resisted_flexion"])
def test_at_every_second_the_place_is_the_one_being_heard(turns: Turns, lead: str) -> None:
    """The exercise, the foot and the set whose words and silences are in the room."""
    begun = led_to(turns, lead)
    soundings = tuple(timeline(DEFAULT, Progress(DEFAULT.course).go_to(lead), 0))
    attributes, at = begun.attributes, turns.clock()
    for elapsed in range(3 * SECOND, soundings[-1].end_ms, 3 * SECOND):
        sounding = next(each for each in soundings if elapsed - LATENCY_ALLOWANCE_MS < each.end_ms)
        asked = Turns(turns.app, Clock.stopped(at), attributes=dict(attributes))
        heard = asked.say(WHERE, elapsed)
        if sounding.cue.kind is Kind.PROMPT:
            assert heard.attributes["phase"] == "between"
            continue
        place = DEFAULT.course[sounding.step]
        assert place_of(heard.attributes) == place
        assert heard.attributes["rep"] == sounding.cue.rep
        assert ENGLISH.names["exercise"][lead].capitalize() in heard.text
        assert f"{place.side} foot" in heard.text
        assert f"set {ENGLISH.numbers[place.set]} of" in heard.text
        assert re.search("About [a-z]+ minutes? left[.]", heard.text)


def test_pause_says_where_and_resume_begins_that_set_again(turns: Turns) -> None:
    in_a_set(turns)
    paused = turns.say(PAUSE)
    resumed = turns.say(RESUME, 10 * MINUTE)

    assert "Heel raises, right foot, set one of two." in paused.text
    assert "Lift your left foot. Right heel, set one of two." in resumed.text
    assert place_of(resumed.attributes) == place_of(paused.attributes)


def test_after_a_jump_only_the_rest_of_the_exercise_is_led(turns: Turns) -> None:
    led_to(turns, "toe_curls")
    jumped = turns.say(BACK, 3 * MINUTE)

    assert place_of(jumped.attributes)[:2] == ("toe_curls", "right")
    assert "left foot" not in jumped.text
    assert jumped.attributes["until"] == 6 - place_of(jumped.attributes)[2]


def test_a_jump_to_the_other_foot_leaves_no_set_of_this_one_out(turns: Turns) -> None:
    led_to(turns, "toe_curls")
    jumped = turns.say(OTHER, 30 * SECOND)

    assert place_of(jumped.attributes) == ("toe_curls", "right", 1)
    assert "Now your left foot, set two." in jumped.text
    assert jumped.attributes["until"] == 9


def test_back_into_an_exercise_that_was_passed_by_tells_how_it_goes(turns: Turns) -> None:
    led_to(turns, "toe_curls")
    heard = turns.begun(turns.say(BACK, 15 * SECOND))

    assert place_of(heard.attributes) == ("ankle_circles", "right", 1)
    assert heard.text.startswith("Ankle circles. Lift your right foot and draw circles")


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_exit_in_mid_set_keeps_the_set(turns: Turns, store: MemoryStore, name: str) -> None:
    led_to(turns, name)
    turns.end("USER_INITIATED", 2 * MINUTE)
    place = place_of(kept(store))

    assert kept(store)["phase"] == "paused"
    assert place[0] == name
    assert place != DEFAULT.steps_of(name)[0].place
    assert place_of(turns.launch(5 * MINUTE).attributes) == place


@pytest.mark.parametrize("name", ROUTINE.ids)
@pytest.mark.parametrize("early", [0, 90 * SECOND])
def test_a_microphone_that_timed_out_means_the_exercise_was_heard(
    turns: Turns, store: MemoryStore, name: str, early: int
) -> None:
    """Be it that Alexa spoke much faster than is estimated."""
    heard = led_to(turns, name)
    turns.end("EXCEEDED_MAX_REPROMPTS", past(heard) + 70 * SECOND - early)

    assert kept(store)["phase"] == "between"
    assert place_of(kept(store)) == DEFAULT.steps_of(name)[-1].place
    assert sum(map(len, kept(store)["done"][name].values())) == len(DEFAULT.steps_of(name))
    assert kept(store)["memory"]["times"][name] == 1


@pytest.mark.parametrize("name", ROUTINE.ids)
@pytest.mark.parametrize("after", [SECOND, 2 * MINUTE, 10 * MINUTE])
def test_an_error_means_that_nothing_was_heard(
    turns: Turns, store: MemoryStore, name: str, after: int
) -> None:
    led_to(turns, name)
    turns.end("ERROR", after)

    assert place_of(kept(store)) == DEFAULT.steps_of(name)[0].place
    assert name not in kept(store)["done"]
    assert name not in kept(store)["memory"].get("times", {})


def test_an_error_after_an_answer_that_led_nothing_changes_nothing(
    turns: Turns, store: MemoryStore
) -> None:
    in_a_set(turns)
    turns.say(PAUSE)
    before = kept(store)
    turns.end("ERROR", MINUTE)

    assert place_of(kept(store)) == place_of(before)
    assert kept(store)["phase"] == "paused"


def test_an_exercise_that_does_not_exist_changes_nothing(turns: Turns) -> None:
    in_a_set(turns)
    place = place_of(turns.say(WHERE).attributes)
    for name in (START, GO_TO):
        heard = turns.say(name, exercise=Slot("the elbow routine"))

        assert "I do not know that exercise. My exercises are heel raises," in heard.text
        assert place_of(heard.attributes) == place


def test_a_question_about_no_exercise_is_not_understood_and_changes_nothing(turns: Turns) -> None:
    """The weather is asked for in the words that explain an exercise."""
    in_a_set(turns)
    place = place_of(turns.say(WHERE).attributes)
    for name, start in (("WhyIntent", "I did not"), ("ExplainIntent", "Sorry, I did not")):
        heard = turns.say(name, exercise=Slot("the weather"))

        assert heard.text.startswith(start)
        assert "say I feel unwell" in heard.text or "say it hurts" in heard.text
        assert "exercise" not in heard.text
        assert place_of(heard.attributes) == place


@pytest.mark.parametrize("name", [GO_TO, START, "WhyIntent", "ExplainIntent"])
def test_an_exercise_of_another_version_of_the_model_is_unknown(turns: Turns, name: str) -> None:
    """A model that Alexa has already, or still, may know an exercise that is not here."""
    in_a_set(turns)
    heard = turns.say(name, exercise=Slot("elbow circles", "elbow_circles"))

    assert not sorry(heard)
    assert heard.text.endswith(PROMPTS)


@pytest.mark.parametrize("said", ["\x00", "a\x0bb", "\ud800", "\ufffe", "</speak>", "& <", "{x}"])
def test_whatever_was_said_the_answer_is_one_that_alexa_takes(turns: Turns, said: str) -> None:
    started(turns)

    assert turns.say(GO_TO, exercise=Slot(said)).is_open


def test_an_exercise_that_a_short_routine_left_out_can_be_gone_to(turns: Turns) -> None:
    turns.launch()
    turns.say(START, minutes=Slot("5"))
    heard = turns.begun(turns.say(GO_TO, 30 * SECOND, exercise=exercise("toe_walking")))

    assert place_of(heard.attributes) == ("toe_walking", "both", 1)
    assert heard.attributes["phase"] == "leading"


def test_going_on_from_a_prompt_leaves_nothing_out(turns: Turns) -> None:
    """Though a set of the exercise that is over was cut short, nobody is told it was skipped."""
    started(turns)
    heard = turns.say(NEXT, 40 * SECOND)
    text = turns.say("NextExerciseIntent", past(heard)).text

    assert "Leaving out" not in text
    assert text.startswith("Toe walking.")


@pytest.mark.parametrize("word", [NEXT, STOP, YES, RESUME])
def test_whatever_ends_a_whole_routine_it_is_praised(turns: Turns, word: str) -> None:
    """The last prompt offers "finish", which is heard as "stop"."""
    turns.launch()
    heard = turns.say(START)
    while heard.attributes["exercise"] != ROUTINE.ids[-1]:
        heard = turns.say(NEXT, past(heard))
    farewell = turns.say(word, past(heard))

    due = "In two days it is time again."
    assert farewell.text == f"Well done. That was your whole routine. {due}"
    assert not farewell.is_open


def test_the_farewell_is_honest(turns: Turns) -> None:
    """It counts what was done from start to finish, and no more."""
    started(turns)
    turns.say(SKIP, 30 * SECOND)
    heard = turns.say(SKIP, 30 * SECOND)
    while heard.is_open:
        heard = turns.say(NEXT, past(heard))

    assert "You did three exercises from start to finish." in heard.text
