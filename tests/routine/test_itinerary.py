"""Wishes change what is ahead; what was led stays, and the place is kept."""

from typing import Final

import pytest
from plans import ROUTINE, planned

from skill.routine.itinerary import Itinerary
from skill.routine.model import Side
from skill.routine.plan import Place, Plan
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Settled, Wishes

USUAL: Final = Wishes()
TWO_FEET: Final = ("heel_raises", "ankle_circles", "toe_curls")

ONE_FOOT: Final = Wishes(feet=Side.LEFT)

BRISK: Final = Wishes(pace="brisk")

OTHERS: Final = (
    BRISK,
    Wishes(feet=Side.LEFT),
    Wishes(feet=Side.RIGHT),
    Wishes(exercises=("heel_raises", "toe_curls")),
    Wishes(missing=("band",)),
)
"""Wishes that change all that a wish can change: lengths, tempo, feet and exercises."""

HEARD: Final = (Phase.LEADING, Phase.PAUSED, Phase.BETWEEN)
"""The phases in which something is under way."""


def itinerary_at(at: int, phase: Phase, wishes: Wishes = USUAL) -> Itinerary:
    """The listener is in step *at* of the plan for *wishes*, and all steps before it are done."""
    course = planned(wishes).course
    progress = Progress(course).begin()._replace(at=at, since=at, done=frozenset(course[:at]))
    progress = progress.led_until(at + 1)
    if phase is Phase.PAUSED:
        progress = progress.interrupted(at, 1)
    if phase is Phase.BETWEEN:
        progress = progress.finished()
    return Itinerary(planned, ROUTINE.ids, wishes, progress)


def ready(wishes: Wishes = USUAL) -> Itinerary:
    return Itinerary(planned, ROUTINE.ids, wishes, Progress(planned(wishes).course))


def step_of(exercise: str, side: Side, number: int, wishes: Wishes = USUAL) -> int:
    return planned(wishes).course.index(Place(exercise, side, number))


def sets_of(itinerary: Itinerary, exercise: str, start: int = 0) -> list[tuple[Side, int]]:
    """The sets of *exercise* from the step *start* on, in their order."""
    return [place[1:] for place in itinerary.progress.course[start:] if place.exercise == exercise]


# Other wishes.


@pytest.mark.parametrize("phase", HEARD)
@pytest.mark.parametrize("at", range(0, len(planned(USUAL).course), 3))
def test_what_is_behind_stays_as_it_was_led(at: int, phase: Phase) -> None:
    before = itinerary_at(at, phase)
    behind = at + (phase is Phase.BETWEEN)
    for wishes in OTHERS:
        after = before.rewished(wishes)
        was, now = planned(before.wishes), planned(after.wishes)

        assert after.progress.course == now.course
        assert now.course[:behind] == was.course[:behind]
        assert [step.reps for step in now.steps[:behind]] == [
            step.reps for step in was.steps[:behind]
        ]
        assert after.progress.done == before.progress.done
        assert len(set(now.course)) == len(now.course)


@pytest.mark.parametrize("phase", HEARD)
@pytest.mark.parametrize("at", range(0, len(planned(USUAL).course), 3))
def test_the_place_is_kept_where_the_wish_leaves_it_in(at: int, phase: Phase) -> None:
    before = itinerary_at(at, phase)
    for wishes in OTHERS:
        after = before.rewished(wishes)

        if before.progress.place in after.progress.course:
            assert after.progress.place == before.progress.place
            assert after.progress.at == at
            assert after.progress.phase is phase


def test_before_the_start_a_wish_is_one_for_the_whole() -> None:
    for wishes in OTHERS:
        after = ready().rewished(wishes)

        assert after.wishes == wishes
        assert after.progress == Progress(planned(wishes).course)


def test_what_no_routine_can_meet_is_found_out_without_an_error() -> None:
    """And what one can meet is the same as if it had been wished."""
    for before in (ready(), itinerary_at(9, Phase.LEADING)):
        assert before.tried(BRISK) == before.rewished(BRISK)

    impossible = Wishes(exercises=("toe_walking",), feet=Side.LEFT)
    with pytest.raises(UnmeetableError):
        ready().rewished(impossible)
    assert ready().tried(impossible) is None


def test_when_all_was_led_nothing_is_changed_any_more() -> None:
    before = itinerary_at(len(planned(USUAL).course) - 1, Phase.BETWEEN)
    for wishes in OTHERS:
        after = before.rewished(wishes)

        assert after.progress == before.progress._replace(since=0, until=0)
        assert planned(after.wishes).doses == planned(before.wishes).doses


