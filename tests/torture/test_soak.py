"""Thousands of routines at once, led to their ends by the server as it runs for real."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from home_server import unverified
from household import Listener
from running import serving
from size import LONG, of

ROUTINES: Final = of(400, 5_000)
CLIENTS: Final = 4
"""Threads that ask; each has its share of the routines under way and takes them in turn."""

ANSWER_S: Final = 8.0
"""Alexa waits no longer for one turn. The long run looks at each; a short one at all but one in a
hundred, as the machine may have stood still for a moment."""

MOST_GROWTH_KB: Final = 12_000
"""Of a worker, from when all routines are under way to their end: it may settle, not grow."""

WARM: Final = 0.4
"""The share of the turns after which plans are laid, and caches are full."""

TURNS_EACH: Final = 8
"""Launch, start, and six times next: at most so many until the farewell."""


def resident_kb(pid: int) -> int:
    """Ask the kernel how much memory a process has in use."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def test_thousands_of_routines_at_once_leave_memory_flat(tmp_path: Path) -> None:
    """All are under way before the first one ends, and every one comes to its "well done"."""
    with serving(unverified(tmp_path), tmp_path) as server:
        workers = server.workers()
        listeners = [Listener(f"SOAK-{number}", server.port) for number in range(ROUTINES)]
        began, taken, samples = time.monotonic(), 0, list[tuple[int, int]]()
        times = list[float]()
        counting = threading.Lock()

        def lead(share: list[Listener]) -> None:
            nonlocal taken
            for _ in range(TURNS_EACH):
                for listener in share:
                    if "Well done" in listener.text:
                        continue
                    asked = time.monotonic()
                    listener.go_on()
                    took = time.monotonic() - asked
                    with counting:
                        times.append(took)
                        taken += 1
                        if not taken % 100:
                            samples.append((taken, sum(map(resident_kb, workers))))

        with ThreadPoolExecutor(CLIENTS) as clients:
            for done in [
                clients.submit(lead, listeners[number::CLIENTS]) for number in range(CLIENTS)
            ]:
                done.result()
        statuses = [line["status"] for line in server.log() if "status" in line]
        loud = [line for line in server.log() if line["level"] != "info"]
        alive = server.workers()

    assert all("Well done" in listener.text for listener in listeners)
    assert set(statuses) == {200}
    assert loud == []
    assert alive == workers, "a worker was replaced"
    times.sort()
    assert times[-1 if LONG else -1 - len(times) // 100] < ANSWER_S
    warm = [kb for turns, kb in samples if turns >= WARM * taken]
    growth = (max(warm[-5:]) - min(warm[:5])) / len(workers)
    print(f"{taken} turns, {taken / (time.monotonic() - began):.0f} a second, {growth:.0f} kB more")  # noqa: T201 - figures, for `pytest -s`
    assert growth < MOST_GROWTH_KB, samples
