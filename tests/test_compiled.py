"""TOML that is kept as Python keeps its modules: always what stands in the file."""

import os
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from skill import compiled, library

FILES = sorted(library.OWN.rglob("*.toml"))


@pytest.fixture
def numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that was read, and what came of it kept."""
    file = tmp_path / "numbers.toml"
    file.write_text("hold = 2.5", "utf-8")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    compiled.read(file)
    return file


def kept(file: Path) -> list[Path]:
    return list(file.parent.glob("__pycache__/*"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_content_is_read_as_it_stands(file: Path) -> None:
    """To the type of every number."""
    expected = tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)

    assert repr(compiled.read(file)) == repr(expected)


def test_what_was_kept_is_read_without_parsing(
    numbers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(compiled, "parsed")

    assert kept(numbers)
    assert compiled.read(numbers) == {"hold": Decimal("2.5")}


def test_a_file_that_has_changed_is_read_anew(tmp_path: Path) -> None:
    """Even to one of the same length, once its time is another."""
    file = tmp_path / "numbers.toml"
    for second, number in enumerate((1, 2, 3)):
        file.write_text(f"reps = {number}", "utf-8")
        os.utime(file, (second, second))

        assert compiled.read(file) == {"reps": number}


def test_what_another_version_of_the_reader_kept_is_not_read(
    numbers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have read the same file otherwise."""
    newer = tmp_path / "compiled.py"
    newer.touch()
    os.utime(newer, (1, 1))
    monkeypatch.setattr(compiled, "__file__", str(newer))
    monkeypatch.setattr(compiled, "parsed", lambda _: {"hold": "read anew"})

    assert compiled.read(numbers) == {"hold": "read anew"}


@pytest.mark.parametrize("length", [0, 10, 16, 20], ids=lambda length: f"{length} bytes of it")
@pytest.mark.parametrize("rest", [b"", b"N", b"\xff" * 40], ids=["cut", "no code", "noise"])
def test_what_is_spoilt_of_what_was_kept_is_not_missed(
    numbers: Path, length: int, rest: bytes
) -> None:
    """A power cut, say."""
    (spoilt,) = kept(numbers)
    spoilt.write_bytes(spoilt.read_bytes()[:length] + rest)

    assert compiled.read(numbers) == {"hold": Decimal("2.5")}


def test_a_folder_where_nothing_can_be_kept_is_read_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "numbers.toml"
    file.write_text("reps = 10", "utf-8")
    (tmp_path / "__pycache__").write_text("in the way", "utf-8")

    assert compiled.read(file) == compiled.read(file) == {"reps": 10}


def test_whatever_toml_can_say_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "all.toml"
    file.write_text('a = [1.50, inf, true, "é\\"\\n"]\nb = {c = 2026-11-27}\n', "utf-8")

    assert compiled.read(file) == {
        "a": [Decimal("1.50"), Decimal("Infinity"), True, 'é"\n'],
        "b": {"c": date(2026, 11, 27)},
    }


@pytest.mark.parametrize(
    "write",
    [
        lambda file: file.write_text("hold = ", "utf-8"),
        lambda file: file.write_bytes(b'name = "\xff"'),
    ],
    ids=["no TOML", "no text"],
)
def test_what_is_no_toml_is_an_error(tmp_path: Path, write: Callable[[Path], None]) -> None:
    file = tmp_path / "numbers.toml"
    write(file)

    with pytest.raises(ValueError, match=r"Invalid value|can't decode"):
        compiled.read(file)

    assert not kept(file)


def test_a_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        compiled.read(tmp_path / "numbers.toml")