def test_only_a_set_that_is_being_led_is_led_again() -> None:
    """In the new plan, so that its cues and times are those of the new wishes."""
    led = itinerary_at(9, Phase.LEADING)
    again = led.rewished(BRISK).progress
    assert again == led.progress.moved(planned(led.rewished(BRISK).wishes).course).led_again()
    assert (again.since, again.until) == (9, step_of("toe_curls", Side.LEFT, 1))

    for phase in (Phase.PAUSED, Phase.BETWEEN):
        held = itinerary_at(9, phase)
        found = held.rewished(BRISK)
        assert found.progress.phase is phase
        assert found.progress.rep == held.progress.rep
    assert ready().rewished(BRISK).progress.phase is Phase.READY


@pytest.mark.parametrize("phase", HEARD)
@pytest.mark.parametrize("number", [1, 2, 4])
def test_where_a_foot_comes_back_all_its_sets_are_ahead(number: int, phase: Phase) -> None:
    """They come after the set that is being led, though in a new plan they would come before it."""
    at = step_of("ankle_circles", Side.LEFT, number, ONE_FOOT)
    before = itinerary_at(at, phase, ONE_FOOT)
    after = before.rewished(USUAL)

    assert after.progress.at == at
    assert after.progress.place == before.progress.place
    ahead = sets_of(after, "ankle_circles", at + 1)
    assert [each for each in ahead if each[0] is Side.RIGHT] == [
        (Side.RIGHT, each) for each in range(1, 6)
    ]
    assert sets_of(after, "heel_raises") == sets_of(before, "heel_raises")


def test_where_the_other_foot_alone_is_wished_for_the_set_of_this_one_is_not_settled() -> None:
    at = step_of("ankle_circles", Side.RIGHT, 3)
    after = itinerary_at(at, Phase.PAUSED).rewished(ONE_FOOT)

    assert after.progress.place == Place("ankle_circles", Side.LEFT, 3)
    assert sets_of(after, "ankle_circles", at) == [(Side.LEFT, each) for each in range(3, 6)]


def test_the_set_that_is_led_counts_as_led_only_where_it_has_to() -> None:
    """Else its dose could not change with the wish."""
    at = step_of("ankle_circles", Side.RIGHT, 3)

    for phase, led in ((Phase.PAUSED, 4), (Phase.BETWEEN, 5)):
        after = itinerary_at(at, phase).rewished(BRISK)
        assert sum(p.steps for p in after.wishes.settled if p.exercise == "ankle_circles") == led


def test_what_was_passed_by_stays_out_except_what_is_wanted() -> None:
    at = step_of("toe_curls", Side.LEFT, 1)
    whole = itinerary_at(at, Phase.PAUSED)
    first = whole._replace(progress=whole.progress._replace(done=frozenset()))
    course = planned(Wishes(exercises=("toe_curls", "resisted_flexion"))).course
    alone = Itinerary(
        planned,
        ROUTINE.ids,
        Wishes(exercises=("toe_curls", "resisted_flexion")),
        Progress(course).begin().interrupted(0, 1),
    )

    assert first.rewished(USUAL).wishes.passed == ()
    assert alone.rewished(USUAL).wishes.passed == ("heel_raises", "toe_walking", "ankle_circles")
    wanted = alone.rewished(USUAL, "toe_walking")
    assert wanted.wishes.passed == ("heel_raises", "ankle_circles")
    assert wanted.progress.place == alone.progress.place


@pytest.mark.parametrize("phase", [Phase.READY, *HEARD])
def test_a_wish_that_no_routine_can_meet_changes_nothing(phase: Phase) -> None:
    before = ready() if phase is Phase.READY else itinerary_at(9, phase)
    kept = before._replace()

    with pytest.raises(UnmeetableError):
        before.rewished(Wishes(minutes=1))
    assert before == kept


# The other foot.


@pytest.mark.parametrize("phase", [Phase.PAUSED, Phase.BETWEEN])
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
@pytest.mark.parametrize("at", range(1, len(planned(USUAL).course), 2))
def test_no_foot_loses_a_set_by_a_word_for_the_other(at: int, side: Side, phase: Phase) -> None:
    """Whether it is the exercise under way, an earlier one or a later one."""
    before = itinerary_at(at, phase)
    for exercise in TWO_FEET:
        after, there = before.on_foot(exercise, side)

        assert there.course == after.progress.course == planned(after.wishes).course
        assert set(there.course) == set(before.progress.course)
        assert there.phase is Phase.LEADING
        assert there.place.exercise == exercise
        assert after.progress.done == before.progress.done
        undone = {
            place
            for place in before.progress.course
            if place.exercise == exercise and place not in before.progress.done
        }
        assert undone <= {*there.course[there.at :]}
        if after != before or not undone:
            assert there.place.side is side


