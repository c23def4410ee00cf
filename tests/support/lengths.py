"""How long speech lasts."""

from skill.language.rate import SpeechRate
from skill.simulator.estimator import read


def length_ms(ssml: str, rate: SpeechRate) -> int:
    """Milliseconds that *ssml* lasts. Raises `SsmlError` as `read` does."""
    return sum(piece.ms for piece in read(ssml, rate))
