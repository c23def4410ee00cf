"""Rules over all plans: minutes, pace, feet, equipment, level and what is known already."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, groupby, pairwise, product
from typing import Final

import pytest
from hypothesis import given, settings
from plans import ANY_WISHES, ENGLISH, LONGEST_MS, MINUTES, PLAIN, ROUTINE, SPREAD, planned

from skill.routine import planner
from skill.routine.layout import LONG_REST_MS, Dose, Layout
from skill.routine.model import Exercise, Feet, Kind, Routine, Side
from skill.routine.plan import Cue, Line, Place, Plan, Step
from skill.routine.planner import MINUTE_MS, UnmeetableError
from skill.routine.range import ModelError, Range
from skill.routine.wishes import Wishes

Plans = list[tuple[Wishes, Plan]]

SPARE_MS: Final = ROUTINE.spare_ms
"""What a plan leaves free of the time there is, because voices differ."""

MOVES: Final = {Kind.MOVE, Kind.HOLD}
"""What a set is made of, once it is under way."""

OPENINGS: Final = {Kind.SET_UP, Kind.CHANGE, Kind.REST}
"""What comes before it."""

AROUND: Final = {Kind.WELCOME, Kind.PROMPT, Kind.FAREWELL}
"""What stands at the edges of an exercise or of the whole."""


@pytest.fixture(scope="module")
def plans() -> Plans:
    """All plans of `SPREAD` that there are: not every foot can do something with any equipment."""
    return [
        (wishes, planned(wishes))
        for wishes in SPREAD
        if wishes.feet is Side.BOTH or not {"chair", "band"} <= set(wishes.missing)
    ]


def most_ms(wishes: Wishes) -> int:
    return min(wishes.minutes, ROUTINE.most_minutes) * MINUTE_MS


def cues_of(step: Step, kinds: set[Kind]) -> list[Cue]:
    return [cue for cue in step.cues if cue.kind in kinds]


def opening_of(step: Step) -> Cue:
    (opening,) = cues_of(step, OPENINGS - {Kind.REST}) or cues_of(step, {Kind.REST})
    return opening


def values_of(line: Line | None) -> dict[str, object]:
    return dict(line.values) if line else {}


def led(plan: Plan) -> Iterator[tuple[Exercise, tuple[Step, ...]]]:
    """Each exercise of *plan* with its steps."""
    return ((ROUTINE.exercise(name), plan.steps_of(name)) for name in plan.exercises)


# The whole.


def test_no_plan_is_longer_than_its_wish_or_twenty_minutes(plans: Plans) -> None:
    for wishes, plan in plans:
        assert 0 < plan.ms <= most_ms(wishes) - SPARE_MS, wishes


TWENTY: Final = {
    "somebody new": Wishes(level="gentle", new=True),
    "somebody who was here once": Wishes(level="gentle"),
    "somebody who knows it all": Wishes(known=ROUTINE.ids),
    "all that is asked at most, told in full": Wishes(new=True),
}


@pytest.mark.parametrize("wishes", TWENTY.values(), ids=TWENTY)
def test_twenty_minutes_hold_all_five_exercises(wishes: Wishes) -> None:
    """From "start" to the end of the last set, with ten seconds to spare and few of them unused."""
    plan = planned(wishes)

    assert 19 * MINUTE_MS + 40_000 <= plan.ms <= 19 * MINUTE_MS + 50_000
    assert plan.exercises == ROUTINE.ids


def test_waiting_welcome_last_prompt_and_farewell_do_not_count() -> None:
    plan = planned(Wishes())
    cues = [cue for step in plan.steps for cue in step.cues]
    *between, last = (cue for cue in cues if cue.kind is Kind.PROMPT)

    assert last.line == Line("last_prompt")
    assert len(between) == len(ROUTINE.ids) - 1
    apart = {Kind.WELCOME, Kind.FAREWELL}
    assert plan.ms == sum(cue.ms for cue in cues if cue.kind not in apart) - last.ms


@settings(max_examples=100, deadline=None)
@given(ANY_WISHES)
def test_any_wish_is_met_or_answered_with_the_nearest_that_can_be(wishes: Wishes) -> None:
    """The nearest changes the minutes alone where they alone stand in the way."""
    try:
        plan = planned(wishes)
    except UnmeetableError as fault:
        nearest = fault.nearest
        assert planned(nearest).ms <= most_ms(nearest)
        if nearest._replace(minutes=wishes.minutes) == wishes:
            assert nearest.minutes > wishes.minutes
            with pytest.raises(UnmeetableError):
                planned(nearest._replace(minutes=nearest.minutes - 1))
        return

    assert plan.ms <= most_ms(wishes)
    assert set(plan.exercises) <= set(wishes.exercises or ROUTINE.ids)


def test_the_same_wish_always_gives_the_same_plan() -> None:
    for wishes in SPREAD[::13]:
        try:
            first, second = (planner.plan(ROUTINE, wishes, ENGLISH) for _ in range(2))
        except UnmeetableError:
            continue

        assert first == second
        assert repr(first) == repr(second)


def test_exercises_keep_their_order(plans: Plans) -> None:
    for wishes, plan in plans:
        numbers = [ROUTINE.ids.index(step.place.exercise) for step in plan.steps]

        assert numbers == sorted(numbers), wishes


def test_nothing_is_planned_that_needs_what_is_missing(plans: Plans) -> None:
    for wishes, plan in plans:
        for exercise, _ in led(plan):
            assert not set(exercise.needs) & set(wishes.missing), wishes


def test_a_routine_without_any_one_thing_is_possible() -> None:
    for item in ROUTINE.equipment:
        left = {each.id for each in ROUTINE.exercises if item not in each.needs}

        assert set(planned(Wishes(missing=(item,))).exercises) == left


def test_no_exercise_more_would_have_fitted(plans: Plans) -> None:
    """Whole exercises give way, and only where they have to."""
    for wishes, plan in plans[::4]:
        left_out = set(ROUTINE.ids) - set(plan.exercises)
        for added in left_out:
            wish = wishes._replace(exercises=(*plan.exercises, added))
            assert planned(wish).exercises != tuple(
                name for name in ROUTINE.ids if name in wish.exercises
            ), (wishes, added)


def test_no_larger_choice_of_exercises_would_have_fitted() -> None:
    for minutes in MINUTES[::3]:
        count = len(planned(Wishes(minutes)).exercises)
        for chosen in combinations(ROUTINE.ids, count + 1):
            assert planned(Wishes(minutes, exercises=chosen)).exercises != chosen


def test_fewer_minutes_never_give_more_exercises() -> None:
    for pace, feet in product(ROUTINE.paces, Side):
        counts = [
            len(planned(Wishes(minutes, pace, feet=feet)).exercises)
            for minutes in (MINUTES if feet is Side.BOTH else MINUTES[::5])
        ]

        assert counts == sorted(counts), (pace, feet)


def test_more_than_twenty_minutes_change_nothing() -> None:
    assert planned(Wishes(30)).steps[1:] == planned(Wishes(20)).steps[1:]


# Doses.


def test_every_dose_is_within_its_range(plans: Plans) -> None:
    for wishes, plan in plans:
        for exercise, steps in led(plan):
            for step in steps:
                assert step.sets in exercise.sets, wishes
                assert (step.reps or 0) in exercise.reps, wishes
            sides = {step.place.side for step in steps}
            assert len(steps) == steps[0].sets * len(sides), wishes
            assert len({(step.sets, step.reps) for step in steps}) == 1, wishes


def test_the_exact_doses_are_exact(plans: Plans) -> None:
    """Five sets of circles and curls a foot; three of the band, ten presses each."""
    exact = {"ankle_circles": (5, None), "toe_curls": (5, None), "resisted_flexion": (3, 10)}
    for wishes, plan in plans:
        for name, (sets, reps) in exact.items():
            for step in plan.steps_of(name):
                assert step.sets == sets, wishes
                assert step.reps == reps or reps is None, wishes


def test_less_time_never_means_less_than_the_range() -> None:
    """What gives way is whole exercises, never the doses of those that stay."""
    for wishes in PLAIN:
        for exercise, steps in led(planned(wishes)):
            assert steps[0].sets >= exercise.sets.least, wishes
            assert (steps[0].reps or 0) >= exercise.reps.least, wishes


def test_as_many_repetitions_are_led_as_are_promised(plans: Plans) -> None:
    """Counted aloud from one, in each direction, by words or by number."""
    for wishes, plan in plans:
        for exercise, steps in led(plan):
            counted = sum(part.counted for part in exercise.parts)
            for step in steps:
                reps = [cue.rep for cue in step.cues if cue.kind in {Kind.MOVE, Kind.HOLD}]
                assert sorted(set(reps)) == list(range(1, reps[-1] + 1)), wishes
                assert reps == sorted(reps), wishes
                if counted:
                    assert reps[-1] == (step.reps or 0) * counted, wishes
                else:
                    assert (step.reps, reps[-1]) == (None, len(exercise.parts)), wishes


def test_the_count_that_is_heard_is_the_repetition(plans: Plans) -> None:
    for wishes, plan in plans:
        for step in plan.steps:
            for cue in step.cues:
                if cue.line and cue.line.key == "count":
                    n = values_of(cue.line)["n"]
                    assert n == (cue.rep - 1) % (step.reps or 1) + 1, wishes


def test_what_is_announced_is_what_is_led(plans: Plans) -> None:
    """Sides, sets, repetitions and seconds, in every line of every cue and entry."""
    for wishes, plan in plans:
        for step in plan.steps:
            place = step.place
            truth = {
                "side": place.side.value,
                "other_side": place.side.other.value,
                "set": place.set,
                "sets": step.sets,
                "reps": step.reps,
            }
            for cue in (*cues_of(step, OPENINGS | MOVES), step.entry):
                for name, value in values_of(cue.line).items():
                    if name in truth:
                        assert value == truth[name], (wishes, cue)


def test_an_interval_takes_exactly_the_seconds_it_names(plans: Plans) -> None:
    """From the cue to the next cue."""
    for wishes, plan in plans:
        for step in plan.steps:
            for cue in cues_of(step, {Kind.HOLD, Kind.REST}):
                seconds = values_of(cue.line).get("seconds")
                if cue.line and "seconds" in ENGLISH.sentences[cue.line.key].fields:
                    assert cue.ms == int(str(seconds)) * 1000, (wishes, cue)


def test_toe_walking_is_held_for_twenty_seconds_each_way(plans: Plans) -> None:
    """With half-way at ten seconds and the last five at fifteen."""
    for wishes, plan in plans:
        for step in plan.steps_of("toe_walking"):
            holds = cues_of(step, {Kind.HOLD})
            assert [cue.line.key for cue in holds if cue.line] == [
                "toe_walking.straight",
                "toe_walking.out",
                "toe_walking.in",
            ], wishes
            for cue in holds:
                assert cue.ms == 20_000, wishes
                assert [(mark.ms, mark.line.key) for mark in cue.marks] == [
                    (10_000, "half_way"),
                    (15_000, "last_five"),
                ], wishes


def test_a_rest_parts_two_rounds_and_is_within_its_range(plans: Plans) -> None:
    """In whole seconds; there is none before the first or after the last."""
    for wishes, plan in plans:
        for exercise, steps in led(plan):
            if exercise.feet is Feet.TURNS:
                continue
            rests = [cue for step in steps for cue in cues_of(step, {Kind.REST})]
            changes = [cue for step in steps for cue in cues_of(step, {Kind.CHANGE})]
            assert len(rests) + len(changes) == len(steps) - 1, wishes
            for rest in rests:
                ms = rest.ms if exercise.rest.least >= LONG_REST_MS else silences(rest)[-2]
                assert ms in exercise.rest, wishes
                assert ms % 1000 == 0, wishes


def silences(cue: Cue) -> list[int]:
    """The milliseconds of silence after each line of *cue*."""
    said = [*cue.lines]
    ends = [*(mark.ms for mark in said[1:]), cue.ms]
    return [end - mark.ms - ENGLISH.ms(mark.line) for mark, end in zip(said, ends, strict=True)]


def test_toes_wiggle_in_silence_before_the_next_set_is_announced(plans: Plans) -> None:
    for wishes, plan in plans:
        for step in plan.steps_of("toe_curls"):
            for rest in cues_of(step, {Kind.REST}):
                *_, wiggle, again = rest.lines
                assert wiggle.line.key == "toe_curls.rest", wishes
                assert again.line.key == "toe_curls.again", wishes
                assert silences(rest)[-2] >= 3_000, wishes


def test_a_change_of_feet_has_its_silence_after_the_words(plans: Plans) -> None:
    for wishes, plan in plans:
        for exercise, steps in led(plan):
            for step in steps:
                for change in cues_of(step, {Kind.CHANGE}):
                    assert silences(change)[-1] == exercise.change_ms, wishes


LEAST_SILENCE: Final = {"heel_raises": 3_000, "ankle_circles": 2_000, "resisted_flexion": 6_000}
"""Milliseconds to change feet, after the words: to change the band takes longest."""


def test_there_is_time_to_change_feet_and_the_band(plans: Plans) -> None:
    for wishes, plan in plans:
        for name, least in LEAST_SILENCE.items():
            for step in plan.steps_of(name):
                for change in cues_of(step, {Kind.CHANGE}):
                    assert silences(change)[-1] >= least, wishes


def test_the_number_opens_a_repetition_and_a_word_marks_each_further_beat(plans: Plans) -> None:
    """In every repetition."""
    for wishes, plan in plans:
        for exercise, steps in led(plan):
            words = {
                part.id: [f"{exercise.id}.{beat.id}" for beat in part.beats[1:]]
                for part in exercise.parts
                if part.counted
            }
            for step in steps if words else ():
                moving = cues_of(step, MOVES)
                expected = [
                    key
                    for part in words.values()
                    for _ in range(step.reps or 0)
                    for key in ("count", *part)
                ]
                assert [cue.line.key for cue in moving if cue.line] == expected, wishes
                assert len(moving) == len(expected), wishes


TURNED: Final = {"ankle_circles": "other_way", "toe_curls": "push"}


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_the_next_direction_is_called_in_the_last_repetition_before_it(
    plans: Plans, name: str
) -> None:
    """And a breath is left before its first number."""
    for wishes, plan in plans:
        for step in plan.steps_of(name):
            for cue in cues_of(step, {Kind.MOVE}):
                turning = name in TURNED and cue.rep == step.reps
                said = [mark.line.key for mark in cue.marks]
                assert said == ([f"{name}.{TURNED[name]}"] if turning else []), wishes
                if turning:
                    assert silences(cue)[-1] == ROUTINE.breath_ms, wishes


def test_only_the_last_set_of_an_exercise_is_called_so(plans: Plans) -> None:
    for wishes, plan in plans:
        for _, steps in led(plan):
            for number, step in enumerate(steps[1:], 1):
                *_, (_, line) = opening_of(step).lines
                assert values_of(line)["to_go"] == len(steps) - number, wishes
                called = "last" in ENGLISH.spoken(line).lower()
                assert called == (step is steps[-1]), wishes


def test_half_of_the_whole_is_told_once(plans: Plans) -> None:
    """In the first change of feet or rest of its second half, if there is one."""
    for wishes, plan in plans:
        told = [
            (number, mark.ms)
            for number, step in enumerate(plan.steps)
            for cue in step.cues
            for mark in cue.lines
            if mark.line.key == "half_of_all"
        ]
        extra_ms = ENGLISH.ms(Line("half_of_all")) + ROUTINE.breath_ms
        whole_ms = plan.ms - sum(extra_ms for _, at in told if not at)
        may = [
            number
            for number, step in enumerate(plan.steps)
            if opening_of(step).kind is not Kind.SET_UP
            and sum(plan.spans_ms[:number]) * 2 >= whole_ms
        ]
        assert [number for number, _ in told] == may[:1], wishes
        assert told or wishes.minutes < 12, wishes


def test_a_level_bounds_the_dose(plans: Plans) -> None:
    for wishes, plan in plans:
        share = ROUTINE.levels[wishes.level].doses
        for exercise, steps in led(plan):
            assert steps[0].sets <= exercise.sets.at(share), wishes
            assert (steps[0].reps or 0) <= exercise.reps.at(share), wishes


def test_no_single_dose_could_be_larger(plans: Plans) -> None:
    """At the tempo of the plan, one repetition, set or second of rest more would not fit."""
    for wishes, plan in plans[::2]:
        share = ROUTINE.levels[wishes.level].doses
        for exercise, steps in led(plan):
            tempo, dose = laid_by(wishes, exercise, steps)
            ms = length(wishes, exercise, dose, tempo)
            for raised in raises(exercise, dose, share):
                more = length(wishes, exercise, raised, tempo) - ms
                assert plan.ms + more + SPARE_MS > most_ms(wishes), (wishes, exercise.id, raised)


def laid_by(wishes: Wishes, exercise: Exercise, steps: tuple[Step, ...]) -> tuple[int, Dose]:
    """Find the tempo and the dose that *steps* were laid with."""
    rests = [cue.ms for step in steps for cue in cues_of(step, {Kind.REST})]
    rest_ms = max(rests, default=0) if exercise.rest.least >= LONG_REST_MS else 0
    dose = Dose(steps[0].sets, steps[0].reps or 0, rest_ms or exercise.rest.least)
    band = ROUTINE.paces[wishes.pace]
    moving = [cues_of(step, MOVES) for step in steps]
    layout = Layout(ROUTINE, ENGLISH, wishes.feet, wishes.known)
    for tempo in range(band.least, band.most + 1):
        if [cues_of(step, MOVES) for step in layout.steps(exercise, dose, tempo)] == moving:
            return tempo, dose
    raise AssertionError(f"{exercise.id} has no tempo of its pace, by {wishes}")


def length(wishes: Wishes, exercise: Exercise, dose: Dose, tempo: int) -> int:
    layout = Layout(ROUTINE, ENGLISH, wishes.feet, wishes.known)
    return sum(step.ms for step in layout.steps(exercise, dose, tempo))


def raises(exercise: Exercise, dose: Dose, share: int) -> Iterator[Dose]:
    """Every dose that is one step above *dose* and still allowed."""
    if dose.reps < exercise.reps.at(share):
        yield dose._replace(reps=dose.reps + 1)
    if dose.sets < exercise.sets.at(share):
        yield dose._replace(sets=dose.sets + 1)
    if dose.rest_ms + 1000 <= exercise.rest.most:
        yield dose._replace(rest_ms=dose.rest_ms + 1000)


def test_no_repetition_more_would_fit_at_the_quickest_tempo_of_the_pace() -> None:
    """The default plan has the largest doses that fit, even if the tempo is brisker for it."""
    wishes = Wishes()
    plan = planned(wishes)
    quickest = ROUTINE.paces[wishes.pace].least
    spare = most_ms(wishes) - SPARE_MS - plan.ms
    doses = {}
    for exercise, steps in led(plan):
        tempo, dose = laid_by(wishes, exercise, steps)
        now_ms, least_ms = (length(wishes, exercise, dose, each) for each in (tempo, quickest))
        spare += now_ms - least_ms
        doses[exercise.id] = exercise, dose

    for exercise, dose in doses.values():
        for raised in raises(exercise, dose, 100):
            if raised.rest_ms == dose.rest_ms:
                now_ms, more_ms = (
                    length(wishes, exercise, each, quickest) for each in (dose, raised)
                )
                assert more_ms - now_ms > spare, (exercise.id, raised)


def test_the_search_for_a_plan_lays_out_few_exercises(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a turn that plans anew is as quick as any other: the tempo is found by halving."""
    laid: list[str] = []
    steps = Layout.steps

    def counted(layout: Layout, exercise: Exercise, dose: Dose, tempo: int) -> tuple[Step, ...]:
        laid.append(exercise.id)
        return steps(layout, exercise, dose, tempo)

    monkeypatch.setattr(Layout, "steps", counted)
    for wishes in SPREAD[::3]:
        laid.clear()
        try:
            planner.plan(ROUTINE, wishes, ENGLISH)
        except UnmeetableError:
            continue
        assert 0 < len(laid) <= 60, wishes