CURLS: Final = Wishes(exercises=("toe_curls",))


@pytest.mark.parametrize(
    ("wishes", "exercise", "order"),
    [
        (USUAL, "ankle_circles", [("left", 2), ("right", 2), ("left", 3), ("right", 3)]),
        (CURLS, "toe_curls", [*(("right", n) for n in range(1, 6)), ("left", 2), ("left", 3)]),
    ],
)
def test_the_next_set_of_that_foot_comes_first_and_then_what_it_would_pass_by(
    wishes: Wishes, exercise: str, order: list[tuple[Side, int]]
) -> None:
    """Where feet take turns they go on to do so, else one foot follows the other."""
    first = ROUTINE.exercise(exercise).first
    before = itinerary_at(step_of(exercise, first, 2, wishes), Phase.PAUSED, wishes)
    after, there = before.on_foot(exercise, first.other)

    assert there.entered
    assert there.at == before.progress.at
    assert sets_of(after, exercise, there.at)[: len(order)] == order
    assert after.wishes.settled[-1] == after.wishes.settled[-2]._replace(
        steps=0, first=there.place[1:]
    )


@pytest.mark.parametrize(
    "wishes", [USUAL, Wishes(minutes=9, exercises=("heel_raises", "resisted_flexion"))]
)
def test_where_there_is_no_time_to_change_feet_once_more_the_first_passed_by_is_next(
    wishes: Wishes,
) -> None:
    """Whether the change would cost an exercise, or no routine could meet the wishes."""
    before = itinerary_at(step_of("resisted_flexion", Side.RIGHT, 2, wishes), Phase.PAUSED, wishes)
    after, there = before.on_foot("resisted_flexion", Side.LEFT)

    assert after == before
    assert there == before.progress.to_place(before.progress.place)


def test_what_is_not_begun_begins_with_the_foot_that_is_named_and_can_be_turned_back() -> None:
    before = itinerary_at(step_of("toe_walking", Side.BOTH, 2), Phase.PAUSED)
    turned, there = before.on_foot("ankle_circles", Side.LEFT)

    assert turned.wishes.turned == ("ankle_circles",)
    assert sets_of(turned, "ankle_circles")[:3] == [("left", 1), ("right", 1), ("left", 2)]
    assert there == turned.progress.go_to("ankle_circles", Side.LEFT)
    assert there.place == Place("ankle_circles", Side.LEFT, 1)
    assert not there.entered

    both, _ = turned.on_foot("toe_curls", Side.RIGHT)
    assert both.wishes.turned == ("ankle_circles", "toe_curls")
    assert turned.on_foot("ankle_circles", Side.LEFT)[0] == turned
    back, there = turned.on_foot("ankle_circles", Side.RIGHT)
    assert back.wishes.turned == ()
    assert back.progress == before.progress._replace(since=0, until=0)
    assert there.place == Place("ankle_circles", Side.RIGHT, 1)


def test_where_the_first_set_is_only_announced_the_other_foot_can_still_be_first() -> None:
    at = step_of("ankle_circles", Side.RIGHT, 1)
    before = itinerary_at(at, Phase.LEADING)
    before = before._replace(progress=before.progress.interrupted(at, 0))
    turned, there = before.on_foot("ankle_circles", Side.LEFT)

    assert sets_of(turned, "ankle_circles", at)[:3] == [("left", 1), ("right", 1), ("left", 2)]
    assert (there.at, there.place.side) == (at, Side.LEFT)


@pytest.mark.parametrize(
    ("exercise", "wishes"), [("toe_walking", USUAL), ("ankle_circles", ONE_FOOT)]
)
def test_a_foot_that_the_exercise_does_not_use_changes_nothing(
    exercise: str, wishes: Wishes
) -> None:
    before = itinerary_at(0, Phase.PAUSED, wishes)
    after, there = before.on_foot(exercise, Side.RIGHT)

    assert after == before
    assert there.place == next(p for p in before.progress.course if p.exercise == exercise)


def test_an_exercise_that_is_not_in_the_plan_is_not_gone_to() -> None:
    before = itinerary_at(0, Phase.PAUSED, CURLS)

    assert before.on_foot("ankle_circles", Side.RIGHT) == (before, before.progress)


