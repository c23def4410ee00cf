"""`POST /alexa` as an ASGI application: what it takes, how it refuses, and a line in the log.

A request whose certificate chain is known is answered by threads of its own. One whose chain must
be fetched first waits without a thread: a stranger can invent as many chain URLs as he likes, and
holds nothing that another request needs.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, NamedTuple

from skill.alexa.refusal import Refused, Rule
from skill.alexa.verification import HEADERS, MOST_BODY_BYTES, SIGNATURE_CERT_CHAIN_URL_HEADER
from skill.web.request_log import RequestLog

LOG = logging.getLogger(__name__)

PATH: Final = "/alexa"

RECEIVE_SECONDS: Final = 5.0
"""For a body to arrive in: a choice; a proxy has it whole already."""

LINGER_SECONDS: Final = 1.0
"""How long the rest of a refused body is read and dropped, for the client to see the answer: a
socket that is closed with something unread takes the answer back."""

NAMES: Final = {name.lower().encode(): name for name in HEADERS}
"""Alexa's headers, by their spelling in ASGI."""

TEXT: Final = (b"content-type", b"text/plain; charset=utf-8")
JSON: Final = (b"content-type", b"application/json")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

Respond = Callable[[Mapping[str, str], bytes], bytes]
"""From headers and raw body to the response in JSON; raises `Refused`."""

Arrive = Callable[[str], Awaitable[None]]
"""Waits until the chain at this URL is at hand; raises `Refused` where it does not arrive."""


class Response(NamedTuple):
    """What is sent back."""

    status: int
    """The status of HTTP."""
    body: bytes
    """Its content."""
    headers: tuple[tuple[bytes, bytes], ...] = (TEXT,)
    """Its headers, but for its length."""
    refused: Mapping[str, str] = {}
    """For the log: which rule the request broke, and how."""
    unread: bool = False
    """Something of the request's body may still be to come."""


class Endpoint:
    """Gives what *answer* says to Alexa; *others* answers all other paths.

    *arrive* waits for the chain of a request, so that *answer* needs to fetch nothing. *threads*
    requests are answered at the same time.
    """

    def __init__(
        self,
        answer: Respond,
        others: Asgi,
        arrive: Arrive,
        threads: int,
        log: RequestLog | None = None,
    ) -> None:
        self._answer = answer
        self._others = others
        self._arrive = arrive
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="known-chain")
        self._log = log or RequestLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Be an ASGI application, for HTTP alone: the server offers nothing else."""
        began = time.perf_counter_ns()
        if scope["path"] == PATH:
            response = await self._response(scope, receive)
            self._log.note(PATH, response.status, began, response.refused)
            await _send(response, receive, send)
            return

        async def logged(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._log.note(scope["path"], message["status"], began, {})
            await send(message)

        await self._others(scope, receive, logged)

    async def _response(self, scope: Scope, receive: Receive) -> Response:
        if scope["method"] != "POST":
            return Response(405, b"Method Not Allowed\n", (TEXT, (b"allow", b"POST")), unread=True)
        try:
            body = await _body(scope, receive)
        except Refused as refused:
            return _refusal(refused)._replace(unread=True)
        try:
            answer = await self._answered(_headers(scope), body)
        except Refused as refused:
            if refused.rule is Rule.INTERNAL:
                LOG.exception("a fault while verifying")
            return _refusal(refused)
        except Exception:
            LOG.exception("a fault while answering")
            return Response(500, b"Internal Server Error\n")
        return Response(200, answer, (JSON,))

    async def _answered(self, headers: Mapping[str, str], body: bytes) -> bytes:
        if len(headers) == len(HEADERS):  # else it is refused without a chain
            await self._arrive(headers[SIGNATURE_CERT_CHAIN_URL_HEADER])
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._answer, headers, body)


def _refusal(refused: Refused) -> Response:
    why = {"rule": str(refused.rule), "detail": refused.detail}
    return Response(400, f"{refused}\n".encode(), refused=why)


def _headers(scope: Scope) -> dict[str, str]:
    """Give Alexa's headers; one that is given twice is joined, and so refused."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name, text = NAMES.get(raw), value.decode("latin-1")
        if name is not None:
            found[name] = f"{found[name]},{text}" if name in found else text
    return found


async def _body(scope: Scope, receive: Receive) -> bytes:
    """Read the body, and of one that is too large no more than tells that it is."""
    too_large = Refused(Rule.BODY, f"over {MOST_BODY_BYTES} bytes")
    if int(dict(scope["headers"]).get(b"content-length", b"0")) > MOST_BODY_BYTES:
        raise too_large
    body, more = bytearray(), True
    try:
        async with asyncio.timeout(RECEIVE_SECONDS):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(Rule.BODY, "not received whole")
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MOST_BODY_BYTES:
                    raise too_large
    except TimeoutError:
        raise Refused(Rule.BODY, "not received in time") from None
    return bytes(body)


async def send_text(status: int, text: bytes, receive: Receive, send: Send) -> None:
    """Answer *status* and *text* to a request that nobody has read."""
    await _send(Response(status, text, unread=True), receive, send)


async def _send(response: Response, receive: Receive, send: Send) -> None:
    """Send *response*; where something of the request is unread, drop it, and hang up."""
    headers = [*response.headers, (b"content-length", b"%d" % len(response.body))]
    if response.unread:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = {"type": "http.response.body", "body": response.body}
    if not response.unread:
        await send(body)
        return
    await send({**body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while (await receive()).get("more_body"):
                pass
    await send({"type": "http.response.body"})