# Feet.


def expected_places(exercise: Exercise, sets: int, feet: Side) -> list[Place]:
    sides = exercise.sides(feet)
    order = (
        [(side, number) for side in sides for number in range(1, sets + 1)]
        if exercise.feet is Feet.BLOCKS
        else [(side, number) for number in range(1, sets + 1) for side in sides]
    )
    return [Place(exercise.id, side, number) for side, number in order]


def test_feet_take_turns_or_come_one_after_the_other(plans: Plans) -> None:
    """Each beginning with the foot that the source names, or with the only one wished for."""
    for wishes, plan in plans:
        for exercise, steps in led(plan):
            places = [step.place for step in steps]
            assert places == expected_places(exercise, steps[0].sets, wishes.feet), wishes


def test_both_feet_do_the_very_same(plans: Plans) -> None:
    """Equal sets, repetitions and times: no second side ends up shorter."""
    for wishes, plan in plans:
        if wishes.feet is not Side.BOTH:
            continue
        for exercise, steps in led(plan):
            if exercise.feet is Feet.BOTH:
                continue
            by_side = {
                side: [cues_of(step, MOVES) for step in steps if step.place.side is side]
                for side in (Side.LEFT, Side.RIGHT)
            }
            assert by_side[Side.LEFT] == by_side[Side.RIGHT], (wishes, exercise.id)


