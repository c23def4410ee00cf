"""`foot-routine serve` as it runs for real: processes, sockets and signals."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
from certificate_authority import SKILL_ID, body
from project import PROJECT, SUPPORT
from running import COMMAND, Answer, Running, is_alive, run, serving, wait_until

from skill.alexa.refusal import Rule
from skill.alexa.verification import MOST_BODY_BYTES
from skill.language import library, phrases
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo, Skill
from skill.simulator.script import replay_file
from skill.simulator.stage import Stage
from skill.simulator.understanding import Understanding
from skill.web import server
from skill.web.connection import RECEIVE_SECONDS

MORNING: Final = 1_767_598_200_000
"""2026-01-05T07:30:00Z."""

DOCUMENTED: Final = (PROJECT / "docs" / "self-hosting.md").read_text("utf-8")
SCRIPTS: Final = sorted(
    script
    for script in (SUPPORT / "conversations" / "en-US").glob("*.txt")
    if not script.name.startswith("reminders-")  # where requests are unverified, none can be set
)
WORDS: Final = library.load().words("en-US")
EARS: Final = Understanding(phrases.load(WORDS.language))
SECOND: Final = ("toe_walking", "both", 1)
"""Where "next" leads from the end of the first exercise."""


def unverified(folder: Path) -> list[str | Path]:
    return [COMMAND, "serve", "--unverified", "--db", folder / "places.db"]


def an_echo(skill: Skill, clock: Clock, user: str = "LISTENER", room: str = "SUPPORT") -> Echo:
    return Echo(skill, EARS, clock, Device("en-US", room, user), WORDS.ms_per_character)


class Listener:
    """Says things to a *running* skill, one after the other has been heard."""

    def __init__(self, running: Running) -> None:
        self._converse = running.converse
        self._clock = Clock.stopped(MORNING)
        self._echo = an_echo(self._answer, self._clock)

    def says(self, *phrases: str) -> object:
        """Open the skill, say *phrases*, and give the place where that led."""
        self._echo.launch()
        for phrase in phrases:
            self._clock.move_on(self._echo.speech.ms)
            self._echo.say(phrase)
        attributes = self._response["sessionAttributes"]
        return attributes["exercise"], attributes["foot"], attributes["set"]

    def _answer(self, envelope: dict[str, Any]) -> dict[str, Any]:
        self._response = self._converse(envelope)
        return self._response


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server for tools on this machine, over a SQLite file."""
    folder = tmp_path_factory.mktemp("home")
    with serving(unverified(folder), folder) as running:
        yield running


# A conversation


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_conversation_goes_over_http_as_it_is_written(home: Running, script: Path) -> None:
    users = count()

    def stage() -> Stage:
        clock, user = Clock.stopped(MORNING), f"{script.stem}-{next(users)}"
        return Stage(clock, lambda room: an_echo(home.converse, clock, user, room))

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
        log = running.log()

    assert place == SECOND
    assert health == Answer(503, '{"content":"ok","status":"degraded","store":"fault"}\n')
    assert any(str(database) in line["message"] for line in log if line["level"] == "warning")


