"""The rules that mutation testing found nobody to hold: see docs/torture.md."""

from typing import Final

import pytest
from certificate_authority import NOW, SKILL_ID, URL, Amazon, body
from plans import ENGLISH, ROUTINE, planned

from skill.alexa.refusal import Refused, Rule
from skill.alexa.verification import MOST_BODY_BYTES, MOST_HEADER_CHARACTERS, Verifier, parsed
from skill.routine.builder import still_to_come
from skill.routine.model import Kind, Side
from skill.routine.plan import Line, Mark, Plan
from skill.routine.planner import MINUTE_MS, UnmeetableError, plan
from skill.routine.progress import Progress
from skill.routine.range import ModelError
from skill.routine.wishes import Settled, Wishes

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
    """English, and instructions for the curls that are so much longer."""

    def __init__(self, more_ms: int) -> None:
        self._more_ms = more_ms

    def ms(self, line: Line) -> int:
        """Tell how long *line* takes to say."""
        return ENGLISH.ms(line) + (self._more_ms if line.key == "toe_curls.full" else 0)


def spare_ms(wishes: Wishes) -> int:
    """What *wishes* that leave the planner no choice leave of their minutes."""
    shorter = Slow(-MINUTE_MS)
    led_ms = plan(ROUTINE, wishes, shorter).ms + MINUTE_MS
    return wishes.minutes * MINUTE_MS - ROUTINE.spare_ms - led_ms


def test_a_plan_that_fits_to_the_millisecond_fits() -> None:
    """And one that is a millisecond longer does not."""
    wishes = ONE._replace(tempo=0, reps=(("toe_curls", 5),), minutes=5)
    spare = spare_ms(wishes)

    assert plan(ROUTINE, wishes, Slow(spare)).ms == 5 * MINUTE_MS - ROUTINE.spare_ms
    with pytest.raises(UnmeetableError) as unmeetable:
        plan(ROUTINE, wishes, Slow(spare + 1))
    assert unmeetable.value.nearest.minutes == 6


@pytest.mark.parametrize("more_ms", range(780_000, 1_020_000, 20_000))
def test_the_nearest_wish_is_the_shortest_that_can_be_met(more_ms: int) -> None:
    """Up to the twenty minutes of the routine, and they are among them."""
    wordy = Slow(more_ms)
    with pytest.raises(UnmeetableError) as unmeetable:
        plan(ROUTINE, Wishes(minutes=1), wordy)
    nearest = unmeetable.value.nearest

    assert nearest == Wishes(minutes=nearest.minutes)
    assert plan(ROUTINE, nearest, wordy).steps
    with pytest.raises(UnmeetableError):
        plan(ROUTINE, Wishes(minutes=nearest.minutes - 1), wordy)


def test_sets_grow_in_turn_with_repetitions() -> None:
    """A third set comes before the last repetitions of the second."""
    one_foot = Wishes(minutes=3, exercises=("heel_raises",), feet=Side.LEFT)
    (dose,) = planned(one_foot).doses
    exercise = ROUTINE.exercise("heel_raises")

    assert dose.sets == exercise.sets.most
    assert exercise.reps.least < dose.reps < exercise.reps.most


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_of_what_was_eased_no_set_more_than_the_fewest_is_asked(name: str) -> None:
    """However much time there is."""
    (dose,) = planned(Wishes(exercises=(name,), eased=(name,))).doses

    assert dose.sets == ROUTINE.exercise(name).sets.least


def raises(steps: int, reps: int) -> Settled:
    """Heel raises on both feet, two sets of *reps* each, of which so many *steps* were led."""
    return Settled("heel_raises", steps, Side.BOTH, sets=2, reps=reps, rest_ms=0, tempo=0)


def test_what_is_begun_is_cut_for_time_only_before_a_set_is_done() -> None:
    """Then it is gone on with as it began."""
    short = Wishes(minutes=5, exercises=("heel_raises",))
    (free,) = planned(short).doses
    begun = planned(short._replace(settled=(raises(0, reps=20),)))
    led = planned(short._replace(settled=(raises(1, reps=20),), minutes=8))

    assert begun.ms <= 5 * MINUTE_MS
    assert [dose.reps for dose in begun.doses] == [free.reps]
    assert {step.reps for step in led.steps} == {20}


