"""One contract, held by every store."""

import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any, Final

import pytest
from dynamo_server import TABLE, amazon_environment, client, running_dynamo
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from size import LONG

from skill.listener.history import Session
from skill.storage.dynamo_store import DynamoStore
from skill.storage.memory_store import MemoryStore
from skill.storage.months import KEEP_MONTHS_MS, KEEP_SESSIONS_MS, begin_of, month_of
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import (
    KEEP_MS,
    MOST_ENTRY_BYTES,
    MOST_STATE_BYTES,
    MOST_VERSION,
    Kept,
    Row,
    Store,
    StoreError,
    VersionConflict,
    is_same_row,
)

pytestmark = pytest.mark.usefixtures("versions_begin_at_one")

NOW: Final = 1_800_000_000_000
"""A whole second, as DynamoDB keeps expiries in seconds."""

BAD_STATES: Final = {
    "empty": "",
    "no JSON": "place",
    "cut off": '{"step": 1',
    "not a number": '{"step": NaN}',
    "null": "null",
    "a list": "[]",
    "a number": "5",
    "a text": '"place"',
    "nested too deeply": "[" * (MOST_STATE_BYTES - 1),
    "too long": json.dumps({"step": "x" * MOST_STATE_BYTES}),
    "bytes that are no text": b"\xff{}",
    "no text at all": 5,
}

BAD_VERSIONS: Final = {"zero": 0, "negative": -1, "huge": MOST_VERSION + 1, "text": "one"}

listeners = (f"listener-{number}" for number in itertools.count())


@dataclass
class FakeClock:
    """A clock that stands until a test moves it."""

    now: int = NOW

    def __call__(self) -> int:
        """Return the time it stands at."""
        return self.now


@dataclass
class Bench:
    """A store under test, and what the test does to its rows without it."""

    store: Store
    """It reads the time of *clock*."""

    clock: FakeClock
    """It stands until the test moves it."""

    plant: Callable[[str, Row], object]
    """Writes a row for a listener, however damaged it is."""

    plant_entries: Callable[[str, list[object]], object]
    """Writes entries of a listener's history, however damaged they are."""

    aside: Callable[[str], list[str]]
    """Returns why the rows of a listener were set aside."""


def memory_bench(clock: FakeClock) -> Bench:
    store = MemoryStore(clock)

    def aside(listener: str) -> list[str]:
        return [why for kept, _, why in store.aside if kept == listener]

    def plant_entries(listener: str, entries: list[object]) -> None:
        rows = [(entry, clock.now + KEEP_MS) for entry in entries]
        store.logged.setdefault(listener, []).extend(rows)

    return Bench(store, clock, store.rows.__setitem__, plant_entries, aside)


def sqlite_bench(path: Path) -> Bench:
    clock = FakeClock()
    store = SqliteStore(path, clock)
    store.check()

    def plant(listener: str, row: Row) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "INSERT INTO kept (listener, version, expires, state)"
                " VALUES (?, ?, ?, CAST(? AS TEXT))",
                [listener, row.version, row.expires, row.state],
            )

    def plant_entries(listener: str, entries: list[object]) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executemany(
                "INSERT INTO session (listener, expires, entry) VALUES (?, ?, ?)",
                [[listener, clock.now + KEEP_MS, entry] for entry in entries],
            )

    def aside(listener: str) -> list[str]:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute(
                "SELECT why FROM set_aside WHERE listener = ? ORDER BY rowid", [listener]
            )
            return [why for (why,) in found]

    return Bench(store, clock, plant, plant_entries, aside)


