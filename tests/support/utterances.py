"""Everything that English can say to the skill, and how a listener says it at any moment."""

import json
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any, Final

from ears import ears_for, phrases_for
from hypothesis import strategies as st
from turns import SECOND, Heard, Turns

from skill.language.interaction_model import NUMBER

PHRASES: Final = phrases_for("en")
EARS: Final = ears_for("en")

MINUTES_SAID: Final = ("one", "four", "seven", "ten", "fifteen", "twenty", "forty five")

_VALUES: Final = {
    NUMBER: MINUTES_SAID,
    **{kind.name: tuple(value.name for value in kind.values) for kind in PHRASES.types},
    "Part": ("foot", "toes", "calf"),
}

ROUTINE_INTENTS: Final = tuple(
    intent for intent in PHRASES.intents if not {slot.type for slot in intent.slots} - set(_VALUES)
)
"""All but those with a slot that no utterance is made up for here."""


def said_for(*names: str) -> tuple[str, ...]:
    """Every sample of the intents called *names*, with everything that its slots can hold."""
    return tuple(
        utterance
        for intent in ROUTINE_INTENTS
        if intent.name in names
        for sample in intent.samples
        for utterance in _filled(sample, {slot.name: _VALUES[slot.type] for slot in intent.slots})
    )


def _filled(sample: str, values: dict[str, tuple[str, ...]]) -> list[str]:
    held = [name for name in values if f"{{{name}}}" in sample]
    choices = product(*(values[name] for name in held))
    return [sample.format(**dict(zip(held, chosen, strict=True))) for chosen in choices]


def speak(turns: Turns, utterance: str, after: int = 0) -> Heard:
    """Say *utterance*, *after* so many ms, as it is understood."""
    request: dict[str, Any] = {"type": "IntentRequest", "intent": json.loads(_heard(utterance))}
    return turns.ask(request, after)


def different(said: Iterable[str]) -> tuple[str, ...]:
    """Give one of *said* for each request that they make: the skill is told nothing else of them.

    So whoever says the others from the same place hears the same.
    """
    return tuple({_heard(utterance): utterance for utterance in said}.values())


@cache
def _heard(utterance: str) -> str:
    """Give the intent as JSON."""
    return json.dumps(EARS.hear(utterance))


WISHES: Final = (
    *("MinutesIntent", "SlowerIntent", "FasterIntent", "FewerIntent", "MoreIntent"),
    *("MissingIntent", "OnlyIntent", "LeaveOutIntent", "SeatedIntent", "EverythingIntent"),
    *("KeepWishesIntent", "BothFeetIntent", "ForgetWishesIntent"),
)
"""The intents that change what is ahead, or keep it, and never the place."""

ONE_FOOT: Final = ("only my left foot", "just my right foot")
"""Wishes too, by an intent that says other things as well."""

BY_INTENT: Final = {intent.name: said_for(intent.name) for intent in ROUTINE_INTENTS}

WISH: Final = st.one_of(
    *(st.sampled_from(BY_INTENT[name]) for name in WISHES), st.sampled_from(ONE_FOOT)
)
ANYTHING: Final = st.one_of(
    *(
        st.sampled_from(said)
        for name, said in BY_INTENT.items()
        if said and name != "ForgetMeIntent"
    )
)
MOMENT: Final = st.one_of(st.integers(0, 60), st.integers(0, 400)).map(lambda s: s * SECOND)
"""How long after the last answer began: within a set, or anywhere up to long after its end."""
