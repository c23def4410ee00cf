"""SQLite under real faults: kill -9, locks, full disks, and files that are something else."""

import itertools
import json
import os
import random
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest
from limits import within
from running import wait_until
from traces import content

from skill.listener.history import Session
from skill.storage import sqlite_file
from skill.storage.months import KEEP_MONTHS_MS, KEEP_SESSIONS_MS, begin_of
from skill.storage.sqlite_file import LOCK_WAIT_S, SqliteFile
from skill.storage.sqlite_schema import APPLICATION, SCHEMA, TABLES, migrate
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import KEEP_MS, Kept, StoreError

DAY_MS: Final = 24 * 60 * 60 * 1000

pytestmark = pytest.mark.usefixtures("versions_begin_at_one")

NOBODY: Final = 65534
"""The user with no rights, by a convention of Unix."""


def now() -> int:
    return 1_800_000_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "foot.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(path, now)
    yield store
    store.close()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is emptied some milliseconds after a change, so that a test need not wait."""
    monkeypatch.setattr(sqlite_file, "CHECKPOINT_S", 0.01)


def start(script: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Run a script of this file in another process."""
    return subprocess.Popen(  # noqa: S603 - our own scripts
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )


def read_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout
    return process.stdout.readline()


WRITER = """
import sys
from pathlib import Path
from skill.storage import sqlite_file
from skill.storage.sqlite_store import SqliteStore

sqlite_file.LOCK_WAIT_S = 600
print("started", flush=True)
store = SqliteStore(Path(sys.argv[1]), lambda: 1_800_000_000_000)
kept = store.load("listener")
version = kept.version if kept else 0
while True:
    version = store.save("listener", {"step": version + 1, "words": "x" * 3000}, version)
    print(version, flush=True)
"""


def seeded() -> random.Random:
    """Moments by chance, of a seed that is shown where the test fails."""
    seed = random.randrange(2**32)  # noqa: S311 - moments, not secrets
    print(f"seed {seed}")  # noqa: T201 - see above
    return random.Random(seed)  # noqa: S311 - the same


def sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def test_a_save_that_returned_outlives_kill_9(path: Path) -> None:
    """Whenever the process is killed: every version it told of is there, and whole."""
    chance = seeded()
    for _ in range(12):
        with start(WRITER, path) as writer:
            assert read_line(writer) == b"started\n"
            lines = [read_line(writer) for _ in range(chance.randint(1, 300))]
            writer.kill()
            told = int([*lines, *writer.communicate()[0].split()][-1])

        with closing(SqliteStore(path, now)) as store:
            kept = store.load("listener")
        assert kept
        assert kept.state == {"step": kept.version, "words": "x" * 3000}
        assert told <= kept.version <= told + 1
        assert sound(path)


def test_kill_9_while_the_file_is_made_leaves_one_that_can_be_used(tmp_path: Path) -> None:
    chance = seeded()
    for number in range(12):
        path = tmp_path / f"{number}.db"
        with start(WRITER, path) as writer:
            assert read_line(writer) == b"started\n"
            assert writer.stdout
            select.select([writer.stdout], [], [], chance.uniform(0, 0.004))
            writer.kill()
            told = [int(line) for line in writer.communicate()[0].split()]

        with closing(SqliteStore(path, now)) as store:
            kept = store.load("listener") or Kept({}, 0)
            assert kept.version >= max(told, default=0)
            assert store.save("listener", {}, kept.version) == kept.version + 1
        assert sound(path)


TURNS = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from skill.storage import sqlite_file
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import Kept, VersionConflict

sqlite_file.LOCK_WAIT_S = 600
store = SqliteStore(Path(sys.argv[1]), lambda: 1_800_000_000_000)
print("started", flush=True)
sys.stdin.readline()

def turn(who):
    while True:
        kept = store.load("listener") or Kept({}, 0)
        try:
            turns = kept.state.get(who, 0) + 1
            return store.save("listener", kept.state | {who: turns}, kept.version)
        except VersionConflict:
            pass

