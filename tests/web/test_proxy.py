"""The documented nginx in front of the skill's server: HTTPS on loopback, with real programs."""

import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from socket import create_connection, socket
from typing import Any, Final

import pytest
from certificate_authority import NOW, TODAY, URL, Amazon, body, envelope, pem, rsa_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from project import PROJECT, SUPPORT
from running import READY_SECONDS, Answer, Running, answered, free_port, serving, wait_until
from signed_server import set_stage

from skill.alexa.verification import MOST_BODY_BYTES

DOCUMENTED: Final = (PROJECT / "docs" / "proxy" / "nginx.conf").read_text("utf-8")
NAME: Final = "feet.example.com"
NGINX: Final = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")

AROUND: Final = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/foot-routine.conf;
}}
"""
"""What a machine's own nginx.conf says around the documented file; here it needs no rights."""


def rendered(port: int, skill: int, folder: Path) -> str:
    """Give the documented file, its ports and paths replaced by those of the test in *folder*."""
    live = f"/etc/letsencrypt/live/{NAME}"
    text = DOCUMENTED
    for documented, here in {
        "    listen [::]:443 ssl;\n": "",  # not every machine has IPv6
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        f"{live}/fullchain.pem": f"{folder}/chain.pem",
        f"{live}/privkey.pem": f"{folder}/key.pem",
        "http://127.0.0.1:8080;": f"http://127.0.0.1:{skill};",
    }.items():
        assert text.count(documented) == 1, documented
        text = text.replace(documented, here)
    return text.replace("/srv/foot-routine-recordings/", f"{folder}/recordings/")


