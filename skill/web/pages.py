"""The endpoint's Flask application: Alexa's requests, `GET /health` for whoever runs it, errors."""

import logging
import time
from collections.abc import Callable

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from skill.storage.store import StoreError
from skill.web import endpoint
from skill.web.endpoint import Answer, Endpoint, Log

LOG = logging.getLogger(__name__)


def create_app(answer: Answer, check: Callable[[], None], log: Log = endpoint.log) -> Flask:
    """Put *answer* behind HTTP; *check* raises `StoreError` where the store cannot be used."""
    app = Flask(__name__)
    app.wsgi_app = Endpoint(answer, app.wsgi_app, log)  # type: ignore[method-assign] # Flask's own door
    # So that Flask knows which other methods it has to refuse; this one is answered before.
    app.add_url_rule(endpoint.PATH, endpoint="alexa", methods=["POST"])

    @app.before_request
    def _began() -> None:
        g.began = time.perf_counter_ns()

    @app.after_request
    def _logged(response: Response) -> Response:
        log(endpoint.told(request.path, response.status_code, g.began))
        return response

    @app.get("/health")
    def _health() -> tuple[dict[str, str], int]:
        try:
            check()
        except StoreError as fault:
            LOG.warning("the store cannot be used: %s", fault)
            return {"status": "degraded", "content": "ok", "store": "fault"}, 503
        return {"status": "ok", "content": "ok", "store": "ok"}, 200

    @app.errorhandler(HTTPException)
    def _http(fault: HTTPException) -> Response:
        return Response(f"{fault.name}\n", fault.code or 500, mimetype="text/plain")

    return app
