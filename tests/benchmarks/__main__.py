"""All figures of speed, each beside its baseline in the same run: `python tests/benchmarks`.

`--only` takes some of cold, warm, served, artifact, curve. What is measured, and how, is told in
docs/speed.md. Takes about three minutes; the machine should have nothing else to do.
"""

import itertools
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
PROJECT: Final = HERE.parent.parent
sys.path += [str(HERE.parent), str(PROJECT)]  # for the tests' own authority, and for the skill

import click  # noqa: E402 - after the paths
import envelopes  # noqa: E402
import hello_artifact  # noqa: E402
import platformdirs  # noqa: E402
from child import Children, Server  # noqa: E402
from listener import MORNING, percentile  # noqa: E402
from load import Loaded, load  # noqa: E402
from signing import Signer  # noqa: E402
from table import Row, markdown  # noqa: E402

from skill.simulator.echo import Session  # noqa: E402

STARTS: Final = 15
WARM_ROUNDS: Final = 5
SERVED_ROUNDS: Final = 3
SERVED_SECONDS: Final = 3.0
CONNECTIONS: Final = 4
WARM_UP: Final = 600
MOST_A_ROUND: Final = 12_000
USERS: Final = (1, 100, 10_000, 1_000_000)
HEAD: Final = ("figure", "skill", "baseline", "ratio", "to reach", "reached")
PARTS: Final = ("cold", "warm", "served", "artifact", "curve")


@click.command()
@click.option("--only", multiple=True, type=click.Choice(PARTS), default=PARTS)
def main(only: tuple[str, ...]) -> None:
    """Measure, and print tables."""
    click.echo(_machine() + "\n")
    with tempfile.TemporaryDirectory(prefix="foot-routine-speed-") as folder:
        children = Children(Path(folder))
        rows: list[Row] = []
        notes: list[str] = []
        if "cold" in only:
            rows += cold(children)
        if "warm" in only:
            rows += warm(children)
        if "served" in only:
            rows += served(children, notes)
        if "artifact" in only:
            rows += zipped(Path(folder), notes)
        if rows:
            click.echo(markdown(HEAD, [row.cells for row in rows]))
        for note in notes:
            click.echo(f"\n{note}")
        if "curve" in only:
            click.echo("\n" + curve(children))


def _machine() -> str:
    cores = os.cpu_count()
    names = ("ask-sdk-core", "ask-sdk-model", "flask", "gunicorn", "cryptography")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {cores} "
        f"cores, load {os.getloadavg()[0]:.1f} at the start; {versions}"
    )


def cold(children: Children) -> list[Row]:
    """From the first import to the first answer, in fresh processes that take turns."""
    session = Session("amzn1.echo-api.session.0")
    body = envelopes.body("A", {"type": "LaunchRequest"}, session, MORNING, screen=True)
    took: dict[str, list[float]] = {"led": [], "hello_world": [], "floor": []}
    for round_ in range(STARTS + 1):
        for name, each in took.items():
            (us,) = children.run("cold.py", name, body=body)
            if round_:  # the first one compiles
                each.append(us / 1000)
    ours, hello, floor = (statistics.median(took[name]) for name in took)
    return [
        Row("cold start", "ms", ours, hello, most=1.0),
        Row("the same, beside plain JSON", "ms", ours, floor),
    ]


def warm(children: Children) -> list[Row]:
    """A turn in process, from bytes to bytes: ours a mid-routine "next" over SQLite."""
    rows = []
    for device in ("speaker", "screen"):
        took: dict[str, list[float]] = {
            name: [] for name in ("kept", "hello_world", "hello_once", "floor")
        }
        for round_, (name, each) in itertools.product(range(WARM_ROUNDS), took.items()):
            database = [children.scratch / f"warm-{device}-{round_}.db"] if name == "kept" else []
            median, _ = children.run("warm.py", name, device, *database)
            each.append(median)
        ours, hello, once, floor = (statistics.median(took[name]) for name in took)
        rows += [
            Row(f"warm turn, p50, {device}", "µs", ours, hello, most=0.35),
            Row("the same, beside one that is built once", "µs", ours, once),
            Row("the same, beside plain JSON", "µs", ours, floor),
        ]
    return rows


