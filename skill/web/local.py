"""Keeps web pages from a server that verifies nothing.

Any page that is open in a browser on this machine can send requests to a loopback address. A
browser marks those that could change anything with `Origin`. A page whose own name leads to
127.0.0.1 (DNS rebinding) can do without, but then the request names that host.
"""

import time
from typing import Final
from urllib.parse import urlsplit

from skill.web.endpoint import Asgi, Receive, Scope, Send, send_text
from skill.web.request_log import RequestLog
from skill.web.server import is_loopback

ORIGIN: Final = b"this server is for programs on this machine, not for web pages\n"


def local_only(application: Asgi) -> Asgi:
    """Give *application* to clients on this machine that are no web pages; 400 for all others."""
    log = RequestLog()

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if _is_from_a_page(scope):
            log.note(scope["path"], 400, time.perf_counter_ns(), {"rule": "web-page"})
            await send_text(400, ORIGIN, receive, send)
        else:
            await application(scope, receive, send)

    return guarded


def _is_from_a_page(scope: Scope) -> bool:
    return any(
        name == b"origin" or (name == b"host" and not _is_loopback(value.decode("latin-1")))
        for name, value in scope["headers"]
    )


def _is_loopback(host: str) -> bool:
    """Tell whether the value of a `Host` header, which may have a port, names this machine."""
    try:
        return is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
