"""Wishes in any combination and order: the plan stays safe, in time, and keeps the place."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plans import ENGLISH, ROUTINE, planned
from turns import MORNING, SECOND, Heard, Turns
from utterances import ANYTHING, BY_INTENT, EARS, MOMENT, ONE_FOOT, WISH, WISHES, speak

from skill import app
from skill.listener.codec import decode, encode
from skill.listener.state import State
from skill.routine import planner
from skill.routine.layout import LONG_REST_MS
from skill.routine.model import Beat, Exercise, Kind, Routine, Side
from skill.routine.plan import Cue, Plan, Step, Talk
from skill.routine.planner import MINUTE_MS, UnmeetableError
from skill.routine.progress import Phase
from skill.routine.wishes import Wishes
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

APP: Final = app.build(MemoryStore(Clock.stopped(MORNING)), lambda _: "")
"""It keeps nothing of anybody, so that one conversation can be tried twice from any moment."""

LEAST_CHANGE_MS: Final = 5 * SECOND
"""People ask for 5 to 10 s to change feet."""

PLACE: Final = (
    *("exercise", "foot", "set", "rep", "phase", "entered", "since", "done", "wishes", "memory"),
    *("asked", "began", "lead_ms", "started", "at", "hurt", "pained", "said"),
)
"""What of the written state has to survive being read."""

EDGES: Final = {Kind.WELCOME, Kind.PROMPT, Kind.FAREWELL}
"""Cues before and after an exercise; they tell of others, which may come and go."""


def new() -> Turns:
    turns = Turns(APP, Clock.stopped(MORNING))
    turns.launch()
    return turns


def started() -> Turns:
    turns = new()
    turns.say("StartRoutineIntent", 10 * SECOND)
    return turns


def state_of(attributes: dict[str, Any]) -> State:
    return decode(json.loads(json.dumps(attributes)), ROUTINE, planned)


def found_by(turns: Turns, after: int) -> State:
    """Where words *after* so many ms would find the listener."""
    assert turns.attributes is not None
    beside = Turns(APP, Clock.stopped(turns.clock()), turns.device, dict(turns.attributes))
    return state_of(beside.say("WhereAmIIntent", after).attributes)


# What every plan has to be.


def beats_of(exercise: Exercise, reps: int | None) -> Iterator[Beat]:
    """The beats of one set, in order."""
    for part in exercise.parts:
        for _ in range(reps or 0) if part.counted else (1,):
            yield from part.beats


def opening(step: Step) -> Cue:
    return next(cue for cue in step.cues if cue.kind is not Kind.WELCOME)


def check_step(step: Step) -> None:
    """Its numbers and its tempo are in their ranges, and there is time to get there by a jump."""
    exercise = ROUTINE.exercise(step.place.exercise)
    moves = [cue for cue in step.cues if cue.kind in {Kind.MOVE, Kind.HOLD}]

    assert step.sets in exercise.sets
    assert step.place.set in range(1, step.sets + 1)
    assert (step.reps or 0) in exercise.reps
    for cue, beat in zip(moves, beats_of(exercise, step.reps), strict=True):
        assert cue.ms in beat.tempo
    for cue in step.cues:
        if cue.kind is Kind.REST and exercise.rest.most:
            *_, said, again = cue.lines
            silent_ms = again.ms - said.ms - ENGLISH.ms(said.line)
            long_rest = exercise.rest.least >= LONG_REST_MS
            assert (cue.ms if long_rest else silent_ms) in exercise.rest
    assert step.entry.ms >= LEAST_CHANGE_MS or step.place.side is Side.BOTH


def cut_short(wishes: Wishes) -> Iterator[str]:
    """The exercises that are behind and lost their last sets to a wish, as for one foot alone.

    What is behind stays as it was led, even where the wish is then taken back.
    """
    for name in dict.fromkeys(part.exercise for part in wishes.settled[:-1]):
        parts = [part for part in wishes.settled if part.exercise == name]
        sides = ROUTINE.exercise(name).sides(parts[-1].feet)
        behind = name != wishes.settled[-1].exercise
        if behind and sum(part.steps for part in parts) < parts[-1].sets * len(sides):
            yield name


def check_feet(plan: Plan, wishes: Wishes) -> None:
    """Changes of feet have their time and their words; feet that are both used get the same."""
    for before, after in pairwise(plan.steps):
        if before.place.exercise != after.place.exercise:
            continue
        cue = opening(after)
        if before.place.side is after.place.side:
            assert cue.kind is Kind.REST
        else:
            exercise = ROUTINE.exercise(after.place.exercise)
            *_, said = cue.lines
            silent_ms = cue.ms - said.ms - ENGLISH.ms(said.line)
            assert cue.kind in {Kind.CHANGE, Kind.SET_UP}
            changes = cue.kind is Kind.CHANGE
            assert silent_ms == (exercise.change_ms if changes else exercise.settle_ms)
    for name in plan.exercises:
        assert opening(plan.steps_of(name)[0]).kind is Kind.SET_UP
    one_sided = {part.exercise for part in wishes.settled if part.feet is not Side.BOTH}
    for name in {*plan.exercises} - one_sided - set(cut_short(wishes)):
        sides = [step.place.side for step in plan.steps_of(name)]
        given_up = set(ROUTINE.exercise(name).needs) & set(wishes.missing) or (
            wishes.exercises and name not in wishes.exercises
        )
        if wishes.feet is Side.BOTH and not given_up:
            assert sides.count(Side.LEFT) == sides.count(Side.RIGHT)


def check_plan(wishes: Wishes) -> None:
    plan = planned(wishes)
    order = [ROUTINE.ids.index(name) for name in plan.exercises]

    assert plan.ms <= min(wishes.minutes, ROUTINE.most_minutes) * MINUTE_MS
    assert order == sorted(order)
    assert len(set(plan.course)) == len(plan.course)
    for step in plan.steps:
        check_step(step)
    check_feet(plan, wishes)


def check_kept(attributes: dict[str, Any]) -> None:
    """What is written down rebuilds the very plan and place: written again, they are the same."""
    state = state_of(attributes)
    again = encode(state)

    assert {key: again[key] for key in PLACE} == {key: attributes[key] for key in PLACE}
    assert state.progress.phase is not Phase.LEADING or again["until"] == attributes["until"]


def tells_half(opening: Cue) -> bool:
    """Whether half of the whole is told in it: with other wishes, that is at another set."""
    return any(mark.line.key == "half_of_all" for mark in opening.lines)


def check_behind(before: State, after: State) -> None:
    """What is behind stays as it was led, and done; the place stays where the plan has it."""
    at, progress = before.progress.at, after.progress
    behind, still = planned(before.wishes).steps[:at], planned(after.wishes).steps
    if before.progress.phase is Phase.READY:
        return

    given_back = any(part.feet is not Side.BOTH for part in before.wishes.settled)
    if given_back:  # its sets may come to stand among those that were led
        assert before.progress.done.intersection(before.progress.course[:at]) <= progress.done
        return
    assert [step.place for step in behind] == [step.place for step in still[:at]]
    for led, kept in zip(behind, still, strict=False):
        was, now = ([cue for cue in each.cues if cue.kind not in EDGES] for each in (led, kept))
        half = any(tells_half(opening) for opening in (was[0], now[0]))
        assert was[half:] == now[half:]
    assert before.progress.done.intersection(before.progress.course[:at]) <= progress.done
    if before.progress.place in progress.course:
        assert (progress.place, progress.at) == (before.progress.place, at)
    else:
        assert progress.at >= at or progress.at_end


@given(st.lists(st.tuples(st.one_of(WISH, ANYTHING), MOMENT), min_size=1, max_size=12))
@example([("next", 0), ("just my right foot", 146 * SECOND), ("everything again", 0)])
@settings(max_examples=40, deadline=None)
def test_no_wishes_in_any_order_make_an_unsafe_or_over_long_plan(
    acts: list[tuple[str, int]],
) -> None:
    """Said at any moment, among anything else, in all phases, by who is new as by who is not."""
    turns = new()
    for utterance, moment in acts:
        heard = speak(turns, utterance, moment)
        if heard.attributes:
            check_plan(state_of(heard.attributes).wishes)
            check_kept(heard.attributes)
        if turns.attributes is None:
            turns = new()


@given(st.lists(st.tuples(WISH, MOMENT, ANYTHING), min_size=1, max_size=8))
@example(
    [("slower", 0, "ankle circles on the left leg"), ("everything again", 36 * SECOND, "start")]
)
@settings(max_examples=30, deadline=None)
def test_a_wish_keeps_the_place_and_what_is_behind(acts: list[tuple[str, int, str]]) -> None:
    turns = started()
    for wish, moment, between in acts:
        before = found_by(turns, moment)
        heard = speak(turns, wish, moment)
        check_behind(before, state_of(heard.attributes))
        speak(turns, between, 5 * SECOND)
        if turns.attributes is None:
            turns = started()


TWO_FEET: Final = tuple(each.id for each in ROUTINE.exercises if each.first is not Side.BOTH)


# What each wish means.


def wished(utterance: str, *, moment: int | None = None) -> tuple[Heard, State]:
    """What is heard after *utterance*, before the start or so many ms into the first exercise."""
    turns = new() if moment is None else started()
    heard = speak(turns, utterance, moment or 0)
    return heard, state_of(heard.attributes)


@pytest.mark.parametrize("moment", [None, 70 * SECOND])
@pytest.mark.parametrize("minutes", [1, 3, 4, 5, 9, 12, 15, 20, 21, 45, 60])
def test_minutes_are_kept_to_or_the_nearest_are_named(minutes: int, moment: int | None) -> None:
    heard, state = wished(f"make it {minutes} minutes", moment=moment)
    least = state.wishes.minutes

    assert planned(state.wishes).ms <= min(minutes, 20) * MINUTE_MS or "takes" in heard.text
    if minutes > 20:
        assert "Twenty minutes is the longest" in heard.text
    elif least != minutes:
        assert "takes" in heard.text


@pytest.mark.parametrize("name", ["SlowerIntent", "FasterIntent"])
def test_the_tempo_changes_within_its_range_until_it_can_no_more(name: str) -> None:
    """And then that is said; from the interrupted set on, with what is behind as it was."""
    turns = started()
    tempos = []
    for _ in range(8):
        heard = turns.say(name, 20 * SECOND)
        if heard.attributes["asked"] == "slower":
            heard = turns.say("AMAZON.YesIntent")
        tempos.append(planned(state_of(heard.attributes).wishes).doses[-1].tempo)

    assert tempos == sorted(tempos, reverse=name == "FasterIntent")
    assert "no time to go slower" in heard.text or "faster than this" in heard.text
    assert heard.attributes["phase"] == "leading"


@pytest.mark.parametrize("name", ROUTINE.ids)
@pytest.mark.parametrize(("wish", "words"), [("fewer", "fewest"), ("more", "most")])
def test_repetitions_change_within_their_range_until_they_can_no_more(
    wish: str, words: str, name: str
) -> None:
    turns = new()
    spoken = ENGLISH.names["exercise"][name]
    speak(turns, f"just the {spoken}")
    turns.say("StartRoutineIntent")
    reps = ROUTINE.exercise(name).reps
    for _ in range(12):
        heard = speak(turns, wish, 20 * SECOND)
        last = planned(state_of(heard.attributes).wishes).steps[-1].reps or 0

        assert last in reps
    if reps.least:
        assert words in heard.text or "no time for more" in heard.text
        assert wish == "more" or last == reps.least
    else:
        assert "goes by time" in heard.text


def rounds(plan: Plan, name: str) -> Iterator[list[int]]:
    """The repetitions of the feet in each round of an exercise, in the order that they are led."""
    steps = plan.steps_of(name)
    for number in sorted({step.place.set for step in steps}):
        yield [step.reps or 0 for step in steps if step.place.set == number]


NOT_LESS: Final = (
    *("more", "slower", "faster", "make it ten minutes", "make it twenty minutes", "no band"),
    *("everything again", "other foot", "next", "repeat", "back", "resume"),
)
"""What nobody says who wants fewer repetitions, or one foot alone."""


@given(
    st.sampled_from(TWO_FEET),
    st.sampled_from(sorted(ROUTINE.levels)),
    st.lists(st.tuples(st.sampled_from(NOT_LESS), MOMENT), min_size=1, max_size=5),
)
@example("heel_raises", "full", [("more", 80 * SECOND)])
@example("heel_raises", "full", [("more", 80 * SECOND), ("more", 100 * SECOND), ("slower", 0)])
@example("toe_curls", "full", [("more", 50 * SECOND), ("other foot", 60 * SECOND)])
@settings(max_examples=40, deadline=None)
def test_both_feet_do_the_same_in_each_round(
    name: str, level: str, acts: list[tuple[str, int]]
) -> None:
    """Whoever asks for more in the midst of a round gets more from the next one on."""
    turns = new()
    turns.attributes = {**(turns.attributes or {}), "wishes": {"level": level}}
    heard = speak(turns, f"start with {ENGLISH.names['exercise'][name]}")
    for said, moment in acts:
        heard = speak(turns, said, moment)
        plan = planned(state_of(heard.attributes).wishes)
        for each in plan.exercises:
            assert all(len(set(reps)) == 1 for reps in rounds(plan, each)), said
        if turns.attributes is None:
            return


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        (20 * SECOND, "Twelve each, then."),
        (80 * SECOND, "Twelve each, once both feet have done this set."),
        (215 * SECOND, "It stays at ten, so that both feet do the same."),
    ],
)
def test_it_is_said_from_when_on_there_are_more(moment: int, answer: str) -> None:
    turns = new()
    speak(turns, "just the heel raises")
    speak(turns, "start")
    heard = speak(turns, "more", moment)

    assert heard.text.startswith(answer)
    assert heard.attributes["phase"] == "leading"


def test_fewer_are_led_at_once() -> None:
    """Who cannot do so many is not asked to, to make it even."""
    turns = new()
    for said in ("just the heel raises", "start", "more"):
        speak(turns, said, 5 * SECOND)
    state = state_of(speak(turns, "fewer", 120 * SECOND).attributes)

    assert [*rounds(planned(state.wishes), "heel_raises")] == [[12, 10], [10, 10]]


@pytest.mark.parametrize("foot", [Side.LEFT, Side.RIGHT])
@pytest.mark.parametrize("moment", [None, 70 * SECOND])
def test_one_foot_alone_is_led_from_the_wish_on(foot: Side, moment: int | None) -> None:
    _, state = wished(f"only my {foot} foot", moment=moment)
    ahead = state.progress.course[state.progress.at :]

    assert {place.side for place in ahead} == {foot}


FOOT_WISHES: Final = ("start a routine for my left foot", "only my right foot", *ONE_FOOT)


@given(st.lists(WISH, max_size=4), st.sampled_from(FOOT_WISHES))
@example(["i can't stand"], "start a routine for my left foot")
@example(["i have no band", "i have no towel", "make it ten minutes"], "only my left foot")
@example(["slower", "just toe walking", "make it one"], "only my left foot")
@settings(max_examples=20, deadline=None)
def test_one_foot_is_no_other_wish(before: list[str], utterance: str) -> None:
    """Whatever was wished before the start stays as it was; nothing changes but the feet."""
    turns = new()
    for wish in before:
        speak(turns, wish)
    wishes = state_of(speak(turns, "where am i").attributes).wishes
    heard = speak(turns, utterance)
    after = state_of(heard.attributes).wishes
    feet = Side.LEFT if "left" in utterance else Side.RIGHT

    if "stays as it was" in heard.text or "shortest routine" in heard.text:
        feet = wishes.feet
    expected = wishes._replace(feet=feet, settled=(), passed=())
    assert after._replace(new=wishes.new, settled=(), passed=()) == expected


@pytest.mark.parametrize("item", ROUTINE.equipment)
@pytest.mark.parametrize("moment", [None, 70 * SECOND])
def test_what_is_missing_is_needed_no_more_and_a_substitute_is_told_once(
    item: str, moment: int | None
) -> None:
    turns = new() if moment is None else started()
    first = speak(turns, f"i have no {item}", moment or 0)
    again = speak(turns, f"there is no {item}", 5 * SECOND)
    state = state_of(again.attributes)
    ahead = {place.exercise for place in state.progress.course[state.progress.at :]}

    assert not any(item in ROUTINE.exercise(name).needs for name in ahead)
    assert "will do" in first.text
    assert "will do" not in again.text


@pytest.mark.parametrize("before", [("seated only",), ("start", "next")])
def test_no_substitute_is_told_for_what_is_done_or_left_out(before: tuple[str, ...]) -> None:
    """Who is past the heel raises, or stays seated, is not sent to them."""
    turns = new()
    for said in before:
        speak(turns, said, 300 * SECOND)
    heard = speak(turns, "i have no chair", 20 * SECOND)

    assert "go to heel raises" not in heard.text
    assert "We do" in heard.text


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_only_one_exercise_is_led_and_one_alone_left_out(name: str) -> None:
    spoken = ENGLISH.names["exercise"][name]
    _, only = wished(f"just the {spoken}")
    _, without = wished(f"skip {spoken} today")

    assert planned(only.wishes).exercises == (name,)
    assert planned(without.wishes).exercises == tuple(each for each in ROUTINE.ids if each != name)


SEATED: Final = {each.id for each in ROUTINE.exercises if each.seated}


@given(st.lists(WISH, max_size=4), st.sampled_from(BY_INTENT["SeatedIntent"]), MOMENT)
@example(["no band", "no towel", "no chair"], "i can't stand", 20 * SECOND)
@settings(max_examples=20, deadline=None)
def test_who_cannot_stand_is_never_led_on_standing(
    before: list[str], utterance: str, moment: int
) -> None:
    """Whatever was wished before, and wherever in the routine it is said."""
    turns = started()
    for wish in before:
        speak(turns, wish, 20 * SECOND)
    heard = speak(turns, utterance, moment)
    state = state_of(heard.attributes)

    assert state.progress.phase is not Phase.LEADING or state.progress.place.exercise in SEATED


@given(st.lists(WISH, max_size=4), st.sampled_from(ROUTINE.equipment), MOMENT)
@example(["just the toe curls"], "towel", 0)
@settings(max_examples=20, deadline=None)
def test_who_is_without_a_thing_is_not_led_on_with_it(
    before: list[str], item: str, moment: int
) -> None:
    turns = started()
    for wish in before:
        speak(turns, wish, 20 * SECOND)
    heard = speak(turns, f"i have no {item}", moment)
    state = state_of(heard.attributes)
    needed = ROUTINE.exercise(state.progress.place.exercise).needs

    assert state.progress.phase is not Phase.LEADING or item not in needed


NAMES: Final = {ENGLISH.names["exercise"][name]: name for name in ROUTINE.ids}


@given(st.lists(WISH, max_size=4), st.sampled_from(sorted(NAMES)), MOMENT)
@example(["seated only", "make it five minutes"], "band presses", 0)
@example(["just the ankle circles"], "toe curls", 20 * SECOND)
@example(["i have no chair"], "heel raises", 20 * SECOND)
@example(["make it four minutes"], "ankle circles", 70 * SECOND)
@settings(max_examples=25, deadline=None)
def test_an_exercise_asked_for_by_name_brings_back_no_other_and_undoes_no_wish(
    before: list[str], spoken: str, moment: int
) -> None:
    """It is added; the minutes are widened only where it does not fit into them at all."""
    turns = new()
    for wish in before:
        speak(turns, wish)
    found = found_by(turns, moment)
    heard = speak(turns, f"go to {spoken}", moment)
    state = state_of(heard.attributes)
    name = NAMES[spoken]

    had, has = planned(found.wishes).exercises, planned(state.wishes).exercises
    assert set(has) <= {*had, name}
    assert re.search(f"We (also )?do [^.]*{spoken}", heard.text) or name in had or name not in has
    wishes = state.wishes._replace(minutes=found.wishes.minutes, wanted=found.wishes.wanted)
    assert wishes._replace(settled=(), passed=()) == found.wishes._replace(settled=(), passed=())
    if state.wishes.minutes > found.wishes.minutes:
        assert "With that, it takes" in heard.text
        fewer = state.wishes._replace(minutes=state.wishes.minutes - 1)
        assert name not in exercises_of(fewer)


def exercises_of(wishes: Wishes) -> tuple[str, ...]:
    """The exercises of a plan, none where there is none."""
    try:
        return planned(wishes).exercises
    except UnmeetableError:
        return ()


AFTERWARDS: Final = (
    *("start over", "make it twenty minutes", "slower", "no band", "skip", "next", "back"),
    *("skip band presses today", "seated only", "only my left foot", "start"),
)


@given(
    st.sampled_from(sorted(NAMES)),
    st.lists(st.tuples(st.sampled_from(AFTERWARDS), MOMENT), max_size=6),
)
@example("heel raises", [("start over", 20 * SECOND)])
@settings(max_examples=25, deadline=None)
def test_who_stays_seated_stands_only_for_what_they_asked_for(
    spoken: str, acts: list[tuple[str, int]]
) -> None:
    """By its name, and not again in a routine that is started over."""
    turns = new()
    speak(turns, "seated only")
    standing = {NAMES[spoken]} - SEATED
    heard = speak(turns, f"go to {spoken}")
    for said, moment in acts:
        if turns.attributes is None:
            break
        assert set(planned(state_of(heard.attributes).wishes).exercises) <= SEATED | standing
        heard = speak(turns, said, moment)
        if said == "start over":
            standing = set()


def test_seated_only_keeps_other_exercises_left_out() -> None:
    turns = new()
    speak(turns, "skip toe curls today")
    state = state_of(speak(turns, "seated only").attributes)

    assert planned(state.wishes).exercises == ("ankle_circles", "resisted_flexion")


def test_a_length_said_at_the_start_keeps_what_was_wished_before() -> None:
    turns = new()
    speak(turns, "i have no band")
    heard = speak(turns, "start a fifteen minute routine")
    state = state_of(heard.attributes)

    assert state.wishes.missing == ("band",)
    assert "resisted_flexion" not in planned(state.wishes).exercises


def test_starting_over_brings_back_what_was_passed_by() -> None:
    """A wish leaves out, from where it is said, what the listener jumped over; a new start not."""
    turns = new()
    speak(turns, "make it ten minutes")
    speak(turns, "go to toe curls")
    speak(turns, "make it twenty minutes", 20 * SECOND)
    heard = speak(turns, "start over", 20 * SECOND)

    assert planned(state_of(heard.attributes).wishes).exercises == ROUTINE.ids


def test_from_one_foot_back_to_both_there_is_time_to_change() -> None:
    """And the other foot has its turn, though in an untouched plan it would have come first."""
    turns = new()
    speak(turns, "only my right foot")
    speak(turns, "go to toe curls")
    speak(turns, "both feet again", 60 * SECOND)
    state = state_of(turns.attributes or {})

    ahead = state.progress.course[state.progress.at :]

    check_plan(state.wishes)
    assert sum(place.side is Side.LEFT for place in ahead if place.exercise == "toe_curls") == 5


def done_of(attributes: dict[str, Any], name: str) -> dict[str, list[int]]:
    """The sets that were done on each foot."""
    done: dict[str, list[int]] = attributes["done"].get(name, {})
    return {side: sorted(sets) for side, sets in done.items()}


def heard_out(turns: Turns, heard: Heard, name: str) -> dict[str, list[int]]:
    """Go on only at prompts, to the end of the exercise called *name*."""
    while True:
        over = speak(turns, "where am i", heard.ms // SECOND * SECOND + 20 * SECOND).attributes
        last = state_of(over).progress
        if last.at_end or last.course[last.ahead].exercise != name:
            return done_of(over, name)
        heard = speak(turns, "next")


@pytest.mark.parametrize("name", TWO_FEET)
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("said", ["start with {} on my {} foot", "go to the {} on the {} foot"])
@pytest.mark.parametrize("moment", [None, 5 * SECOND, 70 * SECOND])
def test_an_exercise_begins_with_the_foot_that_is_asked_for(
    name: str, side: str, said: str, moment: int | None
) -> None:
    """It is told how it goes for that foot, and the other one has its turn as well."""
    turns = new() if moment is None else started()
    spoken = ENGLISH.names["exercise"][name]
    begun = name == "heel_raises" and moment == 70 * SECOND
    heard = turns.begun(speak(turns, said.format(spoken, side), moment or 0))
    words = ENGLISH.sentences[f"{name}.{'entry' if begun else 'full'}"].texts[0]
    other = "left" if side == "right" else "right"
    opening = words.format(side=side, other_side=other, reps="ten", set="one", sets="two")
    sets = list(range(1, ROUTINE.exercise(name).sets.least + 1))

    assert heard.attributes["foot"] == side
    assert heard.text.startswith(opening.partition(f"{side} ")[0]), heard.text
    assert heard_out(turns, heard, name) == {"left": sets, "right": sets}


@given(
    st.sampled_from(TWO_FEET),
    st.lists(
        st.tuples(st.sampled_from(["other foot", "left foot", "right foot"]), MOMENT),
        min_size=1,
        max_size=4,
    ),
)
@example("heel_raises", [("other foot", 20 * SECOND)])
@example("toe_curls", [("other foot", 30 * SECOND), ("left foot", 40 * SECOND)])
@example("toe_curls", [("other foot", 48 * SECOND), ("other foot", 25 * SECOND)])
@settings(max_examples=40, deadline=None)
def test_no_foot_loses_a_set_to_a_word_for_the_other(
    name: str, acts: list[tuple[str, int]]
) -> None:
    """What it cuts off, or would pass by, comes after it."""
    turns = new()
    heard = speak(turns, f"start with {ENGLISH.names['exercise'][name]}")
    for said, moment in acts:
        heard = speak(turns, said, moment)
    sets = list(range(1, ROUTINE.exercise(name).sets.least + 1))

    check_plan(state_of(heard.attributes).wishes)
    check_kept(heard.attributes)
    assert heard_out(turns, heard, name) == {"left": sets, "right": sets}


def test_both_feet_before_the_first_repetition_opens_with_the_instructions() -> None:
    turns = new()
    speak(turns, "only my right foot")
    speak(turns, "go to toe curls")
    state = state_of(speak(turns, "both feet again", 4 * SECOND).attributes)

    check_plan(state.wishes)
    assert (state.progress.place.side, state.progress.place.set) == (Side.RIGHT, 1)
    assert planned(state.wishes).steps_of("toe_curls")[5].place.side is Side.LEFT


LIMITING: Final = ("make it ten minutes", "i have no band", "slower", "fewer", "only my left foot")


def as_today(wishes: Wishes) -> Wishes:
    """Without what belongs to the routine under way, and to who is led."""
    return wishes._replace(new=False, level="full", settled=(), passed=())


def test_everything_again_undoes_every_wish_of_today() -> None:
    turns = new()
    for wish in LIMITING:
        speak(turns, wish)
    state = state_of(speak(turns, "everything again").attributes)

    assert as_today(state.wishes) == Wishes()


def test_everything_again_goes_back_to_the_wishes_that_are_kept() -> None:
    """Nobody asked for these to be forgotten; how to ask for it is said."""
    turns = new()
    for wish in ("seated only", "i have no band", "remember this", *LIMITING):
        speak(turns, wish)
    heard = speak(turns, "everything again")
    state = state_of(heard.attributes)

    assert as_today(state.wishes) == state.memory.usual
    assert state.memory.usual.missing == ("band",)
    assert set(planned(state.wishes).exercises) <= SEATED
    assert "say forget my wishes" in heard.text


def test_kept_wishes_are_forgotten_when_that_is_asked_for() -> None:
    turns = new()
    for wish in (*LIMITING, "remember this"):
        speak(turns, wish)
    state = state_of(speak(turns, "forget my wishes").attributes)

    assert as_today(state.wishes) == Wishes()
    assert state.memory.usual == Wishes()


@pytest.mark.parametrize("moment", [None, 70 * SECOND])
@pytest.mark.parametrize("utterance", BY_INTENT["BothFeetIntent"][::5])
def test_both_feet_undoes_one_foot_and_nothing_else(utterance: str, moment: int | None) -> None:
    """Not for today, and not for ever."""
    turns = new()
    for wish in ("i have no band", "make it ten minutes", "remember this"):
        speak(turns, wish)
    usual = state_of(speak(turns, "only my left foot").attributes).memory.usual
    state = state_of(speak(turns, utterance, moment or 0).attributes)

    assert as_today(state.wishes) == as_today(usual._replace(feet=Side.BOTH))
    assert state.memory.usual == usual


def test_every_wish_of_the_model_is_tried_here() -> None:
    assert all(EARS.hear(said)["name"] == "StartRoutineIntent" for said in ONE_FOOT)
    assert all(BY_INTENT[name] for name in WISHES)


PLANS_A_TURN: Final = 12
"""To find a tempo by halving takes 6 of 25; what is led then, and whether a foot comes first, the
rest. A plan takes 3 to 6 ms of a core: so a turn takes less than the 60 ms that are allowed."""


@pytest.mark.parametrize("wish", ["SlowerIntent", "GentlyIntent", "MoreIntent", "FasterIntent"])
def test_a_wish_lays_out_few_plans_wherever_it_is_said(
    wish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[Wishes] = []
    plan = planner.plan

    def counted(
        routine: Routine, wishes: Wishes, talk: Talk, longest_ms: int | None = None
    ) -> Plan:
        laid.append(wishes)
        return plan(routine, wishes, talk, longest_ms)

    monkeypatch.setattr(planner, "plan", counted)
    made = app.build(MemoryStore(Clock.stopped(MORNING)), lambda _: "")  # with no plan at hand
    turns = Turns(made, Clock.stopped(MORNING))
    turns.launch()
    if wish == "FasterIntent":
        turns.say("SeatedIntent", SECOND)  # the whole routine is as quick as it may be
    turns.say("StartRoutineIntent", 10 * SECOND)
    most = 0
    for _ in range(24):
        beside = Turns(turns.app, Clock.stopped(turns.clock()), turns.device, turns.attributes)
        laid.clear()
        beside.say(wish, 30 * SECOND)
        most = max(most, len(laid))
        turns.say("AMAZON.NextIntent", 15 * SECOND)

    assert 0 < most <= PLANS_A_TURN
