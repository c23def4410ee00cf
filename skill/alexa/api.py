"""Calls from the skill to Alexa's own services.

They are a protocol of plain values, so that other rooms can answer them without the SDK. The SDK's
own HTTP client (`ask_sdk_core.api_client`) has no time limit, and needs the package requests.
"""

import json
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPSConnection
from typing import Final, NamedTuple, Protocol
from urllib.parse import urlsplit

import certifi

ORIGINS: Final = frozenset(f"https://api.{region}amazonalexa.com" for region in ("", "eu.", "fe."))
"""Where Alexa's services are (Amazon, "Alexa Reminders API Reference"). Each request brings the
address and a listener's token; the token is sent nowhere else."""

TURN_S: Final = 3.0
"""All calls of one turn together. A store may need about 4 s, and Alexa waits 8."""

MOST_BYTES: Final = 256 * 1024
"""The longest answer; a reminder takes about one kB."""


class ServiceCall(NamedTuple):
    """A call of one of Alexa's services."""

    method: str
    """GET, POST, PUT or DELETE."""
    url: str
    """The whole address, with the query."""
    headers: Mapping[str, str]
    """The authorization among them: a secret of the listener's."""
    body: object = None
    """What is sent as JSON; None for a call without a body."""


class ServiceAnswer(NamedTuple):
    """What a service answered."""

    status: int
    """The status of HTTP."""
    body: str
    """JSON, or empty."""
    headers: Mapping[str, str] = {}
    """By name, in whatever case the service writes it."""


class AlexaServices(Protocol):
    """Whatever answers the calls: Alexa's own services, or a stand-in."""

    def answer(self, call: ServiceCall) -> ServiceAnswer:
        """Answer *call*; may raise `OSError`, `ValueError` or `http.client.HTTPException`."""


class AlexaApi:
    """Alexa's own services: one HTTP request for each call, no redirect, no proxy, no second try.

    *origins* are the schemes and hosts that may be called.
    """

    def __init__(self, origins: frozenset[str] = ORIGINS) -> None:
        self._origins = origins

    def answer(self, call: ServiceCall) -> ServiceAnswer:
        """Send *call*; raises as `AlexaServices.answer`, and `ValueError` for another origin."""
        parts = urlsplit(call.url)
        if f"{parts.scheme}://{parts.netloc}" not in self._origins:
            raise ValueError("not an address of Alexa's services")
        connection = _connection(parts.scheme, parts.netloc)
        try:
            connection.request(
                call.method,
                parts.path + (f"?{parts.query}" if parts.query else ""),
                json.dumps(call.body).encode() if call.body else None,
                dict(call.headers),
            )
            response = connection.getresponse()
            body = response.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise ValueError(f"over {MOST_BYTES} bytes")
            return ServiceAnswer(
                response.status, body.decode(errors="replace"), dict(response.getheaders())
            )
        finally:
            connection.close()


def _connection(scheme: str, host: str) -> HTTPConnection:
    """Prepare a connection, which opens with its first request."""
    if scheme != "https":
        return HTTPConnection(host, timeout=TURN_S)
    context = ssl.create_default_context(cafile=certifi.where())
    return HTTPSConnection(host, timeout=TURN_S, context=context)
