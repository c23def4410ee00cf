"""Requests made from public reports, which stay outside the project: none is refused or a fault."""

import json
import logging
from pathlib import Path
from typing import Any, Final

import pytest

from skill.app import App
from skill.simulator.acceptance import faults


def _cases() -> list[Path]:
    beside = (above / "shared" / "cases" for above in Path(__file__).parents)
    folder = next((place for place in beside if place.is_dir()), None)
    return sorted(folder.glob("*.json")) if folder else []


CASES: Final = _cases()

EMPTY: Final = {"01", "03", "12", "13", "14"}
"""The numbers of those that no listener waits for: they are answered with nothing."""


@pytest.mark.skipif(not CASES, reason="no folder shared/cases is beside the project")
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_request_of_a_public_report_is_answered(
    made: App, case: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    envelope: dict[str, Any] = json.loads(case.read_text("utf-8"))
    answered = made.converse(envelope)

    assert faults(answered, envelope["request"]["type"]) == ()
    assert not caplog.records
    assert (answered["response"] == {}) is (case.stem[:2] in EMPTY)


@pytest.mark.skipif(not CASES, reason="no folder shared/cases is beside the project")
def test_of_a_list_every_value_is_taken(made: App) -> None:
    """Case 10 names two exercises in one slot: both are left out."""
    (case,) = (path for path in CASES if path.stem.startswith("10"))
    answered = made.converse(json.loads(case.read_text("utf-8")))

    left = answered["sessionAttributes"]["wishes"]["exercises"]
    assert not {"toe_walking", "ankle_circles"} & set(left)
    assert left
