"""Every move, from every place, in every phase."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.routine.model import Side
from skill.routine.plan import Place
from skill.routine.progress import Phase, Progress

Move = Callable[[Progress], Progress]

COURSE: Final = (
    Place("raises", Side.RIGHT, 1),
    Place("raises", Side.LEFT, 1),
    Place("raises", Side.RIGHT, 2),
    Place("raises", Side.LEFT, 2),
    Place("walking", Side.BOTH, 1),
    Place("walking", Side.BOTH, 2),
    Place("curls", Side.LEFT, 1),
    Place("curls", Side.LEFT, 2),
    Place("curls", Side.RIGHT, 1),
    Place("curls", Side.RIGHT, 2),
)
"""One exercise in which the feet take turns, one for both at once, one foot after the other."""

EXERCISES: Final = tuple(dict.fromkeys(place.exercise for place in COURSE))


def first_of(exercise: str) -> int:
    return next(step for step, place in enumerate(COURSE) if place.exercise == exercise)


def after(exercise: str) -> int:
    return first_of(exercise) + sum(place.exercise == exercise for place in COURSE)


def leading(step: int, *, entered: bool = False) -> Progress:
    """The voice has begun to lead at *step*."""
    until = after(COURSE[step].exercise)
    return Progress(COURSE, at=step, phase=Phase.LEADING, since=step, until=until, entered=entered)


def heard(step: int, rep: int) -> Progress:
    """The voice led the exercise from its first set, and was cut off in *step* at *rep*."""
    return leading(first_of(COURSE[step].exercise)).interrupted(step, rep)


def prompted(exercise: str) -> Progress:
    """The exercise was led to its end, and the prompt is heard."""
    return leading(first_of(exercise)).finished()


def split(step: int) -> Progress:
    """A long exercise was led up to and including *step*, and the rest of it is to come."""
    return leading(first_of(COURSE[step].exercise)).led_until(step + 1).finished()


MOVES: Final[dict[str, Move]] = {
    "begin": Progress.begin,
    "next": Progress.next,
    "skip": Progress.skip,
    "repeat": Progress.repeat,
    "back": Progress.back,
    "resume": Progress.resume,
    "other foot": Progress.other_foot,
    "finished": Progress.finished,
    "unheard": Progress.unheard,
    **{f"go to {name}": partial(Progress.go_to, exercise=name) for name in EXERCISES},
    "go to curls, right": lambda at: at.go_to("curls", Side.RIGHT),
    "go to walking, left": lambda at: at.go_to("walking", Side.LEFT),
    "go to nowhere": lambda at: at.go_to("elbows"),
    "to the left foot": lambda at: at.to_foot(at.place.exercise, Side.LEFT),
    "to the right foot": lambda at: at.to_foot(at.place.exercise, Side.RIGHT),
    "this set, done or not": Progress.resume_here,
    "led again": Progress.led_again,
    "leave": Progress.leave,
    "interrupted in the first rep": lambda at: at.interrupted(at.at, 1),
    "interrupted two steps on": lambda at: at.interrupted(at.at + 2, 0),
    "interrupted before it began": lambda at: at.interrupted(-3, 0),
    "interrupted past the end": lambda at: at.interrupted(99, 7),
    "led one step": lambda at: at.led_until(at.at + 1),
    "led none": lambda at: at.led_until(0),
    "led far": lambda at: at.led_until(99),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what a listener says, and where it leads."""

    said: str
    """A key of `MOVES`."""

    found: Progress
    """Where the listener is when it is said."""

    step: int | None
    """The step that it leads to; None for the end."""

    entered: bool = False
    """Whether that step is reached by a jump."""

    skipped: bool = False
    """Whether the exercise is noted as skipped."""


IN_A_SET: Final = heard(2, 4)
"""While a set is being led: heel raises, right foot, set two, the fourth repetition."""

