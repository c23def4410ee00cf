"""The command, run in this process: for what it answers, where the process itself is no matter.

A process of its own takes about a second to start, and there are tests that need many answers.
"""

import logging
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

import pytest
from click.testing import CliRunner
from ears import ears_of, phrases_for

from skill import home
from skill.app import App
from skill.terminal import cli


def run_here(
    *arguments: str | Path, given: str = "", environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Do what `running.run` does, for any command but a server that has really started."""
    typed = [str(each) for each in arguments]
    with _log_as_it_was(), _stores_closed(), _ears_at_hand():
        done = CliRunner().invoke(cli.main, typed, input=given, env=environ)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(typed, done.exit_code, done.stdout, done.stderr)


@contextmanager
def _log_as_it_was() -> Iterator[None]:
    """Give the log back to pytest: the command sends it where it ends with the process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@contextmanager
def _stores_closed() -> Iterator[None]:
    """Close the stores that the command leaves to the end of its process."""
    made: list[App] = []
    build = home.build

    @wraps(build)
    def noted(*arguments: object, **named: object) -> App:
        made.append(build(*arguments, **named))  # type: ignore[arg-type] # as they came
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "build", noted)
        yield
    for each in made:
        each.store.close()


@contextmanager
def _ears_at_hand() -> Iterator[None]:
    """Let the command hear with the ears that this process has made already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skill.language.phrases.load", phrases_for)
        patch.setattr("skill.simulator.understanding.Understanding", ears_of)
        yield
