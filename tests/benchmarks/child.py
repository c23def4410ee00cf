"""Fresh processes, all alike: the same interpreter, paths and compiled modules."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
PROJECT: Final = HERE.parent.parent
PATHS: Final = (PROJECT, PROJECT / "lambda", HERE.parent / "support", HERE)
START_SECONDS: Final = 20

NARROW: Final = r"'\\b(\\d\\.\\d\\.\\d[a-z]*)\\b'"
WIDE: Final = r"'\\b(\\d\\.\\d\\.\\d+[a-z]*)\\b'"
"""oscrypto's pattern for OpenSSL's version does not match 3.0.10 and later; this one does."""

Command = Callable[[int], list[str]]
"""The arguments of a server, after the interpreter's own, that listens at a port."""


@dataclass(frozen=True)
class Children:
    """Starts Python processes.

    They run without `site`, so that what development tools put into it (coverage, for one) is not
    loaded.
    """

    scratch: Path
    """A folder for what they write and for what is compiled for them."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Variables that they get besides this process's own."""

    def run(self, script: str, *arguments: object, body: bytes = b"") -> list[float]:
        """Run *script* of this folder to its end, and give the numbers that it prints."""
        command = [sys.executable, "-S", str(HERE / script), *map(str, arguments)]
        done = subprocess.run(  # noqa: S603 - our own scripts
            command, input=body, env=self._environ(), capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{script}: {done.stderr.decode()[-2000:]}")
        return [float(number) for number in done.stdout.split()]

    @contextmanager
    def serving(self, command: Command) -> Iterator["Server"]:
        """Run a server, on a free port, until the end of the block."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        log = self.scratch / "server.log"
        with (
            log.open("wb") as errors,
            subprocess.Popen(  # noqa: S603 - our own servers
                command(port), env=self._environ(), stdout=errors, stderr=errors
            ) as process,
        ):
            try:
                _wait_for(port, process, log)
                yield Server(process.pid, port)
            finally:
                process.send_signal(signal.SIGTERM)

    def _environ(self) -> Mapping[str, str]:
        paths = (self.scratch / "packages", *PATHS, sysconfig.get_path("purelib"))
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYTHONPYCACHEPREFIX": str(self.scratch / "compiled"),
            "PYTHONDONTWRITEBYTECODE": "",
            **self.environ,
        }


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    pid: int
    """Its first process, the parent of the workers."""
    port: int
    """Where it listens on loopback."""

    def peak_mb(self) -> float:
        """The most memory that any one worker had at any time (VmHWM), in MB."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return max(_peak_kb(int(pid)) for pid in children) / 1024


def copy_oscrypto(scratch: Path) -> None:
    """Copy oscrypto to where the children find it first, its pattern for versions widened.

    Without that `ask-sdk-webservice-support` cannot be imported on OpenSSL 3.0.10 and later.
    """
    folder = scratch / "packages" / "oscrypto"
    shutil.copytree(Path(sysconfig.get_path("purelib")) / "oscrypto", folder)
    for file in folder.glob("_openssl/_libcrypto_c*.py"):
        source = file.read_text("utf-8")
        if NARROW not in source:
            raise RuntimeError(f"oscrypto's {file.name} has another pattern for versions")
        file.write_text(source.replace(NARROW, WIDE), "utf-8")


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
