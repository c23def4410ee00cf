"""The log: one line of JSON for each thing that happens."""

import json
import logging
import os
from typing import Any

import pytest

from skill.log import JsonLines

TOLD = {"path": "/alexa", "status": 400, "us": 12, "rule": "signature", "detail": "not base64"}


def record(message: str, **more: Any) -> logging.LogRecord:  # noqa: ANN401 - what a record carries
    made = logging.LogRecord("skill.web.endpoint", logging.INFO, "", 0, message, (), None)
    vars(made).update(more)
    return made


def timeless(line: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(line)
    assert read.pop("time").endswith("+00:00")
    return read


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (0.0, "1970-01-01T00:00:00.000+00:00"),
        (1_767_598_200.25, "2026-01-05T07:30:00.250+00:00"),
        (1_767_598_200.75, "2026-01-05T07:30:00.750+00:00"),
        (1_767_598_199.5, "2026-01-05T07:29:59.500+00:00"),
    ],
)
def test_the_time_is_that_of_what_happened(at: float, written: str) -> None:
    """Within a second, in the next, and where the clock was set back."""
    lines = JsonLines()
    lines.format(record("before", created=1_767_598_200.0))

    assert json.loads(lines.format(record("now", created=at)))["time"] == written


def test_a_line_has_the_fields_of_its_record() -> None:
    line = timeless(JsonLines().format(record("request", fields=TOLD)))

    assert line == {
        "level": "info",
        "pid": os.getpid(),
        "from": "skill.web.endpoint",
        "message": "request",
        **TOLD,
    }


def test_half_a_character_does_not_stop_the_log() -> None:
    line = JsonLines().format(record("request", fields={"path": "\ud800"}))

    assert json.loads(line)["path"] == "\ud800"


def test_to_import_it_changes_nothing() -> None:
    """What a record of the program around it has, it goes on to have."""
    assert record("said").threadName == "MainThread"


def test_a_traceback_is_in_its_line() -> None:
    fault = ValueError("a fault of ours")
    made = record("failed", exc_info=(type(fault), fault, None))

    line = timeless(JsonLines().format(made))

    assert line["message"] == "failed"
    assert "ValueError: a fault of ours" in line["traceback"]


def test_an_exception_that_quotes_a_stranger_is_cut() -> None:
    """However many lines that has, and also where another one was caused by it."""
    fault = ValueError("stranger\n" * 900)
    fault.__cause__ = KeyError("x\ny" * 8_000)
    made = record("failed", exc_info=(type(fault), fault, None))
    told = timeless(JsonLines().format(made))["traceback"]

    assert len(told) < 500
    assert "KeyError: 'x\\ny" in told
    assert told.count("stranger") < 40
