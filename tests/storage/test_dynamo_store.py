"""DynamoDB under real faults: what is missing, slow, refusing, or answers into the void."""

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import pytest
from dynamo_server import TABLE, amazon_environment, client, running_dynamo
from limits import within
from running import free_port, wait_until

from skill.listener.history import Session
from skill.storage.dynamo_store import DynamoStore
from skill.storage.dynamo_table import ATTEMPTS, CONNECT_S, READ_S
from skill.storage.months import KEEP_MONTHS_MS, KEEP_SESSIONS_MS, begin_of
from skill.storage.store import KEEP_MS, PASSING_MS, Kept, Now, StoreError, VersionConflict

pytestmark = pytest.mark.usefixtures("versions_begin_at_one")

BOUND_S = ATTEMPTS * (CONNECT_S + READ_S) + 1
"""The longest that a call may take: a second more for a busy machine. Two of them, a turn's
load and save, leave more than half of Alexa's 8 s."""

Answer = tuple[int, bytes] | None
"""A status and a body; None for none at all, where the connection is dropped."""


DAY_MS = 24 * 60 * 60 * 1000

MOST_ITEM_BYTES = 400_000
"""DynamoDB's developer guide, "Quotas": an item with its names."""


def now() -> int:
    return 1_800_000_000_000


@dataclass
class Stub:
    """An endpoint that answers as a test says, and counts."""

    answer: Callable[[str, bytes], Answer]
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens, and where it did."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def listening(stub: Stub) -> Iterator[Stub]:
    """Serve a stub over HTTP on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stub.asked.append(operation)
            answer = stub.answer(operation, body)
            if answer is None:
                self.close_connection = True
                return
            status, body = answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-amz-retry-after", "5000")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: what was asked is counted."""

    with ThreadingHTTPServer(("127.0.0.1", stub.port), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        stub.port = server.server_port
        yield stub
        server.shutdown()


@pytest.fixture(scope="module")
def dynamo() -> Iterator[str]:
    with running_dynamo() as url:
        yield url


@pytest.fixture
def store_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., DynamoStore]]:
    """Build stores whose endpoint is the URL given."""
    stores: list[DynamoStore] = []

    def store_at(url: str, table: str = TABLE, clock: Now = now) -> DynamoStore:
        for name, value in amazon_environment(url).items():
            monkeypatch.setenv(name, value)
        stores.append(DynamoStore(table, clock))
        return stores[-1]

    yield store_at
    for store in stores:
        store.close()


def fault(call: Callable[[], object]) -> str:
    """Return what *call*'s `StoreError` says."""
    with pytest.raises(StoreError) as raised:
        call()
    assert not isinstance(raised.value, VersionConflict)
    return str(raised.value)


def refusing(code: str, status: int = 400) -> Callable[[str, bytes], Answer]:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "No."})
    return lambda _operation, _body: (status, body.encode())


@pytest.mark.parametrize(
    ("code", "status", "attempts"),
    [
        ("ProvisionedThroughputExceededException", 400, ATTEMPTS),
        ("ThrottlingException", 400, ATTEMPTS),
        ("InternalServerError", 500, ATTEMPTS),
        ("ServiceUnavailable", 503, ATTEMPTS),
        ("AccessDeniedException", 400, 1),
        ("ExpiredTokenException", 400, 1),
    ],
)
def test_a_refusal_is_bounded_whatever_the_answer_asks_for(
    store_at: Callable[..., DynamoStore], code: str, status: int, attempts: int
) -> None:
    """The stub also asks for five seconds of patience, which a listener does not have."""
    with listening(Stub(refusing(code, status))) as stub:
        store = store_at(stub.url)

        def load() -> str:
            stub.asked.clear()
            return fault(lambda: store.load("listener"))

        assert within(BOUND_S, load) == f"the table {TABLE} cannot be used: {code}"
        assert stub.asked == ["GetItem"] * attempts


