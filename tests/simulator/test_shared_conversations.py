"""Conversations made from public reports, which stay outside the project: each is met as expected.

They lie in shared/cases beside the project, as lines to be typed. What is expected of each stands
here, by its number; the reports themselves are named in the folder's own list.
"""

from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from plans import ENGLISH
from turns import MORNING
from utterances import EARS

from skill import app
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.simulator.stage import Stage, StageError, duration_ms, moment_ms
from skill.storage.memory_store import MemoryStore


class Expected(NamedTuple):
    """What one answer must say, and must not."""

    line: int
    """Which line of the case is answered, from 0; -1 is the last one."""
    words: str
    """What is said in the answer."""
    never: str = "did not understand"
    """What is not said in it."""


EXPECTED: Final[dict[str, tuple[Expected, ...]]] = {
    "23": (Expected(-1, "Left heel, set one"),),
    "25": (Expected(-1, "Say gently, or skip"),),
    "27": (Expected(-1, "We do ankle circles, toe curls and band presses"),),
    "29": (
        Expected(1, "Move slowly"),
        Expected(2, "You have done five. Five to go."),
        Expected(3, "Yes, do hold on"),
        Expected(4, "as far as it feels good"),
    ),
    "31": (
        Expected(0, "Heel raises"),
        Expected(1, "Twenty minutes is the longest", "half hour"),
    ),
    "32": (Expected(-1, "Right heel, set one"),),
    "34": (Expected(-1, "(The session ends.)"),),
    "36": (Expected(-1, "Is it bad?"),),
    "38": (Expected(1, "toe curls"), Expected(-1, "(The session ends.)")),
    "39": (Expected(1, "left foot, set one"), Expected(2, "Left heel, set one of two. (6 s)")),
    "40": (Expected(2, "Next, heel raises"), Expected(-1, "Slowly raise your right heel")),
    "41": (
        Expected(2, "from now on"),
        Expected(5, "four exercises"),
        Expected(6, "heel raises, ankle circles, toe curls and band presses", "toe walking"),
    ),
    "42": (Expected(2, "Ten minutes"), Expected(-1, "two exercises")),
    "43": (Expected(-1, "You have done five. Five to go."),),
}
"""By the number of the case."""

BEGUN: Final = {"40": "next"}
"""What is said after the lines of a case: an exercise waits until its listener is ready."""


def _cases() -> list[Path]:
    beside = (above / "shared" / "cases" for above in Path(__file__).parents)
    folder = next((place for place in beside if place.is_dir()), None)
    return sorted(folder.glob("*.txt")) if folder else []


CASES: Final = _cases()
ABSENT: Final = "no folder shared/cases is beside the project"


class Played(NamedTuple):
    """A case that was played."""

    answers: list[str]
    """What was noticed after each line."""
    attributes: list[dict[str, Any]]
    """The session attributes after each request."""


def _play(case: Path) -> Played:
    clock = Clock.stopped(MORNING)
    made = app.build(MemoryStore(clock), str)
    attributes: list[dict[str, Any]] = []

    def converse(envelope: dict[str, Any]) -> dict[str, Any]:
        response: dict[str, Any] = made.converse(envelope)
        attributes.append(response.get("sessionAttributes") or {})
        return response

    echo = Echo(converse, EARS, clock, Device("en-US"), ENGLISH.rate)
    stage = Stage(clock, lambda _: echo)
    stage.say("open my foot routine")
    lines = [*case.read_text("utf-8").splitlines(), *_begun(case)]
    answers = [" ".join(_act(stage, line)) for line in lines]
    return Played(answers, attributes)


def _begun(case: Path) -> list[str]:
    return [BEGUN[case.stem[:2]]] if case.stem[:2] in BEGUN else []


def _act(stage: Stage, line: str) -> list[str]:
    """Do what *line* says; what would be said after the end of a speech is said at its end."""
    command, _, rest = line.partition(" ")
    if command == "/wait":
        return stage.later(duration_ms(rest))
    if command != "/after":
        return stage.say(line)
    moment, _, phrase = rest.partition(" ")
    try:
        return stage.say(phrase, moment_ms(moment))
    except StageError:
        return stage.say(phrase)


@pytest.mark.skipif(not CASES, reason=ABSENT)
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_conversation_of_a_public_report_is_met_as_expected(case: Path) -> None:
    answers = _play(case).answers

    for expected in EXPECTED[case.stem[:2]]:
        assert expected.words.casefold() in answers[expected.line].casefold()
        assert expected.never not in answers[expected.line]


@pytest.mark.skipif(not CASES, reason=ABSENT)
def test_a_jump_ahead_counts_nothing_as_done() -> None:
    (case,) = (path for path in CASES if path.stem.startswith("38"))
    after = [kept["done"] for kept in _play(case).attributes if kept]

    assert after
    assert not any(after)