def test_only_the_wished_foot_is_led(plans: Plans) -> None:
    for wishes, plan in plans:
        if wishes.feet is not Side.BOTH:
            assert {step.place.side for step in plan.steps} == {wishes.feet}, wishes


def test_a_change_of_feet_is_a_cue_of_its_own(plans: Plans) -> None:
    """Before every set on the other foot, whether it is reached in order or by a jump."""
    for wishes, plan in plans:
        for before, step in pairwise(plan.steps):
            if before.place.exercise != step.place.exercise:
                continue
            if before.place.side is not step.place.side:
                opening = opening_of(step)
                assert opening.kind is Kind.CHANGE, wishes
                assert 3_500 <= opening.ms <= 12_000, wishes
                assert step.entry.ms >= 5_000, wishes


def test_a_new_position_has_five_seconds_or_more(plans: Plans) -> None:
    for wishes, plan in plans:
        for _, steps in led(plan):
            opening = opening_of(steps[0])
            assert opening.kind is Kind.SET_UP, wishes
            assert opening.ms >= 5_000, wishes


# Tempo and shape.


def test_every_beat_is_within_its_pace(plans: Plans) -> None:
    for wishes, plan in plans:
        band = ROUTINE.paces[wishes.pace]
        for exercise, steps in led(plan):
            beats = [beat for part in exercise.parts for beat in part.beats]
            moving = [cue for step in steps for cue in cues_of(step, {Kind.MOVE, Kind.HOLD})]
            for _, cues in groupby(moving, key=lambda cue: cue.rep):
                for beat, cue in zip(beats, cues, strict=False):
                    assert cue.kind is beat.kind, wishes
                    assert beat.ms(band.least) <= cue.ms <= beat.ms(band.most), wishes
                    assert cue.ms in beat.tempo, wishes


