"""Alexa's AudioPlayer: what it says of itself, and what it is told."""

from typing import Final

from skill.alexa.envelope import Envelope
from skill.alexa.kinds import EVENTS, TOLD
from skill.alexa.response_json import PlainJson
from skill.conversation.reply import Play
from skill.conversation.turn import Player
from skill.listener.reader import Reader

INTERFACE: Final = "AudioPlayer"
"""The interface of devices that play recordings."""

SOUNDING: Final = frozenset({"PLAYING", "PAUSED", "BUFFER_UNDERRUN"})
"""What a player does that goes on by itself once nobody speaks any more: one that is paused, or
waits for data, too."""


def player_of(envelope: Envelope) -> Player | None:
    """Give what the device says of its player; None where it played nothing of this skill's."""
    if envelope.kind in EVENTS:
        return _event(envelope)
    state = envelope.device_context.table(INTERFACE)
    token = state.text("token", "")
    if not token:
        return None
    activity = state.text("playerActivity", "")
    return Player(token, _offset(state), activity in SOUNDING, activity == "FINISHED")


def can_play(envelope: Envelope) -> bool:
    """Tell whether the device has a player."""
    return INTERFACE in envelope.interfaces


def playing(play: Play, address: str) -> PlainJson:
    """Have the device play the sound at *address*, instead of whatever it plays."""
    stream = {"token": play.token, "url": address, "offsetInMilliseconds": play.at_ms}
    return PlainJson(
        type="AudioPlayer.Play",
        playBehavior="REPLACE_ALL",
        audioItem={"stream": stream, "metadata": {"title": play.title}},
    )


def stopping() -> PlainJson:
    """Have the device stop what it plays."""
    return PlainJson(type="AudioPlayer.Stop")


def _event(envelope: Envelope) -> Player:
    """Read an event; a failure names the play that failed, and how far another was."""
    body = envelope.body
    token = body.text("token", "")
    if envelope.kind in TOLD:
        return Player(token, _offset(body))
    state = body.table("currentPlaybackState")
    return Player(token, _offset(state) if state.text("token", "") == token else 0)


def _offset(part: Reader) -> int:
    return part.number("offsetInMilliseconds")
