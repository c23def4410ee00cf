"""The HTTP client for Alexa's own services.

The SDK's own (`ask_sdk_core.api_client`) has no time limit, and needs the package requests.
"""

import json
import ssl
from http.client import HTTPConnection, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

import certifi

from skill.alexa.api import TURN_S, ServiceAnswer, ServiceCall

ORIGINS: Final = frozenset(f"https://api.{region}amazonalexa.com" for region in ("", "eu.", "fe."))
"""Where Alexa's services are (Amazon, "Alexa Reminders API Reference"). Each request brings the
address and a listener's token; the token is sent nowhere else."""

MOST_BYTES: Final = 256 * 1024
"""The longest answer; a reminder takes about one kB."""


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