def backs(wishes: Wishes) -> set[int]:
    """The lengths in ms of the way back in band presses."""
    return {
        cue.ms
        for step in planned(wishes).steps_of("resisted_flexion")
        for cue in cues_of(step, {Kind.MOVE})
        if cue.line and cue.line.key == "resisted_flexion.back"
    }


def test_the_band_comes_back_slowly_where_there_is_time() -> None:
    """It takes 2 s in a shorter routine; in the whole one it takes the time that is left, first."""
    seated = tuple(exercise.id for exercise in ROUTINE.exercises if exercise.seated)

    assert backs(Wishes(exercises=("resisted_flexion",))) == {2_000}
    assert backs(Wishes(exercises=seated, known=ROUTINE.ids)) == {2_000}
    assert backs(Wishes(level="gentle", known=ROUTINE.ids)) == {1_100}
    assert backs(Wishes(level="gentle", new=True)) == {1_000}


def test_one_tempo_runs_through_the_whole_plan(plans: Plans) -> None:
    """Equal beats are equal everywhere; what a plan gains in time, all its exercises gain."""
    for wishes, plan in plans:
        for exercise, steps in led(plan):
            first = [(cue.kind, cue.ms) for cue in cues_of(steps[0], MOVES)]
            for step in steps[1:]:
                assert [(cue.kind, cue.ms) for cue in cues_of(step, MOVES)] == first, (
                    wishes,
                    exercise.id,
                )


