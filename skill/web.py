"""The HTTP endpoint: `POST /alexa` for Alexa, `GET /health` for whoever runs it."""

import logging
import time
from collections.abc import Callable, Mapping

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from skill.storage import StoreError
from skill.verification import HEADERS, MOST_BODY_BYTES, Refused, Rule

LOG = logging.getLogger(__name__)

Answer = Callable[[Mapping[str, str], bytes], bytes]
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
        headers = {
            name: given for name in HEADERS if (given := request.headers.get(name)) is not None
        }
        return Response(answer(headers, _body()), mimetype="application/json")

    @app.get("/health")
    def _health() -> tuple[dict[str, str], int]:
        try:
            check()
        except StoreError as fault:
            LOG.warning("the store cannot be used: %s", fault)
            return {"status": "degraded", "content": "ok", "store": "fault"}, 503
        return {"status": "ok", "content": "ok", "store": "ok"}, 200

    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    return app


def _body() -> bytes:
    too_large = Refused(Rule.BODY, f"over {MOST_BODY_BYTES} bytes")
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise too_large from None
    except Exception as fault:  # each server has its own, for clients that go and chunks that lie
        raise Refused(Rule.BODY, "not received whole") from fault
    if len(body) > MOST_BODY_BYTES:
        raise too_large
    return body


def _refused(refused: Refused) -> Response:
    g.fields = {"rule": str(refused.rule), "detail": refused.detail}
    if refused.rule is Rule.INTERNAL:
        LOG.error("a fault while verifying", exc_info=refused)
    return _line(str(refused), 400)


def _http(fault: HTTPException) -> Response:
    return _line(fault.name, fault.code or 500)


def _line(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")
