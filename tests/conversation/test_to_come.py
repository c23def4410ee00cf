"""What is said where a response ends: how much is to come, and words that help after a silence."""

import re
from itertools import product
from typing import Final

import pytest
from plans import ENGLISH, PLAIN, ROUTINE, planned
from turns import SECOND, Turns
from utterances import PHRASES, speak

from skill.conversation import prompts
from skill.listener.state import Asked
from skill.routine.model import Kind
from skill.routine.wishes import Wishes

ENDS: Final = re.compile(r"(\w+) more sets? to come\. Say Alexa, next\.$")

NUMBERS: Final = PHRASES.numbers

LAST: Final = 'Say "Alexa, finish", or "Alexa, repeat".'

GONE: Final = "If I am gone, say: Alexa, open my foot routine."

QUESTIONS: Final = tuple(
    ENGLISH.spoken(line) for asked, line in prompts.QUESTIONS.items() if asked is not Asked.AFRESH
)
"""What is asked: after a long silence it is asked again, and the microphone is open then."""

LONG: Final = tuple(
    Wishes(exercises=(name,), pace=pace, level=level)
    for name, pace, level in product(ROUTINE.ids, ROUTINE.paces, ROUTINE.levels)
)
"""Of some of these, one response holds no more than a part."""


def to_come(wishes: Wishes) -> list[tuple[int, int]]:
    """For each response that ends in mid-exercise: the sets that it names, and those there are."""
    plan = planned(wishes)
    exercises = [step.place.exercise for step in plan.steps]
    return [
        (int(str(dict(cue.line.values)["sets"])), exercises[number + 1 :].count(exercises[number]))
        for number, step in enumerate(plan.steps)
        for cue in step.cues
        if cue.line and cue.line.key == "still_to_come"
    ]


def test_a_response_that_ends_in_mid_exercise_names_the_sets_to_come() -> None:
    named = [each for wishes in (*PLAIN, *LONG) for each in to_come(wishes)]

    assert named
    assert all(said == ahead > 0 for said, ahead in named)


def test_it_is_heard_how_many_sets_are_to_come_and_then_as_many_are_led(turns: Turns) -> None:
    turns.launch()
    speak(turns, "just the heel raises")
    speak(turns, "start")
    heard = speak(turns, "more", 20 * SECOND)
    ends = ENDS.search(heard.text)
    assert ends, heard.text
    more = NUMBERS.index(ends[1].lower())
    led = 0
    heard = speak(turns, "next", heard.ms + SECOND)
    while turns.attributes is not None:
        led += heard.attributes["until"]
        assert not ENDS.search(heard.text)
        heard = speak(turns, "next", heard.ms + SECOND)

    assert led == more


@pytest.mark.parametrize(
    "said",
    [
        (),
        ("do you snore",),
        ("start",),
        ("start", "pause"),
        ("start", "where am i"),
        ("start", "go to toe curls"),
        ("start", "do you snore"),
        ("start", "ouch"),
        ("start", "ouch", "no"),
        ("start", "i'm wobbly"),
        ("start", "i'm wobbly", "yes"),
        ("start", "slower"),
        ("start", "i'm done"),
        ("start", "forget me"),
        ("remind me",),
    ],
    ids=" ".join,
)
def test_the_words_after_a_long_silence_help_when_the_session_is_gone(
    turns: Turns, said: tuple[str, ...]
) -> None:
    heard = turns.launch()
    for each in said:
        heard = speak(turns, each, 20 * SECOND)

    asked = any(map(heard.reprompt.__contains__, QUESTIONS))
    assert asked or "Alexa, " in heard.reprompt.replace(GONE, "")
    assert heard.reprompt.removesuffix("</speak>").endswith(GONE)


def test_after_each_exercise_the_words_work_with_the_microphone_closed_too() -> None:
    said = [
        ENGLISH.text(cue.line)
        for wishes in (*PLAIN, *LONG)
        for step in planned(wishes).steps
        for cue in step.cues
        if cue.kind is Kind.PROMPT and cue.line
    ]

    assert said
    assert all('say Alexa, "next".' in each.replace("Say", "say") or LAST in each for each in said)


def test_after_the_last_exercise_silence_needs_no_other_words(turns: Turns) -> None:
    turns.launch()
    speak(turns, "just the toe curls")
    heard = speak(turns, "start")

    assert heard.text.endswith("Say Alexa, finish, or Alexa, repeat.")
    assert heard.reprompt.removesuffix("</speak>").endswith("Say Alexa, finish, or Alexa, repeat.")
