"""What one save costs in each journal mode of SQLite: `journals.py`.

Prints the median and the 99th percentile, in µs, of an UPDATE as `SqliteStore` makes it, for one
process and for two that write at the same time, in a file of the current folder's disk.
"""

import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median

from listener import percentile

from skill.storage.sqlite_schema import SCHEMA
from skill.storage.sqlite_store import SAVE_FIRST, SAVE_NEXT

MODES = ("WAL NORMAL", "WAL FULL", "DELETE FULL", "TRUNCATE FULL", "PERSIST FULL", "TRUNCATE OFF")
SAVES = 400
LISTENERS = 200
STATE = "x" * 900
LATER = 10**13


def opened(database: Path, mode: str) -> sqlite3.Connection:
    """Open *database* in *mode*: journal and `synchronous`."""
    journal, synchronous = mode.split()
    connection = sqlite3.connect(database, isolation_level=None, timeout=60)
    connection.execute(f"PRAGMA journal_mode = {journal}").fetchall()
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    return connection


def saves(database: Path, mode: str, listener: str) -> list[int]:
    """Save the state of *listener* again and again; return how many ns each save took."""
    took = []
    with closing(opened(database, mode)) as connection:
        for version in range(1, SAVES + 1):
            began = time.perf_counter_ns()
            connection.execute(SAVE_NEXT, (version + 1, LATER, STATE, listener, 0, version))
            took.append(time.perf_counter_ns() - began)
    return took


def main() -> None:
    """Measure each mode with one process, then with two."""
    for mode in MODES:
        for processes in (1, 2):
            with (
                tempfile.TemporaryDirectory(dir=".") as folder,
                ProcessPoolExecutor(processes) as pool,
            ):
                database = Path(folder) / "places.db"
                with closing(opened(database, mode)) as connection:
                    for step in SCHEMA:
                        connection.executescript(";".join(step))
                    rows = [(1, LATER, STATE, str(number), 0) for number in range(LISTENERS)]
                    connection.execute("BEGIN")
                    connection.executemany(SAVE_FIRST, rows)
                    connection.execute("COMMIT")
                led = [pool.submit(saves, database, mode, str(n)) for n in range(processes)]
                took = [each for process in led for each in process.result()]
            figures = median(took) / 1000, percentile(took, 99)
            sys.stdout.write(f"{mode}, {processes}: {figures[0]:.0f} {figures[1]:.0f}\n")


if __name__ == "__main__":
    main()
