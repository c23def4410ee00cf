"""One setting turns screens off, wherever the skill runs: see tests/lambda for Amazon's."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from home_server import unverified
from running import serving
from turns import LAUNCH, MORNING, SECOND, intent

from skill import home
from skill.alexa.media import INTERFACE, SETTING
from skill.simulator.device import Device, DeviceSession

SAID: Final = (
    *(LAUNCH, intent("StartRoutineIntent"), intent("AMAZON.PauseIntent")),
    *(intent("PainIntent"), intent("AMAZON.NoIntent"), intent("AMAZON.StopIntent")),
)


def answers(
    converse: Callable[[dict[str, Any]], dict[str, Any]], *interfaces: str
) -> list[dict[str, Any]]:
    """What a device with these *interfaces* is answered, without the random numbers of rows."""
    device = Device("en-US", user=f"WITH-{len(interfaces)}", interfaces=interfaces)
    session, found = DeviceSession("session"), []
    for number, request in enumerate(SAID):
        answer = converse(device.envelope(request, session, MORNING + 30 * SECOND * number))
        kept: dict[str, Any] = answer["sessionAttributes"]
        session = DeviceSession("session", is_new=False, attributes=kept)
        found.append({**answer, "sessionAttributes": {**kept, "saved": 0}})
    return found


@pytest.mark.parametrize(("value", "shows"), [("off", False), ("on", True)])
def test_at_home_it_does(
    value: str,
    shows: bool,  # noqa: FBT001 - pytest fills it by name
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(SETTING, value)
    made = home.build(tmp_path / "places.db", home.now)
    with_screen, without = answers(made.converse, INTERFACE), answers(made.converse)

    assert (json.dumps(with_screen) != json.dumps(without)) is shows
    assert [bool(each["response"].get("directives")) for each in with_screen] == [shows] * len(SAID)
    assert not any(each["response"].get("directives") for each in without)


@pytest.mark.parametrize(("value", "shows"), [("off", False), ("on", True)])
def test_on_a_server_it_does(value: str, shows: bool, tmp_path: Path) -> None:  # noqa: FBT001 - as above
    with serving(unverified(tmp_path), tmp_path, {SETTING: value}) as running:
        with_screen, without = answers(running.converse, INTERFACE), answers(running.converse)

    assert (json.dumps(with_screen) != json.dumps(without)) is shows
