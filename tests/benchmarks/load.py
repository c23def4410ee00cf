"""Requests as fast as a server takes them, over a few connections that are kept open.

One thread sends ready bytes and looks for the end of each answer. It needs some 20 µs for a
request, so it can send tens of thousands a second. Each result says how busy the generator was:
below one core, it did not limit what was measured.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

HEADER_END: Final = b"\r\n\r\n"


@dataclass
class Loaded:
    """What came of it."""

    took: list[int] = field(default_factory=list)
    """How long each answer took, in ns."""
    refused: int = 0
    """How many answers had another status than 200."""
    seconds: float = 0.0
    """How long the load lasted."""
    busy: float = 0.0
    """How many seconds of a core the generator used."""

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (len(self.took) - self.refused) / self.seconds

    @property
    def cores(self) -> float:
        """How much of a core the generator itself used."""
        return self.busy / self.seconds


class Connection:
    """One connection: a request goes out when the answer to the one before is there."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = b""
        self._began = 0

    def send(self, request: bytes) -> None:
        """Begin the next exchange."""
        self._answer = b""
        self._began = time.perf_counter_ns()
        self.socket.sendall(request)

    def receive(self, into: Loaded) -> bool:
        """Take what is there; True where the answer is whole."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        self._answer += piece
        head, found, body = self._answer.partition(HEADER_END)
        if not found or len(body) < _length(head):
            return False
        into.took.append(time.perf_counter_ns() - self._began)
        into.refused += not head.startswith(b"HTTP/1.1 200")
        return True


def load(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Loaded:
    """Send *requests* for so many *seconds*, or until there are no more."""
    loaded = Loaded()
    began, used = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:
        for _, request in zip(range(connections), requests, strict=False):
            connection = Connection(port)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(request)
        while selector.get_map():
            for key, _ in selector.select():
                connection = key.data
                if not connection.receive(loaded):
                    continue
                request = next(requests, b"") if time.perf_counter() < began + seconds else b""
                if request:
                    connection.send(request)
                else:
                    selector.unregister(connection.socket)
                    connection.socket.close()
    loaded.seconds = time.perf_counter() - began
    loaded.busy = time.process_time() - used
    return loaded


def _length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.split(b"\r\n", 1)[0])
