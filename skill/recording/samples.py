"""Samples of one sound: trimmed, resampled, faded. They are float32, mono, from -1 to 1."""

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Samples: TypeAlias = npt.NDArray[np.float32]
"""One dimension: a sample for each moment."""

SILENT_SHARE: Final = 0.02
"""What is quieter than this share of the loudest sample, -34 dB, is silence at the ends."""

LEAD_IN_S: Final = 0.010
"""Seconds kept before the first sample that is not silent, for soft consonants."""

LEAD_OUT_S: Final = 0.040
"""Seconds kept after the last sample that is not silent, for the end of a breath."""

FADE_S: Final = 0.005
"""Seconds over which each end is faded, so that it does not click."""

PAUSE_S: Final = 0.25
"""Seconds that are left of a longer pause where a line has to be shortened."""

WINDOW_S: Final = 0.01
"""Seconds over which loudness is averaged to find pauses: longer than a period of any voice."""


class SynthesisError(Exception):
    """A voice cannot speak; the message says why in one line."""


def trimmed(samples: Samples, rate: int) -> Samples:
    """Cut the silence at both ends, and fade the ends. Empty where all is silent."""
    loud = np.flatnonzero(np.abs(samples) > SILENT_SHARE * np.abs(samples).max(initial=0.0))
    if not loud.size:
        return samples[:0]
    first = max(int(loud[0]) - round(LEAD_IN_S * rate), 0)
    last = int(loud[-1]) + round(LEAD_OUT_S * rate)
    return faded(samples[first : last + 1], round(FADE_S * rate))


def hurried(samples: Samples, rate: int) -> Samples:
    """Shorten the pauses between words to `PAUSE_S`; the words stay as they are."""
    window = np.full(round(WINDOW_S * rate), 1 / round(WINDOW_S * rate), np.float32)
    if samples.size < window.size:
        return samples
    loud = np.abs(samples)
    quiet = np.convolve(loud, window, "same") < SILENT_SHARE / 2 * loud.max()
    edges = np.flatnonzero(np.diff(quiet, prepend=False, append=False))
    kept = round(PAUSE_S * rate)
    parts, at = [], 0
    for begins, ends in edges.reshape(-1, 2):
        if ends - begins > kept:
            parts.append(samples[at : begins + kept // 2])
            at = ends - (kept - kept // 2)
    return np.concatenate([*parts, samples[at:]])


def faded(samples: Samples, length: int) -> Samples:
    """Fade *length* samples in at the start and out at the end."""
    length = min(length, samples.size // 2)
    ramp = np.linspace(0.0, 1.0, length, endpoint=False, dtype=np.float32)
    shaped = samples.astype(np.float32)
    shaped[:length] *= ramp
    shaped[shaped.size - length :] *= ramp[::-1]
    return shaped


def resampled(samples: Samples, rate: int, to: int) -> Samples:
    """The same sound at *to* samples a second.

    It is done in the frequency domain, so that nothing is moved in time.
    """
    if rate == to or not samples.size:
        return samples
    whole = rate // int(np.gcd(rate, to))  # so many samples become a whole number of samples
    padded = np.pad(samples, (0, -samples.size % whole))
    size = padded.size * to // rate
    spectrum = np.fft.rfft(padded)
    stretched = np.zeros(size // 2 + 1, spectrum.dtype)
    kept = min(spectrum.size, stretched.size)
    stretched[:kept] = spectrum[:kept]
    sound = np.fft.irfft(stretched, size) * (size / padded.size)
    return sound[: samples.size * to // rate].astype(np.float32)
