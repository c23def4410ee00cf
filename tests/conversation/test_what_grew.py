"""What grew since the last routine is told once, where it did; and a fact else."""

from typing import Final

import pytest
from plans import ENGLISH, ROUTINE, planned
from turns import DAY, SECOND, Heard, Turns
from utterances import speak

from skill.conversation import growth
from skill.listener.memory import Memory
from skill.routine.plan import Line, Plan
from skill.routine.progress import Progress
from skill.routine.wishes import Wishes

GROWN: Final = ("more today", "more repetition", "repetitions of", "sets of", "more set of")
"""Some of these words are in every sentence on what grew, and in no fact."""


def whole_routine(turns: Turns, after: int) -> Heard:
    """Launch, and go on to the farewell; gives the welcome."""
    welcome = turns.launch(after)
    heard = speak(turns, "start", 5 * SECOND)
    while turns.attributes is not None:
        heard = speak(turns, "next", heard.ms + 5 * SECOND)
    return welcome


def tells_growth(heard: Heard) -> bool:
    return any(words in heard.text for words in GROWN)


def remembered(plan: Plan) -> Memory:
    """What is remembered after *plan* was led to its end."""
    done = Progress(plan.course)._replace(done=frozenset(plan.course))
    return Memory().closed(ROUTINE, plan, done, 1, ())


def test_what_grew_is_told_once_and_only_where_a_dose_grew(turns: Turns) -> None:
    """All five exercises have room for one more heel raise, on the fullest level: from day 7 on."""
    told = [tells_growth(whole_routine(turns, 2 * DAY)) for _ in range(8)]

    assert told == [day == 2 * ROUTINE.grow_after for day in range(8)]


def test_what_grew_is_not_told_again_before_it_was_done(turns: Turns) -> None:
    for _ in range(2 * ROUTINE.grow_after):
        whole_routine(turns, 2 * DAY)
    told = []
    for _ in range(4):
        told.append(tells_growth(turns.launch(2 * DAY)))
        turns.drop()

    assert told == [True, False, False, False]


def test_nothing_grew_where_the_plan_is_the_same_or_less() -> None:
    some = Wishes(exercises=("ankle_circles", "toe_curls"))
    gentle, full = (planned(some._replace(level=level)) for level in ("gentle", "full"))

    assert growth.told(Memory(), full) is None
    for before, now in ((gentle, gentle), (full, gentle), (full, full)):
        assert growth.told(remembered(before), now) is None
    assert growth.told(remembered(gentle), full) is not None


def test_an_exercise_that_was_not_led_to_its_end_did_not_grow() -> None:
    some = Wishes(exercises=("ankle_circles", "toe_curls"))
    gentle = planned(some._replace(level="gentle"))
    begun = Progress(gentle.course)._replace(done=frozenset(gentle.course[:1]))
    memory = Memory().closed(ROUTINE, gentle, begun, 1, ())

    assert memory.sessions == 1
    assert growth.told(memory, planned(some._replace(level="full"))) is None


@pytest.mark.parametrize(
    ("sets", "reps", "line"),
    [
        (0, 1, Line("grown.reps", (("more", 1), ("exercise", "heel_raises")))),
        (0, 2, Line("grown.reps", (("more", 2), ("exercise", "heel_raises")))),
        (1, 0, Line("grown.sets", (("more", 1), ("exercise", "heel_raises")))),
        (1, 1, Line("grown.both", (("exercise", "heel_raises"),))),
        (1, -1, None),
        (-1, 3, None),
        (0, 0, None),
    ],
)
def test_it_is_told_by_how_much_one_exercise_grew(sets: int, reps: int, line: Line | None) -> None:
    plan = planned(Wishes())
    first = plan.steps_of("heel_raises")[0]
    assert first.reps
    memory = remembered(plan)
    memory = memory._replace(
        sets=dict(memory.sets) | {"heel_raises": first.sets - sets},
        reps=dict(memory.reps) | {"heel_raises": first.reps - reps},
    )

    assert growth.told(memory, plan) == line
    assert line is None or ENGLISH.spoken(line)


def test_of_several_exercises_it_is_told_how_many_grew() -> None:
    plan = planned(Wishes())
    memory = remembered(plan)
    fewer = {name: number - 1 for name, number in memory.reps.items()}

    line = growth.told(memory._replace(reps=fewer), plan)

    assert line == Line("grown.several", (("exercises", len(fewer)),))


def test_what_grew_is_told_in_no_more_time_than_the_longest_fact() -> None:
    """A welcome is not longer on a day that has more."""
    minutes = (("exercises", 5), ("minutes", 20))
    facts = ENGLISH.sentences["fact"].other
    longest = max(ENGLISH.ms(Line("fact", minutes, number)) for number in range(1, len(facts) + 1))
    lines = [Line("grown.several", (("exercises", 5),))]
    for name in ROUTINE.ids:
        lines += [Line("grown.both", (("exercise", name),))]
        lines += [
            Line(f"grown.{what}", (("more", more), ("exercise", name)))
            for what in ("reps", "sets")
            for more in (1, 3)
        ]

    assert max(map(ENGLISH.ms, lines)) <= longest
