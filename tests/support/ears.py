"""What a language hears, and its offline ears: each is made once, and serves all of a process."""

from functools import cache

from skill.language import phrases
from skill.simulator.understanding import Understanding

phrases_for = cache(phrases.load)
"""The phrases of a language."""


@cache
def ears_for(language: str) -> Understanding:
    """Hear *language* as Alexa would."""
    return Understanding(phrases_for(language))
