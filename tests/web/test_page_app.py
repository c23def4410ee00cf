"""The server of the page: who is answered, and with which headers."""

import gc
import gzip
import json
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import urlsplit

import pytest
from browser import page_server
from flask.testing import FlaskClient

from skill import home
from skill.storage.sqlite_store import SqliteStore
from skill.storage.store import StoreError
from skill.terminal.coach import PageCoach
from skill.web.page_app import FILES, create_app

STRANGE = {"said": "hurts", "exercise": "toe_curls", "side": "left", "set": 99}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    made = home.build(tmp_path / "places.db", home.now)
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    (recordings / "it.mp3").write_bytes(b"0123456789")
    coach = PageCoach(made, "listener", home.now, locale="en-US", folder=recordings, voice=None)
    return create_app(coach, 8081).test_client()


def test_another_host_is_refused(client: FlaskClient) -> None:
    assert client.get("/", base_url="http://evil.example:8081").status_code == 403


def test_another_page_may_neither_read_nor_say_anything(client: FlaskClient) -> None:
    headers = {"Origin": "http://evil.example", "Host": "127.0.0.1:8081"}

    assert client.get("/timeline.json", headers=headers).status_code == 403
    assert client.post("/say", json={"said": "hurts"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "body", [[], {}, {"said": "x"}, {"said": ["hurts"]}, {"said": "hurts", "exercise": 1}, STRANGE]
)
def test_what_makes_no_sense_is_refused(client: FlaskClient, body: object) -> None:
    headers = {"Origin": "http://127.0.0.1:8081", "Host": "127.0.0.1:8081"}

    assert client.post("/say", json=body, headers=headers).status_code == 400


def test_the_policy_lets_nothing_in_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "127.0.0.1:8081"}, buffered=True)

    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy


def test_a_part_of_a_recording_is_given(client: FlaskClient) -> None:
    headers = {"Host": "127.0.0.1:8081", "Range": "bytes=2-4"}
    answer = client.get("/recordings/it.mp3", headers=headers, buffered=True)

    assert (answer.status_code, answer.data) == (206, b"234")


def test_the_history_is_for_this_page_only_and_saved_under_a_name(client: FlaskClient) -> None:
    for path in ("/history.json", "/history.csv"):
        assert client.get(path, base_url="http://evil.example:8081").status_code == 403
        headers = {"Origin": "http://evil.example", "Host": "127.0.0.1:8081"}
        assert client.get(path, headers=headers).status_code == 403
    answer = client.get("/history.csv", headers={"Host": "127.0.0.1:8081"})

    assert answer.mimetype == "text/csv"
    saved = answer.headers["Content-Disposition"]
    assert saved == "attachment; filename=foot-routine-history.csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text == "began,minutes,complete,done,planned,sessions\n"


def test_a_history_that_cannot_be_read_is_told_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise StoreError("the disk is gone")

    monkeypatch.setattr(SqliteStore, "sessions", refuse)
    for path in ("/history.json", "/history.csv"):
        answer = client.get(path, headers={"Host": "127.0.0.1:8081"})
        assert (answer.status_code, answer.text) == (503, "Service Unavailable\n")


def test_no_file_beside_the_folder_is_given(client: FlaskClient) -> None:
    for path in ("/recordings/../places.db", "/recordings/%2e%2e/places.db", "/..%2fpage_app.py"):
        assert (
            client.get(path, headers={"Host": "127.0.0.1:8081"}, buffered=True).status_code == 404
        )


def test_a_file_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    headers = {"Host": "127.0.0.1:8081"}
    tag = client.get("/icon.svg", headers=headers).headers["ETag"]
    again = client.get("/icon.svg", headers=headers | {"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


RESET: Final = struct.pack("ii", 1, 0)
"""As SO_LINGER: to close the connection is to reset it."""


SOUND: Final = b"sound" * 4_000
"""A recording that the buffers of a connection hold."""


def hang_up(port: int) -> None:
    """Ask for the recording, and reset the connection once it is there."""
    asked = f"GET /recordings/it.mp3 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as asking:
        asking.sendall(asked.encode())
        found = b""
        while SOUND not in found:
            found += asking.recv(65_536)
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def test_no_file_is_left_open_where_a_browser_resets_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server reads what is left of the request, which is an error then, before it closes."""
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "it.mp3").write_bytes(SOUND)
    left: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: left.append(str(told.exc_value)))
    with page_server(tmp_path) as address:
        port = urlsplit(address).port
        assert port
        for _ in range(5):
            hang_up(port)
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join()
    gc.collect()  # a file that is left open is a warning, and so an error

    assert [each for each in left if "it.mp3" in each] == []


def test_the_service_worker_keeps_every_file_of_the_page(client: FlaskClient) -> None:
    script = client.get("/worker.js", headers={"Host": "127.0.0.1:8081"}).get_data(as_text=True)
    kept = json.loads(script.split("const FILES = ")[1].split(";")[0])

    assert {"./", "labels.json", "app.js", "style.css"} <= set(kept)
    assert {path.name for path in FILES.iterdir()} - set(kept) == {"index.html", "worker.js"}
    for name in kept:
        path = f"/{name.removeprefix('./')}"
        answer = client.get(path, headers={"Host": "127.0.0.1:8081"}, buffered=True)
        assert answer.status_code == 200


def test_the_page_weighs_less_than_150_kb() -> None:
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 150_000


def test_the_timeline_is_sent_in_few_bytes(client: FlaskClient) -> None:
    headers = {"Host": "127.0.0.1:8081"}
    plain = client.get("/timeline.json", headers=headers)
    packed = client.get("/timeline.json", headers=headers | {"Accept-Encoding": "gzip, br"})
    refused = client.get("/timeline.json", headers=headers | {"Accept-Encoding": "gzip;q=0"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert len(packed.data) * 5 < len(plain.data)


@pytest.mark.parametrize("path", ["/", "/history.html"])
def test_each_page_says_by_itself_that_its_scripts_do_not_run(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path, headers={"Host": "127.0.0.1:8081"}, buffered=True)

    assert '<html lang="en">' in answer.text
    assert "The page could not be read. Start foot-routine page again" in answer.text
    assert "{{" not in answer.text


def test_a_set_that_the_disk_does_not_take_is_told(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(*_: object) -> NoReturn:
        raise StoreError("the disk is full")

    monkeypatch.setattr(SqliteStore, "save", save)
    headers = {"Origin": "http://127.0.0.1:8081", "Host": "127.0.0.1:8081"}
    done = {"exercise": "heel_raises", "side": "right", "set": 1}

    assert client.post("/done", json=done, headers=headers).status_code == 507


def test_the_page_is_installed_under_its_name_in_the_language(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest", headers={"Host": "127.0.0.1:8081"})
    labels = client.get("/labels.json", headers={"Host": "127.0.0.1:8081"}).get_json()
    manifest = json.loads(answer.text)

    assert answer.mimetype == "application/manifest+json"
    assert manifest["lang"] == "en"
    for word in ("name", "short_name", "description"):
        assert manifest[word] == labels[word]
        assert labels[word] not in (FILES / "manifest.webmanifest").read_text("utf-8")
    assert manifest["start_url"] == "./"
