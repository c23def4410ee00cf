"""What screens show and when: screens.toml, and the drawings."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree

from skill.language.errors import ContentError
from skill.language.folder import DRAWINGS, OWN, table, text
from skill.language.words import Words

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SVG_PATH: Final = "{http://www.w3.org/2000/svg}path"

NOTHING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


class Stroke(NamedTuple):
    """One line of a drawing."""

    kind: str
    """What it shows: `body`, `chair`, `working`, `lifted`, `thing` or `motion`."""
    path: str
    """Its path, as SVG writes one, in a square of 200 by 200."""


class Screens(NamedTuple):
    """What screens.toml says, and the drawings."""

    start_ms: int = 0
    """Milliseconds from the moment a document is shown to the first word."""
    grace_percent: int = 0
    """Percent of the time of all words to wait after the speech, before a screen goes on."""
    grace_ms: int = 0
    """Milliseconds to wait besides."""
    ready_ms: int = 0
    """Milliseconds to get ready for an exercise that the screen went on to by itself."""
    moves: Mapping[str, str] = MappingProxyType({})
    """The intent of each move that a screen may ask for, by the name of the move."""
    leading: tuple[str, ...] = ()
    """The moves on the buttons while an exercise is led."""
    prompts: Mapping[str, tuple[str, ...]] = NOTHING
    """The moves on the buttons after each prompt, by the prompt's key."""
    standing: frozenset[str] = frozenset()
    """The prompts, by key, after which both feet are on the floor, and no exercise is drawn."""
    drawings: Mapping[str, tuple[Stroke, ...]] = MappingProxyType({})
    """The strokes of the drawing of each exercise that has one; the right foot works in it."""


def load(exercises: Iterable[str], content: "Traversable" = OWN) -> Screens:
    """Read screens.toml, and the drawings of *exercises*.

    Raises `ContentError` where a button asks for no known move, a prompt is not known, or a drawing
    is none.
    """
    top = table("screens.toml", content)
    names = ("moves", "prompts", "leading", "standing")
    moves, prompts, leading, standing = (top.table(name) for name in names)
    screens = Screens(
        start_ms=top.ms("start_seconds"),
        grace_percent=top.percent("grace_percent"),
        grace_ms=top.ms("grace_seconds"),
        ready_ms=top.ms("ready_seconds"),
        moves={name: moves.text(name) for name in moves},
        leading=leading.texts("buttons"),
        prompts={key: prompts.texts(key) for key in prompts},
        standing=frozenset(standing.texts("prompts")),
        drawings=_drawings(exercises, content),
    )
    for tables in (leading, standing, top):
        tables.end()
    for key, buttons in (("leading", screens.leading), *screens.prompts.items()):
        if unknown := set(buttons) - set(screens.moves):
            raise ContentError(f"screens.toml: {key} has the unknown move {min(unknown)}")
    if strange := screens.standing - set(screens.prompts):
        raise ContentError(f"screens.toml: standing has the unknown prompt {min(strange)}")
    return screens


def check(screens: Screens, words: Words) -> None:
    """Hold the *words* to the moves: each has words for its button, and no other has.

    Raises `ContentError` naming the file and the key.
    """
    prefix = "button."
    named = {key.removeprefix(prefix) for key in words.sentences if key.startswith(prefix)}
    for name in sorted(named ^ set(screens.moves)):
        why = "is missing" if name in screens.moves else "is no move of screens.toml"
        raise ContentError(f"{words.file}: {prefix}{name} {why}")


def _drawings(exercises: Iterable[str], content: "Traversable") -> dict[str, tuple[Stroke, ...]]:
    folder = content.joinpath(DRAWINGS)
    found = {}
    for name in exercises:
        file = f"{name}.svg"
        if folder.joinpath(file).is_file():
            found[name] = _strokes(f"{DRAWINGS}/{file}", text(f"{DRAWINGS}/{file}", content))
    return found


def _strokes(name: str, svg: str) -> tuple[Stroke, ...]:
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - the skill's own file
    except ElementTree.ParseError as fault:
        raise ContentError(f"{name}: not XML: {fault}") from fault
    strokes = tuple(
        Stroke(path.get("class", ""), re.sub(r"\s+", " ", path.get("d", "")).strip())
        for path in root.iter(SVG_PATH)
    )
    if not strokes or not all(all(stroke) for stroke in strokes):
        raise ContentError(f"{name}: every drawing has paths, each with a class and a d")
    return strokes