JUMPED: Final = leading(3, entered=True).interrupted(3, 0)
"""While the word that takes the place of an opening is heard, after a jump."""

AT_PROMPT: Final = prompted("raises")
"""At the prompt after that exercise."""

TABLE: Final = {
    "next: the next set or foot": Row("next", IN_A_SET, 3),
    "next at the prompt: the next exercise": Row("next", AT_PROMPT, 4),
    "next exercise: it, and this one is skipped": Row("skip", IN_A_SET, 4, skipped=True),
    "next exercise at the prompt: the same": Row("skip", AT_PROMPT, 4),
    "repeat: this set on this foot": Row("repeat", IN_A_SET, 2, entered=True),
    "repeat at the prompt: that exercise": Row("repeat", AT_PROMPT, 0),
    "back: the set before": Row("back", IN_A_SET, 1, entered=True),
    "back at the prompt: the last set just done": Row("back", AT_PROMPT, 3, entered=True),
    "resume: the start of the interrupted set": Row("resume", IN_A_SET, 2, entered=True),
    "resume at the prompt: what follows": Row("resume", AT_PROMPT, 4),
    "start over: the first set": Row("begin", IN_A_SET, 0),
    "start over at the prompt: the same": Row("begin", AT_PROMPT, 0),
    "go to an exercise: its first set": Row("go to curls", IN_A_SET, 6),
    "go to an exercise at the prompt: the same": Row("go to curls", AT_PROMPT, 6),
    "go to an exercise on a foot": Row("go to curls, right", IN_A_SET, 8, entered=True),
    "other foot: the next set on it": Row("other foot", IN_A_SET, 3, entered=True),
    "next in the last set of an exercise: the next exercise": Row("next", heard(3, 1), 4),
    "next in the last set of all: the end": Row("next", heard(9, 1), None),
    "next at the last prompt: the end": Row("next", prompted("curls"), None),
    "next exercise in the last: the end": Row("skip", heard(7, 1), None, skipped=True),
    "back in the very first set: that set": Row("back", heard(0, 3), 0, entered=True),
    "back in the very first opening: that opening": Row("back", heard(0, 0), 0),
    "back into the exercise before": Row("back", heard(4, 1), 3, entered=True),
    "repeat in the opening of an exercise: that opening": Row("repeat", heard(4, 0), 4),
    "repeat in the opening of a later set: a word": Row("repeat", heard(5, 0), 5, entered=True),
    "next in an opening: that very set": Row("next", heard(3, 0), 3, entered=True),
    "next in the word of a jump: the set after it": Row("next", JUMPED, 4),
    "next in the opening of an exercise: its first set": Row("next", heard(4, 0), 4, entered=True),
    "next between two answers of one exercise": Row("next", split(1), 2),
    "repeat between two answers of one exercise: the first": Row("repeat", split(1), 0),
    "back between two answers of one exercise": Row("back", split(1), 1, entered=True),
    "the other foot of a foot at a time: its first set": Row(
        "other foot", heard(7, 2), 8, entered=True
    ),
    "the other foot, when it is behind: its last set": Row(
        "other foot", heard(9, 2), 7, entered=True
    ),
    "the other foot, when it was passed by: its first set": Row(
        "other foot", leading(9, entered=True).interrupted(9, 2), 6, entered=True
    ),
    "left foot, on the left foot: this set": Row("to the left foot", heard(1, 2), 1, entered=True),
    "left foot, on the right foot: the next on the left": Row(
        "to the left foot", heard(2, 2), 3, entered=True
    ),
    "this set at a prompt: the one that is done": Row(
        "this set, done or not", AT_PROMPT, 3, entered=True
    ),
}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_a_word_means_what_the_table_says(row: Row) -> None:
    there = MOVES[row.said](row.found)

    if row.step is None:
        assert there.phase is Phase.DONE
    else:
        assert (there.phase, there.at) == (Phase.LEADING, row.step)
    assert there.entered == row.entered
    assert there.skipped == ({row.found.place.exercise} if row.skipped else set())


