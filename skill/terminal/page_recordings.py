"""The recordings of the page: which there are, and one more in the making."""

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from skill.recording import catalogue
from skill.recording.timeline import Timeline

if TYPE_CHECKING:
    from skill.recording.synthesizer import Synthesizer

LOG = logging.getLogger(__name__)

SILENT: Final = "none"
"""The voice in the timeline where none is installed."""

NEWEST: Final = 3
"""So many recordings are always kept: the one that leads, and those of the wishes before it, which
are often wished again."""

PLAYED_S: Final = 24 * 60 * 60
"""Seconds that a recording is kept after a page asked for it: that page may play it still."""


class PageRecordings:
    """Keeps recordings by *voice* in *folder*, and makes one at a time. Thread-safe.

    Without a *voice* none is made. Where one is finished, older ones go; those whose names are in
    *used* stay. The folder holds nothing else.
    """

    def __init__(
        self, folder: Path, voice: "Synthesizer | None", used: Callable[[], Collection[str]]
    ) -> None:
        self.folder = folder
        self._voice = voice
        self._used = used
        self._lock = threading.Lock()
        self._making = ""
        self._percent = 0
        self._failed = False

    @property
    def voice(self) -> str:
        """The name of the voice, as a timeline has it."""
        return self._voice.name if self._voice else SILENT

    def sound(self, timeline: Timeline) -> str | None:
        """The address of the recording of *timeline*, where it is whole."""
        path, _ = catalogue.files(self.folder, timeline)
        return f"recordings/{path.name}" if path.is_file() else None

    def begin(self, timeline: Timeline) -> None:
        """Make the recording of *timeline* in the background, where there is none yet."""
        with self._lock:
            if self._voice is None or self._making == timeline.name or self.sound(timeline):
                return
            self._making, self._percent, self._failed = timeline.name, 0, False
        maker = threading.Thread(target=self._make, args=(timeline, self._voice), daemon=True)
        maker.start()

    def progress(self, timeline: Timeline) -> Mapping[str, Any]:
        """How far the recording of *timeline* is, as the page asks."""
        return {
            "percent": self._percent,
            "sound": self.sound(timeline),
            "missing": self._voice is None,
            "failed": self._failed,
        }

    def played(self, file: str) -> None:
        """A page asks for a *file* of the folder: it is kept for a day."""
        path = self.folder / file
        with suppress(OSError):  # where no time can be set, nothing can be deleted either
            os.utime(path, (time.time(), path.stat().st_mtime))

    def _tidy(self) -> None:
        """Delete all but the newest recordings, those in use, and those that a page may play."""
        sounds = {path: _used_at(path) for path in self.folder.glob("*.mp3")}
        used, now = self._used(), time.time()
        for path in sorted(sounds, key=sounds.__getitem__, reverse=True)[NEWEST:]:
            if path.stem not in used and now - sounds[path] > PLAYED_S:
                catalogue.remove(self.folder, path.stem)

    def _make(self, timeline: Timeline, voice: "Synthesizer") -> None:
        from skill.recording import studio  # noqa: PLC0415 - needs the extra

        def note(done: int, total: int) -> None:
            if self._making == timeline.name:  # else another one is begun, and told about
                self._percent = 100 * done // (total + 1)  # what is left is the writing

        try:
            studio.record(timeline, voice, self.folder, note)
        except Exception:  # the thread ends here; the page says so, and leads in silence
            LOG.exception("the recording failed")
            if self._making == timeline.name:
                self._failed = True
            return
        try:
            self._tidy()
        except Exception:  # the recording is there all the same
            LOG.exception("older recordings could not be deleted")


def _used_at(path: Path) -> float:
    """When the file at *path* was made, or asked for, in seconds since 1970."""
    found = path.stat()
    return max(found.st_mtime, found.st_atime)
