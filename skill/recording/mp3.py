"""MP3: constant 48 kbps with an Info header, so that players seek exactly and know the length."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np

from skill.recording.track import RATE, Pcm

BITS_A_SECOND: Final = 48_000
"""Words are as clear as at more (AudioPlayer asks for 32 kbps or more)."""

BLOCK: Final = 1_152 * 64
"""Samples handed to the encoder at a time; a frame of MP3 has 1152."""


def write(path: Path, sound: Pcm, title: str) -> None:
    """Write *sound* to *path* under *title*; raises `OSError` where it cannot be written.

    The Info header, which ffmpeg writes, tells the delay of the encoder, so that what is decoded
    starts at the first sample.
    """
    with av.open(str(path), "w", format="mp3", options={"write_xing": "1"}) as file:
        file.metadata["title"] = title
        stream = file.add_stream("mp3", rate=RATE, layout="mono", format="s16p")
        stream.bit_rate = BITS_A_SECOND
        for start in range(0, sound.size, BLOCK):
            block = np.ascontiguousarray(sound[start : start + BLOCK])
            frame = av.AudioFrame.from_ndarray(block[np.newaxis], format="s16p", layout="mono")
            frame.sample_rate = RATE
            frame.pts = start
            frame.time_base = Fraction(1, RATE)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def read(path: Path) -> Pcm:
    """The samples of an MP3 file as a player hears them; raises `OSError` where it is none."""
    with av.open(str(path)) as file:
        return np.concatenate([np.zeros(0, np.int16), *_decoded(file)])


def _decoded(file: av.container.InputContainer) -> Iterator[Pcm]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    for frame in file.decode(audio=0):
        for part in resampler.resample(frame):
            yield part.to_ndarray().reshape(-1).astype(np.int16, copy=False)
