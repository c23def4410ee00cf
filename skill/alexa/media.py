"""Which medium a device gets its answers in: speech alone, or with a screen."""

from collections.abc import Mapping
from typing import Any, Final

from skill.alexa.envelope import Envelope
from skill.alexa.response_json import PlainJson
from skill.conversation import showing
from skill.conversation.reply import Reply
from skill.rendering.documents import Shape
from skill.rendering.screen import Screen
from skill.rendering.speech import Speech, Spoken

INTERFACE: Final = "Alexa.Presentation.APL"
"""The interface of devices with a screen."""

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

    def of(self, envelope: Envelope) -> Speech | Screen:
        """The medium of the device that a request comes from."""
        return self._screen if self._screen and INTERFACE in envelope.interfaces else self._speech

    def render(
        self, envelope: Envelope, reply: Reply, attributes: Mapping[str, Any]
    ) -> tuple[Spoken, PlainJson | None]:
        """The *reply* in the device's medium, and the directive for its screen, if it has one.

        The screen is named after the *attributes*.
        """
        medium = self.of(envelope)
        if isinstance(medium, Speech) or reply.play:  # while it plays, a device shows its player
            return self._speech.render(reply), None
        spoken, document, data = medium.render(reply, _shape(envelope))
        if document is None or data is None:
            return spoken, None
        return spoken, PlainJson(
            type=f"{INTERFACE}.RenderDocument",
            token=showing.token(attributes),
            document=document,
            datasources={"screen": data},
        )


def _shape(envelope: Envelope) -> Shape:
    """The shape of the device's screen; one that Amazon adds is taken for a rectangle."""
    viewport = envelope.device_context.table("Viewport")
    if viewport.text("shape", "") == "ROUND":
        return Shape.ROUND
    tall = viewport.number("pixelHeight") > viewport.number("pixelWidth")
    return Shape.TALL if tall else Shape.WIDE
