"""The voice of espeak-ng, run as a program: robotic, small, in many languages."""

import shutil
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Final

import numpy as np

from skill.recording.samples import Samples, SynthesisError

PROGRAM: Final = "espeak-ng"

WORDS_A_MINUTE: Final = 175
"""Its own usual speed (its manual page)."""

LOUDEST: Final = 32_768
"""One more than the largest sample of 16 bits."""


class EspeakVoice:
    """Speaks the language of a locale, in a dialect of its own where espeak-ng has one.

    Raises `SynthesisError` where the program is not installed, or has no such language.
    """

    def __init__(self, locale: str) -> None:
        found = shutil.which(PROGRAM)
        if found is None:
            raise SynthesisError(f"{PROGRAM} is not installed")
        self._program = found
        self._voice = self._spoken(locale)
        self._version = self._output("--version").partition("Data at")[0].split(":")[-1].strip()
        self._rate = 0
        self.say("0", 1.0)

    @property
    def name(self) -> str:
        """Its name and version."""
        return f"{PROGRAM} {self._version} {self._voice}"

    @property
    def rate(self) -> int:
        """Samples a second."""
        return self._rate

    def say(self, text: str, speed: float) -> Samples:
        """The samples of *text* at *speed*; raises `SynthesisError` where the program fails."""
        pace = str(round(WORDS_A_MINUTE * speed))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "said.wav")
            self._output("-v", self._voice, "-s", pace, "-w", str(path), "--stdin", given=text)
            try:
                with wave.open(str(path)) as sound:
                    self._rate = sound.getframerate()
                    frames = sound.readframes(sound.getnframes())
            except (OSError, EOFError, wave.Error) as fault:
                raise SynthesisError(f"{PROGRAM} wrote no sound for {text!r}") from fault
        return (np.frombuffer(frames, "<i2") / LOUDEST).astype(np.float32)

    def _spoken(self, locale: str) -> str:
        """The name of its voice for *locale*, or else for the language."""
        listed = self._output("--voices").splitlines()[1:]
        known = {line.split()[1].lower() for line in listed}
        language = locale.partition("-")[0].lower()
        if locale.lower() in known:
            return locale.lower()
        if any(f"{name}-".startswith(f"{language}-") for name in known):
            return language
        raise SynthesisError(f"{PROGRAM} has no voice for {locale}")

    def _output(self, *arguments: str, given: str = "") -> str:
        """What the program prints; raises `SynthesisError` where it fails."""
        try:
            done = subprocess.run(  # noqa: S603 - the program that was found
                (self._program, *arguments), input=given.encode(), capture_output=True, check=True
            )
        except (OSError, subprocess.CalledProcessError) as fault:
            raise SynthesisError(f"{PROGRAM} failed: {fault}") from fault
        return done.stdout.decode(errors="replace")
