"""The pages beside the endpoint, over HTTP as Flask's own client speaks it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from skill.storage.store import StoreError
from skill.web import pages


def well() -> None:
    """Nothing is wrong."""


def broken() -> None:
    raise StoreError("no such folder")


def client(check: pages.Check = well) -> FlaskClient:
    return pages.create_app(check).test_client()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("POST", "//alexa", 404),
        ("POST", "/alexa/", 404),
        ("GET", "/static/x", 404),
        ("POST", "/health", 405),
        ("OPTIONS", "/health", 405),
        ("BREW", "/health", 405),
        ("OPTIONS", "*", 404),
        ("GET", "/health/", 404),
        ("GET", "/%00%0d%0a", 404),
    ],
)
def test_anything_else_is_refused_in_one_line(method: str, path: str, status: int) -> None:
    answer = client().open(path, method=method)

    assert answer.status_code == status
    assert answer.text.count("\n") == 1


@pytest.fixture
def served(tmp_path: Path) -> FlaskClient:
    (tmp_path / "en-US-0123456789ab.mp3").write_bytes(b"0123456789")
    (tmp_path / "index.json").write_text("{}")
    (tmp_path / "secret.txt").write_text("x")
    return pages.create_app(well, tmp_path).test_client()


def test_a_recording_is_served_whole_or_in_part_and_kept_by_caches(served: FlaskClient) -> None:
    path = "/recordings/en-US-0123456789ab.mp3"
    whole = served.get(path, buffered=True)
    part = served.get(path, headers={"Range": "bytes=2-4"}, buffered=True)
    beyond = served.get(path, headers={"Range": "bytes=99-"}, buffered=True)

    assert (whole.status_code, whole.data) == (200, b"0123456789")
    assert whole.mimetype == "audio/mpeg"
    assert whole.cache_control.max_age == pages.FOR_EVER_S
    assert whole.cache_control.immutable
    assert (part.status_code, part.data) == (206, b"234")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    assert beyond.status_code == 416


def test_the_index_is_asked_for_anew(served: FlaskClient) -> None:
    index = served.get("/recordings/index.json", buffered=True)

    assert index.status_code == 200
    assert index.cache_control.max_age is None
    assert index.cache_control.no_cache


@pytest.mark.parametrize("file", ["secret.txt", "..%2fsecret.txt", "", "none.mp3", ".draft"])
def test_nothing_else_of_the_folder_is_served(served: FlaskClient, file: str) -> None:
    assert served.get(f"/recordings/{file}").status_code == 404


def test_without_a_folder_there_are_no_recordings() -> None:
    assert client().get("/recordings/index.json").status_code == 404


def test_health_tells_of_the_store() -> None:
    assert client().get("/health").get_json() == {"status": "ok", "content": "ok", "store": "ok"}

    ill = client(broken).get("/health")

    assert ill.status_code == 503
    assert ill.get_json() == {"status": "degraded", "content": "ok", "store": "fault"}
