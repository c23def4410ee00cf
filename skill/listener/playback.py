"""A recording that a listener hears: which one, how far, and what was last known of it."""

from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from skill.listener.reader import Reader

LONGEST_TOKEN: Final = 100
"""Devices have failed with tokens of 150 characters."""


class News(StrEnum):
    """What was last known of a recording."""

    ASKED = "asked"
    """The device was told to play it."""
    STARTED = "started"
    """The device plays it."""
    NEARLY_FINISHED = "nearly_finished"
    """It plays it, and could be given another one."""
    STOPPED = "stopped"
    """It does not play it any more."""
    FAILED = "failed"
    """It could not play it."""


ORDER: Final = tuple(News)
"""Of news of the same second, the later one here happened later."""

SOUNDING: Final = frozenset({News.ASKED, News.STARTED, News.NEARLY_FINISHED})


class Playback(NamedTuple):
    """One play of a recording. It is over once the voice leads again."""

    recording: str
    """The name of the recording."""
    token: str
    """Tells this play from all others."""
    offset_ms: int
    """The moment of the recording that was last known to be heard."""
    since_ms: int
    """The moment from which all was heard up to there."""
    at: int
    """When that was known, in ms since 1970."""
    news: News = News.ASKED
    """What was known then."""
    plays: int = 1
    """How often the routine has begun to play, at whatever moment of the recording."""
    unhurt: bool = False
    """The listener answered that nothing hurt."""

    @property
    def sounding(self) -> bool:
        """Whether the device plays it, as far as is known."""
        return self.news in SOUNDING

    def precedes(self, at: int, news: News) -> bool:
        """Whether *news* of the moment *at* is not older than what is known."""
        return (self.at, ORDER.index(self.news)) <= (at, ORDER.index(news))

    @classmethod
    def read(cls, written: Reader) -> Self | None:
        """Read back what `as_json` wrote; None where no recording is named."""
        recording, token = written.text("recording", ""), written.text("token", "")
        if not recording or not token or len(token) > LONGEST_TOKEN:
            return None
        offset = written.number("offset_ms")
        return cls(
            recording=recording[:LONGEST_TOKEN],
            token=token,
            offset_ms=offset,
            since_ms=min(written.number("since_ms"), offset),
            at=written.number("at"),
            news=written.choice("news", News, News.STOPPED),
            plays=written.number("plays"),
            unhurt=written.flag("unhurt"),
        )

    def as_json(self) -> dict[str, Any]:
        """What is written of it."""
        return self._asdict() | {"news": self.news.value}
