"""The voices that there are, each as it is installed."""

import os
import shutil
from importlib.util import find_spec
from typing import Any, Final

import pytest

np = pytest.importorskip("numpy")
synthesizer = pytest.importorskip("skill.recording.synthesizer")
SynthesisError = pytest.importorskip("skill.recording.samples").SynthesisError

espeak_ng = pytest.mark.skipif(
    not shutil.which("espeak-ng"), reason="espeak-ng is not installed (Debian: espeak-ng)"
)

EACH: Final = [pytest.param("espeak-ng", marks=espeak_ng), "hibari"]


def lasting(voice: Any, speed: float) -> float:  # noqa: ANN401 - a `Synthesizer`
    """The seconds that a sentence takes."""
    said = voice.say("Lift your left foot, and bend your right knee a little.", speed)
    return float(said.size / voice.rate)


@pytest.mark.parametrize("name", EACH)
def test_a_voice_says_the_same_text_the_same_way(name: str) -> None:
    voice = synthesizer.VOICES[name]("en-US")
    said = voice.say("Six.", 1.0)

    assert said.dtype == np.float32
    assert 0.05 < np.abs(said).max() <= 1
    assert 0.2 < said.size / voice.rate < 2
    assert np.array_equal(said, voice.say("Six.", 1.0))
    assert not np.array_equal(said, voice.say("Ten.", 1.0)[: said.size])


@pytest.mark.parametrize("name", EACH)
def test_a_voice_speaks_faster_when_it_is_asked_to(name: str) -> None:
    voice = synthesizer.VOICES[name]("en-US")

    assert lasting(voice, 1.25) < 0.92 * lasting(voice, 1.0)


@pytest.mark.parametrize("name", EACH)
def test_the_name_of_a_voice_has_its_version(name: str) -> None:
    assert any(part[0].isdigit() for part in synthesizer.VOICES[name]("en-US").name.split())


def test_hibari_speaks_no_language_but_english() -> None:
    with pytest.raises(SynthesisError, match="de-DE"):
        synthesizer.VOICES["hibari"]("de-DE")


@espeak_ng
@pytest.mark.parametrize(
    ("locale", "voice"), [("en-GB", "en-gb"), ("de-DE", "de"), ("en-IN", "en")]
)
def test_espeak_speaks_the_dialect_or_else_the_language(locale: str, voice: str) -> None:
    named = synthesizer.VOICES["espeak-ng"](locale).name.split()[-1]

    assert named == voice or (voice == "en" and named.startswith("en"))


@espeak_ng
def test_a_language_that_espeak_does_not_have_is_refused() -> None:
    with pytest.raises(SynthesisError, match="xx-XX"):
        synthesizer.VOICES["espeak-ng"]("xx-XX")


def test_espeak_that_is_not_installed_is_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SynthesisError, match="espeak-ng is not installed"):
        synthesizer.VOICES["espeak-ng"]("en-US")


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="elsewhere recordings are optional")
def test_in_ci_all_that_recordings_need_is_installed() -> None:
    """There no test of a recording may be skipped."""
    assert [name for name in ("av", "hibari", "numpy") if find_spec(name) is None] == []
    assert shutil.which("espeak-ng")
