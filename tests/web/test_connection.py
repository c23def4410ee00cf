"""HTTP as clients really speak it, and as they should not, to an application of the test's own."""

import asyncio
import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from running import wait_until

from skill.alexa.verification import MOST_BODY_BYTES
from skill.web import connection
from skill.web.connection import Connection, Host

HEAD: Final = b"HTTP/1.1\r\nHost: x\r\n"


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Say what was asked: method, path, query and body."""
    body = environ["wsgi.input"].read()
    asked = " ".join(environ[key] for key in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING"))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [asked.encode("latin-1"), b" ", body]


class Served:
    """An application behind real connections, in a loop of its own thread."""

    def __init__(
        self, application: WSGIApplication, waits: Callable[[WSGIEnvironment], bool]
    ) -> None:
        self.host = Host(application, waits, ThreadPoolExecutor(4))
        self._loop = asyncio.new_event_loop()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def connect(self) -> socket.socket:
        """Be a client that has said nothing yet."""
        return socket.create_connection(self._listener.getsockname(), timeout=10)

    def ask(self, raw: bytes) -> bytes:
        """Send *raw* and no more, and give all that comes back."""
        with self.connect() as wire:
            wire.sendall(raw)
            wire.shutdown(socket.SHUT_WR)
            return wire.makefile("rb").read()

    def call(self, function: Callable[[], None]) -> None:
        """Call *function* where the connections are."""
        done = threading.Event()

        def called() -> None:
            function()
            done.set()

        self._loop.call_soon_threadsafe(called)
        assert done.wait(5)

    def close(self) -> None:
        """Hang up on everybody."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        self.host.threads.shutdown()

    def _run(self) -> None:
        serving = self._loop.create_server(lambda: Connection(self.host), sock=self._listener)
        server = self._loop.run_until_complete(serving)
        self._loop.run_forever()
        server.close()
        for each in list(self.host.connections):
            each._transport.abort()  # noqa: SLF001 - so that no transport is left open
        self._loop.run_until_complete(asyncio.sleep(0))


@contextmanager
def served(
    application: WSGIApplication = echo, waits: Callable[[WSGIEnvironment], bool] = lambda _: False
) -> Iterator[Served]:
    made = Served(application, waits)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def echoing() -> Iterator[Served]:
    with served() as made:
        yield made


def bodies(answer: bytes) -> list[bytes]:
    """The bodies of *answer*, one after the other, each by its length."""
    found = []
    while answer:
        head, _, rest = answer.partition(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        found.append(rest[:size])
        answer = rest[size:]
    return found


# What is asked


def test_requests_sent_at_once_are_answered_in_their_order(echoing: Served) -> None:
    asked = b"".join(b"GET /%d %s\r\n" % (number, HEAD) for number in range(50))

    assert bodies(echoing.ask(asked)) == [b"GET /%d  " % number for number in range(50)]


def test_a_request_may_come_byte_by_byte(echoing: Served) -> None:
    with echoing.connect() as wire:
        for byte in b"POST /a?b=c " + HEAD + b"Content-Length: 3\r\n\r\nxyz":
            wire.sendall(bytes([byte]))
        assert wire.recv(1000).endswith(b"POST /a b=c xyz")


def test_a_body_may_come_in_chunks(echoing: Served) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

    assert bodies(echoing.ask(b"POST / " + HEAD + chunks)) == [b"POST /  abcde"]


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"/a%20b", b"/a b"),
        (b"/%C3%A9", "/é".encode()),
        (b"http://elsewhere/alexa", b"/alexa"),
        (b"http://elsewhere", b"/"),
    ],
)
def test_a_target_is_the_path_it_means(echoing: Served, target: bytes, path: bytes) -> None:
    assert bodies(echoing.ask(b"GET " + target + b" " + HEAD + b"\r\n")) == [b"GET " + path + b"  "]


