"""The command `foot-routine`."""

import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
from click.core import ParameterSource
from rich.console import Console

from skill import app, log
from skill.alexa.api import AlexaApi, AlexaServices
from skill.alexa.refusal import Refused
from skill.alexa.verification import MOST_BODY_BYTES, Verifier, Verify
from skill.app import App
from skill.language import library
from skill.language.errors import ContentError
from skill.rendering.speech import Limits
from skill.routine.model import Side
from skill.routine.planner import UnmeetableError, plan
from skill.routine.wishes import LONGEST_MINUTES, Wishes
from skill.storage.store import Clock, StoreError
from skill.terminal import timetable

database = click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=app.default_database,
    show_default=f"${app.DATABASE_VARIABLE}, or else places.db in your data folder",
    help="Where the places are kept.",
)


def _spoken(_: click.Context, __: click.Parameter, locale: str) -> str:
    """Take a locale whose language there are words for: nobody is spoken to in another unasked."""
    known = library.languages()
    if locale.partition("-")[0].lower() not in known:
        spoken = ", ".join(known)
        raise click.BadParameter(f"there are no words for {locale}; the languages are: {spoken}.")
    return locale


locale = click.option(
    "--locale",
    default="en-US",
    show_default=True,
    callback=_spoken,
    help="A locale of Alexa's, in a language that there are words for.",
)
seconds = click.option(
    "--most-seconds",
    type=click.IntRange(30, 600),
    default=Limits().seconds,
    show_default=True,
    help="The longest speech of one response.",
)


