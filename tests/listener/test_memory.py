"""What is remembered from one routine to the next, and what is said differently because of it."""

import re
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import ENGLISH, ROUTINE, planned
from turns import DAY, HOUR, MORNING, SECOND, Heard, Turns, listener_key
from utterances import ANYTHING, BY_INTENT, MOMENT, WISHES, speak

from skill import app
from skill.listener.memory import LOWEST_LEVEL, Memory
from skill.listener.state import VARIED
from skill.routine.plan import Plan
from skill.routine.progress import Progress
from skill.routine.wishes import Wishes
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

MINUTE: Final = 60 * SECOND

PLAN: Final = planned(Wishes())
ALL: Final = Progress(PLAN.course).begin()._replace(done=frozenset(PLAN.course))

BRIEF: Final = "Heel raises. Hold on to the chair, and lift your left foot."
FULL: Final = "Heel raises. Hold on to the chair. Lift your left foot, and bend your"
NOTICE: Final = "It is gentle exercise, not medical advice"
SOON: Final = "You were here not long ago. Every other day is best, but you are welcome."


def whole_routine(turns: Turns, after: int = 0) -> list[Heard]:
    """Launch, start, and go on to the end of each exercise and to the farewell."""
    heard = [turns.launch(after), speak(turns, "start", 5 * SECOND)]
    while turns.attributes is not None:
        heard.append(speak(turns, "next", heard[-1].ms // SECOND * SECOND + 5 * SECOND))
    return heard


def part_of_a_routine(turns: Turns, after: int = 0) -> None:
    """The first exercise to its end, and then away."""
    turns.launch(after)
    heard = speak(turns, "start", 5 * SECOND)
    speak(turns, "stop", heard.ms // SECOND * SECOND + 5 * SECOND)


def memory_of(heard: Heard) -> dict[str, Any]:
    memory: dict[str, Any] = heard.attributes["memory"]
    return memory


# The notice.


FIRST_WORDS: Final = (
    *("", "start", "start a ten minute routine", "go to toe curls", "start with ankle circles"),
    *("next", "skip", "resume", "repeat", "back", "other foot", "left foot", "start over", "yes"),
    *("gently", "just the ankle circles", "only my left foot", "slower", "where am i"),
)
"""The ways in which somebody new can begin; the first one is to launch."""


@pytest.mark.parametrize("first", FIRST_WORDS)
def test_the_notice_is_heard_before_the_first_exercise_and_never_again(
    turns: Turns, first: str
) -> None:
    heard = turns.launch() if not first else speak(turns, first)
    texts = [heard.text]
    while heard.attributes["phase"] != "leading":
        heard = speak(turns, "start", 10 * SECOND)
        texts.append(heard.text)
        assert len(texts) < 4

    assert sum(NOTICE in text for text in texts) == 1
    assert NOTICE not in texts[-1]
    for wait in (MINUTE, HOUR, 2 * DAY):
        turns.drop()
        assert NOTICE not in turns.launch(wait).text


def test_who_left_after_the_notice_does_not_hear_it_again(turns: Turns) -> None:
    """Unless they ask in the same breath what was said."""
    turns.launch()
    assert NOTICE in speak(turns, "repeat").text
    turns.drop()

    assert NOTICE not in turns.launch(HOUR).text
    assert NOTICE not in speak(turns, "repeat").text


def test_the_notice_names_no_things_where_none_are_needed(turns: Turns) -> None:
    speak(turns, "just toe walking")
    heard = speak(turns, "where am i")

    assert NOTICE in heard.text
    assert "near you" not in heard.text


def test_a_wish_that_the_notice_came_before_is_kept(turns: Turns) -> None:
    speak(turns, "start a ten minute routine")
    heard = speak(turns, "start")

    assert heard.attributes["wishes"]["minutes"] == 10


@pytest.mark.parametrize("name", ROUTINE.ids)
@pytest.mark.parametrize("said", ["start with {}", "go to {}"])
def test_the_exercise_that_the_notice_came_before_is_the_first(
    turns: Turns, said: str, name: str
) -> None:
    """Though the session ends between them; but a start from the beginning is one."""
    spoken = ENGLISH.names["exercise"][name]
    noticed = speak(turns, said.format(spoken))
    turns.drop()
    again = turns.launch(MINUTE)
    beside = Turns(turns.app, Clock.stopped(turns.clock()), attributes=turns.attributes)
    heard = speak(turns, "start")

    first = name == ROUTINE.ids[0]
    assert noticed.text.startswith(f"{spoken.capitalize()} first, then. ") != first
    assert again.text.startswith(f"{spoken.capitalize()} first, then. ") != first
    assert NOTICE in noticed.text
    assert (heard.attributes["phase"], heard.attributes["exercise"]) == ("leading", name)
    assert speak(beside, "start over").attributes["exercise"] == ROUTINE.ids[0]


def test_the_foot_that_the_notice_came_before_is_the_first(turns: Turns) -> None:
    speak(turns, "start with toe curls on my right foot")
    heard = speak(turns, "start")

    assert "With all the toes of your right foot" in heard.text


# The wording.


def test_the_third_time_the_wording_is_brief_and_explain_is_always_full(turns: Turns) -> None:
    for number in range(1, 5):
        heard = whole_routine(turns, 2 * DAY)[1]

        assert heard.text.startswith(FULL if number < 3 else BRIEF), number
    turns.launch(2 * DAY)
    speak(turns, "start")

    assert speak(turns, "explain", 20 * SECOND).text.startswith(FULL)
    for name in ROUTINE.ids:
        spoken = ENGLISH.names["exercise"][name]
        full = ENGLISH.sentences[f"{name}.full"].texts[0].partition("{")[0]

        assert full in speak(turns, f"explain the {spoken}").text


# Rest days, and how it is going.


@pytest.mark.parametrize(
    ("gap", "soon"), [(MINUTE, True), (12 * HOUR, True), (21 * HOUR, False), (2 * DAY, False)]
)
@pytest.mark.parametrize("one_shot", [False, True])
def test_a_second_routine_within_a_day_is_gently_spoken_of_and_not_refused(
    turns: Turns, gap: int, *, soon: bool, one_shot: bool
) -> None:
    """Said once, however it is begun."""
    whole_routine(turns)
    said = [] if one_shot else [turns.launch(gap)]
    said.append(speak(turns, "start", gap if one_shot else 5 * SECOND))

    assert sum(SOON in heard.text for heard in said) == soon
    assert turns.begun(said[-1]).attributes["phase"] == "leading"


def test_how_am_i_doing_counts_what_was_done_and_no_more(turns: Turns) -> None:
    """A half-done routine counts as the part that was done, and one of which nothing was not."""
    nothing = speak(turns, "how am i doing")
    part_of_a_routine(turns)
    turns.launch(2 * DAY)
    part = speak(turns, "how am i doing")
    led = memory_of(part)["led_ms"]
    speak(turns, "start")
    speak(turns, "stop", 5 * SECOND)
    turns.launch(2 * DAY)
    still = speak(turns, "how am i doing")

    assert nothing.text.startswith("We have not done a routine yet.")
    assert "You have been here once." in part.text
    assert 0 < led <= planned(Wishes(level="gentle", new=True)).ms / 3
    minutes = ENGLISH.numbers[led // MINUTE]
    assert f"{minutes} minutes of exercise in all." in part.text
    assert "The last time was two days ago." in part.text
    assert memory_of(still)["sessions"] == 1
    assert memory_of(still)["led_ms"] == led


def test_a_routine_under_way_counts_as_far_as_it_was_done_and_once(turns: Turns) -> None:
    """Whenever it is asked: at once, after a stop, and when it has gone on to its end."""
    turns.launch()
    heard = speak(turns, "start", 5 * SECOND)
    begun = speak(turns, "how am i doing", 5 * SECOND)
    heard = speak(turns, "resume")
    speak(turns, "stop", heard.ms // SECOND * SECOND + 5 * SECOND)
    turns.launch(HOUR)
    part = speak(turns, "how am i doing")
    assert memory_of(part).get("sessions", 0) == 0
    heard = speak(turns, "yes")
    while turns.attributes is not None:
        heard = speak(turns, "next", heard.ms // SECOND * SECOND + 5 * SECOND)
    turns.launch(2 * DAY)
    whole = speak(turns, "how am i doing")

    assert begun.text.startswith("This is your first routine.")
    assert part.text.startswith("This is your first routine. That is three minutes of exercise")
    assert whole.text.startswith("You have been here once.")
    assert memory_of(whole)["sessions"] == 1


def test_a_routine_started_over_in_the_same_sitting_is_the_same_session(
    turns: Turns, store: MemoryStore
) -> None:
    """All that was led in it counts, though only the last start is gone on with."""
    turns.launch()
    speak(turns, "start", 5 * SECOND)
    led = []
    for _ in range(3):
        speak(turns, "start over", 110 * SECOND)
        led.append(turns.attributes["earlier"]["led_ms"] if turns.attributes else 0)
    heard = speak(turns, "how am i doing", 5 * SECOND)
    speak(turns, "stop")
    (listener,) = store.rows
    after = memory_of(turns.launch(2 * DAY))

    assert led[0] > 50 * SECOND
    assert led[1] - led[0] > 50 * SECOND
    assert led[2] - led[1] > 50 * SECOND
    assert heard.text.startswith("This is your first routine.")
    assert (after["sessions"], after["led_ms"]) == (1, led[2])
    assert [entry["minutes"] for entry in store.sessions(listener)] == [round(led[2] / MINUTE)]


def test_what_was_done_before_a_new_start_is_done_in_that_session(
    turns: Turns, store: MemoryStore
) -> None:
    part_of_a_routine(turns)
    turns.launch(5 * MINUTE)
    turns.begun(speak(turns, "start over"))
    heard = turns.begun(speak(turns, "skip", 10 * SECOND))
    speak(turns, "stop", heard.ms // SECOND * SECOND + 5 * SECOND)
    turns.launch(2 * DAY)
    (listener,) = store.rows
    (entry,) = store.sessions(listener)

    assert entry["done"] == ["heel_raises", "toe_walking"]
    assert entry["at"] == MORNING + 5 * SECOND


@pytest.mark.parametrize("gap", [2 * HOUR, 20 * HOUR])
def test_a_routine_started_over_hours_later_is_another_session(turns: Turns, gap: int) -> None:
    part_of_a_routine(turns)
    turns.launch(gap)
    heard = speak(turns, "start over")
    speak(turns, "stop", heard.ms // SECOND * SECOND + 5 * SECOND)

    assert memory_of(turns.launch(2 * DAY))["sessions"] == 2


def test_a_routine_that_was_heard_to_its_end_is_over_though_nobody_says_so(
    turns: Turns, store: MemoryStore
) -> None:
    turns.launch()
    speak(turns, "just the toe curls")
    heard = turns.begun(speak(turns, "start"))
    heard = speak(turns, "next", heard.ms // SECOND * SECOND + 5 * SECOND)  # the last set
    turns.end("EXCEEDED_MAX_REPROMPTS", heard.ms // SECOND * SECOND + 70 * SECOND)
    (listener,) = store.rows

    assert [entry["done"] for entry in store.sessions(listener)] == [["toe_curls"]]
    assert memory_of(turns.launch(HOUR))["sessions"] == 1
    assert len(store.sessions(listener)) == 1


@pytest.mark.parametrize(
    ("gaps", "streak"),
    [
        ((), 1),
        ((2 * DAY,), 2),
        ((2 * DAY, 2 * DAY, 2 * DAY), 4),
        ((2 * DAY, 4 * DAY), 1),
        ((HOUR,), 1),
        ((2 * DAY, HOUR, HOUR), 2),
        ((DAY, DAY), 3),
        ((71 * HOUR,), 2),
        ((72 * HOUR,), 1),
    ],
)
def test_the_streak_is_of_days_with_a_rest_between(gaps: tuple[int, ...], streak: int) -> None:
    """Several routines in one day are one; a gap begins anew."""
    at = MORNING
    memory = Memory().closed(ROUTINE, PLAN, ALL, at, ())
    for gap in gaps:
        at += gap
        memory = memory.rested(ROUTINE, at).closed(ROUTINE, PLAN, ALL, at, ())

    assert memory.streak == streak
    assert memory.sessions == 1 + len(gaps)


@pytest.mark.parametrize("said", ["did i do this yesterday", "what did i do last time"])
def test_the_last_time_is_told_with_the_exercises_done_then(turns: Turns, said: str) -> None:
    whole_routine(turns)
    part_of_a_routine(turns, 2 * DAY)
    turns.launch(DAY + HOUR)

    told = speak(turns, said).text
    assert "The last time was about a day ago. You did heel raises. " in told


def test_where_no_exercise_was_done_to_its_end_none_is_named(turns: Turns) -> None:
    turns.launch()
    speak(turns, "start")
    speak(turns, "stop", 90 * SECOND)
    turns.launch(2 * DAY)

    told = speak(turns, "what did i do last time").text
    assert "The last time was two days ago. Say start" in told


@pytest.mark.parametrize(
    ("first", "second", "streak"),
    [
        ("2027-05-01T08:00+09:00", "2027-05-03T20:00-07:00", 2),  # Tokyo, then Los Angeles: 76 h
        ("2027-10-30T08:00+02:00", "2027-11-01T23:00+01:00", 2),  # an hour more in October
        ("2027-05-01T23:30+02:00", "2027-05-02T07:00+02:00", 2),  # another day, 7.5 hours later
        ("2027-05-01T00:30+02:00", "2027-05-01T23:30+02:00", 1),  # the same day, 23 hours later
        ("2027-05-01T08:00+02:00", "2027-05-04T08:00+02:00", 1),  # two days without
        ("2027-05-03T20:00-07:00", "2027-05-03T08:00-07:00", 1),  # a clock that ran ahead
    ],
)
def test_a_streak_is_of_the_days_of_the_device_where_they_are_known(
    first: str, second: str, streak: int
) -> None:
    memory = Memory()
    for moment in map(datetime.fromisoformat, (first, second)):
        at = int(moment.timestamp()) * SECOND
        memory = memory.closed(ROUTINE, PLAN, ALL, at, (), day=moment.toordinal())

    assert memory.streak == streak


def test_a_day_that_is_not_known_leaves_the_streak_to_the_hours() -> None:
    for days in ((740_000, 0), (0, 740_002), (0, 0)):
        memory = Memory()
        for number, day in enumerate(days):
            memory = memory.closed(ROUTINE, PLAN, ALL, MORNING + number * 2 * DAY, (), day=day)
        assert memory.streak == 2


def test_a_clock_that_ran_ahead_makes_no_strange_days(turns: Turns, store: MemoryStore) -> None:
    """The last routine may be stored with the time of a server whose clock was wrong."""
    part_of_a_routine(turns)
    turns.launch(2 * DAY)
    assert turns.attributes is not None
    turns.attributes["memory"]["last"] = turns.clock() + 5 * DAY
    heard = speak(turns, "how am i doing")

    assert "The last time was less than a day ago." in heard.text
    assert len(store.rows) == 1


# The level.


def days(*ends: tuple[int, str]) -> list[int]:
    """The level after each of *ends*: days since the last routine, and how this one went."""
    at, memory, levels = MORNING, Memory(), []
    for gap, how in ends:
        at += gap * DAY
        memory = memory.rested(ROUTINE, at)
        progress = ALL if how != "part" else ALL._replace(done=frozenset(PLAN.course[:4]))
        if how == "nothing":
            progress = ALL._replace(done=frozenset())
        memory = memory.closed(ROUTINE, PLAN, progress, at, ("toe_curls",) * (how == "pain"))
        levels.append(memory.level)
    return levels


WHOLE: Final = (2, "whole")
PAIN: Final = (2, "pain")


def test_doses_grow_after_three_comfortable_whole_routines_in_a_row() -> None:
    assert days(*[WHOLE] * 7) == [0, 0, 1, 1, 1, 2, 2]
    assert days(WHOLE, WHOLE, (2, "part"), WHOLE, WHOLE, WHOLE) == [0, 0, 0, 0, 0, 1]
    assert days(WHOLE, WHOLE, (2, "nothing"), WHOLE) == [0, 0, 0, 1]


def test_doses_step_back_after_a_pain_and_after_a_week() -> None:
    grown = [WHOLE] * 6

    assert days(*grown, PAIN)[-1] == 1
    assert days(*grown, PAIN, WHOLE, WHOLE, WHOLE)[-4:] == [1, 1, 1, 2]
    assert days(*grown, (6, "whole"))[-1] == 2
    assert days(*grown, (7, "whole"))[-1] == 1
    assert days(*grown, (30, "whole"))[-1] == 1


def test_a_pain_in_the_very_first_set_steps_back_too() -> None:
    grown = Memory()._replace(level=2, streak=1, last=MORNING, sessions=6)
    nothing = ALL._replace(done=frozenset())
    after = grown.closed(ROUTINE, PLAN, nothing, MORNING + 2 * DAY, ("heel_raises",))

    assert after.level == 1
    assert after.sessions == 6


def test_one_gap_is_one_step_back_however_often_it_is_asked_about(turns: Turns) -> None:
    for _ in range(6):
        whole_routine(turns, 2 * DAY)
    turns.launch(9 * DAY)
    turns.drop()
    turns.launch(2 * DAY)
    heard = speak(turns, "start")

    assert memory_of(heard)["level"] == len(ROUTINE.levels) - 2


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from(["whole", "part", "pain", "nothing"])),
        max_size=40,
    )
)
def test_the_level_moves_by_one_and_never_out_of_range(ends: list[tuple[int, str]]) -> None:
    levels = [LOWEST_LEVEL, *days(*ends)]

    assert all(level in range(len(ROUTINE.levels)) for level in levels)
    assert all(abs(after - before) <= 2 for before, after in pairwise(levels))
    for (gap, how), before, after in zip(ends, levels, levels[1:], strict=False):
        if how == "pain" or gap >= 7:
            assert after <= before or how == "whole"


def test_every_level_is_a_plan_whose_doses_grow() -> None:
    def reps(plan: Plan) -> int:
        return sum(step.reps or 0 for step in plan.steps)

    plans = [planned(Wishes(level=level, known=ROUTINE.ids)) for level in ROUTINE.levels]
    doses = [reps(plan) for plan in plans]

    assert doses == sorted(doses)
    assert doses[0] < doses[-1]
    assert [plan.exercises for plan in plans] == [ROUTINE.ids] * len(plans)


# Wishes.


@pytest.mark.parametrize("name", [name for name in WISHES if name != "KeepWishesIntent"])
def test_a_wish_is_for_today_unless_it_is_to_be_kept(turns: Turns, name: str) -> None:
    wish = BY_INTENT[name][0]
    turns.launch()
    usual = speak(turns, wish).attributes["memory"].get("usual")
    speak(turns, "start")
    speak(turns, "stop", 5 * SECOND)
    forgotten = turns.launch(2 * DAY).attributes
    today = speak(turns, wish).attributes
    speak(turns, "remember this for next time")
    speak(turns, "start")
    speak(turns, "stop", 5 * SECOND)
    kept = turns.launch(2 * DAY).attributes

    assert forgotten["memory"].get("usual") == usual
    asked = ("minutes", "exercises", "feet", "missing", "tempo", "reps")
    assert {key: kept["wishes"].get(key) for key in asked} == {
        key: today["wishes"].get(key) for key in asked
    }
    assert not {*asked}.difference({"feet"}) & forgotten["wishes"].keys()


# Words that take turns.


def phrasings(key: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(text.replace('"', ""))))
        for text in ENGLISH.sentences[key].other
    )


def test_every_line_with_several_phrasings_takes_turns() -> None:
    several = {key for key, sentence in ENGLISH.sentences.items() if len(sentence.other) > 1}

    assert several == set(VARIED)


@given(st.lists(st.tuples(ANYTHING, MOMENT, st.booleans()), max_size=25))
@settings(max_examples=40, deadline=None)
def test_no_line_is_phrased_twice_in_a_row_alike(acts: list[tuple[str, int, bool]]) -> None:
    """Not in another session either; the phrasing used last of each line is kept."""
    clock = Clock.stopped(MORNING)
    made = app.build(MemoryStore(clock), listener_key)
    turns = Turns(made, clock)
    last: dict[str, int] = {}
    for said, moment, dies in acts:
        heard = speak(turns, said, moment)
        for key in VARIED:
            used = [
                number
                for number, phrasing in enumerate(phrasings(key))
                if phrasing.search(heard.text)
            ]
            if used:
                assert last.get(key) not in used, (key, heard.text)
                last[key] = used[0]
        if dies:
            turns.drop()


def test_the_turns_go_on_for_ever(turns: Turns) -> None:
    turns.launch()
    texts = [speak(turns, "do you snore").text for _ in range(130)]

    assert all(before != after for before, after in pairwise(texts))
