"""`serve --unverified` answers programs on this machine, and no page in a browser on it."""

from collections.abc import Iterator

import pytest
from home_server import Listener, unverified
from running import Running, serving, wait_until


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("home")
    with serving(unverified(folder), folder) as running:
        yield running


@pytest.mark.parametrize("path", ["/alexa", "/health", "/elsewhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8080"},
        {"Host": "example.com"},
        {"Host": "localhost.example.com:8080"},
        {"Host": "127.0.0.1.example.com"},
        {"Host": "192.168.1.1"},
        {"Host": "[::1"},
        {"Host": ""},
    ],
    ids=str,
)
def test_a_request_that_a_web_page_can_send_is_400(
    home: Running, method: str, path: str, headers: dict[str, str]
) -> None:
    assert home.ask(method, path, b"{}", headers).status == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "LOCALHOST", "[::1]:80"])
def test_a_name_of_this_machine_is_a_good_host(home: Running, host: str) -> None:
    assert home.ask("GET", "/health", headers={"Host": host}).status == 200


def test_forget_me_from_a_page_forgets_nobody(home: Running) -> None:
    place = Listener(home).says("start", "next")
    answer = home.post(b'{"request": {}}', {"Origin": "https://example.com"})

    assert answer.text == "this server is for programs on this machine, not for web pages\n"
    assert Listener(home).says() == place
    wait_until(lambda: any(line.get("rule") == "web-page" for line in home.log()))
