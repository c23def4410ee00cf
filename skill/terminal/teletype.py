"""Speech as text that is written word by word, each at the moment it is spoken."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from skill.simulator.estimator import Piece
from skill.simulator.transcript import seconds

NAME: Final = "Alexa: "

LEAST_COLUMNS: Final = 40
"""In narrower terminals continued lines are not indented, to leave room for words."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Some words or a silence, at its time within a speech."""

    start: int
    """Milliseconds from the start of the speech to the start of the sound."""
    end: int
    """Milliseconds from the start of the speech to the end of the sound."""
    text: str
    """The words; empty for a silence."""


def sounds(pieces: tuple[Piece, ...]) -> Iterator[Sound]:
    """Each piece with its time."""
    start = 0
    for piece in pieces:
        yield Sound(start, start + piece.ms, piece.text)
        start += piece.ms


def words(pieces: tuple[Piece, ...]) -> Iterator[Sound]:
    """Each word, timed by its share of the characters; a silence is one word in brackets."""
    for sound in sounds(pieces):
        ms = sound.end - sound.start
        if not sound.text and ms:
            yield Sound(sound.start, sound.end, f"({seconds(ms)})")
        said = 0
        for text in sound.text.split():
            start, end = (
                sound.start + ms * at // len(sound.text) for at in (said, said + len(text))
            )
            yield Sound(start, end, text)
            said += len(text) + 1


class Teletype:
    """Writes the words of one speech into lines."""

    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        self.line = ""
        """The line being written: empty before the first word and after `break_off`."""
        self._coming = deque(words(pieces))
        self._lead = NAME

    def write(self, until: int, columns: int) -> list[str]:
        """Write the words that begin up to *until* ms of the speech; returns the full lines."""
        full = []
        while self._coming and self._coming[0].start <= until:
            text = self._coming.popleft().text
            longer = f"{self.line} {text}" if self.line else f"{self._lead}{text}"
            if self.line and cell_len(longer) > columns:
                full += self.break_off()
                longer = f"{self._lead}{text}"
            self.line = longer
            self._lead = " " * len(NAME) if columns >= LEAST_COLUMNS else ""
        return full

    def break_off(self) -> list[str]:
        """End the line being written, and return it if there is one."""
        line, self.line = self.line, ""
        return [line] if line else []
