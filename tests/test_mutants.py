"""The rules that mutation testing found nobody to hold: see docs/torture.md."""

from typing import Final

import pytest
from certificate_authority import NOW, SKILL_ID, URL, Amazon, body
from plans import ENGLISH, ROUTINE, planned

from skill.routine.model import Kind, Side
from skill.routine.plan import Line, Mark, Plan
from skill.routine.planner import MINUTE_MS, UnmeetableError, plan
from skill.routine.progress import Progress
from skill.routine.wishes import Wishes
from skill.verification import (
    MOST_BODY_BYTES,
    MOST_HEADER_CHARACTERS,
    Refused,
    Rule,
    Verifier,
)

ONE: Final = Wishes(exercises=("toe_curls",))


def tempos(found: Plan) -> set[int]:
    return {dose.tempo for dose in found.doses}


# The planner.


@pytest.mark.parametrize("tempo", [0, 37, 100])
@pytest.mark.parametrize("exercise", ["ankle_circles", "toe_curls"])
def test_a_tempo_that_is_asked_for_is_the_tempo(tempo: int, exercise: str) -> None:
    assert tempos(planned(Wishes(exercises=(exercise,), tempo=tempo))) == {tempo}


@pytest.mark.parametrize("pace", ROUTINE.paces)
def test_with_time_to_spare_the_tempo_is_the_most_unhurried_of_its_pace(pace: str) -> None:
    """And never one percent past it."""
    assert tempos(planned(Wishes(pace=pace, exercises=("ankle_circles",)))) == {
        ROUTINE.paces[pace].most
    }


class Slow:
    """English, and a farewell that is so much longer."""

    def __init__(self, more_ms: int) -> None:
        self._more_ms = more_ms

    def ms(self, line: Line) -> int:
        """Tell how long *line* takes to say."""
        return ENGLISH.ms(line) + (self._more_ms if line.key == "farewell" else 0)


def spare_ms(wishes: Wishes) -> int:
    """What *wishes* that leave the planner no choice leave of their minutes."""
    shorter = Slow(-MINUTE_MS)
    return wishes.minutes * MINUTE_MS - (plan(ROUTINE, wishes, shorter).ms + MINUTE_MS)


def test_a_plan_that_fits_to_the_millisecond_fits() -> None:
    """And one that is a millisecond longer does not."""
    wishes = ONE._replace(tempo=0, reps=(("toe_curls", 5),), minutes=5)
    spare = spare_ms(wishes)

    assert plan(ROUTINE, wishes, Slow(spare)).ms == 5 * MINUTE_MS
    with pytest.raises(UnmeetableError) as unmeetable:
        plan(ROUTINE, wishes, Slow(spare + 1))
    assert unmeetable.value.nearest.minutes == 6


def test_the_slowest_tempo_that_fits_to_the_millisecond_is_used() -> None:
    free = ONE._replace(reps=(("toe_curls", 5),), minutes=5)
    fastest = ROUTINE.paces[free.pace].least
    spare = spare_ms(free._replace(tempo=fastest + 1))

    assert tempos(plan(ROUTINE, free, Slow(spare))) == {fastest + 1}
    assert tempos(plan(ROUTINE, free, Slow(spare + 1))) == {fastest}


def test_the_largest_dose_that_fits_to_the_millisecond_is_used() -> None:
    free = ONE._replace(tempo=0, minutes=5)
    spare = spare_ms(free._replace(reps=(("toe_curls", 6),)))

    for more, reps in ((spare, 6), (spare + 1, 5)):
        assert {dose.reps for dose in plan(ROUTINE, free, Slow(more)).doses} == {reps}


def test_where_nothing_is_left_to_do_the_nearest_is_the_usual_routine() -> None:
    with pytest.raises(UnmeetableError) as unmeetable:
        planned(Wishes(minutes=3, passed=ROUTINE.ids))

    assert unmeetable.value.nearest == Wishes(minutes=ROUTINE.most_minutes)


@pytest.mark.parametrize("here", ["heel_raises", "ankle_circles"])
def test_what_is_begun_stays_though_nothing_else_is_wished_for(here: str) -> None:
    """Be it that the wish leaves the rest out, or that it was passed by."""
    whole = planned(Wishes())
    step = whole.course.index(whole.steps_of(here)[2].place)
    settled = whole.settled(step)
    begun = tuple(dict.fromkeys(each.exercise for each in settled))
    rest = tuple(name for name in ROUTINE.ids if name not in begun)
    alone = planned(Wishes(settled=settled, passed=rest))
    with_one = planned(Wishes(settled=settled, exercises=("toe_curls",)))

    assert alone.exercises == begun
    assert with_one.exercises == tuple(dict.fromkeys((*begun, "toe_curls")))
    for each in (alone, with_one):
        assert each.course[:step] == whole.course[:step]


def test_the_rest_of_an_exercise_is_on_the_foot_that_is_wished_for() -> None:
    whole = planned(Wishes())
    step = whole.course.index(whole.steps_of("ankle_circles")[4].place)
    changed = planned(Wishes(settled=whole.settled(step), feet=Side.LEFT))

    assert changed.course[:step] == whole.course[:step]
    assert {place.side for place in changed.course[step:]} == {Side.LEFT}


# What is laid out, and the place in it.


def test_a_long_rest_calls_back_to_work_before_its_end() -> None:
    """Three seconds before: time to put the feet right, and no more."""
    rests = [step.cues[0] for step in planned(Wishes()).steps_of("toe_walking")[1:]]

    for rest in rests:
        assert rest.kind is Kind.REST
        assert rest.marks == (Mark(rest.ms - 3_000, Line("ready")),)


@pytest.mark.parametrize("exercise", ["ankle_circles", "toe_curls"])
def test_between_two_directions_the_repetitions_of_the_first_have_been_heard(exercise: str) -> None:
    for step in planned(Wishes()).steps_of(exercise):
        (turn,) = (cue for cue in step.cues if cue.kind is Kind.TURN)

        assert turn.rep == step.reps


def test_an_exercise_that_was_left_out_is_not_complete_though_every_set_was_done() -> None:
    """It hurt in its last set: it shall not count as done in comfort."""
    course = planned(Wishes()).course
    last = max(step for step, place in enumerate(course) if place.exercise == "heel_raises")
    done = Progress(course).begin().led_until(last + 1).finished()

    assert done.complete("heel_raises")
    assert not done.leave().complete("heel_raises")


# Verification.


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture
def verify(amazon: Amazon) -> Verifier:
    return Verifier(lambda _url: amazon.alexa_key.public_key(), frozenset({SKILL_ID}), lambda: NOW)


def test_a_body_of_the_very_most_bytes_is_verified(amazon: Amazon, verify: Verifier) -> None:
    """White space is JSON; a byte more is refused before anything is looked at."""
    most = body().ljust(MOST_BODY_BYTES)
    verify(amazon.headers(most), most)

    with pytest.raises(Refused) as refused:
        verify(amazon.headers(most + b" "), most + b" ")
    assert refused.value.rule is Rule.BODY


def test_a_header_of_the_very_most_characters_is_read(amazon: Amazon, verify: Verifier) -> None:
    sent = body()
    url = URL.removesuffix(".pem").ljust(MOST_HEADER_CHARACTERS, "x")
    verify(amazon.headers(sent, url), sent)

    with pytest.raises(Refused) as refused:
        verify(amazon.headers(sent, url + "x"), sent)
    assert refused.value.rule is Rule.HEADER
