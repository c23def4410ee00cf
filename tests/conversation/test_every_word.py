"""Whatever is said, wherever it is said: there is an answer that Alexa takes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import ENGLISH, LIBRARY, ROUTINE, planned
from somewhere import SITUATIONS, UNDER_WAY
from turns import (
    MORNING,
    PROMPTS,
    REPROMPTS,
    SECOND,
    Heard,
    Turns,
    listener_key,
)
from visits import (
    CORE,
    DEFAULT,
    GO_TO,
    HOME,
    NEXT,
    NO,
    PAUSE,
    START,
    STOP,
    WHERE,
    exercise,
    kept,
    past,
    place_of,
    sorry,
)

from skill import app
from skill.app import App
from skill.conversation import choosing, repetitions, tempo, wishing
from skill.conversation.answers import ANSWERS
from skill.conversation.turn import Slot
from skill.listener.codec import VERSION
from skill.rendering.speech import Limits
from skill.routine.model import Side
from skill.routine.progress import Phase
from skill.routine.wishes import Wishes
from skill.simulator.clock import Clock
from skill.simulator.estimator import read
from skill.storage.memory_store import MemoryStore
from skill.storage.store import Row

QUIET_MS: Final = 40 * SECOND
"""The least silence before a reprompt's words: time to fetch a towel."""

WISHED_IN: Final = {"ready", "in a set", "in a block", "at a prompt", "on one foot"}
"""Where wishes are tried here: each has to lay out many plans, and has rules of its own."""

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


def test_the_situations_leave_no_phase_out(everywhere: Mapping[str, Snapshot]) -> None:
    rows = [row for snapshot in everywhere.values() for row in snapshot.rows.values()]

    assert {json.loads(str(row.state))["phase"] for row in rows} == set(Phase)
