"""What a device says, from which moment on, and how long it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skill.language.rate import SpeechRate
from skill.rendering.ssml import speak, words
from skill.simulator.estimator import Piece, read


@dataclass(frozen=True, slots=True)
class DeviceSpeech:
    """Something that a device says."""

    pieces: tuple[Piece, ...]
    """The words and silences of it, in order."""
    began: int
    """When the first word is heard, in ms since 1970."""

    @property
    def ms(self) -> int:
        """How many milliseconds it takes."""
        return sum(piece.ms for piece in self.pieces)

    @property
    def end(self) -> int:
        """When it is over, in ms since 1970."""
        return self.began + self.ms


def spoken(said: Mapping[str, Any], rate: SpeechRate) -> tuple[Piece, ...]:
    """The outputSpeech of *said*, a response or a reprompt, at that *rate*."""
    if (speech := said.get("outputSpeech")) is None:
        return ()
    ssml = speech["ssml"] if speech["type"] == "SSML" else speak(words(speech["text"]))
    return read(ssml, rate)