def test_head_has_the_length_and_not_the_body(echoing: Served) -> None:
    answer = echoing.ask(b"HEAD / " + HEAD + b"\r\n")

    assert b"Content-Length: 8\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_who_waits_to_be_asked_for_the_body_is_asked(echoing: Served) -> None:
    with echoing.connect() as wire:
        wire.sendall(b"POST / " + HEAD + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        first = wire.recv(1000)
        wire.sendall(b"ok")
        then = wire.recv(1000)

    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert then.endswith(b"POST /  ok")


def test_headers_are_named_as_wsgi_names_them() -> None:
    seen: WSGIEnvironment = {}

    def look(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.update(environ)
        return echo(environ, start_response)

    with served(look) as made:
        made.ask(
            b"POST / "
            + HEAD
            + b"Content-Type: a/b\r\nX-One: 1\r\nx-one: 2\r\nX_One: 3\r\nContent-Length: 0\r\n\r\n"
        )

    assert seen["CONTENT_TYPE"] == "a/b"
    assert seen["HTTP_X_ONE"] == "1,2", "a name with _ could pass for one that a proxy sets"
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
    assert seen["wsgi.url_scheme"] == "http"


# How long a connection is kept


@pytest.mark.parametrize(
    ("version", "header", "kept"),
    [
        (b"1.1", b"", True),
        (b"1.1", b"Connection: close\r\n", False),
        (b"1.0", b"", False),
        (b"1.0", b"Connection: keep-alive\r\n", True),
    ],
)
def test_a_connection_is_kept_as_the_client_wishes(
    echoing: Served, version: bytes, header: bytes, *, kept: bool
) -> None:
    asked = b"GET / HTTP/" + version + b"\r\n" + header + b"\r\n"
    with echoing.connect() as wire:
        wire.sendall(asked)
        first = wire.recv(1000)
        if kept:
            wire.sendall(asked)
            again = wire.recv(1000)
        else:
            again = wire.recv(1000)

    assert first.startswith(b"HTTP/" + version + b" 200 OK\r\n")
    assert (b"Connection: keep-alive\r\n" in first) is kept
    assert (b"Connection: close\r\n" in first) is not kept
    assert (again == first) if kept else (again == b"")


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (b"POST / HTTP/1.1\r\nConte", b""),
        (b"POST / " + HEAD + b"Content-Length: 9\r\n\r\nx", b"HTTP/1.1 500 "),
    ],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_keeps_us_waiting_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, sent: bytes, answer: bytes
) -> None:
    """With half a body the application says so: this one does not look after it."""
    monkeypatch.setattr(connection, "RECEIVE_SECONDS" if sent else "IDLE_SECONDS", 0.0)
    with served() as made, made.connect() as wire:
        wire.sendall(sent)
        while not select.select([wire], [], [], 0.02)[0]:
            made.call(made.host.watch)
        got = wire.makefile("rb").read() if answer else wire.recv(10)

    assert got.startswith(answer)
    assert bool(got) is bool(answer)


def test_nobody_is_hung_up_on_too_soon(echoing: Served) -> None:
    with echoing.connect() as idle, echoing.connect() as half:
        half.sendall(b"GET / HTTP/1.1\r\nHo")
        time.sleep(0.1)
        echoing.call(echoing.host.watch)
        half.sendall(b"st: x\r\n\r\n")
        idle.sendall(b"GET / " + HEAD + b"\r\n")

        assert half.recv(1000).endswith(b"GET /  ")
        assert idle.recv(1000).endswith(b"GET /  ")


def test_a_server_that_stops_keeps_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STOP_IDLE_SECONDS", 0.0)
    with served() as made, made.connect() as idle, made.connect() as half:
        half.sendall(b"GET / HTTP/1.1\r\nHo")
        wait_until(lambda: sorted(each.is_receiving for each in made.host.connections) == [0, 1])
        made.call(made.host.stop)
        time.sleep(0.01)
        made.call(made.host.watch)
        ended = idle.recv(10)
        half.sendall(b"st: x\r\n\r\n")
        answer = half.makefile("rb").read()

    assert ended == b""
    assert b"Connection: close\r\n" in answer
    assert answer.endswith(b"GET /  ")


# What is refused


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"NONSENSE\r\n\r\n", b"400"),
        (b"GET / HTTP/0.9\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * connection.MOST_HEAD_BYTES, b"431"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000, b"431"),
    ],
    ids=["no request", "an old version", "a long header", "many headers"],
)
def test_what_is_no_request_is_refused(echoing: Served, raw: bytes, status: bytes) -> None:
    with echoing.connect() as wire:
        wire.sendall(raw)
        answer = wire.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 " + status + b" ")