with ThreadPoolExecutor(8) as pool:
    print(json.dumps(list(pool.map(
        lambda thread: [turn(f"{sys.argv[2]} {thread}") for _ in range(10)], range(8)
    ))))
"""


def test_no_turn_of_two_processes_with_eight_threads_each_is_lost(path: Path) -> None:
    """From the first moment of a file that neither has made yet."""
    with start(TURNS, path, "one") as one, start(TURNS, path, "two") as two:
        for process in (one, two):
            assert read_line(process) == b"started\n"
        for process in (one, two):
            assert process.stdin
            process.stdin.write(b"go\n")
        threads = [*json.loads(one.communicate()[0]), *json.loads(two.communicate()[0])]

    assert all(own == sorted(own) for own in threads)
    versions = sorted(itertools.chain(*threads))
    assert versions == list(range(versions[0], versions[0] + 160))
    with closing(SqliteStore(path, now)) as store:
        kept = store.load("listener")
    assert kept
    assert kept.version == versions[-1]
    assert sorted(kept.state.values()) == [10] * 16


LOCKER = """
import sqlite3, sys

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA locking_mode = {sys.argv[2]}").fetchall()
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


def given_up(call: Callable[[], object]) -> None:
    """See *call* wait for a lock, and end in a `StoreError` that tells of it."""
    began = time.perf_counter()
    with pytest.raises(StoreError, match="locked by another program"):
        call()
    assert time.perf_counter() - began > LOCK_WAIT_S - 0.1


@pytest.mark.usefixtures("time_limits")
def test_a_lock_on_writing_is_waited_for_and_then_given_up(store: SqliteStore, path: Path) -> None:
    """The rows can be read all the while, and once the lock is gone all is well."""
    store.save("listener", {"step": 1}, 0)
    with start(LOCKER, path, "NORMAL") as locker, ThreadPoolExecutor(2) as pool:
        assert read_line(locker) == b"locked\n"
        calls = [store.check, lambda: store.save("listener", {}, 1)]
        within(2 * LOCK_WAIT_S, lambda: list(pool.map(given_up, calls)))

        assert store.load("listener") == Kept({"step": 1}, 1)
        locker.communicate()
    assert store.save("listener", {"step": 2}, 1) == 2


@pytest.mark.usefixtures("time_limits")
def test_a_lock_on_everything_is_waited_for_and_then_given_up(
    store: SqliteStore, path: Path
) -> None:
    """Also by eight threads at once: none waits for another's wait."""
    store.save("listener", {"step": 1}, 0)
    store.close()
    with start(LOCKER, path, "EXCLUSIVE") as locker, ThreadPoolExecutor(8) as pool:
        assert read_line(locker) == b"locked\n"

        def all_give_up() -> None:
            list(pool.map(lambda _: given_up(lambda: store.load("listener")), range(8)))

        within(2 * LOCK_WAIT_S, all_give_up)
        locker.communicate()
    assert store.load("listener") == Kept({"step": 1}, 1)


@pytest.mark.usefixtures("time_limits")
def test_a_file_that_another_program_writes_can_be_opened_and_read(
    store: SqliteStore, path: Path
) -> None:
    """SQLite does not wait to change a file's journal mode to ours, so the next opening does it."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        migrate(writer, SCHEMA)
        writer.execute("BEGIN IMMEDIATE")

        assert store.load("listener") is None
        within(2 * LOCK_WAIT_S, lambda: given_up(lambda: store.save("listener", {}, 0)))
        writer.execute("COMMIT")
    assert store.save("listener", {}, 0) == 1
    assert journal_mode(path) == "wal"


def journal_mode(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    return str(mode)


def test_a_spoilt_row_that_another_turn_replaced_is_left_to_it(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Between looking at a row and setting it aside, another turn can have done so and saved."""
    with closing(SqliteStore(path, now)) as other:
        other.check()
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("INSERT INTO kept VALUES ('listener', 1, ?, 'spoilt')", [now() + 1])

        def another_first() -> int:
            if not caplog.records:
                assert other.load("listener") is None
                other.save("listener", {"step": 1}, 0)
            return now()

        with closing(SqliteStore(path, another_first)) as store:
            assert store.load("listener") is None
            assert store.load("listener") == Kept({"step": 1}, 1)
            assert len(caplog.records) == 1


