"""Times of day, as the simulator understands them."""

from typing import Final

import pytest
from ears import ears_for, phrases_for

from skill.language.errors import ContentError
from skill.language.interaction_model import TIME
from skill.language.phrases import parse
from skill.listener.reminders import PARTS_OF_DAY, Reminder
from skill.simulator.spoken_times import spoken_times

PHRASES: Final = phrases_for("en")
TIMES: Final = spoken_times(PHRASES)
EARS: Final = ears_for("en")


def test_every_spoken_time_is_one_that_a_reminder_can_have() -> None:
    assert all(Reminder.at(time) for time in TIMES.values())


@pytest.mark.parametrize("hour", range(24))
def test_every_minute_of_the_day_can_be_said(hour: int) -> None:
    told = set(TIMES.values())

    assert {f"{hour:02}:{minute:02}" for minute in range(60)} <= told
    assert set(PARTS_OF_DAY) <= told


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("seven", "07:00"),
        ("seven o'clock", "07:00"),
        ("seven in the evening", "19:00"),
        ("seven oh five", "07:05"),
        ("seven five p m", "19:05"),
        ("half past six", "06:30"),
        ("a quarter to one", "12:45"),
        ("quarter to one a m", "00:45"),
        ("quarter past twelve", "12:15"),
        ("twelve", "12:00"),
        ("twelve a m", "00:00"),
        ("twelve p m", "12:00"),
        ("two at night", "02:00"),
        ("ten at night", "22:00"),
        ("noon", "12:00"),
        ("midnight", "00:00"),
        ("morning", "MO"),
    ],
)
def test_a_time_is_heard_as_it_is_said(said: str, time: str) -> None:
    assert TIMES[said] == time


@pytest.mark.parametrize(
    ("utterance", "time"),
    [
        ("remind me at 7:30 p.m.", "19:30"),
        ("Alexa, remind me every other day at 6 in the morning, please.", "06:00"),
        ("remind me every evening", "EV"),
    ],
)
def test_a_time_is_heard_within_a_sentence(utterance: str, time: str) -> None:
    heard = EARS.hear(utterance)

    assert heard["name"] == "ReminderIntent"
    assert heard["slots"]["time"]["value"] == time


@pytest.mark.parametrize("said", ["thirteen", "seven sixty", "the day after", "seven seven seven"])
def test_what_is_no_time_is_none(said: str) -> None:
    assert EARS.hear(f"remind me at {said}")["name"] == "AMAZON.FallbackIntent"


MINIMAL: Final = """
invocation_name = "my routine"
launch_words = []
fillers = { before = [], after = [], frames = [] }
numbers = ["zero", "one"]
[intents]
"AMAZON.CancelIntent" = { samples = [] }
"AMAZON.FallbackIntent" = { samples = [] }
"AMAZON.HelpIntent" = { samples = [] }
"AMAZON.NavigateHomeIntent" = { samples = [] }
"AMAZON.StopIntent" = { samples = [] }
"""

NO_SLOTS: Final = "[types]"


def test_a_language_without_times_hears_none() -> None:
    assert spoken_times(parse(MINIMAL, "xx/phrases.toml", NO_SLOTS, "xx/slots.toml")) == {}


@pytest.mark.parametrize(
    ("times", "why"),
    [
        ('31st = ["{hour}"]', "times.31st: is not a key known here"),
        ('60 = ["{hour}"]', "times.60: is not a key known here"),
        ('0 = ["{day}"]', "times.0: .* slot twice, or one not declared"),
        ('0 = ["{hour}"]', "numbers: the times need them"),
    ],
)
def test_times_that_cannot_be_said_name_file_and_key(times: str, why: str) -> None:
    with pytest.raises(ContentError, match=f"^xx/phrases.toml: {why}"):
        parse(f"{MINIMAL}[times]\n{times}\n", "xx/phrases.toml", NO_SLOTS, "xx/slots.toml")


def test_a_time_alone_is_heard_by_the_one_intent_that_asks_for_it_first() -> None:
    """Any number may be a time: `skill.conversation.reminding` heeds it where one was asked for."""
    bare = [
        intent.name
        for intent in PHRASES.intents
        for slot in intent.slots
        if slot.type == TIME and f"{{{slot.name}}}" in intent.samples
    ]

    assert bare == ["ReminderTimeIntent"]
