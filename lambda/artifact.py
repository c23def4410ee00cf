#!/usr/bin/env python3
"""Build what Lambda runs: one zip with the skill and the packages it imports there.

The packages are those of `locks/lambda.txt`, checked by hash, as Lambda's Python 3.13 on arm64
would install them; all are plain Python, so the zip runs anywhere. Left out are boto3, which
Lambda has, and requests with its own packages: the SDK asks for it, but imports it only in its own
client for Alexa's services, which `skill.alexa.api` replaces; and urllib3, one of those packages,
would stand before the one that Lambda's boto3 was tested with. dateutil's own copy of the time
zones is left out, as `tzdata` has them, and so are the rooms of the skill that only a machine of
one's own needs.

The same sources give the same bytes (of one zlib), so that nothing is deployed anew where nothing
changed. Compiled modules are left out: they save 0.12 s of a start of 0.24 s (x86-64, Python
3.11), which SnapStart does beforehand, double the zip, and need the very Python of Lambda to make.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PROJECT: Final = Path(__file__).parent.parent
TARGET: Final = ("--platform", "manylinux2014_aarch64", "--python-version", "3.13")
AT_HOME: Final = ("home.py", "simulator", "terminal", "web")
"""What of the skill Lambda never imports."""

ZONES: Final = Path("dateutil", "zoneinfo", "dateutil-zoneinfo.tar.gz")
"""A tenth of the zip. The skill's times with a zone are `zoneinfo`'s, which reads `tzdata`."""

LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can tell: that of every file, so that no build tells its own."""

READABLE: Final = 0o100644 << 16
"""A plain file that anyone may read, as Lambda's own user has to (in a zip's upper 16 bits)."""


def main() -> None:
    """Build where the command line says, and tell the size."""
    parser = argparse.ArgumentParser(description="Build the zip that Lambda runs.")
    parser.add_argument("zip", nargs="?", type=Path, default=PROJECT / "dist" / "lambda.zip")
    built = build(parser.parse_args().zip)
    sys.stdout.write(f"{built}: {built.stat().st_size / 1e6:.2f} MB\n")


def build(to: Path) -> Path:
    """Write the zip; raises `CalledProcessError` where the packages cannot be installed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "lambda")
        install(folder)
        (folder / ZONES).unlink()
        left_out = shutil.ignore_patterns("__pycache__", *AT_HOME)
        shutil.copytree(PROJECT / "skill", folder / "skill", ignore=left_out)
        shutil.copy(PROJECT / "lambda" / "lambda_function.py", folder)
        pack(folder, draft := Path(scratch, "lambda.zip"))
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(draft, to)
    return to


def install(folder: Path) -> None:
    """Install what is locked into *folder*, and nothing that has to be compiled."""
    lock = PROJECT / "locks" / "lambda.txt"
    subprocess.run(  # noqa: S603 - this very Python's pip
        (
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"),
            *("--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile", *TARGET),
            *("--target", str(folder), "--requirement", str(lock)),
        ),
        check=True,
    )


def pack(folder: Path, to: Path) -> None:
    """Zip all files of *folder* in the order of their names."""
    with ZipFile(to, "w") as packed:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = ZipInfo(file.relative_to(folder).as_posix(), LONG_AGO)
            entry.create_system = 3  # Unix, wherever it was built: else the mode is not read
            entry.external_attr = READABLE
            packed.writestr(entry, file.read_bytes(), ZIP_DEFLATED, compresslevel=9)


if __name__ == "__main__":
    main()
