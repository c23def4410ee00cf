"""This project's skill, over a SQLite file or over memory, from JSON to JSON as on Lambda.

It imports nothing else, as its cold start is measured.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

from skill import app
from skill.storage.memory_store import MemoryStore
from skill.storage.sqlite_store import SqliteStore


def now() -> int:
    """The time, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def make(database: Path | None = None) -> Callable[[bytes], bytes]:
    """Return a function from the bytes of a request to those of its response."""
    store = SqliteStore(database, now) if database else MemoryStore(now)
    made = app.build(store, str)
    return lambda body: json.dumps(made.converse(json.loads(body))).encode()