@pytest.mark.usefixtures("time_limits")
def test_an_endpoint_that_never_answers_is_given_up(
    store_at: Callable[..., DynamoStore],
) -> None:
    over = Event()

    def wait(_operation: str, _body: bytes) -> Answer:
        over.wait()
        return None

    with listening(Stub(wait)) as stub:
        store = store_at(stub.url)

        def save() -> tuple[str, float]:
            stub.asked.clear()
            began = time.perf_counter()
            said = fault(lambda: store.save("listener", {}, 0))
            return said, time.perf_counter() - began

        said, seconds = within(BOUND_S, save)
        wait_until(lambda: len(stub.asked) >= ATTEMPTS)
        over.set()

        assert said == f"the table {TABLE} cannot be used: ReadTimeoutError"
        assert seconds > ATTEMPTS * READ_S
        assert stub.asked == ["UpdateItem"] * ATTEMPTS


def test_an_endpoint_that_drops_the_line_is_given_up(store_at: Callable[..., DynamoStore]) -> None:
    with listening(Stub(lambda _operation, _body: None)) as stub:
        store = store_at(stub.url)

        def forget() -> str:
            stub.asked.clear()
            return fault(lambda: store.forget("listener"))

        said = within(BOUND_S, forget)
        assert said == f"the table {TABLE} cannot be used: ConnectionClosedError"
        assert stub.asked == ["DeleteItem"] * ATTEMPTS


@pytest.mark.usefixtures("time_limits")
def test_an_endpoint_that_cannot_be_reached_is_given_up(
    store_at: Callable[..., DynamoStore],
) -> None:
    """A full queue of connections drops every further one, as a network that is down does."""
    with closing(socket.socket()) as full, closing(socket.socket()) as first:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        first.connect(full.getsockname())
        store = store_at(f"http://127.0.0.1:{full.getsockname()[1]}")

        def load() -> tuple[str, float]:
            began = time.perf_counter()
            said = fault(lambda: store.load("listener"))
            return said, time.perf_counter() - began

        said, seconds = within(BOUND_S, load)
        assert said == f"the table {TABLE} cannot be used: ConnectTimeoutError"
        assert seconds > ATTEMPTS * CONNECT_S


def test_a_server_that_is_gone_is_told_and_used_again_when_it_is_back(
    store_at: Callable[..., DynamoStore],
) -> None:
    stub = Stub(lambda _operation, _body: (200, b"{}"), free_port())
    with listening(stub):
        store = store_at(stub.url)
        store.check()
    said = within(BOUND_S, lambda: fault(store.check))

    assert said == f"the table {TABLE} cannot be used: EndpointConnectionError"
    with listening(stub):
        store.check()


def test_a_missing_table_is_told(dynamo: str, store_at: Callable[..., DynamoStore]) -> None:
    store = store_at(dynamo, "another")
    said = fault(store.check)

    assert said == "the table another cannot be used: ResourceNotFoundException"