def asks(step: Step) -> bool:
    """It ends what one response can hold of its exercise."""
    return any(cue.line and cue.line.key == "still_to_come" for cue in cues_of(step, {Kind.PROMPT}))


def test_it_is_asked_within_an_exercise_only_where_one_response_cannot_hold_it(
    plans: Plans,
) -> None:
    for wishes, plan in plans:
        for name in plan.exercises:
            steps = plan.steps_of(name)
            if any(asks(step) for step in steps):
                assert sum(step.ms for step in steps) > LONGEST_MS - 10_000, wishes


def test_without_a_limit_it_is_never_asked_within_an_exercise(plans: Plans) -> None:
    asking = [wishes for wishes, plan in plans if any(asks(step) for step in plan.steps)]
    assert asking

    for wishes in asking:
        assert not any(asks(step) for step in planner.plan(ROUTINE, wishes, ENGLISH).steps)


def test_all_steps_have_the_same_shape(plans: Plans) -> None:
    """An opening, then the set; a welcome, prompts and a farewell at the edges only."""
    for wishes, plan in plans:
        lasts = [plan.steps_of(name)[-1] for name in plan.exercises]
        for step in plan.steps:
            inner = [cue.kind for cue in step.cues if cue.kind not in AROUND]
            assert inner[0] in OPENINGS, wishes
            assert set(inner[1:]) <= MOVES, wishes
            edges = [cue.kind for cue in step.cues if cue.kind in AROUND]
            expected = [
                *([Kind.WELCOME] if step is plan.steps[0] else []),
                *([Kind.PROMPT] if any(step is last for last in lasts) or asks(step) else []),
                *([Kind.FAREWELL] if step is plan.steps[-1] else []),
            ]
            assert edges == expected, wishes
            assert step.entry.kind is Kind.ENTRY, wishes


