"""Faults of machines far away: DynamoDB that is slow, full or gone, and Amazon's certificates."""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from typing import Final

import pytest
from certificate_authority import NOW, SKILL_ID, TODAY, URL, Amazon, body, stamp
from dynamo_server import TABLE, amazon_environment, running_dynamo
from limits import LONG_S, within
from plans import LIBRARY
from running import wait_until
from turns import MORNING, SECOND, Heard, Turns, listener_key

from skill import app
from skill.alexa.chain_fetch import FETCH_SECONDS, ChainFetch
from skill.alexa.refusal import Refused, Rule
from skill.alexa.signing_keys import FETCH_WAIT_MS, SigningKeys
from skill.alexa.verification import Verifier
from skill.alexa.webservice import VerifiedSkill
from skill.routine.progress import Phase
from skill.simulator.clock import Clock
from skill.storage.dynamo_store import DynamoStore
from skill.storage.memory_store import MemoryStore

ANSWER_S: Final = 8.0
"""Alexa waits no longer."""

HURRIED_S: Final = 1.0
"""What a refusal may take beside the wait for the host."""

THROTTLED: Final = json.dumps(
    {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "No."}
).encode()


class Line:
    """A line to a server on loopback that can be made slow, cut, or answered by another."""

    def __init__(self, port: int) -> None:
        self.mood = "well"
        """Or "slow" (nothing comes through any more), "throttling" or "gone"."""

        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Take the line down."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        self._listener.settimeout(0.05)
        while not self._over.is_set():
            try:
                wire, _ = self._listener.accept()
            except TimeoutError:
                continue
            self._threads.append(threading.Thread(target=self._carry, args=[wire]))
            self._threads[-1].start()

    def _carry(self, wire: socket.socket) -> None:
        """Carry requests from *wire* to the server and answers back, until a side hangs up."""
        with wire, suppress(ConnectionError):
            self._carried(wire)

    def _carried(self, wire: socket.socket) -> None:
        """Do so, as the mood is."""
        with socket.create_connection(("127.0.0.1", self._to)) as beyond:
            while not self._over.is_set():
                for here, there in ((wire, beyond), (beyond, wire)):
                    here.settimeout(0.02)
                    try:
                        piece = here.recv(65536)
                    except TimeoutError:
                        continue
                    if not piece or self.mood == "gone":
                        return
                    if self.mood == "slow":
                        self._over.wait(3)
                        return
                    if self.mood == "throttling":
                        head = (
                            f"HTTP/1.1 400 Bad Request\r\nContent-Length: {len(THROTTLED)}\r\n\r\n"
                        )
                        wire.sendall(head.encode() + THROTTLED)
                        return
                    there.sendall(piece)


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    line = Line(port)
    try:
        yield line
    finally:
        line.close()


@pytest.fixture(scope="module")
def dynamo() -> Iterator[str]:
    with running_dynamo() as url:
        yield url


