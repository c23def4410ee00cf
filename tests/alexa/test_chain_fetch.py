"""How a chain is fetched, over a real socket."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_connection, create_server, socket
from threading import Thread

import pytest
from certificate_authority import NOW, SKILL_ID, URL, Amazon, body, pem
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from limits import LONG_MS, within

from skill.alexa.chain_fetch import MOST_CHAIN_BYTES, ChainFetch, secure
from skill.alexa.signing_keys import SigningKeys
from skill.alexa.verification import Verifier


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


@dataclass
class Shop:
    """What the loopback server answers, and what it was asked."""

    status: int = 200
    content: bytes = b""
    length: int | None = None
    location: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(shop: Shop, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve *shop* on a free loopback port, which is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.asked.append(self.path)
            self.send_response(shop.status)
            length = len(shop.content) if shop.length is None else shop.length
            self.send_header("Content-Length", str(length))
            if shop.location:
                self.send_header("Location", shop.location)
            self.end_headers()
            self.wfile.write(shop.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def to(port: int) -> Callable[[str, float], socket]:
    """Stand in for the name server: give a way to the loopback *port*."""

    def dial(host: str, _deadline: float) -> socket:
        assert host == "s3.amazonaws.com"
        return create_connection(("127.0.0.1", port), timeout=60)

    return dial


def loopback(port: int, seconds: float = 60) -> ChainFetch:
    """Give the real fetch, but for the name server and TLS."""
    return ChainFetch(to(port), lambda line, _: line, seconds)


def test_a_request_is_verified_with_a_chain_from_the_wire(amazon: Amazon) -> None:
    shop = Shop(content=amazon.chain)
    with serving(shop) as port:
        keys = SigningKeys(loopback(port), amazon.roots, lambda: NOW, wait_ms=LONG_MS)
        verify = Verifier(keys.key, frozenset({SKILL_ID}), lambda: NOW)
        for number in range(5):
            verify(amazon.headers(body(number)), body(number))

    assert shop.asked == ["/echo.api/echo-api-cert.pem"]


@pytest.mark.parametrize(
    ("shop", "says"),
    [
        (Shop(status=403, content=b"<Error>AccessDenied</Error>"), "answered 403"),
        (Shop(status=302, location="http://127.0.0.1/elsewhere"), "answered 302"),
        (Shop(content=b"x" * (MOST_CHAIN_BYTES + 1)), "over 65536 bytes"),
        (Shop(content=b"x", length=2), "1 bytes short"),
    ],
    ids=["refused", "redirected", "too large", "cut short"],
)
def test_a_fetch_takes_only_a_small_whole_answer(shop: Shop, says: str) -> None:
    with serving(shop) as port, pytest.raises(HTTPException, match=says):
        loopback(port)(URL)

    assert shop.asked == ["/echo.api/echo-api-cert.pem"]


HEAD = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "nothing at all": (b"", b""),
    "a header byte by byte": (HEAD + b"X: ", b"y"),
    "headers without end": (HEAD, b"X: y\r\n"),
    "100 Continue without end": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body of a known length": (HEAD + b"Content-Length: 9000\r\n\r\n", b"x"),
    "a body until the end": (HEAD + b"\r\n", b"x"),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "trailers": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
}
"""What the host sends first, and then every hundredth of a second."""


@contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[int]:
    """Be a host that drips until it is hung up on; give its port."""

    def serve() -> None:
        line, _ = listener.accept()
        with line, suppress(OSError):
            line.settimeout(0.01)
            line.sendall(first)
            while True:
                line.sendall(drop)
                with suppress(TimeoutError):
                    if not line.recv(65536):
                        return

    with create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(60)
        assert not thread.is_alive(), "the fetch has not hung up"


@pytest.mark.parametrize(("first", "drop"), DRIPS.values(), ids=DRIPS)
def test_a_fetch_ends_whatever_drips(first: bytes, drop: bytes) -> None:
    def fetch() -> str:
        with (
            dripping(first, drop) as port,
            pytest.raises((TimeoutError, HTTPException)) as caught,
        ):
            loopback(port, seconds=0.2)(URL)
        return str(caught.value)

    said = within(2, fetch)
    if drop != b"X: y\r\n":  # more than 100 headers are refused before
        assert said == "not fetched in time"


def test_a_handshake_that_drips_ends_too() -> None:
    def fetch() -> None:
        with (
            dripping(b"\x16\x03\x03\x40\x00", b"\x02") as port,
            pytest.raises(TimeoutError, match="not fetched in time"),
        ):
            ChainFetch(to(port), secure, 0.2)(URL)

    within(5, fetch)


def test_a_fetch_with_nobody_there_is_an_os_error() -> None:
    with socket() as closed:
        closed.bind(("127.0.0.1", 0))  # held, so that nobody else listens there
        port = closed.getsockname()[1]
        with pytest.raises(OSError, match="refused"):
            loopback(port)(URL)


def test_a_server_that_cannot_prove_its_name_is_not_talked_to(
    amazon: Amazon, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_files(tmp_path, amazon.leaf(names=("localhost",)), amazon))
    shop = Shop(content=amazon.chain)
    with serving(shop, context) as port, pytest.raises(ssl.SSLCertVerificationError):
        ChainFetch(to(port), lambda line, _: secure(line, "localhost"))(URL)

    assert shop.asked == []


def _files(folder: Path, certificate: x509.Certificate, amazon: Amazon) -> tuple[Path, Path]:
    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(pem(certificate, amazon.intermediate))
    key.write_bytes(
        amazon.alexa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return chain, key
