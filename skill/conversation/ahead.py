"""What is ahead of a listener: the plan without the exercises that are left out for today."""

from skill.conversation.prompts import prepared
from skill.conversation.visit import Visit
from skill.listener.state import OUT
from skill.routine.model import Kind
from skill.routine.plan import Cue, Line, Plan
from skill.routine.progress import Progress


def ahead(visit: Visit, progress: Progress) -> Plan:
    """The plan without what is left out after the exercise at *progress*.

    The prompt at the end of that exercise announces what comes then.
    """
    plan = visit.plan
    out = {name for name, far in visit.state.hurt.items() if far == OUT}
    if not out:
        return plan
    end = progress.after(progress.at)
    kept = tuple(step for step in plan.steps[end:] if step.place.exercise not in out)
    if kept == plan.steps[end:]:
        return plan
    line = prepared(kept[0].place, "ahead") if kept else Line("last_prompt")
    ms = visit.words.ms(line) + visit.routine.breath_ms
    last = plan.steps[end - 1]
    cues = tuple(cue for cue in last.cues if cue.kind is not Kind.PROMPT)
    last = last._replace(cues=(*cues, Cue(Kind.PROMPT, ms, line)))
    return Plan((*plan.steps[: end - 1], last, *kept), plan.doses)
