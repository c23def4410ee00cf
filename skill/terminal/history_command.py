"""The command `history`: the sessions that were led."""

from contextlib import closing
from pathlib import Path

import click
from click.core import ParameterSource
from rich.console import Console

from skill import home, log
from skill.language import library
from skill.storage.store import StoreError
from skill.terminal import options


@click.command(short_help="Show the sessions led so far.")
@click.option("--csv", "form", flag_value="csv", help="For a spreadsheet.")
@click.option("--json", "form", flag_value="json", help="For programs.")
@click.option("--listener", default="", metavar="KEY", help="Whose, where there are several.")
@options.database
@click.pass_context
def history(ctx: click.Context, *, form: str | None, listener: str, db: Path) -> None:
    """Show the sessions that were led: the last weeks as a chart, or all of them as CSV or JSON."""
    from skill.listener.history import History  # noqa: PLC0415
    from skill.storage.sqlite_store import SqliteStore  # noqa: PLC0415
    from skill.terminal import logbook  # noqa: PLC0415 - only this command needs them

    log.to_stderr("WARNING")
    found = History()
    if not db.exists() and ctx.get_parameter_source("db") is ParameterSource.COMMANDLINE:
        click.echo(f"Error: there is no file {db}", err=True)
        ctx.exit(2)
    if db.exists():
        with closing(SqliteStore(db, home.now)) as store:
            try:
                key = logbook.whose(store.listeners(), listener)
                found = home.history(store, key, home.now())
            except (StoreError, logbook.NobodyError) as fault:
                raise click.ClickException(str(fault)) from fault
    if form == "csv":
        click.echo(logbook.as_csv(found), nl=False)
    elif form == "json":
        click.echo(logbook.as_json(found))
    else:
        console = Console()
        marks = logbook.ASCII if console.options.ascii_only else logbook.Marks()
        pause_ms = library.load().routine.streak_ms
        console.print(logbook.as_chart(found, home.now(), None, pause_ms, marks))
