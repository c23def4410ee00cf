"""The page that leads: its files, the recording, and what is said to the conversation.

It can read and change what is kept of a person, so it answers this machine's own page only.
"""

import gzip
import hashlib
import json
import logging
import mimetypes
from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Protocol

from flask import Flask, Response, abort, request, send_from_directory
from werkzeug.exceptions import HTTPException

from skill.storage.store import StoreError

LOG = logging.getLogger(__name__)

FILES: Final = Path(__file__).parent / "page"
"""The folder of the page's files."""

UNLISTED: Final = frozenset({"index.html", "worker.js"})
"""The files that a service worker does not keep by their names."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page loads nothing from elsewhere, and runs no script but its files."""

CSV_NAME: Final = "foot-routine-history.csv"
"""The file in which a browser saves the exported history."""

MANIFEST: Final = "manifest.webmanifest"
"""The file that says how the page is installed; its words are those of the content."""

ANSWER: Final = "skill.answer"
"""The place of the response in the environment of its request."""

MOST_BYTES: Final = 4096
"""The longest body that is read: one place and one word."""


class Coach(Protocol):
    """What the page asks of the skill."""

    @property
    def folder(self) -> Path:
        """The folder of the recordings."""

    def played(self, file: str) -> None:
        """A page asks for the recording in *file*, a name in the folder."""

    def labels(self) -> Mapping[str, Any]:
        """The words of the page, as JSON."""

    def timeline(self) -> Mapping[str, Any]:
        """The timeline of the routine, with `sound`, the address of its recording or null.

        `asks` tells that the skill has to be asked before it leads, `place` where to go on.
        """

    def progress(self) -> Mapping[str, Any]:
        """How far the recording is: `percent`, `sound`, `missing`, `failed`."""

    def history(self) -> Mapping[str, Any]:
        """The calendar of the listener's history; raises `StoreError` where it cannot be read."""

    def history_csv(self) -> str:
        """The listener's history for a spreadsheet; raises `StoreError` as `history` does."""

    def say(self, heard: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer what was *heard*; raises `ValueError` where that makes no sense."""

    def wishes(self) -> Mapping[str, Any]:
        """What the listener wishes, and what there is to wish for, as JSON."""

    def wish(self, wished: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take what is *wished*; raises `ValueError` where that makes no sense."""

    def note(self, done: Mapping[str, Any]) -> None:
        """Keep that a set is *done*.

        Raises `ValueError` where there is no such set, and `StoreError` where it cannot be kept.
        """


def create_app(coach: Coach, port: int) -> Flask:
    """Make the application for the page at *port*."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    @app.before_request
    def _guard() -> None:
        origin = request.headers.get("Origin")
        own = origin is None or origin == f"http://{request.host}"
        if request.host not in hosts or not own or (origin is None and request.method == "POST"):
            abort(403)

    @app.after_request
    def _secure(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-cache")
        request.environ[ANSWER] = response
        return _compressed(response)

    @app.errorhandler(HTTPException)
    def _http(fault: HTTPException) -> Response:
        return Response(f"{fault.name}\n", fault.code or 500, mimetype="text/plain")

    @app.errorhandler(StoreError)
    def _unreadable(fault: StoreError) -> Response:
        LOG.error("the page cannot read what is kept: %s", fault)
        return Response("Service Unavailable\n", 503, mimetype="text/plain")

    @app.get("/worker.js")
    def _worker() -> Response:
        return Response(_worker_script(), mimetype="text/javascript")

    _add_data(app, coach)
    _add_files(app, coach)
    return app


def _compressed(response: Response) -> Response:
    """The *response* in a tenth of its bytes, where it is JSON and the browser takes that."""
    if response.mimetype == "application/json" and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data()))
        response.content_encoding = "gzip"
        response.vary.add("Accept-Encoding")
    return response


def _add_files(app: Flask, coach: Coach) -> None:
    @app.get("/recordings/<name>")
    def _recording(name: str) -> Response:
        found = send_from_directory(coach.folder.resolve(), name, conditional=True)
        coach.played(name)
        return found

    @app.get("/", defaults={"name": "index.html"})
    @app.get("/<name>")
    def _file(name: str) -> Response:
        path = FILES / name
        if not path.is_file():
            abort(404)
        if name.endswith(".html"):
            return Response(_document(path, coach.labels()), mimetype="text/html")
        content = _manifest(path, coach.labels()) if name == MANIFEST else path.read_bytes()
        response = Response(content, mimetype=_type(name))
        response.add_etag()
        response.make_conditional(request)
        return response


def _document(path: Path, labels: Mapping[str, Any]) -> str:
    """The HTML file at *path*: it says by itself, in the page's words, when no script runs."""
    text = path.read_text("utf-8")
    for label in ("language", "name", "unreadable", "try_again"):
        text = text.replace(f"{{{{{label}}}}}", escape(labels[label]))
    return text


def _manifest(path: Path, labels: Mapping[str, Any]) -> str:
    """The manifest at *path*, with what the page is called in its language."""
    words = {each: labels[each] for each in ("name", "short_name", "description")}
    return json.dumps(words | {"lang": labels["language"]} | json.loads(path.read_bytes()))


def _type(name: str) -> str:
    """The media type of the page's file *name*."""
    if name == MANIFEST:
        return "application/manifest+json"  # Python 3.11 may not know it
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _worker_script() -> str:
    """The service worker's script: the names of the files to keep come first, and their hash."""
    files = sorted(FILES.iterdir())
    version = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    kept = ["./", "labels.json", *(f.name for f in files if f.name not in UNLISTED)]
    script = (FILES / "worker.js").read_text("utf-8")
    return f'const VERSION = "{version}";\nconst FILES = {json.dumps(kept)};\n{script}'


def _add_data(app: Flask, coach: Coach) -> None:
    sources: dict[str, Callable[[], Mapping[str, Any]]] = {
        "labels": coach.labels,
        "timeline": coach.timeline,
        "progress": coach.progress,
        "history": coach.history,
        "wishes": coach.wishes,
    }
    for name, source in sources.items():
        app.get(f"/{name}.json", endpoint=name)(lambda source=source: dict(source()))

    @app.get("/history.csv")
    def _history_csv() -> Response:
        response = Response(coach.history_csv(), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename=CSV_NAME)
        response.headers["Cache-Control"] = "no-store"
        return response

    answers = {"say": coach.say, "wish": coach.wish}
    for name, answer in answers.items():
        app.post(f"/{name}", endpoint=name)(lambda answer=answer: _answered(answer))

    @app.post("/done")
    def _done() -> tuple[str, int]:
        try:
            coach.note(_body())
        except ValueError:
            abort(400)
        except StoreError:
            return "", HTTPStatus.INSUFFICIENT_STORAGE  # the page says that the set is not kept
        return "", 204


def _answered(answer: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> dict[str, Any]:
    try:
        return dict(answer(_body()))
    except ValueError:
        abort(400)


def _body() -> dict[str, Any]:
    found = request.get_json()
    if not isinstance(found, dict):
        abort(400)
    return found
