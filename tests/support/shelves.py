"""Recordings to test with: their timelines are real, and nobody hears them."""

import json

from arranged import arranged

from skill.recording.catalogue import INDEX
from skill.recording.shelf import Shelf
from skill.recording.timeline import Timeline
from skill.routine.wishes import Wishes


class MadeUpShelf(Shelf):
    """Recordings in the memory; *timelines* may be added to."""

    def __init__(self, *timelines: Timeline) -> None:
        super().__init__()
        self.timelines = {each.name: each for each in timelines}

    def content(self, file: str) -> bytes | None:
        """What `catalogue.add` would have written."""
        if file == INDEX:
            listed = [each.as_json() | {"name": name} for name, each in self.timelines.items()]
            return json.dumps({"recordings": listed}).encode()
        timeline = self.timelines.get(file.removesuffix(".json"))
        return json.dumps(timeline.as_json()).encode() if timeline else None

    def address(self, name: str) -> str:
        """An address of RFC 2606."""
        return f"https://feet.example/recordings/{name}.mp3"

    @property
    def lengths(self) -> dict[str, int]:
        """How long the sound at each address is, in ms."""
        return {self.address(name): each.total_ms for name, each in self.timelines.items()}


USUAL = Wishes(level="gentle")
"""What somebody new is led through."""


def usual_shelf() -> MadeUpShelf:
    """One recording, of the usual routine."""
    return MadeUpShelf(arranged(USUAL))