def test_all_words_end_before_the_next_are_said(plans: Plans) -> None:
    """With a moment of silence between them."""
    for wishes, plan in plans:
        for step in plan.steps:
            for cue in (*step.cues, step.entry):
                said = [*cue.lines]
                ends = [*(mark.ms for mark in said[1:]), cue.ms]
                for mark, end in zip(said, ends, strict=False):
                    assert mark.ms + ENGLISH.ms(mark.line) < end, (wishes, mark.line)


def test_a_known_exercise_is_introduced_briefly(plans: Plans) -> None:
    for wishes, plan in plans:
        for exercise, steps in led(plan):
            wording = "brief" if exercise.id in wishes.known else "full"
            line = opening_of(steps[0]).line
            assert line
            assert line.key == f"{exercise.id}.{wording}", wishes


def test_each_exercise_announces_the_next(plans: Plans) -> None:
    for wishes, plan in plans:
        prompts = [
            cue.line.key for step in plan.steps for cue in cues_of(step, {Kind.PROMPT}) if cue.line
        ]
        ahead = [f"{name}.ahead" for name in plan.exercises[1:]]
        between = [key for key in prompts if key != "still_to_come"]
        assert between == [*ahead, "last_prompt"], wishes


def test_the_time_left_is_the_sum_of_what_is_left(plans: Plans) -> None:
    for wishes, plan in plans[::9]:
        lefts = [plan.left_ms(step) for step in range(len(plan.steps) + 1)]

        assert (lefts[0], lefts[-1]) == (plan.ms, 0), wishes
        assert [before - after for before, after in pairwise(lefts)] == [*plan.spans_ms], wishes


