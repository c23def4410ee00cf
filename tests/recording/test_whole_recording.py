"""The usual routine, recorded by espeak-ng, and heard as a player hears it: from the MP3 file.

The words that were placed are looked for by correlation, which finds them to the sample.
"""

import shutil
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from arranged import DELIVERY, arranged

from skill.recording.timeline import NEXT_EXERCISE, Timeline
from skill.routine.wishes import Wishes

av = pytest.importorskip("av")
np = pytest.importorskip("numpy")
mp3 = pytest.importorskip("skill.recording.mp3")
track = pytest.importorskip("skill.recording.track")
synthesizer = pytest.importorskip("skill.recording.synthesizer")

if not shutil.which("espeak-ng"):
    pytest.skip("espeak-ng is not installed (Debian: espeak-ng)", allow_module_level=True)

PER_MS: Final = 44.1

SEARCHED_MS: Final = 100
"""Words are looked for up to so far from their moment, in both directions."""

COMPARED: Final = 22_050
"""At most half a second of a line is compared, which is enough to tell where it is."""


class Recorded(NamedTuple):
    """The usual routine, recorded."""

    timeline: Timeline
    """What was to be recorded."""

    track: Any
    """The `Track` before it was compressed."""

    path: Path
    """The MP3 file."""

    heard: Any
    """The samples of the file, decoded."""


def usual_routine(folder: Path) -> Recorded:
    """Record the usual routine without ticks, by espeak-ng."""
    voice = synthesizer.VOICES["espeak-ng"]("en-US")
    delivery = DELIVERY._replace(voice=voice.name, tick=False)
    timeline = arranged(Wishes(), delivery)
    made = track.render(timeline, voice, lambda *_: None)
    path = folder / f"{timeline.name}.mp3"
    mp3.write(path, made.sound, timeline.title)
    return Recorded(timeline, made, path, mp3.read(path))


def late_ms(heard: Any, said: Any) -> float:  # noqa: ANN401 - samples, and a `Said`
    """How many milliseconds after its moment a line is heard; negative where it is too early."""
    words = said.samples[:COMPARED]
    around = round(SEARCHED_MS * PER_MS)
    first = max(said.at - around, 0)
    part = heard[first : said.at + words.size + around].astype(np.float64)
    likeness = np.fft.irfft(np.fft.rfft(part) * np.conj(np.fft.rfft(words, part.size)), part.size)
    found = int(np.argmax(likeness[: part.size - words.size + 1]))
    return float((first + found - said.at) / PER_MS)


def words_stand_within_ten_milliseconds_of_their_moment(recorded: Recorded) -> None:
    """Ten lines of each part of the file, as it is decoded."""
    said = recorded.track.said
    middle = len(said) // 2
    for lines in (said[:10], said[middle : middle + 10], said[-10:]):
        late = [late_ms(recorded.heard, each) for each in lines]
        assert late == pytest.approx([0] * 10, abs=10)


def the_correlation_finds_words_that_are_moved(recorded: Recorded) -> None:
    """A file that is late would not pass the check above."""
    said = recorded.track.said[20:25]
    for moved_ms in (-37, 12, 60):
        moved = np.roll(recorded.heard, round(moved_ms * PER_MS))
        late = [late_ms(moved, each) for each in said]
        assert late == pytest.approx([moved_ms] * 5, abs=1)


def the_placed_words_are_those_of_the_timeline(recorded: Recorded) -> None:
    cues = [cue for cue in recorded.timeline.cues if cue.words]

    assert [each.words for each in recorded.track.said] == [cue.words for cue in cues]
    for each, cue in zip(recorded.track.said, cues, strict=True):
        assert each.at / PER_MS == pytest.approx(cue.at_ms, abs=0.03)
        assert each.samples.size / PER_MS <= cue.ms


def the_file_is_as_long_as_the_timeline(recorded: Recorded) -> None:
    assert recorded.heard.size / PER_MS == pytest.approx(recorded.timeline.total_ms, abs=50)


def the_routine_takes_twenty_minutes_without_the_changes(recorded: Recorded) -> None:
    changes = [cue.ms for cue in recorded.timeline.cues if cue.kind == NEXT_EXERCISE]

    assert changes == [12_000] * 4
    assert 17 * 60_000 < recorded.timeline.routine_ms <= 20 * 60_000


def the_bit_rate_is_constant(recorded: Recorded) -> None:
    """48 kbps, so that a place in the file is a place in time."""
    size = recorded.path.stat().st_size

    assert size * 8 / (recorded.timeline.total_ms / 1000) == pytest.approx(48_000, rel=0.002)


def the_header_is_info_and_no_xing(recorded: Recorded) -> None:
    """`Xing` would say that the bit rate varies; players then seek by a coarse table."""
    start = recorded.path.read_bytes()[:4_096]

    assert b"Info" in start
    assert b"Xing" not in start


def the_sound_is_mono_at_the_rate_that_echos_take(recorded: Recorded) -> None:
    with av.open(str(recorded.path)) as file:
        stream = file.streams.audio[0]

        assert (stream.rate, stream.channels, stream.codec_context.name) == (44_100, 1, "mp3float")
        assert file.metadata["title"] == recorded.timeline.title


def test_the_usual_routine_is_recorded_as_its_timeline_says(tmp_path: Path) -> None:
    """One recording for all checks: to compress its twenty minutes takes ten seconds."""
    recorded = usual_routine(tmp_path)

    words_stand_within_ten_milliseconds_of_their_moment(recorded)
    the_correlation_finds_words_that_are_moved(recorded)
    the_placed_words_are_those_of_the_timeline(recorded)
    the_file_is_as_long_as_the_timeline(recorded)
    the_routine_takes_twenty_minutes_without_the_changes(recorded)
    the_bit_rate_is_constant(recorded)
    the_header_is_info_and_no_xing(recorded)
    the_sound_is_mono_at_the_rate_that_echos_take(recorded)