def dynamo_bench(url: str) -> Bench:
    clock = FakeClock()
    amazon = client(url)

    def plant(listener: str, row: Row) -> None:
        expires = row.expires // 1000 if isinstance(row.expires, int) else row.expires
        item = {
            "listener": attribute(listener),
            "state": attribute(row.state),
            "version": attribute(row.version),
            "expires": attribute(expires),
        }
        amazon.put_item(TableName=TABLE, Item=item)

    def plant_entries(listener: str, entries: list[object]) -> None:
        expires = attribute((clock.now + KEEP_MS) // 1000)
        rows = [{"M": {"entry": attribute(entry), "expires": expires}} for entry in entries]
        amazon.update_item(
            TableName=TABLE,
            Key={"listener": attribute(f"{listener}#{month_of(clock.now)}")},
            UpdateExpression="SET sessions = list_append(if_not_exists(sessions, :none), :rows)",
            ExpressionAttributeValues={":none": {"L": []}, ":rows": {"L": rows}},
        )

    def aside(listener: str) -> list[str]:
        found = amazon.get_item(TableName=TABLE, Key={"listener": attribute(listener)})
        entries = found.get("Item", {}).get("aside", {"L": []})["L"]
        return [entry["M"]["why"]["S"] for entry in entries]

    return Bench(DynamoStore(TABLE, clock), clock, plant, plant_entries, aside)


def attribute(value: object) -> dict[str, object]:
    """Return *value* as DynamoDB writes it."""
    match value:
        case bytes():
            return {"B": value}
        case str():
            return {"S": value}
        case _:
            return {"N": str(value)}


@pytest.fixture(scope="module")
def dynamo() -> Iterator[Bench]:
    """One for all tests, as its client takes long to make; listeners keep them apart."""
    with running_dynamo() as url, pytest.MonkeyPatch.context() as patch:
        for name, value in amazon_environment(url).items():
            patch.setenv(name, value)
        found = dynamo_bench(url)
        found.store.check()
        yield found


@pytest.fixture(params=["memory", "sqlite", "dynamo"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    match request.param:
        case "memory":
            found = memory_bench(FakeClock())
        case "sqlite":
            found = sqlite_bench(tmp_path / "kept.db")
        case _:
            found = request.getfixturevalue("dynamo")
            found.clock.now = NOW
    yield found
    found.store.close()


@pytest.fixture
def listener() -> str:
    return next(listeners)


def test_nothing_is_loaded_for_an_unknown_listener(bench: Bench, listener: str) -> None:
    assert bench.store.load(listener) is None


def test_every_save_is_loaded_with_a_version_one_higher(bench: Bench, listener: str) -> None:
    for version in range(3):
        saved = bench.store.save(listener, {"step": version}, version)

        assert saved == version + 1
        assert bench.store.load(listener) == Kept({"step": version}, saved)


texts = st.text(st.characters(exclude_categories=()))
"""Also with half a surrogate pair, which JSON can name alone and UTF-8 cannot write."""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(state=st.dictionaries(texts, json_values, max_size=5))
@example(state={"\ud83d": "\ud83d"})
def test_any_json_object_comes_back_as_it_was(bench: Bench, state: dict[str, Any]) -> None:
    listener = next(listeners)
    bench.store.save(listener, state, 0)

    assert bench.store.load(listener) == Kept(state, 1)


def test_what_was_loaded_is_the_callers_own(bench: Bench, listener: str) -> None:
    """Changing a state in hand changes nothing that is kept."""
    state = {"places": [1]}
    bench.store.save(listener, state, 0)
    state["places"].append(2)
    loaded = bench.store.load(listener)
    assert loaded
    loaded.state["places"].append(3)

    assert bench.store.load(listener) == Kept({"places": [1]}, 1)


@pytest.mark.parametrize("version", [0, 1, 3, -1, MOST_VERSION, MOST_VERSION + 1, 2**70])
def test_a_save_on_any_version_but_the_one_kept_is_a_conflict(
    bench: Bench, listener: str, version: int
) -> None:
    bench.store.save(listener, {"step": 1}, 0)
    bench.store.save(listener, {"step": 2}, 1)

    with pytest.raises(VersionConflict):
        bench.store.save(listener, {"step": 3}, version)
    assert bench.store.load(listener) == Kept({"step": 2}, 2)


def test_a_save_on_a_version_that_was_forgotten_is_a_conflict(bench: Bench, listener: str) -> None:
    """A device in the middle of a session must not bring back what another was told to forget."""
    bench.store.save(listener, {"step": 1}, 0)
    bench.store.forget(listener)

    with pytest.raises(VersionConflict):
        bench.store.save(listener, {"step": 2}, 1)
    assert bench.store.load(listener) is None


@pytest.mark.usefixtures("drawn_marks")
def test_no_save_takes_the_row_of_after_forgetting_for_that_of_before(
    bench: Bench, listener: str
) -> None:
    """However often each was saved."""
    before = bench.store.save(listener, {"step": 1}, 0)
    bench.store.forget(listener)
    after = bench.store.save(listener, {"step": 2}, 0)

    assert not is_same_row(before, after)
    with pytest.raises(VersionConflict):
        bench.store.save(listener, {"step": 1}, before)
    assert is_same_row(after, bench.store.save(listener, {"step": 3}, after))


@pytest.mark.usefixtures("drawn_marks")
@pytest.mark.parametrize("comes_back", [False, True])
def test_no_session_of_before_forgetting_is_logged_after_it(
    bench: Bench, listener: str, *, comes_back: bool
) -> None:
    before = bench.store.save(listener, {"step": 1}, 0)
    bench.store.log(listener, {"number": 1}, before)
    bench.store.forget(listener)
    if comes_back:
        bench.store.save(listener, {"step": 1}, 0)

    with pytest.raises(VersionConflict):
        bench.store.log(listener, {"number": 2}, before)
    assert bench.store.sessions(listener) == ()


def test_forgetting_leaves_nothing_of_one_listener_and_all_of_the_others(
    bench: Bench, listener: str
) -> None:
    other = next(listeners)
    bench.store.save(other, {"step": 1}, 0)
    bench.store.save(listener, {"step": 1}, 0)
    bench.store.set_aside(listener, "odd")
    bench.store.save(listener, {"step": 2}, 0)
    bench.store.forget(listener)

    assert bench.store.load(listener) is None
    assert bench.aside(listener) == []
    assert bench.store.load(other) == Kept({"step": 1}, 1)


def test_forgetting_an_unknown_listener_is_no_fault(bench: Bench, listener: str) -> None:
    bench.store.forget(listener)

    assert bench.store.load(listener) is None


def test_rows_set_aside_are_kept_out_of_the_way_of_fresh_ones(
    bench: Bench, listener: str, caplog: pytest.LogCaptureFixture
) -> None:
    for why in ("first", "second"):
        assert bench.store.save(listener, {"step": 1}, 0) == 1
        bench.store.set_aside(listener, why)
        assert bench.store.load(listener) is None

    assert bench.aside(listener) == ["first", "second"]
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2


def test_setting_aside_an_unknown_listener_does_nothing(
    bench: Bench, listener: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench.store.set_aside(listener, "odd")

    assert bench.aside(listener) == []
    assert not caplog.records


def spoilt_rows() -> Iterator[Any]:
    """Every way in which a row can be no row of ours."""
    for name, state in BAD_STATES.items():
        yield pytest.param(Row(state, 1, NOW + KEEP_MS), id=f"state {name}")
    for name, version in BAD_VERSIONS.items():
        yield pytest.param(Row("{}", version, NOW + KEEP_MS), id=f"version {name}")
    yield pytest.param(Row("{}", 1, "soon"), id="expiry text")


@pytest.mark.parametrize("row", list(spoilt_rows()))
def test_a_spoilt_row_is_set_aside_and_named_in_the_log(
    bench: Bench, listener: str, row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    bench.plant(listener, row)

    assert bench.store.load(listener) is None
    (why,) = bench.aside(listener)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage() == f"what was kept of listener {listener:.8} is set aside: {why}"
    assert bench.store.save(listener, {"step": 1}, 0) == 1
    assert bench.store.load(listener) == Kept({"step": 1}, 1)


@pytest.mark.parametrize("row", list(spoilt_rows()))
def test_a_spoilt_row_is_not_overwritten_by_a_first_save(
    bench: Bench, listener: str, row: Row
) -> None:
    bench.plant(listener, row)

    with pytest.raises(
        StoreError
    ):  # VersionConflict, but for moto, which cannot compare text to a number
        bench.store.save(listener, {"step": 1}, 0)
    bench.store.load(listener)
    assert len(bench.aside(listener)) == 1


def test_a_row_lives_until_its_time_after_the_last_save(bench: Bench, listener: str) -> None:
    bench.store.save(listener, {"step": 1}, 0)
    bench.clock.now += KEEP_MS - 1000
    bench.store.save(listener, {"step": 2}, 1)
    bench.clock.now += KEEP_MS - 1000

    assert bench.store.load(listener) == Kept({"step": 2}, 2)
    bench.clock.now += 1000
    assert bench.store.load(listener) is None


def test_an_expired_row_counts_as_none(
    bench: Bench, listener: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench.store.save(listener, {"step": 1}, 0)
    bench.clock.now += KEEP_MS - 1000
    bench.store.save(next(listeners), {}, 0)
    bench.clock.now += 1000

    bench.store.set_aside(listener, "odd")
    with pytest.raises(VersionConflict):
        bench.store.save(listener, {"step": 2}, 1)
    assert bench.store.save(listener, {"step": 3}, 0) == 1
    assert bench.store.load(listener) == Kept({"step": 3}, 1)
    assert bench.aside(listener) == []
    assert not caplog.records


@pytest.mark.parametrize(
    "state",
    [{"step": float("nan")}, {"step": object()}, {"step": "x" * MOST_STATE_BYTES}],
    ids=["not a number", "no JSON", "too long"],
)
def test_a_state_that_cannot_be_kept_changes_nothing(
    bench: Bench, listener: str, state: dict[str, Any]
) -> None:
    bench.store.save(listener, {"step": 1}, 0)

    with pytest.raises(StoreError, match="the state to keep") as raised:
        bench.store.save(listener, state, 1)
    assert not isinstance(raised.value, VersionConflict)
    assert bench.store.load(listener) == Kept({"step": 1}, 1)


def test_the_longest_state_is_kept(bench: Bench, listener: str) -> None:
    state = {"step": "x" * (MOST_STATE_BYTES - len('{"step":""}'))}
    bench.store.save(listener, state, 0)

    assert bench.store.load(listener) == Kept(state, 1)


def test_a_store_may_be_checked_and_closed_at_any_time(bench: Bench, listener: str) -> None:
    bench.store.check()
    bench.store.save(listener, {"step": 1}, 0)
    bench.store.close()
    bench.store.close()
    bench.store.check()

    assert bench.store.load(listener) == Kept({"step": 1}, 1)


def test_no_turn_of_eight_threads_is_lost(bench: Bench, listener: str) -> None:
    """Each counts its own turns in the one state; a turn that meets a conflict is taken again."""
    turns = 5
    start = Barrier(8)

    def lead(thread: int) -> list[int]:
        start.wait()
        return [take_turn(bench.store, listener, str(thread)) for _ in range(turns)]

    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(lead, range(8)))

    assert all(own == sorted(own) for own in versions)
    assert sorted(itertools.chain(*versions)) == list(range(1, 8 * turns + 1))
    assert bench.store.load(listener) == Kept({str(n): turns for n in range(8)}, 8 * turns)


def take_turn(store: Store, listener: str, who: str) -> int:
    """Count one turn of *who*, trying again whenever another came first."""
    for _ in range(1000):
        kept = store.load(listener) or Kept({}, 0)
        state = kept.state | {who: kept.state.get(who, 0) + 1}
        try:
            return store.save(listener, state, kept.version)
        except VersionConflict:
            continue
    pytest.fail("a thousand conflicts")


Move = Callable[[Store, str, int], object]


def saving(step: int, behind: int) -> Move:
    """Return a save that builds on a version so far *behind* the last that was saved."""

    def move(store: Store, listener: str, version: int) -> object:
        try:
            return store.save(listener, {"step": step}, max(0, version - behind))
        except VersionConflict:
            return "conflict"

    return move


MOVES: Final[dict[str, Move]] = {
    "save": saving(1, 0),
    "save too early": saving(2, 1),
    "save too late": saving(3, -1),
    "save as the first": saving(4, MOST_VERSION),
    "load": lambda store, listener, _: store.load(listener),
    "set aside": lambda store, listener, _: store.set_aside(listener, "odd"),
    "forget": lambda store, listener, _: store.forget(listener),
    "log": lambda store, listener, version: store.log(listener, {"version": version}),
    "sessions": lambda store, listener, _: store.sessions(listener),
}

WAITS: Final = {"a second": 1000, "nearly too long": KEEP_MS - 1000, "too long": KEEP_MS}


@settings(
    max_examples=200 if LONG else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from(sorted(MOVES)), st.sampled_from(["", *sorted(WAITS)])),
        max_size=12,
    )
)
def test_every_store_answers_any_moves_as_the_one_in_memory_does(
    bench: Bench, moves: list[tuple[str, str]]
) -> None:
    listener = next(listeners)
    model = memory_bench(bench.clock)
    version = 0
    for move, wait in moves:
        bench.clock.now += WAITS.get(wait, 0)
        expected = MOVES[move](model.store, listener, version)

        assert MOVES[move](bench.store, listener, version) == expected
        version = expected if isinstance(expected, int) else version


DAY_MS: Final = 24 * 60 * 60 * 1000


def test_an_unknown_listener_has_no_history(bench: Bench, listener: str) -> None:
    assert bench.store.sessions(listener) == ()


def test_the_history_is_told_oldest_first_across_the_years(bench: Bench, listener: str) -> None:
    logged = []
    for number in range(8):
        logged.append({"number": number})
        bench.store.log(listener, logged[-1])
        bench.clock.now += 45 * DAY_MS

        assert bench.store.sessions(listener) == tuple(logged)


def test_a_month_of_the_longest_entries_is_kept(bench: Bench, listener: str) -> None:
    """Five a day, all within one month and so, in DynamoDB, within one item.

    All but those of the last day are there already, as logging them one by one takes long.
    """
    entry = {"words": "x" * (MOST_ENTRY_BYTES - len('{"words":""}'))}
    bench.plant_entries(listener, [json.dumps(entry, separators=(",", ":"))] * (5 * 30))
    for _ in range(5):
        bench.store.log(listener, entry)

    assert bench.store.sessions(listener) == (entry,) * 155


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    entry=st.dictionaries(
        st.text(max_size=5),
        st.integers() | st.booleans() | st.none() | st.text(max_size=9),
        max_size=5,
    )
)
def test_any_entry_of_the_history_comes_back_as_it_was(bench: Bench, entry: dict[str, Any]) -> None:
    listener = next(listeners)
    bench.store.log(listener, entry)
    (found,) = bench.store.sessions(listener)

    assert found == entry


def test_a_session_is_kept_for_its_time_whatever_comes_after(bench: Bench, listener: str) -> None:
    bench.store.log(listener, {"number": 1})
    bench.clock.now += KEEP_SESSIONS_MS - 1000
    bench.store.log(listener, {"number": 2})

    assert bench.store.sessions(listener) == ({"number": 1}, {"number": 2})
    bench.clock.now += 1000
    assert bench.store.sessions(listener) == ({"number": 2},)
    bench.clock.now += KEEP_SESSIONS_MS
    assert bench.store.sessions(listener) == ()


def session(at: int, *done: str) -> dict[str, Any]:
    return Session(at, 20, done, done).entry()


def test_sessions_older_than_400_days_are_told_as_sums_by_month(
    bench: Bench, listener: str
) -> None:
    """Each leaves for the sums of its month when its own time is over."""
    bench.clock.now = begin_of("2027-03")
    logged = []
    for _ in range(3):
        logged.append(session(bench.clock.now, "heel_raises"))
        bench.store.log(listener, logged[-1])
        bench.clock.now += 20 * DAY_MS  # the third is of April
    assert bench.store.sessions(listener) == tuple(logged)

    bench.clock.now = begin_of("2027-03") + KEEP_SESSIONS_MS
    march = {"month": "2027-03", "sessions": 1, "minutes": 20, "done": {"heel_raises": 1}}
    assert bench.store.sessions(listener) == (march, *logged[1:])

    bench.clock.now += 100 * DAY_MS
    march |= {"sessions": 2, "minutes": 40, "done": {"heel_raises": 2}}
    april = {"month": "2027-04", "sessions": 1, "minutes": 20, "done": {"heel_raises": 1}}
    assert bench.store.sessions(listener) == (march, april)

    bench.clock.now += KEEP_MONTHS_MS
    assert bench.store.sessions(listener) == ()


def test_a_session_that_is_logged_again_counts_once_in_its_month(
    bench: Bench, listener: str
) -> None:
    for done in ((), ("toe_curls",), ("toe_curls",)):
        bench.store.log(listener, session(1_800_000_000_000, *done))
    month = month_of(bench.clock.now)
    bench.clock.now += KEEP_SESSIONS_MS

    assert bench.store.sessions(listener) == (
        {"month": month, "sessions": 1, "minutes": 20, "done": {"toe_curls": 1}},
    )


def test_forgetting_takes_the_sums_too(bench: Bench, listener: str) -> None:
    bench.store.log(listener, session(1_800_000_000_000))
    bench.clock.now += KEEP_SESSIONS_MS
    assert bench.store.sessions(listener)
    bench.store.forget(listener)

    assert bench.store.sessions(listener) == ()


def test_forgetting_leaves_nothing_of_the_history_of_any_year(bench: Bench, listener: str) -> None:
    other = next(listeners)
    for _ in range(3):
        bench.store.log(listener, {"number": 1})
        bench.store.log(other, {"number": 2})
        bench.clock.now += 130 * DAY_MS
    bench.store.forget(listener)

    assert bench.store.sessions(listener) == ()
    assert bench.store.sessions(other) == ({"number": 2},) * 3


def test_history_and_place_leave_each_other_alone(bench: Bench, listener: str) -> None:
    bench.store.log(listener, {"number": 1})
    assert bench.store.save(listener, {"step": 1}, 0) == 1
    bench.store.log(listener, {"number": 2})
    assert bench.store.save(listener, {"step": 2}, 1) == 2
    bench.store.set_aside(listener, "odd")

    assert bench.store.load(listener) is None
    assert bench.store.sessions(listener) == ({"number": 1}, {"number": 2})


@pytest.mark.parametrize(
    "entry",
    [{"at": float("nan")}, {"at": object()}, {"at": "x" * MOST_ENTRY_BYTES}],
    ids=["not a number", "no JSON", "too long"],
)
def test_an_entry_that_cannot_be_kept_changes_nothing(
    bench: Bench, listener: str, entry: dict[str, Any]
) -> None:
    bench.store.log(listener, {"number": 1})

    with pytest.raises(StoreError, match="the session to keep"):
        bench.store.log(listener, entry)
    assert bench.store.sessions(listener) == ({"number": 1},)


@pytest.mark.parametrize("entry", BAD_STATES.values(), ids=BAD_STATES)
def test_a_spoilt_entry_is_left_out_and_named_in_the_log(
    bench: Bench, listener: str, entry: object, caplog: pytest.LogCaptureFixture
) -> None:
    bench.store.log(listener, {"number": 1})
    bench.plant_entries(listener, [entry])
    bench.store.log(listener, {"number": 2})

    assert bench.store.sessions(listener) == ({"number": 1}, {"number": 2})
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith(f"a session of listener {listener:.8} is left out: its ")


def test_no_session_of_eight_threads_is_lost(bench: Bench, listener: str) -> None:
    start = Barrier(8)

    def lead(thread: int) -> None:
        start.wait()
        for number in range(5):
            bench.store.log(listener, {"thread": thread, "number": number})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lead, range(8)))
    found = bench.store.sessions(listener)

    assert len(found) == 40
    for thread in range(8):
        own = [entry["number"] for entry in found if entry["thread"] == thread]
        assert own == list(range(5))
