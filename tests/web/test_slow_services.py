"""Alexa's own services answer slowly: who waits for them keeps nobody else waiting."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any, Final

from certificate_authority import NOW, SKILL_ID, Amazon, body, pem
from certificate_host import CertificateHost
from certificate_host import serving as hosting
from home_server import EARS, WORDS
from patient import LONG_S
from project import SUPPORT
from reminder_server import SCOPE, Answer, Service
from reminder_server import serving as reminding
from running import Running, serving, wait_until

from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo

WAITING: Final = 24
"""Listeners whose reminder is under way at the same time, in one worker with 32 threads."""

NOBODY_S: Final = 0.1
"""What a turn beside them may take longer. A turn that waits for them does so each time; one that
only the machine keeps waiting is tried again."""


def test_slow_reminders_keep_no_other_listener_waiting(tmp_path: Path) -> None:
    """While all of them wait, a turn is answered as if they did not."""
    amazon, numbers, let_go = Amazon(), count(), Event()
    (tmp_path / "root.pem").write_bytes(pem(amazon.root))

    def slow() -> Answer | None:
        let_go.wait(LONG_S)
        return Answer(200, {"alerts": []})

    def listener(running: Running, service: Service, user: str) -> Echo:
        def converse(envelope: dict[str, Any]) -> dict[str, Any]:
            sent = json.dumps(envelope).encode()
            answer = running.post(sent, amazon.headers(sent))
            assert answer.status == 200, answer
            response: dict[str, Any] = json.loads(answer.text)
            return response

        device = Device(
            "en-US", "ROOM", user, SKILL_ID, scopes=frozenset({SCOPE}), api_endpoint=service.url
        )
        return Echo(converse, EARS, Clock.stopped(NOW), device, WORDS.rate)

    def turn(running: Running) -> float:
        sent = body(next(numbers))
        asked = time.monotonic()
        assert running.post(sent, amazon.headers(sent)).status == 200
        return time.monotonic() - asked

    here = datetime(2026, 1, 5, 8, 30)  # noqa: DTZ001 - a clock on a wall
    chains = {"/echo.api/echo-api-cert.pem": amazon.chain}
    with hosting(CertificateHost(chains, 0)) as host, reminding(Service(here)) as service:
        command: list[str | Path] = [
            *(sys.executable, SUPPORT / "storm_server.py", "--folder", tmp_path, "--workers", "1"),
            *("--began", str(time.time()), "--chains", str(host.port), "--api", service.url),
        ]
        with serving(command, tmp_path) as running, ThreadPoolExecutor(WAITING) as threads:
            echoes = [listener(running, service, f"LISTENER-{n}") for n in range(WAITING)]
            for echo in echoes:
                echo.launch()
                echo.say("remind me at seven")
            quiet, times = min(turn(running) for _ in range(10)), list[float]()

            def is_as_quick() -> bool:
                times.append(turn(running))
                return times[-1] < quiet + NOBODY_S

            service.asked.clear()
            service.faults["GET"] = [slow] * WAITING
            waiting = [threads.submit(echo.say, "yes") for echo in echoes]
            try:
                wait_until(lambda: service.asked.count("GET") == WAITING)
                wait_until(is_as_quick)
                still = sum(not each.done() for each in waiting)
            finally:
                let_go.set()
            for each in waiting:
                each.result()

    print(f"alone {quiet * 1000:.0f} ms, beside {WAITING}: {times[-1]:.3f} s, try {len(times)}")  # noqa: T201 - figures, for `pytest -s`
    assert still == WAITING, "none of them had been answered"
