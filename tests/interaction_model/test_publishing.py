"""The commands of docs/publishing.md can be pasted one block after the other."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from project import PROJECT

PAGE = (PROJECT / "docs" / "publishing.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SKILL_ID = "amzn1.ask.skill.00000000-0000-4000-8000-000000000000"

STUB = """#!/bin/sh
echo "$(basename "$0") $* in $PWD" >> "$CALLS"
"""
PYTHON = f"""#!/bin/sh
exec {shlex.quote(sys.executable)} "$@"
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the commands need of a clone; its environment; and `npm` and `npx`, which only note."""
    for name in ("skill", "interaction_model"):
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", "mine")
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=ignored)
    executable(tmp_path / ".venv" / "bin" / "python", PYTHON)
    executable(tmp_path / "bin" / "npm", STUB)
    executable(tmp_path / "bin" / "npx", STUB)
    return tmp_path


def executable(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)


def test_the_blocks_work_one_after_the_other_in_one_shell(clone: Path) -> None:
    calls, model = clone / "calls", clone / "interaction_model"
    done = subprocess.run(  # noqa: S603 - the page's own commands
        ["/bin/bash", "-euc", "".join(BLOCKS)],
        cwd=clone,
        env={**os.environ, "CALLS": str(calls), "PATH": f"{clone / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert calls.read_text().splitlines() == [
        f"npm install --prefix interaction_model in {clone}",
        f"npx ask configure in {model}",
        f"npx ask deploy in {model}/mine",
        f"npx ask smapi submit-skill-for-certification -s {SKILL_ID} in {model}/mine",
    ]
    assert (model / "mine" / "ask-resources.json").exists()