def test_what_was_eased_and_is_done_stays_as_it_was_done() -> None:
    """The wishes may change after it."""
    done = Wishes(settled=(raises(4, reps=10),), eased=("heel_raises",))
    steps = planned(done).steps_of("heel_raises")

    assert [step.place.set for step in steps] == [1, 1, 2, 2]
    assert {step.reps for step in steps} == {10}


@pytest.mark.parametrize(("minutes", "said"), [(8, 8), (20, 20), (30, 20)])
def test_the_welcome_tells_the_minutes_that_were_wished_and_no_more_than_there_are(
    minutes: int, said: int
) -> None:
    welcome = planned(Wishes(minutes=minutes)).steps[0].cues[0]

    assert welcome.line is not None
    assert dict(welcome.line.values)["minutes"] == said


@pytest.mark.parametrize("minutes", range(4, 21))
@pytest.mark.parametrize("name", ROUTINE.ids)
def test_what_is_wanted_by_name_is_kept_as_long_as_it_fits(name: str, minutes: int) -> None:
    """Whatever else has to give way for it; without the wish, others are kept before it."""
    alone = Wishes(minutes=minutes, exercises=(name,))
    try:
        planned(alone)
    except UnmeetableError:
        fits = False
    else:
        fits = True
    exercises = planned(Wishes(minutes=minutes, wanted=(name,))).exercises

    assert (name in exercises) == fits
    if not fits:
        assert exercises == planned(Wishes(minutes=minutes)).exercises


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_what_is_wanted_by_name_is_led_though_something_is_missing(name: str) -> None:
    """Or though the wish was for another exercise alone."""
    needs = ROUTINE.exercise(name).needs
    other = next(each for each in ROUTINE.ids if each != name)

    assert name in planned(Wishes(missing=needs, wanted=(name,))).exercises
    assert set(planned(Wishes(exercises=(other,), wanted=(name,))).exercises) == {name, other}


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


def test_repetitions_that_are_asked_for_are_those_of_what_is_ahead_in_an_exercise_begun() -> None:
    """And what was led of it stays as it was."""
    whole = planned(Wishes())
    step = whole.course.index(whole.steps_of("ankle_circles")[4].place)
    changed = planned(Wishes(settled=whole.settled(step), reps=(("ankle_circles", 6),)))

    assert [each.reps for each in changed.steps_of("ankle_circles")] == [*[5] * 4, *[6] * 6]


def test_in_a_round_that_one_foot_has_done_the_other_does_no_more() -> None:
    whole = planned(Wishes())
    step = whole.course.index(whole.steps_of("ankle_circles")[3].place)
    changed = planned(Wishes(settled=whole.settled(step), reps=(("ankle_circles", 6),)))

    assert [each.reps for each in changed.steps_of("ankle_circles")] == [*[5] * 4, *[6] * 6]


def test_what_parts_two_sets_is_laid_anew_where_their_order_is_changed() -> None:
    """A change of feet has the time for it, and nothing else of the set is lost."""
    whole = planned(ONE)
    (led,) = whole.settled(1)
    changed = planned(ONE._replace(settled=(led, led._replace(steps=0, first=(Side.RIGHT, 1)))))
    kinds = {
        step.place: next(cue.kind for cue in step.cues if cue.kind is not Kind.WELCOME)
        for step in changed.steps
    }

    assert [place for place in changed.course if kinds[place] is Kind.CHANGE] == [
        ("toe_curls", Side.RIGHT, 1),
        ("toe_curls", Side.LEFT, 2),
    ]
    assert [*kinds.values()].count(Kind.REST) == len(kinds) - 3
    for step in changed.steps:
        reps = [cue.rep for cue in step.cues if cue.kind is Kind.MOVE]
        assert reps == [*range(1, 2 * (step.reps or 0) + 1)]


