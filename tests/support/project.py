"""Where things stand in the project."""

from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[2]

SUPPORT: Final = PROJECT / "tests" / "support"
"""What tests share: fakes, servers to start, and tools."""

SCRIPTS: Final = sorted((PROJECT / "tests" / "conversations").glob("*/*.txt"))
"""The conversation scripts, by locale."""
