"""The log: one JSON object a line, on standard error, with no word of who the listener is.

In the terminal of somebody who only talks, it is a plain line, and each is written once.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from logging.config import dictConfig
from typing import Any

from skill.storage.store import StoreError

Dumps = Callable[[object], str]
"""Writes JSON; may raise `TypeError` for text that is none, such as half a character."""


class Lines:
    """Makes a line of JSON of what happened when, by *dumps* if it can."""

    def __init__(self, dumps: Dumps = json.dumps) -> None:
        self._dumps = dumps
        self._last = 0, ""

    def line(
        self, at: float, level: str, origin: str, message: str, fields: Mapping[str, Any]
    ) -> str:
        """Give the line for the moment *at*, in seconds since 1970."""
        line = {
            "time": self._time(at),
            "level": level,
            "pid": os.getpid(),
            "from": origin,
            "message": message,
            **fields,
        }
        try:
            return self._dumps(line)
        except TypeError:
            return json.dumps(line)

    def _time(self, at: float) -> str:
        """Write the moment *at*; a second in which much happens is written once."""
        second, written = self._last
        if second != int(at):
            second = int(at)
            written = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
            self._last = second, written
        return f"{written}.{int((at - second) * 1000):03d}+00:00"


class JsonLines(logging.Formatter):
    """Writes a record, and the `fields` it carries, as one line of JSON."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = Lines()

    def format(self, record: logging.LogRecord) -> str:
        """Give the line for *record*, its traceback in it where there is one."""
        fields = dict(getattr(record, "fields", {}))
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        level, message = record.levelname.lower(), record.getMessage()
        return self._lines.line(record.created, level, record.name, message, fields)


class RequestLines:
    """Writes the line of each request to standard error, as a logger with `JsonLines` would.

    It is the one line that every request has, and a logger, its record and its handlers would take
    longer for it than the endpoint for all else.
    """

    def __init__(self, origin: str, dumps: Dumps = json.dumps) -> None:
        self._origin = origin
        self._lines = Lines(dumps)

    def __call__(self, fields: Mapping[str, Any]) -> None:
        """Write what is told of a request, in one piece."""
        line = self._lines.line(time.time(), "info", self._origin, "request", fields)
        sys.stderr.write(f"{line}\n")


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


logging.logThreads = logging.logMultiprocessing = False  # no line tells of them: none looks


def configuration(level: str) -> dict[str, Any]:
    """The settings for `logging.config.dictConfig`: all that is logged goes to standard error.

    But for gunicorn's access log: `skill.web.endpoint` logs every request, and knows more of it.
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
    dictConfig(configuration(level))


def to_terminal(level: str) -> None:
    """Write the log of this process for who sits at the terminal, from *level* on."""
    settings = configuration(level)
    settings["formatters"] = {"lines": {"()": "skill.log.PlainLines"}}
    settings["filters"] = {"once": {"()": "skill.log.Once"}}
    settings["handlers"]["lines"]["filters"] = ["once"]
    dictConfig(settings)
