"""The SDK's models of a request to a turn of the conversation."""

import logging
from collections.abc import Callable
from typing import Final

from ask_sdk_model import (
    IntentRequest,
    LaunchRequest,
    ListSlotValue,
    Request,
    RequestEnvelope,
    SessionEndedRequest,
    SimpleSlotValue,
)
from ask_sdk_model import Slot as SlotModel
from ask_sdk_model.interfaces.alexa.presentation.apl import UserEvent
from ask_sdk_model.interfaces.connections import ConnectionsResponse
from ask_sdk_model.slu.entityresolution import StatusCode

from skill.alexa.api import AlexaServices
from skill.alexa.permission import consent_of
from skill.alexa.player import BUTTONS, EVENTS, can_play, player_of
from skill.alexa.reminders import AlexaReminders
from skill.alexa.timestamps import clock_ms
from skill.conversation.medium import Medium
from skill.conversation.turn import CONSENT, ENDED, LAUNCH, Ending, Shown, Slot, Turn
from skill.rendering.screen import TIMED, Screen
from skill.storage.store import StoreError

LOG: Final = logging.getLogger(__name__)

ListenerKey = Callable[[str], str]
"""From Amazon's user ID to the key that the state is stored under; may raise `StoreError`."""


def turn_of(
    envelope: RequestEnvelope,
    medium: Medium,
    listener_key: ListenerKey,
    reminders: AlexaReminders | None,
) -> Turn:
    """Read a request of a conversation, as `skill.alexa.envelope` made it.

    Raises `ValueError` where the request has no timestamp.
    """
    request, session = envelope.request, envelope.session
    if request is None or request.timestamp is None:
        raise ValueError("a request that does not say when it was sent")
    turn = Turn(
        intent=_intent(request),
        at=max(clock_ms(request.timestamp), 0),
        locale=locale_of(request),
        medium=medium,
        listener=_listener(user_id_of(envelope), listener_key),
        new=bool(session and session.new),
        attributes=session.attributes if session else None,
        player=player_of(envelope),
        can_play=can_play(envelope),
        reminders=reminders,
    )
    if isinstance(request, IntentRequest):
        return turn._replace(slots=_slots(request))
    if isinstance(request, SessionEndedRequest):
        return turn._replace(ending=_ending(request))
    if isinstance(request, ConnectionsResponse):
        return turn._replace(consent=consent_of(request), token=request.token or "")
    if isinstance(request, UserEvent):
        move = str(request.arguments[0]) if request.arguments else ""
        shown = Shown(request.token or "", timed=TIMED in (request.arguments or ()))
        intent = medium.intent(move) if isinstance(medium, Screen) else ""
        return turn._replace(intent=intent, shown=shown)
    return turn


def reminders_of(
    envelope: RequestEnvelope, alexa_api: AlexaServices | None
) -> AlexaReminders | None:
    """Give the listener's reminders, where Alexa sent a token to reach them with."""
    system = envelope.context.system if envelope.context else None
    if not alexa_api or not system or not system.api_access_token or not system.api_endpoint:
        return None
    device_id = system.device.device_id if system.device else None
    return AlexaReminders(alexa_api, system.api_endpoint, system.api_access_token, device_id or "")


def user_id_of(envelope: RequestEnvelope) -> str:
    """Give Amazon's ID of the account; empty where none is named."""
    system = envelope.context.system if envelope.context else None
    user = system.user if system else None
    return (user.user_id if user else None) or ""


def locale_of(request: Request | None) -> str:
    """Give the locale of a request, such as "en-US"; empty where it has none."""
    return (request.locale if request else None) or ""


def _intent(request: Request) -> str:
    if isinstance(request, IntentRequest):
        return (request.intent.name if request.intent else None) or ""
    if isinstance(request, ConnectionsResponse):
        return CONSENT
    if isinstance(request, EVENTS + BUTTONS):
        return request.object_type or ""
    return LAUNCH if isinstance(request, LaunchRequest) else ENDED


def _ending(request: SessionEndedRequest) -> Ending:
    """Take an unknown reason for an error: then nothing that was led counts as heard."""
    reason = request.reason.value if request.reason else ""
    return Ending(reason) if reason in list(Ending) else Ending.ERROR


def _listener(user_id: str, listener_key: ListenerKey) -> str:
    if not user_id:
        return ""
    try:
        return listener_key(user_id)
    except StoreError:
        LOG.exception("no key for this listener: the place is kept in the session only")
        return ""


def _slots(request: IntentRequest) -> dict[str, Slot]:
    """Give the slots that are filled, by name."""
    given = (request.intent.slots if request.intent else None) or {}
    slots = {}
    for name, slot in given.items():
        several = slot.slot_value
        values = several.values if isinstance(several, ListSlotValue) else [slot]
        filled = [
            Slot(each.value, _resolved(each))
            for each in values or ()
            if isinstance(each, SlotModel | SimpleSlotValue) and each.value
        ]
        if filled:
            slots[name] = filled[0]._replace(others=tuple(filled[1:]))
    return slots


def _resolved(value: SlotModel | SimpleSlotValue) -> str:
    """Give the id that the words resolved to; empty where they are unknown."""
    resolutions = value.resolutions.resolutions_per_authority if value.resolutions else None
    for resolution in resolutions or ():
        if resolution.status and resolution.status.code is StatusCode.ER_SUCCESS_MATCH:
            for each in resolution.values or ():
                return (each.value.id if each.value else None) or ""
    return ""
