"""A medium: what a reply is rendered for, such as the speech of one response."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from skill.conversation.reply import Steps
from skill.routine.plan import Line


class Reach(NamedTuple):
    """How far one response leads."""

    until: int
    """The step after the last that is led."""
    lead_ms: int
    """How long the response takes until its first cue begins."""


class Medium(Protocol):
    """What the conversation asks of a medium. How it renders a reply is its own affair."""

    @property
    def longest_ms(self) -> int | None:
        """The most that one response may lead; None where there is no limit."""

    @property
    def shows(self) -> bool:
        """Whether it shows where the listener is, and goes on by itself after what it led."""

    def reach(self, language: str, opening: Sequence[Line], steps: Steps, prompt: Line) -> Reach:
        """How far one response leads of *steps*, after *opening* and before *prompt*.

        It leads one step at least, whatever the limits are.
        """
