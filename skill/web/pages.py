"""All paths but Alexa's: `GET /health` tells the operator how the server is, others are errors."""

import logging
from collections.abc import Callable
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from skill.storage.store import StoreError
from skill.web.endpoint import Asgi

LOG = logging.getLogger(__name__)

Check = Callable[[], None]
"""Raises `StoreError` where the store cannot be used."""


def as_asgi(check: Check) -> Asgi:
    """Give the pages as an ASGI application."""
    application: Any = create_app(check)  # a2wsgi has types of its own for WSGI and ASGI
    return cast("Asgi", WSGIMiddleware(application))


def create_app(check: Check) -> Flask:
    """Make the Flask application; it answers 200, 400, 404, 405, or 503 where *check* fails."""
    app = Flask(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False

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
