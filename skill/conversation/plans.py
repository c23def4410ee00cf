"""The plans that were laid so far. Most listeners share one of a few."""

from functools import lru_cache
from typing import Final

from skill.conversation.turn import Turn
from skill.language.library import Library
from skill.language.words import Words
from skill.recording.shelf import NoShelf, Shelf
from skill.routine import planner
from skill.routine.plan import Plan
from skill.routine.wishes import Wishes

PLANS_KEPT: Final = 64
"""A plan is about 200 kB."""


class Plans:
    """Lays the plan of any wishes, in any language of *library*, for any medium. Thread-safe.

    `routine` has the exercises, and the numbers that go for all of them. The recordings that were
    made of such plans are on the *shelf*.
    """

    def __init__(self, library: Library, shelf: Shelf | None = None) -> None:
        self._library = library
        self.routine = library.routine
        self.shelf: Shelf = shelf or NoShelf()
        self._laid = lru_cache(PLANS_KEPT)(self._lay)

    def words(self, locale: str) -> Words:
        """The words for a locale such as `en-GB`."""
        return self._library.words(locale)

    def plan(self, wishes: Wishes, turn: Turn) -> Plan:
        """The plan for *wishes*, in the language and for the medium of *turn*.

        Raises `UnmeetableError` where no routine can meet them.
        """
        language = self._library.words(turn.locale).language
        return self._laid(wishes, language, turn.medium.longest_ms)

    def _lay(self, wishes: Wishes, language: str, longest_ms: int | None) -> Plan:
        return planner.plan(self.routine, wishes, self._library.languages[language], longest_ms)
