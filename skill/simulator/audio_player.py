"""The audio player of a device: what it plays, how far it is, and what it tells the skill."""

from collections.abc import Iterator, Mapping
from typing import Any


class AudioPlayer:
    """Plays one stream at a time; it knows its length only where *lengths* has its address.

    Moments are in ms since 1970. Every method that changes what is heard gives the events that the
    device tells the skill, each with its moment.
    """

    def __init__(self, lengths: Mapping[str, int]) -> None:
        self._lengths = lengths
        self._token = ""
        self._url = ""
        self._offset = 0
        self._from = 0
        self._began = 0
        self._activity = "IDLE"

    @property
    def is_sounding(self) -> bool:
        """Whether a stream is being heard."""
        return self._activity == "PLAYING"

    @property
    def begun(self) -> tuple[str, int]:
        """The token of the play, and the moment of the stream that it began with, in ms."""
        return self._token, self._from

    @property
    def ends(self) -> int | None:
        """When the stream is over; None where none is heard, or its length is not known."""
        length = self._lengths.get(self._url)
        if not self.is_sounding or length is None:
            return None
        return self._began + max(length - self._offset, 0)

    def offset(self, at: int) -> int:
        """The moment of the stream that is heard *at* that time, or was last."""
        return self._offset + max(at - self._began, 0) if self.is_sounding else self._offset

    def state(self, at: int) -> dict[str, Any] | None:
        """What each request says of the player; None where it never played."""
        if not self._token:
            return None
        return {
            "offsetInMilliseconds": self.offset(at),
            "token": self._token,
            "playerActivity": self._activity,
        }

    def obey(self, response: Mapping[str, Any], at: int) -> Iterator[dict[str, Any]]:
        """Do what the directives of *response* say; gives the events."""
        for directive in response.get("directives") or ():
            if directive["type"] == "AudioPlayer.Stop" and self.is_sounding:
                yield self.stop(at)
            if directive["type"] == "AudioPlayer.Play":
                if self.is_sounding:
                    yield self.stop(at)
                stream = directive["audioItem"]["stream"]
                self._token, self._url = stream["token"], stream["url"]
                self._offset, self._began = stream["offsetInMilliseconds"], at
                self._from = self._offset
                self._activity = "PLAYING"
                yield self._event("Started", at)

    def stop(self, at: int) -> dict[str, Any]:
        """Stop; gives the event."""
        self._offset, self._activity = self.offset(at), "STOPPED"
        return self._event("Stopped", at)

    def finish(self, at: int) -> Iterator[dict[str, Any]]:
        """Come to the end of the stream."""
        yield self._event("NearlyFinished", at)
        self._offset, self._activity = self.offset(at), "FINISHED"
        yield self._event("Finished", at)

    def fail(self, at: int) -> dict[str, Any]:
        """Break off, as where the address cannot be reached any more."""
        self._offset, self._activity = self.offset(at), "STOPPED"
        return {
            "type": "AudioPlayer.PlaybackFailed",
            "token": self._token,
            "error": {"type": "MEDIA_ERROR_SERVICE_UNAVAILABLE", "message": "none"},
            "currentPlaybackState": self.state(at),
        }

    def _event(self, what: str, at: int) -> dict[str, Any]:
        return {
            "type": f"AudioPlayer.Playback{what}",
            "token": self._token,
            "offsetInMilliseconds": self.offset(at),
        }
