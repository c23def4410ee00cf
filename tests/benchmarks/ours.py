"""This project's skill as `serve` runs it, over a SQLite file."""

from collections.abc import Callable
from pathlib import Path

from skill import home
from skill.alexa.webservice import VerifiedSkill


def make(database: Path) -> Callable[[bytes], bytes]:
    """Return a function from the bytes of a request to those of its response."""
    skill = VerifiedSkill(home.build(database, home.now).skill, home.unverified)
    return lambda body: skill.answer({}, body)
