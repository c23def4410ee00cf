"""The voice of hibari-tts: one American voice inside its wheel, offline, Apache-2.0."""

from importlib.metadata import version
from typing import Final

import numpy as np
from hibari import SAMPLE_RATE, Hibari

from skill.recording.samples import Samples, SynthesisError

SPEAKER: Final = "heart"
"""The one voice that needs no download."""

SEED: Final = 0
"""Its noise is drawn from this seed, so that the same text gives the same samples."""


class HibariVoice:
    """Speaks English. Raises `SynthesisError` for any other language."""

    def __init__(self, locale: str) -> None:
        if locale.partition("-")[0].lower() != "en":
            raise SynthesisError(f"hibari speaks English only, and no {locale}")
        self._model = Hibari(voice=SPEAKER)

    @property
    def name(self) -> str:
        """Its name and version."""
        return f"hibari-tts {version('hibari-tts')} {SPEAKER}"

    @property
    def rate(self) -> int:
        """Samples a second."""
        return int(SAMPLE_RATE)

    def say(self, text: str, speed: float) -> Samples:
        """The samples of *text* at *speed*."""
        return np.asarray(self._model(text, speed=speed, seed=SEED), np.float32)
