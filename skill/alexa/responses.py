"""Replies become the SDK's responses."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model import Directive, Response, ui

from skill.alexa import player
from skill.alexa.envelope import Envelope
from skill.alexa.kinds import WORDLESS
from skill.alexa.media import Media
from skill.alexa.permission import SCOPE, asking
from skill.alexa.response_json import PlainJson
from skill.conversation.keeper import Keeper
from skill.conversation.reply import Reply
from skill.conversation.turn import ENDED
from skill.rendering.speech import Spoken


def respond(
    handler_input: HandlerInput,
    reply: Reply,
    media: Media,
    attributes: Mapping[str, Any] | None,
    directives: Iterable[PlainJson] = (),
) -> Response:
    """Make the response that *reply* is in the device's medium, with *directives* for its player.

    The session attributes become *attributes*; where those are None they stay.
    """
    envelope = Envelope.of(handler_input)
    if attributes is not None and envelope.session is not None:
        handler_input.attributes_manager.session_attributes = PlainJson(attributes)
    sent = [*directives]
    response = Response()
    if envelope.kind not in WORDLESS:
        spoken, document = media.render(envelope, reply, attributes or {})
        _speak(response, spoken)
        if document:
            sent.append(document)
        if reply.permission:
            response.card = ui.AskForPermissionsConsentCard([SCOPE])
            if reply.permission.token:
                sent.append(asking(reply.permission.token))
        if reply.end and envelope.kind != ENDED:
            response.should_end_session = True
    if sent:
        response.directives = cast("list[Directive]", sent)
    return response


def _speak(response: Response, spoken: Spoken) -> None:
    """Fill in what is *spoken*; as JSON, which the SDK's models would be made into."""
    if spoken.speech:
        response.output_speech = cast("ui.OutputSpeech", _ssml(spoken.speech))
    if spoken.reprompt:
        reprompt = PlainJson(outputSpeech=_ssml(spoken.reprompt))
        response.reprompt = cast("ui.Reprompt", reprompt)
        response.should_end_session = False
    if spoken.card:
        response.card = ui.SimpleCard(spoken.card.title, spoken.card.text)


def _ssml(speech: str) -> PlainJson:
    return PlainJson(type="SSML", ssml=speech)


def directives_of(reply: Reply, keeper: Keeper) -> list[PlainJson]:
    """What the device's player is told. Raises `ShelfError` where a recording has no address."""
    if reply.play:
        address = keeper.plans.shelf.address(reply.play.recording)
        return [player.playing(reply.play, address)]
    return [player.stopping()] if reply.hush else []
