"""Alexa's JSON to the SDK's models: of each request only what this skill uses.

Amazon adds types, fields and values at any time, and none of them may cost a listener a turn. So a
value of an unknown form counts as missing, and a request of an unknown type becomes an
`UnansweredRequest`. The SDK's own reader raises an error for both.
"""

from collections.abc import Callable
from datetime import UTC
from typing import Final

from ask_sdk_model import (
    Context,
    Device,
    Intent,
    IntentRequest,
    LaunchRequest,
    ListSlotValue,
    Request,
    RequestEnvelope,
    Session,
    SessionEndedReason,
    SessionEndedRequest,
    SimpleSlotValue,
    Slot,
    SlotValue,
    SupportedInterfaces,
    User,
)
from ask_sdk_model.events.skillevents import SkillDisabledRequest
from ask_sdk_model.interfaces import audioplayer, playbackcontroller
from ask_sdk_model.interfaces.alexa.presentation.apl import (
    AlexaPresentationAplInterface,
    UserEvent,
)
from ask_sdk_model.interfaces.connections import ConnectionsResponse
from ask_sdk_model.interfaces.system import SystemState
from ask_sdk_model.interfaces.viewport import Shape, ViewportState
from ask_sdk_model.slu import entityresolution

from skill.alexa.response_json import PlainJson
from skill.alexa.timestamps import moment_of
from skill.listener.reader import Reader

PLAYER: Final = "AudioPlayer"
"""The interface of devices that play recordings."""

SCREEN: Final = "Alexa.Presentation.APL"
"""The interface of devices with a screen."""

MOST_ERRORS: Final = 5
"""So many errors of one screen are read: the first ones tell what is wrong."""

MOST_ERROR_CHARACTERS: Final = 200
"""The length that each text of an error is cut to."""


class EnvelopeError(ValueError):
    """This is no request of Alexa's; the text quotes nothing of it, as it is logged."""


class UnansweredRequest(Request):
    """A request of a type that this skill has no answer for."""

    def __init__(self) -> None:
        super().__init__()


class ScreenFaultRequest(Request):
    """A screen reports what it could not draw."""

    def __init__(self, reports: list[str]) -> None:
        super().__init__()
        self.reports = reports
        """What the device wrote of each error, cut to a length."""


def read(parsed: object) -> RequestEnvelope:
    """Make the models of an envelope, which is JSON that is *parsed* already.

    Context, system and user are always there, if empty; the session is None where there is none.
    Raises `EnvelopeError` where there is no request, and for a turn without a time: what a listener
    has done since the last turn goes by it, and `skill.alexa.verification` refuses it too.
    """
    if not isinstance(parsed, dict) or not isinstance(parsed.get("request"), dict):
        raise EnvelopeError("no JSON object with a request in it")
    envelope = Reader(parsed)
    session = envelope.table("session")
    return RequestEnvelope(
        context=Context(
            system=_system(envelope.table("context").table("System"), session),
            audio_player=_player(envelope.table("context")),
            viewport=_viewport(envelope.table("context").table("Viewport")),
        ),
        session=_session(session) if isinstance(parsed.get("session"), dict) else None,
        request=_request(envelope.table("request")),
    )


def application_id(parsed: object) -> str | None:
    """Give the ID of the skill that an envelope is for; None where none or two are named.

    It stands in the context and in the session; events have no session, and test consoles send no
    context.
    """
    envelope = Reader(parsed if isinstance(parsed, dict) else {})
    places = (envelope.table("context").table("System"), envelope.table("session"))
    named = [place.table("application").written.get("applicationId") for place in places]
    given = [each for each in named if each is not None]
    if not given or not isinstance(given[0], str) or any(each != given[0] for each in given):
        return None
    return given[0]


def _system(system: Reader, session: Reader) -> SystemState:
    user_id = system.table("user").text("userId", "") or session.table("user").text("userId", "")
    return SystemState(
        user=User(user_id=user_id),
        device=_device(system.table("device")),
        api_endpoint=system.text("apiEndpoint", ""),
        api_access_token=system.text("apiAccessToken", ""),
    )


def _device(device: Reader) -> Device:
    interfaces = device.table("supportedInterfaces").written
    return Device(
        device_id=device.text("deviceId", ""),
        supported_interfaces=SupportedInterfaces(
            audio_player=audioplayer.AudioPlayerInterface() if PLAYER in interfaces else None,
            alexa_presentation_apl=(
                AlexaPresentationAplInterface() if SCREEN in interfaces else None
            ),
        ),
    )


def _player(context: Reader) -> audioplayer.AudioPlayerState | None:
    """Read what the device played last; None where that is nothing."""
    player = context.table("AudioPlayer")
    if not player.text("token", ""):
        return None
    return audioplayer.AudioPlayerState(
        offset_in_milliseconds=player.number("offsetInMilliseconds"),
        token=player.text("token", ""),
        player_activity=ACTIVITIES.get(player.text("playerActivity", "")),
    )


def _viewport(viewport: Reader) -> ViewportState:
    return ViewportState(
        shape=SHAPES.get(viewport.text("shape", "")),
        pixel_width=viewport.number("pixelWidth"),
        pixel_height=viewport.number("pixelHeight"),
    )


def _session(session: Reader) -> Session:
    attributes = session.table("attributes").written
    return Session(new=session.flag("new"), attributes=PlainJson(attributes))