@pytest.mark.usefixtures("time_limits")
@pytest.mark.parametrize("mood", ["slow", "throttling", "gone"])
def test_dynamodb_that_fails_costs_no_turn(
    dynamo: str, mood: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Every turn is answered in time, from the session; the place goes back when it can."""
    caplog.set_level(logging.ERROR)
    clock = Clock.stopped(MORNING)
    with line_to(int(dynamo.rpartition(":")[2])) as line:
        for name, value in amazon_environment(f"http://127.0.0.1:{line.port}").items():
            monkeypatch.setenv(name, value)
        store = DynamoStore(TABLE, clock)
        made = app.build(store, lambda user: listener_key(user) + mood, content=LIBRARY)
        turns = Turns(made, clock)
        turns.launch()
        turns.say("StartRoutineIntent")
        line.mood = mood
        times, places = [], []
        for _ in range(3):
            began = time.monotonic()
            heard = turns.say("AMAZON.NextIntent", 330 * SECOND)
            times.append(time.monotonic() - began)
            places.append(heard.attributes["exercise"])
        line.mood = "well"

        def without_fault(turn: Callable[[], Heard]) -> Heard | None:
            """It may take some tries before the table answers in its short time again."""
            faults = len(caplog.records)
            heard = turn()
            return heard if len(caplog.records) == faults else None

        def opened_again() -> Heard:
            turns.drop()
            return turns.launch()

        there = wait_until(
            lambda: without_fault(lambda: turns.say("WhereAmIIntent", 330 * SECOND))
        ).attributes
        again = wait_until(lambda: without_fault(opened_again)).attributes
        store.close()

    assert min(times) < ANSWER_S  # each waits for the table, not for the machine
    assert places == ["toe_walking", "ankle_circles", "toe_curls"]
    assert again["exercise"] == there["exercise"]
    assert again["done"] == there["done"]
    assert again["phase"] in {Phase.BETWEEN, Phase.PAUSED}
    assert {record.levelname for record in caplog.records} == {"ERROR"}


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


class Moving:
    """A clock at the endpoint that a test sets forward or back."""

    def __init__(self) -> None:
        self.ms = NOW

    def __call__(self) -> int:
        """Tell the time."""
        return self.ms


@pytest.fixture
def wall() -> Moving:
    return Moving()


@pytest.fixture
def host(amazon: Amazon) -> Iterator[Callable[..., str]]:  # noqa: C901 - a server, told whole
    """Amazon's certificate host: serves the chain, never answers, or drops the line, by mood."""
    mood = ["well"]
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(amazon.chain) + amazon.chain
    over = threading.Event()
    threads: list[threading.Thread] = []

    def serve(wire: socket.socket) -> None:
        with wire:
            wire.recv(65536)
            if mood[0] == "well":
                wire.sendall(answer)
            elif mood[0] == "dripping":
                for byte in answer:
                    if over.wait(0.1) or mood[0] != "dripping":
                        return
                    try:
                        wire.sendall(bytes([byte]))
                    except OSError:
                        return  # it was given up
            while mood[0] == "slow" and not over.wait(0.05):
                pass

    def accept(listener: socket.socket) -> None:
        listener.settimeout(0.05)
        while not over.is_set():
            try:
                wire, _ = listener.accept()
            except TimeoutError:
                continue
            wire.settimeout(None)
            threads.append(threading.Thread(target=serve, args=[wire]))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        acceptor = threading.Thread(target=accept, args=[listener])
        acceptor.start()
        port = listener.getsockname()[1]

        def address(new: str = "") -> str:
            mood[0] = new or mood[0]
            return f"127.0.0.1:{port}"

        yield address
        over.set()
        acceptor.join()
        for thread in threads:
            thread.join()


def behind(amazon: Amazon, address: str, wall: Moving, *limits: float) -> VerifiedSkill:
    """The skill behind verification; chains come over a wire, from the host at *address*.

    The *limits* are those of a fetch and of a request that waits for it, in seconds.
    """
    name, port = address.split(":")
    of_a_fetch, of_a_request = limits
    fetch = ChainFetch(
        lambda *_: socket.create_connection((name, int(port)), 60),
        lambda line, _: line,
        of_a_fetch,
    )
    keys = SigningKeys(fetch, amazon.roots, wall, wait_ms=int(of_a_request * 1000))
    verifier = Verifier(keys.key, frozenset({SKILL_ID}), wall)
    made = app.build(MemoryStore(wall), listener_key)
    return VerifiedSkill(made.skill, verifier)


@pytest.fixture
def guarded(amazon: Amazon, host: Callable[..., str], wall: Moving) -> VerifiedSkill:
    """Without time limits."""
    return behind(amazon, host(), wall, LONG_S, LONG_S)


def rule_of(call: Callable[[], object]) -> str:
    """Give the rule that refused, empty for none."""
    try:
        call()
    except Refused as refused:
        return str(refused.rule)
    return ""


def asked(guarded: VerifiedSkill, amazon: Amazon, number: int, url: str = URL) -> str:
    """Give the rule that refused the request of this *number*."""
    sent = body(number)
    headers = amazon.headers(sent, url)
    return rule_of(lambda: guarded.answer(headers, sent))


def strange(number: int) -> str:
    """Give the URL of a chain that nobody has asked for."""
    return URL.replace("cert", f"cert-{number}")


@pytest.mark.parametrize("mood", ["slow", "dripping"])
def test_requests_whose_key_is_known_are_answered_while_strangers_wait_for_theirs(
    guarded: VerifiedSkill, amazon: Amazon, host: Callable[..., str], mood: str
) -> None:
    """The strangers would wait for minutes: nobody else does."""
    assert asked(guarded, amazon, 0) == ""
    host(mood)
    with ThreadPoolExecutor(4) as clients:
        waiting = [
            clients.submit(asked, guarded, amazon, 100 + number, strange(number))
            for number in range(4)
        ]
        known = [asked(guarded, amazon, 200 + number) for number in range(50)]
        still = sum(not each.done() for each in waiting)
        host("gone")
        refused = {each.result() for each in waiting}

    assert set(known) == {""}
    assert still == 4
    assert refused == {Rule.CERTIFICATE_FETCH}


@pytest.mark.parametrize("mood", ["slow", "dripping", "gone"])
def test_a_certificate_host_that_fails_is_refused_quickly(
    amazon: Amazon, host: Callable[..., str], wall: Moving, mood: str
) -> None:
    guarded = behind(amazon, host(mood), wall, FETCH_SECONDS, FETCH_WAIT_MS / 1000)
    numbers = count()

    def refused() -> str:
        number = next(numbers)
        return asked(guarded, amazon, number, strange(number))

    with ThreadPoolExecutor(4) as clients:

        def all_refused() -> set[str]:
            return {each.result() for each in [clients.submit(refused) for _ in range(4)]}

        rules = within(FETCH_WAIT_MS / 1000 + HURRIED_S, all_refused)

    assert rules == {Rule.CERTIFICATE_FETCH}


def test_a_certificate_host_that_comes_back_is_believed_again(
    guarded: VerifiedSkill, amazon: Amazon, host: Callable[..., str], wall: Moving
) -> None:
    """The key has expired from memory meanwhile, so that it must be fetched."""
    host("gone")
    sent = body(1)
    assert rule_of(lambda: guarded.answer(amazon.headers(sent), sent)) == Rule.CERTIFICATE_FETCH
    host("well")
    wall.ms += 6 * SECOND

    assert rule_of(lambda: guarded.answer(amazon.headers(sent), sent)) == ""


@pytest.mark.parametrize("hours", [-1, -25, 2])
def test_an_endpoint_whose_clock_is_put_right_goes_on(
    guarded: VerifiedSkill, amazon: Amazon, wall: Moving, hours: int
) -> None:
    """It was wrong by hours: what it kept until then, keys and request IDs, is in nobody's way."""
    first = body(0)
    guarded.answer(amazon.headers(first), first)
    wall.ms += hours * 3_600_000
    now = body(1, timestamp=stamp(wall.ms))
    late = body(2, timestamp=stamp(NOW))

    assert rule_of(lambda: guarded.answer(amazon.headers(now), now)) == ""
    assert rule_of(lambda: guarded.answer(amazon.headers(late), late)) == Rule.TIMESTAMP
    assert rule_of(lambda: guarded.answer(amazon.headers(now), now)) == Rule.REPLAY
    assert TODAY.timestamp() * 1000 == NOW
