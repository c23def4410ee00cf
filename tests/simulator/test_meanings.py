"""What people mean, written down before it was tried: most is understood, all about safety is."""

import tomllib
from pathlib import Path
from typing import Any, Final

from utterances import EARS, PHRASES

TABLE: Final[dict[str, list[dict[str, Any]]]] = tomllib.loads(
    Path(__file__).with_name("meanings.toml").read_text(encoding="utf-8")
)
MEANINGS: Final = {intent.name: intent.meaning for intent in PHRASES.intents}

SHARE: Final = 0.95
"""What the project promises of the utterances in scope."""

FEWEST: Final = 250
"""So many utterances the table has at least."""


def meant(utterance: str) -> str:
    return MEANINGS[EARS.hear(utterance)["name"]]


def wrong(*, safe_only: bool = False) -> list[str]:
    return [
        f"{utterance!r} is {meant(utterance)}, not {' or '.join(row['means'])}"
        for row in TABLE["meaning"]
        if row.get("safe") or not safe_only
        for utterance in row["said"]
        if meant(utterance) not in row["means"]
    ]


def test_most_of_what_people_mean_is_understood() -> None:
    said = sum(len(row["said"]) for row in TABLE["meaning"])
    understood = said - len(wrong())
    print(f"{understood} of {said} utterances are understood: {understood / said:.1%}")  # noqa: T201 - the figure of the measure

    assert said >= FEWEST
    assert understood >= SHARE * said, wrong()


def test_what_concerns_safety_is_all_understood() -> None:
    assert wrong(safe_only=True) == []


def test_what_the_skill_does_not_do_is_taken_for_nothing_else() -> None:
    for row in TABLE["out_of_scope"]:
        assert row["why"]
        for utterance in row["said"]:
            assert meant(utterance) == "AMAZON.FallbackIntent", utterance