def test_the_log_has_a_line_of_json_for_every_request_and_no_word_of_who_it_was(
    home: Running,
) -> None:
    """The lines of gunicorn are JSON too; nothing of what a device says of its user is in any."""
    before = len(home.log())
    echo = an_echo(home.converse, Clock.stopped(MORNING), "SOMEBODY", "ROOM")
    echo.launch()
    echo.say("start")
    echo.leave()
    home.post(b'{"request": "amzn1.ask.account.SOMEBODY"}')
    home.ask("GET", "/elsewhere")
    wait_until(lambda: len(home.log()) >= before + 5)

    lines = home.log()
    asked = [(each["path"], each["status"]) for each in lines[before:]]
    assert asked == [("/alexa", 200)] * 3 + [("/alexa", 400), ("/elsewhere", 404)]
    assert lines[0]["from"] == "gunicorn.error"
    assert all(each["us"] >= 0 for each in lines[before:])
    whole = home.errors.read_text()
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


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server for the open network, which knows no chain yet and can fetch none here."""
    folder = tmp_path_factory.mktemp("guarded")
    command: list[str | Path] = [COMMAND, "serve", "--db", folder / "places.db"]
    with serving(command, folder, {"FOOT_ROUTINE_SKILL_ID": SKILL_ID}) as running:
        yield running


def test_an_unsigned_request_is_refused(guarded: Running) -> None:
    answer = guarded.post(body())

    assert answer == Answer(400, "header: SignatureCertChainUrl given 0 times\n")


GARBAGE: Final = {
    "noise": b"\x00\xff\x17\x03\x01" * 20 + b"\r\n\r\n",
    "a TLS hello": bytes.fromhex("160301002f0100002b0303") + bytes(40) + b"\r\n\r\n",
    "no version": b"POST /alexa\r\n\r\n",
    "another version": b"POST /alexa HTTP/3.0\r\n\r\n",
    "a header without a colon": b"POST /alexa HTTP/1.1\r\nHost\r\n\r\n",
    "a header without a name": b"POST /alexa HTTP/1.1\r\n: x\r\n\r\n",
    "a folded header": b"POST /alexa HTTP/1.1\r\nHost: x\r\n y\r\n\r\n",
    "a length that is no number": b"POST /alexa HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    "a length below nothing": b"POST /alexa HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST /alexa HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "a length and chunks": (
        b"POST /alexa HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "chunks of no size": b"POST /alexa HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
    "a script's name": b"POST /alexa HTTP/1.1\r\nSCRIPT_NAME: /x\r\nContent-Length: 0\r\n\r\n",
    "schemes that differ": (
        b"POST /alexa HTTP/1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off\r\n"
        b"Content-Length: 0\r\n\r\n"
    ),
    "a body with nothing in it": b"POST /alexa HTTP/1.1\r\n\r\n",
    "a body cut short": b"POST /alexa HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
    "bytes beyond ASCII in a header": b"POST /alexa HTTP/1.1\r\nSignature-256: \xe9\r\n\r\n",
}


@pytest.mark.parametrize("raw", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_400(guarded: Running, raw: bytes) -> None:
    with guarded.socket() as wire:
        wire.sendall(raw)
        wire.shutdown(socket.SHUT_WR)
        answer = wire.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400 ")


# What is too large, and what is too slow


def chunks(size: int) -> Iterator[bytes]:
    yield from (b" " * min(8000, size - at) for at in range(0, size, 8000))


@pytest.mark.parametrize("sent", [lambda size: b" " * size, chunks], ids=["declared", "chunked"])
def test_a_body_over_the_limit_is_400(
    home: Running, sent: Callable[[int], bytes | Iterator[bytes]]
) -> None:
    within = home.post(sent(MOST_BODY_BYTES))
    over = home.post(sent(MOST_BODY_BYTES + 1))

    assert within.text.startswith("envelope: ")
    assert over == Answer(400, "body: over 65536 bytes\n")


def test_an_endless_body_is_not_read(home: Running) -> None:
    with home.socket() as wire:
        wire.sendall(b"POST /alexa HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n")
        answer = wire.recv(100)

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_more_busy_connections_than_threads_are_all_answered(home: Running) -> None:
    """A thread stays with its connection only while every connection has one."""
    connections = [HTTPConnection("127.0.0.1", home.port, timeout=10) for _ in range(24)]
    for _ in range(5):
        for connection in connections:
            connection.request("GET", "/health")
        for connection in connections:
            with connection.getresponse() as answer:
                assert answer.status == 200
                assert json.loads(answer.read())["status"] == "ok"
    for connection in connections:
        connection.close()


def test_clients_that_hang_do_not_keep_others_waiting(tmp_path: Path) -> None:
    """Not at all where a thread is left; and no longer than a request may take where none is."""
    half = b"POST /alexa HTTP/1.1\r\nHost: x\r\nContent-Le"
    command = [*unverified(tmp_path), "--workers", "1", "--threads", "4"]
    with serving(command, tmp_path) as running, ExitStack() as stack:
        hanging = [stack.enter_context(running.socket()) for _ in range(3)]
        for wire, sent in zip(hanging, (half, half, half + b"ngth: 9\r\n\r\n{"), strict=True):
            wire.sendall(sent)
        began = time.monotonic()
        for _ in range(5):
            assert running.ask("GET", "/health").status == 200
        with_a_thread_left = time.monotonic() - began
        dripping = stack.enter_context(running.socket())
        drip = Thread(target=_drip, args=(dripping,))
        drip.start()
        assert running.ask("GET", "/health").status == 200
        in_all = time.monotonic() - began
        drip.join(20)
        ends = [wire.recv(12) for wire in hanging]

    assert with_a_thread_left < RECEIVE_SECONDS
    assert in_all < 3 * RECEIVE_SECONDS
    assert not drip.is_alive()
    assert ends == [b"", b"", b"HTTP/1.1 400"]


def test_when_there_is_no_room_for_connections_it_says_so_and_goes_on(tmp_path: Path) -> None:
    """The limit is on open files; those who were kept waiting are taken in when there is room."""
    limited = ["sh", "-c", 'ulimit -n 40 && exec "$@"', "sh"]
    command = [*limited, *unverified(tmp_path), "--workers", "1"]
    with serving(command, tmp_path) as running:
        with ExitStack() as stack:
            for _ in range(60):
                stack.enter_context(running.socket())
            full = "no connection can be taken in"
            wait_until(lambda: any(full in line["message"] for line in running.log()))
        assert running.ask("GET", "/health").status == 200


def _drip(wire: socket.socket) -> None:
    """Send a byte at a time, until the server hangs up."""
    try:
        while True:
            wire.sendall(b"x")
            time.sleep(0.1)
    except OSError:
        return


# How it ends


@pytest.mark.parametrize(
    ("send", "by"),
    [(os.kill, signal.SIGTERM), (os.killpg, signal.SIGINT)],
    ids=["SIGTERM", "SIGINT"],
)
def test_a_request_under_way_is_answered_before_the_server_stops(
    send: Callable[[int, signal.Signals], None], by: signal.Signals, tmp_path: Path
) -> None:
    """SIGINT goes to the workers too, as from a terminal."""
    with serving(unverified(tmp_path), tmp_path) as running:
        workers = running.workers()
        began = time.monotonic()
        with running.socket() as wire:
            wire.sendall(b"POST /alexa HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")
            wait_until(lambda: _has_read(running.port))
            send(running.process.pid, by)
            (busy,) = running.workers(1)  # the idle one has gone
            wire.sendall(b"}")
            answer = wire.makefile("rb").read()
        status = running.process.wait(10)
        last = [line["message"] for line in running.log() if line["pid"] == busy][-2:]

    assert last == ["request", f"Worker exiting (pid: {busy})"]
    assert answer.startswith(b"HTTP/1.1 400 BAD REQUEST")
    assert b"envelope: " in answer
    assert status == 0
    assert time.monotonic() - began < 8
    assert not any(map(is_alive, workers))


def _has_read(port: int) -> bool:
    """Tell whether the server has taken all that was sent: nothing waits at its sockets."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    waiting = [row[4] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "01"]
    return bool(waiting) and all(queue.endswith(":00000000") for queue in waiting)


