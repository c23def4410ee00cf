#!/usr/bin/env python3
"""Draw a minute of a recording: its waveform, with the cues of its timeline drawn in.

The sound is decoded from the MP3 file, the cues are read from the JSON file beside it, so the
picture shows whether the two agree. Colours: grey for words and silence, blue for a beat, orange
for a change of feet, green for a change of exercise.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

import click
import numpy as np

from skill.recording import mp3
from skill.recording.track import FULL_SCALE, RATE, Pcm

ROW_MS: Final = 10_000
"""Milliseconds in one row of the picture."""

ROWS: Final = 6
WIDTH: Final = 1_200
ROW_HEIGHT: Final = 96
HALF_WAVE: Final = 30
"""Pixels from the middle of a row to full scale."""

MIDDLE: Final = 56
"""Pixels from the top of a row to the middle of its wave."""

LETTER: Final = 6.4
"""Pixels of a letter on average: longer words are cut at the end of their cue."""

COLOURS: Final = {
    "move": "#2060c0",
    "hold": "#2060c0",
    "change": "#d06000",
    "next_exercise": "#107030",
}
OTHER: Final = "#707070"


def picture(sound: Pcm, cues: list[dict[str, Any]], begins_ms: int) -> str:
    """The minute from *begins_ms* on as SVG."""
    rows = "".join(
        f'<g transform="translate(0 {row * ROW_HEIGHT})">'
        + "".join(_row(sound, cues, begins_ms + row * ROW_MS))
        + "</g>\n"
        for row in range(ROWS)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {ROWS * ROW_HEIGHT}" '
        'font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{rows}</svg>\n'
    )


def _row(sound: Pcm, cues: list[dict[str, Any]], begins_ms: int) -> Iterator[str]:
    part = sound[begins_ms * RATE // 1000 : (begins_ms + ROW_MS) * RATE // 1000]
    yield f'<path d="{_wave(part)}" stroke="#404040" fill="none"/>\n'
    for cue in cues:
        if begins_ms <= cue["at_ms"] < begins_ms + ROW_MS:
            yield _cue(cue, (cue["at_ms"] - begins_ms) * WIDTH / ROW_MS)


def _wave(part: Pcm) -> str:
    """A line for each pixel, from its lowest sample to its highest."""
    lines = []
    for x, pixel in enumerate(np.array_split(part, WIDTH)):
        if pixel.size:
            low, high = (MIDDLE - HALF_WAVE * int(end) / FULL_SCALE for end in _ends(pixel))
            lines.append(f"M{x} {low:.1f}V{high - 0.5:.1f}")
    return "".join(lines)


def _ends(pixel: Pcm) -> tuple[np.int16, np.int16]:
    return pixel.min(), pixel.max()


def _cue(cue: dict[str, Any], x: float) -> str:
    colour = COLOURS.get(cue["kind"], OTHER)
    minutes, rest = divmod(cue["at_ms"], 60_000)
    room = int(min(cue["ms"] * WIDTH / ROW_MS, WIDTH - x) / LETTER)
    words = cue["words"]
    if len(words) > room:
        words = words[: max(room - 1, 0)] + "…"
    return (
        f'<path d="M{x:.1f} 4V{ROW_HEIGHT - 8}" stroke="{colour}"/>'
        f'<text x="{x + 3:.1f}" y="14" fill="{colour}">{escape(words)}</text>'
        f'<text x="{x + 3:.1f}" y="{ROW_HEIGHT - 8}" font-size="9" fill="{colour}">'
        f"{minutes}:{rest / 1000:06.3f}</text>\n"
    )


@click.command()
@click.argument("recording", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("to", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--begin", default=60, show_default=True, help="The second that it begins at.")
def draw(recording: Path, to: Path, begin: int) -> None:
    """Draw a minute of the MP3 file RECORDING into the SVG file TO."""
    cues = json.loads(recording.with_suffix(".json").read_text("utf-8"))["cues"]
    to.write_text(picture(mp3.read(recording), cues, begin * 1000), "utf-8")


if __name__ == "__main__":
    draw()
