"""Which times the page counts down, held against the plan and against what a screen counts."""

from itertools import pairwise

from arranged import arranged, planned_for_a_recording
from plans import LIBRARY, ROUTINE

from skill.conversation import prompts
from skill.conversation.reply import Steps
from skill.rendering.page_cues import cues
from skill.rendering.screen import Screen
from skill.routine.model import Kind
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes

WISHES = Wishes(known=ROUTINE.ids)
SHOWN = cues(arranged(WISHES), ROUTINE)


def test_what_is_timed_is_counted_down_without_a_gap() -> None:
    timed = [cue for cue in SHOWN if "timed" in cue]

    assert {(cue["kind"], cue["exercise"] == "toe_walking") for cue in timed} == {
        *(("welcome", False), ("next_exercise", True), ("next_exercise", False)),
        *(("hold", True), ("rest", True)),
    }
    for before, cue in pairwise(SHOWN):
        gone, whole = before.get("timed", (0, before["ms"]))
        expected = gone + before["ms"] if gone + before["ms"] < whole else 0
        assert cue.get("timed", (0, 0))[0] == expected


def test_a_hold_has_the_seconds_of_the_plan_and_of_a_screen() -> None:
    plan = planned_for_a_recording(WISHES)
    held = [
        cue.ms
        for step in plan.steps
        for cue in step.cues
        if step.place.exercise == "toe_walking" and cue.kind in {Kind.HOLD, Kind.REST}
    ]
    counted = [
        cue["timed"][1]
        for cue in SHOWN
        if cue["kind"] in {"hold", "rest"} and "timed" in cue and not cue["timed"][0]
    ]
    at = next(n for n, place in enumerate(plan.course) if place.exercise == "toe_walking")
    steps = Steps.of(plan, Progress(plan.course, at, Phase.LEADING, at, at + 1))
    timing = Screen(LIBRARY).timing("en", (), steps, prompts.SAY_NEXT)
    on_screen = {end - start for rows in timing.patterns for _, start, end, _, _ in rows}

    assert counted == held
    assert held[0] in on_screen


def test_all_else_is_as_in_the_recordings_timeline() -> None:
    written = arranged(WISHES).as_json()["cues"]

    assert [{name: cue[name] for name in cue if name != "timed"} for cue in SHOWN] == written
    assert not any("timed" in cue for cue in written)
