"""The content folder: the languages in it, and the text and tables of its files."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from skill.language.errors import ContentError
from skill.language.table import Table

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

OWN: Final = Path(__file__).parents[1] / "content"
"""The content folder of this package."""

DRAWINGS: Final = "drawings"
"""The folder in it with a drawing of each exercise, `heel_raises.svg` and so on."""


def languages(content: "Traversable" = OWN) -> tuple[str, ...]:
    """The name of every language that *content* has a folder for, in order."""
    folders = (each.name for each in content.iterdir() if each.is_dir())
    return tuple(sorted(n for n in folders if n != DRAWINGS and not n.startswith("_")))


def text(name: str, content: "Traversable" = OWN) -> str:
    """The text of the file called *name*, such as `en/words.toml`.

    Raises `ContentError` where it is missing or is not UTF-8.
    """
    try:
        return content.joinpath(*name.split("/")).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ContentError(f"{name}: cannot be read ({type(fault).__name__})") from fault


def table(name: str, content: "Traversable" = OWN) -> Table:
    """The whole TOML file called *name*, its decimals exact.

    Raises `ContentError` as `text` does, and where it is not TOML.
    """
    try:
        tables = tomllib.loads(text(name, content), parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        raise ContentError(f"{name}: not TOML: {fault}") from fault
    return Table(tables, name)
