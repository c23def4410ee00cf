"""The pages beside the endpoint, over HTTP as Flask's own client speaks it."""

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


def test_health_tells_of_the_store() -> None:
    assert client().get("/health").get_json() == {"status": "ok", "content": "ok", "store": "ok"}

    ill = client(broken).get("/health")

    assert ill.status_code == 503
    assert ill.get_json() == {"status": "degraded", "content": "ok", "store": "fault"}
