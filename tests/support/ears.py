"""What a language hears, and its offline ears: each is made once, and serves all of a process."""

from functools import cache

from skill.language import phrases
from skill.language.interaction_model import Phrases
from skill.simulator.understanding import Understanding

phrases_for = cache(phrases.load)
"""The phrases of a language."""


@cache
def ears_for(language: str) -> Understanding:
    """Hear *language* as Alexa would."""
    return Understanding(phrases_for(language))


def ears_of(found: Phrases) -> Understanding:
    """Stand in for `Understanding`: give those there are already, where *found* is from here."""
    return ears_for("en") if found is phrases_for("en") else Understanding(found)
