"""What every plan has to be, whatever was wished, and what a wish may not change."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from plans import ENGLISH, ROUTINE, planned
from turns import SECOND
from wished import state_of

from skill.listener.codec import encode
from skill.listener.state import State
from skill.routine.layout import LONG_REST_MS
from skill.routine.model import Beat, Exercise, Kind, Side
from skill.routine.plan import Cue, Plan, Step
from skill.routine.planner import MINUTE_MS
from skill.routine.progress import Phase
from skill.routine.wishes import Wishes

LEAST_CHANGE_MS: Final = 5 * SECOND
"""People ask for 5 to 10 s to change feet."""

PLACE: Final = (
    *("exercise", "foot", "set", "rep", "phase", "entered", "since", "done", "wishes", "memory"),
    *("asked", "began", "lead_ms", "started", "at", "hurt", "pained", "said"),
)
"""What of the written state has to survive being read."""

EDGES: Final = {Kind.WELCOME, Kind.PROMPT, Kind.FAREWELL}
"""Cues before and after an exercise; they tell of others, which may come and go."""


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
    one_sided |= {*dict(wishes.spared)}
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
