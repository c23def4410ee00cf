"""Alexa's AudioPlayer: what it says of itself, and what it is told."""

from typing import Final

from ask_sdk_model import Directive, Request, RequestEnvelope
from ask_sdk_model.interfaces import audioplayer, playbackcontroller
from ask_sdk_model.interfaces.audioplayer import PlayerActivity

from skill.conversation.reply import Play
from skill.conversation.turn import Player

TOLD: Final = (
    audioplayer.PlaybackStartedRequest,
    audioplayer.PlaybackNearlyFinishedRequest,
    audioplayer.PlaybackStoppedRequest,
    audioplayer.PlaybackFinishedRequest,
)
"""The events that say how far a player is."""

EVENTS: Final = (*TOLD, audioplayer.PlaybackFailedRequest)
"""What a player tells. There is no session, and nobody to speak to."""

BUTTONS: Final = (
    playbackcontroller.NextCommandIssuedRequest,
    playbackcontroller.PreviousCommandIssuedRequest,
    playbackcontroller.PauseCommandIssuedRequest,
    playbackcontroller.PlayCommandIssuedRequest,
)
"""What is pressed. These have no session either, and are answered by directives alone."""

SOUNDING: Final = (PlayerActivity.PLAYING, PlayerActivity.PAUSED, PlayerActivity.BUFFER_UNDERRUN)
"""A player that is paused, or waits for data, goes on by itself once nobody speaks any more."""


def player_of(envelope: RequestEnvelope) -> Player | None:
    """Give what the device says of its player; None where it played nothing of this skill's."""
    event = event_of(envelope.request)
    if event:
        return event
    state = envelope.context.audio_player if envelope.context else None
    if state is None or not state.token:
        return None
    return Player(
        token=state.token,
        offset_ms=state.offset_in_milliseconds or 0,
        sounding=state.player_activity in SOUNDING,
        finished=state.player_activity is PlayerActivity.FINISHED,
    )


def event_of(request: Request | None) -> Player | None:
    """Give what an event says; a failure names the play that failed, and how far another was."""
    if isinstance(request, audioplayer.PlaybackFailedRequest):
        state = request.current_playback_state
        known = state is not None and state.token == request.token
        offset = state.offset_in_milliseconds if known and state else None
        return Player(request.token or "", offset or 0)
    if isinstance(request, TOLD):
        return Player(request.token or "", request.offset_in_milliseconds or 0)
    return None


def can_play(envelope: RequestEnvelope) -> bool:
    """Tell whether the device has a player."""
    system = envelope.context.system if envelope.context else None
    device = system.device if system else None
    interfaces = device.supported_interfaces if device else None
    return bool(interfaces and interfaces.audio_player)


def playing(play: Play, address: str) -> Directive:
    """Have the device play the sound at *address*, instead of whatever it plays."""
    stream = audioplayer.Stream(token=play.token, url=address, offset_in_milliseconds=play.at_ms)
    return audioplayer.PlayDirective(
        play_behavior=audioplayer.PlayBehavior.REPLACE_ALL,
        audio_item=audioplayer.AudioItem(
            stream=stream, metadata=audioplayer.AudioItemMetadata(title=play.title)
        ),
    )


def stopping() -> Directive:
    """Have the device stop what it plays."""
    return audioplayer.StopDirective()
