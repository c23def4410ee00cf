"""One client's connection: requests in, read by llhttp, and a WSGI application's answers out.

Whatever is quick is answered at once, where it was read; no thread waits for a client, and none
hands a request to another. What may wait for others (`Host.may_wait`) is answered by a thread.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import partial
from io import BytesIO
from typing import Any, Final, NamedTuple, cast
from wsgiref.types import WSGIApplication, WSGIEnvironment

from httptools import (
    HttpParserCallbackError,
    HttpParserError,
    HttpParserUpgrade,
    HttpRequestParser,
)

from skill.alexa.verification import MOST_BODY_BYTES
from skill.web import wsgi
from skill.web.wsgi import Answer

RECEIVE_SECONDS: Final = 5.0
"""For a request to arrive in. Ours: a few kB, from a proxy that has them already."""

IDLE_SECONDS: Final = 150.0
"""Ours: longer than proxies keep a connection that they may use again (nginx 60 s, Caddy 120 s), so
that it is they who end it, and never with a request on its way."""

STOP_IDLE_SECONDS: Final = 1.0
"""How long a server that stops still waits for what may be on its way already: a choice."""

READ_BYTES: Final = 64 * 1024
"""Read at once: more than a request of Alexa's has."""

MOST_HEAD_BYTES: Final = 32 * 1024
"""Ours; Alexa's heads have 1 kB, and proxies add some."""

SLOW_SECONDS: Final = 0.25
"""A request that took longer has waited for something, and others will: a choice."""

SLOW_FOR_SECONDS: Final = 5.0
"""So long after it, threads answer: whoever waits then keeps nobody else waiting. Also a choice."""

VERSIONS: Final = ("1.1", "1.0")

LOG = logging.getLogger(__name__)


class Asked(NamedTuple):
    """A request that is whole, and whether its client may ask more on the same connection."""

    environ: WSGIEnvironment
    keep: bool


@dataclass(slots=True)
class Host:
    """What the connections of one process share."""

    application: WSGIApplication
    may_wait: Callable[[WSGIEnvironment], bool]
    threads: Executor
    connections: set["Connection"] = field(default_factory=set)
    stopped: float | None = None
    slow_until: float = 0.0
    buffer: memoryview = field(default_factory=lambda: memoryview(bytearray(READ_BYTES)))
    _second: int = 0
    _date: str = ""

    def stop(self) -> None:
        """Keep no connection longer than the request that is on it."""
        self.stopped = time.monotonic()

    def watch(self) -> None:
        """End what has waited too long; to be called about once a second."""
        now = time.monotonic()
        for connection in list(self.connections):
            connection.watch(now)

    def is_quick(self, environ: WSGIEnvironment) -> bool:
        """The request needs no thread of its own."""
        return time.monotonic() >= self.slow_until and not self.may_wait(environ)

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """Ask the application, and note where that took long. Raises nothing."""
        began = time.monotonic()
        answer = wsgi.answered(self.application, environ)
        now = time.monotonic()
        if now - began > SLOW_SECONDS:
            self.slow_until = now + SLOW_FOR_SECONDS
        return answer

    def date(self) -> str:
        """Give the time as HTTP has it (RFC 9110, 5.6.7), made once a second."""
        second = int(time.time())
        if second != self._second:
            self._second, self._date = second, formatdate(second, usegmt=True)
        return self._date


