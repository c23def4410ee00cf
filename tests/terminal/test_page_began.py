"""When a routine that a page leads began, as the history tells it."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from skill import home
from skill.listener.history import DAY_MS
from skill.terminal.coach import PageCoach

STARTED: Final = 1_796_000_000_000
"""In ms since 1970: 2026-11-30, 00:53:20 UTC. Start was pressed then."""

STARTED_CSV: Final = "2026-11-30T00:53:20Z"


class Led:
    """A page that has led since `STARTED`, and what it has the server keep."""

    def __init__(self, folder: Path) -> None:
        self.now = STARTED
        made = home.build(folder / "places.db", lambda: self.now)
        self.coach = PageCoach(
            made, "listener", lambda: self.now, locale="en-US", folder=folder, voice=None
        )
        cues = self.coach.timeline()["cues"]
        self.sets = list(
            dict.fromkeys((cue["exercise"], cue["side"], cue["set"]) for cue in cues if cue["set"])
        )

    def told(self, place: tuple[str, str, int], **more: object) -> Mapping[str, Any]:
        """What the page tells of a set."""
        names = dict(zip(("exercise", "side", "set"), place, strict=True))
        return names | {"since_ms": self.now - STARTED} | more

    def done(self, first: int = 0) -> None:
        """All sets from the one of that number on, one a minute."""
        for place in self.sets[first:]:
            self.now += 60_000
            self.coach.note(self.told(place))

    @property
    def began(self) -> list[str]:
        """When the routines of the history began."""
        rows = csv.DictReader(self.coach.history_csv().splitlines())
        return [row["began"] for row in rows]


@pytest.fixture
def led(tmp_path: Path) -> Led:
    return Led(tmp_path)


def test_a_routine_began_when_the_page_began_to_lead_it(led: Led) -> None:
    led.done()

    assert led.began == [STARTED_CSV]


def test_a_word_in_the_first_set_is_not_its_beginning(led: Led) -> None:
    led.now += 30_000
    led.coach.say(led.told(led.sets[0], elapsed_ms=10_000, text="how many more"))
    led.done()

    assert led.began == [STARTED_CSV]


def test_the_second_routine_on_a_page_has_a_beginning_of_its_own(led: Led) -> None:
    led.done()
    again = led.now = led.now + 60_000
    for place in led.sets:
        led.now += 60_000
        led.coach.note(led.told(place, since_ms=led.now - again))

    assert led.began == [STARTED_CSV, "2026-11-30T01:28:20Z"]


def test_a_page_that_was_left_for_a_day_begins_anew(led: Led) -> None:
    led.now += DAY_MS
    led.done()

    assert led.began == ["2026-12-01T00:54:20Z"]


@pytest.mark.parametrize("since_ms", [-1, "1", True, None, 1.5])
def test_a_beginning_that_makes_no_sense_is_refused(led: Led, since_ms: object) -> None:
    with pytest.raises(ValueError, match="since_ms"):
        led.coach.note(led.told(led.sets[0], since_ms=since_ms))
