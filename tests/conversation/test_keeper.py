"""Whatever happens to the store, and on two devices at once."""

import pytest
from faulty_stores import FailingStore, RacedStore
from plans import ROUTINE
from somewhere import asked_to_forget, in_a_set
from turns import (
    PROMPTS,
    REPROMPTS,
    SECOND,
    Turns,
    words_of,
)
from visits import (
    DEFAULT,
    GO_TO,
    MINUTE,
    NEXT,
    PAUSE,
    RESUME,
    START,
    STOP,
    WHERE,
    YES,
    exercise,
    kept,
    led_to,
    over,
    past,
    place_of,
    sorry,
    started,
)

from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore
from skill.storage.store import Row, StoreError


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
