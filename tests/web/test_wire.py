"""HTTP as clients really speak it, and as they should not, to `foot-routine serve` itself."""

import json
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from select import select
from typing import Any, Final

import patient
import pytest
from certificate_authority import SKILL_ID, body
from home_server import unverified, with_limits
from running import READY_SECONDS, Answer, Running, held, is_delivered, is_read, serving, wait_until

from skill.alexa.verification import MOST_BODY_BYTES

HEAD: Final = b"HTTP/1.1\r\nHost: localhost\r\n"
POST: Final = b"POST /alexa " + HEAD
CLOSE: Final = b"GET /health " + HEAD + b"Connection: close\r\n\r\n"
LAST: Final = b"GET /last " + HEAD + b"Connection: close\r\n\r\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server for tools on this machine, over a SQLite file."""
    folder = tmp_path_factory.mktemp("home")
    with serving(unverified(folder), folder) as running:
        yield running


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server for the open network, which knows no chain yet and can fetch none here."""
    with _guarded(tmp_path_factory.mktemp("guarded")) as running:
        yield running


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Another one, whose every request is in its log before the next one is sent."""
    with _guarded(tmp_path_factory.mktemp("quiet")) as running:
        yield running


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """As the first, with the time limits of real use, which all others do without."""
    folder = tmp_path_factory.mktemp("hurried")
    with serving(with_limits(folder), folder) as running:
        yield running


def _guarded(folder: Path) -> AbstractContextManager[Running]:
    command: list[str | Path] = [*patient.COMMAND, "serve", "--db", folder / "places.db"]
    return serving(command, folder, {"FOOT_ROUTINE_SKILL_ID": SKILL_ID})


def statuses(answer: bytes) -> list[int]:
    """The statuses of all responses in *answer*."""
    return [int(each[:3]) for each in answer.split(b"HTTP/1.1 ")[1:]]


def first(running: Running, raw: bytes) -> bytes:
    """Send *raw*, and give the beginning of what comes back."""
    with running.socket() as wire:
        with suppress(ConnectionError):  # it may be refused before it is sent whole
            wire.sendall(raw)
        return wire.recv(4096)


def all_of(running: Running, raw: bytes) -> bytes:
    """Send *raw*, and give what comes back until the server hangs up."""
    with running.socket() as wire:
        wire.sendall(raw)
        return wire.makefile("rb").read()


def next_status(wire: socket.socket) -> int:
    """Read the next response on *wire* whole, and give its status."""
    with HTTPResponse(wire) as answer:
        answer.begin()
        answer.read()
        return answer.status


def refused(running: Running) -> list[dict[str, Any]]:
    """Give the log's lines, but for the start's and those of asking whether the server is well."""
    return [line for line in running.log() if line.get("status", 200) != 200 or "rule" in line]


def faultless(running: Running) -> bool:
    """Tell whether it has logged no traceback, and nothing worse than a warning."""
    return not any("traceback" in each or each["level"] == "error" for each in running.log())


# What is refused


def test_an_unsigned_request_is_refused(guarded: Running) -> None:
    answer = guarded.post(body())

    assert answer == Answer(400, "header: SignatureCertChainUrl given 0 times\n")


GARBAGE: Final = {
    "noise": b"\x00\xff\x17\x03\x01" * 20 + b"\r\n\r\n",
    "a TLS hello": bytes.fromhex("160301002f0100002b0303") + bytes(40) + b"\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no version": b"POST /alexa\r\n\r\n",
    "another version": b"POST /alexa HTTP/3.0\r\n\r\n",
    "no method there is": b"BREW /alexa " + HEAD + b"\r\n",
    "a tunnel": b"CONNECT x:443 " + HEAD + b"\r\n",
    "no path": b"GET http://x " + HEAD + b"\r\n",
    "bytes beyond ASCII in the path": b"GET /\xe9 " + HEAD + b"\r\n",
    "bytes beyond ASCII in the query": b"GET /health?\xe9 " + HEAD + b"\r\n",
    "a path of 64 kB": b"GET /" + b"x" * 65536 + b" " + HEAD + b"\r\n",
    "a header without a colon": b"POST /alexa HTTP/1.1\r\nHost\r\n\r\n",
    "a header without a name": b"POST /alexa HTTP/1.1\r\n: x\r\n\r\n",
    "a folded header": b"POST /alexa HTTP/1.1\r\nHost: x\r\n y\r\n\r\n",
    "a zero byte in a header": POST + b"X: a\0b\r\n\r\n",
    "a length that is no number": POST + b"Content-Length: x\r\n\r\n",
    "a length below nothing": POST + b"Content-Length: -1\r\n\r\n",
    "a length of 20 digits": POST + b"Content-Length: " + b"9" * 20 + b"\r\n\r\n",
    "a length of 5000 digits": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "a length and chunks": (
        POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a coding after chunks": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n",
    "chunks of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
    "chunks of a size of 20 digits": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\n{}"
    ),
    "a script's name": POST + b"SCRIPT_NAME: /x\r\nContent-Length: 0\r\n\r\n",
    "schemes that differ": (
        POST + b"X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off\r\nContent-Length: 0\r\n\r\n"
    ),
    "a body with nothing in it": POST + b"\r\n",
    "an upgrade with a body": (
        POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}"
    ),
    "bytes beyond ASCII in a signature": POST + b"Signature-256: \xe9\r\n\r\n",
}