class Connection(asyncio.BufferedProtocol):
    """Answers one client's requests, one after the other, until either side ends it.

    Who sends half a request is hung up on after `RECEIVE_SECONDS`, however it drips; where the head
    was whole, the application says so first.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._parser = HttpRequestParser(self)
        self._since = time.monotonic()
        self._asked: deque[Asked] = deque()
        self._in_head = self._in_body = False
        self._answering = self._heard_out = self._ended = False
        self._read = 0

    @property
    def is_receiving(self) -> bool:
        """A request has begun to come."""
        return self._in_head or self._in_body

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Get ready for the first request."""
        self._transport = cast("asyncio.Transport", transport)
        self._environ = wsgi.of_connection(self._transport)
        self._host.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's interface
        """Forget it."""
        self._ended = True
        self._host.connections.discard(self)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's interface
        """Lend what all connections read into: each has read it before the next one does."""
        return self._host.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Read *nbytes*, and answer every request that is whole."""
        if self._ended:
            return  # nobody's: the last answer is on its way
        if not self.is_receiving:
            self._since = time.monotonic()
            self._in_head = True
        if self._in_head:
            self._read += nbytes
        try:
            self._parser.feed_data(self._host.buffer[:nbytes])
        except HttpParserUpgrade:
            self._end()  # what comes after it is of a protocol that was not agreed to
        except HttpParserCallbackError:
            LOG.exception("a fault of the server")
            self._transport.abort()
        except HttpParserError:
            self._refuse("400 Bad Request")
        if self._in_head and self._read > MOST_HEAD_BYTES:
            self._refuse("431 Request Header Fields Too Large")

    def eof_received(self) -> bool:
        """Answer what was asked before; True where that is still to come."""
        self._heard_out = True
        if self._in_body:
            self._cut_short()
        return self._answering

    def pause_writing(self) -> None:
        """Hang up on who asks on and on, and does not read what is answered."""
        self._transport.abort()

    def watch(self, now: float) -> None:
        """End it where it has waited too long at *now* (monotonic seconds)."""
        host, receiving = self._host, self.is_receiving
        if self._answering:
            return
        if receiving or host.stopped is None:
            limit = RECEIVE_SECONDS if receiving or self._ended else IDLE_SECONDS
            late = now - self._since > limit
        else:
            late = now - max(self._since, host.stopped) > STOP_IDLE_SECONDS
        if late and self._in_body:
            self._cut_short()
        elif late:
            self._transport.abort()

    # What the parser tells.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._size = 0
        self._in_head = True

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one that comes after the body could pass for a proxy's."""
        if self._in_head:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Refuse a body that is too long; ask for one where the client waits for that.

        RFC 9110, 10.1.1.
        """
        self._in_head, self._in_body, self._read = False, True, 0
        if self._parser.get_http_version() not in VERSIONS:
            self._refuse("400 Bad Request")
            return
        headers = {name.lower(): value for name, value in self._headers}
        if int(headers.get(b"content-length", b"0")) > MOST_BODY_BYTES:
            self._take(BytesIO(), keep=False)  # the application shall say so
        elif headers.get(b"expect", b"").lower() == b"100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        if self._in_body:
            self._size += len(body)
            self._body.append(body)
            if self._size > MOST_BODY_BYTES:  # the same
                self._take(BytesIO(b"".join(self._body)), keep=False)

    def on_message_complete(self) -> None:
        """Answer the request, or have it wait for the one before."""
        if self._in_body:
            self._take(BytesIO(b"".join(self._body)), keep=self._parser.should_keep_alive())

    # Answering.

    def _take(self, body: Any, *, keep: bool) -> None:  # noqa: ANN401 - whatever has `read`
        self._in_body = False
        environ = {
            **self._environ,
            "REQUEST_METHOD": self._parser.get_method().decode("ascii"),
            "SERVER_PROTOCOL": f"HTTP/{self._parser.get_http_version()}",
            "wsgi.input": body,
        }
        wsgi.add_target(environ, self._url)
        wsgi.add_headers(environ, self._headers)
        self._asked.append(Asked(environ, keep))
        self._go_on()

    def _cut_short(self) -> None:
        self._take(wsgi.CutShort(), keep=False)

    def _go_on(self) -> None:
        while self._asked and not (self._answering or self._ended):
            asked = self._asked.popleft()
            if self._host.is_quick(asked.environ):
                self._send(self._host.answer(asked.environ), asked)
            else:
                self._have_answered(asked)

    def _have_answered(self, asked: Asked) -> None:
        self._answering = True
        self._transport.pause_reading()
        loop = asyncio.get_running_loop()
        waiting = loop.run_in_executor(self._host.threads, self._host.answer, asked.environ)
        waiting.add_done_callback(partial(self._waited, asked))

    def _waited(self, asked: Asked, done: "asyncio.Future[Answer]") -> None:
        self._answering = False
        if self._ended:
            return
        self._send(done.result(), asked)
        if not self._ended:
            self._transport.resume_reading()
            self._go_on()

    def _send(self, answer: Answer, asked: Asked) -> None:
        keep = asked.keep and not self._heard_out and self._host.stopped is None
        headers = "".join([f"{name}: {value}\r\n" for name, value in answer.headers])
        kept = "keep-alive" if keep else "close"
        head = (
            f"{asked.environ['SERVER_PROTOCOL']} {answer.status}\r\n{headers}"
            f"Date: {self._host.date()}\r\nConnection: {kept}\r\n\r\n"
        )
        body = b"" if asked.environ["REQUEST_METHOD"] == "HEAD" else answer.body
        self._transport.write(head.encode("latin-1") + body)
        self._since = time.monotonic()
        if not keep:
            self._end()

    def _refuse(self, status: str) -> None:
        """Say what is wrong with what is no request."""
        if not self._ended:
            self._transport.write(
                f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
            self._end()

    def _end(self) -> None:
        """Send no more, and read on until the client has gone, or for a while.

        A socket that is closed with something unread takes the answer back.
        """
        self._ended = True
        self._in_head = self._in_body = False
        self._since = time.monotonic()
        if self._heard_out:
            self._transport.close()
        elif not self._transport.is_closing():
            self._transport.write_eof()
