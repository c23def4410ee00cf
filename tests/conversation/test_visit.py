"""Whatever is said, wherever it is said, and whatever happens to the session and the store."""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import ENGLISH, LIBRARY, ROUTINE, planned
from turns import (
    DAY,
    HOUR,
    MORNING,
    PROMPTS,
    REPROMPTS,
    SECOND,
    Heard,
    Turns,
    listener_key,
    words_of,
)

from skill import app
from skill.app import App
from skill.conversation import choosing, repetitions, tempo, wishing
from skill.conversation.answers import ANSWERS
from skill.conversation.turn import Slot
from skill.listener.codec import VERSION
from skill.rendering.speech import Limits
from skill.routine.model import Kind, Side
from skill.routine.plan import Line
from skill.routine.planner import MINUTE_MS
from skill.routine.playhead import LATENCY_ALLOWANCE_MS, timeline
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes
from skill.simulator.clock import Clock
from skill.simulator.estimator import read
from skill.storage.memory_store import MemoryStore
from skill.storage.store import Kept, Row, StoreError, VersionConflict

MINUTE: Final = 60 * SECOND

NEXT: Final = "AMAZON.NextIntent"
REPEAT: Final = "AMAZON.RepeatIntent"
BACK: Final = "AMAZON.PreviousIntent"
PAUSE: Final = "AMAZON.PauseIntent"
RESUME: Final = "AMAZON.ResumeIntent"
AFRESH: Final = "AMAZON.StartOverIntent"
STOP: Final = "AMAZON.StopIntent"
HOME: Final = "AMAZON.NavigateHomeIntent"
YES: Final = "AMAZON.YesIntent"
NO: Final = "AMAZON.NoIntent"
START: Final = "StartRoutineIntent"
GO_TO: Final = "GoToExerciseIntent"
SKIP: Final = "SkipExerciseIntent"
OTHER: Final = "OtherFootIntent"
WHERE: Final = "WhereAmIIntent"
FORGET: Final = "ForgetMeIntent"

CORE: Final = (
    *(NEXT, REPEAT, BACK, PAUSE, RESUME, AFRESH, STOP, HOME, YES, NO, START, SKIP, OTHER, WHERE),
    *("AMAZON.FallbackIntent", "AMAZON.HelpIntent", "ExplainIntent", "TurnIntoAFrogIntent"),
)
"""What is said most, by itself, and something that no model has."""

QUIET_MS: Final = 40 * SECOND
"""The least silence before a reprompt's words: time to fetch a towel."""

FIRST: Final = next(iter(ROUTINE.levels))
"""The level that everybody begins at."""

DEFAULT: Final = planned(Wishes(level=FIRST, new=True))
"""What somebody is led through who has never been here."""


def exercise(name: str) -> Slot:
    return Slot(ENGLISH.names["exercise"].get(name, name), name)


def started(turns: Turns) -> Heard:
    turns.launch()
    return turns.say(START, 10 * SECOND)


def led_to(turns: Turns, name: str) -> Heard:
    """Begin, and go on to the exercise called *name*."""
    started(turns)
    return turns.begun(turns.say(GO_TO, 20 * SECOND, exercise=exercise(name)))


def past(heard: Heard) -> int:
    """How long to wait until all of *heard* has been heard, in whole seconds."""
    return (heard.ms + LATENCY_ALLOWANCE_MS) // SECOND * SECOND + 2 * SECOND


def place_of(attributes: Mapping[str, Any]) -> tuple[str, str, int]:
    return attributes["exercise"], attributes["foot"], attributes["set"]


def kept(store: MemoryStore) -> dict[str, Any]:
    """The state of the one listener there is."""
    (row,) = store.rows.values()
    state: dict[str, Any] = json.loads(str(row.state))
    return state


# Where a listener can be.


def ready(turns: Turns) -> None:
    turns.launch()


def in_the_opening(turns: Turns) -> None:
    started(turns)
    turns.clock.move_on(5 * SECOND)


def in_a_set(turns: Turns) -> None:
    started(turns)
    turns.clock.move_on(40 * SECOND)


