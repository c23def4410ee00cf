"""What is wished on the page: slower in its midst, and the list of wishes before the start."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from skill import home
from skill.app import App
from skill.listener.history import DAY_MS
from skill.simulator.clock import Clock
from skill.terminal.coach import PageCoach

SET = {"exercise": "heel_raises", "side": "left", "set": 1, "elapsed_ms": 20_000, "playing": True}
"""The fourth repetition of the second set of the routine: the first set on that foot."""

STANDING = {"heel_raises", "toe_walking"}


@pytest.fixture
def clock() -> Clock:
    return Clock.stopped(home.now())


@pytest.fixture
def made(tmp_path: Path, clock: Clock) -> App:
    return home.build(tmp_path / "places.db", clock)


@pytest.fixture
def coach(made: App, tmp_path: Path, clock: Clock) -> PageCoach:
    return PageCoach(
        made, "listener", clock, locale="en-US", folder=tmp_path / "recordings", voice=None
    )


def wished(coach: PageCoach, **changed: object) -> Mapping[str, Any]:
    """The answer to the wishes as they are, for today, but for those that are *changed*."""
    now = coach.wishes()
    wishes = {
        "minutes": now["minutes"],
        "feet": now["feet"],
        "exercises": [each["id"] for each in now["exercises"] if each["chosen"]],
        "missing": [each["id"] for each in now["things"] if not each["chosen"]],
        "gently": now["gently"],
    }
    return coach.wish(wishes | {"always": False} | changed)


def led(coach: PageCoach) -> list[str]:
    """The exercises of the timeline, in order."""
    return list(dict.fromkeys(c["exercise"] for c in coach.timeline()["cues"] if c["exercise"]))


def sets(coach: PageCoach, side: str) -> dict[tuple[str, int], int]:
    """Milliseconds of each set on *side*, by exercise and set."""
    found: dict[tuple[str, int], int] = {}
    for cue in coach.timeline()["cues"]:
        if cue["side"] == side and cue["kind"] not in {"welcome", "next_exercise"}:
            key = (cue["exercise"], cue["set"])
            found[key] = found.get(key, 0) + cue["ms"]
    return found


def test_slower_changes_what_is_ahead_and_lets_the_set_go_on(coach: PageCoach) -> None:
    wished(coach, missing=["band"])
    before, exercises = sets(coach, "left"), led(coach)
    behind = sets(coach, "right")["heel_raises", 1]
    answer = coach.say({"said": "slower"} | SET)

    assert answer["words"] == "Slower, then."
    assert (answer["changed"], answer["later"], answer["asks"]) == (True, True, "")
    assert led(coach) == exercises
    assert sets(coach, "left")["heel_raises", 2] > before["heel_raises", 2]
    assert sets(coach, "right")["heel_raises", 1] == behind
    assert coach.timeline()["place"] == {"exercise": "heel_raises", "side": "left", "set": 1}


def test_slower_that_costs_an_exercise_is_asked_about_first(coach: PageCoach) -> None:
    before = coach.timeline()["cues"]
    answer = coach.say({"said": "slower"} | SET)

    assert answer["asks"] == "slower"
    assert "there is no time for toe walking. Shall we leave that out" in answer["words"]
    assert coach.timeline()["cues"] == before


@pytest.mark.parametrize("word", ["yes", "no"])
def test_the_answer_to_that_question_is_obeyed(coach: PageCoach, word: str) -> None:
    exercises = led(coach)
    coach.say({"said": "slower"} | SET)
    answer = coach.say({"said": word} | SET | {"playing": False})

    assert answer["asks"] == ""
    assert answer["changed"] == answer["later"] == (word == "yes")
    out = {"toe_walking"} if word == "yes" else set()
    assert set(exercises) - set(led(coach)) == out


def test_the_set_that_is_heard_on_after_slower_is_kept_when_it_is_done(coach: PageCoach) -> None:
    wished(coach, missing=["band"])
    coach.say({"said": "slower"} | SET)
    coach.note(SET)

    assert coach.timeline()["place"] == {"exercise": "heel_raises", "side": "right", "set": 2}


def test_wishes_are_shown_as_they_are(coach: PageCoach) -> None:
    found = coach.wishes()

    assert (found["minutes"], found["most_minutes"], found["feet"]) == (20, 20, "both")
    assert all(each["chosen"] for each in (*found["exercises"], *found["things"]))
    assert {each["id"] for each in found["exercises"] if not each["seated"]} == STANDING
    assert [each["name"] for each in found["things"]] == ["A chair", "A towel", "A band"]


def test_minutes_and_one_foot_change_the_routine(coach: PageCoach) -> None:
    answer = wished(coach, minutes=10, feet="left")

    assert answer["changed"]
    assert (answer["wishes"]["minutes"], answer["wishes"]["feet"]) == (10, "left")
    found = coach.timeline()
    assert found["routine_ms"] <= 10 * 60_000
    assert {cue["side"] for cue in found["cues"]} <= {"left", "both", None}


def test_exercises_and_what_needs_a_missing_thing_are_left_out(coach: PageCoach) -> None:
    answer = wished(coach, exercises=["ankle_circles", "toe_curls", "resisted_flexion"])
    assert answer["words"] == "We do ankle circles, toe curls and band presses."
    assert led(coach) == ["ankle_circles", "toe_curls", "resisted_flexion"]

    wished(coach, missing=["towel"])
    assert led(coach) == ["ankle_circles", "resisted_flexion"]


def test_a_wish_that_cannot_be_met_changes_nothing_and_is_not_kept(
    coach: PageCoach, clock: Clock
) -> None:
    before = coach.timeline()["cues"]
    for name, wish in (("minutes", 1), ("exercises", [])):
        answer = wished(coach, always=True, **{name: wish})
        assert not answer["changed"]
        assert "short" in answer["words"] or "nothing to do" in answer["words"]
    clock.move_on(DAY_MS)

    assert coach.timeline()["cues"] == before
    assert coach.wishes()["minutes"] == 20


@pytest.mark.parametrize("always", [False, True])
def test_wishes_are_kept_for_every_routine_only_where_that_is_asked_for(
    coach: PageCoach, clock: Clock, *, always: bool
) -> None:
    answer = wished(coach, minutes=12, exercises=["toe_curls", "ankle_circles"], always=always)
    assert ("from now on" in answer["words"]) == always
    clock.move_on(DAY_MS)

    assert coach.wishes()["minutes"] == (12 if always else 20)
    assert len(led(coach)) == (2 if always else 5)


def test_wishes_that_were_kept_are_undone(coach: PageCoach, clock: Clock) -> None:
    wished(coach, minutes=12, always=True)
    wished(coach, minutes=20, always=True)
    clock.move_on(DAY_MS)

    assert coach.wishes()["minutes"] == 20


def test_gently_is_not_offered_where_there_is_nothing_gentler(coach: PageCoach) -> None:
    assert coach.wishes()["gentler"] is False


def test_gently_changes_the_routine_where_it_is_offered_and_is_undone(coach: PageCoach) -> None:
    wished(coach, missing=["band"])
    before = coach.timeline()["cues"]
    assert coach.wishes()["gentler"] is True
    answer = wished(coach, gently=True)

    assert "Gently today" in answer["words"]
    assert answer["wishes"]["gently"] is True
    assert coach.timeline()["cues"] != before
    assert wished(coach, gently=False)["wishes"]["gently"] is False
    assert coach.timeline()["cues"] == before


def test_gently_is_kept_where_that_is_asked_for(coach: PageCoach, clock: Clock) -> None:
    wished(coach, missing=["band"], gently=True, always=True)
    clock.move_on(DAY_MS)

    assert coach.wishes()["gently"] is True


def test_what_is_forgotten_has_no_wishes(coach: PageCoach) -> None:
    wished(coach, minutes=12, always=True)
    coach.say({"said": "forget"})
    coach.say({"said": "yes"})

    assert coach.wishes()["minutes"] == 20


def test_wishes_before_a_place_leave_the_place(coach: PageCoach) -> None:
    coach.note(SET)
    place = coach.timeline()["place"]
    wished(coach, minutes=15)

    assert coach.timeline()["place"] == place


@pytest.mark.parametrize(
    "wishes",
    [
        {"minutes": 0},
        {"minutes": 61},
        {"minutes": "ten"},
        {"feet": "none"},
        {"feet": None},
        {"exercises": ["running"]},
        {"exercises": "toe_curls"},
        {"missing": [1]},
        {"missing": None},
    ],
)
def test_wishes_that_make_no_sense_are_refused(coach: PageCoach, wishes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"minutes|known|valid"):
        wished(coach, **wishes)
