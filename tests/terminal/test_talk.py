import io
import re
import sys
from collections.abc import Iterator

import pytest
from little_skill import Coach, an_echo
from plans import ENGLISH
from terminal import CTRL_D, Screen, keyboard
from turns import MORNING
from utterances import EARS

from skill import app
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.storage.memory_store import MemoryStore
from skill.terminal.talk import talk


def test_line_by_line_is_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed could be kept as a script; it ends by itself, and the skill is told."""
    coach = Coach()
    status = talk(an_echo(coach), "open sesame", phrases=["next\n", "\n", "  stop "])

    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "You: open sesame",
        "Alexa: Lift your left foot. (10 s) Lower it.",
        "You: next",
        "Alexa: You said it. (2 s) Say next.",
        "You: stop",
        "Alexa: Goodbye for today.",
        "(The session ends.)",
    ]
    assert coach.ends == []


def test_the_end_of_the_lines_leaves_an_open_session(capsys: pytest.CaptureFixture[str]) -> None:
    coach = Coach()

    assert talk(an_echo(coach), "open sesame", phrases=[]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "(The session ends.)"
    assert coach.ends == ["USER_INITIATED"]


def test_ctrl_c_leaves_as_well() -> None:
    def interrupted() -> Iterator[str]:
        yield "next"
        raise KeyboardInterrupt

    coach = Coach()

    assert talk(an_echo(coach), "open sesame", phrases=interrupted()) == 0
    assert coach.ends == ["USER_INITIATED"]


def test_commands_move_the_clock_and_lose_the_session(capsys: pytest.CaptureFixture[str]) -> None:
    coach = Coach()
    lines = ["/wait 1 minute", "open sesame", "/after 0:02 next", "/drop", "next", "/help"]

    assert talk(an_echo(coach), "open sesame", phrases=lines) == 0
    out = capsys.readouterr().out
    assert "You: /wait 1 minute\nAlexa: Still there?\n(The session ends.)\n" in out
    assert 'You: /after 0:02 next\n(On an Echo: "Alexa, next".)\nAlexa: You said it.' in out
    assert "You: /drop\nYou: next\n(The skill does not hear it.)\n" in out
    assert "You: /help\nType what you would say" in out
    assert coach.ends == ["EXCEEDED_MAX_REPROMPTS"]


def test_it_shows_what_an_echo_needs_in_the_real_routine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Bare words are heard while the microphone is open: for eight seconds after the speech."""
    clock = Clock.stopped(MORNING)
    echo = Echo(
        app.build(MemoryStore(clock), str).converse, EARS, clock, Device("en-US"), ENGLISH.rate
    )
    lines = [
        "start",
        "/after 0:20 where am i",
        "/wait 5 seconds",
        "resume",
        "/after 0:20 alexa pause",
        "resume",
        "/after 0:20 stop",
    ]
    talk(echo, "open my foot routine", phrases=lines)
    said = [
        line
        for line in capsys.readouterr().out.splitlines()
        if line.startswith(("You:", "(On an Echo"))
    ]

    assert said == [
        "You: open my foot routine",
        "You: start",
        "You: /after 0:20 where am i",
        '(On an Echo: "Alexa, where am i".)',
        "You: /wait 5 seconds",
        "You: resume",
        "You: /after 0:20 alexa pause",
        "You: resume",
        "You: /after 0:20 stop",
        '(On an Echo: "Alexa, stop".)',
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("/wait", "not a time like 90 seconds or 2 days"),
        ("/wait for me", "not a time like 90 seconds or 2 days: for me"),
        ("/after now next", "not a moment like 1:12: now"),
        ("/after 0:02", "nothing to say then"),
        ("/after 9:00 next", "nothing is being said then"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    line: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert talk(an_echo(Coach()), "open sesame", phrases=[line]) == 0
    assert f"You: {line}\n{why}" in capsys.readouterr().out


def test_the_length_of_the_speech_is_told_in_minutes_and_seconds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    talk(an_echo(Coach()), "open sesame", phrases=["/after 9:00 next"])

    assert "nothing is being said then: the speech lasts 0:11\n" in capsys.readouterr().out


def test_a_refused_answer_is_shown_and_is_the_exit_status(
    capsys: pytest.CaptureFixture[str],
) -> None:
    coach = Coach()

    assert talk(an_echo(coach), "open sesame", phrases=["refused", "open sesame"]) == 1
    assert "Alexa refuses the answer: outputSpeech: not well-formed" in capsys.readouterr().out
    assert coach.ends == ["ERROR", "USER_INITIATED"]


def test_there_is_no_time_for_a_voice_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    talk(an_echo(Coach()), "open sesame", voice=True, phrases=[])

    assert capsys.readouterr().out.startswith("--voice is left out")


def test_input_that_is_no_terminal_is_read_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever its bytes are."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"next\n\xff\n"), "utf-8"))

    assert talk(an_echo(Coach()), "open sesame") == 0
    assert "You: next\nAlexa: You said it." in capsys.readouterr().out


def test_without_any_input_the_opening_is_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    assert talk(an_echo(Coach()), "open sesame") == 0
    assert capsys.readouterr().out.endswith("Lower it.\n(The session ends.)\n")


@pytest.mark.parametrize("fast", [True, False], ids=["asked for", "on a dumb terminal"])
def test_fast_in_a_terminal_waits_for_what_is_typed(
    *, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    coach, screen = Coach(), Screen()
    monkeypatch.setenv("TERM", "xterm" if fast else "dumb")
    monkeypatch.setattr(sys, "stdin", Screen())
    monkeypatch.setattr(sys, "stdout", screen)
    with keyboard("next", "stop", "next", leave=CTRL_D):
        status = talk(an_echo(coach), "open sesame", fast=fast)

    out = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())
    assert status == 0
    assert "Type what you would say, once Alexa has spoken" in out
    assert "Alexa: You said it. (2 s) Say next." in out
    assert "You: next" not in out
    assert "(The skill does not hear it.)\n(To open it again, say: open sesame)\n" in out
    assert coach.ends == []


def test_without_espeak_the_words_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdin", Screen())
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("TERM", "xterm")
    with keyboard(leave=CTRL_D):
        status = talk(an_echo(Coach()), "open sesame", voice=True)

    assert status == 0
    assert "espeak-ng is not installed: the words are only shown" in screen.getvalue()