class Commands(click.Group):
    """Says in one line what is wrong with the content, whichever command meets it."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - whatever a command returns
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ContentError as fault:
            raise click.ClickException(str(fault)) from fault


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="foot-routine")
def main() -> None:
    """Five foot exercises, led by voice: an Alexa skill."""


@main.command(short_help="Be led through the routine in this terminal.")
@click.option("--fast", is_flag=True, help="Do not wait: show each pause as a number.")
@click.option("--voice", is_flag=True, help="Speak aloud too, where espeak-ng is installed.")
@database
@locale
@seconds
def talk(*, fast: bool, voice: bool, db: Path, locale: str, most_seconds: int) -> None:
    """Be led through the routine in this terminal, through the very JSON that Alexa uses.

    Type while the voice speaks to interrupt it.
    """
    from skill.language import phrases  # noqa: PLC0415 - the terminal's parts are for this command alone
    from skill.simulator.clock import Clock as Moving  # noqa: PLC0415
    from skill.simulator.device import Device  # noqa: PLC0415
    from skill.simulator.echo import Echo  # noqa: PLC0415
    from skill.simulator.offline_alexa import OfflineAlexa  # noqa: PLC0415
    from skill.simulator.understanding import Understanding  # noqa: PLC0415
    from skill.terminal.talk import talk as converse  # noqa: PLC0415

    log.to_terminal("WARNING")
    clock = Moving.running()
    made = _app(db, app.unverified, most_seconds, clock, OfflineAlexa())
    words = made.library.words(locale)
    heard = phrases.load(words.language)
    device = Device(locale=locale)
    echo = Echo(made.converse, Understanding(heard), clock, device, words.ms_per_character)
    sys.exit(converse(echo, f"open {heard.invocation_name}", fast=fast, voice=voice))


@main.command("plan", short_help="Print the timetable of a routine.")
@click.option(
    "--minutes",
    type=click.IntRange(1, LONGEST_MINUTES),
    default=Wishes().minutes,
    show_default=True,
    help="The longest it may take.",
)
@click.option(
    "--pace", default=Wishes().pace, show_default=True, help="One of brisk, steady and slow."
)
@click.option(
    "--level", default=Wishes().level, show_default=True, help="One of gentle, medium and full."
)
@click.option("--only", multiple=True, metavar="EXERCISE", help="Only this; may be repeated.")
@click.option(
    "--foot",
    type=click.Choice([side.value for side in Side]),
    default=Wishes().feet.value,
    show_default=True,
    help="The foot to exercise.",
)
@click.option(
    "--without", multiple=True, metavar="THING", help="Equipment you lack; may be repeated."
)
@click.option("--known", is_flag=True, help="With the brief wording.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@locale
def plan_(*, as_json: bool, known: bool, locale: str, **wishes: Any) -> None:  # noqa: ANN401 - click's
    """Print the timetable of a routine, everything that is said included.

    Where no routine meets the wish, the status is 2, and the nearest that can be met is named.
    """
    content = library.load()
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
        found = plan(content.routine, wished, words, Limits().seconds * 1000)
    except UnmeetableError as fault:
        raise click.UsageError(
            "No routine meets that wish. The nearest that can be met: "
            f"foot-routine plan {_options(fault.nearest)}"
        ) from fault
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault
    if as_json:
        click.echo(json.dumps(timetable.as_json(found, words), indent=2))
    else:
        Console().print(timetable.as_table(found, words))


@main.command(short_help="Answer Alexa over HTTP.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8080,
    show_default=True,
    help="The port to listen at.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="How many processes answer.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="How many requests can wait in each of them at once.",
)
@click.option(
    "--skill-id",
    multiple=True,
    envvar="FOOT_ROUTINE_SKILL_ID",
    show_envvar=True,
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
    """Answer Alexa at POST /alexa, and say at GET /health whether all is well.

    Requests are verified: only Alexa's own are answered, and only those for your skill. HTTPS is
    for a proxy in front.
    """
    from skill.web import endpoint, pages, server  # noqa: PLC0415 - no other command needs them

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
    keys = None if unverified else app.signing_keys()
    verify = Verifier(keys.key, frozenset(skill_id), app.now) if keys else app.unverified
    alexa_api = None if unverified else AlexaApi()  # a stranger's token goes nowhere
    made = _app(db, verify, most_seconds, app.now, alexa_api)
    flask = pages.create_app(made.answer, made.store.check, endpoint.lines())
    may_wait = endpoint.may_wait(keys.is_at_hand) if keys else server.never
    try:
        server.serve(flask, host, port, workers=workers, threads=threads, may_wait=may_wait)
    except OSError as fault:
        raise click.ClickException(
            f"Cannot listen at {host}, port {port}: {fault.strerror}"
        ) from fault


@main.command(short_help="Show the sessions led so far.")
@click.option("--csv", "form", flag_value="csv", help="For a spreadsheet.")
@click.option("--json", "form", flag_value="json", help="For programs.")
@click.option("--listener", default="", metavar="KEY", help="Whose, where there are several.")
@database
@click.pass_context
def history(ctx: click.Context, *, form: str | None, listener: str, db: Path) -> None:
    """Show the sessions that were led: the last weeks as a chart, or all of them as CSV or JSON."""
    from skill.listener.history import History  # noqa: PLC0415
    from skill.storage.sqlite_store import SqliteStore  # noqa: PLC0415
    from skill.terminal import logbook  # noqa: PLC0415 - for this command alone

    log.to_stderr("WARNING")
    found = History()
    if not db.exists() and ctx.get_parameter_source("db") is ParameterSource.COMMANDLINE:
        click.echo(f"Error: there is no file {db}", err=True)
        ctx.exit(2)
    if db.exists():
        with closing(SqliteStore(db, app.now)) as store:
            try:
                key = logbook.whose(store.listeners(), listener)
                found = app.history(store, key, app.now())
            except (StoreError, logbook.NobodyError) as fault:
                raise click.ClickException(str(fault)) from fault
    if form == "csv":
        click.echo(logbook.as_csv(found), nl=False)
    elif form == "json":
        click.echo(logbook.as_json(found))
    else:
        console = Console()
        marks = logbook.ASCII if console.options.ascii_only else logbook.Marks()
        zone = datetime.now().astimezone().tzinfo or UTC
        pause_ms = library.load().routine.streak_ms
        console.print(logbook.as_chart(found, app.now(), zone, pause_ms, marks))


@main.command(short_help="Answer one request, JSON to JSON.")
@click.argument("file", type=click.File("rb"))
@database
@seconds
def ask(file: BinaryIO, db: Path, most_seconds: int) -> None:
    """Answer one request: JSON in from FILE (or -), JSON out."""
    log.to_stderr("WARNING")
    made = _app(db, app.unverified, most_seconds, app.now)
    body = file.read(MOST_BODY_BYTES + 1)
    if len(body) > MOST_BODY_BYTES:
        raise click.ClickException(f"{file.name}: over {MOST_BODY_BYTES} bytes")
    try:
        click.echo(made.answer({}, body))
    except Refused as refused:
        raise click.ClickException(f"{file.name}: {refused.detail}") from refused
    finally:
        made.store.close()


def _app(
    db: Path,
    verify: Verify,
    most_seconds: int,
    clock: Clock,
    alexa_api: AlexaServices | None = None,
) -> App:
    try:
        return app.with_sqlite(db, verify, Limits(seconds=most_seconds), clock, alexa_api)
    except ValueError as fault:  # the secret in the environment is too short
        raise click.ClickException(str(fault)) from fault


def _options(wishes: Wishes) -> str:
    """Write *wishes* as the options of `plan`, those that are usual left out."""
    usual = Wishes()
    given = [("minutes", wishes.minutes, usual.minutes), ("pace", wishes.pace, usual.pace)]
    given += [("level", wishes.level, usual.level), ("foot", wishes.feet, usual.feet)]
    options = [f"--{name} {value}" for name, value, normal in given if value != normal]
    options += [f"--only {each}" for each in wishes.exercises]
    options += [f"--without {each}" for each in wishes.missing]
    options += ["--known"] * bool(wishes.known)
    return " ".join(options)
