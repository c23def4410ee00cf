"""Alexa's requests become turns, and replies become Alexa's responses."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import CustomSkillBuilder
from ask_sdk_model import (
    Context,
    Device,
    Intent,
    IntentRequest,
    LaunchRequest,
    Request,
    RequestEnvelope,
    Response,
    Session,
    SessionEndedRequest,
    User,
    ui,
)
from ask_sdk_model import Slot as FilledSlot
from ask_sdk_model.events import skillevents
from ask_sdk_model.interfaces.system import SystemState
from ask_sdk_model.services import ApiClient
from ask_sdk_model.slu import entityresolution

from skill.alexa.reminders import SCOPE, AlexaReminders, asking, consent_of
from skill.alexa.serializer import PlainJson, PlannedSerializer
from skill.conversation.answers import answer
from skill.conversation.keeper import Keeper
from skill.conversation.medium import Medium
from skill.conversation.reply import Reply
from skill.conversation.turn import CONSENT, ENDED, LAUNCH, Ending, Slot, Turn
from skill.conversation.visit import Visit, apology
from skill.rendering.speech import Speech
from skill.storage.store import StoreError

LOG = logging.getLogger(__name__)

VISIT: Final = "visit"
"""The request attribute that holds the visit, for when its answer fails."""

CONVERSATION: Final = (LaunchRequest, IntentRequest, SessionEndedRequest)
"""The requests that somebody made by speaking, or by ceasing to; beside those of type `CONSENT`,
whose class is not imported before one comes."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

WANTED: Final = {
    RequestEnvelope: {"session", "context", "request"},
    Session: {"new", "attributes"},
    IntentRequest: {"object_type", "timestamp", "locale", "intent"},
    Intent: {"name", "slots"},
    Context: {"system"},
    SystemState: {"user", "device", "api_endpoint", "api_access_token"},
    User: {"user_id"},
    Device: {"device_id"},
}
"""What is asked of these models, and all that has to be read of them."""

ListenerKey = Callable[[str], str]
"""From Amazon's user ID to the key that the state is stored under; may raise `StoreError`."""


def build(
    keeper: Keeper, speech: Speech, listener_key: ListenerKey, alexa_api: ApiClient | None = None
) -> CustomSkill:
    """Make the skill, once for each process; with no *alexa_api* it can set no reminders."""
    builder = CustomSkillBuilder()
    if alexa_api is not None:
        builder = CustomSkillBuilder(api_client=alexa_api)
    conversation = Conversation(keeper, speech, listener_key, reaches_alexa=alexa_api is not None)
    builder.add_request_handler(conversation)
    builder.add_request_handler(Disabled(keeper, listener_key))
    builder.add_request_handler(AnythingElse())
    builder.add_exception_handler(Apology(keeper, speech))
    skill = builder.create()
    skill.serializer = PlannedSerializer(WANTED)
    return skill


class Conversation(AbstractRequestHandler):
    """All that a listener says, and the end of a session."""

    def __init__(
        self, keeper: Keeper, speech: Speech, listener_key: ListenerKey, *, reaches_alexa: bool
    ) -> None:
        self._keeper = keeper
        self._speech = speech
        self._listener_key = listener_key
        self._reaches_alexa = reaches_alexa

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Take every request that belongs to a conversation."""
        return _in_conversation(handler_input.request_envelope.request)

    def handle(self, handler_input: HandlerInput) -> Response:
        """Answer one turn, and keep its place in the session attributes."""
        reminders = _reminders(handler_input) if self._reaches_alexa else None
        turn = turn_of(handler_input, self._speech, self._listener_key, reminders)
        visit = Visit(self._keeper, turn)
        manager = handler_input.attributes_manager
        manager.request_attributes[VISIT] = visit
        reply, attributes = answer(visit)
        return _response(handler_input, reply, self._speech, attributes)


class Disabled(AbstractRequestHandler):
    """The skill was disabled: all that is kept of the listener is deleted.

    A fault is not swallowed: the request fails, and Alexa sends it again.
    """

    def __init__(self, keeper: Keeper, listener_key: ListenerKey) -> None:
        self._keeper = keeper
        self._listener_key = listener_key

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Take the event that Alexa sends for it."""
        return isinstance(handler_input.request_envelope.request, skillevents.SkillDisabledRequest)

    def handle(self, handler_input: HandlerInput) -> Response:
        """Delete, or raise `StoreError`."""
        self._keeper.forget(self._listener_key(_user_id(handler_input)))
        return handler_input.response_builder.response


class AnythingElse(AbstractRequestHandler):
    """Requests that no listener made: they are answered with nothing."""

    def can_handle(self, handler_input: HandlerInput) -> bool:  # noqa: ARG002 - the SDK's interface
        """Take whatever is left."""
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        """Say nothing and change nothing."""
        return handler_input.response_builder.response


class Apology(AbstractExceptionHandler):
    """The one catch-all: it logs the fault, apologises, and keeps the session and the place."""

    def __init__(self, keeper: Keeper, speech: Speech) -> None:
        self._keeper = keeper
        self._speech = speech

    def can_handle(
        self,
        handler_input: HandlerInput,
        exception: Exception,  # noqa: ARG002 - the SDK's interface, called by keyword
    ) -> bool:
        """Take every fault in a conversation; where nobody listens, there is no apology."""
        return _in_conversation(handler_input.request_envelope.request)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """Log *exception* with its traceback; go on from the place the words had found."""
        LOG.error("a turn failed", exc_info=exception)
        request = handler_input.request_envelope.request
        if isinstance(request, SessionEndedRequest):
            return handler_input.response_builder.response
        language = self._keeper.plans.words(_locale(request)).language
        visit = handler_input.attributes_manager.request_attributes.get(VISIT)
        attributes: Mapping[str, Any] | None = None
        if isinstance(visit, Visit):
            attributes = visit.fall_back()
        return _response(handler_input, apology(language), self._speech, attributes)


