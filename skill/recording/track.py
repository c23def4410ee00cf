"""The words of a timeline, spoken and placed: one array of samples, exact to the sample."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from skill.recording import sounds
from skill.recording.samples import Samples, hurried, resampled, trimmed
from skill.recording.synthesizer import Synthesizer
from skill.recording.timeline import Timeline, TimelineCue
from skill.routine.model import Kind

RATE: Final = 44_100
"""Samples a second (AudioPlayer takes 44.1 and 48 kHz)."""

SPEEDS: Final = tuple(percent / 100 for percent in range(100, 126, 5))
"""The speeds that a line may be said at, the slowest that fits. Faster is hard to follow."""

WORDS_LEVEL: Final = 0.1
"""The root mean square of all words: -20 dBFS."""

HIGHEST_PEAK: Final = 0.89
"""-1 dBFS: no sample is louder."""

FULL_SCALE: Final = 32_767

BEATS: Final = frozenset({Kind.MOVE.value, Kind.HOLD.value})

Pcm: TypeAlias = npt.NDArray[np.int16]
"""One dimension, mono, 16 bits."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many of how many cues are spoken."""


class LineTooLongError(Exception):
    """A line does not fit at the highest speed; the message names it and the milliseconds."""

    def __init__(self, cue: TimelineCue, ms: int) -> None:
        super().__init__(
            f'"{cue.words}" ({cue.exercise or cue.kind}, at {cue.at_ms} ms) takes {ms} ms '
            f"at {SPEEDS[-1]} times the speed, and has {cue.ms} ms"
        )


class Said(NamedTuple):
    """The words of one cue, spoken."""

    words: str
    """The words."""

    at: int
    """The sample that they start at."""

    samples: Samples
    """The words at `RATE`, without silence at their ends."""

    speed: float
    """How fast they are said; 1.0 is the voice's own speed."""


class Track(NamedTuple):
    """A recording before it is compressed."""

    sound: Pcm
    """All of it, at `RATE`."""

    said: tuple[Said, ...]
    """The words as they were placed, in order, at the level that they have in `sound`."""


def render(timeline: Timeline, voice: Synthesizer, progress: Progress) -> Track:
    """Speak *timeline* with *voice*.

    In a line that is too long for its cue, pauses are shortened; then it is said faster, at one of
    `SPEEDS`. Raises `LineTooLongError` where it is too long at all of them, `SynthesisError` where
    the voice fails.
    """
    speaker = _Speaker(voice)
    spoken = []
    for number, cue in enumerate(timeline.cues, start=1):
        if cue.words:
            spoken.append(speaker.said(cue))
        progress(number, len(timeline.cues))
    gain = _gain([each.samples for each in spoken])
    said = tuple(each._replace(samples=each.samples * gain) for each in spoken)
    sound = np.zeros(_sample(timeline.total_ms), np.int16)
    for each in said:
        _mix(sound, each.at, each.samples)
    _mix_sounds(sound, timeline)
    return Track(sound, said)


class _Speaker:
    """Says each line once at each speed."""

    def __init__(self, voice: Synthesizer) -> None:
        self._voice = voice
        self._known: dict[tuple[str, float], Samples] = {}

    def said(self, cue: TimelineCue) -> Said:
        """The words of *cue* at the slowest speed that fits.

        Where they do not fit as they come, their pauses are shortened before they are said faster.
        """
        at = _sample(cue.at_ms)
        room = _sample(cue.at_ms + cue.ms) - at
        samples = self._samples(cue.words, SPEEDS[0])
        if samples.size <= room:
            return Said(cue.words, at, samples, SPEEDS[0])
        least = hurried(samples, RATE).size / room
        for speed in SPEEDS:
            if speed >= min(least, SPEEDS[-1]):
                samples = hurried(self._samples(cue.words, speed), RATE)
                if samples.size <= room:
                    return Said(cue.words, at, samples, speed)
        raise LineTooLongError(cue, samples.size * 1000 // RATE)

    def _samples(self, words: str, speed: float) -> Samples:
        if (words, speed) not in self._known:
            rate = self._voice.rate
            spoken = trimmed(self._voice.say(words, speed), rate)
            self._known[words, speed] = resampled(spoken, rate, RATE)
        return self._known[words, speed]


def _sample(ms: int) -> int:
    """The sample at a moment of the timeline."""
    return ms * RATE // 1000


def _gain(spoken: Iterable[Samples]) -> float:
    """What brings the words to `WORDS_LEVEL`, or as near to it as `HIGHEST_PEAK` allows."""
    words = np.concatenate([np.zeros(1, np.float32), *spoken])
    level = float(np.sqrt(np.mean(np.square(words))))
    peak = float(np.abs(words).max())
    return min(WORDS_LEVEL / level, HIGHEST_PEAK / peak) if peak else 1.0


def _mix(sound: Pcm, at: int, samples: Samples) -> None:
    """Add *samples* to *sound* from the sample *at* on; what reaches beyond its end is dropped."""
    part = sound[at : at + samples.size]
    mixed = part + samples[: part.size] * FULL_SCALE
    part[:] = np.clip(np.rint(mixed), -FULL_SCALE, FULL_SCALE).astype(np.int16)


def _mix_sounds(sound: Pcm, timeline: Timeline) -> None:
    tick, chime = sounds.tick(RATE), sounds.chime(RATE)
    side = None
    for cue in timeline.cues:
        if timeline.delivery.tick and cue.opens and cue.kind in BEATS:
            _mix(sound, _sample(cue.at_ms), tick)
        if cue.kind == Kind.CHANGE.value and cue.side != side:
            _mix(sound, _sample(cue.at_ms), chime)
        side = cue.side
