"""Sounds that are trimmed and resampled."""

from typing import Any

import pytest

np = pytest.importorskip("numpy")
samples = pytest.importorskip("skill.recording.samples")

RATE = 24_000


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE) -> Any:  # noqa: ANN401 - samples, where numpy is installed
    """A sine."""
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


def test_silence_at_the_ends_is_cut_off() -> None:
    silence = np.zeros(RATE, np.float32)
    trimmed = samples.trimmed(np.concatenate([silence, tone(0.5), silence]), RATE)

    assert trimmed.size / RATE == pytest.approx(0.5 + 0.01 + 0.04, abs=0.002)


def test_silence_in_the_midst_is_kept() -> None:
    silence = np.zeros(RATE, np.float32)
    sound = np.concatenate([tone(0.5), silence, tone(0.5)])

    assert samples.trimmed(sound, RATE).size == pytest.approx(sound.size, abs=0.05 * RATE)


def test_of_silence_alone_nothing_is_left() -> None:
    assert samples.trimmed(np.zeros(RATE, np.float32), RATE).size == 0
    assert samples.trimmed(np.zeros(0, np.float32), RATE).size == 0


def test_the_ends_are_faded() -> None:
    trimmed = samples.trimmed(tone(0.5), RATE)

    assert trimmed[0] == 0
    assert abs(trimmed[-1]) < 0.02


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
def test_a_resampled_sound_is_the_same_at_the_same_moment(rate: int) -> None:
    """To 1 % of full scale, but for the outermost milliseconds."""
    sound = samples.faded(tone(0.5, 300.0, rate), rate // 20)
    expected = samples.faded(tone(0.5, 300.0, 44_100), 44_100 // 20)
    found = samples.resampled(sound, rate, 44_100)

    assert abs(found.size - expected.size) <= 1
    assert np.abs(found[100:20_000] - expected[100:20_000]).max() < 0.01


def test_a_long_pause_between_words_is_shortened() -> None:
    silence = np.zeros(RATE, np.float32)
    sound = np.concatenate([tone(0.5), silence, tone(0.3), silence[: RATE // 10], tone(0.2)])
    hurried = samples.hurried(sound, RATE)

    assert hurried.size / RATE == pytest.approx(0.5 + 0.25 + 0.3 + 0.1 + 0.2, abs=0.02)
    assert np.array_equal(hurried[: RATE // 2], sound[: RATE // 2])
    assert np.array_equal(hurried[-RATE // 2 :], sound[-RATE // 2 :])


@pytest.mark.parametrize("length", [0, 3, 100, RATE])
def test_a_sound_without_a_pause_stays_as_it_is(length: int) -> None:
    sound = tone(1.0)[:length]

    assert np.array_equal(samples.hurried(sound, RATE), sound)
