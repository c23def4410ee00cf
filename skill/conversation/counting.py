"""What is answered from where the voice was: how many, which part, how long, which foot."""

from skill.conversation import informing, prompts, whereabouts
from skill.conversation.reply import Reply
from skill.conversation.steering import carry_on
from skill.conversation.visit import Visit
from skill.listener.state import Asked
from skill.routine.model import Kind, Side
from skill.routine.plan import Line, Step
from skill.routine.playhead import LATENCY_ALLOWANCE_MS, heard
from skill.routine.progress import Phase

SECOND_MS = 1_000


def count(visit: Visit) -> Reply:
    """How many repetitions are done in this direction, and how many are to come."""
    step = _asked_about(visit)
    if step is None:
        return _outside(visit)
    if _is_next(visit):
        return visit.say(*_before_next(visit), *_dose(step, "next"))
    if step.reps is None:
        return seconds(visit)
    rep, total = visit.progress.rep, _total(step)
    if not rep:
        return carry_on(visit, *_dose(step, "in_all"))
    # Both directions are counted from one: the number is that of the direction.
    done = rep - step.reps if rep > step.reps else rep
    part = _part(step, rep) if total > step.reps else ()
    return carry_on(visit, *part, *_counted(done, step.reps))


def times(visit: Visit) -> Reply:
    """How many repetitions are done; where nothing is led, how many routines."""
    led = _asked_about(visit) is not None and not _is_next(visit)
    return count(visit) if led else informing.how_am_i_doing(visit)


def sets(visit: Visit) -> Reply:
    """Which set it is, and how many of the exercise come after it."""
    if _asked_about(visit) is None:
        return _outside(visit)
    progress = visit.progress
    there = prompts.announced(visit.state)
    if there:
        name = ("exercise", there.exercise)
        many = len(progress.steps_of(there.exercise))
        ahead = Line("saying.sets_ahead", (("sets", many), name))
        return visit.say(*_before_next(visit), ahead)
    at = progress.ahead if progress.phase is Phase.BETWEEN else progress.at
    more = progress.after(at) - at - 1
    here = whereabouts.here(visit.plan, progress)
    name = ("exercise", progress.place.exercise)
    last = Line("saying.last_set", (name,))
    count = Line("saying.sets_after", (("sets", more), name)) if more else last
    if not progress.opened:  # the instructions do not say which set it is
        return carry_on(visit, *here, count)
    return carry_on(visit, count, where=here)


def direction(visit: Visit) -> Reply:
    """The part of the set; what is held is announced again anyway where it is held again."""
    step = _asked_about(visit)
    if step is None:
        return _outside(visit)
    if step.reps is None and visit.cut_off:
        return carry_on(visit)
    part = () if _is_next(visit) else _part(step, visit.progress.rep)
    return carry_on(visit, *part, where=() if part else _how(visit, _entry(step)))


def seconds(visit: Visit) -> Reply:
    """How many seconds are left of what is being held, or how long each hold is."""
    step = _asked_about(visit)
    if step is None:
        return _outside(visit)
    holds = [cue.ms for cue in step.cues if cue.kind is Kind.HOLD]
    if not holds:
        return carry_on(visit, *_dose(step, "by_number"))
    left = _left_ms(visit) if step.reps is None else None
    if left is not None:
        said = Line("saying.seconds_left", (("seconds", max(round(left / SECOND_MS), 1)),))
        return visit.say(said)
    return carry_on(visit, Line("saying.held", (("seconds", round(holds[0] / SECOND_MS)),)))


def seconds_wished(visit: Visit) -> Reply:
    """A hold lasts a fixed time; the listener may end it sooner."""
    if _asked_about(visit) is None:
        return _outside(visit)
    return visit.say(Line("saying.same_time"))


