"""Words spoken aloud by espeak-ng, if it is installed."""

import shutil
import subprocess
from collections import deque
from tempfile import TemporaryFile
from typing import Final, Self

PROGRAM: Final = "espeak-ng"

CHARACTERS_PER_WORD: Final = 6
"""Five letters and a space: the usual measure for words per minute."""

SLOWEST: Final = 80
FASTEST: Final = 450
"""The range of words per minute that espeak-ng accepts (its manual page)."""

VOICES: Final = {"en-US": "en-us", "pt-BR": "pt-br"}
"""Locales with a voice of their own in espeak-ng; for others, the language alone is given."""


class VoiceError(Exception):
    """The words cannot be spoken; the message says why in one line."""


class Voice:
    """Speaks phrases one after the other; call `go_on` often to start the next one."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._waiting: deque[str] = deque()
        self._speaking: subprocess.Popen[bytes] | None = None

    @classmethod
    def find(cls, locale: str, ms_per_character: int) -> Self:
        """The voice for *locale*, in the pace of *ms_per_character*.

        Raises `VoiceError` where the program is not installed.
        """
        if (program := shutil.which(PROGRAM)) is None:
            raise VoiceError(f"{PROGRAM} is not installed")
        voice = VOICES.get(locale, locale.partition("-")[0])
        rate = 60_000 // (ms_per_character * CHARACTERS_PER_WORD)
        rate = min(max(rate, SLOWEST), FASTEST)
        return cls((program, "-v", voice, "-s", str(rate), "--stdin"))

    def say(self, text: str) -> None:
        """Speak *text* after what is waiting to be spoken."""
        self._waiting.append(text)

    def go_on(self) -> None:
        """Start the next phrase if the last is over; raises `VoiceError` if the program fails."""
        if self._speaking is not None and (status := self._speaking.poll()) is not None:
            self._speaking = None
            if status:
                self._waiting.clear()
                raise VoiceError(f"{PROGRAM} failed with status {status}")
        if self._speaking is None and self._waiting:
            self._start(self._waiting.popleft())

    def hush(self) -> None:
        """Stop at once, and drop the phrases that are waiting."""
        self._waiting.clear()
        if self._speaking is not None:
            self._speaking.kill()
            self._speaking.wait()
            self._speaking = None

    def _start(self, text: str) -> None:
        with TemporaryFile() as words:
            words.write(text.encode())
            words.seek(0)
            try:
                self._speaking = subprocess.Popen(  # noqa: S603 - the program that `find` found
                    self._command,
                    stdin=words,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as fault:
                raise VoiceError(f"{PROGRAM} does not start: {fault.strerror}") from fault