def test_credentials_that_come_late_are_used_without_a_restart(
    dynamo: str, store_at: Callable[..., DynamoStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_at(dynamo)
    with monkeypatch.context() as without:
        without.delenv("AWS_ACCESS_KEY_ID")
        said = fault(store.check)

        assert said == f"the table {TABLE} cannot be used: NoCredentialsError"
    store.check()


def test_a_missing_region_is_told(
    dynamo: str, store_at: Callable[..., DynamoStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_at(dynamo)
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    said = fault(store.check)

    assert said == "DynamoDB cannot be set up: You must specify a region."


def test_an_endpoint_that_is_no_address_is_told(store_at: Callable[..., DynamoStore]) -> None:
    said = fault(store_at("nowhere").check)

    assert said == "DynamoDB cannot be set up: Invalid endpoint: nowhere"


def test_a_missing_boto3_is_told(
    dynamo: str, store_at: Callable[..., DynamoStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only who keeps state in DynamoDB needs it."""
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    said = fault(store_at(dynamo).check)

    assert said == "DynamoDB needs the package boto3, which is not installed"


def forwarding(url: str) -> Callable[[str, bytes], Answer]:
    """Return what passes every request on to *url*, and its answer back."""

    def answer(operation: str, body: bytes) -> Answer:
        headers = {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Authorization": "AWS4-HMAC-SHA256 Credential=id/20260101/eu-west-1/dynamodb/x",
        }
        with closing(HTTPConnection(url.removeprefix("http://"))) as connection:
            connection.request("POST", "/", body, headers)
            found = connection.getresponse()
            return found.status, found.read()

    return answer


def test_a_save_whose_answer_was_lost_is_not_outrun_by_itself(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    """It was written, so the second attempt's condition does not hold; nobody else was first."""
    forward = forwarding(dynamo)

    def losing_the_first(operation: str, body: bytes) -> Answer:
        answer = forward(operation, body)
        return None if len(stub.asked) == 1 else answer

    with listening(Stub(losing_the_first)) as stub:
        store = store_at(stub.url)

        assert store.save("lost answer", {"step": 1}, 0) == 1
        assert stub.asked == ["UpdateItem", "UpdateItem"]
        assert store.load("lost answer") == Kept({"step": 1}, 1)


def test_a_session_whose_answer_was_lost_is_logged_once(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    """The second attempt finds what the first has written, and adds nothing."""
    forward = forwarding(dynamo)

    def losing_the_first(operation: str, body: bytes) -> Answer:
        answer = forward(operation, body)
        return None if operation == "UpdateItem" and stub.asked.count(operation) == 1 else answer

    with listening(Stub(losing_the_first)) as stub:
        store_at(stub.url).log("lost session", {"number": 1})

        assert stub.asked.count("UpdateItem") == 2
        assert store_at(dynamo).sessions("lost session") == ({"number": 1},)


def test_a_session_that_is_logged_while_its_listener_is_forgotten_is_deleted_again(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    """The store asks for the time between its look at the row and its write."""
    listener = "forgotten-in-between"
    other = store_at(dynamo)
    version = other.save(listener, {"step": 1}, 0)

    def forgotten_meanwhile() -> int:
        assert other.load(listener)
        other.forget(listener)
        return now()

    with pytest.raises(VersionConflict):
        store_at(dynamo, clock=forgotten_meanwhile).log(listener, {"number": 1}, version)
    assert other.load(listener) is None
    assert other.sessions(listener) == ()


def test_no_item_of_ten_years_at_five_sessions_a_day_is_too_large(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    """The last month has five a day here; of the others one session is enough for its sums.

    Months and sessions are copies of one that the store has kept itself, as are the last five.
    """
    clock = [begin_of("2040-01")]
    store = store_at(dynamo, clock=lambda: clock[0])
    ids = tuple(f"an_exercise_{number}" for number in range(8))
    store.log("busy", Session(clock[0], 20, ids, ids).entry())
    table = client(dynamo)
    sums, sessions = planted("busy#sums", dynamo), planted("busy#2040-01", dynamo)
    month = sums["of_2040_01"]
    for number in range(119):
        name = f"{2030 + number // 12}-{number % 12 + 1:02}"
        of_then = json.loads(json.dumps(month).replace("2040-01", name))
        sums[f"of_{name.replace('-', '_')}"] = of_then
    table.put_item(TableName=TABLE, Item=sums)
    (row,) = sessions["sessions"]["L"]
    logged = [Session(clock[0] + number, 20, ids, ids).entry() for number in range(5 * 30)]
    sessions["sessions"]["L"] = [
        {"M": row["M"] | {"entry": {"S": json.dumps(entry)}}} for entry in logged
    ]
    table.put_item(TableName=TABLE, Item=sessions)
    for number in range(5 * 30, 5 * 31):
        store.log("busy", Session(clock[0] + number, 20, ids, ids).entry())
    found = table.scan(TableName=TABLE)["Items"]
    sizes = {
        each["listener"]["S"]: len(json.dumps(each))  # longer than DynamoDB counts it
        for each in found
        if each["listener"]["S"].startswith("busy#")
    }

    assert sizes["busy#2040-01"] > 30_000
    assert len(store.sessions("busy")) > 155 + 100
    assert max(sizes.values()) < MOST_ITEM_BYTES / 4


def test_sums_of_more_than_ten_years_ago_are_deleted_with_the_next_session(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    clock = [begin_of("2027-03")]
    store = store_at(dynamo, clock=lambda: clock[0])
    for _ in range(3):
        store.log("long", Session(clock[0], 20, (), ()).entry())
        clock[0] += KEEP_MONTHS_MS
    key = {"listener": {"S": "long#sums"}}
    found = client(dynamo).get_item(TableName=TABLE, Key=key)["Item"]

    assert sorted(found) == ["expires", "listener", "of_2037_03", "of_2047_03"]


def test_sessions_kept_by_year_are_moved_to_their_months(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    """As those of before 2026-12 were kept, for ten years; the next session moves them."""
    began = begin_of("2026-11") + DAY_MS
    clock = [began + DAY_MS]
    store = store_at(dynamo, clock=lambda: clock[0])
    old = [Session(began + number, 20, ("toe_curls",), ()).entry() for number in range(2)]
    rows = [
        {"M": {"entry": {"S": json.dumps(each)}, "expires": {"N": str(later)}}}
        for each in old
        for later in [(began + KEEP_MONTHS_MS) // 1000]
    ]
    table = client(dynamo)
    item = {"listener": {"S": "before#2026"}, "sessions": {"L": rows}}
    table.put_item(TableName=TABLE, Item=item)
    assert store.sessions("before") == tuple(old)

    new = Session(clock[0], 20, (), ()).entry()
    store.log("before", new)

    assert "Item" not in table.get_item(TableName=TABLE, Key={"listener": {"S": "before#2026"}})
    assert store.sessions("before") == (*old, new)
    clock[0] += KEEP_SESSIONS_MS
    assert store.sessions("before") == (
        {"month": "2026-11", "sessions": 3, "minutes": 60, "done": {"toe_curls": 2}},
    )


def test_no_turn_asks_for_the_history(dynamo: str, store_at: Callable[..., DynamoStore]) -> None:
    """Ten years of it lie in items of their own, so a turn takes as long as a new listener's."""
    keys: list[str] = []
    forward = forwarding(dynamo)

    def noting_the_key(operation: str, body: bytes) -> Answer:
        keys.append(json.loads(body)["Key"]["listener"]["S"])
        return forward(operation, body)

    with listening(Stub(noting_the_key)) as stub:
        store = store_at(stub.url)
        store.load("turn")
        store.save("turn", {"step": 1}, 0)

        assert keys == ["turn", "turn"]
        store.log("turn", {"number": 1})
        assert keys[2:]
        assert all(key.startswith("turn#") for key in keys[2:])


def test_the_same_state_saved_by_another_first_is_another_turn(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    """Two devices that both said "next" are two turns, though they lead to the same place."""
    store = store_at(dynamo)
    store.save("two devices", {"step": 1}, 0)

    with pytest.raises(VersionConflict):
        store_at(dynamo).save("two devices", {"step": 1}, 0)


def test_a_spoilt_row_that_another_turn_replaced_is_left_to_it(
    dynamo: str, store_at: Callable[..., DynamoStore], caplog: pytest.LogCaptureFixture
) -> None:
    """Between looking at a row and setting it aside, another turn can have done so and saved."""
    forward = forwarding(dynamo)
    other = store_at(dynamo)
    other.check()
    plant("raced", {"state": {"S": "spoilt"}, "version": {"N": "1"}}, dynamo)

    def another_first(operation: str, body: bytes) -> Answer:
        if operation == "UpdateItem" and not caplog.records:
            assert other.load("raced") is None
            other.save("raced", {"step": 1}, 0)
        return forward(operation, body)

    with listening(Stub(another_first)) as stub:
        store = store_at(stub.url)

        assert store.load("raced") is None
        assert store.load("raced") == Kept({"step": 1}, 1)
        assert len(caplog.records) == 1


def plant(listener: str, item: dict[str, object], url: str) -> None:
    with closing(client(url)) as amazon:
        amazon.put_item(
            TableName=TABLE,
            Item={"listener": {"S": listener}, "expires": {"N": str(now())}, **item},
        )


def test_an_item_is_what_the_table_and_its_ttl_expect(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    store_at(dynamo).save("shape", {"step": 1}, 0)
    with closing(client(dynamo)) as amazon:
        item = amazon.get_item(TableName=TABLE, Key={"listener": {"S": "shape"}})["Item"]
    del item["save"]

    assert item == {
        "listener": {"S": "shape"},
        "state": {"S": '{"step":1}'},
        "version": {"N": "1"},
        "expires": {"N": str((now() + KEEP_MS) // 1000)},
    }


def test_the_store_asks_for_four_permissions_only(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    """The role that Lambda runs under may do no more."""
    plant("permissions", {"state": {"S": "spoilt"}}, dynamo)
    with listening(Stub(forwarding(dynamo))) as stub:
        store = store_at(stub.url)
        store.check()
        store.load("permissions")
        store.save("permissions", {}, 0)
        store.set_aside("permissions", "odd")
        store.log("permissions", {})
        store.sessions("permissions")
        store.forget("permissions")
        store.tidy()

        assert set(stub.asked) == {"GetItem", "UpdateItem", "DeleteItem", "Query"}


UNWELL: Final = {"unwell": True, "step": 1}


def test_what_is_kept_for_a_day_goes_though_nobody_talks(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    clock = [now()]
    store = store_at(dynamo, clock=lambda: clock[0])
    version = store.save("faint", UNWELL, 0)
    store.save("well", {"step": 2}, 0)
    clock[0] += PASSING_MS - 1000
    store.tidy()
    assert kept(store, "faint") == UNWELL
    clock[0] += 1000
    store.tidy()

    assert kept(store, "faint") == {"step": 1}
    assert "unwell" not in json.dumps(planted("faint", dynamo))
    assert "passing" not in planted("faint", dynamo)
    assert kept(store, "well") == {"step": 2}
    store.save("faint", {"step": 3}, version)
    assert kept(store, "faint") == {"step": 3}


def test_it_goes_from_what_was_set_aside_too(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    clock = [now()]
    store = store_at(dynamo, clock=lambda: clock[0])
    store.save("odd", UNWELL, 0)
    store.set_aside("odd", "no state of a known version")
    clock[0] += PASSING_MS
    store.tidy()

    (entry,) = planted("odd", dynamo)["aside"]["L"]
    assert entry["M"]["row"]["M"]["state"] == {"S": '{"step":1}'}
    assert "unwell" not in json.dumps(planted("odd", dynamo))


@pytest.mark.parametrize(
    "spoilt",
    [{}, {"state": {"S": "spoilt"}}, {"state": {"N": "5"}}, {"state": {"NULL": True}}],
    ids=str,
)
def test_an_item_of_another_form_is_left_and_leaves_the_index(
    spoilt: dict[str, object], dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    plant("spoilt", {**spoilt, "passing": {"S": "yes"}, "expires": {"N": "1"}}, dynamo)
    store_at(dynamo).tidy()

    assert planted("spoilt", dynamo) == {
        "listener": {"S": "spoilt"},
        "expires": {"N": "1"},
        **spoilt,
    }


def test_a_turn_that_comes_first_keeps_its_own(
    dynamo: str, store_at: Callable[..., DynamoStore]
) -> None:
    """Whoever talks again is asked, and what they are asked for is not taken away meanwhile."""
    clock = [now()]
    other = store_at(dynamo, clock=lambda: clock[0])
    version = other.save("back", UNWELL, 0)
    clock[0] += PASSING_MS
    forward = forwarding(dynamo)

    def another_first(operation: str, body: bytes) -> Answer:
        if operation == "UpdateItem":
            other.save("back", UNWELL, version)
        return forward(operation, body)

    with listening(Stub(another_first)) as stub:
        store_at(stub.url, clock=lambda: clock[0]).tidy()

    assert kept(other, "back") == UNWELL
    assert planted("back", dynamo)["passing"] == {"S": "yes"}


def kept(store: DynamoStore, listener: str) -> object:
    found = store.load(listener)
    return found and found.state


def planted(listener: str, url: str) -> dict[str, Any]:
    with closing(client(url)) as amazon:
        item: dict[str, Any] = amazon.get_item(
            TableName=TABLE, Key={"listener": {"S": listener}}, ConsistentRead=True
        )["Item"]
    return item


ROLE: Final = """
[profile base]
aws_access_key_id = id
aws_secret_access_key = secret
[profile role]
role_arn = arn:aws:iam::123456789012:role/foot
source_profile = base
"""


def test_credentials_may_be_those_of_a_role(
    dynamo: str,
    store_at: Callable[..., DynamoStore],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Botocore asks another service of Amazon's for them."""
    store = store_at(dynamo)
    (tmp_path / "config").write_text(ROLE, encoding="utf-8")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "role")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", dynamo)

    assert store.save("of a role", {"step": 1}, 0) == 1
    assert store.load("of a role") == Kept({"step": 1}, 1)
