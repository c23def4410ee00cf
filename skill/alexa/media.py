"""Which medium a device gets its answers in: speech alone, or with a screen."""

from collections.abc import Mapping
from typing import Any, Final

from ask_sdk_model import RequestEnvelope
from ask_sdk_model.interfaces.alexa.presentation.apl import RenderDocumentDirective
from ask_sdk_model.interfaces.viewport import Shape as ViewportShape

from skill.alexa.response_json import PlainJson
from skill.conversation import showing
from skill.conversation.reply import Reply
from skill.rendering.documents import Shape
from skill.rendering.screen import Screen
from skill.rendering.speech import Speech, Spoken

SETTING: Final = "FOOT_ROUTINE_SCREENS"
"""The environment variable that turns screens off, where it is `off`."""


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether screens are on."""
    return environ.get(SETTING, "on").strip().casefold() != "off"


class Media:
    """Speech, and the screen for devices that have one; with no *screen*, all get speech alone."""

    def __init__(self, speech: Speech, screen: Screen | None) -> None:
        self._speech = speech
        self._screen = screen

    def of(self, envelope: RequestEnvelope) -> Speech | Screen:
        """The medium of the device that a request comes from."""
        system = envelope.context.system if envelope.context else None
        interfaces = system.device.supported_interfaces if system and system.device else None
        shows = interfaces and interfaces.alexa_presentation_apl
        return self._screen if self._screen and shows else self._speech

    def render(
        self, envelope: RequestEnvelope, reply: Reply, attributes: Mapping[str, Any]
    ) -> tuple[Spoken, RenderDocumentDirective | None]:
        """The *reply* in the device's medium; the screen is named after the *attributes*."""
        medium = self.of(envelope)
        if isinstance(medium, Speech) or reply.play:  # while it plays, a device shows its player
            return self._speech.render(reply), None
        spoken, document, data = medium.render(reply, _shape(envelope))
        if document is None or data is None:
            return spoken, None
        return spoken, RenderDocumentDirective(
            token=showing.token(attributes),
            document=PlainJson(document),
            datasources=PlainJson({"screen": data}),
        )


def _shape(envelope: RequestEnvelope) -> Shape:
    viewport = envelope.context.viewport if envelope.context else None
    if viewport is None:
        return Shape.WIDE
    if viewport.shape is ViewportShape.ROUND:
        return Shape.ROUND
    tall = (viewport.pixel_height or 0) > (viewport.pixel_width or 0)
    return Shape.TALL if tall else Shape.WIDE
