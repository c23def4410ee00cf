"""The options that say which routine is wished for: those of `plan` and `record`."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from skill.language import library
from skill.listener.memory import Memory
from skill.routine import planner
from skill.routine.model import Routine, Side
from skill.routine.plan import Plan, Talk
from skill.routine.wishes import LONGEST_MINUTES, Wishes


def wish_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options to *command*, which gets their values by name."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def plan_of(
    routine: Routine, talk: Talk, given: Mapping[str, Any], longest_ms: int | None = None
) -> Plan:
    """The plan for the *given* values of the options; the rest is as for `planner.plan`.

    Raises `click.UsageError` where there is none; it names the nearest wish that can be met.
    """
    try:
        return planner.plan(routine, _wished(routine, given), talk, longest_ms)
    except planner.UnmeetableError as fault:
        raise click.UsageError(
            "No routine meets that wish. The nearest that can be met: "
            f"foot-routine plan {_as_options(fault.nearest, Memory().wishes(routine))}"
        ) from fault
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault


def _wished(routine: Routine, given: Mapping[str, Any]) -> Wishes:
    return Wishes(
        minutes=given["minutes"],
        pace=given["pace"],
        level=given["level"],
        exercises=given["only"],
        feet=Side(given["foot"]),
        missing=given["without"],
        known=routine.ids if given["known"] else (),
        new=not given["known"],
    )


def _as_options(wishes: Wishes, usual: Wishes) -> str:
    """*wishes* as options; those of the *usual* ones are left out."""
    given = [("minutes", wishes.minutes, usual.minutes), ("pace", wishes.pace, usual.pace)]
    given += [("level", wishes.level, usual.level), ("foot", wishes.feet, usual.feet)]
    options = [f"--{name} {value}" for name, value, normal in given if value != normal]
    options += [f"--only {each}" for each in wishes.exercises]
    options += [f"--without {each}" for each in wishes.missing]
    options += ["--known"] * bool(wishes.known)
    return " ".join(options)


_OPTIONS = (
    click.option(
        "--minutes",
        type=click.IntRange(1, LONGEST_MINUTES),
        default=Wishes().minutes,
        show_default=True,
        help="The longest it may take.",
    ),
    click.option(
        "--pace", default=Wishes().pace, show_default=True, help="One of brisk, steady and slow."
    ),
    click.option(
        "--level",
        default=lambda: Memory().wishes(library.load().routine).level,
        show_default="a newcomer's",
        help="One of gentle, medium and full.",
    ),
    click.option("--only", multiple=True, metavar="EXERCISE", help="Only this; may be repeated."),
    click.option(
        "--foot",
        type=click.Choice([side.value for side in Side]),
        default=Wishes().feet.value,
        show_default=True,
        help="The foot to exercise.",
    ),
    click.option(
        "--without", multiple=True, metavar="THING", help="Equipment you lack; may be repeated."
    ),
    click.option("--known", is_flag=True, help="As for somebody who knows it: in brief."),
)
