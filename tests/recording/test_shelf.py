"""Where recordings are found."""

from pathlib import Path

import pytest
from arranged import arranged

from skill.recording import catalogue
from skill.recording.shelf import FolderShelf, NoShelf, ShelfError
from skill.routine.wishes import Wishes


def shelf_with(folder: Path, wishes: Wishes) -> FolderShelf:
    timeline = arranged(wishes)
    catalogue.files(folder, timeline)[0].write_bytes(b"sounds")
    catalogue.add(folder, timeline)
    return FolderShelf(folder, "https://feet.example/recordings/")


def test_what_was_recorded_is_found_again(tmp_path: Path) -> None:
    timeline = arranged(Wishes(minutes=10))
    shelf = shelf_with(tmp_path, Wishes(minutes=10))

    (found,) = shelf.recordings()
    assert (found.name, found.title) == (timeline.name, timeline.title)
    assert (found.total_ms, found.routine_ms) == (timeline.total_ms, timeline.routine_ms)
    assert found.doses == timeline.doses
    score = shelf.score(found.name)
    assert score is not None
    assert found.places == set(score.numbers)
    assert shelf.address(found.name) == f"https://feet.example/recordings/{timeline.name}.mp3"


def test_a_folder_may_be_empty_or_missing(tmp_path: Path) -> None:
    for shelf in (FolderShelf(tmp_path / "none", "https://a.b"), NoShelf()):
        assert shelf.recordings() == ()
        assert shelf.score("en-US-0123456789ab") is None


@pytest.mark.parametrize("name", ["", "../secret", "a/b", "a.b", "x" * 61])
def test_a_name_that_no_recording_has_reaches_no_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"cues": 1}')
    folder = tmp_path / "recordings"
    folder.mkdir()

    assert FolderShelf(folder, "https://a.b").score(name) is None


@pytest.mark.parametrize("written", ["", "[1]", '"text"', "{" * 5000])
def test_an_index_that_is_none_is_named(written: str, tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(written)

    with pytest.raises(ShelfError, match=r"index\.json"):
        FolderShelf(tmp_path, "https://a.b").recordings()


def test_a_timeline_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")

    with pytest.raises(ShelfError, match="x: no timeline"):
        FolderShelf(tmp_path, "https://a.b").score("x")