def garbage(path: Path) -> None:
    path.write_bytes(b"no database, but long enough for a header of one. " * 100)


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        migrate(connection, SCHEMA)
        connection.execute(f"PRAGMA user_version = {len(SCHEMA) + 1}")


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (address)")


def numbered_by_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(SCHEMA)}")


def without_its_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        migrate(connection, SCHEMA)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("DROP TABLE kept")


def cut(length: int) -> Callable[[Path], None]:
    """Return what leaves only so many bytes of a database of ours."""

    def spoil(path: Path) -> None:
        with closing(SqliteStore(path, now)) as store:
            for number in range(100):
                store.save(f"listener-{number}", {"words": "x" * 1000}, 0)
        assert path.stat().st_size > 2 * length
        os.truncate(path, length)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (garbage, "not a database"),
        (newer, rf"made by a newer foot-routine \(schema {len(SCHEMA) + 1}\)"),
        (of_another_program, "another program's database"),
        (numbered_by_another_program, "another program's database"),
        (without_its_table, "no such table: kept"),
        (Path.mkdir, "cannot be opened"),
        *((cut(length), "damaged") for length in (50, 4096, 10_000, 10 * 4096)),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_left_alone(
    path: Path, store: SqliteStore, spoil: Callable[[Path], None], why: str
) -> None:
    """The skill starts all the same, and when the file is mended goes on without a restart."""
    path.parent.mkdir()
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    calls: tuple[Callable[[], object], ...] = (
        lambda: store.load("listener"),
        lambda: store.save("listener", {}, 0),
        lambda: store.forget("listener"),
        lambda: store.set_aside("listener", "odd"),
        store.check,
    )
    for call in calls:
        with pytest.raises(StoreError, match=f"^{path}: {why}$"):
            call()

    assert (path.read_bytes() if path.is_file() else None) == before
    path.rename(path.with_name("bad"))
    assert store.save("listener", {"step": 1}, 0) == 1
    assert store.load("listener") == Kept({"step": 1}, 1)


