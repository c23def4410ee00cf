"""The command `record`: a routine as a sound file, with its timeline."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from skill.language import library
from skill.recording import arrangement, catalogue
from skill.recording.timeline import Delivery
from skill.terminal import options
from skill.terminal.wish_options import plan_of, wish_options

if TYPE_CHECKING:
    from skill.recording.synthesizer import Synthesizer
    from skill.recording.timeline import Timeline
    from skill.recording.track import Track

VOICES: Final = ("hibari", "espeak-ng")

EXTRA: Final = frozenset({"av", "hibari", "numpy"})
"""The packages of the extra `voice`, as they are imported."""


@click.command(short_help="Render a routine into a sound file.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder for the recording and the index.",
)
@wish_options
@click.option(
    "--voice", type=click.Choice(VOICES), default="hibari", show_default=True, help="Who speaks."
)
@click.option("--no-tick", is_flag=True, help="Without a tick on each beat.")
@options.locale
def record(*, out: Path, voice: str, no_tick: bool, locale: str, **given: Any) -> None:  # noqa: ANN401 - click's
    """Render a routine into one MP3 file with its timeline, to be heard without a word.

    The 12 seconds between two exercises are not counted in its minutes. It needs the extra
    "voice"; see docs/recording.md.
    """
    content = library.load()
    words = content.words(locale)
    plan = plan_of(content.routine, words, given)
    items = content.routine.needed(plan.exercises)
    spoken_by = speaker(voice, locale)
    delivery = Delivery(locale, spoken_by.name, tick=not no_tick)
    timeline = arrangement.arrange(plan, items, words, delivery)
    began = time.monotonic()
    try:
        track = _recorded(timeline, spoken_by, out)
    except (OSError, catalogue.CatalogueError) as fault:
        raise click.ClickException(str(fault)) from fault
    Console().print(_summary(timeline, track, out, time.monotonic() - began))


def speaker(voice: str, locale: str) -> "Synthesizer":
    """The *voice* for *locale*; raises `click.ClickException` where it cannot be had."""
    try:
        from skill.recording.samples import SynthesisError  # noqa: PLC0415 - needs the extra
        from skill.recording.synthesizer import VOICES as BUILT  # noqa: PLC0415
    except ModuleNotFoundError as fault:
        if fault.name not in EXTRA:
            raise
        raise click.ClickException(
            f'{fault.name} is missing: install the extra "voice", as docs/recording.md says.'
        ) from fault
    try:
        return BUILT[voice](locale)
    except SynthesisError as fault:
        raise click.ClickException(str(fault)) from fault


def _recorded(timeline: "Timeline", voice: "Synthesizer", out: Path) -> "Track":
    from skill.recording import studio  # noqa: PLC0415 - needs the extra
    from skill.recording.samples import SynthesisError  # noqa: PLC0415
    from skill.recording.track import LineTooLongError  # noqa: PLC0415

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Speaking", total=None)
        try:
            return studio.record(
                timeline,
                voice,
                out,
                lambda done, total: progress.update(task, completed=done, total=total),
            )
        except (LineTooLongError, SynthesisError) as fault:
            raise click.ClickException(f"Nothing is recorded: {fault}") from fault


def _summary(timeline: "Timeline", track: "Track", out: Path, seconds: float) -> Table:
    sound, _ = catalogue.files(out, timeline)
    table = Table(title=timeline.title, show_header=False)
    table.add_row("file", str(sound))
    table.add_row("length", _clock(timeline.total_ms))
    table.add_row("of it exercise", _clock(timeline.routine_ms))
    table.add_row("size", f"{sound.stat().st_size / 1e6:.2f} MB")
    table.add_row("voice", timeline.delivery.voice)
    table.add_row("lines", str(len(track.said)))
    table.add_row("made in", f"{seconds:.0f} s")
    faster = dict.fromkeys((said.words, said.speed) for said in track.said if said.speed > 1)
    table.add_section()
    for words, speed in faster:
        table.add_row(f"said {speed:.2f}x", words)
    return table


def _clock(ms: int) -> str:
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes}:{seconds:02}"