class Proxy:
    """The way to the *skill* through nginx at *port*, as Alexa goes: held to its certificate."""

    def __init__(self, skill: Running, port: int, trusted: Path) -> None:
        self.skill = skill
        self._port = port
        self._context = ssl.create_default_context(cafile=trusted)
        self._marks = count()

    def connect(self, source: str = "127.0.0.1") -> ssl.SSLSocket:
        """Shake hands, as a client at the address *source*."""
        plain = create_connection(("127.0.0.1", self._port), READY_SECONDS, (source, 0))
        return self._context.wrap_socket(plain, server_hostname=NAME)

    def touch(self) -> socket:
        """Connect, and say nothing."""
        return create_connection(("127.0.0.1", self._port), timeout=READY_SECONDS)

    def ask(
        self, method: str, path: str, sent: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request; an iterable is sent in chunks."""
        connection = HTTPConnection(NAME)
        connection.sock = self.connect()
        return answered(connection, method, path, sent, headers)

    def passed_on(self) -> list[dict[str, Any]]:
        """Give what the skill has logged so far, but for what is asked here: the log is behind."""
        mark = f"/mark-{next(self._marks)}"
        self.skill.ask("GET", mark)
        wait_until(lambda: any(line.get("path") == mark for line in self.skill.log()))
        lines = self.skill.log()
        return [line for line in lines if not line.get("path", "").startswith("/mark-")]


def test_recordings_come_straight_from_their_folder_whole_or_in_part(proxy: Proxy) -> None:
    path = "/recordings/en-US-0123456789ab.mp3"

    assert proxy.ask("GET", path) == Answer(200, "0123456789")
    assert proxy.ask("GET", path, headers={"Range": "bytes=2-4"}) == Answer(206, "234")
    assert proxy.ask("GET", "/recordings/index.json") == Answer(200, "{}")
    assert proxy.ask("DELETE", path).status == 403
    assert proxy.ask("GET", "/recordings/").status == 403
    assert proxy.ask("GET", "/recordings/none.mp3").status == 404


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture(scope="module")
def folder(amazon: Amazon, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What both programs read."""
    folder = tmp_path_factory.mktemp("proxy")
    key = rsa_key()
    # From yesterday to tomorrow by this machine's clock, as its TLS goes by that.
    today = time.time() * 1000 - NOW
    since, until = (TODAY + timedelta(milliseconds=today, days=days) for days in (-1, 1))
    certificate = amazon.leaf(
        names=(NAME,), subject=NAME, key=key, issuer=NAME, by=key, since=since, until=until
    )
    (folder / "chain.pem").write_bytes(pem(certificate))
    (folder / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    set_stage(folder, amazon, {URL: amazon.chain})
    recordings = folder / "recordings"
    recordings.mkdir()
    (recordings / "en-US-0123456789ab.mp3").write_text("0123456789")
    (recordings / "index.json").write_text("{}")
    return folder


@pytest.fixture(scope="module")
def skill(folder: Path) -> Iterator[Running]:
    """One worker, so that the log has the requests in their order."""
    server = (sys.executable, SUPPORT / "signed_server.py", "--folder", folder, "--workers", "1")
    with serving(server, folder) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(skill: Running, folder: Path) -> Iterator[Proxy]:
    """Nginx as documented, but for its time limits, which no busy machine reaches."""
    port = free_port()
    documented = rendered(port, skill.port, folder)
    patient, limits = re.subn(r"_timeout \d+s;", "_timeout 600s;", documented)
    assert limits == 4
    with nginx_with(patient, folder / "patient"):
        yield reached(Proxy(skill, port, folder / "chain.pem"))


@pytest.fixture(scope="module")
def hurried(skill: Running, folder: Path) -> Iterator[Proxy]:
    """Nginx as documented."""
    port = free_port()
    with nginx_with(rendered(port, skill.port, folder), folder / "hurried"):
        yield reached(Proxy(skill, port, folder / "chain.pem"))


@contextmanager
def nginx_with(settings: str, folder: Path) -> Iterator[None]:
    """Run nginx with these *settings* of a site; what it writes goes to *folder*."""
    if NGINX is None:
        pytest.skip("nginx is not installed (Debian: nginx-light)")
    folder.mkdir()
    (folder / "foot-routine.conf").write_text(settings)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    with subprocess.Popen([NGINX, "-c", folder / "nginx.conf"]) as nginx:  # noqa: S603 - found above
        try:
            yield
            assert nginx.poll() is None, (folder / "nginx.log").read_text()
        finally:
            nginx.terminate()
            nginx.wait(READY_SECONDS)


def reached(proxy: Proxy) -> Proxy:
    wait_until(lambda: _answers(proxy))
    return proxy


def _answers(proxy: Proxy) -> bool:
    try:
        proxy.connect().close()
    except OSError:
        return False
    return True


def signed(amazon: Amazon, sent: bytes) -> dict[str, str]:
    return {**amazon.headers(sent), "Content-Type": "application/json; charset=utf-8"}


EXACT: Final[dict[str, Callable[[int], bytes]]] = {
    "plain": body,
    "UTF-8": lambda number: json.dumps(envelope(number, q="Füße, 足"), ensure_ascii=False).encode(),
    "a leading blank, newlines at the end": lambda number: b" \n" + body(number) + b"\r\n\n",
    "nearly too large": lambda number: body(number).ljust(MOST_BODY_BYTES),
}


@pytest.mark.parametrize("how", ["whole", "in chunks"])
@pytest.mark.parametrize("name", EXACT)
def test_a_signed_request_comes_through_byte_by_byte(
    amazon: Amazon, proxy: Proxy, name: str, how: str
) -> None:
    """Or its signature would not hold."""
    number = 10 * list(EXACT).index(name) + ["whole", "in chunks"].index(how)
    sent = EXACT[name](number)
    pieces = iter([sent[:10], sent[10:]])
    answer = proxy.ask("POST", "/alexa", sent if how == "whole" else pieces, signed(amazon, sent))

    assert answer.status == 200, answer
    assert "outputSpeech" in answer.text


def test_an_unsigned_request_is_400(proxy: Proxy) -> None:
    answer = proxy.ask("POST", "/alexa", body())

    assert answer == Answer(400, "header: SignatureCertChainUrl given 0 times\n")


def test_a_request_that_was_changed_on_its_way_is_400(amazon: Amazon, proxy: Proxy) -> None:
    answer = proxy.ask("POST", "/alexa", body(2), signed(amazon, body()))

    assert answer.status == 400
    assert answer.text.startswith("signature: ")


@pytest.mark.parametrize("how", ["declared", "chunked"])
def test_a_body_over_the_limit_is_400_and_stays_outside(
    amazon: Amazon, proxy: Proxy, how: str
) -> None:
    sent = b" " * (MOST_BODY_BYTES + 1)
    before = len(proxy.passed_on())
    answer = proxy.ask(
        "POST", "/alexa", sent if how == "declared" else iter([sent]), signed(amazon, sent)
    )

    assert answer == Answer(400, "body: over 65536 bytes\n")
    assert len(proxy.passed_on()) == before


@pytest.mark.parametrize("path", ["/", "/health", "/alexa/", "/alexa2", "//alexa/x"])
def test_nothing_but_the_endpoint_is_open_to_the_world(proxy: Proxy, path: str) -> None:
    before = len(proxy.passed_on())

    assert proxy.ask("GET", path).status == 404
    assert len(proxy.passed_on()) == before


@pytest.mark.parametrize("path", ["//alexa", "/x/../alexa", "/%61lexa", "/alexa?x"])
def test_a_path_that_nginx_takes_for_the_endpoint_is_400_or_404(proxy: Proxy, path: str) -> None:
    """Nginx passes the path on as it came."""
    before = len(proxy.passed_on())

    assert proxy.ask("POST", path, b"{}").status in {400, 404}
    assert not any("traceback" in line for line in proxy.passed_on()[before:])


HTTP: Final = b"HTTP/1.1\r\nHost: feet.example.com\r\n"
BODY: Final = b"Content-Length: 2\r\n\r\n{}"
OUTSIDE: Final = {
    "a header of 64 kB": b"POST /alexa " + HTTP + b"X: " + b"x" * 65536 + b"\r\n" + BODY,
    "headers of 64 kB": b"POST /alexa " + HTTP + b"X: y\r\n" * 11_000 + BODY,
    "a path of 64 kB": b"POST /alexa?" + b"x" * 65536 + b" " + HTTP + BODY,
    "no host": b"POST /alexa HTTP/1.1\r\n" + BODY,
    "two hosts": b"POST /alexa " + HTTP + b"Host: y\r\n" + BODY,
    "a coding before chunks": (
        b"POST /alexa " + HTTP + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ),
    "trailers of 10 MB": (
        b"POST /alexa "
        + HTTP
        + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
        + (b"X: " + b"y" * 10_000 + b"\r\n") * 1_000
    ),
    "half a head": b"POST /alexa " + HTTP,
    "half a body": b"POST /alexa " + HTTP + b"Content-Length: 9\r\n\r\n{",
}
"""What the server itself does not bound, or holds longer; nginx lets none of it through."""


@pytest.mark.parametrize("raw", OUTSIDE.values(), ids=OUTSIDE)
def test_what_the_server_does_not_bound_stays_outside(hurried: Proxy, raw: bytes) -> None:
    """Nginx answers with a fault of the client's, or hangs up after its time limit of 5 s."""
    before = len(hurried.passed_on())
    with hurried.connect() as wire:
        with suppress(OSError):
            wire.sendall(raw)
        answer = b""
        with suppress(ConnectionError):
            answer = wire.recv(4096)

    assert answer[:12] in {b"", b"HTTP/1.1 400", b"HTTP/1.1 408", b"HTTP/1.1 414", b"HTTP/1.1 501"}
    assert len(hurried.passed_on()) == before


CHUNKS: Final = b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
REFUSED: Final = {
    "a lower-case method": (b"post /alexa " + HTTP + BODY, b"400"),
    "an absolute address": (b"POST http://feet.example.com/alexa " + HTTP + BODY, b"400"),
    "an absolute address of another": (b"POST http://other.example/ " + HTTP + BODY, b"404"),
    "HEAD": (b"HEAD /alexa " + HTTP + b"\r\n", b"405"),
    "OPTIONS": (b"OPTIONS /alexa " + HTTP + b"\r\n", b"405"),
    "TRACE": (b"TRACE /alexa " + HTTP + b"\r\n", b"405"),
    "a length of 5000 digits": (
        b"POST /alexa " + HTTP + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"400",
    ),
    "HTTP/1.0 with chunks and keep-alive": (
        b"POST /alexa HTTP/1.0\r\nConnection: keep-alive\r\n" + CHUNKS,
        b"400",
    ),
}


@pytest.mark.parametrize(("raw", "status"), REFUSED.values(), ids=REFUSED)
def test_odd_requests_have_one_answer_each(proxy: Proxy, raw: bytes, status: bytes) -> None:
    """Where the connection stays open, what comes next on it is the answer to the next request."""
    with proxy.connect() as wire:
        wire.sendall(raw)
        answer = wire.recv(4096)
        with suppress(ConnectionError):
            wire.sendall(b"GET /next " + HTTP + b"Connection: close\r\n\r\n")
            while more := wire.recv(4096):
                answer += more

    statuses = [each[:3] for each in re.split(rb"HTTP/1\.[01] ", answer)[1:]]
    assert statuses in ([status], [status, b"404"])
    assert not any("traceback" in line for line in proxy.passed_on())


def test_a_stranger_who_asks_without_end_is_turned_away_and_nobody_else(
    amazon: Amazon, proxy: Proxy
) -> None:
    """By address: 200 at once, then 50 a second; one at a time of those on one connection."""
    numbers, turns = count(5000), list[int]()
    stranger, once = "127.0.0.3", 100
    before = len(proxy.passed_on())
    refused, began = 0, time.monotonic()
    while refused <= 300:
        assert time.monotonic() - began < READY_SECONDS
        with proxy.connect(stranger) as wire:
            wire.sendall((b"POST /alexa " + HTTP + BODY) * once)
            sent = body(next(numbers))
            turns.append(proxy.ask("POST", "/alexa", sent, signed(amazon, sent)).status)
            statuses = b""
            while statuses.count(b"HTTP/1.1 ") < once and (more := wire.recv(65536)):
                statuses += more
        refused += statuses.count(b"HTTP/1.1 429 ")
    took = time.monotonic() - began

    assert set(turns) == {200}
    assert len(proxy.passed_on()) - before <= 201 + 50 * took + len(turns)


def test_an_upgrade_is_not_passed_on(amazon: Amazon, proxy: Proxy) -> None:
    """The server itself would lose the body of such a request."""
    sent = body(2000)
    upgrade = {"Connection": "Upgrade", "Upgrade": "h2c"}
    answer = proxy.ask("POST", "/alexa", sent, {**signed(amazon, sent), **upgrade})

    assert answer.status == 200, answer


def test_idle_connections_reach_only_nginx_and_are_ended(amazon: Amazon, proxy: Proxy) -> None:
    """There are more than nginx takes at a time, 512 here: the oldest make room for the next.

    They would be held for minutes, and the test waits for one.
    """
    sent = body(3000)
    with ExitStack() as stack:
        idle = [stack.enter_context(proxy.touch()) for _ in range(800)]
        passed_on = connections(proxy.skill.port)
        answer = proxy.ask("POST", "/alexa", sent, signed(amazon, sent))
        oldest = idle[0].recv(1)

    assert passed_on < 10
    assert answer.status == 200, answer
    assert oldest == b""


def connections(port: int) -> int:
    """Count the connections to *port* that are open."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


def test_senders_that_hang_cost_the_skill_nothing(amazon: Amazon, proxy: Proxy) -> None:
    """More of them than it has threads: their requests are not even passed on."""
    sent = body(1000)
    half = b"POST /alexa HTTP/1.1\r\nHost: feet.example.com\r\nContent-Length: 9\r\n\r\n{"
    before = len(proxy.passed_on())
    with ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(proxy.connect()).sendall(half)
        answer = proxy.ask("POST", "/alexa", sent, signed(amazon, sent))
        passed_on = proxy.passed_on()[before:]
        reached_it = connections(proxy.skill.port)

    assert answer.status == 200, answer
    assert [line["status"] for line in passed_on] == [200]
    assert reached_it < 8
