"""Two states of one listener, told on two devices, become one."""

from skill.listener.state import State
from skill.routine.progress import Phase


def resumed(ours: State, theirs: State) -> State:
    """*ours* with what *theirs* has done; with their place too, where ours is only a welcome.

    A welcome replaces a place where the store could not be read at first. That must not send the
    listener back to the start.
    """
    if ours.progress.phase is Phase.READY and theirs.progress.under_way:
        last_turn_at = max(ours.last_turn_at, theirs.last_turn_at)
        return _joined(theirs, ours)._replace(last_turn_at=last_turn_at)
    return _joined(ours, theirs)


def latest(ours: State, theirs: State) -> State:
    """What is stored where *theirs* was stored first: both, with the place of the later turn."""
    kept = ours if ours.last_turn_at >= theirs.last_turn_at else _joined(theirs, ours)
    return kept._replace(saved=theirs.saved)


def _joined(ours: State, theirs: State) -> State:
    """*ours*, with the sets and pains of *theirs* where both are of one routine."""
    memory = ours.memory.joined(theirs.memory)
    ours = ours._replace(memory=memory, unwell=ours.unwell or theirs.unwell)
    if ours.routine_started_at != theirs.routine_started_at:
        return ours
    progress = ours.progress
    done = progress.done | theirs.progress.done.intersection(progress.course)
    far = {name: max(ours.hurt.get(name, 0), theirs.hurt[name]) for name in theirs.hurt}
    return ours._replace(
        progress=progress._replace(done=done),
        hurt={**ours.hurt, **far},
        pained=tuple(dict.fromkeys((*ours.pained, *theirs.pained))),
    )