def served(children: Children, notes: list[str]) -> list[Row]:
    """Verified requests over HTTP: the servers are up together and are loaded in turns."""
    signer = Signer(children.scratch)
    hellos = list(signer.hello(WARM_UP))
    nexts = signer.nexts(SERVED_ROUNDS * MOST_A_ROUND + WARM_UP)
    ready = list(nexts)
    requests: dict[str, Iterator[bytes]] = {
        "skill": iter(ready),
        "hello": itertools.cycle(hellos),
        "node": itertools.cycle(hellos),
    }
    python = [sys.executable, "-S"]
    commands: dict[str, list[object]] = {
        "skill": [*python, HERE / "serve_skill.py", children.scratch],
        "hello": [*python, HERE / "serve_hello.py", children.scratch],
    }
    if node := _node(notes):
        commands["node"] = [*node, children.scratch]
    loads: dict[str, list[Loaded]] = {name: [] for name in commands}
    peaks: dict[str, float] = {}
    for _, name in itertools.product(range(SERVED_ROUNDS), commands):
        with children.serving(commands[name]) as server:
            loads[name].append(_loaded(server, requests[name]))
            peaks[name] = max(peaks.get(name, 0), server.peak_mb())
    refused = {name: sum(each.refused for each in rounds) for name, rounds in loads.items()}
    cores = {name: statistics.median(each.cores for each in loads[name]) for name in loads}
    notes.append(
        "Served: answers that were not 200: "
        + ", ".join(f"{name} {count}" for name, count in refused.items())
        + "; cores that the load generator used: "
        + ", ".join(f"{name} {busy:.2f}" for name, busy in cores.items())
    )
    rate = {name: statistics.median(each.rate for each in loads[name]) for name in loads}
    p99 = {
        name: statistics.median(percentile(each.took, 99) / 1000 for each in loads[name])
        for name in loads
    }
    rows = [Row("verified requests a second", "/s", rate["skill"], rate["hello"], least=10)]
    if "node" in loads:
        row = Row("the same, beside Node's", "/s", rate["skill"], rate["node"], least=1)
        rows.append(row)
    return [
        *rows,
        Row("p99 of a verified turn", "ms", p99["skill"], p99["hello"], most=0.2),
        Row("peak memory of a worker", "MB", peaks["skill"], peaks["hello"], most=1.5),
    ]


def _loaded(server: Server, requests: Iterator[bytes]) -> Loaded:
    for _ in range(20):  # connections of their own, so that every worker gets some
        load(server.port, itertools.islice(requests, WARM_UP // SERVED_ROUNDS // 20), 1, 60)
    return load(server.port, requests, CONNECTIONS, SERVED_SECONDS)


def _node(notes: list[str]) -> list[object] | None:
    """Give the command of Node's server, its packages installed; None where that cannot be."""
    folder = platformdirs.user_cache_path("foot-routine-benchmarks", ensure_exists=True)
    npm = shutil.which("npm")
    if not npm:
        notes.append("Node's hello world is left out: there is no npm here.")
        return None
    for name in ("package.json", "hello.js"):
        shutil.copy(HERE / "node" / name, folder)
    command = [npm, "install", "--no-audit", "--no-fund", "--silent", "--no-package-lock"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - npm
    if done.returncode:
        notes.append(f"Node's hello world is left out: {done.stderr.decode()[-200:]}")
        return None
    return ["node", folder / "hello.js"]


def zipped(folder: Path, notes: list[str]) -> list[Row]:
    """Tell the size of what Lambda gets."""
    ours = folder / "skill.zip"
    command = [sys.executable, str(PROJECT / "lambda" / "artifact.py"), str(ours)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        notes.append(f"The Lambda artifact is left out: {done.stderr.decode()[-300:]}")
        return []
    hello = hello_artifact.hello_bytes(folder / "hello.zip")
    size = ours.stat().st_size
    return [Row("Lambda artifact, zipped", "MB", size / 1e6, hello / 1e6, most=1.0)]


def curve(children: Children) -> str:
    """Tell how turns fare with many listeners in one file, and with one who has a long past."""
    rows = []
    for users, years in [*((users, 0) for users in USERS), (1, 10)]:
        database = children.scratch / f"curve-{users}-{years}.db"
        launch, next_, sweep = children.run("curve.py", database, users, years)
        size = database.stat().st_size / 1e6
        name = f"{users:,}" + (f", with {years} years of history" if years else "")
        figures = (f"{launch:.0f}", f"{next_:.0f}", f"{sweep / 1000:.1f}", f"{size:.1f}")
        rows.append((name, *figures))
        database.unlink()
    head = ("listeners", "launch, µs", "next, µs", "first turn of a process, ms", "file, MB")
    return markdown(head, rows)


if __name__ == "__main__":
    main()