def foot(visit: Visit) -> Reply:
    """Which foot works, and which is lifted: the short instructions say both."""
    step = _asked_about(visit)
    if step is None:
        return _outside(visit)
    name = step.place.exercise
    if step.place.side is Side.BOTH:
        return carry_on(visit, Line("both_feet", (("exercise", name),)))
    brief = Line(f"{name}.brief", _entry(step)[0].values)
    return carry_on(visit, where=_how(visit, (brief,)))


def _asked_about(visit: Visit) -> Step | None:
    """The set that is led or waited with; None where none is."""
    progress = visit.progress
    there = prompts.announced(visit.state)
    if there:
        return visit.plan.steps[visit.plan.course.index(there)]
    if progress.idle or progress.at_end or progress.announced:
        return None  # of what is announced nothing is led, where all of it hurt
    between = progress.phase is Phase.BETWEEN
    return visit.plan.steps[progress.ahead if between else progress.at]


def _is_next(visit: Visit) -> bool:
    """Whether the listener waits at a prompt: the set in question is still to come."""
    announced = prompts.announced(visit.state) is not None
    return visit.progress.phase is Phase.BETWEEN or announced


def _before_next(visit: Visit) -> tuple[Line, ...]:
    """Where the listener waits; not where an exercise was jumped to, as the prompt says that."""
    if visit.progress.phase is Phase.PAUSED:
        return ()
    return whereabouts.here(visit.plan, visit.progress)


def _outside(visit: Visit) -> Reply:
    """Before the start, what is ahead; at the end, that it is the end."""
    if visit.progress.phase is Phase.READY:
        return informing.where(visit)
    return visit.say(whereabouts.behind(visit.progress), Line("nothing_ahead"))


def _how(visit: Visit, instructions: tuple[Line, ...]) -> tuple[Line, ...]:
    """*instructions*, or only where the listener is, while it is open whether to go on at all."""
    if visit.state.asked in {Asked.NOTHING, Asked.READY}:
        return instructions
    return whereabouts.here(visit.plan, visit.progress)


def _total(step: Step) -> int:
    return max(cue.rep for cue in step.cues)


def _dose(step: Step, which: str) -> tuple[Line, ...]:
    """How many repetitions a set has, each way where there are two; of what is held, nothing."""
    if step.reps is None:
        return ()
    ways = "_each_way" if _total(step) > step.reps else ""
    values = (("reps", step.reps), ("exercise", step.place.exercise))
    return (Line(f"saying.{which}{ways}", values),)


def _counted(done: int, total: int) -> tuple[Line, ...]:
    if done >= total:
        return (Line("saying.last_time"),)
    return (Line("saying.counted", (("n", done), ("left", total - done))),)


def _part(step: Step, rep: int) -> tuple[Line, ...]:
    """The part that repetition *rep* belongs to, as it was announced; nothing for the first part.

    A direction is announced at the end of the last repetition before it.
    """
    if step.reps is None:
        said = [(cue.rep - 1, cue.line) for cue in step.cues if cue.kind is Kind.HOLD]
    else:
        said = [(cue.rep, mark.line) for cue in step.cues if cue.rep for mark in cue.marks]
    parts = [line for before, line in said if before < rep and line][-1:]
    name = ("exercise", step.place.exercise)
    return tuple(Line("saying.part", (name, ("part", line))) for line in parts)


def _entry(step: Step) -> tuple[Line, ...]:
    return (step.entry.line,) if step.entry.line else ()


def _left_ms(visit: Visit) -> float | None:
    """What is left of the hold or the rest that is heard; None where the voice is in neither."""
    before = visit.recalled
    if not visit.cut_off:
        return None
    elapsed = visit.turn.at - before.speech_requested_at
    sounding = heard(visit.plan, before.progress, before.lead_ms, elapsed)
    if sounding is None or sounding.cue.kind not in {Kind.HOLD, Kind.REST}:
        return None
    return sounding.end_ms - (elapsed - LATENCY_ALLOWANCE_MS)
