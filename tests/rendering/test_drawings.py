"""The drawings of the exercises: simple enough for any screen to draw them."""

import re
from typing import Final
from xml.etree import ElementTree

import pytest
from plans import ROUTINE

from skill.language.folder import DRAWINGS, OWN

PATH: Final = "{http://www.w3.org/2000/svg}path"
CLASSES: Final = {"body", "chair", "working", "lifted", "thing", "motion"}
COMMANDS: Final = re.compile(r"([MLHVCQAZa]|-?[0-9]+(\.[0-9]+)?|[ ,])+")
"""What Alexa's graphics (AVG) and browsers draw alike. Arcs may be relative, as circles are."""


@pytest.mark.parametrize("exercise", ROUTINE.ids)
def test_every_exercise_has_a_drawing_of_plain_paths(exercise: str) -> None:
    drawing = ElementTree.fromstring((OWN / DRAWINGS / f"{exercise}.svg").read_text("utf-8"))  # noqa: S314 - our own

    assert drawing.attrib == {"viewBox": "0 0 200 200"}
    assert len(drawing) >= 5
    for path in drawing:
        assert path.tag == PATH
        assert set(path.attrib) == {"class", "d"}
        assert path.attrib["class"] in CLASSES
        assert COMMANDS.fullmatch(path.attrib["d"])


@pytest.mark.parametrize("exercise", ROUTINE.ids)
def test_a_drawing_shows_what_works_and_how_it_moves(exercise: str) -> None:
    drawing = ElementTree.fromstring((OWN / DRAWINGS / f"{exercise}.svg").read_text("utf-8"))  # noqa: S314 - our own

    assert {"body", "working", "motion"} <= {path.attrib["class"] for path in drawing}


def test_no_drawing_is_left_over() -> None:
    assert {file.stem for file in (OWN / DRAWINGS).iterdir()} == set(ROUTINE.ids)
