"""Makes the files of a recording: a timeline is spoken, written, and listed in the index.

Importing it needs the extra `voice`.
"""

from pathlib import Path

from skill.recording import catalogue, mp3
from skill.recording.synthesizer import Synthesizer
from skill.recording.timeline import Timeline
from skill.recording.track import Progress, Track, render


def record(timeline: Timeline, voice: Synthesizer, folder: Path, progress: Progress) -> Track:
    """Write the recording into *folder*; the sound is whole before the index lists it.

    Raises `LineTooLongError` and `SynthesisError` as `render` does, `OSError` where nothing can be
    written, `CatalogueError` where a file of the folder is no timeline.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sound, _ = catalogue.files(folder, timeline)
    draft = sound.with_suffix(".draft")
    track = render(timeline, voice, progress)
    mp3.write(draft, track.sound, timeline.title)
    draft.replace(sound)
    catalogue.add(folder, timeline)
    return track
