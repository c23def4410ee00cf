"""Thousands of requests that are nearly right, to the running server: none ends a worker."""

import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

from certificate_authority import envelope
from changed_envelopes import changed, garbled
from home_server import SECOND, Listener, unverified
from running import serving
from size import of

COUNT: Final = of(500, 20_000)
CLIENTS: Final = 4

LONGEST_S: Final = 2.0
"""For one request, on a machine that has other things to do."""

AGAIN: Final = 5
"""So often a slow one is asked again: if it is its own fault, it is slow each time."""


def ask(line: HTTPConnection, sent: bytes) -> tuple[int, float]:
    """Give the status, and how many seconds it took."""
    began = time.monotonic()
    line.request("POST", "/alexa", sent)
    with line.getresponse() as answer:
        answer.read()
    return answer.status, time.monotonic() - began


def test_nearly_right_requests_are_answered_or_refused_by_the_server(tmp_path: Path) -> None:
    """Each with 200 or 400, and nothing logged as a fault; a listener goes on beside them."""
    with serving(unverified(tmp_path), tmp_path) as running:
        workers, listener = running.workers(), Listener(running)
        listener.says("start", "next")

        def client(seed: int) -> tuple[Counter[int], float]:
            chance, statuses, slowest = random.Random(seed), Counter[int](), 0.0  # noqa: S311 - to be the same each time
            with closing(HTTPConnection("127.0.0.1", running.port, timeout=60)) as line:
                for number in range(COUNT // CLIENTS):
                    plain = envelope(number)
                    plain["session"]["user"]["userId"] += f"-{seed}"  # no two talk at the same time
                    sent = json.dumps(plain).encode()
                    if number % 3:
                        sent = json.dumps(changed(json.loads(sent), chance)).encode()
                    else:
                        sent = garbled(sent, chance)
                    status, took = ask(line, sent)
                    statuses[status] += 1
                    for _ in range(AGAIN if took >= LONGEST_S else 0):
                        took = min(took, ask(line, sent)[1])
                    slowest = max(slowest, took)
            return statuses, slowest

        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as threads:
            found = list(threads.map(client, range(CLIENTS)))
        took = time.monotonic() - began
        place = listener.says()
        after, levels = running.workers(), {line["level"] for line in running.log()}

    statuses = sum((each for each, _ in found), Counter[int]())
    slowest = max(seconds for _, seconds in found)
    print(f"{dict(statuses)} in {took:.1f} s, the slowest {slowest * 1000:.0f} ms")  # noqa: T201 - figures, for `pytest -s`
    assert statuses.keys() == {200, 400}
    assert place == SECOND
    assert after == workers
    assert "error" not in levels
    assert slowest < LONGEST_S
