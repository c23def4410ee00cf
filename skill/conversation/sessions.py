"""Sessions of the listener's record: what of a routine counts, and when it is over."""

from typing import Final

from skill.listener.history import Session
from skill.listener.memory import Memory
from skill.listener.state import Earlier, State
from skill.routine.model import Routine
from skill.routine.plan import Plan
from skill.routine.planner import MINUTE_MS
from skill.routine.progress import Progress

SITTING_MS: Final = 60 * MINUTE_MS
"""A routine started over sooner after the first start is the same session: a choice."""


def honest(state: State) -> Progress:
    """The progress of *state*, in which no exercise is complete that went on without one foot."""
    progress, spared = state.progress, dict(state.wishes.spared)
    return progress._replace(skipped=progress.skipped.union(spared)) if spared else progress


def counted(state: State, plan: Plan, routine: Routine, day: int = 0) -> Memory:
    """What is remembered, with the routine of *state* counted as far as it was done.

    *day* is the device's, as in `Memory`.
    """
    if not state.session_began:
        return state.memory
    memory = state.memory.closed(
        routine,
        plan,
        honest(state),
        state.last_turn_at,
        state.pained,
        earlier_ms=state.earlier.led_ms,
        played=state.played,
        day=day,
    )
    led = so_far(state, plan, routine)
    return memory._replace(last_done=led.done) if led.led_ms else memory


def closed(state: State, plan: Plan, routine: Routine, day: int = 0) -> State:
    """The routine of *state* is over: what was done of it is remembered, once.

    *day* is the device's, as in `Memory`.
    """
    if not state.session_began:
        return state
    memory = counted(state, plan, routine, day)
    return state._replace(memory=memory, routine_started_at=0, earlier=Earlier(), played=False)


def goes_on(state: State, at: int) -> bool:
    """A routine started over *at* that moment belongs to the session of *state*."""
    began = state.session_began
    return bool(began) and not state.progress.at_end and at - began < SITTING_MS


def so_far(state: State, plan: Plan, routine: Routine) -> Earlier:
    """All that was led in the sitting, before a new start and after it."""
    progress = honest(state)
    done = {name for name in plan.exercises if progress.complete(name)}
    return Earlier(
        at=state.session_began,
        led_ms=state.earlier.led_ms + plan.led_ms(progress.done),
        done=tuple(name for name in routine.ids if name in done.union(state.earlier.done)),
    )


def session(state: State, plan: Plan, routine: Routine) -> Session | None:
    """What was done of the routine of *state*; None where that is nothing."""
    led = so_far(state, plan, routine)
    if not (led.at and led.led_ms):
        return None
    return Session(
        at=led.at,
        minutes=round(led.led_ms / MINUTE_MS),
        done=led.done,
        planned=plan.exercises,
    )
