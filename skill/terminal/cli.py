"""The command `foot-routine`."""

import sys
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click

from skill import home, log
from skill.alexa.api import AlexaServices
from skill.alexa.api_client import AlexaApi
from skill.alexa.refusal import Refused
from skill.alexa.verification import MOST_BODY_BYTES, Verifier
from skill.alexa.webservice import VerifiedSkill
from skill.app import App
from skill.language.errors import ContentError
from skill.recording.shelf import FolderShelf, Shelf, ShelfError
from skill.rendering.speech import Limits
from skill.storage.store import KeyFaultError, Now
from skill.storage.tidying import tidy_daily
from skill.terminal import options
from skill.terminal.history_command import history
from skill.terminal.page_command import page
from skill.terminal.plan_command import plan
from skill.terminal.record_command import record


class Commands(click.Group):
    """Turns an error of the content into one line on standard error."""

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


main.add_command(plan)
main.add_command(record)
main.add_command(history)
main.add_command(page)


@main.command(short_help="Be led through the routine in this terminal.")
@click.option("--fast", is_flag=True, help="Do not wait: show each pause as a number.")
@click.option("--voice", is_flag=True, help="Speak aloud too, where espeak-ng is installed.")
@click.option(
    "--recordings",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help='The folder that "record" writes to: the device shows what it plays of it.',
)
@options.database
@options.locale
@options.seconds
def talk(  # noqa: PLR0913 - one for each option
    *,
    fast: bool,
    voice: bool,
    recordings: Path | None,
    db: Path,
    locale: str,
    most_seconds: int,
) -> None:
    """Be led through the routine in this terminal, through the same JSON that Alexa uses.

    Type while the voice speaks to interrupt it.
    """
    from skill.language import phrases  # noqa: PLC0415 - only this command needs these modules
    from skill.simulator.clock import Clock  # noqa: PLC0415
    from skill.simulator.device import Device  # noqa: PLC0415
    from skill.simulator.echo import Echo  # noqa: PLC0415
    from skill.simulator.offline_alexa import OfflineAlexa  # noqa: PLC0415
    from skill.simulator.understanding import Understanding  # noqa: PLC0415
    from skill.terminal.talk import talk as converse  # noqa: PLC0415

    log.to_terminal("WARNING")
    clock = Clock.running()
    shelf = FolderShelf(recordings, "https://localhost/recordings") if recordings else None
    try:
        listed = shelf.recordings() if shelf else ()
    except ShelfError as fault:
        raise click.ClickException(str(fault)) from fault
    lengths = {shelf.address(each.name): each.total_ms for each in listed} if shelf else {}
    made = _app(db, clock, most_seconds, OfflineAlexa(), shelf)
    words = made.library.words(locale)
    heard = phrases.load(words.language)
    device = Device(locale=locale, interfaces=("AudioPlayer",))
    echo = Echo(made.converse, Understanding(heard), clock, device, words.rate, lengths)
    sys.exit(converse(echo, f"open {heard.invocation_name}", fast=fast, voice=voice))


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
    default=32,
    show_default=True,
    help="How many requests each of them answers at the same time.",
)
@click.option(
    "--skill-id",
    multiple=True,
    envvar="FOOT_ROUTINE_SKILL_ID",
    show_envvar=True,
    help="Your skill's ID (amzn1.ask.skill...); requests for any other are refused.",
)
@click.option(
    "--recordings",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help='The folder that "record" writes to: its files are played, and served at /recordings.',
)
@click.option(
    "--public-url",
    metavar="URL",
    help="The https:// address of this server, where devices fetch the recordings.",
)
@click.option("--unverified", is_flag=True, help="Accept any request: loopback addresses only.")
@options.database
@options.seconds
def serve(  # noqa: PLR0913 - one for each option
    *,
    host: str,
    port: int,
    workers: int,
    threads: int,
    skill_id: tuple[str, ...],
    recordings: Path | None,
    public_url: str | None,
    unverified: bool,
    db: Path,
    most_seconds: int,
) -> None:
    """Answer Alexa at POST /alexa, and say at GET /health whether all is well.

    Requests are verified: only Alexa's own are answered, and only those for your skill. HTTPS is
    for a proxy in front.
    """
    from skill.web import pages, server, stderr  # noqa: PLC0415 - no other command needs them
    from skill.web.endpoint import Asgi, Endpoint  # noqa: PLC0415
    from skill.web.local import local_only  # noqa: PLC0415

    if unverified and not server.is_loopback(host):
        raise click.UsageError(
            f"--unverified lets anyone in who can reach {host}: it is for loopback addresses only."
        )
    if not unverified and not skill_id:
        raise click.UsageError(
            "Whose requests are to be answered? Give your skill's ID with --skill-id, so that "
            "every request is verified. For tools on this machine there is --unverified."
        )
    if (recordings is None) != (public_url is None):
        raise click.UsageError("--recordings and --public-url go together.")
    if public_url and not public_url.startswith("https://"):
        raise click.UsageError("--public-url begins with https://: Alexa plays nothing else.")
    shelf = (
        FolderShelf(recordings, public_url.rstrip("/") + pages.RECORDINGS)
        if recordings and public_url
        else None
    )
    stderr.start()
    keys = None if unverified else home.signing_keys(db)
    verify = Verifier(keys.kept, frozenset(skill_id), home.now) if keys else home.unverified
    alexa_api = None if unverified else AlexaApi()  # a stranger's token goes nowhere
    made = _app(db, home.now, most_seconds, alexa_api, shelf)
    answer = VerifiedSkill(made.skill, verify).answer
    arrive = keys.arrive if keys else home.nothing_to_fetch
    application: Asgi = Endpoint(
        answer, pages.as_asgi(made.store.check, recordings), arrive, threads
    )
    if unverified:
        application = local_only(application)
    try:
        tend = partial(tidy_daily, made.store.tidy, home.now)
        server.serve(application, host, port, workers=workers, in_worker=tend)
    except OSError as fault:
        raise click.ClickException(
            f"Cannot listen at {host}, port {port}: {fault.strerror}"
        ) from fault


@main.command(short_help="Answer one request, JSON to JSON.")
@click.argument("file", type=click.File("rb"))
@options.database
@options.seconds
def ask(file: BinaryIO, db: Path, most_seconds: int) -> None:
    """Answer one request: JSON in from FILE (or -), JSON out."""
    log.to_stderr("WARNING")
    made = _app(db, home.now, most_seconds)
    body = file.read(MOST_BODY_BYTES + 1)
    if len(body) > MOST_BODY_BYTES:
        raise click.ClickException(f"{file.name}: over {MOST_BODY_BYTES} bytes")
    try:
        click.echo(VerifiedSkill(made.skill, home.unverified).answer({}, body))
    except Refused as refused:
        raise click.ClickException(f"{file.name}: {refused.detail}") from refused
    finally:
        made.store.close()


def _app(
    db: Path,
    clock: Now,
    most_seconds: int,
    alexa_api: AlexaServices | None = None,
    shelf: Shelf | None = None,
) -> App:
    try:
        return home.build(db, clock, Limits(seconds=most_seconds), alexa_api, shelf)
    except (ValueError, KeyFaultError) as fault:  # the secret is too short, or another one
        raise click.ClickException(str(fault)) from fault
