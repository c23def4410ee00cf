"""What is heard in a recording, and when."""

import re
from itertools import pairwise
from typing import Final

import pytest
from arranged import DELIVERY, arranged, planned_for_a_recording
from plans import ENGLISH, ROUTINE, SPREAD

from skill.recording.timeline import NEXT_EXERCISE
from skill.routine.model import Kind, Side
from skill.routine.plan import Line
from skill.routine.planner import UnmeetableError
from skill.routine.wishes import Wishes

KEYS: Final = {"at_ms", "ms", "exercise", "side", "set", "sets", "rep", "kind", "words"}

SOME_WISHES: Final = [
    Wishes(),
    Wishes(known=ROUTINE.ids),
    Wishes(minutes=9, pace="slow"),
    Wishes(feet=Side.LEFT, missing=("band",)),
    Wishes(exercises=("toe_walking",)),
]


@pytest.mark.parametrize("wishes", SOME_WISHES, ids=str)
def test_the_cues_follow_each_other_without_a_gap(wishes: Wishes) -> None:
    timeline = arranged(wishes)

    assert timeline.cues[0].at_ms == 0
    for cue, following in pairwise(timeline.cues):
        assert cue.at_ms + cue.ms == following.at_ms
    assert timeline.cues[-1].at_ms + timeline.cues[-1].ms == timeline.total_ms
    assert min(cue.ms for cue in timeline.cues) > 0


@pytest.mark.parametrize("wishes", SOME_WISHES, ids=str)
def test_every_set_is_heard_as_the_plan_has_it(wishes: Wishes) -> None:
    """The words of each step stand at the same distance from each other as in the plan."""
    plan = planned_for_a_recording(wishes)
    timeline = arranged(wishes)
    for step in plan.steps:
        planned, at = [], 0
        for cue in step.cues:
            if cue.kind not in {Kind.WELCOME, Kind.PROMPT, Kind.FAREWELL}:
                planned += [(at + mark.ms, ENGLISH.spoken(mark.line)) for mark in cue.lines]
                at += cue.ms
        heard = [
            cue
            for cue in timeline.cues
            if (cue.exercise, cue.side, cue.set) == step.place
            and cue.kind not in {NEXT_EXERCISE, Kind.WELCOME}
        ]
        start = heard[0].at_ms

        assert [(cue.at_ms - start, cue.words) for cue in heard if cue.words] == planned
        assert sum(cue.ms for cue in heard) == at
        assert {cue.sets for cue in heard} == {step.sets}


def test_a_change_of_exercise_is_announced_and_has_twelve_seconds() -> None:
    changes = [cue for cue in arranged(Wishes()).cues if cue.kind == NEXT_EXERCISE]

    assert [cue.exercise for cue in changes] == list(ROUTINE.ids[1:])
    for cue in changes:
        assert cue.exercise
        assert ENGLISH.names["exercise"][cue.exercise] in cue.words
        assert (
            ENGLISH.spoken(Line(f"{cue.exercise}.ready", (("side", cue.side or ""),))) in cue.words
        )
        assert cue.ms == 12_000


def test_the_first_exercise_is_made_ready_as_well() -> None:
    cues = arranged(Wishes()).cues
    (ready,) = [cue for cue in cues if cue.kind == Kind.WELCOME and cue.exercise]

    assert ready.exercise == ROUTINE.ids[0]
    assert ready.ms == 12_000
    assert cues[cues.index(ready) + 1].kind == Kind.SET_UP


def test_the_changes_of_exercise_are_not_counted() -> None:
    """Every wish gets no more minutes than it asked for; the changes come on top."""
    tried = 0
    for wishes in SPREAD:
        try:
            timeline = arranged(wishes)
        except UnmeetableError:
            continue
        tried += 1
        uncounted = [cue.ms for cue in timeline.cues if cue.kind == NEXT_EXERCISE]
        around = [cue.ms for cue in timeline.cues if cue.kind in {Kind.WELCOME, Kind.FAREWELL}]

        assert timeline.routine_ms + sum(uncounted) + sum(around) == timeline.total_ms
        assert timeline.routine_ms <= min(wishes.minutes, ROUTINE.most_minutes) * 60_000
    assert tried > len(SPREAD) / 2


def test_it_says_in_the_first_half_minute_how_to_pause_and_when_to_stop() -> None:
    early = [cue.words for cue in arranged(Wishes()).cues if cue.at_ms < 30_000]

    assert ENGLISH.spoken(Line("recording.pause")) in early
    assert ENGLISH.spoken(Line("recording.stop")) in early


@pytest.mark.parametrize("wishes", SOME_WISHES, ids=str)
def test_nobody_is_asked_for_an_answer(wishes: Wishes) -> None:
    """A recording hears nothing; "pause" goes to the device."""
    asked = [
        c.words for c in arranged(wishes).cues if re.search(r"\bsay\b", c.words, re.IGNORECASE)
    ]

    assert asked == [ENGLISH.spoken(Line("recording.pause"))]


def test_the_json_has_the_keys_that_players_read() -> None:
    timeline = arranged(Wishes())
    written = timeline.as_json()

    assert written.keys() == {
        *("title", "locale", "voice", "total_ms", "routine_ms", "doses", "cues"),
    }
    assert written["total_ms"] == timeline.total_ms
    assert all(cue.keys() == KEYS for cue in written["cues"])
    assert len(written["cues"]) == len(timeline.cues)


def test_the_name_changes_with_plan_words_and_voice() -> None:
    usual = arranged(Wishes())
    others = [
        arranged(Wishes(known=ROUTINE.ids)),
        arranged(Wishes(minutes=15)),
        arranged(Wishes(), DELIVERY._replace(voice="nobody 1.1")),
        arranged(Wishes(), DELIVERY._replace(tick=False)),
        arranged(Wishes(), DELIVERY._replace(locale="en-GB")),
    ]

    assert len({usual.name, *(other.name for other in others)}) == len(others) + 1
    assert arranged(Wishes()).name == usual.name
    assert re.fullmatch(r"en-US-[0-9a-f]{12}", usual.name)
