"""The command `plan`: the timetable of a routine."""

import json
from typing import Any

import click
from rich.console import Console

from skill.language import library
from skill.listener.memory import Memory
from skill.rendering.speech import Limits
from skill.routine import planner
from skill.routine.model import Side
from skill.routine.wishes import LONGEST_MINUTES, Wishes
from skill.terminal import options, timetable


@click.command(short_help="Print the timetable of a routine.")
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
    "--level",
    default=lambda: Memory().wishes(library.load().routine).level,
    show_default="a newcomer's",
    help="One of gentle, medium and full.",
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
@click.option("--known", is_flag=True, help="As for somebody who knows it: in brief.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@options.locale
def plan(*, as_json: bool, known: bool, locale: str, **wishes: Any) -> None:  # noqa: ANN401 - click's
    """Print the timetable of a routine, by default a newcomer's.

    Where no routine meets the wish, the status is 2, and the nearest that can be met is named.
    """
    content = library.load()
    words = content.words(locale)
    newcomer = Memory().wishes(content.routine)
    wished = Wishes(
        minutes=wishes["minutes"],
        pace=wishes["pace"],
        level=wishes["level"],
        exercises=wishes["only"],
        feet=Side(wishes["foot"]),
        missing=wishes["without"],
        known=content.routine.ids if known else (),
        new=not known,
    )
    try:
        found = planner.plan(content.routine, wished, words, Limits().seconds * 1000)
    except planner.UnmeetableError as fault:
        raise click.UsageError(
            "No routine meets that wish. The nearest that can be met: "
            f"foot-routine plan {_options(fault.nearest, newcomer)}"
        ) from fault
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault
    if as_json:
        click.echo(json.dumps(timetable.as_json(found, words), indent=2))
    else:
        Console().print(timetable.as_table(found, words))


def _options(wishes: Wishes, usual: Wishes) -> str:
    """*wishes* as options of `plan`; those of the *usual* ones are left out."""
    given = [("minutes", wishes.minutes, usual.minutes), ("pace", wishes.pace, usual.pace)]
    given += [("level", wishes.level, usual.level), ("foot", wishes.feet, usual.feet)]
    given_options = [f"--{name} {value}" for name, value, normal in given if value != normal]
    given_options += [f"--only {each}" for each in wishes.exercises]
    given_options += [f"--without {each}" for each in wishes.missing]
    given_options += ["--known"] * bool(wishes.known)
    return " ".join(given_options)
