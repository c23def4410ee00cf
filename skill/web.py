"""The HTTP endpoint: `POST /alexa` for Alexa, `GET /health` for whoever runs it."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Final

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from skill.storage import StoreError
from skill.verification import Refused

LOG = logging.getLogger(__name__)

MOST_BODY_BYTES: Final = 64 * 1024
"""The largest request that is read. Alexa's have a few kB; a choice of ours."""

Answer = Callable[[Mapping[str, str], bytes], str]
"""From headers and raw body to the response in JSON; raises `Refused`."""


def create_app(answer: Answer, check: Callable[[], None]) -> Flask:
    """Put *answer* behind HTTP; *check* raises `StoreError` where the store cannot be used."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES + 1  # a body that comes in chunks ends here

    @app.before_request
    def _began() -> None:
        g.began = time.perf_counter_ns()

    @app.after_request
    def _logged(response: Response) -> Response:
        took = time.perf_counter_ns() - g.began
        fields = {"path": request.path, "status": response.status_code, "us": took // 1000}
        LOG.info("request", extra={"fields": fields | g.get("fields", {})})
        return response

    @app.post("/alexa")
    def _alexa() -> Response:
        body = request.get_data()
        if len(body) > MOST_BODY_BYTES:
            raise RequestEntityTooLarge
        return Response(answer(request.headers, body), mimetype="application/json")

    @app.get("/health")
    def _health() -> tuple[dict[str, str], int]:
        try:
            check()
        except StoreError as fault:
            LOG.warning("the store cannot be used: %s", fault)
            return {"status": "degraded", "content": "ok", "store": "fault"}, 503
        return {"status": "ok", "content": "ok", "store": "ok"}, 200

    @app.errorhandler(Refused)
    def _refused(refused: Refused) -> Response:
        g.fields = {"rule": str(refused.rule), "detail": refused.detail}
        return _line(f"{refused.rule}: {refused.detail}", 400)

    @app.errorhandler(RequestEntityTooLarge)
    def _too_large(_: RequestEntityTooLarge) -> Response:
        g.fields = {"rule": "body"}
        return _line(f"body: over {MOST_BODY_BYTES} bytes", 400)

    @app.errorhandler(HTTPException)
    def _http(fault: HTTPException) -> Response:
        return _line(fault.name, fault.code or 500)

    return app


def _line(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")
