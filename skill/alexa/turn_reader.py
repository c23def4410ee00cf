"""An envelope of Alexa's to a turn of the conversation."""

import logging
from collections.abc import Callable
from typing import Final

from skill.alexa.api import AlexaServices
from skill.alexa.envelope import Envelope
from skill.alexa.kinds import INTENT, TOUCH
from skill.alexa.permission import consent_of
from skill.alexa.player import can_play, player_of
from skill.alexa.reminders import AlexaReminders
from skill.alexa.slots import slots_of
from skill.conversation.medium import Medium
from skill.conversation.turn import CONSENT, ENDED, Ending, Shown, Turn
from skill.rendering.screen import TIMED, Screen
from skill.storage.store import StoreError

LOG: Final = logging.getLogger(__name__)

ListenerKey = Callable[[str], str]
"""From Amazon's user ID to the key that the state is stored under; may raise `StoreError`."""


def turn_of(
    envelope: Envelope,
    medium: Medium,
    listener_key: ListenerKey,
    reminders: AlexaReminders | None,
) -> Turn:
    """Read the turn that an envelope holds."""
    body, kind, session = envelope.body, envelope.kind, envelope.session
    asked = body.table("intent")
    turn = Turn(
        intent=asked.text("name", "") if kind == INTENT else kind,
        at=envelope.at,
        locale=envelope.locale,
        medium=medium,
        listener=_listener(envelope.user_id, listener_key),
        new=bool(session and session.new),
        attributes=session.attributes if session else None,
        player=player_of(envelope),
        can_play=can_play(envelope),
        reminders=reminders,
        slots=slots_of(asked) if kind == INTENT else {},
    )
    if kind == ENDED:
        # A reason that is unknown is taken for an error: then nothing that was led counts as heard.
        return turn._replace(ending=body.choice("reason", Ending, Ending.ERROR))
    if kind == CONSENT:
        consent = consent_of(body.table("payload"))
        return turn._replace(consent=consent, token=body.text("token", ""))
    if kind == TOUCH:
        arguments = body.texts("arguments")
        shown = Shown(body.text("token", ""), timed=TIMED in arguments)
        intent = medium.intent(next(iter(arguments), "")) if isinstance(medium, Screen) else ""
        return turn._replace(intent=intent, shown=shown)
    return turn


def reminders_of(envelope: Envelope, alexa_api: AlexaServices | None) -> AlexaReminders | None:
    """Give the listener's reminders, where Alexa sent a token to reach them with."""
    if not alexa_api:
        return None
    endpoint = envelope.system.text("apiEndpoint", "")
    token = envelope.system.text("apiAccessToken", "")
    if not token or not endpoint:
        return None
    device_id = envelope.system.table("device").text("deviceId", "")
    return AlexaReminders(alexa_api, endpoint, token, device_id)


def _listener(user_id: str, listener_key: ListenerKey) -> str:
    if not user_id:
        return ""
    try:
        return listener_key(user_id)
    except StoreError:
        LOG.exception("no key for this listener: the place is kept in the session only")
        return ""
