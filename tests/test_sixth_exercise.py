"""One exercise more takes data files only, and is led from its phrase to the farewell."""

import shutil
from pathlib import Path
from typing import Final

import pytest
from turns import MORNING, listener_key

from skill import app
from skill.language import library, phrases
from skill.language.folder import OWN
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.simulator.stage import ENDS, Stage
from skill.simulator.understanding import Understanding
from skill.storage.memory_store import MemoryStore

MOST_TURNS: Final = 20
"""A routine of so many has gone astray."""

ADDED: Final = {
    "routine.toml": (
        ("kept_first = [", 'kept_first = ["toe_spreads", '),
        (
            "",
            """
[[exercise]]
id = "toe_spreads"
seated = true
needs = ["chair"]
feet = "turns"
first = "left"
sets = [2, 3]
reps = [5, 10]
settle_seconds = 2.0
change_seconds = 2.0
enter_seconds = 5.0

[[exercise.part]]
id = "spread"
beats = [{ id = "spread", kind = "move", seconds = [2.0, 3.0] }]
""",
        ),
    ),
    "en/words.toml": (
        ("[names.exercise]\n", '[names.exercise]\ntoe_spreads = "toe spreads"\n'),
        (
            "",
            """
[toe_spreads]
ready = "Stay seated."
full = "Toe spreads. Spread the toes of your {side} foot wide, {reps} times."
brief = "Toe spreads. Your {side} toes, {reps} times."
entry = "Toe spreads, {side} foot, set {set} of {sets}. {reps} times."
change = "Change feet. Your {side} toes, set {set} of {sets}."
rest = "A short rest. Your {side} toes, set {set} of {sets}."
ahead = 'Next, toe spreads. Stay seated. Say "next", or "repeat".'
why = "Toe spreads give your foot a broad base."
detail = "Spread them slowly."
""",
        ),
    ),
    "en/slots.toml": (
        ("[types.Exercise]\n", '[types.Exercise]\ntoe_spreads = ["toe spreads", "toe fans"]\n'),
    ),
}
"""What is put in the place of what in each file; the place of nothing is the end."""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content folder with one exercise more."""
    folder = tmp_path_factory.mktemp("more") / "content"
    shutil.copytree(OWN, folder)
    for name, changes in ADDED.items():
        file = folder / name
        text = file.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1) if old else text + new
        file.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def ears(content: Path) -> Understanding:
    """What hears the phrases of *content*; it keeps nothing of what it heard."""
    return Understanding(phrases.load("en", content))


@pytest.fixture
def stage(content: Path, ears: Understanding) -> Stage:
    """A room with the skill that is made of *content*."""
    clock, loaded = Clock.stopped(MORNING), library.load(content)
    made = app.build(MemoryStore(clock), listener_key, content=loaded)
    rate = loaded.words("en-US").rate
    return Stage(clock, lambda room: Echo(made.converse, ears, clock, Device("en-US", room), rate))


def say(stage: Stage, phrase: str) -> str:
    """All that is heard for *phrase*, said when the last speech is over."""
    return " ".join(stage.say(phrase))


def led(stage: Stage, phrase: str) -> list[str]:
    """All that is heard from *phrase* on, where "next" is said until the session ends."""
    heard = [say(stage, phrase)]
    while ENDS not in heard[-1]:
        assert len(heard) < MOST_TURNS
        heard.append(say(stage, "next"))
    return heard


def test_it_is_led_from_its_phrase_to_the_farewell(stage: Stage) -> None:
    say(stage, "open my foot routine")
    say(stage, "only toe fans")
    first, *_, last = led(stage, "start")

    assert "Toe spreads. Spread the toes of your left foot wide" in first
    assert "Change feet. Your right toes, set one of" in first
    assert "Well done. That was your whole routine." in last


def test_it_has_its_place_among_the_others(stage: Stage) -> None:
    """It is named and explained with them, and comes when they are done."""
    say(stage, "open my foot routine")
    listed = say(stage, "what are the exercises")
    why = say(stage, "why do we do toe spreads")
    *_, before, its_own, last = led(stage, "start")

    assert "toe spreads" in listed
    assert "Toe spreads give your foot a broad base." in why
    assert "Next, toe spreads. Stay seated." in before
    assert its_own.startswith("Alexa: Toe spreads.")
    assert "Well done. That was your whole routine." in last
