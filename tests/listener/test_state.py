"""What is kept is read back as it was; anything else is read as if a stranger wrote it."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import ROUTINE, planned, subsets

from skill.listener.codec import VERSION, decode, encode
from skill.listener.memory import Memory
from skill.listener.playback import News, Playback
from skill.listener.reader import MOST, StateError
from skill.listener.state import GROWN, OUT, VARIED, Asked, Earlier, State
from skill.routine.model import Side
from skill.routine.plan import Place, Plan
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes
from skill.storage.store import MOST_STATE_BYTES


def _changed(wishes: Wishes, step: int, **changes: Any) -> Wishes:  # noqa: ANN401 - any wish
    """Change *wishes* in the middle of a routine, before its step *step*."""
    return wishes._replace(settled=planned(wishes).settled(step), **changes)


WISHES: Final = (
    Wishes(),
    Wishes(10, "brisk", "gentle", new=True),
    Wishes(feet=Side.LEFT, known=ROUTINE.ids[:2], tempo=30),
    Wishes(15, missing=("chair",), exercises=("resisted_flexion", "toe_walking")),
    _changed(Wishes(), 2, tempo=40, reps=(("heel_raises", 12),)),
    _changed(_changed(Wishes(), 9, tempo=0), 11, feet=Side.RIGHT),
    _changed(Wishes(), 4, passed=("toe_walking",), missing=("towel",), wanted=("toe_curls",)),
    _changed(Wishes(turned=("toe_curls",)), 3, eased=("heel_raises",), tempo=80),
    _changed(Wishes(), 9, spared=(("heel_raises", Side.LEFT), ("ankle_circles", Side.RIGHT))),
)
"""The last ones changed on the way, some of them more than once."""

moments = st.integers(0, MOST)


@st.composite
def progresses(draw: st.DrawFn, plan: Plan) -> Progress:
    """Anywhere that a listener can come to in *plan*, by words and by what was heard."""
    progress = Progress(plan.course)
    for _ in range(draw(st.integers(0, 6))):
        move = draw(
            st.sampled_from(
                [
                    Progress.begin,
                    Progress.next,
                    Progress.skip,
                    Progress.repeat,
                    Progress.back,
                    Progress.resume,
                    Progress.other_foot,
                    Progress.finished,
                    Progress.unheard,
                ]
            )
        )
        progress = move(progress)
        if draw(st.booleans()):
            progress = progress.led_until(draw(st.integers(0, len(plan.course))))
        if draw(st.booleans()):
            progress = progress.interrupted(
                draw(st.integers(0, len(plan.course))), draw(st.integers(0, 20))
            )
    return progress


counts = st.integers(1, MOST)

some_exercises = subsets(ROUTINE.ids).map(lambda names: tuple(sorted(names, key=ROUTINE.ids.index)))

memories = st.builds(
    Memory,
    times=st.dictionaries(st.sampled_from(ROUTINE.ids), counts),
    usual=st.sampled_from(WISHES),
    level=st.integers(0, len(ROUTINE.levels) - 1),
    comfortable=moments,
    sessions=moments,
    led_ms=moments,
    streak=moments,
    last=moments,
    last_done=some_exercises,
    day=st.integers(0, 3_000_000),
    ask_about=some_exercises,
    noticed=st.booleans(),
    sets=st.dictionaries(st.sampled_from(ROUTINE.ids), counts),
    reps=st.dictionaries(st.sampled_from(ROUTINE.ids), counts),
)


@st.composite
def playbacks(draw: st.DrawFn) -> Playback:
    """Any recording, heard up to any moment."""
    offset = draw(moments)
    name = st.text("abcdef0123456789-", min_size=1, max_size=60)
    return Playback(
        recording=draw(name),
        token=draw(name),
        offset_ms=offset,
        since_ms=draw(st.integers(0, offset)),
        at=draw(moments),
        news=draw(st.sampled_from(News)),
        plays=draw(moments),
        unhurt=draw(st.booleans()),
    )


@st.composite
def states(draw: st.DrawFn) -> State:
    """Any state of any listener."""
    wishes = draw(st.sampled_from(WISHES))
    return State(
        wishes=wishes,
        progress=draw(progresses(planned(wishes))),
        asked=draw(st.sampled_from(Asked)),
        speech_requested_at=draw(moments),
        lead_ms=draw(moments),
        routine_started_at=draw(moments),
        last_turn_at=draw(moments),
        hurt=draw(st.dictionaries(st.sampled_from(ROUTINE.ids), st.integers(1, OUT))),
        pained=draw(some_exercises),
        said=draw(st.dictionaries(st.sampled_from((*VARIED, GROWN)), counts)),
        memory=draw(memories),
        unwell=draw(st.booleans()),
        earlier=draw(st.builds(Earlier, at=moments, led_ms=moments, done=some_exercises)),
        playback=draw(st.none() | playbacks()),
        played=draw(st.booleans()),
        saved=draw(moments),
    )


def settled(state: State) -> State:
    """Without how far a voice leads that does not lead: it means nothing then."""
    if state.progress.phase is Phase.LEADING:
        return state
    return state._replace(progress=state.progress._replace(until=0))


def written(state: State) -> dict[str, Any]:
    """Write it, take it through JSON, as both the session and the store do."""
    text = json.dumps(encode(state), allow_nan=False)
    read: dict[str, Any] = json.loads(text)
    return read


def read(found: object) -> State:
    return decode(found, ROUTINE, planned)


@given(states())
def test_what_is_written_is_read_back(state: State) -> None:
    assert settled(read(written(state))) == settled(state)


@given(states())
def test_a_state_is_small_and_names_the_place_for_all_to_read(state: State) -> None:
    """Exercise, foot and set stand in it; and all of it fits into a session and into a store."""
    found = written(state)

    assert (found["exercise"], found["foot"], found["set"]) == state.progress.place
    assert len(json.dumps(found)) < MOST_STATE_BYTES / 2


def test_the_largest_state_of_a_whole_routine_leaves_room_for_speech() -> None:
    """Session attributes count against the 24 kB of a response, beside its words."""
    plan = planned(Wishes())
    every = dict.fromkeys(ROUTINE.ids, MOST)
    wishes = Wishes(known=ROUTINE.ids, missing=ROUTINE.equipment, settled=plan.doses)
    state = State(
        wishes,
        Progress(plan.course, done=frozenset(plan.course), skipped=frozenset(ROUTINE.ids)),
        last_turn_at=MOST,
        hurt=every,
        pained=ROUTINE.ids,
        said=dict.fromkeys(VARIED, MOST),
        memory=Memory(every, wishes, led_ms=MOST, last=MOST, ask_about=ROUTINE.ids)._replace(
            sets=every, reps=every
        ),
    )

    assert len(json.dumps(encode(state))) < 24 * 1024 - 2 * 8_000


# What a stranger wrote.

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*ROUTINE.ids, *Side, *Phase, *Asked])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(ROUTINE.ids), inner, max_size=4)
    ),
    max_leaves=12,
)

KEYS: Final = tuple(encode(State(Wishes(), Progress(planned(Wishes()).course))))
WISHED: Final = Wishes._fields


@st.composite
def tampered(draw: st.DrawFn) -> dict[str, Any]:
    """A true state, with some of it changed at will."""
    found = written(draw(states()))
    found |= draw(st.dictionaries(st.sampled_from(KEYS), anything, max_size=4))
    if isinstance(found["wishes"], dict):
        found["wishes"] |= draw(st.dictionaries(st.sampled_from(WISHED), anything, max_size=3))
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=3)):
        found.pop(key, None)
    return {**found, "version": VERSION}


def sound(state: State) -> None:
    """Whatever was read, it is a place in a plan that can be led, and can be kept again."""
    plan = planned(state.wishes)
    progress = state.progress

    assert progress.course == plan.course
    assert 0 <= progress.since <= progress.at < len(plan.steps)
    assert progress.at < progress.until <= len(plan.steps)
    assert progress.rep >= 0
    assert progress.done <= set(plan.course)
    assert progress.skipped <= set(plan.exercises)
    memory = state.memory
    assert set(memory.times) | set(state.hurt) <= set(ROUTINE.ids)
    assert {*state.pained, *memory.ask_about} <= set(ROUTINE.ids)
    assert memory.wishes(ROUTINE).level in ROUTINE.levels
    numbers = (
        *(state.speech_requested_at, state.lead_ms, state.routine_started_at),
        *(state.last_turn_at, state.saved, memory.last),
    )
    counted = (*memory.times.values(), *state.hurt.values(), *state.said.values())
    assert all(type(number) is int and 0 <= number <= MOST for number in (*numbers, *counted))
    assert settled(read(written(state))) == settled(state)


@given(anything)
def test_anything_at_all_is_a_state_or_a_state_error(found: object) -> None:
    try:
        state = read(found)
    except StateError:
        return

    sound(state)


@given(tampered())
def test_whatever_was_tampered_with_is_a_place_in_the_plan(found: dict[str, Any]) -> None:
    sound(read(found))


@given(tampered(), st.sampled_from(["next", "skip", "repeat", "back", "resume", "other_foot"]))
def test_every_move_is_legal_from_what_was_tampered_with(found: dict[str, Any], move: str) -> None:
    progress = read(found).progress
    there: Progress = getattr(progress.finished(), move)()

    assert there.course == progress.course
    assert 0 <= there.at < len(there.course)


@pytest.mark.parametrize("found", [None, [], "state", 1, True, 2.5, [["version", VERSION]]])
def test_what_is_no_object_is_no_state(found: object) -> None:
    with pytest.raises(StateError, match="no JSON object"):
        read(found)


@pytest.mark.parametrize("version", [VERSION + 1, VERSION - 1, -1, None, "1", [], {}, "x" * 9_999])
def test_a_state_of_another_version_is_not_guessed_at(version: object) -> None:
    """Older or newer, it is not ours to read; and the error does not repeat what it says."""
    found = {**written(State(Wishes(), Progress(planned(Wishes()).course))), "version": version}

    with pytest.raises(StateError, match="version") as fault:
        read(found)
    assert len(str(fault.value)) < 60


def a_state(**changes: object) -> dict[str, Any]:
    plan = planned(Wishes())
    progress = Progress(plan.course).go_to("toe_curls")._replace(rep=3)
    return {**written(State(Wishes(), progress)), **changes}


CLAMPED: Final[dict[str, tuple[Mapping[str, object], Place]]] = {
    "as it was": ({}, Place("toe_curls", Side.LEFT, 1)),
    "a set past the last": ({"set": 99}, Place("toe_curls", Side.LEFT, 5)),
    "a set before the first": ({"set": -4}, Place("toe_curls", Side.LEFT, 1)),
    "a foot that this exercise has not": ({"foot": "both"}, Place("toe_curls", Side.LEFT, 1)),
    "the other foot": ({"foot": "right", "set": 3}, Place("toe_curls", Side.RIGHT, 3)),
    "an exercise that there is not": ({"exercise": "elbows"}, Place("heel_raises", Side.RIGHT, 1)),
    "nothing of it": (
        {"exercise": 1, "foot": 2, "set": "three"},
        Place("heel_raises", Side.RIGHT, 1),
    ),
}


@pytest.mark.parametrize(("changes", "place"), CLAMPED.values(), ids=CLAMPED)
def test_a_place_that_the_plan_does_not_hold_becomes_the_nearest(
    changes: Mapping[str, object], place: Place
) -> None:
    assert read(a_state(**changes)).progress.place == place


def test_a_place_keeps_its_meaning_when_the_doses_change() -> None:
    """As after an update of the content, between two turns of a paused routine."""
    long = planned(Wishes(exercises=("heel_raises",)))
    short = planned(Wishes(5, level="gentle", exercises=("heel_raises",)))
    state = State(Wishes(), Progress(long.course).go_to("heel_raises", Side.LEFT).other_foot())
    found = encode(state)

    assert len(short.steps) < len(long.steps)
    place = decode(found, ROUTINE, lambda _: short).progress.place
    assert (place.exercise, place.side) == ("heel_raises", state.progress.place.side)
    assert place.set == min(state.progress.place.set, short.steps[0].sets)


@pytest.mark.parametrize("foot", ["both", "third", 7, None])
def test_a_foot_to_spare_is_left_or_right(foot: object) -> None:
    assert read(a_state(wishes={"spared": {"heel_raises": foot}})).wishes == Wishes()


def test_no_foot_is_spared_of_what_needs_both() -> None:
    """Nor of an exercise that there is not."""
    assert read(a_state(wishes={"spared": {"toe_walking": "left"}})).wishes == Wishes()
    assert read(a_state(wishes={"spared": {"elbows": "left"}})).wishes == Wishes()


def test_wishes_that_cannot_be_met_are_the_default_ones() -> None:
    assert read(a_state(wishes={"minutes": 1})).wishes == Wishes()
    assert read(a_state(wishes={"feet": "left", "missing": ["chair", "band"]})).wishes == Wishes()


@pytest.mark.parametrize(
    "wishes",
    [{"pace": "frantic"}, {"exercises": ["elbows"]}, {"missing": ["sofa"]}, {"level": "x"}, 7],
)
def test_wishes_for_the_unknown_are_the_default_ones(wishes: object) -> None:
    assert read(a_state(wishes=wishes)).wishes == Wishes()


def test_a_count_of_nothing_known_is_dropped() -> None:
    times = {"toe_curls": 3, "elbows": 5, "heel_raises": "many", "toe_walking": -1}

    assert read(a_state(memory={"times": times})).memory.times == {"toe_curls": 3}


def test_a_set_that_the_plan_does_not_hold_was_not_done() -> None:
    done = {"toe_curls": {"left": [1, 99, -1, True, "2"], "both": [1]}, "elbows": {"left": [1]}}

    assert read(a_state(done=done)).progress.done == {Place("toe_curls", Side.LEFT, 1)}


def test_what_a_stranger_put_for_a_version_is_not_quoted() -> None:
    with pytest.raises(StateError) as caught:
        decode({"version": "amzn1.ask.account.A"}, ROUTINE, planned)

    assert "amzn1" not in str(caught.value)
