"""Reading a JSON object that a stranger may have written."""

from collections.abc import Iterable
from enum import StrEnum
from math import isnan
from typing import Final, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)

MOST: Final = 1 << 53
"""No number that is kept lies beyond it: whole ones stay exact up to here in every JSON reader."""


class StateError(ValueError):
    """The written state is of no known version, or no state at all."""


class Reader:
    """Reads a JSON object of unknown origin; what is not as expected gives the default."""

    __slots__ = ("written",)

    def __init__(self, written: object) -> None:
        if not isinstance(written, dict):
            raise StateError("state that is no JSON object")
        self.written = written

    def table(self, key: str) -> "Reader":
        """The object under *key*; an empty one where there is none."""
        value = self.written.get(key)
        return Reader(value) if isinstance(value, dict) else EMPTY

    def number(self, key: str, most: int = MOST) -> int:
        """The whole number under *key*, from 0 to *most*; 0 where there is none."""
        value = self.written.get(key)
        if value is None:
            return 0
        if type(value) is int and 0 <= value <= most:
            return value
        if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
            return 0
        return int(min(max(value, 0), most))

    def flag(self, key: str) -> bool:
        """Whether true, and nothing like it, stands under *key*."""
        return self.written.get(key) is True

    def tables(self, key: str) -> tuple["Reader", ...]:
        """The objects in the list under *key*."""
        return tuple(Reader(row) for row in self._list(key) if isinstance(row, dict))

    def counts(self, key: str, names: Iterable[str]) -> dict[str, int]:
        """The numbers under those *names* that are there and above 0."""
        table = self.table(key)
        if not table.written:
            return {}
        counted = {name: table.number(name) for name in names}
        return {name: count for name, count in counted.items() if count}

    def numbers(self, key: str) -> tuple[int, ...]:
        """The whole numbers in the list under *key*."""
        return tuple(each for each in self._list(key) if type(each) is int)

    def text(self, key: str, default: str) -> str:
        """The text under *key*, or *default*."""
        value = self.written.get(key)
        return value if isinstance(value, str) else default

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts in the list under *key*."""
        if key not in self.written:
            return ()
        return tuple(each for each in self._list(key) if isinstance(each, str))

    def known(self, key: str, names: Iterable[str]) -> tuple[str, ...]:
        """Those of *names* that are in the list under *key*, in the order of *names*."""
        there = self.texts(key)
        return tuple(name for name in names if name in there) if there else ()

    def choice(self, key: str, choices: type[Choice], default: Choice) -> Choice:
        """The one of *choices* under *key*, or *default*."""
        if key not in self.written:
            return default
        try:
            return choices(self.text(key, default))
        except ValueError:
            return default

    def _list(self, key: str) -> list[object]:
        value = self.written.get(key)
        return value if isinstance(value, list) else []


EMPTY: Final = Reader({})
