"""The offline ears of a language: they take a second to make, and serve all tests of a process."""

from functools import cache

from skill.language import phrases
from skill.simulator.understanding import Understanding


@cache
def ears_for(language: str) -> Understanding:
    """Hear *language* as Alexa would."""
    return Understanding(phrases.load(language))
