"""Skipping: what is announced or led is left out, or one foot of it."""

from skill.conversation import caring, choosing, moves, prompts, safety, wishing
from skill.conversation.informing import not_understood
from skill.conversation.leading import lead
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.routine.model import Feet, Side
from skill.routine.plan import Line
from skill.routine.progress import Phase, Progress


def next_exercise(visit: Visit) -> Reply:
    """The exercise that is announced; else the one after this."""
    if visit.progress.idle or prompts.announced(visit.state):
        return moves.next_(visit)
    return skip(visit)


def skip_foot(visit: Visit) -> Reply:
    """Of this exercise, only the sets of the other foot that are ahead; else the next exercise.

    Where the feet take turns, the sets of this foot are planned no more. Where the foot that is
    named is not the one of now, its sets are left out, and it goes on; before the start, in all
    exercises.
    """
    here, foot = _refusable(visit), visit.foot()
    if foot and visit.progress.idle:
        return wishing.only_on(visit, foot.other)
    if here.place.side is Side.BOTH:
        return visit.say(Line("both_feet", (("exercise", here.place.exercise),)))
    if here.phase is Phase.DONE:
        return lead(visit, here)
    if foot is here.place.side.other:
        return _without_other_foot(visit, here)
    after, name = here.skip_foot(), here.place.exercise
    turns = visit.routine.exercise(name).feet is Feet.TURNS
    if turns and after.phase is Phase.LEADING and after.place.exercise == name:
        spared = dict(visit.state.wishes.spared) | {name: here.place.side}
        visit.rewish(visit.state.wishes._replace(spared=tuple(spared.items())))
        there = visit.progress
        begun = there.place.exercise == name
        after = there.to_place(after.place) if begun else there.go_to(name)
    return lead(visit, after)


def _without_other_foot(visit: Visit, here: Progress) -> Reply:
    """Leave out the sets ahead of *here* that are on the other foot than that one, and go on."""
    name, side = here.place.exercise, here.place.side
    only = Line("only_foot", (("side", side.value),))
    if all(place.side is side for place in here.course[here.at : here.after(here.at)]):
        return wishing.go_on(visit, only)
    wishes = visit.state.wishes
    spared = dict(wishes.spared) | {name: side.other}
    return wishing.take(visit, wishes._replace(spared=tuple(spared.items())), only)


def _refusable(visit: Visit) -> Progress:
    """What is refused by "skip it": what is announced at a prompt, else what is being led."""
    progress = visit.progress
    if progress.phase is not Phase.BETWEEN:
        return progress
    _, there = safety.without_hurt(visit.state, progress.next())
    return there


def skip(visit: Visit) -> Reply:
    """Without the exercise that is announced, or else this one, on to the next.

    Where the one after this was meant, that one is left out, and it goes on.
    """
    following = visit.slot("following")
    if following and not following.id:
        return not_understood(visit)
    if following and visit.progress.under_way and not prompts.announced(visit.state):
        return _without_next(visit)
    before = _refusable(visit)
    after = before if before.phase is Phase.DONE else before.skip()
    if after.skipped == before.skipped:
        return lead(visit, after)
    return lead(visit, after, Line("skipped", (("exercise", before.place.exercise),)))


def skip_hurt(visit: Visit) -> Reply:
    """Without the exercise that hurt: where it is over already, the next one stays announced."""
    if visit.progress.phase is Phase.BETWEEN and prompts.announced(visit.state):
        return caring.leave_out(visit)
    return skip(visit)


def _without_next(visit: Visit) -> Reply:
    progress = visit.progress
    after = progress.after(progress.at)
    if after == len(progress.course):
        return wishing.go_on(visit, Line("nothing_ahead"))
    return choosing.without(visit, (progress.course[after].exercise,))