def test_what_is_not_in_the_plan_before_the_exercise_that_is_gone_to_stays_out() -> None:
    wishes = Wishes(exercises=("heel_raises", "toe_curls"))
    before = itinerary_at(0, Phase.PAUSED, wishes)
    done = frozenset({Place("toe_curls", Side.LEFT, 1)})
    before = before._replace(progress=before.progress._replace(done=done))
    after, there = before.on_foot("toe_curls", Side.RIGHT)

    assert there.place == Place("toe_curls", Side.RIGHT, 1)
    assert after.wishes.passed == ("toe_walking", "ankle_circles")


def test_the_set_that_is_led_stays_where_it_is_when_a_foot_comes_back_before_it() -> None:
    """It was reached by a jump: settled only up to it, it would come last."""
    one = Settled("heel_raises", 1, Side.BOTH, 2, 11, 0, 0)
    then = one._replace(reps=18, first=(Side.LEFT, 1))
    before = Wishes(minutes=10, pace="slow", feet=Side.LEFT, settled=(one, then))
    itinerary = itinerary_at(1, Phase.LEADING, before)

    after = itinerary.rewished(before._replace(feet=Side.BOTH, minutes=20))

    assert itinerary.progress.place == after.progress.place == Place("heel_raises", Side.LEFT, 1)
    assert after.progress.at == 1
    assert after.progress.phase is Phase.LEADING
    assert [part.steps for part in after.wishes.settled] == [1, 1, 0]
    assert sorted(sets_of(after, "heel_raises")[2:]) == [(Side.LEFT, 2), (Side.RIGHT, 2)]


def test_an_exercise_that_is_turned_forgets_with_which_foot_it_was_to_begin() -> None:
    """And no other does."""
    heels = planned(USUAL).doses[0]._replace(first=(Side.RIGHT, 1))
    ankles = next(dose for dose in planned(USUAL).doses if dose.exercise == "ankle_circles")
    waiting = ankles._replace(steps=0, first=(Side.LEFT, 1))
    wishes = Wishes(settled=(heels, waiting))
    at = step_of("ankle_circles", Side.LEFT, 1, wishes)
    itinerary = itinerary_at(at, Phase.LEADING, wishes)
    announced = itinerary._replace(
        progress=itinerary.progress._replace(
            done=frozenset(itinerary.progress.course[:at])
        ).interrupted(at, 0)
    )

    turned, there = announced.on_foot("ankle_circles", Side.RIGHT)

    assert sets_of(turned, "ankle_circles")[0] == (Side.RIGHT, 1)
    assert there.place == Place("ankle_circles", Side.RIGHT, 1)
    assert turned.wishes.settled[0].first == (Side.RIGHT, 1)


def test_where_there_is_no_time_to_turn_an_exercise_round_it_is_gone_to_as_it_is() -> None:
    def lay(wishes: Wishes) -> Plan:
        if wishes.turned:
            raise UnmeetableError(wishes, USUAL)
        return planned(wishes)

    itinerary = ready()._replace(lay=lay)
    foot = planned(USUAL).course[0].side.other

    after, there = itinerary.on_foot("heel_raises", foot)

    assert after == itinerary
    assert there.place == Place("heel_raises", foot, 1)


def test_before_the_start_what_comes_before_the_first_exercise_is_not_passed_by() -> None:
    """Although that one was asked for by name, the others are led too."""
    itinerary = ready()
    waiting = itinerary._replace(
        progress=itinerary.progress._replace(at=step_of("toe_curls", Side.LEFT, 1))
    )

    after = waiting.rewished(BRISK)

    assert after.wishes.passed == ()
    assert after.progress.place.exercise == "toe_curls"
    assert planned(after.wishes).exercises == planned(BRISK).exercises


@pytest.mark.parametrize("phase", [Phase.LEADING, Phase.PAUSED])
def test_a_set_that_a_wish_takes_out_is_not_settled_to_stay(phase: Phase) -> None:
    """Someone who finds that the band is missing is led on to what comes next."""
    at = step_of("resisted_flexion", planned(USUAL).steps_of("resisted_flexion")[0].place.side, 1)
    itinerary = itinerary_at(at, phase)

    after = itinerary.rewished(Wishes(missing=("band",)))

    assert not after.progress.has("resisted_flexion", Side.LEFT)
    assert not after.progress.has("resisted_flexion", Side.RIGHT)
