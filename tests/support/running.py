"""The command and its servers as they run for real: started for a test, and ended with it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from random import randrange
from typing import Any, Final, NamedTuple, TypeVar

T = TypeVar("T")

COMMAND: Final = Path(sys.executable).with_name("foot-routine")
READY_SECONDS: Final = 60
STOP_SECONDS: Final = 60
"""No promise of the skill's: a machine with other things to do may take so long."""

PORTS: Final = range(20_000, 32_000)
"""Below those that Linux takes for whoever asks for any, or connects to somebody."""

WORKER: Final = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
WORKERS: Final = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
OURS: Final = PORTS[WORKER % WORKERS :: WORKERS]
"""Those that no other process of this run takes."""

FIRST: Final = randrange(len(OURS))  # noqa: S311 - a place to begin

NEXT_PORTS: Final[Iterator[int]] = cycle([*OURS[FIRST:], *OURS[:FIRST]])
"""Each is given once before one is given again: a server may be slow to take its own."""


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
        return answered(connection, method, path, body, headers)

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

        def alive() -> set[int] | None:
            booted = [line["pid"] for line in self.log() if line["message"].startswith("Booting")]
            found = {pid for pid in booted if is_alive(pid)}
            return found if len(found) == number else None

        return wait_until(alive)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask the server to stop, and give its exit status."""
        self.process.send_signal(by)
        return self.process.wait(STOP_SECONDS)


def answered(
    connection: HTTPConnection,
    method: str,
    path: str,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request on *connection*, and close it; an iterable *body* goes in chunks.

    A server may answer before it has read all, and hang up while the rest is being sent.
    """
    with closing(connection):
        if not connection.sock:
            connection.connect()
        with suppress(ConnectionError):
            connection.request(method, path, body, headers or {}, encode_chunked=True)  # type: ignore[arg-type] # http.client's own union
        response = connection.getresponse()
        return Answer(response.status, response.read().decode())


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


def wait_until(true: Callable[[], T | None], seconds: float = READY_SECONDS) -> T:
    """Look every few milliseconds, and give what came true; fail where nothing does."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


def free_port() -> int:
    """Give a port where nobody listens, and that the kernel gives to nobody else meanwhile."""
    while True:
        port = next(NEXT_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def is_alive(pid: int) -> bool:
    """Ask the kernel; a process that has ended and waits to be reaped counts as dead."""
    return _state(pid) not in {"", "Z"}


def _state(pid: int) -> str:
    """Give the kernel's letter for what the process does, and none where there is no process."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):  # the second where it ends while it is read
        return ""
    return status.rpartition(")")[2].split()[0]


def is_delivered(port: int) -> bool:
    """Tell whether all that was sent to *port* of this machine has come to that side's kernel."""
    sent = [sizes.partition(":")[0] for _, to, sizes in _connections() if to == port]
    return bool(sent) and all(size == "00000000" for size in sent)


def is_read(port: int) -> bool:
    """Tell whether the program at *port* has read all that was sent to it."""
    if not is_delivered(port):
        return False
    waiting = [sizes.partition(":")[2] for at, _, sizes in _connections() if at == port]
    return bool(waiting) and all(size == "00000000" for size in waiting)


def _connections() -> Iterator[tuple[int, int, str]]:
    """Give both ports of each open TCP connection, and the sizes of its queues, in hex."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, here, there, state, sizes, *_ = line.split()
        if state == "01":
            yield int(here.rpartition(":")[2], 16), int(there.rpartition(":")[2], 16), sizes


@contextmanager
def held(pid: int) -> Iterator[None]:
    """Have the process stand still until the end of the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        wait_until(lambda: _state(pid) == "T")
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _is_ready(server: Running) -> bool:
    try:
        return server.ask("GET", "/health").status == HTTPStatus.OK
    except OSError:
        return False
