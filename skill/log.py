"""The log: one JSON object a line, on standard error, with no word of who the listener is.

In the terminal of somebody who only talks, it is a plain line, and each is written once.
"""

import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from traceback import TracebackException
from typing import Any, Final

from skill.storage.store import StoreError

MOST_CHARACTERS: Final = 200
"""How much of an exception's own words is written: it may quote what a stranger sent."""


class JsonLines(logging.Formatter):
    """Writes a record, and the `fields` it carries, as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line for *record*, its traceback in it where there is one."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "pid": os.getpid(),
            "from": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["traceback"] = "".join(
                _told(TracebackException.from_exception(record.exc_info[1]))
            )
        return json.dumps(line)


def _told(error: TracebackException) -> Iterator[str]:
    """Give a traceback, and those of its causes, with each exception's words on a short line."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before:
        yield from _told(before)
    yield from error.stack.format()
    words = " ".join("".join(error.format_exception_only()).split())
    yield f"{words[:MOST_CHARACTERS]}\n"


class PlainLines(logging.Formatter):
    """Writes a record as one plain line, but a fault of the program itself with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line for *record*, with the cause where there is one."""
        message = record.getMessage()
        if record.exc_info is None:
            return f"({message})"
        cause = record.exc_info[1]
        if isinstance(cause, StoreError):
            return f"({message}: {cause})"
        return f"({message})\n{self.formatException(record.exc_info)}"


class Once(logging.Filter):
    """Lets each line through once: what goes on at every turn would push the talk away."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether *record* says something new."""
        line = PlainLines().format(record)
        new = line not in self._seen
        self._seen.add(line)
        return new


def configuration(level: str) -> dict[str, Any]:
    """The settings for `logging.config.dictConfig`: all that is logged goes to standard error.

    gunicorn's access log is off: `skill.web.endpoint` logs every request, and why it was refused.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "skill.log.JsonLines"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": level, "handlers": ["lines"]},
        "loggers": {
            "gunicorn.error": {"level": level, "handlers": ["lines"], "propagate": False},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def to_stderr(level: str) -> None:
    """Send the log of this process to standard error, from *level* on."""
    lines = logging.StreamHandler()
    lines.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[lines], force=True)


def to_terminal(level: str) -> None:
    """Write the log of this process for who sits at the terminal, from *level* on."""
    lines = logging.StreamHandler()
    lines.setFormatter(PlainLines())
    lines.addFilter(Once())
    logging.basicConfig(level=level, handlers=[lines], force=True)
