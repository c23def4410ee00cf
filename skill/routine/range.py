"""A range of whole numbers, such as that of the repetitions, and a place in it by percent."""

from dataclasses import dataclass
from typing import Final

WHOLE: Final = 100
"""The upper end of a range, in percent."""


class ModelError(ValueError):
    """A number or a name in the routine is impossible; the message says which."""


@dataclass(frozen=True, slots=True)
class Range:
    """A range of whole numbers."""

    least: int
    """The smallest number of the range, 0 or more."""
    most: int
    """The largest number of the range, itself included."""

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            raise ModelError(f"{self.least} to {self.most} is no range")

    def __contains__(self, number: int) -> bool:
        return self.least <= number <= self.most

    def at(self, percent: int) -> int:
        """The number at *percent* of the range, rounded down, so that it stays in the range."""
        return self.least + (self.most - self.least) * percent // 100
