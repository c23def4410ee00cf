"""Alexa's requests become turns, and replies become Alexa's responses."""

import logging
import re
from typing import Final

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Response

from skill.alexa.api import AlexaServices
from skill.alexa.envelope import Envelope
from skill.alexa.kinds import (
    CONVERSATION,
    DISABLED,
    EVENTS,
    SCREEN_FAULT,
    TOUCH,
    TURNS,
    WORDLESS,
)
from skill.alexa.media import Media
from skill.alexa.responses import directives_of, respond
from skill.alexa.turn_reader import ListenerKey, reminders_of, turn_of
from skill.conversation import player_events, showing
from skill.conversation.answers import answer
from skill.conversation.keeper import Keeper
from skill.conversation.turn import ENDED
from skill.conversation.visit import Visit, apology

LOG = logging.getLogger(__name__)

VISIT: Final = "visit"
"""The request attribute that holds the visit, for when its answer fails."""

ERROR_KEYS: Final = ("type", "reason", "message")
"""What a device writes of an error of its screen."""

MOST_ERRORS: Final = 5
"""So many errors of one screen are logged: the first ones tell what is wrong."""

MOST_REPORT_CHARACTERS: Final = 200
"""The length that a screen's report is cut to."""

AMAZONS_ID: Final = re.compile(r"amzn1\.[\w.-]+")
"""Any ID of Amazon's: a listener's is not logged, wherever a device writes it."""

Skill = CustomSkill
"""The SDK's name for what dispatches requests to handlers."""


def build(
    keeper: Keeper,
    media: Media,
    listener_key: ListenerKey,
    alexa_api: AlexaServices | None = None,
) -> Skill:
    """Make the skill, once for each process; with no *alexa_api* it can set no reminders."""
    builder = SkillBuilder()
    builder.add_request_handler(Conversation(keeper, media, listener_key, alexa_api))
    builder.add_request_handler(PlayerEvents(keeper, media, listener_key))
    builder.add_request_handler(Disabled(keeper, listener_key))
    builder.add_request_handler(ScreenFault())
    builder.add_request_handler(AnythingElse())
    builder.add_exception_handler(Apology(keeper, media))
    return builder.create()


class Conversation(AbstractRequestHandler):
    """All that a listener says or touches, and the end of a session."""

    def __init__(
        self,
        keeper: Keeper,
        media: Media,
        listener_key: ListenerKey,
        alexa_api: AlexaServices | None,
    ) -> None:
        self._keeper = keeper
        self._media = media
        self._listener_key = listener_key
        self._alexa_api = alexa_api

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Take every request that belongs to a conversation."""
        return Envelope.of(handler_input).kind in TURNS

    def handle(self, handler_input: HandlerInput) -> Response:
        """Answer one turn, and keep its place in the session attributes."""
        envelope = Envelope.of(handler_input)
        reminders = reminders_of(envelope, self._alexa_api)
        medium = self._media.of(envelope)
        visit = Visit(self._keeper, turn_of(envelope, medium, self._listener_key, reminders))
        manager = handler_input.attributes_manager
        manager.request_attributes[VISIT] = visit
        if envelope.kind == TOUCH and showing.unheard(visit):
            return Response()
        reply, attributes = answer(visit)
        directives = directives_of(reply, self._keeper)
        return respond(handler_input, reply, self._media, attributes, directives)


class PlayerEvents(AbstractRequestHandler):
    """What a device tells of the recording that it plays."""

    def __init__(self, keeper: Keeper, media: Media, listener_key: ListenerKey) -> None:
        self._keeper = keeper
        self._media = media
        self._listener_key = listener_key

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Take the events of a player."""
        return Envelope.of(handler_input).kind in EVENTS

    def handle(self, handler_input: HandlerInput) -> Response:
        """Keep the place, and say nothing."""
        envelope = Envelope.of(handler_input)
        turn = turn_of(envelope, self._media.of(envelope), self._listener_key, None)
        player_events.note(self._keeper, turn)
        return Response()


class Disabled(AbstractRequestHandler):
    """The skill was disabled: all that is kept of the listener is deleted.

    A fault is not swallowed: the request fails, and Alexa sends it again.
    """

    def __init__(self, keeper: Keeper, listener_key: ListenerKey) -> None:
        self._keeper = keeper
        self._listener_key = listener_key

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Take the event that Alexa sends for it."""
        return Envelope.of(handler_input).kind == DISABLED

    def handle(self, handler_input: HandlerInput) -> Response:
        """Delete, or raise `StoreError`; an event that names no user deletes nothing."""
        user_id = Envelope.of(handler_input).user_id
        if user_id:
            self._keeper.forget(self._listener_key(user_id))
        return Response()


class ScreenFault(AbstractRequestHandler):
    """A screen could not be drawn: that is logged, and the voice leads on."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Take the event by which a device tells so."""
        return Envelope.of(handler_input).kind == SCREEN_FAULT

    def handle(self, handler_input: HandlerInput) -> Response:
        """Say nothing and change nothing."""
        errors = Envelope.of(handler_input).body.tables("errors")[:MOST_ERRORS]
        reports = [" ".join(each.text(key, "") for key in ERROR_KEYS) for each in errors]
        report = AMAZONS_ID.sub("amzn1", "; ".join(reports))[:MOST_REPORT_CHARACTERS]
        LOG.error("a screen reports: %s", report.strip() or "no error")
        return Response()


class AnythingElse(AbstractRequestHandler):
    """Requests that no listener made: they are answered with nothing."""

    def can_handle(self, handler_input: HandlerInput) -> bool:  # noqa: ARG002 - the SDK's interface
        """Take whatever is left."""
        return True

    def handle(self, handler_input: HandlerInput) -> Response:  # noqa: ARG002 - the SDK's interface
        """Say nothing and change nothing."""
        return Response()


class Apology(AbstractExceptionHandler):
    """The one catch-all: it logs the fault, apologises, and keeps the session and the place."""

    def __init__(self, keeper: Keeper, media: Media) -> None:
        self._keeper = keeper
        self._media = media

    def can_handle(
        self,
        handler_input: HandlerInput,
        exception: Exception,  # noqa: ARG002 - the SDK's interface, called by keyword
    ) -> bool:
        """Take every fault in a conversation; where nobody listens, there is no apology."""
        return Envelope.of(handler_input).kind in CONVERSATION | WORDLESS

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        """Log *exception* with its traceback; go on from the place the words had found."""
        LOG.error("a turn failed", exc_info=exception)
        envelope = Envelope.of(handler_input)
        if envelope.kind == ENDED or envelope.kind in WORDLESS:
            return Response()
        language = self._keeper.plans.words(envelope.locale).language
        visit = handler_input.attributes_manager.request_attributes.get(VISIT)
        attributes = visit.fall_back() if isinstance(visit, Visit) else None
        return respond(handler_input, apology(language), self._media, attributes)