def _request(request: Reader) -> Request:
    make = REQUESTS.get(request.text("type", ""))
    if make is None:
        return UnansweredRequest()
    made = make(request)
    made.locale = request.text("locale", "")
    moment = moment_of(request.written.get("timestamp"))
    if moment is None:
        raise EnvelopeError("no time at which the request was sent")
    made.timestamp = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return made


def _launch(_: Reader) -> Request:
    return LaunchRequest()


def _intent(request: Reader) -> Request:
    intent = request.table("intent")
    slots = intent.table("slots")
    filled = {name: _slot(slots.table(name)) for name in slots.written}
    return IntentRequest(intent=Intent(name=intent.text("name", ""), slots=filled))


def _session_ended(request: Reader) -> Request:
    return SessionEndedRequest(reason=REASONS.get(request.text("reason", "")))


def _consent(request: Reader) -> Request:
    payload = request.table("payload").written
    return ConnectionsResponse(payload=payload, token=request.text("token", ""))


def _disabled(_: Reader) -> Request:
    return SkillDisabledRequest()


def _event(make: Callable[..., Request]) -> Callable[[Reader], Request]:
    """Give a reader of an event of the player."""

    def event(request: Reader) -> Request:
        offset = request.number("offsetInMilliseconds")
        return make(token=request.text("token", ""), offset_in_milliseconds=offset)

    return event


def _failed(request: Reader) -> Request:
    state = request.table("currentPlaybackState")
    return audioplayer.PlaybackFailedRequest(
        token=request.text("token", ""),
        current_playback_state=audioplayer.CurrentPlaybackState(
            offset_in_milliseconds=state.number("offsetInMilliseconds"),
            token=state.text("token", ""),
        ),
    )


def _button(make: Callable[[], Request]) -> Callable[[Reader], Request]:
    return lambda _: make()


def _user_event(request: Reader) -> Request:
    arguments: list[object] = [*request.texts("arguments")]
    return UserEvent(token=request.text("token", ""), arguments=arguments)


def _screen_fault(request: Reader) -> Request:
    keys = ("type", "reason", "message")
    errors = request.tables("errors")[:MOST_ERRORS]
    return ScreenFaultRequest(
        [" ".join(each.text(key, "")[:MOST_ERROR_CHARACTERS] for key in keys) for each in errors]
    )


def _slot(slot: Reader) -> Slot:
    """Read a slot; where the listener named several values, they stand in `slotValue` alone."""
    several = slot.table("slotValue")
    if several.text("type", "") == "List":
        values: list[SlotValue] = [_simple_value(each) for each in several.tables("values")]
        return Slot(slot_value=ListSlotValue(values=values))
    value = _simple_value(slot)
    return Slot(value=value.value, resolutions=value.resolutions)


def _simple_value(given: Reader) -> SimpleSlotValue:
    """Read words and what they resolved to. Blanks, which half matched slots have, are no words."""
    return SimpleSlotValue(
        value=given.text("value", "").strip() or None,
        resolutions=entityresolution.Resolutions(
            resolutions_per_authority=[
                _resolution(each)
                for each in given.table("resolutions").tables("resolutionsPerAuthority")
            ]
        ),
    )


def _resolution(resolution: Reader) -> entityresolution.Resolution:
    code = CODES.get(resolution.table("status").text("code", ""))
    values = (each.table("value") for each in resolution.tables("values"))
    return entityresolution.Resolution(
        status=entityresolution.Status(code=code),
        values=[
            entityresolution.ValueWrapper(entityresolution.Value(id=each.text("id", "")))
            for each in values
        ],
    )


REQUESTS: Final[dict[str, Callable[[Reader], Request]]] = {
    "LaunchRequest": _launch,
    "IntentRequest": _intent,
    "SessionEndedRequest": _session_ended,
    "Connections.Response": _consent,
    "AlexaSkillEvent.SkillDisabled": _disabled,
    "AudioPlayer.PlaybackStarted": _event(audioplayer.PlaybackStartedRequest),
    "AudioPlayer.PlaybackNearlyFinished": _event(audioplayer.PlaybackNearlyFinishedRequest),
    "AudioPlayer.PlaybackStopped": _event(audioplayer.PlaybackStoppedRequest),
    "AudioPlayer.PlaybackFinished": _event(audioplayer.PlaybackFinishedRequest),
    "AudioPlayer.PlaybackFailed": _failed,
    "PlaybackController.NextCommandIssued": _button(playbackcontroller.NextCommandIssuedRequest),
    "PlaybackController.PreviousCommandIssued": _button(
        playbackcontroller.PreviousCommandIssuedRequest
    ),
    "PlaybackController.PauseCommandIssued": _button(playbackcontroller.PauseCommandIssuedRequest),
    "PlaybackController.PlayCommandIssued": _button(playbackcontroller.PlayCommandIssuedRequest),
    f"{SCREEN}.UserEvent": _user_event,
    f"{SCREEN}.RuntimeError": _screen_fault,
}
"""The requests that are answered, by type (Amazon, "Request Types Reference")."""

ACTIVITIES: Final = {activity.value: activity for activity in audioplayer.PlayerActivity}
"""What a player does; an activity that Amazon adds counts as missing, which is silence."""

REASONS: Final = {reason.value: reason for reason in SessionEndedReason}
"""Why a session ended; a reason that Amazon adds counts as missing, which is taken for an error."""

SHAPES: Final = {shape.value: shape for shape in Shape}
"""The shapes of screens; one that Amazon adds counts as missing, and that as a rectangle."""

CODES: Final = {code.value: code for code in entityresolution.StatusCode}
"""What became of a slot's words; a code that Amazon adds counts as missing, which is no match."""
