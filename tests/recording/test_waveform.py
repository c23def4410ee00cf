"""The picture in docs/recording.md, as its command draws it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from project import PROJECT

from skill.terminal import cli

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A short recording by espeak-ng."""
    pytest.importorskip("skill.recording.synthesizer")
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed (Debian: espeak-ng)")
    options = ["--minutes", "5", "--only", "toe_walking", "--known", "--voice", "espeak-ng"]
    done = CliRunner().invoke(cli.main, ["record", "--out", str(tmp_path), *options])
    assert done.exit_code == 0, done.output
    (path,) = tmp_path.glob("*.mp3")
    return path


def test_every_cue_of_the_minute_is_drawn_with_its_words(recording: Path) -> None:
    to = recording.with_suffix(".svg")
    command = (sys.executable, "docs/waveform.py", str(recording), str(to), "--begin", "40")
    subprocess.run(command, cwd=PROJECT, check=True)  # noqa: S603 - our own script

    drawn = ElementTree.fromstring(to.read_text("utf-8"))  # noqa: S314 - drawn a moment ago
    texts = [text.text or "" for text in drawn.iter(f"{SVG}text")]
    cues = json.loads(recording.with_suffix(".json").read_text())["cues"]
    within = [cue for cue in cues if 40_000 <= cue["at_ms"] < 100_000]
    assert len(texts) == 2 * len(within) > 10
    for cue, words in zip(within, texts[::2], strict=True):
        assert cue["words"].startswith(words.removesuffix("…"))
    waves = [path.get("d", "") for path in drawn.iter(f"{SVG}path") if path.get("fill") == "none"]
    assert len(waves) == 6
    assert all(wave.count("M") == 1_200 for wave in waves)
