"""A chain of certificates, fetched from Amazon."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

import certifi

MOST_CHAIN_BYTES: Final = 64 * 1024
"""Ours; Amazon's chains have 4 to 7 kB."""

FETCH_STEP_SECONDS: Final = 2.0
"""Ours: to connect, and for each piece that is read."""

FETCH_SECONDS: Final = 4.0
"""Ours: to read the whole chain."""


def connect_tls(host: str) -> HTTPConnection:
    """Prepare a connection to *host*, which must show a certificate of its own."""
    context = ssl.create_default_context(cafile=certifi.where())
    return HTTPSConnection(host, timeout=FETCH_STEP_SECONDS, context=context)


@dataclass(frozen=True, slots=True)
class ChainFetch:
    """The `skill.alexa.signing_keys.Fetch` for real use: one GET, no redirect, no proxy."""

    connect: Callable[[str], HTTPConnection] = connect_tls
    """From a host to a connection that opens with its first request."""
    timer: Callable[[], float] = time.monotonic
    """Counts seconds."""

    def __call__(self, url: str) -> bytes:
        """Give the body at *url*, which must come with 200, whole and small.

        Raises OSError or HTTPException.
        """
        parts = urlsplit(url)
        deadline = self.timer() + FETCH_SECONDS
        connection = self.connect(parts.netloc)
        try:
            connection.request("GET", parts.path, headers={"Connection": "close"})
            response = connection.getresponse()
            if response.status != HTTPStatus.OK:
                raise HTTPException(f"answered {response.status}")
            chain = b""
            while piece := response.read1(MOST_CHAIN_BYTES):
                chain += piece
                if len(chain) > MOST_CHAIN_BYTES:
                    raise HTTPException(f"over {MOST_CHAIN_BYTES} bytes")
                if self.timer() > deadline:
                    raise TimeoutError(f"not read in {FETCH_SECONDS} s")
            if response.length:
                raise HTTPException(f"{response.length} bytes short")
            return chain
        finally:
            connection.close()