def test_the_rest_of_the_exercise_is_led_after_a_jump_and_no_more() -> None:
    for step, place in enumerate(COURSE):
        for move in (Progress.repeat, Progress.resume):
            there = move(heard(step, 2))

            assert (there.at, there.until) == (step, after(place.exercise))


def walks() -> st.SearchStrategy[Progress]:
    """Wherever moves can lead."""
    moves = st.lists(st.sampled_from(sorted(MOVES)), max_size=8)
    starts = st.integers(0, len(COURSE) - 1)

    def walk(names: list[str], start: int) -> Progress:
        progress = Progress(COURSE)._replace(at=start) if start else Progress(COURSE)
        for name in names:
            progress = MOVES[name](progress)
        return progress

    return st.builds(walk, moves, starts)


EVERYWHERE: Final = tuple(
    Progress(
        COURSE, at=step, phase=phase, since=min(since, step), until=until, rep=rep, entered=entered
    )
    for step in range(len(COURSE))
    for phase in Phase
    for since in (0, step)
    for until in ((step + 1, len(COURSE)) if phase is Phase.LEADING else (0, step + 1))
    for rep in (0, 3)
    for entered in (False, True)
)


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_no_move_leaves_the_course(move: Move) -> None:
    """Whatever is said, whenever it is said, the listener is at some set."""
    for found in EVERYWHERE:
        there = move(found)

        assert there.course == COURSE
        assert 0 <= there.at < len(COURSE), found
        assert 0 <= there.since < len(COURSE), found
        assert there.place in COURSE
        assert 0 < there.ahead <= len(COURSE) or there.phase is Phase.READY, found
        assert there.rep >= 0
        if there.phase is Phase.LEADING:
            assert there.at < there.until <= len(COURSE), found


@given(walks(), st.sampled_from(sorted(MOVES)))
def test_no_chain_of_moves_leaves_the_course(found: Progress, name: str) -> None:
    there = MOVES[name](found)

    assert 0 <= there.since <= len(COURSE) - 1
    assert there.at in range(len(COURSE))
    assert there.done <= set(COURSE)
    assert there.skipped <= set(EXERCISES)


@given(walks())
def test_a_move_to_nowhere_changes_nothing(found: Progress) -> None:
    assert found.go_to("elbows") is found


@given(walks())
def test_no_move_but_a_new_beginning_undoes_what_is_done(found: Progress) -> None:
    """And an exercise is noted as skipped until it is led or done after all."""
    for name, move in MOVES.items():
        if name != "begin":
            there = move(found)
            assert there.done >= found.done, name
            led = {there.place.exercise} if there.phase is Phase.LEADING else set()
            missed = {each for each in found.skipped - led if not there.complete(each)}
            assert there.skipped >= missed, name


@given(walks())
def test_a_new_beginning_has_nothing_done(found: Progress) -> None:
    there = found.begin()

    assert (there.at, there.phase, there.entered) == (0, Phase.LEADING, False)
    assert (there.done, there.skipped) == (frozenset(), frozenset())


@given(walks(), st.integers(-2, 12), st.integers(0, 20))
def test_only_a_voice_that_leads_can_be_interrupted(found: Progress, step: int, rep: int) -> None:
    there = found.interrupted(step, rep)

    if found.phase is not Phase.LEADING:
        assert there is found
        return
    assert there.phase is Phase.PAUSED
    assert found.at <= there.at < found.until
    assert there.rep == rep
    assert there.done == found.done | set(COURSE[found.at : there.at])


@given(walks())
def test_what_was_led_to_its_end_is_done(found: Progress) -> None:
    there = found.finished()

    if found.phase is not Phase.LEADING:
        assert there is found
        return
    assert (there.phase, there.at) == (Phase.BETWEEN, found.until - 1)
    assert there.done == found.done | set(COURSE[found.at : found.until])


