"""What was kept before the rooms were built is still read: nobody loses anything by an update.

`kept_2026_11.json` holds session attributes and stored states as the skill of 28 November 2026
wrote them, at eight moments of a conversation.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from plans import ROUTINE, planned

from skill.listener.codec import decode, encode

KEPT: Final[list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("kept_2026_11.json").read_text("utf-8")
)
WRITTEN: Final = {
    f"{each['what']}: {form}": each[form]
    for each in KEPT
    for form in ("attributes", "row")
    if each[form]
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_place_pain_wishes_and_memory_are_found_again(written: dict[str, Any]) -> None:
    found = encode(decode(written, ROUTINE, planned))

    for key in ("exercise", "foot", "set", "phase", "asked", "hurt", "pained", "memory", "saved"):
        assert found[key] == written[key], key
    assert written["wishes"].items() <= found["wishes"].items()
    assert found.get("unwell") == written.get("unwell")
    assert found.get("earlier") == written.get("earlier")


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_the_moments_that_the_playhead_counts_from_are_found_again(written: dict[str, Any]) -> None:
    state = decode(written, ROUTINE, planned)

    assert state.speech_requested_at == written["began"]
    assert state.routine_started_at == written["started"]
    assert state.last_turn_at == written["at"]
    assert state.lead_ms == written["lead_ms"]


def test_all_that_can_be_kept_is_among_them() -> None:
    """Else the rules above would hold of nothing."""
    rows = list(WRITTEN.values())

    assert any(row["hurt"] for row in rows)
    assert any(row.get("unwell") for row in rows)
    assert any(row["memory"].get("usual") for row in rows)
    assert any(row["memory"].get("sessions") for row in rows)
    assert any(row["wishes"].get("settled") for row in rows)
    assert any(row["done"] for row in rows)
