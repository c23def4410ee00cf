"""Speech as text that comes word by word, at the moment each is spoken."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from skill.simulator.estimator import Piece
from skill.simulator.transcript import seconds

NAME: Final = "Alexa: "

LEAST_COLUMNS: Final = 40
"""Below this width lines that go on are not indented: the room is needed for words."""


@dataclass(frozen=True, slots=True)
class Sound:
    """*text* that is spoken, or silence where it is empty, from *start* to *end* in ms."""

    start: int
    end: int
    text: str


def sounds(pieces: tuple[Piece, ...]) -> Iterator[Sound]:
    """Say of each piece when it begins and ends."""
    start = 0
    for piece in pieces:
        yield Sound(start, start + piece.ms, piece.text)
        start += piece.ms


def words(pieces: tuple[Piece, ...]) -> Iterator[Sound]:
    """Time each word by its share of the characters; a silence is a word in brackets."""
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
    """The words of one speech, folded into lines as they come.

    `line` is the one being written: empty before the first word, and after it was broken off.
    """

    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        self.line = ""
        self._coming = deque(words(pieces))
        self._lead = NAME

    def write(self, until: int, columns: int) -> list[str]:
        """Write the words that begin up to *until* ms of the speech; the lines that are full."""
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
        """Take the line being written, if there is one; words still to come begin another."""
        line, self.line = self.line, ""
        return [line] if line else []
