"""The client that the SDK's service clients call through, with a time limit for all its calls."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from http import HTTPStatus
from threading import Thread
from typing import Final

from ask_sdk_model.services import ApiClient, ApiClientRequest, ApiClientResponse

from skill.alexa.api import AlexaServices, ServiceAnswer, ServiceCall

LONGEST_RETRY_S: Final = 1.0
"""A service that is too busy says how long to wait before a second try; if longer than this, there
is none."""


class DeadlineClient(ApiClient):
    """Calls *services*, all calls together within *seconds* from now, even where one hangs.

    Each call runs in a thread of its own, as a name server can hang for longer than any time limit
    of a connection. Where the service is too busy, there is one second try, when it says.
    """

    def __init__(
        self,
        services: AlexaServices,
        seconds: float,
        timer: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._services = services
        self._timer = timer
        self._sleep = sleep
        self._until = timer() + seconds

    def invoke(self, request: ApiClientRequest) -> ApiClientResponse:
        """Send *request*; raises `TimeoutError`, and what *services* raise.

        The SDK's service clients make a `ServiceException` of any of them.
        """
        call = ServiceCall(
            str(request.method), str(request.url), dict(request.headers or ()), request.body
        )
        answer = self._answer(call)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            pause = _retry_after_s(answer)
            if pause is not None and pause <= min(LONGEST_RETRY_S, self._until - self._timer()):
                self._sleep(pause)
                answer = self._answer(call)
        return ApiClientResponse(
            headers=list(answer.headers.items()), status_code=answer.status, body=answer.body
        )

    def _answer(self, call: ServiceCall) -> ServiceAnswer:
        outcome: Future[ServiceAnswer] = Future()

        def run() -> None:
            try:
                outcome.set_result(self._services.answer(call))
            except Exception as error:  # noqa: BLE001 - raised again by the thread that waits
                outcome.set_exception(error)

        Thread(target=run, name="alexa-api", daemon=True).start()
        return outcome.result(max(self._until - self._timer(), 0))


def _retry_after_s(answer: ServiceAnswer) -> float | None:
    """Read whole seconds (RFC 9110, 10.2.3); 0 where none are given, None for a date."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    after = headers.get("retry-after", "0").strip()
    return float(after) if after.isdecimal() and len(after) < len("10000") else None
