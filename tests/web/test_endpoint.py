"""The endpoint as an ASGI application: what it takes, how it says no, and who waits for whom."""

import asyncio
import json
from collections.abc import Callable, Mapping
from threading import Event, current_thread
from typing import Any, Final

import pytest

from skill.alexa.refusal import Refused, Rule
from skill.alexa.verification import MOST_BODY_BYTES
from skill.web import endpoint, request_log
from skill.web.endpoint import Arrive, Endpoint, Message, Receive, Respond, Scope, Send

KNOWN: Final = "https://known"
DISCONNECT: Final[Message] = {"type": "http.disconnect"}


def echo(headers: Mapping[str, str], body: bytes) -> bytes:
    return json.dumps({**headers, "body": body.decode()}).encode()


def refuse(_headers: Mapping[str, str], _body: bytes) -> bytes:
    raise Refused(Rule.SIGNATURE, "not over this body")


async def nowhere(scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


async def at_hand(_url: str) -> None:
    """Be an `Arrive` that knows all chains."""


def made(answer: Respond = echo, threads: int = 1, arrive: Arrive = at_hand) -> Endpoint:
    return Endpoint(answer, nowhere, arrive, threads)


class Client:
    """One request: what it sends in its *pieces*, and what came back."""

    def __init__(
        self, *pieces: Message, method: str = "POST", path: str = "/alexa", **headers: object
    ) -> None:
        self.scope: Scope = {
            "type": "http",
            "path": path,
            "method": method,
            "headers": [
                (name.replace("_", "-").encode(), str(value).encode())
                for name, value in headers.items()
            ],
        }
        self.pieces = list(pieces)
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        """Give the next piece; after the last there is nothing for ever."""
        if not self.pieces:
            await asyncio.Event().wait()
        return self.pieces.pop(0)

    async def send(self, message: Message) -> None:
        """Take a piece of the answer."""
        self.sent.append(message)

    async def ask(self, application: Endpoint) -> "Client":
        """Have the request answered."""
        await application(self.scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        """The headers of the answer."""
        return dict(self.sent[0]["headers"])

    @property
    def text(self) -> str:
        """The body of the answer."""
        assert not self.sent[-1].get("more_body"), "the answer has an end"
        return b"".join(each.get("body", b"") for each in self.sent[1:]).decode()


def piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def whole(body: bytes = b"{}", **more: Any) -> Client:  # noqa: ANN401 - path and headers
    return Client(piece(body), **more)


def asked(client: Client, answer: Respond = echo) -> Client:
    return asyncio.run(client.ask(made(answer)))


def test_the_answer_sees_the_headers_and_the_raw_body() -> None:
    pieces = [piece(b' {"\xc3', more=True), piece(b'\xa9": 1}\n')]
    answer = asked(Client(*pieces, signature_256="x", cookie="y"))

    assert answer.status == 200
    assert answer.headers[b"content-type"] == b"application/json"
    assert int(answer.headers[b"content-length"]) == len(answer.text)
    assert json.loads(answer.text) == {"Signature-256": "x", "body": ' {"é": 1}\n'}


def test_a_header_given_twice_is_neither_of_both() -> None:
    client = whole()
    client.scope["headers"] = [(b"signature-256", b"a"), (b"signature-256", b"b")]

    assert json.loads(asked(client).text)["Signature-256"] == "a,b"


def test_a_refusal_is_400_and_one_line() -> None:
    answer = asked(whole(), refuse)

    assert answer.status == 400
    assert answer.text == "signature: not over this body\n"
    assert b"connection" not in answer.headers, "all was read: more may be asked"


def test_a_fault_is_500_logged_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_headers: Mapping[str, str], _body: bytes) -> bytes:
        raise RuntimeError("a fault of ours")

    answer = asked(whole(), fail)

    assert answer.status == 500
    assert answer.text == "Internal Server Error\n"
    assert "a fault of ours" in caplog.text


def test_a_fault_while_verifying_is_400_and_logged_with_its_cause(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_headers: Mapping[str, str], _body: bytes) -> bytes:
        raise Refused(Rule.INTERNAL, "a fault of ours") from RuntimeError("its cause")

    answer = asked(whole(), broken)

    assert answer.status == 400
    assert answer.text == "internal: a fault of ours\n"
    assert "RuntimeError: its cause" in caplog.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "BREW"])
def test_any_other_method_is_405(method: str) -> None:
    answer = asked(Client(piece(b""), method=method))

    assert answer.status == 405
    assert answer.headers[b"allow"] == b"POST"


@pytest.mark.parametrize("path", ["/", "/health", "//alexa", "/alexa/", "/Alexa"])
def test_all_other_paths_are_for_the_others(path: str) -> None:
    answer = asked(whole(path=path))

    assert (answer.status, answer.text) == (404, path)


# What is too large, and what does not come whole


def test_a_body_at_the_limit_is_read() -> None:
    assert asked(whole(b"x" * MOST_BODY_BYTES, content_length=MOST_BODY_BYTES)).status == 200


def test_a_body_that_is_announced_too_large_is_refused_before_it_comes() -> None:
    """What is read after that is dropped."""
    client = Client(content_length=MOST_BODY_BYTES + 1)
    sent_when_read = []

    async def receive() -> Message:
        sent_when_read.append([each["type"] for each in client.sent])
        return DISCONNECT

    asyncio.run(made()(client.scope, receive, client.send))
    answer = client

    assert sent_when_read == [["http.response.start", "http.response.body"]]
    assert (answer.status, answer.text) == (400, "body: over 65536 bytes\n")
    assert answer.headers[b"connection"] == b"close"


