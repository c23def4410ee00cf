"""The skill as Lambda runs it: the built zip, under Amazon's runtime client and emulator."""

import ast
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import pytest
from aws_tools import PROJECT, aws_tools, load_template
from dynamo_server import TABLE, amazon_environment, client, running_dynamo
from lambda_emulator import (
    MORNING,
    SKILL_ID,
    Function,
    LambdaError,
    build,
    home,
    running,
    settings,
    unpacked,
    without_limits,
)
from limits import within
from running import wait_until
from script import replay_file

from skill.alexa.media import INTERFACE, SETTING
from skill.simulator.device import Device, DeviceSession
from skill.storage.dynamo_table import ATTEMPTS, CONNECT_S, READ_S
from skill.storage.listener_key import KEY_BYTES

SCRIPTS = sorted(
    script
    for script in (PROJECT / "tests" / "conversations").glob("*/*.txt")
    if not script.name.startswith(("reminders-", "recordings-"))
)
"""Without those about reminders and recordings: they need Alexa's own services, and a bucket, and
the built skill lets nobody stand in for them."""

MOST_BYTES = 2_058_000
"""The size of the smallest skill there is, the SDK's own "hello world" with its dependencies."""

NEEDED = {
    *("lambda_function.py", "skill", "ask_sdk_core", "ask_sdk_model", "ask_sdk_runtime"),
    *("certifi", "dateutil", "six.py", "tzdata"),
}

BOUND_S = 2 * ATTEMPTS * (CONNECT_S + READ_S) + 1.0
"""The longest that a turn may take, which loads and saves: a second more for a busy machine."""

OPTIONAL = {"FOOT_ROUTINE_RECORDINGS", SETTING}

ALONE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from lambda_function import handler
print(json.dumps(handler(json.load(sys.stdin), None)))
"""

AT_HAND = """
import json, sys
sys.path.insert(0, sys.argv[1])
from lambda_function import handler
before = set(sys.modules)
for envelope in json.load(sys.stdin):
    print(json.dumps(handler(envelope, None)["response"]))
print(sorted(set(sys.modules) - before))
"""

FROZEN = """
import os, sys
sys.path.insert(0, sys.argv[1])
import lambda_function
opened = [os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")]
print(sum("socket:" in name for name in opened))
"""


class EmptyTable(BaseHTTPRequestHandler):
    """A table that holds nothing, and connections that it holds as long as the other side."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer any question with nothing."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("artifact"))


@pytest.fixture(scope="module")
def folder(artifact: Path) -> Path:
    """Return what Lambda makes of the zip."""
    return unpacked(artifact)


@pytest.fixture(scope="module")
def patient(folder: Path) -> Path:
    """Return the same, for all tests but those of its time limits."""
    return without_limits(folder)


@pytest.fixture(scope="module")
def dynamo() -> Iterator[str]:
    with running_dynamo() as url:
        yield url


@pytest.fixture(scope="module")
def function(
    patient: Path, dynamo: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Function]:
    with running(patient, dynamo, tmp_path_factory.mktemp("log") / "log.txt") as function:
        yield function


def envelope(
    user: str,
    request: dict[str, object],
    application: str = SKILL_ID,
    interfaces: tuple[str, ...] = (),
) -> dict[str, object]:
    device = Device("en-US", user=user, application=application, interfaces=interfaces)
    return device.envelope(request, DeviceSession("amzn1.echo-api.session.one"), MORNING)


def launch(user: str, application: str = SKILL_ID) -> dict[str, object]:
    return envelope(user, {"type": "LaunchRequest"}, application)


