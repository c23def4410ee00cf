"""A chain of certificates, fetched from Amazon."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import Final
from urllib.parse import urlsplit

import certifi

MOST_CHAIN_BYTES: Final = 64 * 1024
"""Ours; Amazon's chains have 4 to 7 kB."""

CONNECT_SECONDS: Final = 1.5
"""Ours: for one address of the host."""

FETCH_SECONDS: Final = 3.5
"""Ours: for the whole fetch, but for the name server, whose time the system's resolver limits."""

HTTPS_PORT: Final = 443

GONE: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""How Amazon's S3 answers where there is no such file."""


class NoSuchChain(HTTPException):
    """The host answered that it has no chain at this URL."""


def dial(host: str, deadline: float) -> socket.socket:
    """Connect to *host*, trying its addresses in turn until *deadline* (monotonic, s).

    Raises OSError.
    """
    fault: OSError = TimeoutError("no time is left to connect")
    for *kind, _, address in socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM):
        seconds = min(CONNECT_SECONDS, deadline - time.monotonic())
        if seconds <= 0:
            break
        line = socket.socket(*kind)
        line.settimeout(seconds)
        try:
            line.connect(address)
        except OSError as error:
            line.close()
            fault = error
        else:
            return line
    raise fault


def secure(line: socket.socket, host: str) -> socket.socket:
    """Speak TLS on *line* with *host*, which must show a certificate of its own."""
    context = ssl.create_default_context(cafile=certifi.where())
    return context.wrap_socket(line, server_hostname=host)


@dataclass(frozen=True, slots=True)
class ChainFetch:
    """The `skill.alexa.signing_keys.Fetch` for real use: one GET, no redirect, no proxy.

    When its time is over, a timer shuts the connection down. So it ends in the middle of whatever
    it waits for: a handshake, a header that comes byte by byte, one `100 Continue` after another.
    """

    dial: Callable[[str, float], socket.socket] = dial
    """From a host and a deadline (monotonic, s) to a connection."""
    secure: Callable[[socket.socket, str], socket.socket] = secure
    """From a connection and the host's name to one with TLS."""
    seconds: float = FETCH_SECONDS
    """For the whole fetch."""

    def __call__(self, url: str) -> bytes:
        """Give the body at *url*, which must come with 200, whole and small.

        Raises OSError or HTTPException; of these, TimeoutError and `NoSuchChain` where they apply.
        """
        host, path = urlsplit(url).netloc, urlsplit(url).path
        deadline = time.monotonic() + self.seconds
        with self.dial(host, deadline) as line, _cut_off(line, deadline):
            line.settimeout(self.seconds)
            with self.secure(line, host) as secured:
                return _get(secured, host, path)


@contextmanager
def _cut_off(line: socket.socket, deadline: float) -> Iterator[None]:
    """Shut *line* down at *deadline*; raise TimeoutError where it came to that."""
    same = line.dup()  # TLS takes the original over
    late = []

    def cut() -> None:
        late.append(True)
        with suppress(OSError):  # it has ended by itself
            same.shutdown(socket.SHUT_RDWR)

    timer = Timer(max(deadline - time.monotonic(), 0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException) as error:
        if late or isinstance(error, TimeoutError):  # the line's own limit may come first
            raise TimeoutError("not fetched in time") from error
        raise
    finally:
        timer.cancel()
        timer.join()
        same.close()
    if late:
        raise TimeoutError("not fetched in time")


def _get(line: socket.socket, host: str, path: str) -> bytes:
    connection = HTTPConnection(host)
    connection.sock = line
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        if response.status in GONE:
            raise NoSuchChain(f"answered {response.status}")
        if response.status != HTTPStatus.OK:
            raise HTTPException(f"answered {response.status}")
        chain = b""
        while piece := response.read1(MOST_CHAIN_BYTES):
            chain += piece
            if len(chain) > MOST_CHAIN_BYTES:
                raise HTTPException(f"over {MOST_CHAIN_BYTES} bytes")
        if response.length:
            raise HTTPException(f"{response.length} bytes short")
        return chain
    finally:
        connection.close()
