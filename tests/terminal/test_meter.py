import io
import re

import pytest
from little_skill import Coach, an_echo
from rich.console import Console

from skill.simulator.echo import Echo
from skill.terminal.meter import meter


def drawn(echo: Echo, columns: int = 80) -> str:
    console = Console(file=io.StringIO(), width=columns)
    with console.capture() as capture:
        console.print(meter(echo, columns), no_wrap=True)
    (line,) = capture.get().splitlines()
    return line.rstrip()


def test_the_meter_follows_the_clock() -> None:
    """It tells words from silence, how long that still is, and then the open microphone."""
    echo = an_echo(Coach())
    lines = [drawn(echo)]
    echo.launch()
    for ms in (0, 1_000, 2_500, 7_900, 550, 7_000, 1_000):
        echo.clock.move_on(ms)
        echo.settle()
        lines.append(re.sub(r"[ \u2500-\u257f]{2,}", " - ", drawn(echo)).rstrip())

    assert lines == [
        "asleep",
        "speaking - 0:00 of 0:11",
        "silence 10.0 s - 0:01 of 0:11",
        "silence 7.5 s - 0:03 of 0:11",
        "speaking - 0:11 of 0:11",
        "listening 7.5 s -",
        "listening 0.5 s -",
        "speaking - 0:00 of 0:00",
    ]


@pytest.mark.parametrize("columns", [10, 30, 36, 80, 200])
def test_the_meter_keeps_to_one_line(columns: int) -> None:
    echo = an_echo(Coach())
    echo.launch()
    echo.clock.move_on(2_000)

    assert len(drawn(echo, columns)) <= columns