def test_places_are_all_different(plans: Plans) -> None:
    for wishes, plan in plans:
        assert len(set(plan.course)) == len(plan.course) == len(plan.steps), wishes


def test_what_is_not_in_a_plan_has_no_steps() -> None:
    assert planned(Wishes(exercises=("toe_curls",))).steps_of("heel_raises") == ()


# Wishes that make no sense, and routines that nothing can lead.

STRANGE: Final[dict[str, tuple[Wishes, str]]] = {
    "no minutes": (Wishes(0), "minutes"),
    "negative minutes": (Wishes(-5), "minutes"),
    "more than an hour": (Wishes(61), "minutes"),
    "a pace": (Wishes(pace="frantic"), "pace"),
    "a level": (Wishes(level="heroic"), "level"),
    "an exercise": (Wishes(exercises=("elbows",)), "exercise"),
    "a known exercise": (Wishes(known=("elbows",)), "exercise"),
    "a thing": (Wishes(missing=("trampoline",)), "equipment"),
}


@pytest.mark.parametrize(("wishes", "what"), STRANGE.values(), ids=STRANGE)
def test_a_wish_for_the_unknown_is_refused_in_one_line(wishes: Wishes, what: str) -> None:
    with pytest.raises(ValueError, match=what) as fault:
        planner.plan(ROUTINE, wishes, ENGLISH)

    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("minutes", [1, 2, 3])
