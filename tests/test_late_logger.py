"""A logger that imports `logging` with its first message."""

import logging
import subprocess
import sys

import pytest

from skill.late_logger import LateLogger


def test_a_message_comes_from_where_it_was_logged(caplog: pytest.LogCaptureFixture) -> None:
    log = LateLogger("skill.feet")
    try:
        int("a toe")
    except ValueError:
        log.exception("it hurts at %s", "set two")
    log.warning("go on")

    first, second = caplog.records
    assert (first.name, first.levelno, first.getMessage()) == (
        "skill.feet",
        logging.ERROR,
        "it hurts at set two",
    )
    assert first.exc_info
    assert isinstance(first.exc_info[1], ValueError)
    assert (first.filename, first.funcName) == (
        "test_late_logger.py",
        "test_a_message_comes_from_where_it_was_logged",
    )
    assert second.levelno == logging.WARNING


def test_logging_is_imported_with_the_first_message() -> None:
    lines = """
import sys
from skill.late_logger import LateLogger
log = LateLogger("skill.feet")
before = "logging" in sys.modules
log.warning("a toe")
print(before, "logging" in sys.modules)
"""
    done = subprocess.run(  # noqa: S603 - our own lines
        [sys.executable, "-S", "-c", lines],
        capture_output=True,
        check=True,
        text=True,
        cwd=__file__.rpartition("/tests/")[0],
    )

    assert done.stdout == "False True\n"
    assert done.stderr == "a toe\n"
