"""The skill of this project over a SQLite file, as `foot-routine serve` has it."""

from pathlib import Path

from listener import MORNING, Answer

from skill import app
from skill.rendering.speech import Limits
from skill.storage.sqlite_store import SqliteStore


def make(database: Path) -> Answer:
    """Bytes in, bytes out."""
    made = app.build(SqliteStore(database, lambda: MORNING), str, app.unverified, Limits())
    return lambda body: made.answer({}, body)
