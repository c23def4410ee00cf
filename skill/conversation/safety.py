"""Safety: what the skill must ask before it leads, and which exercises it leaves out."""

from skill.listener.state import OUT, Asked, State
from skill.routine.model import Routine
from skill.routine.plan import Line
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes


def must_ask_first(state: State) -> bool:
    """The notice was not heard, or it is not known whether all is well again.

    What hurt last time may be asked about in vain, and is then offered gently. After a possible
    emergency nothing is led without an answer.
    """
    if state.progress.phase is not Phase.READY:
        return False
    if state.unwell:
        return True
    open_question = any(state.hurt.get(name) != OUT for name in state.memory.ask_about)
    return not state.memory.noticed or (open_question and state.asked is not Asked.HURT_BEFORE)


def without_hurt(state: State, progress: Progress) -> tuple[tuple[Line, ...], Progress]:
    """Take what hurt badly, or again, out of what *progress* is about to lead, and say so once."""
    names: list[str] = []
    while progress.phase is Phase.LEADING and state.hurt.get(progress.place.exercise) == OUT:
        names.append(progress.place.exercise)
        progress = progress.skip()
    said = (Line("left_out", (("exercise_list", tuple(names)),)),) if names else ()
    return said, progress


def at_end(state: State) -> bool:
    """Nothing comes after this but what is left out for today."""
    progress = state.progress
    if progress.at_end or progress.phase is not Phase.BETWEEN:
        return progress.at_end
    _, there = without_hurt(state, progress.next())
    return there.phase is Phase.DONE


def lightened(wishes: Wishes, exercise: str, routine: Routine) -> Wishes:
    """The *wishes* with no more of *exercise* than the fewest repetitions and sets."""
    least = routine.exercise(exercise).reps.least
    reps = dict(wishes.reps) | ({exercise: least} if least else {})
    return wishes._replace(
        reps=tuple(reps.items()),
        eased=tuple(dict.fromkeys((*wishes.eased, exercise))),
    )
