"""All figures of speed, each beside its baseline in the same run: `python tests/benchmarks`.

`--only` takes some of cold, warm, served, artifact, curve. docs/speed.md says what is measured and
how. It takes about three minutes; the machine should have nothing else to do.
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
sys.path += [str(HERE.parent / "support"), str(PROJECT)]  # for the tests' helpers, and the skill

import click  # noqa: E402 - after the paths
import dynamo_server  # noqa: E402
import envelopes  # noqa: E402
import hello_artifact  # noqa: E402
import platformdirs  # noqa: E402
from child import Children, Command, Server, copy_oscrypto  # noqa: E402
from listener import MORNING, percentile  # noqa: E402
from load import Loaded, load  # noqa: E402
from signing import Signer  # noqa: E402
from table import Row, markdown  # noqa: E402

from skill.simulator.device import DeviceSession  # noqa: E402

STARTS: Final = 15
WARM_ROUNDS: Final = 5
SERVED_ROUNDS: Final = 3
SERVED_SECONDS: Final = 3.0
CONNECTIONS: Final = 4
WARM_UP: Final = 600
MOST_A_ROUND: Final = 15_000
USERS: Final = (1, 100, 10_000, 1_000_000)
HEAD: Final = ("figure", "skill", "baseline", "ratio", "mark", "reached")
PARTS: Final = ("cold", "warm", "planning", "served", "artifact", "curve")
PLANNING_MS: Final = 60.0
"""The most that a turn which plans anew may take of one core: ours."""
PLANNING_ROUNDS: Final = 3
VISITS: Final = "visits"
"""The table of the visit counter."""


@click.command()
@click.option("--only", multiple=True, type=click.Choice(PARTS), default=PARTS)
def main(only: tuple[str, ...]) -> None:
    """Measure, and print the tables of docs/speed.md."""
    with tempfile.TemporaryDirectory(prefix="foot-routine-speed-") as folder:
        scratch = Path(folder)
        children = Children(scratch)
        rows: list[Row] = []
        notes: list[str] = [_machine()]
        if "cold" in only:
            rows += [*cold(children), *cold_with_table(scratch)]
        if "warm" in only:
            rows += warm(children)
        if "planning" in only:
            rows.append(planning(children))
        if "served" in only:
            rows += served(scratch, notes)
        if "artifact" in only:
            rows += zipped(scratch, notes)
        if rows:
            click.echo(markdown(HEAD, [row.cells for row in rows]))
        if "curve" in only:
            click.echo("\n" + curve(children))
        for note in notes:
            click.echo(f"\n{note}")


def _machine() -> str:
    cores = os.cpu_count()
    names = ("ask-sdk-core", "ask-sdk-model", "boto3", "flask", "gunicorn", "uvicorn")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {cores} "
        f"cores, load {os.getloadavg()[0]:.1f} at the end; {versions}."
    )


def cold(children: Children) -> list[Row]:
    """Measure from the first import to the first answer, without a store."""
    ours, hello = _starts(children, "ours_in_memory", "hello_world")
    return [Row("cold start, beside the hello world", "ms", ours, hello)]


def cold_with_table(scratch: Path) -> list[Row]:
    """Measure the same with DynamoDB, as Lambda runs the skill; each launch is of a new user."""
    with dynamo_server.running_dynamo() as url:
        dynamo_server.create_table(url, VISITS, "id")
        environ = {
            **dynamo_server.amazon_environment(url),
            "FOOT_ROUTINE_TABLE": dynamo_server.TABLE,
            "FOOT_ROUTINE_SKILL_ID": envelopes.SKILL_ID,
            "FOOT_ROUTINE_SECRET": "a secret for the benchmarks alone",
            "VISITS_TABLE": VISITS,
        }
        children = Children(scratch, environ)
        ours, counter = _starts(children, "ours_on_lambda", "hello_counter")
    return [Row("cold start with DynamoDB, beside a visit counter", "ms", ours, counter, most=1.0)]


def _starts(children: Children, *modules: str) -> list[float]:
    """Give the median start of each of *modules* in ms; they take turns, in fresh processes."""
    took: dict[str, list[float]] = {module: [] for module in modules}
    session = DeviceSession("amzn1.echo-api.session.0")
    for round_, (module, each) in itertools.product(range(STARTS + 1), took.items()):
        request = {"type": "LaunchRequest"}
        body = envelopes.body(f"{module}{round_}", request, session, MORNING, screen=True)
        (us,) = children.run("cold.py", module, body=body)
        if round_:  # the first one compiles
            each.append(us / 1000)
    return [statistics.median(each) for each in took.values()]


def warm(children: Children) -> list[Row]:
    """Measure a turn in process, from bytes to bytes: ours is a mid-routine "next" over SQLite."""
    rows = []
    for device, most in (("screen", 0.4), ("speaker", 0.0)):
        took: dict[str, list[float]] = {
            module: [] for module in ("ours", "hello_world", "hello_once")
        }
        for round_, (module, each) in itertools.product(range(WARM_ROUNDS), took.items()):
            database = [children.scratch / f"{device}-{round_}.db"] if module == "ours" else []
            median, _ = children.run("warm.py", module, device, *database)
            each.append(median)
        ours, hello, once = (statistics.median(each) for each in took.values())
        rows += [
            Row(f"warm turn, {device}", "µs", ours, hello, most=most),
            Row("the same, beside a skill that is built once", "µs", ours, once),
        ]
    return rows


def planning(children: Children) -> Row:
    """Measure the longest turn that plans the rest of a routine anew; it is the same each time."""
    longest = [
        children.run("planning.py", children.scratch / f"planning-{round_}.db")[0] / 1000
        for round_ in range(PLANNING_ROUNDS)
    ]
    what = "the longest turn that plans anew, beside 60 ms"
    return Row(what, "ms", statistics.median(longest), PLANNING_MS, most=1.0)


def served(scratch: Path, notes: list[str]) -> list[Row]:
    """Measure verified requests over HTTP; the servers are loaded in turns."""
    children = Children(
        scratch,
        {
            "FOOT_ROUTINE_BENCHMARK": str(scratch),
            "SSL_CERT_FILE": str(scratch / "roots.pem"),
        },
    )
    copy_oscrypto(scratch)
    signer = Signer(scratch)
    commands: dict[str, Command] = {"skill": _skill, "hello": _hello}
    if hello_js := _node(notes):
        commands["node"] = lambda port: ["node", str(hello_js), str(scratch), str(port)]
    loads: dict[str, list[Loaded]] = {name: [] for name in commands}
    peaks: dict[str, float] = {}
    for _, name in itertools.product(range(SERVED_ROUNDS), commands):
        # Signed now: a request is refused 150 s after its time, and by the skill the second time.
        ready = list(signer.nexts(MOST_A_ROUND) if name == "skill" else signer.hello(WARM_UP))
        requests = iter(ready) if name == "skill" else itertools.cycle(ready)
        with children.serving(commands[name]) as server:
            loads[name].append(_loaded(server, requests))
            peaks[name] = max(peaks.get(name, 0), server.peak_mb())
        if refused := loads[name][-1].refused:
            raise RuntimeError(f"{refused} answers of {name} were not 200")
    cores = {name: statistics.median(each.cores for each in loads[name]) for name in loads}
    notes.append(
        "Cores that the load generator used: "
        + ", ".join(f"{name} {busy:.2f}" for name, busy in cores.items())
        + "."
    )
    rate = {name: statistics.median(each.rate for each in loads[name]) for name in loads}
    p99 = {
        name: statistics.median(percentile(each.took, 99) / 1000 for each in loads[name])
        for name in loads
    }
    rows = [Row("verified requests a second", "/s", rate["skill"], rate["hello"], least=5)]
    if "node" in loads:
        rows.append(Row("the same, beside Node's SDK", "/s", rate["skill"], rate["node"]))
    return [
        *rows,
        Row("p99 of a verified turn", "ms", p99["skill"], p99["hello"], most=0.3),
        Row("peak memory of a worker", "MB", peaks["skill"], peaks["hello"], most=1.5),
    ]


def _skill(port: int) -> list[str]:
    return [sys.executable, "-S", str(HERE / "serve_skill.py"), str(port)]


def _hello(port: int) -> list[str]:
    """Give the command of the same server: gunicorn with uvicorn in its workers."""
    options = ["--worker-class", "uvicorn_worker.UvicornWorker", "--workers", "2", "--preload"]
    bind = ["--bind", f"127.0.0.1:{port}"]
    return [sys.executable, "-S", "-m", "gunicorn", *options, *bind, "hello_endpoint:served"]


def _loaded(server: Server, requests: Iterator[bytes]) -> Loaded:
    for _ in range(20):  # connections of their own, so that every worker gets some
        load(server.port, itertools.islice(requests, WARM_UP // SERVED_ROUNDS // 20), 1, 60)
    return load(server.port, requests, CONNECTIONS, SERVED_SECONDS)


def _node(notes: list[str]) -> Path | None:
    """Give the script of Node's server, its packages installed; None where that cannot be."""
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
    return folder / "hello.js"


def zipped(scratch: Path, notes: list[str]) -> list[Row]:
    """Measure the size of what Lambda gets."""
    ours = scratch / "skill.zip"
    command = [sys.executable, str(PROJECT / "lambda" / "artifact.py"), str(ours)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        notes.append(f"The Lambda artifact is left out: {done.stderr.decode()[-300:]}")
        return []
    hello = hello_artifact.hello_bytes(scratch / "hello.zip")
    size = ours.stat().st_size
    return [Row("Lambda artifact, zipped", "MB", size / 1e6, hello / 1e6, most=1.0)]


def curve(children: Children) -> str:
    """Measure turns with many listeners in one file, and with one who has a long past."""
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
