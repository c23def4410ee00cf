"""The folder that recordings are kept in: their names, and the index that lists them.

The same files serve from a bucket: nothing in them names a folder.
"""

import json
from pathlib import Path
from typing import Any, Final

from skill.recording.timeline import Timeline

INDEX: Final = "index.json"
"""The name of the file that lists the recordings of a folder or a bucket."""


class CatalogueError(Exception):
    """A file of the folder is no timeline; the message names it."""


def files(folder: Path, timeline: Timeline) -> tuple[Path, Path]:
    """Where the sound and the timeline of a recording belong in *folder*."""
    return folder / f"{timeline.name}.mp3", folder / f"{timeline.name}.json"


def add(folder: Path, timeline: Timeline) -> None:
    """Write the timeline of a recording whose sound is in *folder*, and list all of them anew.

    Raises `CatalogueError` where another file is no timeline, `OSError` where none can be written.
    """
    _write(files(folder, timeline)[1], timeline.as_json())
    _list(folder)


def remove(folder: Path, name: str) -> None:
    """Delete the recording *name*, and list the others anew; raises as `add` does."""
    (folder / f"{name}.json").unlink(missing_ok=True)
    _list(folder)
    (folder / f"{name}.mp3").unlink(missing_ok=True)


def _list(folder: Path) -> None:
    entries = [_entry(path) for path in sorted(folder.glob("*.json")) if path.name != INDEX]
    _write(folder / INDEX, {"recordings": [entry for entry in entries if entry]})


def _entry(path: Path) -> dict[str, Any] | None:
    """What the index says of the recording with the timeline at *path*; None without a sound."""
    sound = path.with_suffix(".mp3")
    if not sound.exists():
        return None
    try:
        kept = json.loads(path.read_bytes())
        return {
            "name": path.stem,
            "title": kept["title"],
            "locale": kept["locale"],
            "voice": kept["voice"],
            "total_ms": kept["total_ms"],
            "routine_ms": kept["routine_ms"],
            "bytes": sound.stat().st_size,
            "doses": kept["doses"],
        }
    except (ValueError, KeyError, TypeError) as fault:
        raise CatalogueError(f"{path} is no timeline of a recording") from fault


def _write(path: Path, content: object) -> None:
    """Write *content* as JSON; a reader sees the old file or the new one, never a part."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    draft.replace(path)
