"""How a chain is fetched, over a real socket."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from socket import socket
from threading import Thread

import pytest
from certificate_authority import NOW, SKILL_ID, URL, Amazon, body, pem
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from skill.alexa.chain_fetch import FETCH_SECONDS, MOST_CHAIN_BYTES, ChainFetch, connect_tls
from skill.alexa.signing_keys import (
    SigningKeys,
)
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


def loopback(port: int) -> Callable[[str], HTTPConnection]:
    """Stand in for the name server and TLS; all else is the real fetch."""

    def connect(host: str) -> HTTPConnection:
        assert host == "s3.amazonaws.com"
        return HTTPConnection("127.0.0.1", port, timeout=5)

    return connect


def test_a_request_is_verified_with_a_chain_from_the_wire(amazon: Amazon) -> None:
    shop = Shop(content=amazon.chain)
    with serving(shop) as port:
        keys = SigningKeys(ChainFetch(loopback(port)), amazon.roots, lambda: NOW)
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
        ChainFetch(loopback(port))(URL)

    assert shop.asked == ["/echo.api/echo-api-cert.pem"]


def test_a_fetch_ends_however_slowly_the_answer_drips() -> None:
    """The timer here runs a second at every look."""
    shop = Shop(content=b"x", length=9)
    ticks = count(step=FETCH_SECONDS + 1)
    with serving(shop) as port, pytest.raises(TimeoutError):
        ChainFetch(loopback(port), timer=lambda: next(ticks))(URL)


def test_a_fetch_with_nobody_there_is_an_os_error() -> None:
    with socket() as closed:
        closed.bind(("127.0.0.1", 0))  # held, so that nobody else listens there
        port = closed.getsockname()[1]
        with pytest.raises(OSError, match="refused"):
            ChainFetch(loopback(port))(URL)


def test_the_real_connection_is_tls_to_the_host_that_is_named() -> None:
    connection = connect_tls("s3.amazonaws.com")

    assert isinstance(connection, HTTPSConnection)
    assert (connection.host, connection.port) == ("s3.amazonaws.com", 443)
    assert connection.timeout is not None


def test_a_server_that_cannot_prove_its_name_is_not_talked_to(
    amazon: Amazon, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_files(tmp_path, amazon.leaf(names=("localhost",)), amazon))
    shop = Shop(content=amazon.chain)
    with serving(shop, context) as port, pytest.raises(ssl.SSLCertVerificationError):
        ChainFetch(lambda _: connect_tls(f"localhost:{port}"))(URL)

    assert shop.asked == []


def _files(folder: Path, certificate: x509.Certificate, amazon: Amazon) -> tuple[Path, Path]:
    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(pem(certificate, amazon.intermediate))
    key.write_bytes(
        amazon.alexa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return chain, key