def test_too_few_minutes_are_answered_with_the_fewest(minutes: int) -> None:
    with pytest.raises(UnmeetableError) as fault:
        planned(Wishes(minutes))

    assert fault.value.nearest == Wishes(4)


IMPOSSIBLE: Final[dict[str, Wishes]] = {
    "nothing at hand": Wishes(feet=Side.LEFT, missing=ROUTINE.equipment),
    "both feet with one": Wishes(feet=Side.RIGHT, exercises=("toe_walking",)),
    "a chair without a chair": Wishes(exercises=("toe_curls",), missing=("chair",)),
    "all at once": Wishes(3, feet=Side.LEFT, exercises=("toe_walking",), missing=("band",)),
}


@pytest.mark.parametrize("wishes", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_impossible_wish_has_a_nearest_that_is_possible(wishes: Wishes) -> None:
    with pytest.raises(UnmeetableError) as fault:
        planned(wishes)

    assert planned(fault.value.nearest).ms <= most_ms(fault.value.nearest)


class Slow:
    """A language in which everything takes *said_ms* to say."""

    def __init__(self, said_ms: int) -> None:
        self.said_ms = said_ms

    def ms(self, line: Line) -> int:  # noqa: ARG002 - the interface of `Talk`
        """Take as long for any line."""
        return self.said_ms


@pytest.mark.parametrize(
    ("change", "said_ms", "what"),
    [
        (lambda each: each, 1_600, "ankle_circles: count"),
        (lambda each: replace(each, rest=Range(8_000, 8_000)), 5_000, "toe_walking.rest"),
    ],
    ids=["a count", "a rest"],
)
def test_words_that_do_not_fit_their_interval_are_an_error(
    change: Callable[[Exercise], Exercise], said_ms: int, what: str
) -> None:
    """Better no routine than one whose silences are not what they should be."""
    routine: Routine = replace(ROUTINE, exercises=tuple(change(each) for each in ROUTINE.exercises))
    name = what.partition(".")[0].partition(":")[0]

    with pytest.raises(ModelError, match=what):
        planner.plan(routine, Wishes(pace="brisk", exercises=(name,)), Slow(said_ms))