REPLACED: Final = "moved or replaced while in use; restart the skill"


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked at each use whether the file is still there, so that a test need not wait."""
    monkeypatch.setattr(sqlite_file, "LOOK_EVERY_S", 0)


@pytest.mark.usefixtures("at_once", "looking")
def test_a_file_put_in_place_of_another_is_used_at_the_next_start(
    path: Path, tmp_path: Path
) -> None:
    """A backup is restored by renaming. Until then no turn is kept in the file that is gone."""
    backup = tmp_path / "backup.db"
    with closing(SqliteStore(backup, now)) as other:
        other.save("listener", {"step": 7}, 0)
    with closing(SqliteStore(path, now)) as store:
        store.save("listener", {"step": 1}, 0)
        wait_until(log_is_empty(path))
        backup.rename(path)
        for call in (lambda: store.load("listener"), lambda: store.save("listener", {}, 1)):
            with pytest.raises(StoreError, match=f"^{path}: {REPLACED}$"):
                call()

    with closing(SqliteStore(path, now)) as store:
        assert store.load("listener") == Kept({"step": 7}, 1)
    assert sound(path)


@pytest.mark.usefixtures("looking")
def test_a_file_that_is_deleted_is_made_anew_at_the_next_start(path: Path) -> None:
    with closing(SqliteStore(path, now)) as store:
        store.save("listener", {"step": 1}, 0)
        for file in path.parent.iterdir():
            file.unlink()
        path.parent.rmdir()
        with pytest.raises(StoreError, match=f"^{path}: {REPLACED}$"):
            store.load("listener")
        assert not path.exists()

    with closing(SqliteStore(path, now)) as store:
        assert store.load("listener") is None
        assert store.save("listener", {"step": 2}, 0) == 1


def test_no_second_connection_is_opened_to_a_file_that_was_replaced(
    path: Path, tmp_path: Path
) -> None:
    """Also where the last look was a moment ago: two files would share one log."""
    with closing(SqliteStore(tmp_path / "backup.db", now)) as other:
        other.save("listener", {"step": 7}, 0)
    file = SqliteFile(path)
    with file.connection():
        (tmp_path / "backup.db").rename(path)
        with pytest.raises(StoreError, match=f"^{path}: {REPLACED}$"), file.connection():
            pytest.fail("a connection to another file")
    file.close()


def log_is_empty(path: Path) -> Callable[[], bool]:
    return lambda: path.with_name(f"{path.name}-wal").stat().st_size == 0


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("take", [Path.rename, shutil.copy])
def test_what_was_kept_a_moment_ago_is_in_the_file_itself(
    store: SqliteStore, path: Path, tmp_path: Path, take: Callable[[Path, Path], object]
) -> None:
    """Who moves or copies it alone, while the skill goes on, has the last turn too."""
    store.save("listener", {"step": 1}, 0)
    store.log("listener", {"number": 1})
    wait_until(log_is_empty(path))
    take(path, tmp_path / "taken.db")

    with closing(SqliteStore(tmp_path / "taken.db", now)) as taken:
        assert taken.load("listener") == Kept({"step": 1}, 1)
        assert taken.sessions("listener") == ({"number": 1},)


def test_the_log_of_a_file_that_was_moved_is_emptied_into_it(path: Path, tmp_path: Path) -> None:
    """So a turn of the last second is in it too, and nothing is left for the next file there."""
    file = SqliteFile(path)
    with file.connection() as connection:
        connection.execute("INSERT INTO kept VALUES ('listener', 1, ?, '{}')", [now() + 1])
    path.rename(tmp_path / "moved.db")

    assert file.empty_log()
    file.close()
    with closing(SqliteStore(tmp_path / "moved.db", now)) as moved:
        assert moved.load("listener") == Kept({}, 1)


@contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """Go on as somebody who owns *folder* and nothing else: root may write anywhere."""
    if os.geteuid():
        yield
        return
    for path in (folder, *folder.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("forbid", ["the file", "its folder"])
def test_a_read_only_file_or_folder_is_named_and_left_alone(forbid: str) -> None:
    """And once it may be, the store goes on without a restart."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        path = folder / "foot.db"
        with closing(SqliteStore(path, now)) as store:
            store.save("listener", {"step": 1}, 0)
        before = path.read_bytes()
        forbidden, mode = (path, 0o400) if forbid == "the file" else (folder, 0o500)
        with unprivileged(folder), closing(SqliteStore(path, now)) as store:
            forbidden.chmod(mode)
            for call in (lambda: store.save("listener", {"step": 2}, 1), store.check):
                with pytest.raises(StoreError, match=f"^{path}: read-only$"):
                    call()

            assert path.read_bytes() == before
            forbidden.chmod(0o700)
            assert store.save("listener", {"step": 2}, 1) == 2


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    store = SqliteStore(file / "folder" / "foot.db", now)

    with pytest.raises(StoreError, match=f"^{file / 'folder'}: Not a directory$"):
        store.load("listener")


FULL_DISK = """
import json, resource, sys
from pathlib import Path
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import StoreError

store = SqliteStore(Path(sys.argv[1]), lambda: 1_800_000_000_000)
version = store.save("listener", {"step": 1}, 0)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
why = None
while why is None:
    try:
        version = store.save("listener", {"step": version + 1, "words": "x" * 9000}, version)
    except StoreError as error:
        why = str(error)
kept = store.load("listener")
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
after = store.save("listener", {"step": version + 1}, version)
print(json.dumps([why, version, kept.version, after]))
"""


