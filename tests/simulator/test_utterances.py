"""What people say, each utterance in its situation, through the whole skill.

utterances.toml lists them by situation and by what they mean there: an intent, or Amazon's that it
is like, and where the answer leaves the listener. `situations.outcome` says how that is written.
"""

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from situations import SITUATIONS, Replies, answer, outcome
from utterances import EARS, PHRASES

TABLE: Final[list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("utterances.toml").read_text(encoding="utf-8")
)["answer"]
MEANINGS: Final = {intent.name: intent.meaning for intent in PHRASES.intents}
SAFETY: Final = {"PainIntent", "EmergencyIntent", "TiredIntent", "AMAZON.StopIntent"}
SHARE: Final = 0.95
"""What the project promises of the utterances in scope; of those of `SAFETY` it is all."""

FEWEST: Final = 550
"""So many utterances the table has at least."""


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_people_say_is_answered_as_it_is_meant(
    situation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = Replies(monkeypatch)
    said = 0
    wrong: list[str] = []
    unsafe: list[str] = []
    for row in TABLE:
        for utterance in row["said"] if row["at"] == situation else ():
            said += 1
            meaning = MEANINGS[EARS.hear(utterance)["name"]]
            _, heard = answer(situation, utterance)
            found = outcome(heard, replies.last)
            if (meaning, found) != (row["means"], row["then"]):
                wrong.append(f"{utterance!r} is {meaning}, {found}")
                unsafe += [utterance] if row["means"] in SAFETY else []

    assert unsafe == [], wrong
    assert said - len(wrong) >= SHARE * said, wrong
    assert said


def test_the_table_has_every_situation_and_enough_utterances() -> None:
    assert {row["at"] for row in TABLE} == set(SITUATIONS)
    assert sum(len(row["said"]) for row in TABLE) >= FEWEST


@pytest.mark.parametrize("filler", ["um {}", "okay {}", "well {} please", "so {}", "{} thanks"])
@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("next", "AMAZON.NextIntent"),
        ("stop", "AMAZON.StopIntent"),
        ("repeat", "AMAZON.RepeatIntent"),
        ("go to toe curls", "GoToExerciseIntent"),
        ("how many more", "CountIntent"),
        ("it hurts", "PainIntent"),
        ("i feel dizzy", "EmergencyIntent"),
    ],
)
def test_fillers_change_nothing(filler: str, said: str, meaning: str) -> None:
    assert MEANINGS[EARS.hear(filler.format(said))["name"]] == meaning


@pytest.mark.parametrize("said", ["next", "stop", "wait", "it hurts", "how many more", "slower"])
@pytest.mark.parametrize("times", [2, 3])
def test_what_is_said_twice_or_three_times_means_the_same(said: str, times: int) -> None:
    once, often = (EARS.hear(" ".join([said] * count))["name"] for count in (1, times))

    assert MEANINGS[once] == MEANINGS[often]


def test_amazons_intents_hear_their_exact_phrases_only() -> None:
    for said in ("um next", "next please", "next next", "okay stop", "stop stop stop"):
        assert not EARS.hear(said)["name"].startswith("AMAZON."), said
