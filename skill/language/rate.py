"""How long a language takes to be said, estimated from its text."""

from typing import Final, NamedTuple

WHOLE: Final = 100
"""A voice that takes exactly as long as the estimate, in percent of it."""


class SpeechRate(NamedTuple):
    """The numbers of `[speech]` in a language's words.toml, and the texts of its counts."""

    ms_per_line: int
    """Milliseconds that any line takes, however short: a voice swells and fades."""
    ms_per_character: int
    """Milliseconds for each character, spaces counted."""
    ms_per_count: int = 0
    """Milliseconds of a count, the same for each, so that the beat of the counts is even."""
    counts: frozenset[str] = frozenset()
    """The texts that are a count: "One.", "Two." and so on."""
    fastest: int = WHOLE
    """How long the fastest voice takes, in percent of the estimate."""
    slowest: int = WHOLE
    """How long the slowest voice takes, in percent of the estimate."""

    def ms(self, text: str) -> int:
        """Milliseconds to say *text* as one line; runs of white space count once."""
        said = " ".join(text.split())
        if said in self.counts:
            return self.ms_per_count
        return self.ms_per_line + len(said) * self.ms_per_character if said else 0
