import asyncio
import io
import logging
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from little_skill import Coach, an_echo
from rich.console import Console
from terminal import CTRL_C, CTRL_D, PATIENCE_S, install_espeak, keyboard, wait_for

from skill.terminal.live import Live
from skill.terminal.voice import Voice


def live(
    coach: Coach, *lines: str, leave: str = CTRL_D, status: int = 0, columns: int = 80
) -> list[str]:
    """Talk while *lines* and then *leave* are typed; gives the lines that stay on the screen.

    The clock is a stopped one: time passes by /wait alone.
    """
    screen = io.StringIO()
    console = Console(file=screen, width=columns)
    with keyboard(*lines, leave=leave):
        assert asyncio.run(Live(an_echo(coach), "open sesame", console, None).run()) == status
    told, _, after_help = re.sub(" +\n", "\n", screen.getvalue()).partition("leaves\n")
    assert told.startswith("Type what you would")
    return after_help.splitlines()


@pytest.mark.parametrize("leave", [CTRL_D, CTRL_C], ids=["Ctrl-D", "Ctrl-C"])
def test_speech_stops_where_it_is_interrupted(leave: str) -> None:
    coach = Coach()

    assert live(coach, "/wait 3 seconds", "next", leave=leave) == [
        "You: open sesame",
        "Alexa: Lift your left foot. (10 s)",
        "You: next",
        '(On an Echo: "Alexa, next".)',
        "Alexa: You",
        "(You leave.)",
    ]
    assert coach.ends == ["USER_INITIATED"]


def test_silence_brings_the_reprompt_and_the_end() -> None:
    coach = Coach()

    assert live(coach, "/wait 20 seconds", "/wait 1 hour", "next", "open sesame") == [
        "You: open sesame",
        "Alexa: Lift your left foot. (10 s) Lower it.",
        "Alexa: Still there?",
        "(The session ends.)",
        "You: next",
        "(The skill does not hear it.)",
        "(To open it again, say: open sesame)",
        "You: open sesame",
        "Alexa: Lift",
        "(You leave.)",
    ]
    assert coach.ends == ["EXCEEDED_MAX_REPROMPTS", "USER_INITIATED"]


def test_the_session_ends_when_the_goodbye_has_been_said() -> None:
    """And what the skill does not hear does not interrupt it."""
    coach = Coach()

    assert live(coach, "stop", "next", "/wait 1 second") == [
        "You: open sesame",
        "Alexa: Lift",
        "You: stop",
        '(On an Echo: "Alexa, stop".)',
        "Alexa: Goodbye",
        "You: next",
        "(The skill does not hear it.)",
        "(To open it again, say: open sesame)",
        "       for today.",
        "(The session ends.)",
        "(You leave.)",
    ]
    assert coach.ends == []


def test_a_narrow_terminal_has_shorter_lines() -> None:
    assert live(Coach(), "/wait 5 seconds", columns=20) == [
        "You: open sesame",
        "Alexa: Lift your",
        "left foot. (10 s)",
        "(You leave.)",
    ]


def test_commands_lose_the_session_or_explain_themselves() -> None:
    coach = Coach()
    lines = live(coach, "/drop", "next", "/wait a bit", "/what", "")

    assert lines[1:7] == [
        "Alexa: Lift",
        "(The device drops the session.)",
        "You: next",
        "(The skill does not hear it.)",
        "(To open it again, say: open sesame)",
        "not a time like 90 seconds or 2 days: a bit",
    ]
    assert lines[7].startswith("Type what you would say")
    assert coach.ends == []


def test_a_refused_answer_ends_the_session() -> None:
    coach = Coach()
    lines = live(coach, "refused", "/wait 0 seconds", status=1)

    assert lines[4].startswith("Alexa refuses the answer: outputSpeech: not well-formed")
    assert lines[-2:] == ["(The session ends.)", "(You leave.)"]
    assert coach.ends == ["ERROR"]