@given(walks())
def test_what_was_not_heard_is_not_done(found: Progress) -> None:
    there = found.unheard()

    assert (there.done, there.at, there.entered) == (found.done, found.at, found.entered)
    assert there.resume().at == found.resume().at or found.phase is Phase.LEADING


@pytest.mark.parametrize("step", range(len(COURSE)))
@pytest.mark.parametrize("rep", [0, 1, 10])
def test_resume_leads_from_the_start_of_the_interrupted_set(step: int, rep: int) -> None:
    there = heard(step, rep).resume()

    assert (there.at, there.phase, there.rep) == (step, Phase.LEADING, 0)


@pytest.mark.parametrize("step", range(len(COURSE)))
def test_a_jump_into_an_exercise_is_entered_and_its_beginning_is_not(step: int) -> None:
    """The first set comes with the whole instruction, unless it was heard already."""
    place = COURSE[step]

    there = Progress(COURSE).go_to(place.exercise, place.side)
    assert there.entered == (there.at != first_of(place.exercise))
    assert heard(step, 0).repeat().entered == (step != first_of(place.exercise))
    assert heard(step, 1).repeat().entered


def test_every_foot_gets_its_turn_though_next_is_said_in_each_opening() -> None:
    """A "next" that comes while a set is only being announced begins that set."""
    at = Progress(COURSE).begin()
    led = []
    for _ in COURSE:
        at = at.interrupted(at.at, 0).next()
        led.append(at.at)
        at = at.interrupted(at.at, 1).next()

    assert led == list(range(len(COURSE)))
    assert at.phase is Phase.DONE


def test_next_after_next_goes_through_the_whole_course_and_ends() -> None:
    at = Progress(COURSE)
    visited = []
    while (at := at.next()).phase is Phase.LEADING:
        at = at.interrupted(at.at, 1)
        visited.append(at.at)

    assert visited == list(range(len(COURSE)))
    assert at.at_end
    assert not at.under_way


def test_back_after_back_ends_at_the_first_set() -> None:
    at = prompted("curls")
    visited = []
    for _ in range(len(COURSE) + 2):
        at = at.back().interrupted(0, 1)
        visited.append(at.at)

    assert visited == [*reversed(range(len(COURSE))), 0, 0]


@pytest.mark.parametrize("step", range(len(COURSE)))
def test_next_and_back_lead_to_where_one_was(step: int) -> None:
    if step + 1 < len(COURSE):
        assert heard(step, 1).next().interrupted(0, 1).back().at == step


@pytest.mark.parametrize("step", range(len(COURSE)))
@pytest.mark.parametrize("phase", Phase)
def test_the_other_foot_is_on_the_other_side_of_the_same_exercise(step: int, phase: Phase) -> None:
    found = Progress(COURSE, step, phase, until=len(COURSE))
    there = found.other_foot()

    if COURSE[step].side is Side.BOTH:
        assert there is found
        return
    assert there.place.exercise == COURSE[step].exercise
    assert there.place.side is COURSE[step].side.other


def test_one_foot_alone_has_no_other() -> None:
    alone = Progress(tuple(place for place in COURSE if place.side is Side.LEFT))

    assert alone.other_foot() is alone


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("side", [*Side, None])
def test_a_foot_is_gone_to_where_the_exercise_has_it(exercise: str, side: Side | None) -> None:
    there = Progress(COURSE).go_to(exercise, side)
    sides = {place.side for place in COURSE if place.exercise == exercise}

    assert there.place.exercise == exercise
    assert there.place.set == 1
    if side in sides:
        assert there.place.side is side
    else:
        assert there.at == first_of(exercise)


def test_an_exercise_is_complete_when_every_set_on_every_foot_was_done() -> None:
    at = leading(0)
    for step in range(4):
        assert not at.interrupted(step, 9).complete("raises")

    assert at.finished().complete("raises")
    assert not at.finished().complete("walking")
    assert not at.finished().complete("elbows")


