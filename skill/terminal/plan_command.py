"""The command `plan`: the timetable of a routine."""

import json
from typing import Any

import click
from rich.console import Console

from skill.language import library
from skill.rendering.speech import Limits
from skill.terminal import options, timetable
from skill.terminal.wish_options import plan_of, wish_options


@click.command(short_help="Print the timetable of a routine.")
@wish_options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@options.locale
def plan(*, as_json: bool, locale: str, **given: Any) -> None:  # noqa: ANN401 - click's
    """Print the timetable of a routine, by default a newcomer's.

    Where no routine meets the wish, the status is 2, and the nearest that can be met is named.
    """
    content = library.load()
    words = content.words(locale)
    found = plan_of(content.routine, words, given, Limits().seconds * 1000)
    if as_json:
        click.echo(json.dumps(timetable.as_json(found, words), indent=2))
    else:
        Console().print(timetable.as_table(found, words))
