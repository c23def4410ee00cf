"""A terminal and a voice that are not there, for tests of `talk`."""

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

PATIENCE_S = 60
"""The most that a test waits for another process."""

CTRL_C = "\x03"
CTRL_D = "\x04"


class Screen(io.StringIO):
    """Output, or input, that is a terminal as far as anybody asks."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@contextmanager
def keyboard(*lines: str, leave: str = "") -> Iterator[PipeInput]:
    """Give a keyboard at which *lines* have been entered, and then the key *leave*."""
    with create_pipe_input() as keys, create_app_session(keys, DummyOutput()):
        keys.send_text("".join(f"{line}\r" for line in lines) + leave)
        yield keys


def install_espeak(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Put a stand-in for espeak-ng on the path; returns the file `$0.log`, where it may write."""
    program = folder / "espeak-ng"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder / "espeak-ng.log"


def wait_for(done: Callable[[], object]) -> None:
    """Let other processes work until *done*, but not for ever."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)
