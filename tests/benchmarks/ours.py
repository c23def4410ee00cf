"""This project's skill as `serve` runs it, over a SQLite file or over memory."""

from collections.abc import Callable
from pathlib import Path

from skill import app, home
from skill.alexa.webservice import VerifiedSkill
from skill.storage.memory_store import MemoryStore
from skill.storage.sqlite_store import SqliteStore


def make(database: Path | None = None) -> Callable[[bytes], bytes]:
    """Return a function from the bytes of a request to those of its response."""
    store = SqliteStore(database, home.now) if database else MemoryStore(home.now)
    skill = VerifiedSkill(app.build(store, str).skill, home.unverified)
    return lambda body: skill.answer({}, body)