@pytest.mark.parametrize("raw", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_400_and_no_fault(guarded: Running, raw: bytes) -> None:
    answer = first(guarded, raw)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nserver:" not in answer.lower()
    assert faultless(guarded)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"POST //alexa", 404),
        (b"POST /alexa/", 404),
        (b"POST /./alexa", 404),
        (b"POST /x/../alexa", 404),
        (b"POST /%2e/alexa", 404),
        (b"POST /%00%0d%0a", 404),
        (b"POST /" + b"x" * 30_000, 404),
        (b"POST /%61lexa", 400),
        (b"POST /alexa?x=y", 400),
        (b"POST http://y/alexa", 400),
        (b"GET /alexa", 405),
        (b"HEAD /alexa", 405),
        (b"OPTIONS /alexa", 405),
        (b"TRACE /health", 405),
        (b"OPTIONS /health", 405),
        (b"OPTIONS *", 404),
        (b"GET /static/x", 404),
    ],
)
def test_any_path_and_method_is_400_404_or_405(quiet: Running, asked: bytes, status: int) -> None:
    before = len(refused(quiet))
    answer = first(quiet, asked + b" " + HEAD + b"\r\n")
    wait_until(lambda: len(refused(quiet)) > before)
    (line,) = refused(quiet)[before:]

    assert statuses(answer) == [status]
    assert faultless(quiet)
    assert line["status"] == status
    assert len(line["path"]) <= 200


def test_a_websocket_is_not_opened(guarded: Running) -> None:
    upgrade = (
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )

    assert statuses(all_of(guarded, b"GET /alexa " + HEAD + upgrade)) == [405]
    assert faultless(guarded)


# What is answered, and how often


def test_requests_sent_at_once_are_answered_in_their_order(home: Running) -> None:
    two = b"GET /health " + HEAD + b"\r\nGET /elsewhere " + HEAD + b"\r\n"

    assert statuses(all_of(home, two * 500 + CLOSE)) == [200, 404] * 500 + [200]


def test_who_sends_many_at_once_keeps_others_waiting_for_few_of_them_only(tmp_path: Path) -> None:
    """The only worker is held until all of them wait for it, and goes through them in turn."""
    many = 500
    with serving([*unverified(tmp_path), "--workers", "1"], tmp_path) as running:
        (worker,) = running.workers(1)
        with running.socket() as greedy, running.socket() as other:
            for wire in (greedy, other):  # both are known to the worker
                wire.sendall(b"GET /first " + HEAD + b"\r\n")
                assert next_status(wire) == 404
            with held(worker):
                greedy.sendall((b"GET /health " + HEAD + b"\r\n") * many + LAST)
                other.sendall(b"GET /other " + HEAD + b"\r\n")
                wait_until(lambda: is_delivered(running.port))
            answered = next_status(other)
            answers = greedy.makefile("rb").read()
        wait_until(lambda: any(line.get("path") == "/last" for line in running.log()))
        paths = [line["path"] for line in running.log() if "path" in line]
        since = paths[len(paths) - 1 - paths[::-1].index("/first") :]

    assert answered == 404
    assert answers.count(b"HTTP/1.1 200 ") == many
    assert since.index("/other") < 10


def test_a_request_may_come_byte_by_byte(home: Running) -> None:
    with home.socket() as wire:
        for byte in POST + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}":
            wire.sendall(bytes([byte]))
        answer = wire.makefile("rb").read()

    assert b"\r\n\r\nenvelope: " in answer


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Length: 2\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Late: 1\r\n\r\n",
    ],
    ids=["length", "chunks", "trailers"],
)
def test_the_next_request_is_found_behind_a_body(home: Running, raw: bytes) -> None:
    assert statuses(all_of(home, POST + raw + CLOSE)) == [400, 200]


