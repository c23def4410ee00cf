"""What people say, each utterance in its situation, through the whole skill.

utterances.toml, fresh.toml, people.toml and strangers.toml list them by situation and by what they
mean there: an intent, or Amazon's that it is like, and where the answer leaves the listener.
`situations.outcome` says how that is written.
"""

import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from situations import SITUATIONS, Replies, answer, outcome
from utterances import EARS, PHRASES


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


FILE: Final = _table("utterances.toml")
TABLES: Final[dict[str, list[dict[str, Any]]]] = {
    "listed": FILE["answer"],
    "fresh": _table("fresh.toml")["answer"],
    "people": _table("people.toml")["answer"],
    "strangers": _table("strangers.toml")["answer"],
}
"""The list that grew with the skill, and three that were written before any of them was tried."""
CLOSED: Final[dict[str, list[str]]] = FILE["closed"]
MEANINGS: Final = {intent.name: intent.meaning for intent in PHRASES.intents}
SHARE: Final = 0.95
"""What the project promises of the utterances in scope; of those marked `safe` it is all."""

FEWEST: Final = {"listed": 550, "fresh": 400, "people": 900, "strangers": 370}
"""So many utterances each table has at least."""


class Tried(NamedTuple):
    """What one utterance came to."""

    safe: bool
    """Whether it concerns safety."""
    wrong: str
    """What it was taken for; empty where it was answered as it is meant."""


def _tried(row: dict[str, Any], utterance: str, replies: Replies) -> Tried:
    """Say *utterance* in the situation of its *row*."""
    meaning = MEANINGS[EARS.hear(utterance)["name"]]
    _, heard = answer(row["at"], utterance)
    found = outcome(heard, replies.last)
    means, then = row["means"], row["then"]
    if isinstance(means, str):  # one meaning, one outcome
        right = (meaning, found) == (means, then)
    else:
        right = meaning in means and found.startswith(tuple(then))
    safe = row.get("safe", False)
    return Tried(safe, "" if right else f"{row['at']}: {utterance!r} is {meaning}, {found}")


@pytest.mark.parametrize("name", TABLES)
def test_what_people_say_is_answered_as_it_is_meant(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run it with -s for the figure."""
    replies = Replies(monkeypatch)
    tried = [_tried(row, utterance, replies) for row in TABLES[name] for utterance in row["said"]]
    wrong = [each.wrong for each in tried if each.wrong]
    share = 1 - len(wrong) / len(tried)
    print(f"{name}: {share:.1%} of {len(tried)} are answered as meant")  # noqa: T201 - the figure of the measure

    assert [each.wrong for each in tried if each.wrong and each.safe] == []
    assert share >= SHARE, wrong


@pytest.mark.parametrize("situation", SITUATIONS)
def test_in_every_situation_most_of_what_is_listed_is_answered_as_it_is_meant(
    situation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = Replies(monkeypatch)
    tried = [
        _tried(row, utterance, replies)
        for row in TABLES["listed"]
        if row["at"] == situation
        for utterance in row["said"]
    ]
    wrong = [each.wrong for each in tried if each.wrong]

    assert len(tried) - len(wrong) >= SHARE * len(tried), wrong


def test_the_tables_have_every_situation_and_enough_utterances() -> None:
    for name, fewest in FEWEST.items():
        assert {row["at"] for row in TABLES[name]} == set(SITUATIONS)
        assert sum(len(row["said"]) for row in TABLES[name]) >= fewest


def _shared() -> dict[str, set[str]]:
    """What is in scope of shared/utterances.txt, which stays outside the project, by situation."""
    beside = (above / "shared" / "utterances.txt" for above in Path(__file__).parents)
    file = next((place for place in beside if place.is_file()), None)
    said: dict[str, set[str]] = {}
    situation = ""
    for line in file.read_text("utf-8").splitlines() if file else ():
        utterance, _, remark = line.partition("\t")
        if line.startswith("["):
            situation = line.strip("[]")
        elif line and not line.startswith("#") and "out of scope" not in remark:
            said.setdefault(situation, set()).add(utterance)
    return said


@pytest.mark.skipif(not _shared(), reason="no file shared/utterances.txt is beside the project")
def test_the_table_has_every_utterance_in_scope_that_was_tried_as_new_users_would() -> None:
    listed: dict[str, set[str]] = {"closed": {*CLOSED["opens"], *CLOSED["unheard"]}}
    for row in TABLES["listed"]:
        listed.setdefault(row["at"], set()).update(row["said"])

    missing = {at: sorted(said - listed.get(at, set())) for at, said in _shared().items()}
    assert {at: said for at, said in missing.items() if said} == {}


def test_without_a_session_alexa_opens_the_skill_by_its_name_alone() -> None:
    assert all(EARS.is_launch(said) for said in CLOSED["opens"])
    assert not any(EARS.is_launch(said) for said in CLOSED["unheard"])


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("this one's too hard", "this is too hard"),
        ("too hard", "this is too hard"),
        ("i'm done", "i am done"),
        ("i'm back", "i am back"),
        ("i can't do this", "i can not do this"),
        ("i can't breathe", "i cannot breathe"),
        ("let's start", "let us start"),
        ("i've got a cramp", "i have got a cramp"),
    ],
)
def test_the_same_in_fewer_words_means_the_same(short: str, full: str) -> None:
    assert MEANINGS[EARS.hear(short)["name"]] == MEANINGS[EARS.hear(full)["name"]]


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
