"""What the words of a slot mean, for requests in which Alexa did not look them up.

That is rare: test tools, look-ups that failed, numbers as words. So phrases.toml and slots.toml are
read only when it is needed, and no more of them than slots, their values and the numbers.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from skill.language import folder
from skill.language.patterns import expand


def slot_id(language: str, intent: str, slot: str, said: str) -> str:
    """The id that *said* has in the type of *slot* of *intent*; empty where it has none."""
    kind = _read(language)["intents"].get(intent, {}).get("slots", {}).get(slot, "")
    return _values(language, kind).get(_plain(said), "")


def number(language: str, said: str) -> int | None:
    """The number that *said* names, in words; None where it names none that is known."""
    numbers: list[str] = _read(language)["numbers"]
    return numbers.index(_plain(said)) if _plain(said) in numbers else None


@cache
def _read(language: str) -> Mapping[str, Any]:
    texts = (folder.text(f"{language}/{name}.toml", folder.OWN) for name in ("phrases", "slots"))
    return tomllib.loads("\n".join(texts))


@cache
def _values(language: str, kind: str) -> Mapping[str, str]:
    values = _read(language)["types"].get(kind, {})
    return {said: id_ for id_, names in values.items() for name in names for said in expand(name)}


def _plain(said: str) -> str:
    return " ".join(said.casefold().replace("-", " ").split())
