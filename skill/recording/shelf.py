"""Where finished recordings are found: a folder, a bucket, or nowhere."""

import json
import re
from abc import ABC, abstractmethod
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, Self

from skill.listener.reader import Reader
from skill.recording.catalogue import INDEX
from skill.recording.dose import RecordedDose
from skill.recording.score import Score
from skill.routine.plan import Place

SCORES_KEPT: Final = 32
"""Some 20 kB each."""

NAME: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
"""How recordings are named. A name comes back from a device, and becomes a file's."""


class ShelfError(Exception):
    """What is kept of the recordings cannot be read; one line says why."""


class Recording(NamedTuple):
    """A recording as the index lists it."""

    name: str
    """The name of its files, without their endings."""
    title: str
    """What players show."""
    locale: str
    """The locale of its words."""
    total_ms: int
    """How long it is."""
    routine_ms: int
    """How much of that the minutes of the routine count."""
    doses: tuple[RecordedDose, ...]
    """How much of each exercise it holds, in order."""

    @property
    def exercises(self) -> tuple[str, ...]:
        """The ids of its exercises, in order."""
        return tuple(dose.exercise for dose in self.doses)

    @property
    def places(self) -> frozenset[Place]:
        """All sets in it."""
        return frozenset(place for dose in self.doses for place in dose.places)

    @classmethod
    def read(cls, entry: Reader) -> Self:
        """Read an entry of the index."""
        return cls(
            name=entry.text("name", ""),
            title=entry.text("title", ""),
            locale=entry.text("locale", ""),
            total_ms=entry.number("total_ms"),
            routine_ms=entry.number("routine_ms"),
            doses=tuple(RecordedDose.read(dose) for dose in entry.tables("doses")),
        )


class Shelf(ABC):
    """Finished recordings. Safe to use from several threads."""

    def __init__(self) -> None:
        self._scores = lru_cache(SCORES_KEPT)(self._read_score)

    @abstractmethod
    def content(self, file: str) -> bytes | None:
        """The content of a *file* beside the recordings; None where there is none.

        Raises `ShelfError`.
        """

    @abstractmethod
    def address(self, name: str) -> str:
        """Where a device finds the sound of the recording *name*; https."""

    def recordings(self) -> tuple[Recording, ...]:
        """All that the index lists; empty where there is none. Raises `ShelfError`."""
        index = self.content(INDEX)
        if index is None:
            return ()
        found = (Recording.read(entry) for entry in _read(INDEX, index).tables("recordings"))
        return tuple(each for each in found if NAME.fullmatch(each.name) and each.doses)

    def score(self, name: str) -> Score | None:
        """The steps of the recording *name*; None where there is none. Raises `ShelfError`."""
        if not NAME.fullmatch(name):
            return None
        try:
            return self._scores(name)
        except FileNotFoundError:
            return None

    def _read_score(self, name: str) -> Score:
        """The same; it never changes, as the name is made of the content."""
        file = f"{name}.json"
        written = self.content(file)
        if written is None:
            raise FileNotFoundError(file)
        try:
            return Score.read(name, _read(file, written).written)
        except ValueError as fault:
            raise ShelfError(str(fault)) from fault


class FolderShelf(Shelf):
    """The recordings of *folder*, which devices reach at *public_url*."""

    def __init__(self, folder: Path, public_url: str) -> None:
        super().__init__()
        self._folder = folder
        self._public_url = public_url.rstrip("/")

    def content(self, file: str) -> bytes | None:
        """The content of a *file* in the folder."""
        try:
            return (self._folder / file).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise ShelfError(f"{file} cannot be read: {fault.strerror}") from fault

    def address(self, name: str) -> str:
        """The address below the public one."""
        return f"{self._public_url}/{name}.mp3"


class NoShelf(Shelf):
    """No recordings."""

    def content(self, file: str) -> bytes | None:  # noqa: ARG002 - a shelf's
        """None: there is nothing."""
        return None

    def address(self, name: str) -> str:
        """Raises `ShelfError`: there is nothing to be found."""
        raise ShelfError(f"no recording {name}")


def _read(file: str, written: bytes) -> Reader:
    try:
        return Reader(json.loads(written))
    except (ValueError, RecursionError) as fault:
        raise ShelfError(f"{file} is no JSON object") from fault
