"""Fresh processes, all alike: the same interpreter, paths and compiled modules."""

import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
START_SECONDS: Final = 20


@dataclass(frozen=True)
class Children:
    """Starts the scripts beside this file; what is compiled for them is kept in *scratch*.

    Without `site`, so that what development tools put into it (coverage, for one) is not loaded.
    """

    scratch: Path

    @property
    def environ(self) -> Mapping[str, str]:
        """What a process is told."""
        packages = sysconfig.get_path("purelib")
        paths = (HERE.parent.parent, HERE.parent, HERE, packages)
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYTHONPYCACHEPREFIX": str(self.scratch / "compiled"),
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def run(self, script: str, *arguments: object, body: bytes = b"") -> list[float]:
        """Run *script* to its end, and give the numbers that it prints."""
        command = [sys.executable, "-S", str(HERE / script), *map(str, arguments)]
        done = subprocess.run(  # noqa: S603 - our own scripts
            command, input=body, env=self.environ, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{script}: {done.stderr.decode()[-2000:]}")
        return [float(number) for number in done.stdout.split()]

    @contextmanager
    def serving(self, command: Sequence[object]) -> Iterator["Server"]:
        """Run a server until the end of the block, on a free port that is added to *command*."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        log = self.scratch / "server.log"
        arguments = [*map(str, command), "--port", str(port)]
        with (
            log.open("wb") as errors,
            subprocess.Popen(  # noqa: S603 - our own servers
                arguments, env=self.environ, stdout=errors, stderr=errors
            ) as process,
        ):
            try:
                _wait_for(port, process, log)
                yield Server(process.pid, port)
            finally:
                process.send_signal(signal.SIGTERM)


@dataclass(frozen=True)
class Server:
    """A server that listens at *port*, and its workers."""

    pid: int
    port: int

    def peak_mb(self) -> float:
        """The most memory that any one worker had at any time (VmHWM), in MB."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return max(_peak_kb(int(pid)) for pid in children) / 1024


def _peak_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name == "VmHWM":
            return int(rest.split()[0])
    raise RuntimeError(f"process {pid} has no memory")


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"no server: {log.read_text()[-2000:]}")
