"""What a recording needs of a voice, and the voices there are.

Another voice, such as Amazon Polly's, is a class with these three members and a name in `VOICES`.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from skill.recording.espeak_voice import EspeakVoice
from skill.recording.hibari_voice import HibariVoice
from skill.recording.samples import Samples


class Synthesizer(Protocol):
    """A voice: text in, samples out. The same text and speed always give the same samples."""

    @property
    def name(self) -> str:
        """Its name and version, as they stand in the timeline."""
        ...

    @property
    def rate(self) -> int:
        """Samples a second."""
        ...

    def say(self, text: str, speed: float) -> Samples:
        """The samples of *text* at *speed*, from 1.0 (as it comes) up, in mono.

        Raises `SynthesisError` where it cannot be said.
        """
        ...


VOICES: Final[Mapping[str, Callable[[str], Synthesizer]]] = {
    "hibari": HibariVoice,
    "espeak-ng": EspeakVoice,
}
"""How each voice is built for a locale. Raises `SynthesisError` where it does not speak it."""
