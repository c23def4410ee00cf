"""The command `page`: the routine, led by a page in a browser of this machine."""

import logging
import os
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skill import home, log
from skill.storage.listener_key import ListenerKeys
from skill.storage.store import KeyFaultError, StoreError
from skill.terminal import options
from skill.terminal.record_command import VOICES, speaker

if TYPE_CHECKING:
    from skill.recording.synthesizer import Synthesizer

LISTENER = "the page of this machine"
"""Hashed like a user's ID: the one whom the page leads."""


@click.command(short_help="Be led by a page in your browser.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="NUMBER",
    default=8081,
    show_default=True,
    help="Where the page is served; 0 for any port that is free.",
)
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@options.database
@options.locale
def page(*, port: int, no_open: bool, db: Path, locale: str) -> None:
    """Be led by a page in your browser, on this machine only.

    Where there is no recording yet, one is made, into the folder "page-recordings" beside the
    database. Without the extra "voice" the page leads in silence.
    """
    from skill.terminal import page_ears  # noqa: PLC0415 - only this command needs them
    from skill.terminal.coach import PageCoach  # noqa: PLC0415 - as above
    from skill.web import page_server  # noqa: PLC0415 - as above

    log.to_stderr("WARNING")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # not a line for each file
    try:
        made = home.build(db, home.now)
        listener = ListenerKeys(os.environ, db.parent / home.KEY_FILE).key(LISTENER)
    except (ValueError, KeyFaultError, StoreError) as fault:
        raise click.ClickException(str(fault)) from fault
    coach = PageCoach(
        made,
        listener,
        home.now,
        locale=locale,
        folder=db.parent / "page-recordings",
        voice=_voice(locale),
    )

    try:
        server = page_server.make(coach, port)
    except OSError as fault:
        raise click.ClickException(f"Cannot listen at port {port}: {fault.strerror}") from fault
    language = made.library.words(locale).language
    # The first word that is said waits for no ears: the page gives an answer eight seconds.
    threading.Thread(target=page_ears.ears_of, args=(language,), daemon=True).start()
    address = f"http://127.0.0.1:{server.port}/"
    click.echo(f"The page is at {address} - Ctrl-C ends it.")
    if not no_open:
        webbrowser.open(address)
    server.serve_forever()  # until Ctrl-C, which it takes for its end


def _voice(locale: str) -> "Synthesizer | None":
    """The best voice that is installed; None where there is none."""
    for name in VOICES:
        try:
            return speaker(name, locale)
        except click.ClickException:
            continue
    return None