def test_a_second_ctrl_c_does_not_wait_for_requests(tmp_path: Path) -> None:
    with serving(unverified(tmp_path), tmp_path) as running, running.socket() as wire:
        wire.sendall(b"POST /alexa HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")
        wait_until(lambda: _has_read(running.port))
        os.killpg(running.process.pid, signal.SIGINT)
        wait_until(lambda: any("signal" in line["message"] for line in running.log()))
        os.killpg(running.process.pid, signal.SIGINT)
        status = running.process.wait(10)
        answer = wire.makefile("rb").read()

    assert status == 0
    assert answer == b"", "it was waited for, and refused in the end"


def test_it_can_be_started_again_right_after_a_stop(tmp_path: Path) -> None:
    """Though the kernel still remembers connections of the one before, which closed them."""
    with serving(unverified(tmp_path), tmp_path) as running:
        with running.socket() as wire:
            wire.sendall(b"GET /health HTTP/1.0\r\n\r\n")
            first = wire.makefile("rb").read()
        running.stop()
    with serving(unverified(tmp_path), tmp_path, port=running.port) as again:
        second = again.ask("GET", "/health")

    assert first.startswith(b"HTTP/1.0 200 OK")
    assert second.status == 200


def test_workers_do_not_outlive_a_server_that_is_killed(tmp_path: Path) -> None:
    with serving(unverified(tmp_path), tmp_path) as running:
        workers = running.workers()
        running.stop(signal.SIGKILL)
        wait_until(lambda: not any(map(is_alive, workers)), seconds=10)


def test_a_worker_that_is_killed_is_replaced_and_the_place_is_still_there(tmp_path: Path) -> None:
    with serving(unverified(tmp_path), tmp_path) as running:
        place = Listener(running).says("start", "next")
        before = running.workers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(map(is_alive, before)))
        after = running.workers()
        again = Listener(running).says()

    assert again == place == SECOND
    assert not before & after


# As docs/self-hosting.md has it


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
        systemd.settimeout(10)
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


def test_the_documented_backup_keeps_the_place(tmp_path: Path) -> None:
    """Taken while the server runs: the places, and the secret that they are found by."""
    saved = tmp_path / "saved"
    saved.mkdir()
    with serving(unverified(tmp_path), tmp_path) as running:
        place = Listener(running).says("start", "next")
        places = sqlite3.connect(tmp_path / "places.db")
        with closing(places), closing(sqlite3.connect(saved / "places.db")) as copy:
            places.backup(copy)  # what the shell's .backup does
        shutil.copy(tmp_path / "listener.key", saved)
    with serving(unverified(saved), saved) as running:
        again = Listener(running).says()

    assert again == place == SECOND


def test_the_documented_rules_are_rules() -> None:
    rules = re.findall(r"^\| `([a-z-]+)` \|", DOCUMENTED, re.MULTILINE)

    assert rules
    assert set(rules) <= set(Rule)


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
        timeout=30,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Error: routine.toml: exercise.heel_raises.reps: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "x.db").exists()
