"""What grew since the last routine is told at the welcome, and nothing else is."""

from typing import Final

from plans import ENGLISH, ROUTINE, planned
from turns import DAY, MORNING, SECOND, Turns, listener_key
from utterances import speak

from skill import app
from skill.conversation.growth import told
from skill.listener.memory import Memory
from skill.rendering.speech import Limits
from skill.routine.progress import Progress
from skill.routine.wishes import Wishes
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

FEW: Final = planned(Wishes(level="gentle", known=ROUTINE.ids))
MORE: Final = planned(Wishes(known=ROUTINE.ids))


def after(wishes: Wishes) -> Memory:
    """What is remembered when the routine of *wishes* was done whole."""
    plan = planned(wishes)
    whole = Progress(plan.course).begin()._replace(done=frozenset(plan.course))
    return Memory().closed(ROUTINE, plan, whole, MORNING, ())


def said(memory: Memory, wishes: Wishes) -> str:
    line = told(memory, planned(wishes))
    return ENGLISH.spoken(line) if line else ""


def test_one_more_repetition_is_told_by_its_exercise() -> None:
    gentle = Wishes(level="gentle", known=ROUTINE.ids)

    assert FEW.steps[0].reps == 10
    assert MORE.steps[0].reps == 11
    assert said(after(gentle), Wishes(known=ROUTINE.ids)) == (
        "One more repetition of heel raises today."
    )


def test_nothing_is_told_where_nothing_grew() -> None:
    """Neither the same, nor less, nor what was never led, is more."""
    many = Wishes(known=ROUTINE.ids)
    fewer = Wishes(level="gentle", known=ROUTINE.ids)

    assert said(after(many), many) == ""
    assert said(after(many), fewer) == ""
    assert said(Memory(), many) == ""
    assert said(after(Wishes(exercises=("toe_curls",))), Wishes(exercises=("heel_raises",))) == ""


def test_more_sets_of_fewer_repetitions_are_no_growth() -> None:
    memory = Memory(sets={"heel_raises": 1}, reps={"heel_raises": 20})

    assert said(memory, Wishes(known=ROUTINE.ids)) == ""


def test_what_grew_in_several_exercises_is_told_in_one_sentence() -> None:
    memory = Memory(
        sets={"heel_raises": 2, "toe_curls": 5}, reps={"heel_raises": 10, "toe_curls": 4}
    )

    assert said(memory, Wishes(known=ROUTINE.ids)) == (
        "A little more today, in two of the exercises."
    )


def test_what_grew_is_never_longer_than_a_fact() -> None:
    longest = len(ENGLISH.sentences["fact"].other[1].format(exercises="five", minutes="twenty"))
    for text in ENGLISH.sentences["grown.reps"].one:
        for name in ROUTINE.ids:
            assert len(text.format(exercise=ENGLISH.names["exercise"][name])) <= longest


def test_it_is_told_once_and_then_a_fact_again() -> None:
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key), clock)
    welcomes = []
    for _ in range(7):
        welcomes.append(turns.launch(2 * DAY).text)
        heard = speak(turns, "start", 5 * SECOND)
        while turns.attributes is not None:
            heard = speak(turns, "next", heard.ms // SECOND * SECOND + 5 * SECOND)
    grown = [text.startswith("One more repetition of heel raises today.") for text in welcomes]

    assert grown == [False] * 6 + [True]
    assert not turns.launch(3 * DAY).text.startswith("One more")


def test_every_other_farewell_says_how_often_is_best() -> None:
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key), clock)
    farewells = []
    for _ in range(4):
        turns.launch(2 * DAY)
        heard = speak(turns, "start", 5 * SECOND)
        while turns.attributes is not None:
            heard = speak(turns, "next", heard.ms // SECOND * SECOND + 5 * SECOND)
        farewells.append(heard.text)
    told = ["Every other day gives the best result." in text for text in farewells]

    assert all(text.startswith("Well done.") for text in farewells)
    assert told in ([True, False] * 2, [False, True] * 2)


def test_a_response_that_ends_in_mid_exercise_says_how_many_sets_are_to_come() -> None:
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key, Limits(seconds=100)), clock)
    turns.launch()
    heard = speak(turns, "start", 5 * SECOND)

    assert heard.text.endswith("Three more sets to come. Say Alexa, next.")
    for _ in range(2):
        heard = speak(turns, "next", 100 * SECOND)
    assert heard.text.endswith("One more set to come. Say Alexa, next.")


def test_after_silence_the_words_work_when_the_session_is_gone() -> None:
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key), clock)
    opening = "say: Alexa, open my foot routine."

    assert turns.launch().reprompt.count(opening) == 1
    assert speak(turns, "start", 5 * SECOND).reprompt.count(opening) == 1
    jumped = speak(turns, "go to toe curls", 20 * SECOND)
    assert "Next, toe curls." in jumped.text
    assert jumped.reprompt.count(opening) == 1
    assert speak(turns, "next", 5 * SECOND).is_open
    assert speak(turns, "pause", 20 * SECOND).reprompt.count(opening) == 1
