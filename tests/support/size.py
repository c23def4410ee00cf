"""How much torture: what a push waits for, or what a night is for."""

import os
from typing import Final

LONG: Final = os.environ.get("FOOT_ROUTINE_LONG") == "1"
"""The one option: `FOOT_ROUTINE_LONG=1` in the environment."""


def of(short: int, long: int) -> int:
    """Pick the count for this run."""
    return long if LONG else short
