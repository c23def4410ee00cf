import time
from pathlib import Path

import pytest
from terminal import PATIENCE_S, install_espeak, wait_for

from skill.terminal.voice import Voice, VoiceError

WRITE_DOWN = 'echo "$*" >>"$0.log"; cat >>"$0.log"; echo >>"$0.log"'


def test_phrases_are_spoken_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the pace of the estimate: 60 ms a character are 166 words of six a minute."""
    log = install_espeak(tmp_path, monkeypatch, WRITE_DOWN)
    voice = Voice.find("en-US", 60)
    voice.say("-v is no option here.")
    voice.say("Other foot.")
    command = "-v en-us -s 166 --stdin\n"
    spoken = f"{command}-v is no option here.\n{command}Other foot.\n"

    def all_said() -> bool:
        voice.go_on()
        return log.exists() and log.read_text() == spoken

    wait_for(all_said)
    voice.hush()


@pytest.mark.parametrize(
    ("locale", "ms", "options"),
    [("de-DE", 60, "-v de -s 166"), ("fr-CA", 1_000, "-v fr -s 80"), ("hi-IN", 1, "-v hi -s 450")],
)
def test_the_voice_is_the_languages_and_its_pace_within_reach(
    locale: str, ms: int, options: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = install_espeak(tmp_path, monkeypatch, WRITE_DOWN)
    voice = Voice.find(locale, ms)
    voice.say("Hello.")
    voice.go_on()

    wait_for(lambda: log.exists() and log.read_text().startswith(f"{options} --stdin\n"))
    voice.hush()


def test_a_voice_that_is_hushed_stops_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = install_espeak(tmp_path, monkeypatch, 'echo on >"$0.log"; exec sleep 600')
    voice = Voice.find("en-US", 60)
    voice.say("A long story.")
    voice.say("Another one.")
    voice.go_on()
    wait_for(log.exists)
    log.unlink()
    began = time.monotonic()
    voice.hush()
    voice.go_on()

    assert time.monotonic() - began < PATIENCE_S
    assert not log.exists()


def test_a_voice_that_fails_says_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_espeak(tmp_path, monkeypatch, "exit 3")
    voice = Voice.find("en-US", 60)
    voice.say("Hello.")
    voice.say("Hello again.")

    with pytest.raises(VoiceError, match="espeak-ng failed with status 3"):
        wait_for(voice.go_on)
    voice.go_on()


def test_a_voice_that_cannot_start_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = install_espeak(tmp_path, monkeypatch, "exit 0").with_suffix("")
    voice = Voice.find("en-US", 60)
    program.unlink()
    voice.say("Hello.")

    with pytest.raises(VoiceError, match="espeak-ng does not start: No such file"):
        voice.go_on()


def test_a_voice_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(VoiceError, match="espeak-ng is not installed"):
        Voice.find("en-US", 60)
