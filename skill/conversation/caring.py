"""What is answered when something hurts, and when a listener asks how it is going.

Pain stops the exercise: no answer to it leads on. One question tells whether it is bad; if not,
the exercise may be tried once more, gently. If it hurts again it is left out for today. What may
be an emergency stops everything. `leading.lead` holds to that, whatever is said next.
"""

from skill.conversation import leading, moves, repetitions, tempo, wishing
from skill.conversation.greeting import so_soon, welcome
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.listener.state import EASED, HURT, OUT, Asked
from skill.routine.plan import Line


def pain(visit: Visit) -> Reply:
    """Stop, and ask how bad it is; a second time, leave the exercise out.

    Before anything is led there is nothing to stop: it is not the day to begin.
    """
    if visit.progress.idle:
        return visit.close(Line("pain_before"))
    here, named = _here(visit), visit.slot("exercise")
    again = visit.state.hurt.get(here)
    _note(visit, here)
    if named and named.id in visit.plan.exercises and named.id != here:
        _note(visit, named.id)
    if again:
        return leave_out(visit, *([_stop(visit)] if visit.cut_off else []))
    return ask_again(visit)


def hurt_in_play(visit: Visit) -> Reply:
    """It hurt while a recording was heard, which is over: ask how bad it is."""
    here = _here(visit)
    again = here in visit.state.hurt
    _note(visit, here)
    if again:
        return leave_out(visit)
    visit.ask(Asked.PAIN)
    return visit.say()


def hurt_left_out(visit: Visit, exercise: str) -> None:
    """It hurt in *exercise*, which is not in the plan any more: that is asked about next time."""
    _note(visit, exercise)
    visit.state = visit.state._replace(hurt=dict(visit.state.hurt) | {exercise: OUT})
    visit.ask(Asked.NOTHING)


def gently(visit: Visit) -> Reply:
    """Try it gently: with a lighter dose, else more slowly; else say that it is the least there is.

    Where nothing hurt, that is a wish for less of it.
    """
    if visit.progress.idle:
        return repetitions.gentler(visit)
    if visit.state.hurt.get(_here(visit)) == OUT:
        return leave_out(visit)
    _mark(visit, EASED)
    visit.move(visit.progress.resume_here())
    before, now = _dose(visit), wishing.dose(visit).tempo
    leading.lighten(visit)
    if _dose(visit) == before:
        tempo.slow_down(visit)
    gentler = _dose(visit) != before or wishing.dose(visit).tempo >= now + tempo.SLOW_STEP
    least = () if gentler else (Line("least"),)
    return leading.lead(visit, visit.progress, Line("gently"), *least)


def _dose(visit: Visit) -> tuple[int, int | None]:
    """The sets, and the repetitions of the set that is about to be led."""
    step = visit.plan.steps[visit.progress.at]
    return step.sets, step.reps


def leave_out(visit: Visit, *lines: Line) -> Reply:
    """Say *lines*; the exercise is over for today."""
    _mark(visit, OUT)
    visit.ask(Asked.NOTHING)
    here = _here(visit)
    visit.move(visit.progress.leave())
    return visit.say(*lines, Line("hurt_out", (("exercise", here),)))


def well_again(visit: Visit) -> Reply:
    """What hurt last time is well: nothing more is to be asked."""
    visit.state = visit.state._replace(hurt={}, memory=visit.state.memory._replace(ask_about=()))
    return welcome(visit)


def ask_again(visit: Visit) -> Reply:
    """Ask how bad the pain is, once it has been said how to stop safely."""
    visit.ask(Asked.PAIN)
    return visit.say(_stop(visit))


def which_foot(visit: Visit) -> Reply:
    """A foot that is named may tell where it hurts; an exercise is a place to go to."""
    return moves.go_to(visit) if visit.slot("exercise") else ask_again(visit)


def not_well(visit: Visit) -> Reply:
    """What hurt last time is left out today, and asked about again."""
    memory = visit.state.memory
    hurt = dict(visit.state.hurt) | dict.fromkeys(memory.ask_about, OUT)
    visit.state = visit.state._replace(hurt=hurt, memory=memory._replace(noticed=True))
    visit.ask(Asked.NOTHING)
    return visit.say(Line("not_well", (("exercise_list", memory.ask_about),)), *so_soon(visit))


def wobble(visit: Visit) -> Reply:
    """Hold on first, then ask whether all is well. Before the start, sit down."""
    if visit.progress.idle:
        return visit.say(Line("wobble_before"))
    visit.ask(Asked.STEADY)
    return visit.say(Line("wobble_seated" if _is_seated(visit) else "wobble"))


def rest_first(visit: Visit) -> Reply:
    """It is not quite all right: sit down, and ask again."""
    return visit.say(Line("rest_first"))


def steadier(visit: Visit) -> Reply:
    """All is well: offer to go on gently, or seated; who sits already may leave it out."""
    if _is_seated(visit) and not visit.progress.announced:
        visit.ask(Asked.CANNOT)
        return visit.say(Line("offer_gently", (("exercise", _here(visit)),)))
    visit.ask(Asked.STEADIER)
    return visit.say(Line("steadier"))


def gently_on(visit: Visit) -> Reply:
    """The interrupted set again, gently; between two exercises, on to the next one."""
    if visit.progress.announced:
        visit.ask(Asked.NOTHING)
        return leading.lead(visit, visit.progress.resume(), Line("gently"))
    return gently(visit)


def emergency(visit: Visit) -> Reply:
    """Stop everything, and say to get help. Nothing is offered again afterwards.

    Of that, one open question is kept: whether all is well again. It is not kept what was said; it
    is gone when it is answered, or with the day, as a routine under way is.
    """
    memory = visit.keeper.close(visit.turn, visit.state).memory
    fresh = visit.keeper.fresh(visit.turn, memory)
    visit.state = fresh._replace(saved=visit.state.saved, said=visit.state.said, unwell=True)
    return visit.close(Line("emergency"))


def well(visit: Visit) -> Reply:
    """All is well again: the welcome, as ever."""
    visit.state = visit.state._replace(unwell=False)
    return welcome(visit)


def unwell(visit: Visit) -> Reply:
    """It is not, so nothing is led; it is asked again."""
    return visit.close(Line("unwell"))


def _here(visit: Visit) -> str:
    return visit.progress.place.exercise


def _is_seated(visit: Visit) -> bool:
    return visit.routine.exercise(_here(visit)).seated


def _stop(visit: Visit) -> Line:
    """How to stop safely: who stands holds on first."""
    return Line("pain" if _is_seated(visit) else "pain_standing")


def _note(visit: Visit, exercise: str) -> None:
    """Note that *exercise* hurt: it is led again only gently, once, and asked about next time."""
    state = visit.state
    visit.state = state._replace(
        hurt=dict(state.hurt) | {exercise: OUT if state.hurt.get(exercise) else HURT},
        pained=tuple(dict.fromkeys((*state.pained, exercise))),
        memory=state.memory.asking(exercise),
    )


def _mark(visit: Visit, far: int) -> None:
    hurt = dict(visit.state.hurt) | {_here(visit): far}
    visit.state = visit.state._replace(hurt=hurt)