@pytest.mark.parametrize("step", range(len(COURSE)))
def test_an_exercise_that_is_left_waits_at_its_end_and_was_not_done(step: int) -> None:
    exercise = COURSE[step].exercise
    there = heard(step, 3).leave()

    assert (there.phase, there.at) == (Phase.BETWEEN, after(exercise) - 1)
    assert not there.complete(exercise)
    assert there.next().at in {after(exercise), len(COURSE) - 1}
    assert there.next().phase is (Phase.DONE if after(exercise) == len(COURSE) else Phase.LEADING)


@pytest.mark.parametrize("step", range(len(COURSE)))
@given(left=st.sets(st.sampled_from(COURSE)))
def test_a_changed_course_goes_on_with_what_is_left_of_it(step: int, left: set[Place]) -> None:
    """With the very set that is ahead, or the first after it that is still to be done.

    What was done stays in the course.
    """
    for found in (heard(step, 2), split(step)):
        course = tuple(place for place in COURSE if place in found.done | left)
        if not course:
            continue
        onward = found.resume()
        ahead = COURSE[onward.at :] if onward.phase is Phase.LEADING else ()
        there = found.moved(course)
        expected = next((place for place in ahead if place in course), None)

        assert (there.course, there.done) == (course, found.done)
        assert there.resume().phase is (Phase.LEADING if expected else Phase.DONE)
        assert there.resume().place == (expected or course[-1])


@pytest.mark.parametrize("exercise", EXERCISES)
def test_before_the_start_no_changed_course_is_over(exercise: str) -> None:
    """Even if its only exercise was left out until now."""
    only = tuple(place for place in COURSE if place.exercise == exercise)
    for step in range(len(COURSE)):
        there = Progress(COURSE)._replace(at=step).moved(only)

        assert (there.phase, there.course[there.at].exercise) == (Phase.READY, exercise)
        assert there.next().phase is Phase.LEADING


def test_a_finished_exercise_is_not_noted_as_skipped() -> None:
    assert prompted("raises").skip().skipped == set()
    assert heard(3, 9).skip().skipped == {"raises"}


def test_a_skipped_exercise_that_is_done_after_all_was_not_skipped() -> None:
    """What is noted is told at the end, so it has to be true then."""
    skipped = heard(1, 2).skip().interrupted(4, 1)
    done = skipped.go_to("raises").finished()

    assert done.complete("raises")
    assert "raises" not in done.skipped


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_exercise_that_is_over_is_not_skipped_by_going_on(exercise: str) -> None:
    """At its prompt, "next exercise" leaves nothing out, though a set was cut short before."""
    step = first_of(exercise)
    prompt = heard(step, 3).next().finished()

    assert prompt.phase is Phase.BETWEEN
    assert prompt.skip().skipped == set()


@pytest.mark.parametrize("step", range(len(COURSE)))
def test_there_is_a_place_to_come_back_to_from_the_first_set_to_the_last(step: int) -> None:
    assert not Progress(COURSE, step).under_way
    assert heard(step, 0).under_way
    assert leading(step).under_way
    assert split(step).under_way == (step < len(COURSE) - 1)
    assert not Progress(COURSE, step, Phase.DONE).under_way


# Rules that only whole conversations tested until mutation testing showed it.


def test_a_bookmark_that_has_not_begun_is_before_the_first_repetition_of_the_first_set() -> None:
    none: frozenset[Place] = frozenset()
    first = (COURSE, 0, Phase.READY, 0, 0, 0, False, none, none, none)

    assert tuple(Progress(COURSE)) == first


def test_only_the_first_of_the_steps_that_are_led_was_reached_by_a_jump() -> None:
    jumped = leading(1, entered=True).led_until(4)

    assert jumped.interrupted(1, 0).entered
    assert not jumped.interrupted(2, 0).entered
    assert not leading(1).interrupted(1, 0).entered


