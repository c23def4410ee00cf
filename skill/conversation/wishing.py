"""What is answered to wishes: less time, another tempo, fewer repetitions, one foot, no band.

A wish changes what is ahead, from the interrupted set on; what is behind stays as it was led. It
holds for this routine, and for the next ones only where the listener asks for that.
"""

from bisect import bisect
from collections.abc import Callable, Sequence
from typing import Final

from skill.conversation.informing import not_understood
from skill.conversation.leading import begin, lead
from skill.conversation.reply import Reply
from skill.conversation.visit import Visit
from skill.language.slot_values import number
from skill.listener.state import Asked
from skill.routine.itinerary import Itinerary
from skill.routine.model import WHOLE, Side
from skill.routine.plan import Line, Place
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase
from skill.routine.wishes import LONGEST_MINUTES, Settled, Wishes

REPS_SHARE: Final = 4
"""A wish for more or fewer moves by a fourth of the range of the repetitions."""

SLOW_STEP: Final = 5
"""Percent of the tempo's range; each step has its plan laid out."""

NOTHING_LEFT: Final = Line("nothing_left")
"""What is said where a wish would leave no exercise."""

MOST_DIGITS: Final = 3
"""Longer numbers of minutes are mishearings."""

MOST_LETTERS: Final = 40
"""No number of minutes is longer in words."""


def minutes_said(visit: Visit) -> int | None:
    """The whole minutes that were said, `None` where none can be meant."""
    slot = visit.slot("minutes")
    if slot is None or len(slot.said) > MOST_LETTERS:
        return None
    if slot.said.isdecimal():
        minutes = int(slot.said) if len(slot.said) <= MOST_DIGITS else 0
    else:
        minutes = number(visit.words.language, slot.said) or 0
    return minutes if 1 <= minutes <= LONGEST_MINUTES else None


def minutes(visit: Visit) -> Reply:
    """So many minutes in all, what is behind included."""
    wished = minutes_said(visit)
    return not_understood(visit) if wished is None else lasting(visit, wished)


def lasting(visit: Visit, wished: int, *, told: bool = True) -> Reply:
    """So many minutes in all, as far as a routine may last; *told* where they were said so."""
    most = visit.routine.most_minutes
    if wished > most:
        return take(visit, visit.state.wishes._replace(minutes=most), _number("longest", most))
    return take(visit, visit.state.wishes._replace(minutes=wished), minutes=wished if told else 0)


def slower(visit: Visit) -> Reply:
    """A slower tempo, where that costs no exercise; else ask whether one may be left out for it."""
    now = dose(visit).tempo
    most = min(now + visit.routine.tempo_step, WHOLE)
    wishes = _slowest(visit, range(max(min(now + SLOW_STEP, most), now + 1), most + 1))
    if wishes:
        return take(visit, wishes, Line("slower"))
    costly = _slower_for_less(visit)
    if costly is None:
        return _on(visit, Line("slowest"))
    left = visit.plan_for(visit.itinerary.rewished(costly).wishes).exercises
    out = tuple(name for name in visit.plan.exercises if name not in left)
    visit.ask(Asked.SLOWER)
    return visit.say(Line("slower_costs", (("exercise_list", out),)))


def slower_for_it(visit: Visit) -> Reply:
    """Slower, with what it costs."""
    wishes = _slower_for_less(visit)
    visit.ask(Asked.NOTHING)
    if wishes is None:
        return _on(visit, Line("slowest"))
    return take(visit, wishes, Line("slower"))


def as_it_was(visit: Visit) -> Reply:
    """No slower, and nothing is left out."""
    visit.ask(Asked.NOTHING)
    return _on(visit, visit.varied("all_right"))


def _slower_for_less(visit: Visit) -> Wishes | None:
    """The wishes for a slower tempo, though it costs exercises; None where there is none."""
    now = dose(visit).tempo
    for tempo in range(min(now + visit.routine.tempo_step, WHOLE), now, -1):
        wishes = visit.state.wishes._replace(tempo=tempo)
        if visit.itinerary.tried(wishes):
            return None if _whole(visit, wishes) else wishes
    return None


