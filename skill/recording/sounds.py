"""The sounds of a recording that are no words. They are made here, from sines."""

from typing import Final

import numpy as np

from skill.recording.samples import Samples, faded

TICK_S: Final = 0.03
TICK_HZ: Final = 1_400
TICK_LEVEL: Final = 0.05
"""-26 dBFS: under the words, which it starts with."""

CHIME_S: Final = 0.9
CHIME_HZ: Final = (523.25, 659.25)
"""C5 and E5, one after the other."""

CHIME_STEP_S: Final = 0.18
"""Seconds from the first note to the second."""

CHIME_LEVEL: Final = 0.06
"""-24 dBFS, as words are said over it."""

EDGE_S: Final = 0.004
"""Seconds over which each note is faded in, so that it does not click."""


def tick(rate: int) -> Samples:
    """A soft tick for a beat, at *rate* samples a second."""
    return _note(TICK_HZ, TICK_S, TICK_LEVEL, rate)


def chime(rate: int) -> Samples:
    """Two soft notes for a change of feet, at *rate* samples a second."""
    low, high = (_note(hertz, CHIME_S, CHIME_LEVEL, rate) for hertz in CHIME_HZ)
    later = round(CHIME_STEP_S * rate)
    sound = np.zeros(low.size + later, np.float32)
    sound[: low.size] += low
    sound[later:] += high
    return sound


def _note(hertz: float, seconds: float, level: float, rate: int) -> Samples:
    """A sine that dies away."""
    at = np.arange(round(seconds * rate)) / rate
    sound = level * np.sin(2 * np.pi * hertz * at) * np.exp(-6 * at / seconds)
    return faded(sound.astype(np.float32), round(EDGE_S * rate))
