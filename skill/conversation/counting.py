"""What is answered from where the voice was: how many, which part, how long, which foot."""

from skill.conversation import whereabouts
from skill.conversation.greeting import welcome
from skill.conversation.reply import Reply
from skill.conversation.steering import carry_on
from skill.conversation.visit import Visit
from skill.routine.model import Kind, Side
from skill.routine.plan import Line, Step
from skill.routine.playhead import LATENCY_ALLOWANCE_MS, heard
from skill.routine.progress import Phase

SECOND_MS = 1_000


def count(visit: Visit) -> Reply:
    """How many repetitions are done in this direction, and how many are to come."""
    if visit.progress.phase is Phase.READY:
        return welcome(visit)
    step, rep = _here(visit)
    if step.reps is None:
        return seconds(visit)
    total = max(cue.rep for cue in step.cues)
    if visit.progress.phase is not Phase.PAUSED:
        return visit.say(Line("saying.times_in_all", (("reps", total),)))
    if total == step.reps:
        return carry_on(visit, *_counted(rep, total))
    # Both directions are counted from one: the number is that of the direction.
    done = rep - step.reps if rep > step.reps else rep
    return carry_on(visit, *_part(step, rep), *_counted(done, step.reps))


def sets(visit: Visit) -> Reply:
    """Which set it is, and how many of the exercise come after it."""
    if visit.progress.phase is Phase.READY:
        return welcome(visit)
    progress = visit.progress
    more = progress.after(progress.at) - progress.at - 1
    here = whereabouts.here(visit.plan, progress)
    name = ("exercise", progress.place.exercise)
    last = Line("saying.last_set", (name,))
    count = Line("saying.sets_after", (("sets", more), name)) if more else last
    if not progress.opened:  # the instructions do not say which set it is
        return carry_on(visit, *here, count)
    return carry_on(visit, count, where=here)


def direction(visit: Visit) -> Reply:
    """The part of the set; what is held is announced again anyway where it is held again."""
    if visit.progress.phase is Phase.READY:
        return welcome(visit)
    step, rep = _here(visit)
    if step.reps is None and visit.cut_off:
        return carry_on(visit)
    part = _part(step, rep)
    return carry_on(visit, *part, where=() if part else _entry(step))


def seconds(visit: Visit) -> Reply:
    """How many seconds are left of what is being held, or how long each hold is."""
    if visit.progress.phase is Phase.READY:
        return welcome(visit)
    step, _ = _here(visit)
    holds = [cue.ms for cue in step.cues if cue.kind is Kind.HOLD]
    if not holds:
        name = visit.progress.place.exercise
        total = max(cue.rep for cue in step.cues)
        return carry_on(visit, Line("saying.by_number", (("exercise", name), ("reps", total))))
    left = _left_ms(visit) if step.reps is None else None
    if left is not None:
        said = Line("saying.seconds_left", (("seconds", max(round(left / SECOND_MS), 1)),))
        return visit.say(said)
    return carry_on(visit, Line("saying.held", (("seconds", round(holds[0] / SECOND_MS)),)))


def seconds_wished(visit: Visit) -> Reply:
    """A hold lasts a fixed time; the listener may end it sooner."""
    if visit.progress.phase is Phase.READY:
        return welcome(visit)
    return visit.say(Line("saying.same_time"))


def foot(visit: Visit) -> Reply:
    """Which foot works, and which is lifted: the short instructions say both."""
    if visit.progress.phase is Phase.READY:
        return welcome(visit)
    place = visit.progress.place
    if visit.progress.phase is Phase.BETWEEN and not visit.progress.at_end:
        place = visit.progress.course[visit.progress.ahead]
    if place.side is Side.BOTH:
        return carry_on(visit, Line("both_feet", (("exercise", place.exercise),)))
    step = visit.plan.steps[visit.plan.course.index(place)]
    return carry_on(visit, where=(Line(f"{place.exercise}.brief", _entry(step)[0].values),))


def _here(visit: Visit) -> tuple[Step, int]:
    return visit.plan.steps[visit.progress.at], visit.progress.rep


def _counted(done: int, total: int) -> tuple[Line, ...]:
    if not done:
        return (Line("saying.times_in_all", (("reps", total),)),)
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
    """What is left of the hold that is heard; None where the voice is in no hold."""
    before = visit.recalled
    if not visit.cut_off:
        return None
    elapsed = visit.turn.at - before.speech_requested_at
    sounding = heard(visit.plan, before.progress, before.lead_ms, elapsed)
    if sounding is None or sounding.cue.kind is not Kind.HOLD:
        return None
    return sounding.end_ms - (elapsed - LATENCY_ALLOWANCE_MS)