def gentler(visit: Visit) -> Reply:
    """Before the start: less of everything, for this routine; or say that it is the least."""
    return _on(visit, Line("gently_today" if lighten_all(visit) else "least"))


def lighten_all(visit: Visit) -> bool:
    """The fewest sets and repetitions of each exercise, else more slowly; whether that is less."""
    before, exercises = visit.plan, visit.routine.exercises
    reps = tuple((each.id, each.reps.least) for each in exercises if each.reps.least)
    visit.rewish(visit.state.wishes._replace(reps=reps, eased=visit.routine.ids))
    if visit.plan == before:
        slow_down(visit)
    return visit.plan != before


def slow_down(visit: Visit) -> None:
    """As slow a tempo as there is time for, with all exercises that there are now; or none slower.

    It is found by steps of `SLOW_STEP`. What goes by time alone has no tempo.
    """
    if not visit.plan.steps[visit.progress.at].reps:
        return
    wishes = _slowest(visit, range(WHOLE, dose(visit).tempo, -SLOW_STEP)[::-1])
    if wishes:
        visit.rewish(wishes)


def faster(visit: Visit) -> Reply:
    """A quicker tempo, never quicker than its range allows."""
    now = dose(visit).tempo
    if not now:
        return _on(visit, Line("fastest"))
    tempo = max(now - visit.routine.tempo_step, 0)
    return take(visit, visit.state.wishes._replace(tempo=tempo), Line("faster"))


def fewer(visit: Visit) -> Reply:
    """Fewer repetitions in this exercise, within its range."""
    return _repetitions(visit, -1)


def more(visit: Visit) -> Reply:
    """More repetitions in this exercise, within its range and the time."""
    return _repetitions(visit, 1)


