"""From "the voice is leading" to the set that was being heard when the listener spoke."""

from collections.abc import Iterable

from skill.conversation.meanings import meaning
from skill.conversation.turn import GOING_ON, Ending, Turn
from skill.language.words import Words
from skill.listener.state import State
from skill.routine.plan import Place, Plan
from skill.routine.playhead import heard, surely_led
from skill.routine.progress import Phase, Progress


def located(state: State, plan: Plan, turn: Turn, words: Words) -> State:
    """*state* with the place at which *turn* found the listener, and with what is done by then."""
    before = state.progress
    if before.phase is not Phase.LEADING:
        return state
    return counted(state, _heard(state, plan, turn, words), before.led)


def counted(state: State, progress: Progress, led: Iterable[Place]) -> State:
    """*state* at *progress* after the sets *led*; exercises that this completes are counted."""
    before = state.progress
    if progress.done == before.done:
        return state.moved(progress)
    done = tuple(
        exercise
        for exercise in dict.fromkeys(place.exercise for place in led)
        if progress.complete(exercise)
        and not before.complete(exercise)
        and exercise not in state.earlier.done
    )
    memory = state.memory.done(done) if done else state.memory
    return state._replace(progress=progress, memory=memory)


def _heard(state: State, plan: Plan, turn: Turn, words: Words) -> Progress:
    progress = state.progress
    if turn.ending is Ending.ERROR:
        return progress.unheard()
    if turn.ending is Ending.SILENCE:
        return progress.finished()
    elapsed_ms = turn.at - state.speech_requested_at
    sounding = heard(plan, progress, state.lead_ms, elapsed_ms)
    if sounding is not None and sounding.step == progress.at:  # nothing is behind it
        return progress.interrupted(sounding.step, sounding.cue.rep)
    slowest = words.rate.slowest
    sure = surely_led(plan, progress, words, state.lead_ms, elapsed_ms, slowest=slowest)
    if sounding is not None:
        return progress.interrupted(sounding.step, sounding.cue.rep, sure)
    # A session that vanished without a word may have been heard or not: what is offered
    # again can be skipped, what is passed over in silence is lost.
    if turn.new:
        return progress.unheard()
    # A listener who answers the prompt has done the last set, however slow the voice is.
    return progress.finished(None if meaning(turn.intent) in GOING_ON else sure)
