"""The command `foot-routine`."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console

from skill import app, library, log, timetable
from skill.app import App
from skill.errors import ContentError
from skill.routine.model import Side
from skill.routine.planner import UnmeetableError, plan
from skill.routine.wishes import LONGEST_MINUTES, Wishes
from skill.speech import Limits
from skill.storage import Clock
from skill.verification import Refused

database = click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=app.default_database,
    show_default="places.db in your data folder",
    help="Where the places are kept.",
)
locale = click.option("--locale", default="en-US", show_default=True, help="A locale of Alexa's.")
seconds = click.option(
    "--most-seconds",
    type=click.IntRange(30, 600),
    default=Limits().seconds,
    show_default=True,
    help="The longest speech of one response.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="foot-routine")
def main() -> None:
    """Five foot exercises, led by voice: an Alexa skill."""


@main.command()
@click.option("--fast", is_flag=True, help="Do not wait: show each pause as a number.")
@click.option("--voice", is_flag=True, help="Speak aloud too, where espeak-ng is installed.")
@database
@locale
@seconds
def talk(*, fast: bool, voice: bool, db: Path, locale: str, most_seconds: int) -> None:
    """Be led through the routine in this terminal, through the very JSON that Alexa uses.

    Type while the voice speaks to interrupt it.
    """
    from skill import phrases  # noqa: PLC0415 - the terminal's parts are for this command alone
    from skill.clock import Clock as Moving  # noqa: PLC0415
    from skill.simulator import Device, Echo  # noqa: PLC0415
    from skill.talk import talk as converse  # noqa: PLC0415
    from skill.understanding import Understanding  # noqa: PLC0415

    clock = Moving.running()
    made = _app(db, most_seconds, clock)
    words = made.library.words(locale)
    heard = phrases.load(words.language)
    device = Device(locale=locale)
    echo = Echo(made.converse, Understanding(heard), clock, device, words.ms_per_character)
    sys.exit(converse(echo, f"open {heard.invocation_name}", fast=fast, voice=voice))


@main.command("plan")
@click.option("--minutes", type=click.IntRange(1, LONGEST_MINUTES), default=Wishes().minutes)
@click.option("--pace", default=Wishes().pace, help="brisk, steady or slow")
@click.option("--level", default=Wishes().level, help="gentle, medium or full")
@click.option("--only", multiple=True, metavar="EXERCISE", help="Only this; may be repeated.")
@click.option("--foot", type=click.Choice(["left", "right", "both"]), default="both")
@click.option("--without", multiple=True, metavar="THING", help="Equipment you do not have.")
@click.option("--known", is_flag=True, help="With the brief wording.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@locale
def plan_(*, as_json: bool, known: bool, locale: str, **wishes: Any) -> None:  # noqa: ANN401 - click's
    """Print the timetable of a routine; status 2 where no routine meets the wish."""
    content = _content()
    words = content.words(locale)
    wished = Wishes(
        minutes=wishes["minutes"],
        pace=wishes["pace"],
        level=wishes["level"],
        exercises=wishes["only"],
        feet=Side(wishes["foot"]),
        missing=wishes["without"],
        known=content.routine.ids if known else (),
    )
    try:
        found = plan(content.routine, wished, words)
    except UnmeetableError as fault:
        raise click.UsageError(_nearest(wished, fault.nearest)) from fault
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault
    if as_json:
        click.echo(json.dumps(timetable.as_json(found, words), indent=2))
    else:
        Console().print(timetable.as_table(found, words))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True)
@click.option(
    "--skill-id",
    multiple=True,
    envvar="FOOT_ROUTINE_SKILL_ID",
    help="Your skill's ID (amzn1.ask.skill...); requests for any other are refused.",
)
@click.option("--unverified", is_flag=True, help="Accept any request: loopback addresses only.")
@database
@seconds
def serve(  # noqa: PLR0913 - one for each option
    *,
    host: str,
    port: int,
    workers: int,
    threads: int,
    skill_id: tuple[str, ...],
    unverified: bool,
    db: Path,
    most_seconds: int,
) -> None:
    """Answer Alexa at POST /alexa, and say at GET /health whether all is well."""
    from skill import server, web  # noqa: PLC0415 - no other command needs flask and gunicorn

    if unverified and not server.is_loopback(host):
        raise click.UsageError(
            f"--unverified lets anyone in who can reach {host}: it is for loopback addresses only."
        )
    if not unverified and not skill_id:
        raise click.UsageError(
            "Whose requests are to be answered? Give your skill's ID with --skill-id, so that "
            "every request is verified. For tools on this machine there is --unverified."
        )
    log.to_stderr("INFO")
    verify = app.unverified if unverified else app.verifier(frozenset(skill_id))
    make = partial(app.with_sqlite, db, verify, Limits(seconds=most_seconds), app.now)

    def application() -> web.Flask:
        made = make()
        return web.create_app(made.answer, made.store.check)

    try:
        server.serve(application, host, port, workers, threads)
    except ContentError as fault:
        raise click.ClickException(str(fault)) from fault


@main.command()
@click.argument("file", type=click.File("rb"))
@database
@seconds
def ask(file: BinaryIO, db: Path, most_seconds: int) -> None:
    """Answer one request: JSON in from FILE (or -), JSON out."""
    made = _app(db, most_seconds, app.now)
    try:
        click.echo(made.answer({}, file.read()))
    except Refused as refused:
        raise click.ClickException(f"{file.name}: {refused.detail}") from refused
    finally:
        made.store.close()


def _app(db: Path, most_seconds: int, clock: Clock) -> App:
    log.to_stderr("WARNING")
    try:
        return app.with_sqlite(db, app.unverified, Limits(seconds=most_seconds), clock)
    except ContentError as fault:
        raise click.ClickException(str(fault)) from fault


def _content() -> library.Library:
    try:
        return library.load()
    except ContentError as fault:
        raise click.ClickException(str(fault)) from fault


def _nearest(wished: Wishes, nearest: Wishes) -> str:
    """Say plainly what cannot be, and the nearest that can."""
    changes = [f"--minutes {nearest.minutes}"] if nearest.minutes != wished.minutes else []
    if nearest.missing != wished.missing:
        changes.append("with " + ", ".join(sorted(set(wished.missing) - set(nearest.missing))))
    if nearest.feet != wished.feet:
        changes.append(f"--foot {nearest.feet}")
    if nearest.exercises != wished.exercises:
        changes.append("with every exercise")
    return f"No routine meets that wish. The nearest that can be: {', '.join(changes)}."