def in_a_change_of_feet(turns: Turns) -> None:
    started(turns)
    plan = timeline(DEFAULT, Progress(DEFAULT.course).begin(), 0)
    change = next(each for each in plan if each.cue.kind is Kind.CHANGE)
    turns.clock.move_on((LATENCY_ALLOWANCE_MS + change.start_ms) // SECOND * SECOND + SECOND)


def in_a_hold(turns: Turns) -> None:
    led_to(turns, "toe_walking")
    turns.clock.move_on(40 * SECOND)


def in_a_block(turns: Turns) -> None:
    led_to(turns, "toe_curls")
    turns.clock.move_on(2 * MINUTE)


def held(turns: Turns) -> None:
    in_a_set(turns)
    turns.say(PAUSE)
    turns.clock.move_on(5 * SECOND)


def at_a_prompt(turns: Turns) -> None:
    turns.clock.move_on(past(started(turns)))


def asked_at_a_prompt(turns: Turns) -> None:
    at_a_prompt(turns)
    turns.say(WHERE)


def at_the_last_prompt(turns: Turns) -> None:
    turns.clock.move_on(past(led_to(turns, "resisted_flexion")))


def after_the_last_prompt(turns: Turns) -> None:
    at_the_last_prompt(turns)
    turns.say(WHERE)


def offered(turns: Turns) -> None:
    in_a_set(turns)
    turns.say(STOP)
    turns.launch(HOUR)


def declined(turns: Turns) -> None:
    offered(turns)
    turns.say(NO)


def asked_to_forget(turns: Turns) -> None:
    in_a_set(turns)
    turns.say(FORGET)


def on_one_foot(turns: Turns) -> None:
    """Led on the left alone."""
    turns.launch()
    turns.say(START, foot=Slot("left", "left"))
    turns.say(START, 5 * SECOND)
    turns.clock.move_on(40 * SECOND)


def jumped_back(turns: Turns) -> None:
    in_a_block(turns)
    turns.say(BACK)
    turns.clock.move_on(3 * SECOND)


def gone(turns: Turns) -> None:
    at_the_last_prompt(turns)
    turns.say(NEXT)


SITUATIONS: Final[dict[str, Callable[[Turns], None]]] = {
    "before the first word": lambda _: None,
    "ready": ready,
    "in the opening": in_the_opening,
    "in a set": in_a_set,
    "in a change of feet": in_a_change_of_feet,
    "in a hold": in_a_hold,
    "in a block": in_a_block,
    "held": held,
    "at a prompt": at_a_prompt,
    "asked at a prompt": asked_at_a_prompt,
    "at the last prompt": at_the_last_prompt,
    "after the last prompt": after_the_last_prompt,
    "offered to go on": offered,
    "having declined": declined,
    "asked to forget": asked_to_forget,
    "on one foot": on_one_foot,
    "having jumped back": jumped_back,
    "after the end": gone,
}

OVER: Final = {
    *("before the first word", "ready", "at the last prompt", "after the last prompt"),
    "after the end",
}
"""Where there is nothing to come back to."""

WISHED_IN: Final = {"ready", "in a set", "in a block", "at a prompt", "on one foot"}
"""Where wishes are tried here: each has to lay out many plans, and has rules of its own."""

UNDER_WAY: Final = [name for name in SITUATIONS if name not in OVER]

SLOTTED: Final[tuple[tuple[str, dict[str, Slot]], ...]] = (
    (START, {"minutes": Slot("10")}),
    (START, {"minutes": Slot("?")}),
    (START, {"minutes": Slot("0")}),
    (START, {"minutes": Slot("99999999999999999999")}),
    (START, {"minutes": Slot("\N{SUPERSCRIPT TWO}")}),
    (START, {"minutes": Slot("2")}),
    (START, {"minutes": Slot("45"), "foot": Slot("right", "right")}),
    (START, {"foot": Slot("left", "left")}),
    (START, {"foot": Slot("third")}),
    (START, {"exercise": exercise("toe_curls")}),
    (START, {"exercise": Slot("elbow")}),
    (GO_TO, {}),
    (GO_TO, {"exercise": exercise("toe_walking"), "foot": Slot("left", "left")}),
    (GO_TO, {"exercise": exercise("ankle_circles"), "foot": Slot("left", "left")}),
    (GO_TO, {"exercise": Slot("a <b> & 'c'")}),
    (GO_TO, {"exercise": Slot("elbow " * 200)}),
    *((GO_TO, {"exercise": exercise(name)}) for name in ROUTINE.ids),
    *(("WhyIntent", {"exercise": exercise(name)}) for name in ROUTINE.ids),
    *(("ExplainIntent", {"exercise": exercise(name)}) for name in ROUTINE.ids),
    ("WhyIntent", {"exercise": Slot("elbow")}),
    ("ExplainIntent", {"exercise": Slot("elbow")}),
    (NEXT, {"minutes": Slot("10"), "unheard_of": Slot("x", "x")}),
)

SAID: Final[tuple[tuple[str, dict[str, Slot]], ...]] = (
    *((name, {}) for name in ANSWERS if name.endswith("Intent")),
    ("TurnIntoAFrogIntent", {}),
    ("AMAZON.LoopOnIntent", {}),
    ("", {}),
    *SLOTTED,
)
"""Every intent there is, with every kind of slot, and some that there are not."""

FATES: Final = ("drop", "USER_INITIATED", "EXCEEDED_MAX_REPROMPTS", "ERROR")
"""How a session may come to its end."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A listener somewhere, to be brought there again as often as is needed."""

    name: str
    turns: Turns
    store: MemoryStore
    attributes: dict[str, Any] | None
    rows: dict[str, Row]
    at: int

    def again(self) -> Turns:
        """Be there, on a clock and in a session of its own."""
        self.store.rows.clear()
        self.store.rows.update(self.rows)
        self.store.aside.clear()
        attributes = None if self.attributes is None else dict(self.attributes)
        return Turns(self.turns.app, Clock.stopped(self.at), self.turns.device, attributes)


@pytest.fixture(scope="module")
def rooms() -> tuple[App, MemoryStore]:
    """One skill for many conversations, and its store, to be emptied between them."""
    store = MemoryStore(Clock.stopped(MORNING))
    return app.build(store, listener_key, content=LIBRARY), store


@pytest.fixture(scope="module")
def everywhere(rooms: tuple[App, MemoryStore]) -> Mapping[str, Snapshot]:
    """A listener in each situation; they share the plans of one skill, and nothing else."""
    shared, store = rooms
    store.rows.clear()
    snapshots = {}
    for name, situation in SITUATIONS.items():
        turns = Turns(shared, Clock.stopped(MORNING))
        situation(turns)
        snapshots[name] = Snapshot(
            name, turns, store, turns.attributes, dict(store.rows), turns.clock()
        )
        store.rows.clear()
    return snapshots


@pytest.fixture(params=SITUATIONS)
def snapshot(request: pytest.FixtureRequest, everywhere: Mapping[str, Snapshot]) -> Snapshot:
    """A listener in each situation in turn."""
    found: Snapshot = everywhere[request.param]
    return found


def sorry(heard: Heard) -> bool:
    return heard.text.startswith("Sorry, something went wrong")


def check(heard: Heard, store: MemoryStore) -> None:
    """What every answer to what somebody said has to be."""
    assert not sorry(heard)
    if heard.is_open:
        assert heard.text.endswith(PROMPTS), heard.text
        silence, words = read(heard.reprompt, ENGLISH.rate)
        assert not silence.text
        assert silence.ms >= QUIET_MS
        assert words.text.endswith(REPROMPTS)
    else:
        assert heard.response["response"]["shouldEndSession"] is True
        assert not heard.reprompt
        assert not heard.text.endswith(PROMPTS), heard.text
    if heard.attributes:
        assert place_of(heard.attributes) in set(DEFAULT.course) | set(LEFT.course)
        (row,) = store.rows.values()
        assert heard.attributes == {**kept(store), "saved": row.version}
    else:
        assert not heard.is_open
        assert not store.rows


LEFT: Final = planned(Wishes(level="full", feet=Side.LEFT))


WISHING: Final = {module.__name__ for module in (choosing, repetitions, tempo, wishing)}
"""The modules whose answers change what is ahead."""


def test_every_word_has_an_answer_that_alexa_takes(snapshot: Snapshot) -> None:
    """It is open with a prompt or closed without one, and keeps the place in session and store."""
    for name, slots in SAID:
        is_wish = name in ANSWERS and ANSWERS[name].__module__ in WISHING
        if is_wish and snapshot.name not in WISHED_IN:
            continue
        turns = snapshot.again()
        check(turns.say(name, 0, **slots), snapshot.store)


def test_every_word_has_an_answer_when_the_session_has_died(snapshot: Snapshot) -> None:
    """One-shot words: they come as the first turn of a session that knows nothing."""
    for name in CORE:
        turns = snapshot.again()
        turns.drop()
        check(turns.say(name, 30 * SECOND), snapshot.store)


def test_every_word_has_an_answer_when_the_session_is_garbled(snapshot: Snapshot) -> None:
    """Then the store knows the place; and the strangest of places is one in the plan."""
    garbled = {"version": VERSION, "exercise": 5, "wishes": "many", "done": [], "phase": "flying"}
    for name in CORE:
        for attributes in (garbled, {**garbled, "version": VERSION + 1}):
            turns = snapshot.again()
            turns.attributes = dict(attributes)
            check(turns.say(name), snapshot.store)


def test_a_launch_has_an_answer_from_everywhere(snapshot: Snapshot) -> None:
    turns = snapshot.again()
    for _ in range(2):
        check(turns.launch(), snapshot.store)


def test_the_end_of_a_session_is_answered_with_nothing(snapshot: Snapshot) -> None:
    for reason in ("USER_INITIATED", "EXCEEDED_MAX_REPROMPTS", "ERROR"):
        heard = snapshot.again().end(reason)

        assert not heard.ssml
        assert not heard.reprompt
        assert len(snapshot.store.rows) == 1


def test_what_only_asks_or_stops_keeps_the_place(snapshot: Snapshot) -> None:
    before = snapshot.again().say(WHERE, 30 * SECOND).attributes
    for word in (STOP, "AMAZON.CancelIntent", HOME, PAUSE, WHERE, "AMAZON.HelpIntent", NO):
        after = snapshot.again().say(word, 30 * SECOND).attributes

        assert place_of(after) == place_of(before), word
        assert after["done"] == before["done"], word
        assert after["phase"] in {before["phase"], "done"}, word


@pytest.mark.parametrize("limits", [Limits(seconds=0), Limits(seconds=60), Limits(characters=900)])
def test_a_response_is_taken_whatever_its_limits(limits: Limits, clock: Clock) -> None:
    """A whole routine, answer by answer; each ends in a prompt and names where it is.

    Asking often takes time, which has to be there within the twenty minutes too.
    """
    store = MemoryStore(clock)
    turns = Turns(app.build(store, listener_key, limits, content=LIBRARY), clock)
    turns.launch()
    heard = turns.say(START)
    while heard.is_open:
        check(heard, store)
        heard = turns.say(NEXT, past(heard))

    assert heard.text.startswith("Well done. That was your whole routine.")


@given(
    st.lists(
        st.tuples(st.sampled_from(SAID), st.integers(0, 400), st.sampled_from(["", *FATES])),
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_no_conversation_comes_to_a_word_without_an_answer(
    rooms: tuple[App, MemoryStore], acts: list[tuple[tuple[str, dict[str, Slot]], int, str]]
) -> None:
    """Said at any second, in any order, with the session dying in any way between."""
    shared, store = rooms
    store.rows.clear()
    turns = Turns(shared, Clock.stopped(MORNING))
    for (name, slots), seconds, fate in acts:
        check(turns.say(name, seconds * SECOND, **slots), store)
        if fate == "drop":
            turns.drop()
        elif fate and turns.attributes is not None:
            turns.end(fate, seconds * SECOND)


# The place.


@pytest.mark.parametrize("name", UNDER_WAY)
def test_a_session_that_dies_comes_back_to_the_very_place(
    everywhere: Mapping[str, Snapshot], name: str
) -> None:
    """Where "where am I" would have found the listener, the next launch does."""
    alive = everywhere[name].again().say(WHERE)
    dead = everywhere[name].again()
    relaunched = dead.launch()

    assert relaunched.attributes["asked"] == "go_on"
    if name == "at a prompt":
        # Nobody knows whether it was heard to its end; what is offered again can be skipped.
        assert place_of(relaunched.attributes) == ("heel_raises", "right", 1)
    else:
        assert place_of(relaunched.attributes) == place_of(alive.attributes)


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


# Coming back.


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


# Wishes by voice.


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

    assert farewell.text == "Well done. That was your whole routine."
    assert not farewell.is_open


def test_the_farewell_is_honest(turns: Turns) -> None:
    """It counts what was done from start to finish, and no more."""
    started(turns)
    turns.say(SKIP, 30 * SECOND)
    heard = turns.say(SKIP, 30 * SECOND)
    while heard.is_open:
        heard = turns.say(NEXT, past(heard))

    assert "You did three exercises from start to finish." in heard.text


# Forgetting.


def test_a_listener_who_asks_is_forgotten(turns: Turns, store: MemoryStore) -> None:
    """And is a stranger at the next launch."""
    never_seen = turns.launch().text
    in_a_set(turns)
    asked = turns.say(FORGET)
    assert len(store.rows) == 1
    heard = turns.say(YES)

    assert asked.is_open
    assert not heard.is_open
    assert heard.attributes == {}
    assert store.rows == {}
    assert turns.launch().text == never_seen


@pytest.mark.parametrize("word", [NO, NEXT, WHERE, "AMAZON.FallbackIntent"])
def test_nothing_but_a_yes_to_that_question_forgets(
    turns: Turns, store: MemoryStore, word: str
) -> None:
    asked_to_forget(turns)
    turns.say(word)
    turns.say(YES, 5 * SECOND)

    assert len(store.rows) == 1


@pytest.mark.parametrize("word", [NO, NEXT, WHERE, PAUSE, STOP, START, "AMAZON.FallbackIntent"])
def test_it_is_said_that_nothing_is_deleted(turns: Turns, word: str) -> None:
    """Whatever else was said in place of yes; and once."""
    asked_to_forget(turns)
    heard = turns.say(word)

    assert heard.text.startswith("Nothing is deleted.")
    if heard.is_open:
        assert "deleted" not in turns.say(WHERE, 5 * SECOND).text


@pytest.mark.parametrize("word", ["PainIntent", "EmergencyIntent"])
def test_what_hurts_is_answered_before_anything_else(turns: Turns, word: str) -> None:
    asked_to_forget(turns)

    assert turns.say(word).text.startswith("Stop ")


def test_a_yes_in_another_session_forgets_nothing(turns: Turns, store: MemoryStore) -> None:
    """The question was asked in a session that is over."""
    asked_to_forget(turns)
    turns.end("EXCEEDED_MAX_REPROMPTS", MINUTE)
    turns.say(YES, HOUR)

    assert len(store.rows) == 1


# A store that fails.


class FailingStore(MemoryStore):
    """Raises *fault* at whatever stands in *failing*, until that is emptied, or at most *times*."""

    def __init__(self, clock: Clock, fault: Exception, *failing: str) -> None:
        super().__init__(clock)
        self.failing = set(failing)
        self.times = 1_000
        self._fault = fault

    def load(self, listener: str) -> Kept | None:
        """Load, or fail."""
        self._fail("load")
        return super().load(listener)

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """Save, or fail."""
        self._fail("save")
        return super().save(listener, state, version)

    def forget(self, listener: str) -> None:
        """Forget, or fail."""
        self._fail("forget")
        super().forget(listener)

    def _fail(self, at: str) -> None:
        if at in self.failing and self.times:
            self.times -= 1
            raise self._fault


def over(store: MemoryStore, clock: Clock) -> Turns:
    return Turns(app.build(store, listener_key, content=LIBRARY), clock)


@pytest.mark.parametrize("failing", [("load",), ("save",), ("load", "save")], ids="+".join)
def test_without_a_store_the_whole_routine_is_led_from_the_session(
    clock: Clock, caplog: pytest.LogCaptureFixture, failing: tuple[str, ...]
) -> None:
    """Every fault of the store is logged, and none is heard."""
    turns = over(FailingStore(clock, StoreError("the disk is full"), *failing), clock)
    turns.launch()
    led = []
    heard = turns.say(START, 5 * SECOND)
    while heard.is_open:
        led.append(heard.attributes["exercise"])
        paused = turns.say(PAUSE, 30 * SECOND)
        assert not sorry(paused)
        assert paused.attributes["exercise"] == led[-1]
        heard = turns.say(NEXT, past(turns.say(RESUME)))

    assert led == list(ROUTINE.ids)
    assert "the disk is full" in caplog.text


@pytest.mark.parametrize("times", [1, 2, 1_000])
def test_a_place_that_could_not_be_read_is_not_written_over(clock: Clock, times: int) -> None:
    """A slow read or two at a launch must not send anybody back to the start."""
    store = FailingStore(clock, StoreError("throttled"))
    turns = over(store, clock)
    led_to(turns, "toe_curls")
    turns.end("USER_INITIATED", 2 * MINUTE)
    place = place_of(kept(store))
    store.failing, store.times = {"load"}, times
    turns.launch(MINUTE)
    store.failing = set()
    turns.end("EXCEEDED_MAX_REPROMPTS", MINUTE)

    assert place_of(kept(store)) == place
    assert place_of(turns.launch(MINUTE).attributes) == place


def test_the_place_goes_back_into_a_store_that_mends(clock: Clock) -> None:
    store = FailingStore(clock, StoreError("locked"), "load", "save")
    turns = over(store, clock)
    in_a_set(turns)
    store.failing = set()
    turns.say(PAUSE)
    turns.drop()

    assert place_of(turns.launch(MINUTE).attributes) == ("heel_raises", "right", 1)
    assert turns.attributes
    assert turns.attributes["asked"] == "go_on"


def test_a_listener_who_cannot_be_forgotten_is_told(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    store = FailingStore(clock, StoreError("read-only"), "forget")
    turns = over(store, clock)
    asked_to_forget(turns)
    heard = turns.say(YES)

    assert heard.is_open
    assert len(store.rows) == 1
    assert "read-only" in caplog.text


@pytest.mark.parametrize("failing", ["load", "save"])
def test_a_fault_is_apologised_for_and_keeps_session_and_place(
    clock: Clock, caplog: pytest.LogCaptureFixture, failing: str
) -> None:
    """The log has its traceback, and the next word goes on from the place."""
    store = FailingStore(clock, RuntimeError("a bug"))
    turns = over(store, clock)
    in_a_set(turns)
    if failing == "load":
        turns.attributes = {}
    store.failing = {failing}
    heard = turns.say(NEXT)
    store.failing = set()

    assert sorry(heard)
    assert heard.is_open
    assert heard.text.endswith(PROMPTS)
    assert words_of(heard.reprompt).endswith(REPROMPTS)
    assert any(record.exc_info for record in caplog.records)
    assert "RuntimeError: a bug" in caplog.text
    resumed = turns.say(RESUME)
    assert place_of(resumed.attributes) == ("heel_raises", "right", 1)
    assert resumed.attributes["phase"] == "leading"


def test_a_fault_at_the_end_of_a_session_is_answered_with_nothing(clock: Clock) -> None:
    store = FailingStore(clock, RuntimeError("a bug"))
    turns = over(store, clock)
    in_a_set(turns)
    store.failing = {"save"}

    assert not turns.end("USER_INITIATED").ssml


@pytest.mark.parametrize(
    "state",
    ["", "{", "[]", '"state"', "null", '{"version": 99}', '{"version": "1"}', "{}"],
    ids=["empty", "cut off", "list", "text", "null", "newer", "mistyped", "no version"],
)
def test_a_row_that_cannot_be_read_is_set_aside_and_the_routine_starts_fresh(
    turns: Turns, store: MemoryStore, state: str
) -> None:
    never_seen = turns.launch().text
    in_a_set(turns)
    turns.say(STOP)
    ((listener, row),) = store.rows.items()
    store.rows[listener] = Row(state, row.version, row.expires)
    heard = turns.launch(MINUTE)

    assert heard.text == never_seen
    assert [(each.state, bool(why)) for _, each, why in store.aside] == [(state, True)]
    assert kept(store)["phase"] == "ready"


# Two devices.


def test_the_later_turn_has_the_place_and_nobody_is_sent_back(turns: Turns) -> None:
    led_to(turns, "toe_curls")
    kitchen = turns.beside("KITCHEN")
    kitchen.launch(2 * MINUTE)
    kitchen.say(YES)
    here = turns.say(WHERE, 10 * SECOND)
    there = kitchen.say(WHERE)

    assert here.attributes["exercise"] == there.attributes["exercise"] == "toe_curls"


def test_what_was_done_on_either_device_stays_done(turns: Turns, store: MemoryStore) -> None:
    """In the store after the next turn, too, and the one after that."""
    begun = started(turns)
    kitchen = turns.beside("KITCHEN")
    kitchen.launch(30 * SECOND)
    kitchen.say(GO_TO, exercise=exercise("resisted_flexion"))
    turns.say(NEXT, past(begun))
    kitchen.say(PAUSE, 10 * SECOND)
    done = kept(store)["done"]
    assert sum(map(len, done["heel_raises"].values())) == len(DEFAULT.steps_of("heel_raises"))
    kitchen.say(WHERE, SECOND)

    assert kept(store)["done"] == done


def test_what_is_known_from_either_device_stays_known(turns: Turns, store: MemoryStore) -> None:
    begun = started(turns)
    kitchen = turns.beside("KITCHEN")
    kitchen.launch(30 * SECOND)
    turns.say(NEXT, past(begun))
    assert kept(store)["memory"]["times"] == {"heel_raises": 1}
    kitchen.say(WHERE, SECOND)

    assert kept(store)["memory"]["times"] == {"heel_raises": 1}


class RacedStore(MemoryStore):
    """Lets another device be faster, a number of times."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.races = 0

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """Save, unless another turn has just been."""
        if self.races:
            self.races -= 1
            row = self.rows[listener]
            self.rows[listener] = Row(row.state, int(str(row.version)) + 1, row.expires)
            raise VersionConflict("another turn was kept first")
        return super().save(listener, state, version)


@pytest.mark.parametrize("races", [1, 2])
def test_a_turn_that_was_outrun_is_kept_all_the_same(clock: Clock, races: int) -> None:
    store = RacedStore(clock)
    turns = over(store, clock)
    started(turns)
    store.races = races
    heard = turns.say(NEXT, 40 * SECOND)

    assert place_of(heard.attributes) == place_of(kept(store)) == ("heel_raises", "left", 1)
    assert place_of(turns.say(PAUSE, 20 * SECOND).attributes) == place_of(kept(store))


def test_a_turn_that_is_outrun_for_ever_goes_on_in_the_session(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    store = RacedStore(clock)
    turns = over(store, clock)
    started(turns)
    store.races = 99
    heard = turns.say(NEXT, 40 * SECOND)

    assert place_of(heard.attributes) == ("heel_raises", "left", 1)
    assert "another device" in caplog.text


# Privacy.


def spoken_turns(turns: Turns) -> Iterator[Heard]:
    yield turns.launch()
    for name in (*CORE, FORGET, YES, "UnknownIntent"):
        yield turns.say(name, 7 * SECOND)
    yield turns.say(GO_TO, exercise=Slot("my elbow"))


def test_no_log_names_the_listener(
    clock: Clock, caplog: pytest.LogCaptureFixture, made: App
) -> None:
    """Be the store sound, broken or full of rubbish; be it at the most talkative level."""
    caplog.set_level(logging.DEBUG)
    broken = FailingStore(clock, StoreError("full"), "load", "save", "forget")
    buggy = FailingStore(clock, RuntimeError("a bug"), "load", "save")
    garbled = MemoryStore(clock)
    garbled.rows[listener_key("amzn1.ask.account.LISTENER")] = Row("{", 1, MORNING + DAY)
    for turns in (
        Turns(made, clock),
        over(broken, clock),
        over(buggy, clock),
        over(garbled, clock),
    ):
        assert list(spoken_turns(turns))
        turns.end("ERROR")

    assert caplog.records
    for secret in ("amzn1", "LISTENER", "LIVING-ROOM", turns.device.user, turns.device.name):
        assert secret not in caplog.text


def test_no_store_and_no_session_names_the_listener(turns: Turns, store: MemoryStore) -> None:
    for heard in spoken_turns(turns):
        assert "amzn1" not in json.dumps(heard.response)

    assert all("amzn1" not in f"{key}{row.state!r}" for key, row in store.rows.items())


def test_the_situations_leave_no_phase_out(everywhere: Mapping[str, Snapshot]) -> None:
    rows = [row for snapshot in everywhere.values() for row in snapshot.rows.values()]

    assert {json.loads(str(row.state))["phase"] for row in rows} == set(Phase)