@pytest.mark.parametrize("kept", [b"", b"Connection: keep-alive\r\n"])
@pytest.mark.parametrize(
    "sent",
    [b"Content-Length: 2\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
)
def test_a_client_of_http_1_0_is_answered_once(home: Running, kept: bytes, sent: bytes) -> None:
    raw = b"POST /alexa HTTP/1.0\r\n" + kept + sent

    assert statuses(all_of(home, raw + b"GET /health HTTP/1.0\r\n\r\n")) == [400]


def test_head_has_the_length_and_not_the_body(home: Running) -> None:
    answer = all_of(home, b"HEAD /health " + HEAD + b"Connection: close\r\n\r\n")

    assert b"\r\ncontent-length: 44\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_who_waits_to_be_asked_for_the_body_is_asked(home: Running) -> None:
    with home.socket() as wire:
        wire.sendall(POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        asked = wire.recv(4096)
        wire.sendall(b"{}")
        answer = wire.recv(4096)

    assert asked == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert statuses(answer) == [400]


def test_connections_that_are_kept_are_all_answered(home: Running) -> None:
    connections = [HTTPConnection("127.0.0.1", home.port, timeout=READY_SECONDS) for _ in range(24)]
    for _ in range(5):
        for connection in connections:
            connection.request("GET", "/health")
        for connection in connections:
            with connection.getresponse() as answer:
                assert answer.status == 200
                assert json.loads(answer.read())["status"] == "ok"
    for connection in connections:
        connection.close()


# What is too large, what is too slow, and what is too much


def chunks(size: int) -> Iterator[bytes]:
    yield from (b" " * min(8000, size - at) for at in range(0, size, 8000))


@pytest.mark.parametrize("sent", [lambda size: b" " * size, chunks], ids=["declared", "chunked"])
def test_a_body_over_the_limit_is_400(
    home: Running, sent: Callable[[int], bytes | Iterator[bytes]]
) -> None:
    within = home.post(sent(MOST_BODY_BYTES))
    over = home.post(sent(MOST_BODY_BYTES + 1))

    assert within.text.startswith("envelope: ")
    assert over == Answer(400, "body: over 65536 bytes\n")


def until_hung_up_on(wire: socket.socket, piece: bytes) -> int:
    """Send *piece* over and over, and give how often."""
    times = 0
    with suppress(ConnectionError):
        while True:
            wire.sendall(piece)
            times += 1
    return times


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"Content-Length: 99999999999\r\n\r\n", b" " * 65536),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
    ],
    ids=["declared", "chunked"],
)
def test_an_endless_body_is_not_read(hurried: Running, head: bytes, piece: bytes) -> None:
    """The answer is there at once, and the server hangs up soon after."""
    with hurried.socket() as wire:
        with suppress(ConnectionError):
            wire.sendall(POST + head + piece * 2)
        answer = wire.recv(100)
        sent = until_hung_up_on(wire, piece)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert sent < 100_000


def test_clients_that_hang_keep_nobody_waiting(home: Running) -> None:
    """Half a body holds no thread: others are answered while it is waited for."""
    half = POST + b"Content-Length: 9\r\n\r\n{"
    with ExitStack() as stack:
        hanging = [stack.enter_context(home.socket()) for _ in range(100)]
        for wire in hanging:
            wire.sendall(half)
        wait_until(lambda: is_read(home.port))
        for _ in range(5):
            assert home.post(b"{}").text.startswith("envelope: ")
        answered, _, _ = select(hanging, [], [], 0)

    assert answered == []


def test_clients_that_hang_are_hung_up_on(hurried: Running) -> None:
    """Half a body is refused in the end; half a head is for the proxy."""
    half = POST + b"Content-Length: 9\r\n\r\n{"
    with ExitStack() as stack:
        hanging = [stack.enter_context(hurried.socket()) for _ in range(20)]
        for wire in hanging:
            wire.sendall(half)
        answers = [wire.makefile("rb").read() for wire in hanging]

    assert all(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n") for answer in answers)
    assert all(answer.endswith(b"body: not received in time\n") for answer in answers)


def test_a_client_that_goes_with_half_a_body_is_no_fault(quiet: Running) -> None:
    before = len(refused(quiet))
    with quiet.socket() as wire:
        wire.sendall(POST + b"Content-Length: 9\r\n\r\n{")
        wire.shutdown(socket.SHUT_WR)
        answer = wire.makefile("rb").read()
    wait_until(lambda: len(refused(quiet)) > before)
    (line,) = refused(quiet)[before:]

    assert answer == b""
    assert (line["level"], line["rule"], line["detail"]) == ("info", "body", "not received whole")
    assert faultless(quiet)


@pytest.fixture
def many_files() -> Iterator[None]:
    """Allow this process more open files than most systems do."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_idle_connections_keep_nobody_waiting(tmp_path: Path) -> None:
    """The quickest of some answers beside them, as the machine may have other things to do."""
    with serving(unverified(tmp_path), tmp_path) as running, ExitStack() as stack:
        for _ in range(2000):
            stack.enter_context(running.socket())
        times = list[float]()
        for _ in range(10):
            began = time.monotonic()
            assert running.ask("GET", "/health").status == 200
            times.append(time.monotonic() - began)

    assert min(times) < 2


def test_when_there_is_no_room_for_connections_it_goes_on(tmp_path: Path) -> None:
    """The limit is on open files; those that are too many are hung up on."""
    limited = ["sh", "-c", 'ulimit -n 40 && exec "$@"', "sh"]
    command = [*limited, *unverified(tmp_path), "--workers", "1"]
    with serving(command, tmp_path) as running:
        with ExitStack() as stack:
            opened = [stack.enter_context(running.socket()) for _ in range(60)]
            with suppress(ConnectionError):
                assert opened[-1].recv(1) == b""

        def answers() -> bool:
            try:
                return running.ask("GET", "/health").status == 200
            except OSError:
                return False

        wait_until(answers)
        lines = len(running.log())

    assert lines < 100
