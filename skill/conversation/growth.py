"""What grew: where today's routine has more of an exercise than the last one that led it."""

from skill.listener.memory import Memory
from skill.routine.plan import Line, Plan


def told(memory: Memory, plan: Plan) -> Line | None:
    """What there is more of in *plan* than is remembered; None where there is nothing.

    An exercise grew where it has more sets or repetitions, and fewer of neither.
    """
    more = {name: _more(memory, plan, name) for name in plan.exercises}
    grown = [name for name, (sets, reps) in more.items() if sets + reps and min(sets, reps) >= 0]
    if not grown:
        return None
    if len(grown) > 1:
        return Line("grown.several", (("exercises", len(grown)),))
    (name,) = grown
    sets, reps = more[name]
    if sets and reps:
        return Line("grown.both", (("exercise", name),))
    what = "sets" if sets else "reps"
    return Line(f"grown.{what}", (("more", sets or reps), ("exercise", name)))


def _more(memory: Memory, plan: Plan, exercise: str) -> tuple[int, int]:
    """How many more sets, and how many more repetitions in each; none where it was never led."""
    first = plan.steps_of(exercise)[0]
    sets, reps = memory.sets.get(exercise, 0), memory.reps.get(exercise, 0)
    if not sets:
        return 0, 0
    return first.sets - sets, (first.reps or 0) - reps
