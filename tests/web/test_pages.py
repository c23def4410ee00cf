"""The endpoint over HTTP: what it takes, and how it says no."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from skill.alexa.refusal import Refused, Rule
from skill.alexa.verification import MOST_BODY_BYTES
from skill.storage.store import StoreError
from skill.web import endpoint
from skill.web import pages as web


def echo(headers: Mapping[str, str], body: bytes) -> bytes:
    answer = {"header": headers.get("Signature-256", ""), "body": body.decode()}
    return json.dumps(answer).encode()


def refuse(_headers: Mapping[str, str], _body: bytes) -> bytes:
    raise Refused(Rule.SIGNATURE, "not over this body")


def fail(_headers: Mapping[str, str], _body: bytes) -> bytes:
    raise RuntimeError("a fault of ours")


def well() -> None:
    """Nothing is wrong."""


def broken() -> None:
    raise StoreError("no such folder")


def client(answer: web.Answer = echo, *, sound: bool = True) -> FlaskClient:
    return web.create_app(answer, well if sound else broken).test_client()


def test_the_answer_sees_the_headers_and_the_raw_body() -> None:
    answer = client().post("/alexa", data=' {"é": 1}\n', headers={"Signature-256": "x"})

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.get_json() == {"header": "x", "body": ' {"é": 1}\n'}


def test_a_refusal_is_400_and_one_line() -> None:
    answer = client(refuse).post("/alexa", data="{}")

    assert answer.status_code == 400
    assert answer.text == "signature: not over this body\n"


@pytest.mark.parametrize("length", ["declared", "chunked"])
def test_a_body_over_the_limit_is_400(length: str) -> None:
    """Whether its length is declared, or it comes in chunks that a server puts together."""
    body = BytesIO(b"x" * (MOST_BODY_BYTES + 1))
    environ: dict[str, Any] = {"wsgi.input_terminated": True, "wsgi.input": body}
    if length == "declared":
        environ["CONTENT_LENGTH"] = str(len(body.getvalue()))
    answer = client().post("/alexa", environ_overrides=environ)

    assert answer.status_code == 400
    assert answer.text == "body: over 65536 bytes\n"


def test_a_body_at_the_limit_is_read() -> None:
    answer = client().post("/alexa", data=b"x" * MOST_BODY_BYTES)

    assert answer.status_code == 200


def test_a_fault_is_500_logged_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    answer = client(fail).post("/alexa", data="{}")

    assert answer.status_code == 500
    assert answer.text == "Internal Server Error\n"
    assert "a fault of ours" in caplog.text


def test_a_fault_while_verifying_is_400_and_logged_with_its_cause(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_headers: Mapping[str, str], _body: bytes) -> bytes:
        raise Refused(Rule.INTERNAL, "a fault of ours") from RuntimeError("its cause")

    answer = client(broken).post("/alexa", data="{}")

    assert answer.status_code == 400
    assert answer.text == "internal: a fault of ours\n"
    assert "RuntimeError: its cause" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/alexa", 405), ("GET", "/", 404), ("POST", "/health", 405)],
)
def test_anything_else_is_one_line_too(method: str, path: str, status: int) -> None:
    answer = client().open(path, method=method)

    assert answer.status_code == status
    assert answer.text.count("\n") == 1


def test_health_tells_of_the_store() -> None:
    assert client().get("/health").get_json() == {"status": "ok", "content": "ok", "store": "ok"}

    ill = client(sound=False).get("/health")

    assert ill.status_code == 503
    assert ill.get_json() == {"status": "degraded", "content": "ok", "store": "fault"}


def test_every_request_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    client(refuse).post("/alexa", data='{"user": "amzn1.account.SECRET"}')

    (record,) = [each for each in caplog.records if each.message == "request"]
    fields = vars(record)["fields"]
    assert (fields["path"], fields["status"], fields["rule"]) == ("/alexa", 400, "signature")
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize(
    ("environ", "body"),
    [
        ({"CONTENT_LENGTH": "3", "wsgi.input": BytesIO(b"abcdef")}, "abc"),
        ({"wsgi.input": BytesIO(b"abc")}, ""),
        ({"CONTENT_LENGTH": "x", "wsgi.input": BytesIO(b"abc")}, ""),
        ({"wsgi.input": BytesIO(b"abc"), "wsgi.input_terminated": True}, "abc"),
    ],
    ids=["no more than its length", "of no length", "of a length that is none", "to its end"],
)
def test_a_body_is_read_as_wsgi_has_it(environ: dict[str, Any], body: str) -> None:
    answer = client().post("/alexa", environ_overrides=environ)

    assert answer.get_json()["body"] == body


def test_a_body_that_came_short_is_400() -> None:
    environ = {"CONTENT_LENGTH": "9", "wsgi.input": BytesIO(b"abc")}
    answer = client().post("/alexa", environ_overrides=environ)

    assert answer.status_code == 400
    assert answer.text == "body: not received whole\n"


def test_a_chain_that_is_not_at_hand_may_be_waited_for() -> None:
    waits = endpoint.may_wait({"https://here"}.__contains__)

    assert waits({"HTTP_SIGNATURECERTCHAINURL": "https://elsewhere"})
    assert not waits({"HTTP_SIGNATURECERTCHAINURL": "https://here"})
    assert not waits({}), "it is refused at once"
