"""The command `record`, run as a user would."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from skill.terminal import cli

QUICK = ("--minutes", "5", "--only", "toe_walking", "--known", "--voice", "espeak-ng")


def recorded(*options: str | Path) -> Result:
    return CliRunner().invoke(cli.main, ["record", *map(str, options)])


@pytest.fixture(scope="module")
def _everything_installed() -> None:
    pytest.importorskip("skill.recording.synthesizer")
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed (Debian: espeak-ng)")


class Made(NamedTuple):
    """What the command made."""

    done: Result
    """How it ended, and what it wrote."""

    folder: Path
    """Where it put the recording."""


@pytest.fixture(scope="module")
def made(_everything_installed: None, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A short recording, in a folder that was not there."""
    folder = tmp_path_factory.mktemp("recordings") / "new"
    return Made(recorded("--out", folder, *QUICK), folder)


@pytest.fixture
def _unencoded(_everything_installed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of the time goes by in the encoder, whose work some tests do not look at."""

    def write(path: Path, *_: object) -> None:
        path.write_bytes(b"sound")

    monkeypatch.setattr("skill.recording.mp3.write", write)


def test_a_recording_is_a_sound_a_timeline_and_a_line_in_the_index(made: Made) -> None:
    assert made.done.exit_code == 0, made.done.output
    (entry,) = json.loads((made.folder / "index.json").read_text())["recordings"]
    timeline = json.loads((made.folder / f"{entry['name']}.json").read_text())
    assert timeline["total_ms"] == entry["total_ms"]
    assert {cue["exercise"] for cue in timeline["cues"]} == {"toe_walking", None}
    assert (made.folder / f"{entry['name']}.mp3").stat().st_size == entry["bytes"]
    assert len(list(made.folder.iterdir())) == 3


def test_the_table_tells_length_size_and_voice(made: Made) -> None:
    (entry,) = json.loads((made.folder / "index.json").read_text())["recordings"]
    minutes, seconds = divmod(round(entry["total_ms"] / 1000), 60)

    assert f"{minutes}:{seconds:02}" in made.done.stdout
    assert f"{entry['bytes'] / 1e6:.2f} MB" in made.done.stdout
    assert entry["voice"] in made.done.stdout


@pytest.mark.usefixtures("_unencoded")
def test_a_recording_without_ticks_is_another_one(tmp_path: Path) -> None:
    recorded("--out", tmp_path, *QUICK)
    recorded("--out", tmp_path, *QUICK, "--no-tick")

    assert len(json.loads((tmp_path / "index.json").read_text())["recordings"]) == 2


@pytest.mark.usefixtures("_unencoded")
def test_lines_that_are_said_faster_are_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drawling voice has to hurry."""
    monkeypatch.setattr("skill.recording.espeak_voice.WORDS_A_MINUTE", 145)
    done = recorded("--out", tmp_path, *QUICK)

    assert done.exit_code == 0, done.output
    assert "said 1." in done.stdout


@pytest.mark.usefixtures("_everything_installed")
def test_a_voice_that_is_too_slow_leaves_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skill.recording.espeak_voice.WORDS_A_MINUTE", 80)
    done = recorded("--out", tmp_path, *QUICK)

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: Nothing is recorded: ")
    assert " ms at 1.25 times the speed, and has " in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_everything_installed")
def test_a_wish_that_cannot_be_met_is_refused_as_by_plan(tmp_path: Path) -> None:
    done = recorded("--out", tmp_path / "none", "--minutes", "1")

    assert done.exit_code == 2
    assert "The nearest that can be met: foot-routine plan " in done.stderr
    assert not (tmp_path / "none").exists()


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        f"from skill.terminal.cli import main; main(['record', '--out', {str(tmp_path)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own code

    assert done.returncode == 1
    assert done.stderr == (
        'Error: numpy is missing: install the extra "voice", as docs/recording.md says.\n'
    )
    assert list(tmp_path.iterdir()) == []


def test_no_other_command_needs_the_extra() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from skill.terminal import cli\n"
        "CliRunner().invoke(cli.main, ['plan', '--json'])\n"
        "assert not {'av', 'hibari', 'numpy', 'onnxruntime'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own code

    assert done.stderr == ""
