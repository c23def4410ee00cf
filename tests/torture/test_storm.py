"""Strangers invent chain URLs by the thousand, while a listener talks to the running server."""

import random
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count, product
from pathlib import Path
from typing import Final

import pytest
from certificate_authority import NOW, URL, Amazon, body, pem, stamp
from certificate_host import CertificateHost
from certificate_host import serving as hosting
from project import SUPPORT
from running import Running, serving
from size import LONG, of

from skill.alexa.signing_keys import FETCH_WAIT_MS, OTHER_FETCHES_A_MINUTE

WORKERS: Final = 2
PATH: Final = "/echo.api/echo-api-cert.pem"
STORM_S: Final = of(2, 8)
PAUSE_S: Final = 0.02
"""Between the turns of the listener."""

KNOWN_S: Final = 1.0
"""A request whose chain is known is answered within this time."""

FIRST: Final = "first start"
AGAIN: Final = "started again"
STORMS: Final = (
    list(product((8, 40), (0.05, 0.4, 1.9), (FIRST, AGAIN)))
    if LONG
    else [(8, 0.4, FIRST), (8, 1.9, AGAIN)]
)


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


def invented(chance: random.Random, n: int) -> str:
    """Give the URL of a stranger; every fourth has a name like Amazon's."""
    if n % 4:
        return URL.replace("cert", f"cert-{chance.randrange(10**9) + 100}")
    return URL.replace("cert", f"cert-{chance.randrange(50)}")


@contextmanager
def storm(running: Running, clients: int) -> Iterator[Counter[int]]:
    """Have strangers ask until the block ends; give how often each status was answered."""
    over, statuses, numbers = threading.Event(), Counter[int](), count()
    chance = random.Random(1)  # noqa: S311 - invented names, not secrets

    def stranger() -> None:
        while not over.is_set():
            headers = {
                "SignatureCertChainUrl": invented(chance, next(numbers)),
                "Signature-256": "eA==",
            }
            statuses[running.post(b"{}", headers).status] += 1

    with ThreadPoolExecutor(clients) as threads:
        for _ in range(clients):
            threads.submit(stranger)
        try:
            yield statuses
        finally:
            over.set()


@pytest.mark.parametrize(("clients", "host_s", "start"), STORMS)
def test_a_storm_of_invented_chains_costs_no_listener_a_turn(
    amazon: Amazon, tmp_path: Path, clients: int, host_s: float, start: str
) -> None:
    (tmp_path / "root.pem").write_bytes(pem(amazon.root))
    began, numbers = time.time(), count()

    def turn(running: Running) -> tuple[int, float]:
        now = NOW + int((time.time() - began) * 1000)
        sent = body(next(numbers), timestamp=stamp(now))
        asked = time.monotonic()
        status = running.post(sent, amazon.headers(sent)).status
        return status, time.monotonic() - asked

    with hosting(CertificateHost({PATH: amazon.chain}, host_s)) as host:
        command: list[str | Path] = [
            *(sys.executable, SUPPORT / "storm_server.py", "--folder", tmp_path),
            *("--began", str(began), "--chains", str(host.port), "--workers", str(WORKERS)),
            *(("--wait-ms", str(FETCH_WAIT_MS)) if LONG else ()),
        ]
        if start == AGAIN:
            with serving(command, tmp_path) as before:
                turn(before)
        host.asked.clear()
        with serving(command, tmp_path) as running, storm(running, clients) as strangers:
            start_s = time.monotonic()
            first = turn(running)
            turns, end = list[tuple[int, float]](), time.monotonic() + STORM_S
            while time.monotonic() < end or not strangers or not turns:
                turns.append(turn(running))
                time.sleep(PAUSE_S)
        minutes = 1 + int((time.monotonic() - start_s) / 60)

    asked = Counter(host.asked)
    others = [path for path in asked if len(path) > len(PATH) + 3]
    known = turns if start == FIRST else [first, *turns]
    times = sorted(seconds for _, seconds in known)
    print(  # noqa: T201 - figures, for `pytest -s`
        f"{clients} clients, host {host_s} s, {start}: {sum(strangers.values())} refused, "
        f"{len(turns)} turns; "
        f"first turn {first[1]:.2f} s, then median {statistics.median(times) * 1000:.0f} ms, "
        f"worst {times[-1] * 1000:.0f} ms; {len(host.asked)} fetches, {len(others)} of invented"
    )
    assert {status for status, _ in (first, *turns)} == {200}
    assert strangers.keys() == {400}
    assert len(others) <= WORKERS * OTHER_FETCHES_A_MINUTE * minutes
    assert asked[PATH] == (1 if start == FIRST else 0)
    if LONG:
        assert times[-1] < KNOWN_S
