"""The one function that puts a skill together: for the server, the terminal and Lambda alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skill.alexa import envelope, handlers
from skill.alexa.api import AlexaServices
from skill.alexa.media import Media
from skill.alexa.response_json import to_json
from skill.conversation.keeper import Keeper
from skill.conversation.plans import Plans
from skill.language import library
from skill.language.library import Library
from skill.recording.shelf import Shelf
from skill.rendering.screen import Screen
from skill.rendering.speech import ALEXAS, Limits, Speech
from skill.storage.store import Store


@dataclass(frozen=True, slots=True)
class App:
    """A skill that is ready to answer, and what it is made of."""

    library: Library
    """The routine, and the words of each language."""
    store: Store
    """Where the places are kept."""
    plans: Plans
    """The plans that were laid so far."""
    speech: Speech
    """The medium of its replies."""
    skill: handlers.Skill
    """What answers a request."""

    def converse(self, request: object) -> dict[str, Any]:
        """Answer one *request* envelope with one response envelope; both are parsed JSON.

        Raises `EnvelopeError` where *request* is no envelope.
        """
        response: dict[str, Any] = to_json(self.skill.invoke(envelope.read(request), None))
        return response


def build(  # noqa: PLR0913, PLR0917 - one for each part that a place has of its own
    store: Store,
    listener_key: Callable[[str], str],
    limits: Limits = ALEXAS,
    alexa_api: AlexaServices | None = None,
    content: Library | None = None,
    shelf: Shelf | None = None,
    *,
    screens: bool = True,
) -> App:
    """Put the skill together over *store*; the store has the clock.

    *listener_key* makes of Amazon's user ID the key that a listener's state is stored under. With
    no *alexa_api*, which Alexa's own services are called through, the skill can set no reminders;
    without *screens*, a device with a screen gets speech alone. The recordings on the *shelf* can
    be played. Raises `ContentError` where its own content, taken where no *content* is given,
    cannot be led.
    """
    content = content or library.load()
    plans = Plans(content, shelf)
    speech = Speech(content, limits)
    media = Media(speech, Screen(content, limits) if screens else None)
    skill = handlers.build(Keeper(plans, store), media, listener_key, alexa_api)
    return App(content, store, plans, speech, skill)
