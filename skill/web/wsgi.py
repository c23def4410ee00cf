"""What PEP 3333 has between a server and an application: the environment, and the asking.

Requests are whole before an application is asked, and answers before they are sent.
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
LOG = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What goes back: *status* as `200 OK`, the *headers* that the application gave, the *body*."""

    status: str
    headers: Headers
    body: bytes


FAULT: Final = Answer("500 Internal Server Error", [("Content-Length", "0")], b"")


class CutShort:
    """A body that never came whole."""

    def read(self, _: int = -1) -> bytes:
        """Fail, as a read from the client itself would."""
        raise ConnectionError("the rest of the body did not come")

    readline = readlines = __iter__ = read


def answered(application: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Ask *application* (PEP 3333); what it raises is logged, and answered as a fault of ours."""
    status, headers = "", Headers()
    written: list[bytes] = []

    def start_response(
        given: str,
        named: Headers,
        fault: object = None,  # noqa: ARG001 - nothing is sent yet: it may be answered anew
        /,
    ) -> Callable[[bytes], object]:
        nonlocal status, headers
        status, headers = given, named
        return written.append

    try:
        pieces = application(environ, start_response)
        try:
            body = b"".join([*written, *pieces])
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()
    except Exception:
        LOG.exception("a fault of the application")
        return FAULT
    if not status:
        LOG.error("an application that began no response")
        return FAULT
    if not any(name.lower() == "content-length" for name, _ in headers):
        headers = [*headers, ("Content-Length", str(len(body)))]
    return Answer(status, headers, body)


def of_connection(transport: asyncio.Transport) -> WSGIEnvironment:
    """What is the same for all requests of a connection."""
    here: Sequence[Any] = transport.get_extra_info("sockname") or ("", "")
    there: Sequence[Any] = transport.get_extra_info("peername") or ("", "")
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": str(here[0]),
        "SERVER_PORT": str(here[1]),
        "REMOTE_ADDR": str(there[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def add_target(environ: WSGIEnvironment, url: bytes) -> None:
    """Name what is asked for: its path as it is meant, bytes beyond ASCII as PEP 3333 has them."""
    path, _, query = url.partition(b"?")
    if path.startswith(b"http://"):  # as to a proxy (RFC 9112, 3.2.2)
        path = b"/" + path[len(b"http://") :].partition(b"/")[2]
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
    environ["QUERY_STRING"] = query.decode("latin-1")


def add_headers(environ: WSGIEnvironment, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Add the headers; those with `_` in the name, which could pass for others, are left out."""
    for raw, value in headers:
        if b"_" in raw:
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        key = name if name in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{name}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