def test_no_more_of_a_body_is_kept_than_tells_that_it_is_too_large() -> None:
    half = b"x" * (MOST_BODY_BYTES // 2 + 1)
    client = Client(*[piece(half, more=True)] * 9, piece(half))
    answer = asked(client)

    assert answer.status == 400
    assert answer.text == "body: over 65536 bytes\n"
    assert not client.pieces, "the rest was dropped, so that the client sees the answer"


def test_the_rest_of_a_refused_body_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "LINGER_SECONDS", 0.0)
    answer = asked(Client(content_length=MOST_BODY_BYTES + 1))

    assert answer.text == "body: over 65536 bytes\n"


@pytest.mark.parametrize("pieces", [[], [piece(b"{", more=True)]], ids=["nothing", "half"])
def test_a_body_that_comes_too_slowly_is_400(
    pieces: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "RECEIVE_SECONDS", 0.0)
    monkeypatch.setattr(endpoint, "LINGER_SECONDS", 0.0)
    answer = asked(Client(*pieces))

    assert answer.status == 400
    assert answer.text == "body: not received in time\n"
    assert answer.headers[b"connection"] == b"close"


def test_a_client_that_goes_before_its_body_is_whole_is_no_fault(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def answered(_headers: Mapping[str, str], _body: bytes) -> bytes:
        raise AssertionError("with half a body")

    with caplog.at_level("INFO"):
        asked(Client(piece(b"{", more=True), DISCONNECT, DISCONNECT), answered)

    (record,) = [each for each in caplog.records if each.name == request_log.__name__]
    assert (record.levelname, record.message) == ("INFO", "request")
    assert vars(record)["fields"]["detail"] == "not received whole"


# Who waits for whom


class Gate:
    """Holds answers until it is opened; tells how many wait, and the threads that answered."""

    def __init__(self, holds: Callable[[str], bool]) -> None:
        self._holds = holds
        self.opened = Event()
        self.waiting = 0
        self.threads: set[str] = set()

    def answer(self, headers: Mapping[str, str], _body: bytes) -> bytes:
        """Be an `Respond`."""
        url = headers.get("SignatureCertChainUrl", "")
        if self._holds(url):
            self.waiting += 1
            assert self.opened.wait(60)
        self.threads.add(current_thread().name)
        return url.encode()


class Chains:
    """Chains that never arrive until they are let in, but for the one that is known."""

    def __init__(self) -> None:
        self.let_in = asyncio.Event()
        self.waiting = 0

    async def arrive(self, url: str) -> None:
        """Be an `Arrive`."""
        if url != KNOWN:
            self.waiting += 1
            await self.let_in.wait()
            raise Refused(Rule.CERTIFICATE_FETCH, "invented")


def chained(url: str) -> Client:
    return whole(signaturecertchainurl=url, signature_256="x")


async def until(true: Callable[[], object]) -> None:
    for _ in range(2000):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("waited in vain")


def test_requests_that_wait_for_a_chain_hold_no_thread() -> None:
    """A thousand of them, and one thread for those whose chain is known."""
    gate = Gate(lambda _: False)

    async def storm() -> tuple[list[Client], list[Client]]:
        chains = Chains()
        application = made(gate.answer, arrive=chains.arrive)
        held = [
            asyncio.create_task(chained(f"https://{number}").ask(application))
            for number in range(1000)
        ]
        await until(lambda: chains.waiting == len(held))
        known = [await chained(KNOWN).ask(application) for _ in range(50)]
        chains.let_in.set()
        return known, await asyncio.gather(*held)

    known, held = asyncio.run(storm())

    assert {(each.status, each.text) for each in known} == {(200, KNOWN)}
    assert {(each.status, each.text) for each in held} == {(400, "certificate-fetch: invented\n")}
    assert gate.threads == {"known-chain_0"}


def test_a_request_without_a_signature_waits_for_no_chain() -> None:
    waited_for = []

    async def arrive(url: str) -> None:
        waited_for.append(url)

    client = whole(signaturecertchainurl="https://x")
    asyncio.run(client.ask(made(arrive=arrive)))

    assert client.status == 200
    assert waited_for == []


def test_a_turn_that_takes_long_keeps_no_other_waiting_while_a_thread_is_left() -> None:
    first = iter([True])
    gate = Gate(lambda _: next(first, False))

    async def two() -> tuple[Client, Client]:
        application = made(gate.answer, threads=2)
        slow = asyncio.create_task(chained(KNOWN).ask(application))
        await until(lambda: gate.waiting == 1)
        quick = await chained(KNOWN).ask(application)
        gate.opened.set()
        return quick, await slow

    assert [each.status for each in asyncio.run(two())] == [200, 200]


# The log


def logged(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    (record,) = [each for each in caplog.records if each.message == "request"]
    fields: dict[str, Any] = vars(record)["fields"]
    return fields


def test_every_request_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    asked(whole(b'{"user": "amzn1.account.SECRET"}'), refuse)

    fields = logged(caplog)
    assert fields.pop("us") >= 0
    assert fields == {
        "path": "/alexa",
        "status": 400,
        "rule": "signature",
        "detail": "not over this body",
    }
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize("path", ["//alexa", "/\ufffd\n", "/" + "x" * 9999])
def test_what_others_answer_is_logged_too(path: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    asked(whole(path=path))

    fields = logged(caplog)
    assert fields.pop("us") >= 0
    assert fields == {"path": path[:200], "status": 404}


def test_no_more_is_logged_of_what_a_stranger_chose_than_200_characters(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def quoting(_headers: Mapping[str, str], _body: bytes) -> bytes:
        raise Refused(Rule.ENVELOPE, "x" * 9999)

    caplog.set_level("INFO")
    asked(whole(), quoting)

    assert len(logged(caplog)["detail"]) == 200