def test_no_more_of_a_body_is_read_than_tells_that_it_is_too_long() -> None:
    sizes = []

    def size(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        sizes.append(len(environ["wsgi.input"].read()))
        return echo(environ, start_response)

    endless = b"POST / " + HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    with served(size) as made, made.connect() as wire:
        wire.sendall(endless)
        wire.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        wire.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n1\r\nx\r\n1\r\nx\r\n")
        answer = wire.makefile("rb").read()

    assert sizes == [MOST_BODY_BYTES + 1]
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"Connection: close\r\n" in answer


def test_a_body_that_is_announced_too_long_is_refused_before_it_comes(echoing: Served) -> None:
    length = b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % (MOST_BODY_BYTES + 1)
    with echoing.connect() as wire:
        wire.sendall(b"POST / " + HEAD + length)
        answer = wire.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 200 OK"), "an application that does not look after it"
    assert b"Connection: close\r\n" in answer


def test_what_comes_after_the_body_is_no_header() -> None:
    seen: WSGIEnvironment = {}

    def look(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.update(environ)
        return echo(environ, start_response)

    chunked = b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Late: 1\r\n\r\n"
    with served(look) as made:
        answer = made.ask(b"POST / " + HEAD + chunked)

    assert answer.endswith(b"POST /  x")
    assert "HTTP_X_LATE" not in seen


def test_what_follows_an_upgrade_is_not_read(echoing: Served) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

    assert bodies(echoing.ask(b"GET /a " + HEAD + upgrade + b"GET /b " + HEAD + b"\r\n")) == [
        b"GET /a  "
    ]


def test_who_asks_on_and_on_and_reads_nothing_is_hung_up_on() -> None:
    def much(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"x" * 1_000_000, environ["PATH_INFO"].encode()]

    with served(much) as made, made.connect() as wire:
        with suppress(OSError):
            while True:
                wire.sendall(b"GET / " + HEAD + b"\r\n")
        made.call(made.host.watch)

        assert not made.host.connections


# What may wait


def test_a_request_that_waits_keeps_nobody_else_waiting() -> None:
    go = threading.Event()

    def patient(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            assert go.wait(10)
        return echo(environ, start_response)

    with (
        served(patient, lambda environ: environ["PATH_INFO"] == "/slow") as made,
        made.connect() as slow,
        made.connect() as quick,
    ):
        slow.sendall(b"GET /slow " + HEAD + b"\r\nGET /then " + HEAD + b"\r\n")
        quick.sendall(b"GET /quick " + HEAD + b"\r\n")
        first = quick.recv(1000)
        slow.settimeout(0.1)
        with pytest.raises(TimeoutError):
            slow.recv(1000)
        go.set()
        slow.settimeout(10)
        slow.shutdown(socket.SHUT_WR)
        rest = slow.makefile("rb").read()

    assert first.endswith(b"GET /quick  ")
    assert bodies(rest)[0] == b"GET /slow  ", "and what was asked after it comes after it"


def test_a_client_that_left_while_it_waited_is_forgotten() -> None:
    go, asked = threading.Event(), threading.Event()

    def patient(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked.set()
        assert go.wait(10)
        return echo(environ, start_response)

    with served(patient, lambda _: True) as made:
        with made.connect() as wire:
            wire.sendall(b"GET / " + HEAD + b"\r\n")
            assert asked.wait(10)
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        go.set()
        wait_until(lambda: not made.host.connections)


def test_after_a_slow_answer_threads_give_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it was that took long, a store that is locked or a disk: others shall not wait."""
    monkeypatch.setattr(connection, "SLOW_SECONDS", 0.05)
    threads = []

    def slow(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        threads.append(threading.current_thread().name)
        if environ["PATH_INFO"] == "/slow":
            time.sleep(0.1)
        return echo(environ, start_response)

    with served(slow) as made:
        made.ask(b"GET / " + HEAD + b"\r\n")
        made.ask(b"GET /slow " + HEAD + b"\r\n")
        made.ask(b"GET / " + HEAD + b"\r\n")
        made.host.slow_until = 0.0
        made.ask(b"GET / " + HEAD + b"\r\n")

    first, second, third, fourth = threads
    assert first == second == fourth
    assert third != first


# What an application does wrong


def test_a_fault_is_500_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: WSGIEnvironment, __: StartResponse) -> Iterable[bytes]:
        raise RuntimeError("a fault of ours")

    with caplog.at_level(logging.ERROR), served(fail) as made:
        answer = made.ask(b"GET / " + HEAD + b"\r\n")

    assert answer.startswith(b"HTTP/1.1 500 ")
    assert "a fault of ours" in caplog.text


def test_an_application_that_says_nothing_is_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), served(lambda _, __: []) as made:
        answer = made.ask(b"GET / " + HEAD + b"\r\n")

    assert answer.startswith(b"HTTP/1.1 500 ")
    assert "began no response" in caplog.text


def test_all_of_wsgi_is_understood() -> None:
    """What is written, pieces, their `close`, and a length of the application's own."""
    closed = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"b", b"c"])

        def close(self) -> None:
            closed.append(True)

    def old(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [("content-length", "3")])
        write(b"a")
        return Pieces()

    with served(old) as made:
        answer = made.ask(b"GET / " + HEAD + b"\r\n")

    assert answer.count(b"ontent-") == 1
    assert answer.endswith(b"\r\n\r\nabc")
    assert closed == [True]
