"""Times of day: how they are said, and what AMAZON.TIME makes of them.

Amazon's own reading of times is not available offline; this one knows those that phrases.toml
lists. A time without "morning" or "evening" is taken as it stands: "seven" is 07:00.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from skill.language.interaction_model import Phrases

AN_HOUR: Final = 60
"""Minutes."""

HALF_DAY: Final = 12 * AN_HOUR
"""Minutes that the face of a clock shows."""

DAY_HOURS: Final = 24

DARK: Final = 6 * AN_HOUR
"""Minutes since twelve: before this, "at night" is the early morning, and later the evening."""

OTHER: Final = "other"
HALVES: Final = ("am", "pm", "night")


def spoken_times(phrases: Phrases) -> Mapping[str, str]:
    """All known times by how they are said: `half past six in the evening` is `18:30`."""
    found = {
        said: key
        for key, listed in phrases.times.items()
        if key not in {OTHER, *HALVES} and not _is_minutes(key)
        for said in listed
    }
    for said, minutes in _on_the_face(phrases):
        found.setdefault(said, _clock(minutes + HALF_DAY if minutes < AN_HOUR else minutes))
        for half in HALVES:
            night = half == "night" and minutes >= DARK
            after_noon = HALF_DAY if half == "pm" or night else 0
            for words in phrases.times.get(half, ()):
                found.setdefault(f"{said} {words}", _clock(minutes + after_noon))
    found.update(_after_noon(phrases))
    return found


def _after_noon(phrases: Phrases) -> Iterator[tuple[str, str]]:
    """The hours from thirteen on, where more than the number is said."""
    for hour in range(HALF_DAY // AN_HOUR + 1, DAY_HOURS):
        for pattern in phrases.times.get("0", ()):
            if pattern != "{hour}":
                yield pattern.format(hour=phrases.numbers[hour]), _clock(hour * AN_HOUR)


def _on_the_face(phrases: Phrases) -> Iterator[tuple[str, int]]:
    """Each way to say a time without a half of the day, with its minutes since twelve."""
    for hour in range(1, HALF_DAY // AN_HOUR + 1):
        for key, listed in phrases.times.items():
            offsets = range(1, AN_HOUR) if key == OTHER else (int(key),) if _is_minutes(key) else ()
            for offset in offsets:
                minutes = (hour * AN_HOUR + offset) % HALF_DAY
                names = {"hour": phrases.numbers[hour], "minute": phrases.numbers[abs(offset)]}
                yield from ((pattern.format_map(names), minutes) for pattern in listed)


def _is_minutes(key: str) -> bool:
    return key.removeprefix("-").isdecimal()


def _clock(minutes: int) -> str:
    return f"{minutes // AN_HOUR:02}:{minutes % AN_HOUR:02}"
