"""A conversation with the skill by typing: in real time, or line by line."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from io import TextIOWrapper
from typing import Final, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.utils import is_dumb_terminal
from rich.console import Console
from rich.text import Text

from skill.simulator.acceptance import RefusedError
from skill.simulator.echo import Echo
from skill.simulator.stage import (
    ENDS,
    TO_OPEN,
    UNHEARD,
    WAKE,
    Stage,
    StageError,
    duration_ms,
    moment_ms,
)
from skill.simulator.transcript import COLUMNS, folded
from skill.terminal.live import Live
from skill.terminal.voice import Voice, VoiceError

HELP: Final = """\
Type what you would say, once Alexa has spoken; time passes by that alone. Silence is in brackets.
  /after 1:12 next  say "next" 1:12 into the speech above, and so cut it short
  /drop             the device drops the session, and the skill is not told
  /wait 2 days      nobody speaks for as long: seconds, minutes, hours or days
  Ctrl-D            leaves"""


def talk(
    echo: Echo,
    opening: str,
    *,
    fast: bool = False,
    voice: bool = False,
    phrases: Iterable[str] | None = None,
) -> int:
    """Talk through *echo*, and say *opening* first.

    In a terminal, time is real, what is typed interrupts the speech, and with *voice* the words are
    also spoken aloud. With *fast*, with *phrases*, or without a terminal that can redraw a line,
    the clock of *echo* is stopped: each phrase is said when the speech before it has ended, and
    the listener leaves after the last one.

    Returns the exit status: 1 where Alexa would have refused a response.
    """
    console = Console(highlight=False)
    typing = phrases is None and _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    if typing and not fast and not is_dumb_terminal():
        live = Live(echo, opening, console, _voice(echo, console) if voice else None)
        return asyncio.run(live.run())
    if voice:
        console.print("--voice is left out: without waiting there is no time to speak", style="red")
    if typing:
        console.print(Text(HELP, "dim"))
        return LineByLine(echo, console, shown=True).run(opening, _typed())
    lines = _piped() if phrases is None else phrases
    return LineByLine(echo, console, shown=False).run(opening, lines)


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether *stream* is a terminal; a process may have been started without the stream."""
    return stream is not None and stream.isatty()


def _voice(echo: Echo, console: Console) -> Voice | None:
    try:
        return Voice.find(echo.device.locale, echo.rate.ms_per_character)
    except VoiceError as fault:
        console.print(f"{fault}: the words are only shown", style="red")
        return None


def _typed() -> Iterator[str]:
    prompt: PromptSession[str] = PromptSession("You: ")
    while True:
        try:
            yield prompt.prompt()
        except EOFError:  # Ctrl-D leaves
            return


def _piped() -> Iterator[str]:
    """The lines of the input, with invalid bytes replaced; none where there is no input."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    yield from sys.stdin or ()


class LineByLine:
    """A conversation printed as a script. *shown* means that the terminal shows what is typed."""

    def __init__(self, echo: Echo, console: Console, *, shown: bool) -> None:
        echo.clock.stop()
        self._stage = Stage(echo.clock, lambda _: echo)
        self._console = console
        self._shown = shown
        self._to_open = ""
        self._refusals = 0

    def run(self, opening: str, lines: Iterable[str]) -> int:
        """Say *opening* and all *lines*, then leave; returns the exit status as `talk` does."""
        self._to_open = TO_OPEN.format(opening=opening)
        self._show([f"You: {opening}"])
        self._take(partial(self._stage.say, opening))
        with suppress(KeyboardInterrupt):  # Ctrl-C leaves
            for line in lines:
                if phrase := line.strip():
                    if not self._shown:
                        self._show([f"You: {phrase}"])
                    self._take(partial(self._act, phrase))
        self._take(self._stage.leave)
        return 1 if self._refusals else 0

    def _take(self, act: Callable[[], list[str]]) -> None:
        try:
            self._show(act())
        except StageError as fault:
            self._console.print(Text(str(fault), "red"))
        except RefusedError as fault:
            self._refusals += 1
            self._console.print(Text(f"Alexa refuses the answer: {fault}", "red"), soft_wrap=True)
            self._show([ENDS])

    def _act(self, line: str) -> list[str]:
        command, _, rest = line.partition(" ")
        if command == "/drop":
            return self._stage.drop()
        if command == "/wait":
            return self._stage.later(duration_ms(rest.strip()))
        if command == "/after":
            moment, _, phrase = rest.strip().partition(" ")
            after = moment_ms(moment)
            if not phrase:
                raise StageError("nothing to say then")
            noticed = self._stage.say(phrase, after)
            named = phrase.casefold().startswith("alexa")
            return noticed if named else [WAKE.format(phrase=phrase), *noticed]
        if command.startswith("/"):
            self._console.print(Text(HELP, "dim"))
            return []
        return self._stage.say(line)

    def _show(self, lines: Iterable[str]) -> None:
        columns = self._console.width if self._console.is_terminal else COLUMNS
        for line in lines:
            name, spoken, text = line.partition(": ")
            style = "bold" if name == "You" else "dim" if line in {ENDS, UNHEARD} else ""
            written = folded(name, text, columns) if spoken else line
            self._console.print(Text(written, style), soft_wrap=True)
            if self._shown and line == UNHEARD:
                self._console.print(Text(self._to_open, "dim"), soft_wrap=True)
