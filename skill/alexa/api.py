"""Calls from the skill to Alexa's own services, each answered or given up within the turn.

The SDK's own client for them (`ask_sdk_core.api_client`) waits for ever, and brings along a
package that nothing else here needs.
"""

import json
import time
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ask_sdk_model.services import ApiClient, ApiClientRequest, ApiClientResponse

if TYPE_CHECKING:
    from http.client import HTTPConnection

ORIGINS: Final = frozenset(f"https://api.{region}amazonalexa.com" for region in ("", "eu.", "fe."))
"""Where Alexa's services are (Amazon, "Alexa Reminders API Reference"). The address comes with each
request, and with it goes the token of a listener: it goes nowhere else."""

TURN_S: Final = 3.0
"""All calls of one turn together. A store may need about 4 s, and Alexa waits 8."""

LONGEST_RETRY_S: Final = 1.0
"""A service that is too busy may ask for so much patience; for more, it is given up."""

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_MANY_REQUESTS = 401, 403, 404, 409, 429
"""Of HTTP (RFC 9110, 15.5; RFC 6585, 4). Python's own names for them take 1 ms to be imported."""

MOST_BYTES: Final = 256 * 1024
"""The longest answer; a reminder takes about one kB."""


class AlexaApi(ApiClient):
    """One HTTP request for each call: no redirect, no proxy, nothing tried again.

    Raises `OSError`, `ValueError` or `http.client.HTTPException`; the SDK's clients make a
    `ServiceException` of any. *origins* are whom it may call.
    """

    def __init__(self, origins: frozenset[str] = ORIGINS) -> None:
        self._origins = origins

    def invoke(self, request: ApiClientRequest) -> ApiClientResponse:
        """Send *request*."""
        parts = urlsplit(str(request.url))
        if f"{parts.scheme}://{parts.netloc}" not in self._origins:
            raise ValueError("not an address of Alexa's services")
        connection = _connect(parts.scheme, parts.netloc)
        try:
            connection.request(
                str(request.method),
                parts.path + (f"?{parts.query}" if parts.query else ""),
                json.dumps(request.body).encode() if request.body else None,
                dict(request.headers or ()),
            )
            answer = connection.getresponse()
            body = answer.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise ValueError(f"over {MOST_BYTES} bytes")
            return ApiClientResponse(
                headers=answer.getheaders(),
                status_code=answer.status,
                body=body.decode(errors="replace"),
            )
        finally:
            connection.close()


class Patient(ApiClient):
    """Calls *client* for *seconds* from now at most, all calls together, however it hangs.

    A call waits in a thread of its own, as a name server can hang for longer than any time-out of
    a connection. Where the service is too busy, it is asked once more when it says.
    """

    def __init__(
        self,
        client: ApiClient,
        seconds: float,
        timer: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._client = client
        self._timer = timer
        self._sleep = sleep
        self._until = timer() + seconds

    def invoke(self, request: ApiClientRequest) -> ApiClientResponse:
        """Send *request*; raises `TimeoutError`, and what *client* does."""
        response = self._once(request)
        if response.status_code != TOO_MANY_REQUESTS:
            return response
        pause = _retry_after_s(response)
        if pause is None or pause > min(LONGEST_RETRY_S, self._until - self._timer()):
            return response
        self._sleep(pause)
        return self._once(request)

    def _once(self, request: ApiClientRequest) -> ApiClientResponse:
        from concurrent.futures import Future  # noqa: PLC0415 - as for `_connect`

        outcome: Future[ApiClientResponse] = Future()

        def call() -> None:
            try:
                outcome.set_result(self._client.invoke(request))
            except Exception as error:  # noqa: BLE001 - raised again by the thread that waits
                outcome.set_exception(error)

        Thread(target=call, name="alexa-api", daemon=True).start()
        return outcome.result(max(self._until - self._timer(), 0))


def _connect(scheme: str, host: str) -> "HTTPConnection":
    """Open nothing yet. Not imported above: few turns call Alexa, and the first would wait."""
    from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415

    if scheme != "https":
        return HTTPConnection(host, timeout=TURN_S)
    import ssl  # noqa: PLC0415

    import certifi  # noqa: PLC0415

    context = ssl.create_default_context(cafile=certifi.where())
    return HTTPSConnection(host, timeout=TURN_S, context=context)


def _retry_after_s(response: ApiClientResponse) -> float | None:
    """Whole seconds (RFC 9110, 10.2.3), 0 where it does not say; None for a date."""
    headers = {str(name).lower(): str(value) for name, value in response.headers or ()}
    after = headers.get("retry-after", "0").strip()
    return float(after) if after.isdecimal() and len(after) < len("10000") else None