def test_a_full_disk_loses_nothing_that_was_kept(path: Path) -> None:
    """A limit on the size of files stands in for the end of the disk."""
    with start(FULL_DISK, path) as process:
        why, saved, kept, after = json.loads(process.communicate()[0])

    assert why == f"{path}: the disk is full or failing"
    assert saved > 1
    assert kept == saved
    assert after == saved + 1
    assert sound(path)


def test_the_file_is_its_owners_alone(store: SqliteStore, path: Path) -> None:
    mask = os.umask(0)
    try:
        store.save("listener", {"step": 1}, 0)
    finally:
        os.umask(mask)
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}

    assert modes == {"foot.db": 0o600, "foot.db-wal": 0o600, "foot.db-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_nothing_is_opened_before_it_is_needed(path: Path) -> None:
    SqliteStore(path, now).close()

    assert not path.parent.exists()


def test_a_thread_for_every_turn_does_not_leave_a_connection_each(
    store: SqliteStore, path: Path
) -> None:
    store.check()
    before = times_open(path)
    for _ in range(20):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(store.load, "listener").result()

    assert times_open(path) == before == 1


def times_open(path: Path) -> int:
    """Count what this process holds of that very file; others come and go."""
    return [each.resolve() for each in Path("/proc/self/fd").iterdir()].count(path.resolve())


def test_nothing_of_a_forgotten_listener_is_left_in_the_file(
    store: SqliteStore, path: Path
) -> None:
    """Not even in the room that SQLite keeps when a row is deleted, or in its log."""
    store.save("who stays", {"words": "that stay"}, 0)
    store.save("who leaves", {"words": "put aside " * 1000}, 0)
    store.set_aside("who leaves", "odd")
    store.save("who leaves", {"words": "long since past " * 1000}, 0)
    store.save("who leaves", {"words": "last of all"}, 1)
    store.log("who leaves", {"words": "what was done"})
    store.forget("who leaves")
    store.close()
    (file,) = path.parent.iterdir()
    found = file.read_bytes()

    assert b"that stay" in found
    for words in (
        b"who leaves",
        b"put aside",
        b"long since past",
        b"last of all",
        b"what was done",
    ):
        assert words not in found


def test_forgotten_bytes_leave_the_log_too(store: SqliteStore, path: Path) -> None:
    """While the file is in use, SQLite keeps every change since the last checkpoint."""
    store.save("who leaves", {"words": "last of all"}, 0)
    store.forget("who leaves")

    assert path.with_name("foot.db-wal").stat().st_size == 0


@pytest.mark.usefixtures("at_once")
def test_forgotten_bytes_leave_the_log_as_soon_as_nobody_reads_it(
    store: SqliteStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Another program that is in the midst of reading keeps SQLite from emptying the log."""
    store.save("who leaves", {"words": "last of all"}, 0)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM kept").fetchall()
        store.forget("who leaves")

        assert [record.getMessage() for record in caplog.records] == [
            "what was forgotten stays in the log of the database while that is being read"
        ]
        assert b"last of all" in everything(path)
        reader.execute("COMMIT")
    wait_until(log_is_empty(path))

    assert b"last of all" not in everything(path)


@pytest.mark.usefixtures("at_once")
def test_forgotten_bytes_leave_the_log_while_others_talk(store: SqliteStore, path: Path) -> None:
    with start(WRITER, path) as writer:
        assert read_line(writer) == b"started\n"
        read_line(writer)
        for number in range(20):
            words = f"last of all {number}"
            store.save("who leaves", {"words": words}, 0)
            store.forget("who leaves")
            wait_until(lambda: words.encode() not in everything(path))  # noqa: B023 - waited for at once
        writer.kill()
        writer.communicate()


def everything(path: Path) -> bytes:
    """All bytes in the database, its log and its shared memory."""
    return content(path.parent.iterdir())


def test_expired_rows_are_deleted_when_the_file_is_tidied(path: Path) -> None:
    clock = [now()]
    with closing(SqliteStore(path, lambda: clock[0])) as store:
        for listener in ("first", "odd"):
            store.save(listener, {}, 0)
        store.set_aside("odd", "odd")
        store.log("first", Session(clock[0], 20, (), ()).entry())
        store.tidy()
        assert count(path) == {"kept": 1, "set_aside": 1, "session": 1, "month": 1}
        clock[0] += KEEP_MS
        store.tidy()
        assert count(path) == {"kept": 0, "set_aside": 0, "session": 0, "month": 1}
        clock[0] += KEEP_MONTHS_MS - KEEP_MS
        store.tidy()

        assert count(path)["month"] == 0


def test_sessions_kept_for_ten_years_are_added_up_and_kept_for_400_days(path: Path) -> None:
    """As those of before 2026-12 were; the first start since then takes them over, once."""
    clock = [begin_of("2026-11") + DAY_MS]
    entries = [Session(clock[0] + number, 20, ("toe_curls",), ()).entry() for number in range(2)]
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection, connection:
        migrate(connection, SCHEMA[:3])
        connection.executemany(
            "INSERT INTO session (listener, expires, entry) VALUES ('listener', ?, ?)",
            [(clock[0] + KEEP_MONTHS_MS, json.dumps(each)) for each in entries],
        )
    with closing(SqliteStore(path, lambda: clock[0])) as store:
        for _ in range(2):
            clock[0] += DAY_MS
            store.tidy()
            assert store.sessions("listener") == tuple(entries)
        clock[0] += KEEP_SESSIONS_MS
        store.tidy()

        assert store.sessions("listener") == (
            {"month": "2026-11", "sessions": 2, "minutes": 40, "done": {"toe_curls": 2}},
        )


def test_all_listeners_with_a_history_or_a_place_are_listed(store: SqliteStore) -> None:
    """A first routine is in no history before it is over."""
    for listener in ("second", "first", "second"):
        store.log(listener, {})
    for listener in ("first", "under way"):
        store.save(listener, {}, 0)

    assert store.listeners() == ("first", "second", "under way")


def test_what_a_file_of_the_first_schema_keeps_outlives_the_migration(
    store: SqliteStore, path: Path
) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection, connection:
        migrate(connection, SCHEMA[:1])
        connection.execute(
            "INSERT INTO kept VALUES ('listener', 3, ?, '{\"step\":1}')", [now() + 1]
        )

    assert store.load("listener") == Kept({"step": 1}, 3)
    assert store.sessions("listener") == ()
    store.log("listener", {"number": 1})
    assert store.sessions("listener") == ({"number": 1},)


def count(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in TABLES
        }


@pytest.mark.parametrize("taken", range(len(SCHEMA)))
def test_a_file_of_any_older_schema_is_brought_up_to_date(
    store: SqliteStore, path: Path, taken: int
) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        migrate(connection, SCHEMA[:taken])
    store.save("listener", {"step": 1}, 0)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(SCHEMA),)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    assert journal_mode(path) == "wal"


STEPS: Final = (("CREATE TABLE one (a)",), ("ALTER TABLE one ADD b", "UPDATE one SET b = a"))


def test_a_migration_takes_only_the_steps_that_are_left() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, STEPS[:1])
        connection.execute("INSERT INTO one VALUES (7)")
        migrate(connection, STEPS)
        migrate(connection, STEPS)
        migrate(connection, STEPS[:1])

        assert connection.execute("SELECT a, b FROM one").fetchall() == [(7, 7)]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_migration_that_fails_half_way_changes_nothing() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, STEPS[:1])
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, (*STEPS, ("no statement",)))

        assert connection.execute("SELECT name FROM pragma_table_info('one')").fetchall() == [
            ("a",)
        ]
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
