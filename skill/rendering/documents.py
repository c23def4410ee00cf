"""The documents that draw a screen: JSON files beside this module, and the drawings."""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from skill.language.screens import Stroke

FOLDER: Final = Path(__file__).with_name("documents")

SIZE: Final = 200
"""The side of the square that a drawing is drawn in."""

MERGED: Final = ("graphics", "layouts", "resources", "styles")
"""The parts of a document that `common.json` has a share in."""


class Shape(StrEnum):
    """The shapes of screens, each with a layout of its own for what is led."""

    ROUND = "round"
    TALL = "tall"
    """Higher than wide."""
    WIDE = "wide"


class Documents:
    """The documents, with each of *drawings* in place: made once, shared by all answers."""

    def __init__(self, drawings: Mapping[str, tuple[Stroke, ...]]) -> None:
        common = _read("common")
        looks: dict[str, dict[str, Any]] = _read("strokes")
        graphics = {name: _graphic(strokes, looks) for name, strokes in drawings.items()}
        graphics[""] = _graphic((), looks)
        leading = _merged(common, _read("leading"))
        self._leading = {
            shape: _made(_merged(leading, _read(f"leading_{shape}")), graphics) for shape in Shape
        }
        self._asking = _made(_merged(common, _read("asking")), graphics)

    def leading(self, exercise: str, shape: Shape) -> dict[str, Any]:
        """The document that leads *exercise*."""
        documents = self._leading[shape]
        return documents.get(exercise) or documents[""]

    def asking(self, exercise: str) -> dict[str, Any]:
        """The document that waits for a word or a touch, at *exercise* or at none."""
        return self._asking.get(exercise) or self._asking[""]


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FOLDER.joinpath(f"{name}.json").read_text("utf-8"))
    return found


def _merged(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    document = {**common, **own}
    for part in MERGED:
        shares = [each[part] for each in (common, own) if part in each]
        if shares and isinstance(shares[0], list):
            document[part] = [row for share in shares for row in share]
        elif shares:
            document[part] = {key: value for share in shares for key, value in share.items()}
    return document


def _made(
    document: Mapping[str, Any], graphics: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The *document* with each of *graphics* as its drawing, by exercise."""
    return {
        name: {**document, "graphics": {**document.get("graphics", {}), "drawing": graphic}}
        for name, graphic in graphics.items()
    }


def _graphic(strokes: tuple[Stroke, ...], looks: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The *strokes* as an Alexa Vector Graphic, each with the look of its kind.

    Its parameter `mirror` is 1 where the right foot works, and -1 where the left one does.
    """
    paths = [
        {"type": "path", "pathData": stroke.path, **looks.get(stroke.kind, {})}
        for stroke in strokes
    ]
    return {
        "type": "AVG",
        "version": "1.2",
        "width": SIZE,
        "height": SIZE,
        "parameters": [{"name": "mirror", "type": "number", "default": 1}],
        "items": [
            {
                "type": "group",
                "transform": f"translate({SIZE // 2}) scale(${{mirror}} 1) translate(-{SIZE // 2})",
                "items": paths,
            }
        ],
    }
