"""The folder of recordings, and the index in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from arranged import arranged

from skill.recording import catalogue
from skill.recording.timeline import Timeline
from skill.routine.model import Side
from skill.routine.wishes import Wishes


def added(folder: Path, wishes: Wishes) -> Timeline:
    """A recording in *folder*, with a sound of six bytes."""
    timeline = arranged(wishes)
    catalogue.files(folder, timeline)[0].write_bytes(b"sounds")
    catalogue.add(folder, timeline)
    return timeline


def listed(folder: Path) -> list[dict[str, Any]]:
    """What the index of *folder* lists."""
    recordings: list[dict[str, Any]] = json.loads((folder / "index.json").read_text())["recordings"]
    return recordings


def test_the_index_lists_every_recording_of_the_folder(tmp_path: Path) -> None:
    whole = added(tmp_path, Wishes())
    left = added(tmp_path, Wishes(feet=Side.LEFT, exercises=("toe_curls",)))

    found = {entry["name"]: entry for entry in listed(tmp_path)}
    assert found.keys() == {whole.name, left.name}
    assert found[left.name] == {
        "name": left.name,
        "title": left.title,
        "locale": "en-US",
        "voice": "nobody 1.0",
        "total_ms": left.total_ms,
        "routine_ms": left.routine_ms,
        "bytes": 6,
        "doses": [dose.as_json() for dose in left.doses],
    }

    assert [(dose.exercise, dose.sides, dose.sets) for dose in left.doses] == [
        ("toe_curls", ("left",), 5)
    ]


def test_a_recording_that_is_made_again_is_listed_once(tmp_path: Path) -> None:
    added(tmp_path, Wishes())
    added(tmp_path, Wishes())

    assert len(listed(tmp_path)) == 1


def test_a_recording_without_its_sound_is_not_listed(tmp_path: Path) -> None:
    gone = added(tmp_path, Wishes(minutes=15))
    catalogue.files(tmp_path, gone)[0].unlink()
    kept = added(tmp_path, Wishes())

    assert [entry["name"] for entry in listed(tmp_path)] == [kept.name]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"title": "a", "cues": [3]}', "\xff"])
def test_a_file_that_is_no_timeline_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "other.json").write_text(content, "latin-1")
    (tmp_path / "other.mp3").touch()

    with pytest.raises(catalogue.CatalogueError, match=r"other\.json"):
        added(tmp_path, Wishes())


def test_nothing_is_left_half_written(tmp_path: Path) -> None:
    timeline = added(tmp_path, Wishes())

    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"index.json", f"{timeline.name}.json", f"{timeline.name}.mp3"}
