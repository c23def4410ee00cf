"""Which set of a recording is heard when, read back from its file."""

import json

import pytest
from arranged import arranged

from skill.recording.score import Score
from skill.recording.timeline import NEXT_EXERCISE
from skill.routine.model import Side
from skill.routine.plan import Place
from skill.routine.wishes import Wishes

TIMELINE = arranged(Wishes(level="gentle"))
SCORE = Score.read(TIMELINE.name, json.loads(json.dumps(TIMELINE.as_json())))


def test_a_score_has_every_set_of_the_plan_in_order() -> None:
    told = [
        Place(cue.exercise, Side(cue.side), cue.set)
        for cue in TIMELINE.cues
        if cue.exercise and cue.side and cue.set
    ]

    assert [step.place for step in SCORE.steps] == list(dict.fromkeys(told))
    assert {place for dose in TIMELINE.doses for place in dose.places} == set(SCORE.numbers)


def test_every_millisecond_belongs_to_one_set_and_the_sets_follow_each_other() -> None:
    for before, after in zip(SCORE.steps, SCORE.steps[1:], strict=False):
        assert before.start_ms < before.end_ms == after.ready_ms <= after.start_ms
    for cue in TIMELINE.cues:
        if cue.exercise and cue.kind not in {NEXT_EXERCISE, "welcome"}:
            place, rep = SCORE.steps[SCORE.moment(cue.at_ms).step].place, cue.rep
            assert place == (cue.exercise, cue.side, cue.set)
            for ms in (cue.at_ms, cue.at_ms + cue.ms - 1):
                assert SCORE.moment(ms)[1:] == (rep, True)


def test_an_announcement_belongs_to_the_set_it_announces() -> None:
    said = [cue for cue in TIMELINE.cues if cue.kind == NEXT_EXERCISE]

    assert len(said) == 4
    for cue in said:
        step, rep, within = SCORE.moment(cue.at_ms)
        assert (SCORE.steps[step].place.exercise, rep, within) == (cue.exercise, 0, False)


def test_before_the_first_set_and_after_the_last_no_set_is_heard() -> None:
    assert SCORE.moment(0) == (0, 0, False)
    assert SCORE.moment(TIMELINE.total_ms) == (len(SCORE.steps) - 1, 0, False)


def test_a_set_is_heard_only_from_its_beginning_to_its_end() -> None:
    first, second = SCORE.steps[:2]

    assert SCORE.heard(first.start_ms, second.end_ms) == {first.place, second.place}
    assert SCORE.heard(first.start_ms + 1, second.end_ms - 1) == set()


@pytest.mark.parametrize("written", [{}, {"cues": 7}, {"cues": [{"exercise": 3}]}, {"cues": [{}]}])
def test_what_is_no_timeline_is_a_value_error(written: object) -> None:
    with pytest.raises(ValueError, match="no timeline"):
        Score.read("x", written)