def _repetitions(visit: Visit, way: int) -> Reply:
    name = visit.progress.place.exercise
    if way > 0 and visit.state.hurt.get(name):
        return _on(visit, Line("gently"))
    span = visit.routine.exercise(name).reps
    if not span.least:
        return _on(visit, Line("by_time", (("exercise", name),)))
    now = dose(visit).reps
    step = max((span.most - span.least) // REPS_SHARE, 1)
    wished = min(max(now + way * step, span.least), span.most)
    for reps in range(wished, now, -way):
        wishes = visit.state.wishes._replace(
            reps=tuple((dict(visit.state.wishes.reps) | {name: reps}).items()),
        )
        changed = _whole(visit, wishes)
        if changed:
            return _evenly(visit, wishes, changed, reps)
    if wished == now:
        return _on(visit, _number("fewest" if way < 0 else "most", now, "reps"))
    return _on(visit, Line("no_time_for_more"))


def _evenly(visit: Visit, wishes: Wishes, changed: Itinerary, reps: int) -> Reply:
    """Say from when on it is so many: from now, from the next round, or in no round any more."""
    progress = changed.progress
    begun = progress.at if progress.phase is not Phase.BETWEEN else progress.ahead
    name = visit.progress.place.exercise
    ahead = visit.plan_for(changed.wishes).steps[begun:]
    asked = [step.reps for step in ahead if step.place.exercise == name]
    if not asked or asked[0] == reps:
        return take(visit, wishes, _number("repetitions", reps, "reps"))
    if reps in asked:
        return take(visit, wishes, _number("repetitions_later", reps, "reps"))
    return _on(visit, _number("even", asked[0] or 0, "reps"))


def one_foot(visit: Visit) -> Reply:
    """Only the foot that was named, from here on; where nothing is led yet, start with it.

    Whatever else was wished for today stays: who cannot stand is not led on one leg for that.
    """
    foot = visit.slot("foot")
    if foot is None or foot.id not in {Side.LEFT, Side.RIGHT}:
        return not_understood(visit)
    wishes = visit.state.wishes._replace(feet=Side(foot.id))
    if visit.progress.phase in {Phase.READY, Phase.DONE}:
        return begin(visit, wishes, Line("only_foot", (("side", foot.id),)))
    return take(visit, wishes, Line("only_foot", (("side", foot.id),)))


def found(visit: Visit, item: str) -> Reply:
    """Lead again what needs *item*, which is there now."""
    wishes = visit.state.wishes
    return take(
        visit, wishes._replace(missing=tuple(each for each in wishes.missing if each != item))
    )


def missing(visit: Visit) -> Reply:
    """Leave out what needs the things that are missing; say once what would do in their place.

    That is told of the first exercise that needs one, unless it is done or not to be led anyway.
    """
    routine = visit.routine
    items = [name for name in named(visit, "item", "other", "third") if name in routine.equipment]
    if not items:
        return not_understood(visit)
    before = visit.state.wishes.missing
    wishes = visit.state.wishes._replace(
        missing=tuple(dict.fromkeys((*before, *items))),
        wanted=_still(visit, lambda name: not {*items}.intersection(routine.exercise(name).needs)),
    )
    told = [item for item in dict.fromkeys(items) if item not in before and _is_ahead(visit, item)]
    return take(visit, wishes, *(Line(f"instead.{item}") for item in told))


def _is_ahead(visit: Visit, item: str) -> bool:
    """The first exercise that needs *item* is still to be led, or to be gone on with."""
    exercises = visit.routine.exercises
    needing = next(each.id for each in exercises if item in each.needs)
    return needing in visit.plan.exercises and not visit.progress.complete(needing)


def only(visit: Visit) -> Reply:
    """Of what is ahead, only the exercise that was named."""
    names = _exercises(visit)
    if not names:
        return not_understood(visit)
    wishes = visit.state.wishes._replace(exercises=names, wanted=())
    if len(names) == 1:
        return take(visit, wishes, Line("only", (("exercise", names[0]),)))
    return take(visit, wishes, Line("saying.only_these", (("exercise_list", names),)))


def named(visit: Visit, *slots: str) -> tuple[str, ...]:
    """The ids of all that was said for *slots*, each once, in the order in which it was said."""
    filled = [visit.slot(name) for name in slots]
    each = [one for slot in filled if slot for one in (slot, *slot.others)]
    return tuple(dict.fromkeys(one.id for one in each if one.id))


def _exercises(visit: Visit) -> tuple[str, ...]:
    """The exercises that were named, in the order of the routine."""
    said = named(visit, "exercise", "second", "third")
    return tuple(name for name in visit.routine.ids if name in said)


def leave_out(visit: Visit) -> Reply:
    """The routine without the exercise that was named."""
    names = _exercises(visit)
    if not names:
        return not_understood(visit)
    allowed = visit.state.wishes.exercises or visit.routine.ids
    wishes = visit.state.wishes._replace(
        exercises=tuple(name for name in allowed if name not in names),
        wanted=_still(visit, lambda name: name not in names),
    )
    if not wishes.exercises:
        return _on(visit, NOTHING_LEFT)
    return take(visit, wishes)


def seated(visit: Visit) -> Reply:
    """Only what is done sitting down."""
    sitting = tuple(each.id for each in visit.routine.exercises if each.seated)
    allowed = visit.state.wishes.exercises or sitting
    wanted = tuple(name for name in sitting if name in allowed) or sitting
    wishes = visit.state.wishes._replace(
        exercises=wanted, wanted=_still(visit, lambda name: name in sitting)
    )
    return take(visit, wishes, Line("seated"))


def _still(visit: Visit, may: Callable[[str], bool]) -> tuple[str, ...]:
    """Of what was asked for by name, that which *may* still be led."""
    return tuple(name for name in visit.state.wishes.wanted if may(name))


def keep(visit: Visit) -> Reply:
    """Keep the wishes of today for every routine: only ever because it was asked."""
    wishes = visit.state.wishes
    usual = Wishes(
        minutes=wishes.minutes,
        pace=wishes.pace,
        exercises=wishes.exercises,
        feet=wishes.feet,
        missing=wishes.missing,
        tempo=wishes.tempo,
        reps=wishes.reps,
        eased=wishes.eased if {*wishes.eased} == {*visit.routine.ids} else (),
    )
    visit.state = visit.state._replace(memory=visit.state.memory._replace(usual=usual))
    return _on(visit, Line("kept_wishes"))


def both_feet(visit: Visit) -> Reply:
    """Both feet from here on, and all else as it was."""
    return take(visit, visit.state.wishes._replace(feet=Side.BOTH), Line("with_both_feet"))


def everything(visit: Visit) -> Reply:
    """No wishes of today any more; those that were kept are kept until they are to be forgotten."""
    kept = visit.state.memory.usual
    return _without_wishes(visit, Line("everything" if kept == Wishes() else "everything_kept"))


def forget_wishes(visit: Visit) -> Reply:
    """No wishes any more, today and from now on."""
    visit.state = visit.state._replace(memory=visit.state.memory._replace(usual=Wishes()))
    return _without_wishes(visit, Line("wishes_forgotten"))


def _without_wishes(visit: Visit, line: Line) -> Reply:
    now, kept = visit.state.wishes, visit.state.memory.usual
    wishes = kept._replace(level=now.level, known=now.known, new=now.new, turned=now.turned)
    return take(visit, wishes, line)


def take(visit: Visit, wishes: Wishes, *lines: Line, minutes: int = 0) -> Reply:
    """Change what is ahead, say what is done now, and go on as it was.

    Where that are other exercises than before, they are named, with the *minutes* wished for.
    """
    before = visit.plan.exercises
    try:
        changed = visit.itinerary.rewished(wishes)
    except UnmeetableError as fault:
        nearest = wishes._replace(minutes=fault.nearest.minutes)
        longer = visit.itinerary.tried(nearest)
        if longer is None:
            # A listener who cannot stand, or has no towel, is not led on as before, but asked.
            return visit.say(NOTHING_LEFT)
        if visit.progress.phase in {Phase.READY, Phase.DONE}:
            return visit.say(_number("shortest", nearest.minutes, "minutes"))
        changed = longer
        lines = (*lines, _number("at_least", nearest.minutes, "minutes"))
        minutes = 0
    visit.follow(changed)
    named = any(line.key == "only" for line in lines)
    if visit.plan.exercises != before and not named:
        progress = visit.progress
        here = progress.ahead if progress.announced else progress.at
        lines = (*lines, doing(progress.course[here:], minutes))
    return _on(visit, *(lines or (visit.varied("all_right"),)))


def doing(ahead: Sequence[Place], minutes: int = 0) -> Line:
    """The exercises that are *ahead*, with the *minutes* of the whole where these were said."""
    names = tuple(dict.fromkeys(place.exercise for place in ahead))
    if minutes:
        return Line("minutes_for", (("minutes", minutes), ("exercise_list", names)))
    return Line("doing", (("exercise_list", names),))


def _on(visit: Visit, *lines: Line) -> Reply:
    """Go on leading where the wish, or the question it led to, cut the voice off; else wait."""
    asked = visit.found.asked is Asked.SLOWER and visit.state.asked is Asked.NOTHING
    if (visit.cut_off or asked) and visit.progress.phase is Phase.PAUSED:
        return lead(visit, visit.progress.resume(), *lines)
    elsewhere = visit.progress.place.exercise != visit.found.progress.place.exercise
    if elsewhere and visit.progress.phase is Phase.PAUSED and visit.state.asked is Asked.NOTHING:
        visit.ask(Asked.READY)
    return visit.say(*lines)


def _slowest(visit: Visit, tempos: Sequence[int]) -> Wishes | None:
    """The wishes for the slowest of *tempos* at which all exercises stay; None where they never do.

    The slowest of *tempos* is the last. It is found by halving: where there is time for a tempo,
    there is for each that is quicker.
    """

    def at(tempo: int) -> Wishes:
        return visit.state.wishes._replace(tempo=tempo)

    fitting = bisect(tempos, 0, key=lambda tempo: _whole(visit, at(tempo)) is None)
    return at(tempos[fitting - 1]) if fitting else None


def _whole(visit: Visit, wishes: Wishes) -> Itinerary | None:
    """What *wishes* lead to, where that has all exercises that there are now; else None."""
    changed = visit.itinerary.tried(wishes)
    if changed and visit.plan_for(changed.wishes).exercises == visit.plan.exercises:
        return changed
    return None


def dose(visit: Visit) -> Settled:
    """What is asked of the listener now, in this exercise."""
    here = visit.progress.place.exercise
    return [dose for dose in visit.plan.doses if dose.exercise == here][-1]


def _number(key: str, number: int, name: str = "minutes") -> Line:
    return Line(key, ((name, number),))
