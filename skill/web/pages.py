"""All paths but Alexa's: `GET /health` tells the operator how the server is, others are errors."""

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, send_from_directory
from werkzeug.exceptions import HTTPException, NotFound

from skill.recording.catalogue import INDEX
from skill.storage.store import StoreError
from skill.web.endpoint import Asgi

LOG = logging.getLogger(__name__)

RECORDINGS: Final = "/recordings"
"""The path that recordings are served below."""

FILE: Final = re.compile(r"[A-Za-z0-9-]+\.(mp3|json)")
"""The files that are served of their folder."""

FOR_EVER_S: Final = 365 * 24 * 60 * 60
"""Seconds that a file may be kept in caches: its name is made of its content."""

Check = Callable[[], None]
"""Raises `StoreError` where the store cannot be used."""


def as_asgi(check: Check, recordings: Path | None = None) -> Asgi:
    """Give the pages as an ASGI application."""
    application: Any = create_app(check, recordings)  # a2wsgi has its own types of both
    return cast("Asgi", WSGIMiddleware(application))


def create_app(check: Check, recordings: Path | None = None) -> Flask:
    """Make the Flask application; it answers 200, 400, 404, 405, or 503 where *check* fails.

    The sounds and timelines in the folder *recordings* are served, parts of them with 206.
    """
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

    if recordings is not None:
        folder = recordings.absolute()

        @app.get(f"{RECORDINGS}/<file>")
        def _recording(file: str) -> Response:
            if not FILE.fullmatch(file):
                raise NotFound
            if file == INDEX:
                return send_from_directory(folder, file)
            found = send_from_directory(folder, file, max_age=FOR_EVER_S)
            found.cache_control.immutable = True
            return found

    @app.errorhandler(HTTPException)
    def _http(fault: HTTPException) -> Response:
        return Response(f"{fault.name}\n", fault.code or 500, mimetype="text/plain")

    return app
