"""A conversation in a terminal, in real time: each word is shown when it is spoken."""

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Final, TextIO, cast

from prompt_toolkit import PromptSession
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import StdoutProxy
from rich.console import Console
from rich.text import Text

from skill.simulator.acceptance import RefusedError
from skill.simulator.echo import Echo
from skill.simulator.stage import (
    ENDS,
    PLAYS,
    QUIET,
    TO_OPEN,
    UNHEARD,
    WAKE,
    StageError,
    as_moment,
    duration_ms,
)
from skill.terminal.meter import meter
from skill.terminal.teletype import Teletype, sounds
from skill.terminal.voice import Voice, VoiceError

TICK_S: Final = 0.1
"""Seconds between two updates of the screen: less than a word takes."""

HELP: Final = """\
Type what you would say; Enter says it, also while Alexa speaks, and she stops at once.
  /drop         the device drops the session, and the skill is not told
  /wait 2 days  time passes: seconds, minutes, hours or days
  Ctrl-D        leaves"""


class Live:
    """A conversation between one device and one listener who types.

    Each tick does all that is due by the clock: show words, speak them aloud, end the session. So
    a terminal that is slow, or was suspended, catches up at once.
    """

    def __init__(self, echo: Echo, opening: str, console: Console, voice: Voice | None) -> None:
        self._echo = echo
        self._opening = opening
        self._console = console
        self._voice = voice
        self._refusals = 0
        self._in_session = False
        """Whether the end of the session is still to be shown."""
        self._typed: deque[str] = deque()
        self._entered = asyncio.Event()
        self._below = ANSI("")
        self._sounding: tuple[str, int] | None = None
        self._begin()

    async def run(self) -> int:
        """Say the opening, then what is typed, until Ctrl-D.

        Returns the exit status: 1 where Alexa would have refused a response.
        """
        prompt: PromptSession[str] = PromptSession(
            lambda: self._below, key_bindings=self._keys(), erase_when_done=True
        )
        with StdoutProxy(sleep_between_writes=0, raw=True) as proxy:
            screen = cast("TextIO", proxy)
            with _log_on(screen), redirect_stdout(screen), redirect_stderr(screen):
                self._print(HELP, "dim")
                self._say(self._opening)
                async with asyncio.TaskGroup() as tasks:
                    going = tasks.create_task(self._go_on(prompt))
                    with suppress(EOFError, KeyboardInterrupt):  # Ctrl-D and Ctrl-C leave
                        await prompt.prompt_async()
                    going.cancel()
                self._act_on_typed()
                self._leave()
        return 1 if self._refusals else 0

    def _keys(self) -> KeyBindings:
        """Enter takes the line, but does not end the prompt: that lasts the whole conversation."""
        keys = KeyBindings()

        @keys.add("enter", filter=has_focus(DEFAULT_BUFFER))
        def enter(event: KeyPressEvent) -> None:
            buffer = event.current_buffer
            self._typed.append(buffer.text.strip())
            buffer.append_to_history()
            buffer.reset()
            self._entered.set()

        return keys

    async def _go_on(self, prompt: PromptSession[str]) -> None:
        while True:
            self._act_on_typed()
            self._catch_up()
            self._below = ANSI(self._drawn())
            prompt.app.invalidate()
            self._entered.clear()
            with suppress(TimeoutError):  # a tick has passed
                await asyncio.wait_for(self._entered.wait(), TICK_S)

    def _act_on_typed(self) -> None:
        while self._typed:
            self._catch_up()
            self._act(self._typed.popleft())

    def _act(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        if command == "/drop":
            self._note("(The device drops the session.)", "dim")
            self._in_session = False
            with self._following():
                self._echo.drop()
        elif command == "/wait":
            self._wait(rest.strip())
        elif command.startswith("/"):
            self._print(HELP, "dim")
        elif line:
            self._say(line)

    def _wait(self, time: str) -> None:
        try:
            self._echo.clock.move_on(duration_ms(time))
        except StageError as fault:
            self._print(str(fault), "red")

    def _say(self, phrase: str) -> None:
        self._note(f"You: {phrase}", "bold")
        if self._echo.needs_name(phrase):
            self._print(WAKE.format(phrase=phrase), "dim")
        with self._following():
            if self._echo.say(phrase):
                self._in_session = True
            else:
                self._print(UNHEARD, "dim")
                self._print(TO_OPEN.format(opening=self._opening), "dim")

    def _leave(self) -> None:
        self._catch_up()
        self._note("(You leave.)", "dim")
        with self._following():
            self._echo.leave()

    @contextmanager
    def _following(self) -> Iterator[None]:
        """Show the new speech of the device afterwards, or that Alexa refused the response."""
        try:
            yield
        except RefusedError as fault:
            self._refusals += 1
            self._in_session = True
            self._print(f"Alexa refuses the answer: {fault}", "red")
        if self._echo.speech is not self._speech:
            self._begin()
        self._show_played()

    def _show_played(self) -> None:
        """Show that a recording has begun or stopped."""
        player = self._echo.player
        now = player.begun if player.is_sounding else None
        if now != self._sounding:
            self._note(PLAYS.format(moment=as_moment(now[1])) if now else QUIET, "dim")
        self._sounding = now

    def _begin(self) -> None:
        self._speech = self._echo.speech
        self._teletype = Teletype(self._speech.pieces)
        self._unspoken = deque(sound for sound in sounds(self._speech.pieces) if sound.text)
        if self._voice:
            self._voice.hush()

    def _catch_up(self) -> None:
        """Do all that is due by the clock."""
        while self._echo.due is not None and self._echo.due <= self._echo.clock():
            self._write(self._speech.ms)
            with self._following():
                self._echo.settle()
        self._write(self._echo.clock() - self._speech.began)
        if self._in_session and not self._echo.is_open and self._echo.clock() >= self._speech.end:
            self._in_session = False
            self._print(ENDS, "dim")

    def _write(self, until: int) -> None:
        """Show and speak the words up to *until* ms of the speech."""
        for line in self._teletype.write(until, self._console.width):
            self._print(line)
        if until >= self._speech.ms:
            for line in self._teletype.break_off():
                self._print(line)
        while self._unspoken and self._unspoken[0].start <= until:
            sound = self._unspoken.popleft()
            if self._voice and until < sound.end:
                self._voice.say(sound.text)
        try:
            if self._voice:
                self._voice.go_on()
        except VoiceError as fault:
            self._voice = None
            self._print(f"{fault}: the words are only shown", "red")

    def _drawn(self) -> str:
        """What is below the full lines: the line being written, the meter and the prompt."""
        with self._console.capture() as drawn:
            self._console.print(meter(self._echo, self._console.width), no_wrap=True)
        return f"{self._teletype.line}\n{drawn.get().rstrip()}\nYou: "

    def _note(self, note: str, style: str) -> None:
        """Show *note* in a line of its own, even within a speech."""
        for line in self._teletype.break_off():
            self._print(line)
        self._print(note, style)

    def _print(self, line: str, style: str = "") -> None:
        self._console.print(Text(line, style))


@contextmanager
def _log_on(screen: TextIO) -> Iterator[None]:
    """Write log lines to *screen*; on standard error they would break the prompt."""
    stderr = sys.stderr
    handlers = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler) and handler.stream is stderr
    ]
    for handler in handlers:
        handler.setStream(screen)
    try:
        yield
    finally:
        for handler in handlers:
            handler.setStream(stderr)
