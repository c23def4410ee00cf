"""Lambda on this machine: the built zip alone, under Amazon's runtime client and emulator.

Run as a command it measures what docs/costs.md reckons with.
"""

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from aws_tools import PROJECT, aws_tools, emulator, give_up, load_template
from dynamo_server import TABLE, amazon_environment, running_dynamo
from ears import ears_for
from running import free_port
from script import interfaces_of, replay_file

from skill.language import library
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.simulator.stage import Stage

MORNING = 1_767_598_200_000
"""2026-01-05T07:30:00Z: when conversations begin."""

WHOLE_ROUTINE = PROJECT / "tests" / "conversations" / "en-US" / "a-whole-routine.txt"

SKILL_ID = Device("en-US").application
SECRET = "a secret that nobody has to keep"  # noqa: S105 - it is what it says
SETTINGS = {
    "Places": TABLE,
    "SkillId": SKILL_ID,
    "ListenerSecret": SECRET,
    "Recordings": "feet",
    "Screens": "on",
}
"""What the template refers to."""

ROUTINES = 100
"""How many are measured. The system counts processor time in hundredths of a second."""

START_S = 60
"""The longest that the emulator may take to listen; it takes a tenth of a second."""

LONG_S = 600
"""Longer than any test waits."""


class LambdaError(Exception):
    """What the function raised, as Lambda reports it."""


@dataclass(frozen=True, slots=True)
class Function:
    """A running function; called with a request envelope it gives the response envelope.

    Raises `LambdaError` where the function raises.
    """

    port: int
    log_file: Path
    process: int

    @property
    def log(self) -> str:
        """All that it has logged by now, and what the emulator says of it."""
        return self.log_file.read_text("utf-8")

    def __call__(self, event: object) -> dict[str, Any]:
        """Invoke it once."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(
                "POST", "/2015-03-31/functions/function/invocations", json.dumps(event)
            )
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        if "errorMessage" in answer:
            raise LambdaError(answer["errorMessage"])
        return answer


def build(folder: Path) -> Path:
    """Build the artifact as `lambda/artifact.py` does; return the zip."""
    to = folder / "lambda.zip"
    command = (sys.executable, str(PROJECT / "lambda" / "artifact.py"), str(to))
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        give_up(f"the packages for Lambda cannot be installed here: {done.stderr[-500:]}")
    return to


def unpacked(artifact: Path) -> Path:
    """Lay out *artifact* beside itself, as Lambda does."""
    folder = artifact.with_suffix("")
    with ZipFile(artifact) as packed:
        packed.extractall(folder)
    return folder


def without_limits(folder: Path) -> Path:
    """Lay out the artifact in *folder* once more, with a table that is waited for.

    Its time limits are a promise with a test of its own. Elsewhere a machine that stands still for
    a second would make them part of the answer.
    """
    patient = folder.with_name("patient")
    shutil.copytree(folder, patient)
    module = patient / "skill" / "storage" / "dynamo_table.py"
    text, limits = re.subn(
        r"(?m)^(CONNECT_S|READ_S): Final = .*$", rf"\1: Final = {LONG_S}", module.read_text("utf-8")
    )
    assert limits == 2
    module.write_text(text, "utf-8")
    return patient


def settings() -> dict[str, str]:
    """Return the environment that the template gives to the function."""
    function = load_template()["Resources"]["Skill"]["Properties"]
    variables = function["Environment"]["Variables"]
    return {name: SETTINGS[value["Ref"]] for name, value in variables.items()}


@contextmanager
def running(folder: Path, dynamo: str, log: Path) -> Iterator[Function]:
    """Run what lies in *folder*, its table at the URL *dynamo*; the emulator ends no call."""
    function = load_template()["Resources"]["Skill"]["Properties"]
    port = inner = free_port()
    while inner == port:
        inner = free_port()
    python = aws_tools() / "python"
    with (
        log.open("w") as output,
        subprocess.Popen(  # noqa: S603 - Amazon's own
            (
                *(str(emulator()), "--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
                *("--runtime-api-address", f"127.0.0.1:{inner}"),
                *(str(python), "-B", "-m", "awslambdaric", function["Handler"]),
            ),
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "AWS_LAMBDA_FUNCTION_TIMEOUT": str(LONG_S),
                **amazon_environment(dynamo),
                **settings(),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _await(port)
            yield Function(port, log, process.pid)
        finally:
            process.terminate()


def home(function: Function, user: str, locale: str) -> Stage:
    """Return the home of a *user* whom the skill has not met."""
    words = library.load().words(locale)
    ears = ears_for(words.language)
    clock = Clock.stopped(MORNING)

    def device(room: str) -> Echo:
        return Echo(
            function,
            ears,
            clock,
            Device(locale, room, user, interfaces=interfaces_of(room)[1:]),
            words.rate,
        )

    return Stage(clock, device)


def main() -> None:
    """Lead routines one after the other, and tell what they take."""
    with TemporaryDirectory() as scratch, running_dynamo() as url:
        folder = unpacked(build(Path(scratch)))
        with running(folder, url, Path(scratch, "log.txt")) as function:
            _lead(function, "the first")
            before = _processor_ms(function)
            for number in range(ROUTINES):
                _lead(function, str(number))
            spent = _processor_ms(function) - before
            start = re.findall(r"INIT REPORT\(durationMs: ([0-9.]+)", function.log)
            first, *later = map(float, re.findall(r"RTDONE.* duration: ([0-9.]+)", function.log))
            turns = len(later) * ROUTINES / (ROUTINES + 1)
            told = {
                "start, ms": start[0],
                "first turn, ms": first,
                "other turns, ms": statistics.median(later),
                "processor time of each, ms": round(spent / turns, 1),
                "memory": _memory(function),
            }
    sys.stdout.write("".join(f"{what}: {figure}\n" for what, figure in told.items()))


def _lead(function: Function, user: str) -> None:
    """Lead one whole routine, word for word."""
    faults = replay_file(WHOLE_ROUTINE, lambda: home(function, user, "en-US"), rewrite=False)
    if faults:
        raise SystemExit("\n".join(faults))


def _runtime(function: Function) -> Path:
    """Return where the system keeps the figures of the process that runs the skill (Linux)."""
    threads = Path("/proc", str(function.process), "task").glob("*/children")
    (child,) = " ".join(thread.read_text() for thread in threads).split()
    return Path("/proc", child)


def _processor_ms(function: Function) -> int:
    figures = (_runtime(function) / "stat").read_text().rpartition(")")[2].split()
    return (int(figures[11]) + int(figures[12])) * 1000 // os.sysconf("SC_CLK_TCK")


def _memory(function: Function) -> str:
    figures = (_runtime(function) / "status").read_text()
    return figures.partition("VmHWM:")[2].partition("\n")[0].strip()


def _await(port: int) -> None:
    """Return when somebody listens at *port*."""
    until = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


if __name__ == "__main__":
    main()
