"""What is checked of the code itself: one command checks everything."""

import subprocess
import sys

import pytest
from project import PROJECT


@pytest.mark.parametrize(
    "tool",
    [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy"],
        ["importlinter"],
    ],
    ids=" ".join,
)
def test_the_code_is_clean(tool: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - the tools of this very environment
        [sys.executable, "-m", *tool], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
