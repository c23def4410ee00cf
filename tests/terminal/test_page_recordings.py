"""Which recordings the page keeps in its folder, where a new one is finished."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from page_studio import Voice

from skill import home
from skill.recording import catalogue, studio
from skill.recording.timeline import Timeline
from skill.terminal.coach import PageCoach
from skill.terminal.page_recordings import NEWEST, PLAYED_S

DAY_S: Final = 24 * 60 * 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "recordings"
    found.mkdir()
    return found


@pytest.fixture
def coach(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> PageCoach:
    """A coach whose studio makes each recording in an instant."""

    def record(timeline: Timeline, _voice: Voice, into: Path, _note: object) -> None:
        catalogue.files(into, timeline)[0].write_bytes(b"sounds")
        catalogue.add(into, timeline)

    monkeypatch.setattr(studio, "record", record)
    made = home.build(tmp_path / "places.db", home.now)
    return PageCoach(made, "listener", home.now, locale="en-US", folder=folder, voice=Voice())


def make(coach: PageCoach, minutes: int | None = None, *, always: bool = False) -> Path:
    """Make the recording of the routine, of so many *minutes*; gives its sound."""
    if minutes is not None:
        now = coach.wishes()
        wishes = {
            "minutes": minutes,
            "feet": now["feet"],
            "exercises": [each["id"] for each in now["exercises"]],
            "missing": [],
            "gently": False,
            "always": always,
        }
        assert coach.wish(wishes)["kept"]
    coach.timeline()
    for thread in threading.enumerate():
        if "_make" in thread.name:
            thread.join()
    sound = coach.timeline()["sound"]
    assert isinstance(sound, str)
    return coach.folder / sound.removeprefix("recordings/")


def age(folder: Path, seconds: int) -> None:
    """Let so much time pass since the recordings were made and asked for."""
    for path in folder.glob("*.mp3"):
        then = path.stat().st_mtime - seconds
        os.utime(path, (then, then))


Old = Callable[[int], list[Path]]


@pytest.fixture
def old(coach: PageCoach, folder: Path) -> Old:
    """Makes recordings of so many wishes, each a week after the one before, the oldest first."""

    def made(number: int) -> list[Path]:
        found = []
        for minutes in range(10, 10 + number):
            age(folder, 7 * DAY_S)
            found.append(make(coach, minutes))
        return found

    return made


def test_a_finished_recording_leaves_the_newest_ones_and_no_others(folder: Path, old: Old) -> None:
    made = old(5)

    assert {*folder.glob("*.mp3")} == {*made[-NEWEST:]}
    assert {*folder.glob("*.json")} - {folder / catalogue.INDEX} == {
        path.with_suffix(".json") for path in made[-NEWEST:]
    }
    listed = json.loads((folder / catalogue.INDEX).read_text())["recordings"]
    assert {each["name"] for each in listed} == {path.stem for path in made[-NEWEST:]}


def test_the_recording_of_the_usual_routine_is_kept(
    coach: PageCoach, folder: Path, old: Old
) -> None:
    usual = make(coach, 15, always=True)
    made = old(5)

    assert {*folder.glob("*.mp3")} == {usual, *made[-NEWEST:]}


def test_what_a_page_asked_for_within_a_day_is_kept(
    coach: PageCoach, folder: Path, old: Old
) -> None:
    first, *_ = old(NEWEST)
    age(folder, 7 * DAY_S)
    tag = first.stat().st_mtime
    coach.played(first.name)
    assert first.stat().st_mtime == tag  # players ask for the next part of the same file
    for minutes in (16, 17, 18):
        make(coach, minutes)
    assert first.exists()

    age(folder, PLAYED_S + 1)
    make(coach, 19)
    assert not first.exists()


def test_what_a_page_asks_for_and_is_not_there_changes_nothing(coach: PageCoach) -> None:
    coach.played("none.mp3")

    assert list(coach.folder.iterdir()) == []


def test_a_recording_is_there_though_older_ones_cannot_be_deleted(
    coach: PageCoach, old: Old, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old(NEWEST)
    age(folder, 7 * DAY_S)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(catalogue, "remove", refuse)
    sound = make(coach, 16)

    assert sound.exists()
    assert not coach.progress()["failed"]
    assert time.time() - sound.stat().st_mtime < DAY_S
