"""What docs/self-hosting.md says, done."""

import os
import re
import shlex
import shutil
import socket
import stat
import subprocess
from pathlib import Path
from typing import Final

import pytest
from home_server import SECOND, Listener, unverified
from project import PROJECT
from running import COMMAND, serving

from skill.alexa.refusal import Rule

DOCUMENTED: Final = (PROJECT / "docs" / "self-hosting.md").read_text("utf-8")


def test_the_documented_unit_starts_it_and_systemd_is_told(tmp_path: Path) -> None:
    """Type=notify: the unit is up once its port is open."""
    unit = DOCUMENTED.partition("[Service]\n")[2].partition("[Install]")[0]
    lines = [line.partition("=")[::2] for line in unit.splitlines()]
    (start,) = [value for key, value in lines if key == "ExecStart"]
    program, *options = shlex.split(start)
    variables = [value.partition("=")[::2] for key, value in lines if key == "Environment"]
    environ = {name: value.replace("/var/lib", str(tmp_path)) for name, value in variables}
    name = f"foot-routine-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{name}")
        systemd.settimeout(60)
        environ["NOTIFY_SOCKET"] = f"@{name}"
        with serving([COMMAND, *options], tmp_path, environ) as running:
            told = systemd.recv(100)
            health = running.ask("GET", "/health")
            refused = running.post(b"{}")

    assert Path(program).name == COMMAND.name
    assert told.startswith(b"READY=1\n")
    assert (tmp_path / "foot-routine" / "places.db").exists()
    assert f"`{health.text.strip()}`" in DOCUMENTED
    assert f"`{refused.text.strip()}`" in DOCUMENTED


@pytest.mark.skipif(
    not shutil.which("sqlite3"), reason="sqlite3 is not installed (Debian: sqlite3)"
)
def test_the_documented_backup_keeps_the_place(tmp_path: Path) -> None:
    """Taken while the server runs: the places, and the secret that they are found by.

    Nobody but their owner can read the copies.
    """
    saved = tmp_path / "saved"
    saved.mkdir()
    (lines,) = re.findall(r"^sudo sh -c 'umask [^`]+", DOCUMENTED, re.MULTILINE)
    here = lines.replace("/var/lib/foot-routine", str(tmp_path)).replace("/var/backups", str(saved))
    with serving(unverified(tmp_path), tmp_path) as running:
        place = Listener(running).says("start", "next")
        subprocess.run(  # noqa: S603 - our own document's
            ("/bin/sh", "-euc", here.replace("sudo ", "")), check=True, capture_output=True
        )
    assert {file.name: stat.filemode(file.stat().st_mode) for file in saved.iterdir()} == {
        "places.db": "-rw-------",
        "listener.key": "-rw-------",
    }
    with serving(unverified(saved), saved) as running:
        again = Listener(running).says()

    assert again == place == SECOND


def test_the_documented_rules_are_rules() -> None:
    rules = re.findall(r"^\| `([a-z-]+)` \|", DOCUMENTED, re.MULTILINE)

    assert rules
    assert set(rules) <= set(Rule)
