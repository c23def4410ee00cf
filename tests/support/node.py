"""Node, and the packages that the tests install for it (`npm ci --prefix tests`)."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from project import PROJECT

PACKAGES: Final = PROJECT / "tests" / "node_modules"
"""Where the packages are."""

NODE: Final = shutil.which("node") or ""
"""The program; empty where it is not installed."""


def needed(package: str) -> Path:
    """The folder of a *package*.

    The test skips where it or node is missing, but fails with CI=true.
    """
    if (not NODE or not (PACKAGES / package).is_dir()) and os.environ.get("CI") != "true":
        pytest.skip(f"node or its {package} is not installed (npm ci --prefix tests)")
    return PACKAGES / package


def told(*arguments: str | Path, read: str = "") -> str:
    """What node says when it is run from the project with *arguments*; empty where all is well.

    It can *read* that from its standard input.
    """
    done = subprocess.run(  # noqa: S603 - our own tools
        [NODE, *arguments], cwd=PROJECT, input=read, capture_output=True, text=True, check=False
    )
    return f"{done.stdout}{done.stderr}" or ("" if done.returncode == 0 else "failed")
