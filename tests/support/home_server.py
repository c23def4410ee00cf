"""The server for tools on this machine, and listeners who talk to it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import patient
from ears import ears_for
from running import COMMAND, Running
from script import interfaces_of

from skill.language import library
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo, Skill

MORNING: Final = 1_767_598_200_000
"""2026-01-05T07:30:00Z."""

WORDS: Final = library.load().words("en-US")
EARS: Final = ears_for(WORDS.language)
SECOND: Final = ("toe_walking", "both", 1)
"""Where "next" leads from the end of the first exercise."""


def unverified(folder: Path, command: Iterable[str | Path] = patient.COMMAND) -> list[str | Path]:
    """Give the command that serves what is kept in *folder*, without time limits by default."""
    return [*command, "serve", "--unverified", "--db", folder / "places.db"]


def with_limits(folder: Path) -> list[str | Path]:
    """Give the command that does so as for real, in a test of its time limits."""
    return unverified(folder, [COMMAND])


def an_echo(
    skill: Skill,
    clock: Clock,
    user: str = "LISTENER",
    room: str = "SUPPORT",
    lengths: Mapping[str, int] | None = None,
) -> Echo:
    """Make a device in a *room* of *user*'s; *lengths* is as for `Echo`."""
    device = Device("en-US", room, user, interfaces=interfaces_of(room))
    return Echo(skill, EARS, clock, device, WORDS.rate, lengths)


class Listener:
    """Says things to a *running* skill, one after the other has been heard."""

    def __init__(self, running: Running) -> None:
        self._converse = running.converse
        self._clock = Clock.stopped(MORNING)
        self._echo = an_echo(self._answer, self._clock)

    def says(self, *phrases: str) -> object:
        """Open the skill, say *phrases*, and give the place where that led."""
        self._echo.launch()
        for phrase in phrases:
            self._clock.move_on(self._echo.speech.ms)
            self._echo.say(phrase)
        attributes = self._response["sessionAttributes"]
        return attributes["exercise"], attributes["foot"], attributes["set"]

    def _answer(self, envelope: dict[str, Any]) -> dict[str, Any]:
        self._response = self._converse(envelope)
        return self._response