def test_what_is_eased_has_no_more_sets_than_the_fewest_or_those_that_are_begun() -> None:
    full = Wishes(minutes=20, exercises=("heel_raises",))
    whole = planned(full)
    assert whole.doses[0].sets == 3

    for step in range(len(whole.course)):
        eased = full._replace(settled=whole.settled(step), eased=("heel_raises",))
        sets = max(2, whole.course[step].set)
        assert planned(eased).course == whole.course[: 2 * sets]
        assert planned(eased._replace(eased=())).course == whole.course


def test_only_a_part_of_what_is_settled_names_the_set_that_it_began_with() -> None:
    whole = planned(Wishes())
    step = whole.course.index(whole.steps_of("ankle_circles")[3].place)
    changed = planned(Wishes(settled=whole.settled(step)))

    assert {dose.first for dose in whole.doses} == {None}
    assert [dose.first for dose in changed.doses if dose.exercise == "ankle_circles"] == [
        None,
        (Side.LEFT, 2),
    ]


@pytest.mark.parametrize(
    ("exercise", "new", "key"),
    [
        ("toe_curls", False, "welcome"),
        ("toe_curls", True, "notice"),
        ("toe_walking", False, "welcome_bare"),
        ("toe_walking", True, "notice_bare"),
    ],
)
def test_the_welcome_names_things_only_where_some_are_needed(
    exercise: str, key: str, *, new: bool
) -> None:
    welcome = planned(Wishes(exercises=(exercise,), new=new)).steps[0].cues[0]

    assert welcome.kind is Kind.WELCOME
    assert welcome.line
    assert welcome.line.key == key


def asked_after(longest_ms: int) -> list[int]:
    """The steps after which it is asked whether to go on, where no answer is longer than that."""
    wishes = ONE._replace(tempo=0, reps=(("toe_curls", 5),))
    steps = plan(ROUTINE, wishes, ENGLISH, longest_ms).steps
    return [
        number
        for number, step in enumerate(steps)
        if any(cue.line and cue.line.key == "still_to_come" for cue in step.cues)
    ]


def test_it_is_asked_whether_to_go_on_where_one_answer_cannot_hold_all_to_the_millisecond() -> None:
    """With room for the longest words that may end it."""
    apart = {Kind.WELCOME, Kind.FAREWELL, Kind.PROMPT}
    lengths = [
        sum(cue.ms for cue in step.cues if cue.kind not in apart)
        for step in planned(ONE._replace(tempo=0, reps=(("toe_curls", 5),))).steps
    ]
    last = len(lengths) - 1
    breath = ROUTINE.breath_ms
    ask = max(ENGLISH.ms(still_to_come("toe_curls", n)) for n in range(1, 10)) + breath
    keys = ("last_prompt", *(f"{name}.ahead" for name in ROUTINE.ids))
    sides = (("side", "right"), ("other_side", "left"))
    prompt = max(ENGLISH.ms(Line(key, sides)) for key in keys) + breath

    assert asked_after(sum(lengths) + prompt + ask) == []
    assert asked_after(sum(lengths) + prompt + ask - 1) == [last - 1]
    assert asked_after(sum(lengths[:-1]) + ask) == [last - 1]
    assert asked_after(sum(lengths[:-1]) + ask - 1) == [last - 2]


# What is laid out, and the place in it.


class Wordy:
    """English, in which one *key* takes so long."""

    def __init__(self, key: str, ms: int) -> None:
        self._key = key
        self._ms = ms

    def ms(self, line: Line) -> int:
        """Tell how long *line* takes to say."""
        return self._ms if line.key == self._key else ENGLISH.ms(line)


@pytest.mark.parametrize(
    ("key", "ms"),
    [("toe_walking.straight", 10_000), ("half_way", 5_000), ("last_five", 5_000)],
)
def test_words_that_would_run_into_the_next_ones_are_not_laid_out(key: str, ms: int) -> None:
    """A moment of silence must be left: to the millisecond is too long."""
    walking = Wishes(exercises=("toe_walking",))
    assert plan(ROUTINE, walking, Wordy(key, ms - 1)).steps

    with pytest.raises(ModelError) as error:
        plan(ROUTINE, walking, Wordy(key, ms))
    assert str(error.value) == f"toe_walking: {key} takes longer than its {ms} ms"


