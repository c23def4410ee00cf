"""Screens that ask for a move: a touch leads where the words on its button do, and so does time.

A screen may ask late, twice, or when another device has gone on. So each answer names what it
shows, and a screen that shows anything but the last answer is not heard.
"""

from collections.abc import Mapping
from typing import Any

from skill.conversation.visit import Visit


def token(attributes: Mapping[str, Any]) -> str:
    """The name of the answer that leaves these session *attributes*."""
    return _token(attributes.get("saved", 0), attributes.get("at", 0))


def unheard(visit: Visit) -> bool:
    """Whether the turn comes from a screen that is not heard: it asks for no move, or too late.

    Where nobody touched it, the last answer of all devices of the listener counts: somebody who
    went on in another room is not there to hear it.
    """
    shown, recalled = visit.turn.shown, visit.recalled
    if shown is None or not visit.turn.intent:
        return True
    if shown.token != _token(recalled.saved, recalled.last_turn_at):
        return True
    return shown.timed and visit.keeper.is_overtaken(visit.turn, recalled)


def _token(saved: object, last_turn_at: object) -> str:
    return f"{saved}.{last_turn_at}"