def test_no_repetition_is_heard_where_a_set_is_not_under_way() -> None:
    for there in (heard(2, 4).leave(), heard(2, 4).resume(), heard(9, 4).next()):
        assert there.rep == 0
    assert leading(2)._replace(rep=4).finished().rep == 0
    assert leading(2).unheard().rep == 0


def test_at_the_end_of_one_answer_of_several_the_next_exercise_skips_the_rest() -> None:
    assert split(1).skip().skipped == {"raises"}
    done = split(1)._replace(done=frozenset(COURSE[:4]))
    assert done.skip().skipped == set()


def test_repeat_is_that_exercise_at_its_end_and_else_what_was_led_last() -> None:
    """At the end of an exercise that was led in two responses, all of it is repeated."""
    twice = split(1).next().finished()

    assert (twice.at, twice.since) == (3, 2)
    assert (twice.repeat().at, twice.repeat().entered) == (0, False)
    second = split(0).next().led_until(3).finished()
    assert (second.repeat().at, second.repeat().entered) == (1, True)


def test_back_into_the_second_set_of_all_needs_no_more_than_a_word() -> None:
    short = Progress((*COURSE[:2], *COURSE[4:])).go_to("walking").interrupted(0, 0)

    assert (short.at, short.back().at, short.back().entered) == (2, 1, True)


def test_this_set_again_is_entered_unless_its_opening_was_not_heard() -> None:
    walked = leading(4).led_until(5).finished()

    assert walked._replace(rep=0).resume_here().entered
    assert prompted("raises").resume_here().entered
    assert heard(4, 1).resume_here().entered
    assert not heard(4, 0).resume_here().entered
    assert JUMPED._replace(at=4).resume_here().entered


def test_the_other_foot_is_later_first_then_undone_then_the_last() -> None:
    course = (Place("a", Side.LEFT, 1), Place("a", Side.RIGHT, 1))
    last = Progress(course).begin().led_until(2).finished()

    assert last.other_foot().at == 0


@pytest.mark.parametrize(
    ("exercise", "sides"),
    [
        ("raises", {Side.LEFT, Side.RIGHT}),
        ("walking", {Side.BOTH}),
        ("curls", {Side.LEFT, Side.RIGHT}),
        ("elbows", set()),
    ],
)
def test_an_exercise_has_the_sides_of_its_sets(exercise: str, sides: set[Side]) -> None:
    assert {side for side in Side if Progress(COURSE).has(exercise, side)} == sides


def test_an_exercise_is_begun_when_a_set_was_done_or_its_opening_heard() -> None:
    assert not Progress(COURSE)._replace(at=1).begun("raises")
    assert not leading(0).begun("raises")
    assert not heard(0, 0).begun("raises")
    assert heard(0, 1).begun("raises")
    assert not heard(0, 1).begun("curls")
    assert leading(1).begun("raises")
    assert leading(0, entered=True).begun("raises")
    assert not leading(4).begun("raises")
    at_curls = prompted("raises").go_to("curls")
    assert at_curls.begun("raises")
    assert not at_curls.begun("walking")
    assert not at_curls.begun("curls")


def test_to_a_foot_of_another_exercise_is_its_first_set_on_it_that_is_not_done() -> None:
    found = heard(4, 1)._replace(done=frozenset(COURSE[:3]))
    for exercise, side, step in (
        ("raises", Side.LEFT, 3),
        ("raises", Side.RIGHT, 0),
        ("curls", Side.LEFT, 6),
        ("curls", Side.RIGHT, 8),
        ("curls", Side.BOTH, 6),
    ):
        there = found.to_foot(exercise, side)
        assert (there.at, there.phase, there.entered) == (step, Phase.LEADING, True)
    assert heard(0, 1).to_foot("walking", Side.LEFT).at == first_of("walking")
    assert found.to_foot("elbows", Side.LEFT) is found


