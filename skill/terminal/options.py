"""Options that several commands have."""

from pathlib import Path

import click

from skill import home
from skill.language import library
from skill.rendering.speech import Limits

database = click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=home.default_database,
    show_default=f"${home.DATABASE_VARIABLE}, or else places.db in your data folder",
    help="Where the places are kept.",
)


def _known(_: click.Context, __: click.Parameter, locale: str) -> str:
    """Refuse a locale whose language has no words, rather than answer in another language."""
    known = library.languages()
    if locale.partition("-")[0].lower() not in known:
        spoken = ", ".join(known)
        raise click.BadParameter(f"there are no words for {locale}; the languages are: {spoken}.")
    return locale


locale = click.option(
    "--locale",
    default="en-US",
    show_default=True,
    callback=_known,
    help="A locale of Alexa's, in a language that there are words for.",
)

seconds = click.option(
    "--most-seconds",
    type=click.IntRange(30, 600),
    default=Limits().seconds,
    show_default=True,
    help="The longest speech of one response.",
)
