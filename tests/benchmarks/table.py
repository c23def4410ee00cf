"""What was measured, beside its baseline and what is to be reached: a table to read and paste."""

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One figure of ours and its baseline's, in *unit*; the ratio to reach is *most* or *least*."""

    what: str
    unit: str
    ours: float
    baseline: float
    most: float = 0.0
    least: float = 0.0

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it is shown."""
        ratio = self.ours / self.baseline
        target, met = "", ""
        if self.most:
            target, met = f"at most {self.most:g} x", "yes" if ratio <= self.most else "no"
        if self.least:
            target, met = f"at least {self.least:g} x", "yes" if ratio >= self.least else "no"
        return (
            self.what,
            f"{self.ours:.4g} {self.unit}",
            f"{self.baseline:.4g} {self.unit}",
            f"{ratio:.2f} x",
            target,
            met,
        )


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
