"""What was measured, beside its baseline and its mark: a table to read and to paste."""

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One figure, beside its baseline."""

    what: str
    """What was measured."""
    unit: str
    """The unit of both figures."""
    ours: float
    """This project's figure."""
    baseline: float
    """The figure of what it is compared with, from the same run."""
    most: float = 0.0
    """The mark: the largest ratio of ours to the baseline; 0 where there is none."""
    least: float = 0.0
    """The mark: the smallest ratio; 0 where there is none."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it is shown."""
        ratio = self.ours / self.baseline
        mark, met = "", ""
        if self.most:
            mark, met = f"at most {self.most:.2f}x", "yes" if ratio <= self.most else "no"
        if self.least:
            mark, met = f"at least {self.least:g}x", "yes" if ratio >= self.least else "no"
        return (
            self.what,
            f"{self.ours:.4g} {self.unit}",
            f"{self.baseline:.4g} {self.unit}",
            f"{ratio:.2f}x",
            mark,
            met,
        )


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
