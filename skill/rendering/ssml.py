"""Speech Synthesis Markup: writing words and silence."""

from typing import Final

MOST_BREAK_MS: Final = 10_000
"""The longest silence one `<break>` may hold (Amazon's SSML reference: 10 s)."""

MOST_CHARACTERS: Final = 8_000
"""No outputSpeech may have as many, tags included (Amazon's response reference: under 8000)."""

UNSPEAKABLE: Final = (
    *(*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)),
    *(*range(0xD800, 0xE000), 0xFFFE, 0xFFFF),
)
"""The characters that no XML document may hold (XML 1.0, 2.2)."""

ESCAPES: Final = {
    **dict.fromkeys(UNSPEAKABLE, " "),
    **str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"}),
}


def silence(ms: int) -> str:
    """Breaks of *ms* milliseconds in all, none longer than Alexa allows.

    Raises `ValueError` where that is less than none: words ran over the time they had.
    """
    if ms < 0:
        raise ValueError(f"{ms} ms of silence")
    whole, rest = divmod(ms, MOST_BREAK_MS)
    return f'<break time="{MOST_BREAK_MS // 1000}s"/>' * whole + (_break(rest) if rest else "")


def words(text: str) -> str:
    """Escape *text* for use inside `<speak>`; what XML cannot hold becomes a space."""
    return text.translate(ESCAPES)


def speak(inside: str) -> str:
    """Make the whole outputSpeech of what is said and kept silent *inside*."""
    return f"<speak>{inside}</speak>"


def _break(ms: int) -> str:
    return f'<break time="{ms // 1000}s"/>' if ms % 1000 == 0 else f'<break time="{ms}ms"/>'
