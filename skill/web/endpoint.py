"""`POST /alexa`, for any WSGI server: what it takes, how it says no, and a line in the log.

It stands before Flask, whose request, context, routing and response take longer for this one path
than reading it, checking it and writing it down do. All else goes through to Flask.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson

from skill.alexa.verification import HEADERS, MOST_BODY_BYTES, Refused, Rule
from skill.log import RequestLines

LOG = logging.getLogger(__name__)

PATH: Final = "/alexa"

VARIABLES: Final = tuple((name, f"HTTP_{name.upper().replace('-', '_')}") for name in HEADERS)
"""Alexa's headers, and what WSGI calls each."""

Answer = Callable[[Mapping[str, str], bytes], bytes]
"""From headers and raw body to the response in JSON; raises `Refused`."""

Log = Callable[[Mapping[str, Any]], None]
"""Takes what is told of a request: path, status, microseconds, and why it was refused."""


class Endpoint:
    """Gives what *answer* says to Alexa; whatever else is asked is for *others* to answer.

    *log* is told of each request that is answered here.
    """

    def __init__(self, answer: Answer, others: WSGIApplication, log: Log) -> None:
        self._answer = answer
        self._others = others
        self._log = log

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Be a WSGI application."""
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._others(environ, start_response)
        began = time.perf_counter_ns()
        kind, fields = "text/plain; charset=utf-8", dict[str, str]()
        try:
            body = self._answer(_headers(environ), _body(environ))
            status, kind = "200 OK", "application/json"
        except Refused as refused:
            status, body, fields = "400 BAD REQUEST", f"{refused}\n".encode(), _why(refused)
        except Exception:
            LOG.exception("a fault while answering")
            status, body = "500 INTERNAL SERVER ERROR", b"Internal Server Error\n"
        self._log(told(PATH, int(status[:3]), began) | fields)
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]


def told(path: str, status: int, began: int) -> dict[str, Any]:
    """Tell of a request that was answered, and *began* at such a time (performance counter, ns)."""
    return {"path": path, "status": status, "us": (time.perf_counter_ns() - began) // 1000}


def log(fields: Mapping[str, Any]) -> None:
    """Log what is told of a request."""
    LOG.info("request", extra={"fields": fields})


def lines() -> RequestLines:
    """Give a log that costs less: the same lines, in whatever process they are written."""
    return RequestLines(__name__, lambda line: orjson.dumps(line).decode())


def may_wait(is_at_hand: Callable[[str], bool]) -> Callable[[WSGIEnvironment], bool]:
    """Tell of requests whose chain has to be fetched; *is_at_hand* tells of its URL."""

    def waits(environ: WSGIEnvironment) -> bool:
        url = environ.get("HTTP_SIGNATURECERTCHAINURL")
        return url is not None and not is_at_hand(url)

    return waits


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    return {name: environ[variable] for name, variable in VARIABLES if variable in environ}


def _body(environ: WSGIEnvironment) -> bytes:
    """Read the body (PEP 3333), and of one that is too large no more than tells that it is."""
    too_large = Refused(Rule.BODY, f"over {MOST_BODY_BYTES} bytes")
    declared = environ.get("CONTENT_LENGTH")
    size = int(declared) if declared and declared.isdecimal() else None
    if size is not None and size > MOST_BODY_BYTES:
        raise too_large
    if size is None and not environ.get("wsgi.input_terminated"):
        return b""  # where a server does not end the input, it may be read by its length only
    most = MOST_BODY_BYTES + 1 if size is None else size
    try:
        body = bytes(environ["wsgi.input"].read(most))
    except Exception as fault:  # each server has its own, for clients that go and chunks that lie
        raise Refused(Rule.BODY, "not received whole") from fault
    if size is not None and len(body) < size:
        raise Refused(Rule.BODY, "not received whole")
    if len(body) > MOST_BODY_BYTES:
        raise too_large
    return body


def _why(refused: Refused) -> dict[str, str]:
    if refused.rule is Rule.INTERNAL:
        LOG.error("a fault while verifying", exc_info=refused)
    return {"rule": str(refused.rule), "detail": refused.detail}
