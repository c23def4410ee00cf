"""The log: one JSON object a line, on standard error, with no word of who the listener is."""

import json
import logging
from datetime import UTC, datetime
from logging.config import dictConfig
from typing import Any


class JsonLines(logging.Formatter):
    """Writes a record, and the `fields` it carries, as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line for *record*, its traceback in it where there is one."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "pid": record.process,
            "from": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


logging.logThreads = logging.logMultiprocessing = False  # no line tells of them: none looks


def configuration(level: str) -> dict[str, Any]:
    """The settings for `logging.config.dictConfig`: all that is logged goes to standard error.

    But for gunicorn's access log: `skill.web` logs every request, and knows more of it.
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
