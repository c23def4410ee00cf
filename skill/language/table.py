"""A table of a content file, read strictly: what is wrong with it names the file and the key."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NoReturn

from skill.language.errors import ContentError
from skill.routine.range import ModelError, Range


class Table:
    """The entries of one table of *file*; *path* is its name there, empty for the whole file.

    Every method raises `ContentError` where an entry is missing or is not what it is read as.
    """

    def __init__(self, value: object, file: str, path: str = "") -> None:
        self.file = file
        self.path = path
        if not isinstance(value, dict):
            raise ContentError(f"{file}: {path or 'it'} must be a table")
        self._entries = dict(value)
        self._unread = set(self._entries)

    def fault(self, key: str, why: str) -> NoReturn:
        """Refuse what stands under *key*."""
        raise ContentError(f"{self.file}: {self.at(key)} {why}")

    def at(self, key: str) -> str:
        """How *key* is called in the whole file."""
        return f"{self.path}.{key}" if self.path else key

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def entry(self, key: str) -> object:
        """Whatever stands under *key*."""
        if key not in self._entries:
            self.fault(key, "is missing")
        self._unread.discard(key)
        return self._entries[key]

    def text(self, key: str) -> str:
        """The text under *key*, which says something."""
        value = self.entry(key)
        if not isinstance(value, str) or not value.strip():
            self.fault(key, "must be a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under *key*."""
        value = self.entry(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fault(key, "must be a list of texts")
        return tuple(value)

    def flag(self, key: str) -> bool:
        """True or false, under *key*."""
        value = self.entry(key)
        if not isinstance(value, bool):
            self.fault(key, "must be true or false")
        return value

    def whole(self, key: str) -> int:
        """The whole number above 0 under *key*."""
        value = self.entry(key)
        if type(value) is not int or value <= 0:
            self.fault(key, "must be a whole number above 0")
        return value

    def percent(self, key: str) -> int:
        """The percent under *key*."""
        value = self.entry(key)
        if type(value) is not int or value < 0:
            self.fault(key, "must be a percent")
        return value

    def ms(self, key: str) -> int:
        """The seconds under *key*, in whole milliseconds."""
        return self._ms(key, self.entry(key))

    def span(self, key: str) -> Range:
        """The pair of whole numbers under *key*."""
        return self._range(key, [self._number(key, each) for each in self._pair(key)])

    def span_ms(self, key: str) -> Range:
        """The pair of seconds under *key*, in whole milliseconds."""
        return self._range(key, [self._ms(key, each) for each in self._pair(key)])

    def table(self, key: str) -> "Table":
        """The table under *key*."""
        return Table(self.entry(key), self.file, self.at(key))

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables in the list under *key*, of which there is at least one."""
        value = self.entry(key)
        if not isinstance(value, list) or not value:
            self.fault(key, "must be a list of tables")
        for number, each in enumerate(value):
            name = each.get("id", number) if isinstance(each, dict) else number
            yield Table(each, self.file, self.at(f"{key}.{name}"))

    def end(self) -> None:
        """Refuse what nothing has read: it is misspelt."""
        for key in sorted(self._unread):
            self.fault(key, "is not known here")

    def _pair(self, key: str) -> list[object]:
        value = self.entry(key)
        if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a pair
            self.fault(key, "must be a pair of numbers")
        return value

    def _range(self, key: str, pair: list[int]) -> Range:
        try:
            return Range(*pair)
        except ModelError as fault:
            raise ContentError(f"{self.file}: {self.at(key)}: {fault}") from fault

    def _number(self, key: str, value: object) -> int:
        if type(value) is not int:
            self.fault(key, "must be made of whole numbers")
        return value

    def _ms(self, key: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.fault(key, "must be in seconds")
        ms = Decimal(value) * 1000
        if not ms.is_finite() or ms < 0 or ms != int(ms):
            self.fault(key, f"must be a whole number of milliseconds, and not {value} s")
        return int(ms)