def test_each_exercise_is_told_of_where_it_begins() -> None:
    """In the words of its first set, and nowhere else."""
    plan = planned(Wishes())
    firsts = {
        name: next(step for step, place in enumerate(plan.course) if place.exercise == name)
        for name in plan.exercises
    }

    assert {step: line.key for step, line in plan.set_ups.items()} == {
        step: f"{name}.full" for name, step in firsts.items()
    }


def test_a_set_up_in_silence_tells_nothing() -> None:
    """Nobody lays one out; but a plan is data, and its lines may be left out."""
    plan = planned(Wishes())
    first = plan.steps[0]
    cues = tuple(cue._replace(line=None) for cue in first.cues)

    assert 0 not in Plan((first._replace(cues=cues), *plan.steps[1:])).set_ups


def test_the_words_of_a_cue_begin_with_it() -> None:
    for step in planned(Wishes()).steps:
        for cue in (*step.cues, step.entry):
            said = list(cue.lines)
            assert said[: len(said) - len(cue.marks)] == ([Mark(0, cue.line)] if cue.line else [])


def test_to_lead_a_step_takes_what_its_cues_take() -> None:
    """Without welcome and farewell, which have turns of their own, and the last prompt."""
    plan = planned(Wishes())
    (welcome,) = (cue for cue in plan.steps[0].cues if cue.kind is Kind.WELCOME)
    *_, prompt, farewell = plan.steps[-1].cues
    first, *between, last = [step.ms for step in plan.steps]

    assert plan.spans_ms == (first - welcome.ms, *between, last - prompt.ms - farewell.ms)
    for step in plan.steps:
        assert step.led(entered=True) == (step.entry, *step.led()[1:])
        assert {Kind.WELCOME, Kind.FAREWELL}.isdisjoint(cue.kind for cue in step.led())


def test_a_long_rest_calls_back_to_work_before_its_end() -> None:
    """Three seconds before: time to put the feet right, and no more."""
    rests = [step.cues[0] for step in planned(Wishes()).steps_of("toe_walking")[1:]]

    for rest in rests:
        assert rest.kind is Kind.REST
        *_, again = rest.marks
        assert (again.ms, again.line.key) == (rest.ms - 3_000, "toe_walking.again")


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


def test_what_is_no_json_is_refused_where_it_is_read() -> None:
    for broken in (b"", b"{", b"\xff", b"NaN", b"1e999", b"[" * 100_000):
        with pytest.raises(Refused) as refused:
            parsed(broken)
        assert refused.value.rule is Rule.ENVELOPE


# The plan.


def test_each_part_of_an_exercise_keeps_the_steps_that_were_led_of_it() -> None:
    """What was settled before, the rest up to the step, and the exercise that is begun next."""
    whole = planned(Wishes())
    first, second, *_ = whole.doses
    parted = Plan(whole.steps, (first._replace(steps=2), first, *whole.doses[1:]))
    led = len(whole.steps_of(first.exercise))

    assert [part.steps for part in parted.settled(3)] == [2, 1]
    assert [part.steps for part in parted.settled(2)] == [2, 0]
    assert [part.steps for part in parted.settled(0)] == [0], "the last, for what is ahead"
    assert [part.steps for part in parted.settled(led)] == [2, led - 2, 0]
    assert parted.settled(led)[-1] == second._replace(steps=0)


def test_the_time_that_was_led_is_that_of_the_steps_that_are_done() -> None:
    found = planned(Wishes())
    one, _, three, *_ = found.steps

    assert found.led_ms(frozenset()) == 0
    welcome_ms = one.cues[0].ms
    assert found.led_ms(frozenset({one.place, three.place})) == one.ms - welcome_ms + three.ms


def test_a_line_has_its_first_phrasing_unless_another_is_asked_for() -> None:
    first, second, *_ = ENGLISH.sentences["paused"].other

    assert ENGLISH.text(Line("paused")) == first
    assert ENGLISH.text(Line("paused", variant=1)) == second