def imports(module: Path) -> Iterator[str]:
    """Return the names of all modules that *module* could import, and of more."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def kept(dynamo: str) -> str:
    """Return all that is in the table, as JSON."""
    table = client(dynamo)
    items = table.scan(TableName=TABLE)["Items"]
    table.close()
    return json.dumps(items)


def test_the_same_sources_give_the_same_bytes(artifact: Path, tmp_path: Path) -> None:
    """Or each build would be deployed as a new version."""
    assert build(tmp_path).read_bytes() == artifact.read_bytes()


def test_the_artifact_holds_what_lambda_needs_and_no_more(artifact: Path) -> None:
    with ZipFile(artifact) as packed:
        names = packed.namelist()
    roots = {name.partition("/")[0] for name in names}

    assert {root for root in roots if not root.endswith(".dist-info")} == NEEDED
    assert {Path(name).suffix for name in names}.isdisjoint({".so", ".pyc", ".pyd"})
    assert artifact.stat().st_size <= MOST_BYTES


def test_whatever_could_be_imported_there_is_in_it(folder: Path) -> None:
    """Also what is imported late, in a turn that no test makes."""
    there = {path.name.removesuffix(".py") for path in folder.iterdir()}
    modules, seen, wanted = [folder / "lambda_function.py"], set[Path](), set[str]()
    while modules:
        module = modules.pop()
        if module in seen or not module.exists():
            continue
        seen.add(module)
        for name in imports(module):
            wanted.add(name.partition(".")[0])
            if name.startswith("skill."):
                file = Path(*name.split(".")).with_suffix(".py")
                assert not (PROJECT / file).exists() or (folder / file).exists()
                modules.append(folder / file)

    assert folder / "skill" / "routine" / "playhead.py" in seen
    assert folder / "skill" / "alexa" / "verification.py" not in seen
    assert folder / "skill" / "alexa" / "envelope.py" in seen
    assert wanted - sys.stdlib_module_names <= there


def test_what_is_locked_for_lambda_is_what_all_else_is_tested_with() -> None:
    def pins(lock: str) -> set[str]:
        lines = (PROJECT / "locks" / lock).read_text("utf-8").splitlines()
        return {line.split()[0] for line in lines if "==" in line}

    assert pins("lambda.txt") <= pins("dev.txt")


def test_it_runs_with_nothing_else_installed(folder: Path) -> None:
    """Not even with boto3, which is Lambda's own: then the place lives in the session alone."""
    done = subprocess.run(  # noqa: S603 - this very Python, without its packages
        (sys.executable, "-I", "-S", "-B", "-c", ALONE, str(folder)),
        input=json.dumps(launch("ALONE")),
        env=settings(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout)["response"]["outputSpeech"]["ssml"]
    assert "boto3" in done.stderr


@pytest.mark.parametrize(("value", "shows"), [("off", False), ("on", True)])
def test_one_setting_turns_screens_off(value: str, shows: bool, folder: Path) -> None:  # noqa: FBT001 - pytest fills it by name
    said = (
        envelope("SHOWN", {"type": "LaunchRequest"}, interfaces=interfaces)
        for interfaces in ((), (INTERFACE,))
    )
    done = subprocess.run(  # noqa: S603 - as above
        (sys.executable, "-I", "-S", "-B", "-c", AT_HAND, str(folder)),
        input=json.dumps([*said]),
        env=settings() | {SETTING: value},
        capture_output=True,
        text=True,
        check=True,
    )
    without, with_screen, _ = done.stdout.splitlines()

    assert "directives" not in json.loads(without)
    assert ("directives" in json.loads(with_screen)) is shows
    assert (without != with_screen) is shows


def test_the_first_listener_waits_for_no_module(folder: Path) -> None:
    """Before a snapshot a routine is practised, so usual turns import no more."""
    requests: list[dict[str, object]] = [
        {"type": "LaunchRequest"},
        {"type": "IntentRequest", "intent": {"name": "StartRoutineIntent"}},
        {"type": "IntentRequest", "intent": {"name": "AMAZON.NextIntent"}},
        {"type": "IntentRequest", "intent": {"name": "WhereAmIIntent"}},
        {"type": "SessionEndedRequest", "reason": "EXCEEDED_MAX_REPROMPTS"},
    ]
    done = subprocess.run(  # noqa: S603 - as above
        (sys.executable, "-I", "-S", "-B", "-c", AT_HAND, str(folder)),
        input=json.dumps([envelope("FIRST", request) for request in requests]),
        env=settings() | {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"},
        capture_output=True,
        text=True,
        check=True,
    )
    *answers, imported = done.stdout.splitlines()

    assert [bool(json.loads(each).get("outputSpeech")) for each in answers] == [True] * 4 + [False]
    assert imported == "[]"


@pytest.mark.parametrize("name", sorted(settings().keys() - OPTIONAL))
def test_it_does_not_start_without_a_setting(name: str, folder: Path) -> None:
    environment = settings()
    del environment[name]
    done = subprocess.run(  # noqa: S603 - as above
        (sys.executable, "-I", "-S", "-B", "-c", ALONE, str(folder)),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode
    assert f"{name} is not set" in done.stderr


def test_no_connection_is_frozen_into_a_snapshot(folder: Path) -> None:
    """SnapStart takes it after the import; a connection in it would be dead when it is thawed."""
    with ThreadingHTTPServer(("127.0.0.1", 0), EmptyTable) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        done = subprocess.run(  # noqa: S603 - Amazon's own, with boto3 as Lambda has it
            # From Python 3.12 on, the SDK's docstrings are warned of as they are compiled.
            (
                *(str(aws_tools() / "python"), "-I", "-B", "-W", "ignore::SyntaxWarning"),
                *("-c", FROZEN, str(folder)),
            ),
            env={**amazon_environment(url), **settings()},
            capture_output=True,
            text=True,
            check=True,
        )
        server.shutdown()

    assert done.stdout.split() == ["0"]
    assert not done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_conversation_goes_as_written(script: Path, function: Function) -> None:
    """Sessions that end or are dropped, and a relaunch that resumes, among them."""
    locale = script.parent.name
    faults = replay_file(script, lambda: home(function, script.stem.upper(), locale), rewrite=False)

    assert not faults, "\n\n".join(faults)


def test_a_place_is_kept_under_a_hash_and_a_turn_that_goes_well_logs_nothing(
    patient: Path, tmp_path: Path
) -> None:
    with running_dynamo() as dynamo, running(patient, dynamo, tmp_path / "log.txt") as function:
        function(launch("SOMEBODY"))
        table = client(dynamo)
        (item,) = table.scan(TableName=TABLE)["Items"]
        table.close()

        assert len(item["listener"]["S"]) == KEY_BYTES * 8 // 6
        assert int(item["expires"]["N"]) > time.time()
        assert "SOMEBODY" not in json.dumps(item)
        assert '"level"' not in function.log


def test_what_is_kept_for_a_day_goes_at_the_templates_daily_event(
    function: Function, dynamo: str
) -> None:
    daily = load_template()["Resources"]["Skill"]["Properties"]["Events"]["Daily"]["Properties"]
    row = {"state": {"S": '{"unwell":true,"step":1}'}, "passing": {"S": "yes"}}
    begun = {"listener": {"S": "long ago"}, "expires": {"N": str(int(time.time()))}}
    with closing(client(dynamo)) as table:
        table.put_item(TableName=TABLE, Item={**begun, **row})
        assert function(json.loads(daily["Input"])) == {}
        left = table.get_item(TableName=TABLE, Key={"listener": begun["listener"]})["Item"]
        table.delete_item(TableName=TABLE, Key={"listener": begun["listener"]})

    assert left == {**begun, "state": {"S": '{"step":1}'}}


def test_a_request_for_another_skill_is_refused_and_nothing_is_kept(
    function: Function, dynamo: str
) -> None:
    """IAM lets Alexa call for this skill only; the function does not rely on it."""
    before = kept(dynamo)
    with pytest.raises(LambdaError, match="a request for another skill"):
        function(launch("STRANGER", application=SKILL_ID[:-1] + "1"))

    assert kept(dynamo) == before


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        "LISTENER",
        {},
        {"context": {"System": None}},
        {"context": {"System": {"user": {"userId": "LISTENER"}}}},
        launch("LISTENER") | {"request": "LISTENER"},
        launch("LISTENER") | {"request": {"type": "LaunchRequest", "timestamp": "LISTENER"}},
    ],
    ids=lambda event: json.dumps(event)[:40],
)
def test_what_is_no_request_is_refused_and_not_repeated_in_the_log(
    event: object, function: Function
) -> None:
    with pytest.raises(LambdaError, match=r"with a request in it|no time at which"):
        function(event)

    assert "LISTENER" not in function.log


def at_a_number_of_ms(user: str) -> dict[str, object]:
    found = launch(user)
    assert isinstance(found["request"], dict)
    return found | {"request": found["request"] | {"timestamp": MORNING}}


@pytest.mark.parametrize(
    ("event", "is_answered"),
    [
        (envelope("NEW", {"type": "Alexa.SomethingOfNextYear"}), False),
        (envelope("NEW", {"type": "SessionEndedRequest", "reason": "SomethingNew"}), False),
        (launch("NEW") | {"session": "NEW"}, True),
        (launch("NEW") | {"context": None}, True),
        (at_a_number_of_ms("NEW"), True),
    ],
    ids=["type", "reason", "no session", "no context", "a number of ms"],
)
def test_what_is_missing_or_new_is_answered_as_by_a_server(
    event: object, *, is_answered: bool, function: Function
) -> None:
    answered = function(event)

    assert bool(answered["response"].get("outputSpeech")) is is_answered


@pytest.mark.parametrize("other", [{"context": None, "session": None}, {"context": {"System": 1}}])
def test_a_request_that_names_no_skill_or_another_is_refused(
    other: dict[str, object], function: Function
) -> None:
    whole = launch("STRANGER", application=SKILL_ID[:-1] + "1") | other

    with pytest.raises(LambdaError, match="a request for another skill"):
        function(whole)


def test_a_session_goes_on_when_the_table_is_gone(patient: Path, tmp_path: Path) -> None:
    """A turn is late then, but not as late as to be lost; and the log tells nobody's ID."""
    with running_dynamo() as dynamo, running(patient, dynamo, tmp_path / "log.txt") as function:
        stage = home(function, "LISTENER", "en-US")
        stage.say("open my foot routine")
        (started,) = stage.say("start")
        table = client(dynamo)
        table.delete_table(TableName=TABLE)
        table.close()
        (heard,) = stage.say("where am i", after=10_000)

        assert "Heel raises" in started
        assert "Heel raises, right foot" in heard
        wait_until(lambda: "kept in the session only" in function.log)
        assert "LISTENER" not in function.log


def test_it_starts_and_leads_where_the_table_never_answers(folder: Path, tmp_path: Path) -> None:
    """It is not waited for longer than Alexa waits."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with running(folder, url, tmp_path / "log.txt") as function:
            function(launch("LISTENER"))
            stage = home(function, "LISTENER", "en-US")
            within(BOUND_S, lambda: stage.say("open my foot routine"))
            (heard,) = stage.say("start")

            assert "Heel raises" in heard
            wait_until(lambda: "the place is kept in the session only" in function.log)