def test_a_jump_passes_by_the_first_step_that_it_leaves_out_undone() -> None:
    """From here on within an exercise, which at a prompt is over; else from its beginning."""
    assert heard(0, 1).passed_by(heard(0, 1).to_place(COURSE[3])) == 0
    assert heard(2, 1).passed_by(heard(2, 1).to_place(COURSE[3])) == 2
    assert heard(2, 1).passed_by(heard(2, 1).to_place(COURSE[1])) is None
    assert heard(2, 1).passed_by(heard(2, 1).to_place(COURSE[2])) is None
    assert split(1).passed_by(split(1).to_place(COURSE[3])) == 2
    unheard = split(1)._replace(done=frozenset())
    assert unheard.passed_by(unheard.to_place(COURSE[3])) == 2
    assert heard(0, 1).passed_by(heard(0, 1).to_place(COURSE[8])) == 6
    partly = heard(0, 1)._replace(done=frozenset(COURSE[6:8]))
    assert partly.passed_by(partly.to_place(COURSE[9])) == 8
    assert partly.passed_by(partly.to_place(COURSE[8])) is None
    later = heard(4, 1)._replace(done=frozenset({COURSE[3]}))
    assert later.passed_by(later.to_place(COURSE[3])) is None


def test_a_jump_to_a_place_needs_that_place_in_the_course() -> None:
    there = heard(0, 1).to_place(COURSE[7])

    assert (there.at, there.phase, there.entered) == (7, Phase.LEADING, True)
    assert heard(0, 1).to_place(Place("elbows", Side.BOTH, 1)) == heard(0, 1)


def test_where_nothing_of_a_changed_course_is_ahead_it_is_at_its_end() -> None:
    found = heard(9, 3)._replace(entered=True)
    there = found.moved(COURSE[:6])

    assert (there.at, there.phase, there.rep, there.entered) == (5, Phase.BETWEEN, 0, False)
    assert (there.since, there.until) == (0, 0)
    passed = heard(5, 3)._replace(entered=True).moved(COURSE[6:])
    assert (passed.at, passed.rep, passed.entered) == (0, 0, False)
    assert Progress(COURSE)._replace(at=9).moved(COURSE[4:6]).at == 0


def test_the_voice_leads_one_step_at_least() -> None:
    assert [leading(1).led_until(until).until for until in (0, 2, 3, 99)] == [2, 2, 3, len(COURSE)]


def test_a_set_that_is_not_sure_to_have_been_heard_is_not_done() -> None:
    """The listener may be in it still: the voice is slower than was thought."""
    found = leading(0).interrupted(2, 1, sure=1)

    assert (found.at, found.rep, found.phase) == (2, 1, Phase.PAUSED)
    assert found.done == {COURSE[0]}
    assert leading(0).finished(sure=3).done == set(COURSE[:3])
    assert leading(0).finished(sure=3).phase is Phase.BETWEEN


def test_it_counts_when_a_later_set_is_sure_to_have_been_heard_to_its_end() -> None:
    """The listener was told of that set, and went on with it."""
    found = leading(0).interrupted(2, 1, sure=1)

    assert found.doubted == {COURSE[1]}
    for again in (found.resume(), found.next(), found.go_to("curls")):
        assert COURSE[1] not in again.done
        assert COURSE[1] not in again.interrupted(again.at, 4).done
        assert COURSE[1] not in again.finished(sure=again.at).done
        assert {COURSE[1], again.place} <= again.finished().done
        assert not again.finished().doubted


def test_a_new_start_and_a_course_without_it_forget_a_set_in_doubt() -> None:
    found = leading(0).interrupted(2, 1, sure=1)

    assert not found.begin().doubted
    assert not found.moved(COURSE[2:]).doubted
    assert found.moved(COURSE).doubted == {COURSE[1]}