def turn_of(
    handler_input: HandlerInput,
    medium: Medium,
    listener_key: ListenerKey,
    reminders: AlexaReminders | None,
) -> Turn:
    """Read what the coach needs to know from Alexa's request.

    Raises `ValueError` where the request has no time stamp.
    """
    envelope = handler_input.request_envelope
    request, session = envelope.request, envelope.session
    if request is None or request.timestamp is None:
        raise ValueError("a request that does not say when it was made")
    turn = Turn(
        intent=_intent(request),
        at=_ms(request.timestamp),
        locale=_locale(request),
        medium=medium,
        listener=_listener(_user_id(handler_input), listener_key),
        new=bool(session and session.new),
        attributes=session.attributes if session else None,
        reminders=reminders,
    )
    if isinstance(request, IntentRequest):
        return turn._replace(slots=slots) if (slots := _slots(request)) else turn
    return turn._replace(
        ending=_ending(request), consent=consent_of(request), token=_token(request)
    )


def _in_conversation(request: Request | None) -> bool:
    return isinstance(request, CONVERSATION) or getattr(request, "object_type", "") == CONSENT


def _token(request: Request) -> str:
    token = getattr(request, "token", "") if request.object_type == CONSENT else ""
    return token if isinstance(token, str) else ""


def _reminders(handler_input: HandlerInput) -> AlexaReminders | None:
    """The listener's, where Alexa gave a token to reach them with."""
    context = handler_input.request_envelope.context
    system = context.system if context else None
    if not system or not system.api_access_token or not system.api_endpoint:
        return None
    device_id = system.device.device_id if system.device else None
    return AlexaReminders(handler_input.service_client_factory, device_id or "")


def _user_id(handler_input: HandlerInput) -> str:
    context = handler_input.request_envelope.context
    system = context.system if context else None
    user = system.user if system else None
    return user.user_id if user and user.user_id else ""


def _intent(request: Request) -> str:
    if isinstance(request, IntentRequest):
        return request.intent.name if request.intent and request.intent.name else ""
    if request.object_type == CONSENT:
        return CONSENT
    return LAUNCH if isinstance(request, LaunchRequest) else ENDED


def _ending(request: Request) -> Ending | None:
    if not isinstance(request, SessionEndedRequest):
        return None
    reason = request.reason.value if request.reason else ""
    return Ending(reason) if reason in list(Ending) else Ending.ERROR


def _locale(request: Request | None) -> str:
    return request.locale if request and isinstance(request.locale, str) else ""


def _ms(moment: datetime) -> int:
    """Whole milliseconds since 1970; a moment without a zone is UTC, as Alexa's are."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = aware - EPOCH
    return max(since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000, 0)


def _listener(user_id: str, listener_key: ListenerKey) -> str:
    try:
        return listener_key(user_id)
    except StoreError:
        LOG.exception("no key for this listener: the place is kept in the session only")
        return ""


def _slots(request: IntentRequest) -> dict[str, Slot]:
    """The slots that are filled, by name."""
    if not request.intent or not request.intent.slots:
        return {}
    return {
        name: Slot(slot.value, _resolved(slot))
        for name, slot in request.intent.slots.items()
        if slot and isinstance(slot.value, str) and slot.value
    }


def _resolved(slot: FilledSlot) -> str:
    """The id that the slot's words resolved to, empty where they are unknown."""
    resolutions = slot.resolutions.resolutions_per_authority if slot.resolutions else None
    for resolution in resolutions or []:
        status = resolution.status if resolution else None
        matched = status and status.code is entityresolution.StatusCode.ER_SUCCESS_MATCH
        first = next(iter(resolution.values or ()), None) if matched else None
        if first and first.value:
            return str(first.value.id or "")
    return ""


def _response(
    handler_input: HandlerInput,
    reply: Reply,
    speech: Speech,
    attributes: Mapping[str, Any] | None,
) -> Response:
    if attributes is not None and handler_input.request_envelope.session is not None:
        handler_input.attributes_manager.session_attributes = PlainJson(attributes)
    builder = handler_input.response_builder
    response: Response = builder.response
    spoken = speech.render(reply)
    if spoken.speech:
        response.output_speech = ui.SsmlOutputSpeech(ssml=spoken.speech)
    if spoken.reprompt:
        response.reprompt = ui.Reprompt(ui.SsmlOutputSpeech(ssml=spoken.reprompt))
        response.should_end_session = False
    if spoken.card:
        builder.set_card(ui.SimpleCard(spoken.card.title, spoken.card.text))
    if reply.permission:
        builder.set_card(ui.AskForPermissionsConsentCard([SCOPE]))
        if reply.permission.token:
            builder.add_directive(asking(reply.permission.token))
    if reply.end and not isinstance(handler_input.request_envelope.request, SessionEndedRequest):
        builder.set_should_end_session(True)
    return response
