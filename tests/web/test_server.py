"""`foot-routine serve` as it runs for real: processes, sockets and signals."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from home_server import MORNING, SECOND, Listener, an_echo, unverified
from project import PROJECT
from running import Answer, Running, run, serving, wait_until
from script import replay_file
from shelves import usual_shelf

from skill.recording import catalogue
from skill.simulator.clock import Clock
from skill.simulator.stage import Stage
from skill.web import server

SHELF: Final = usual_shelf()

SCRIPTS: Final = sorted(
    script
    for script in (PROJECT / "tests" / "conversations" / "en-US").glob("*.txt")
    if not script.name.startswith("reminders-")  # where requests are unverified, none can be set
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server for tools on this machine, over a SQLite file."""
    folder = tmp_path_factory.mktemp("home")
    for timeline in SHELF.timelines.values():
        catalogue.files(folder, timeline)[0].write_bytes(b"sounds")
        catalogue.add(folder, timeline)
    played: list[str | Path] = ["--recordings", folder]
    played += ["--public-url", "https://feet.example"]
    with serving([*unverified(folder), *played], folder) as running:
        yield running


# A conversation


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_conversation_goes_over_http_as_it_is_written(home: Running, script: Path) -> None:
    users = count()

    def stage() -> Stage:
        clock, user = Clock.stopped(MORNING), f"{script.stem}-{next(users)}"
        return Stage(clock, lambda room: an_echo(home.converse, clock, user, room, SHELF.lengths))

    assert not replay_file(script, stage, rewrite=False)


def test_a_fault_of_the_store_costs_no_turn_and_is_seen_in_health(tmp_path: Path) -> None:
    database = tmp_path / "places.db"
    with serving(unverified(tmp_path), tmp_path) as running:
        assert running.ask("GET", "/health").status == 200
        for part in tmp_path.glob("places.db*"):
            part.unlink()
        database.mkdir()
        wait_until(lambda: running.ask("GET", "/health").status != 200)
        place = Listener(running).says("start", "next")
        health = running.ask("GET", "/health")
        wait_until(lambda: any(_warns_of(database, line) for line in running.log()))

    assert place == SECOND
    assert health == Answer(503, '{"content":"ok","status":"degraded","store":"fault"}\n')


def _warns_of(database: Path, line: dict[str, Any]) -> bool:
    return line["level"] == "warning" and str(database) in line["message"]


def test_the_log_has_a_line_of_json_for_every_request_and_no_word_of_who_it_was(
    home: Running, tmp_path: Path
) -> None:
    """The lines of gunicorn are JSON too; nothing of what a device says of its user is in any.

    A worker's lines come in their order, those of two workers do not.
    """
    with serving([*unverified(tmp_path), "--workers", "1"], tmp_path) as running:
        echo = an_echo(running.converse, Clock.stopped(MORNING), "SOMEBODY", "ROOM")
        echo.launch()
        echo.say("start")
        echo.leave()
        running.post(b'{"request": "amzn1.ask.account.SOMEBODY"}')
        running.ask("GET", "/elsewhere")

        def asked() -> list[dict[str, Any]]:
            return [line for line in running.log() if line.get("path", "/health") != "/health"]

        wait_until(lambda: len(asked()) >= 5)

    assert [(line["path"], line["status"]) for line in asked()] == [
        *[("/alexa", 200)] * 3,
        *[("/alexa", 400), ("/elsewhere", 404)],
    ]
    assert running.log()[0]["from"] == "gunicorn.error"
    assert all(line["us"] >= 0 for line in asked())
    for whole in (running.errors.read_text(), home.errors.read_text()):
        for secret in ("SOMEBODY", "amzn1", "ROOM", "LISTENER"):
            assert secret not in whole


# Who is let in


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.1", "echo.example.com", ""])  # noqa: S104 - refused
def test_unverified_is_for_loopback_addresses_only(host: str, tmp_path: Path) -> None:
    done = run("serve", "--unverified", "--host", host, "--db", tmp_path / "places.db")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        f"Error: --unverified lets anyone in who can reach {host}: it is for loopback addresses"
        " only."
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_a_loopback_address_is_known(host: str) -> None:
    assert server.is_loopback(host)


@pytest.mark.parametrize("environ", [{}, {"FOOT_ROUTINE_SKILL_ID": ""}], ids=["none", "empty"])
def test_without_a_skill_id_nothing_is_served(environ: dict[str, str], tmp_path: Path) -> None:
    done = run("serve", "--db", tmp_path / "places.db", environ=environ)

    assert done.returncode == 2
    assert "--skill-id" in done.stderr
    assert "--unverified" in done.stderr
    assert list(tmp_path.iterdir()) == []


# What keeps it from starting


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("serve", "--unverified", "--port", str(port), "--db", tmp_path / "x.db")

    assert done.returncode == 1
    assert (
        done.stderr == f"Error: Cannot listen at 127.0.0.1, port {port}: Address already in use\n"
    )


def test_an_address_of_another_machine_is_one_line(tmp_path: Path) -> None:
    done = run("serve", "--skill-id", "x", "--host", "203.0.113.1", "--db", tmp_path / "x.db")

    assert done.returncode == 1
    assert done.stderr.startswith("Error: Cannot listen at 203.0.113.1, port 8080: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [["serve", "--unverified"], ["plan"], ["talk"], ["ask", "-"]])
def test_content_that_cannot_be_led_stops_the_start(command: list[str], tmp_path: Path) -> None:
    """With file and key: in a copy of the package whose numbers have been spoilt."""
    shutil.copytree(PROJECT / "skill", tmp_path / "skill")
    numbers = tmp_path / "skill" / "content" / "routine.toml"
    numbers.write_text(numbers.read_text().replace("reps = [10, 20]", "reps = [20, 10]"))
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", "from skill.terminal.cli import main; main()", *command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "FOOT_ROUTINE_DB": str(tmp_path / "x.db")},
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Error: routine.toml: exercise.heel_raises.reps: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "x.db").exists()
