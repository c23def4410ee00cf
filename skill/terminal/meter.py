"""A line that shows what a device is doing, for how much longer, and how far its speech is."""

from typing import Final

from rich.console import RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from skill.simulator.echo import LISTENING_MS, Echo
from skill.simulator.stage import as_moment
from skill.terminal.teletype import sounds

BESIDE_BAR: Final = 34
"""Columns for the text beside the bar. The bar gets the rest, but at least one."""


def meter(echo: Echo, columns: int) -> RenderableType:
    """The line for *echo* at its clock's time, *columns* wide.

    Its bar empties during a silence and while the microphone is open.
    """
    now, speech, due = echo.clock(), echo.speech, echo.due
    if now < speech.end:
        at = now - speech.began
        sound = next(sound for sound in sounds(speech.pieces) if at < sound.end)
        place = f"{as_moment(at)} of {as_moment(speech.ms)}"
        if sound.text:
            return _line("speaking", 0, LISTENING_MS, place, columns)
        return _line("silence", sound.end - at, sound.end - sound.start, place, columns)
    if due is not None and echo.is_open:
        return _line("listening", max(0, due - now), LISTENING_MS, "", columns)
    if echo.player.is_sounding:
        return Text(f"playing {as_moment(echo.player.offset(now))}", "dim")
    return Text("asleep", "dim")


def _line(doing: str, left: int, whole: int, place: str, columns: int) -> Table:
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_row(
        Text(f"{doing} {left / 1000:.1f} s" if left else doing, no_wrap=True),
        ProgressBar(whole, left, width=max(1, columns - BESIDE_BAR)),
        Text(place, no_wrap=True),
    )
    return row