def test_what_is_logged_does_not_pass_the_prompt_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """Log lines follow standard error while it is not the terminal's, and come back."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    handler = logging.StreamHandler()
    logging.getLogger().addHandler(handler)
    try:
        live(Coach(), "warn")
    finally:
        logging.getLogger().removeHandler(handler)

    assert handler.stream is stderr
    assert stderr.getvalue() == ""


def test_a_voice_that_fails_is_told_and_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = install_espeak(tmp_path, monkeypatch, "exit 0").with_suffix("")
    voice = Voice.find("en-US", 50)
    program.unlink()
    screen = io.StringIO()
    talking = Live(an_echo(Coach()), "open sesame", Console(file=screen, width=80), voice)
    with keyboard("/wait 20 seconds", leave=CTRL_D):
        assert asyncio.run(talking.run()) == 0

    assert screen.getvalue().count("the words are only shown") == 1
    assert "Alexa: Lift your left foot. (10 s) Lower it.\n" in screen.getvalue()


def test_an_interrupted_voice_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The phrase that was interrupted is killed, and the next one spoken."""
    log = install_espeak(
        tmp_path, monkeypatch, 'printf "%s\\n" "$(cat)" >>"$0.log"; exec sleep 600'
    )
    voice = Voice.find("en-US", 50)
    talking = Live(an_echo(Coach()), "open sesame", Console(file=io.StringIO()), voice)

    async def listen() -> int:
        with keyboard() as keys:
            status = asyncio.create_task(talking.run())
            await asyncio.to_thread(wait_for, lambda: log.exists() and log.read_text())
            keys.send_text("next\r")
            await asyncio.to_thread(wait_for, lambda: "You said it." in log.read_text())
            keys.send_text(CTRL_D)
            return await status

    assert asyncio.run(listen()) == 0
    assert log.read_text().splitlines() == ["Lift your left foot.", "You said it."]


class Recorder(Voice):
    """A voice that only records what it should say."""

    def __init__(self) -> None:
        super().__init__(())
        self.said: list[str] = []

    def say(self, text: str) -> None:
        """Record *text*."""
        self.said.append(text)


def test_what_has_passed_is_not_spoken_late() -> None:
    voice = Recorder()
    talking = Live(an_echo(Coach()), "open sesame", Console(file=io.StringIO()), voice)
    with keyboard("/wait 18 seconds", "next", leave=CTRL_D):
        asyncio.run(talking.run())

    assert voice.said == ["Lift your left foot.", "You said it."]


class Window:
    """A terminal in which *process* runs."""

    def __init__(self, keys: int, process: subprocess.Popen[bytes]) -> None:
        self._keys = keys
        self._process = process
        self._seen = ""

    def type(self, keys: str) -> None:
        """Press *keys*."""
        os.write(self._keys, keys.encode())

    def wait(self, text: str) -> None:
        """Wait until *text* is shown after the last text that was waited for."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self._seen:
            ready, _, _ = select.select([self._keys], [], [], deadline - time.monotonic())
            assert ready, f"waited for {text!r}, saw {self._seen!r}"
            read = os.read(self._keys, 4096).decode(errors="replace")
            self._seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", read)
        self._seen = self._seen.partition(text)[2]

    def status(self) -> int:
        """Wait for the end of the process; its exit status."""
        return self._process.wait(PATIENCE_S)


@contextmanager
def opened(*command: str) -> Iterator[Window]:
    """Run the project's own *command* in a terminal."""
    keys, screen = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - the project's own command
        [sys.executable, "-c", "from skill.terminal.cli import main; main()", *command],
        stdin=screen,
        stdout=screen,
        stderr=screen,
        env=os.environ | {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
        start_new_session=True,
    )
    os.close(screen)
    try:
        yield Window(keys, process)
    finally:
        process.kill()
        process.wait()
        os.close(keys)


def test_in_a_real_terminal_a_typed_phrase_interrupts(tmp_path: Path) -> None:
    with opened("talk", "--db", str(tmp_path / "places.db")) as window:
        window.wait("You: open my foot routine")
        window.wait("speaking")
        window.type("help\r")
        window.wait("You: help")
        window.wait("Alexa: ")
        window.wait("speaking")
        window.type(CTRL_D)
        window.wait("(You leave.)")

        assert window.status() == 0
