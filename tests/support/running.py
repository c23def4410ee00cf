"""The command and its servers as they run for real: started for a test, and ended with it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from secrets import choice
from typing import Any, Final, NamedTuple

COMMAND: Final = Path(sys.executable).with_name("foot-routine")
READY_SECONDS: Final = 30
STOP_SECONDS: Final = 15

PORTS: Final = range(20_000, 32_000)
"""Below those that Linux takes for whoever asks for any, or connects to somebody."""


class Answer(NamedTuple):
    """What came back for a request."""

    status: int
    text: str


@dataclass(frozen=True)
class Running:
    """A server that listens on loopback at *port*; what it writes of errors goes to *errors*."""

    process: subprocess.Popen[bytes]
    port: int
    errors: Path

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request on a connection of its own; an iterable *body* goes in chunks."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=READY_SECONDS)
        try:
            connection.request(method, path, body, headers or {}, encode_chunked=True)  # type: ignore[arg-type] # http.client's own union
            response = connection.getresponse()
            return Answer(response.status, response.read().decode())
        finally:
            connection.close()

    def post(self, body: object, headers: Mapping[str, str] | None = None) -> Answer:
        """Send *body* where Alexa sends hers."""
        return self.ask("POST", "/alexa", body, headers)

    def converse(self, envelope: Mapping[str, Any]) -> dict[str, Any]:
        """Be the skill for a simulated device."""
        answer = self.post(json.dumps(envelope).encode())
        assert answer.status == 200, answer
        response: dict[str, Any] = json.loads(answer.text)
        return response

    def socket(self) -> socket.socket:
        """Connect, for what no HTTP client would send."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=READY_SECONDS)

    def log(self) -> list[dict[str, Any]]:
        """Give what it logged so far; anything but a JSON object a line fails."""
        whole, _, _ = self.errors.read_text().rpartition("\n")  # the last may still be written
        lines = [json.loads(line) for line in whole.splitlines()]
        assert all(isinstance(line, dict) for line in lines)
        return lines

    def workers(self, number: int = 2) -> set[int]:
        """Wait until so many processes answer, and give them."""

        def alive() -> set[int]:
            booted = [line["pid"] for line in self.log() if line["message"].startswith("Booting")]
            return {pid for pid in booted if is_alive(pid)}

        wait_until(lambda: len(alive()) == number)
        return alive()

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask the server to stop, and give its exit status."""
        self.process.send_signal(by)
        return self.process.wait(STOP_SECONDS)


def run(
    *arguments: str | Path, given: str = "", environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command where it ends by itself, with *given* as its input."""
    return subprocess.run(  # noqa: S603 - our own command
        [COMMAND, *arguments],
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=READY_SECONDS,
        env={**os.environ, **(environ or {})},
    )


@contextmanager
def serving(
    command: Iterable[str | Path],
    folder: Path,
    environ: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[Running]:
    """Run *command* with `--port` added, by default a free one, until the end of the block.

    In a session of its own, so that only what is sent to it reaches it.
    """
    port = port or free_port()
    errors = folder / f"errors-{port}.log"
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(  # noqa: S603 - our own server
            [*command, "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stderr=stderr,
            env={**os.environ, **(environ or {})},
            start_new_session=True,
        ) as process,
    ):
        server = Running(process, port, errors)
        try:
            wait_until(lambda: process.poll() is not None or _is_ready(server))
            assert process.poll() is None, errors.read_text()
            yield server
        finally:
            if process.poll() is None:
                try:
                    server.stop()
                except subprocess.TimeoutExpired:
                    process.kill()


def wait_until(true: Callable[[], object], seconds: float = READY_SECONDS) -> None:
    """Look every few milliseconds; fail where it does not come true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def free_port() -> int:
    """Give a port where nobody listens, and that the kernel gives to nobody else meanwhile."""
    while True:
        port = choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def is_alive(pid: int) -> bool:
    """Ask the kernel; a process that has ended and waits to be reaped counts as dead."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):  # the second where it ends while it is read
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _is_ready(server: Running) -> bool:
    try:
        return server.ask("GET", "/health").status == HTTPStatus.OK
    except OSError:
        return False
