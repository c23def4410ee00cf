"""What stands for the voice and the studio of the page: they make silence, when they may."""

import threading
import wave
from pathlib import Path
from typing import Final

from skill.recording import catalogue
from skill.recording.samples import Samples
from skill.recording.studio import Progress
from skill.recording.timeline import Timeline


class Voice:
    """A voice that says nothing."""

    name: Final = "nobody 1.0"
    """Its name, as a timeline has it."""
    rate: Final = 8_000
    """Samples a second."""

    def say(self, text: str, speed: float) -> Samples:
        """No samples."""
        raise NotImplementedError(text, speed)


class Studio:
    """Makes each recording in an instant, once it may: before, it is 40 percent done."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.may.set()
        self.fails = False

    def record(self, timeline: Timeline, _: Voice, folder: Path, progress: Progress) -> None:
        """Write silence, as `studio.record` writes a recording."""
        progress(2, 4)
        assert self.may.wait(60)
        if self.fails:
            raise OSError("the disk is full")
        folder.mkdir(exist_ok=True)
        sound = catalogue.files(folder, timeline)[0]
        draft = sound.with_suffix(".draft")
        with wave.open(str(draft), "wb") as file:
            file.setparams((1, 1, 8_000, 0, "NONE", ""))
            file.writeframes(b"\x80" * 8_000)
        draft.replace(sound)
