"""This project's skill, over a SQLite file or over memory.

It imports nothing else, as its cold start is measured.
"""

from collections.abc import Callable
from pathlib import Path

from skill import app
from skill.rendering.speech import Limits
from skill.storage.memory_store import MemoryStore
from skill.storage.sqlite_store import SqliteStore


def make(database: Path | None = None) -> Callable[[bytes], bytes]:
    """Return a function from the bytes of a request to those of its response."""
    store = SqliteStore(database, app.now) if database else MemoryStore(app.now)
    made = app.build(store, str, app.unverified, Limits())
    return lambda body: made.answer({}, body)
