"""Leading: from a place in the plan to the reply that leads from there, or says farewell."""

from skill.conversation import prompts, safety, sessions
from skill.conversation.ahead import ahead
from skill.conversation.greeting import first_asked, so_soon, wait_at, welcome
from skill.conversation.prompts import SAY_FINISH, SAY_NEXT_LATER
from skill.conversation.reply import Card, Reply, Steps
from skill.conversation.visit import Visit
from skill.listener.memory import Memory
from skill.listener.state import EASED, HURT, Asked, Earlier
from skill.routine.builder import still_to_come
from skill.routine.plan import Line, Place
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes


def lead(visit: Visit, progress: Progress, *opening: Line) -> Reply:
    """Lead on from where *progress* points, or say farewell where that is past the end.

    An exercise that hurt is offered gently, and led only once that is taken up; one that hurt
    badly or again is left out. Some things have to be heard before anything is led.
    """
    if safety.must_ask_first(visit.state):
        return welcome(visit)
    return _led(visit, progress, *opening)


def begin(visit: Visit, wishes: Wishes, *opening: Line) -> Reply:
    """Start a routine afresh, or say what the nearest is that can be."""
    must_ask, first = safety.must_ask_first(visit.state), first_asked(visit)
    if refused := anew(visit, wishes):
        return refused
    if must_ask:
        wait_at(visit, visit.progress.go_to(first))
        return welcome(visit)
    soon = so_soon(visit) if visit.turn.new else ()
    return _led(visit, visit.progress.begin().go_to(first), *soon, *opening)


def anew(visit: Visit, wishes: Wishes) -> Reply | None:
    """Lay a new routine for *wishes*, and return None; or say what the nearest is that can be.

    What hurt in the one that was under way has not healed meanwhile.
    """
    before = visit.state
    if sessions.goes_on(before, visit.turn.at):
        so_far = sessions.so_far(before, visit.plan, visit.routine)
        before = before._replace(earlier=so_far, routine_started_at=0)
    else:
        before = visit.keeper.close(visit.turn, before)
        before = before._replace(earlier=Earlier(), pained=())
    wishes = _known(visit, wishes, before.memory)
    try:
        fresh = visit.keeper.fresh(visit.turn, before.memory, wishes)
    except UnmeetableError as fault:
        if fault.nearest._replace(minutes=wishes.minutes) != wishes:
            return visit.say(Line("nothing_left"))
        return visit.say(Line("shortest", (("minutes", fault.nearest.minutes),)))
    visit.state = fresh._replace(
        saved=visit.state.saved,
        said=visit.state.said,
        hurt=dict(fresh.hurt) | dict(visit.state.hurt),
        unwell=visit.state.unwell,
        pained=before.pained,
        earlier=before.earlier,
        playback=visit.state.playback,
    )
    return None


def offer(visit: Visit, *lines: Line) -> Reply:
    """Offer what hurt once more, gently: only if that is taken up is it led again."""
    visit.ask(Asked.GENTLY)
    here = visit.progress.place.exercise
    return visit.say(*lines, Line("offer_gently", (("exercise", here),)))


def lighten(visit: Visit) -> None:
    """Of the exercise about to be led, no more than the fewest repetitions and sets."""
    wishes = visit.state.wishes
    lighter = safety.lightened(wishes, visit.progress.place.exercise, visit.routine)
    if lighter != wishes:
        visit.rewish(lighter)


def farewell(visit: Visit) -> Reply:
    """Say honestly what was done, and close; of what hurt, only the question is kept."""
    progress = visit.progress
    visit.move(progress._replace(phase=Phase.DONE))
    visit.state = visit.keeper.close(visit.turn, visit.state)._replace(hurt={}, pained=())
    exercises = visit.plan.exercises
    done = sessions.honest(visit.state)
    whole = sum(done.complete(name) for name in exercises)
    line = Line("ended_with", (("done", whole),)) if whole else Line("ended")
    if whole == len(exercises):
        line = visit.varied("farewell")
    return visit.close(line)._replace(card=Card(Line("card_end"), (line,)))


def _led(visit: Visit, progress: Progress, *opening: Line) -> Reply:
    if visit.state.playback:
        visit.state = visit.state._replace(playback=None)
    asked = progress
    left_out, progress = safety.without_hurt(visit.state, progress)
    if left_out and visit.progress.phase is Phase.BETWEEN and asked.at <= visit.progress.at:
        return visit.say(*left_out)  # what was announced waits for its own word
    if progress.phase is not Phase.LEADING:
        visit.state = visit.state._replace(progress=progress, asked=Asked.NOTHING)
        return farewell(visit)
    far = visit.state.hurt.get(progress.place.exercise)
    ready = _is_ready(visit, progress)
    if far == HURT:
        visit.move(progress.unheard())
        prepare = () if ready else (prompts.prepared(progress.place, "ready"),)
        return offer(visit, *left_out, *prepare)
    if not ready:
        visit.move(progress.unheard())
        visit.ask(Asked.READY)
        return visit.say(*(left_out or opening))
    if far == EASED:
        visit.move(progress)
        lighten(visit)
        progress = visit.progress
    here, end, plan = progress.place.exercise, progress.until, ahead(visit, progress)
    language = visit.words.language
    lines = (*visit.preface, *(left_out or opening), *_getting_ready(visit, progress.place))
    longest = prompts.still_to_come(here, max(end - progress.at - 1, 1), visit.words)
    steps = Steps.of(plan, progress)
    reach = visit.turn.medium.reach(language, lines, steps, longest)
    progress = progress.led_until(reach.until)
    visit.state = visit.state._replace(
        progress=progress,
        asked=Asked.NOTHING,
        speech_requested_at=visit.turn.at,
        last_turn_at=max(visit.state.last_turn_at, visit.turn.at),
        lead_ms=reach.lead_ms,
        routine_started_at=visit.state.routine_started_at or visit.turn.at,
    )
    last = progress.until == len(plan.steps)
    return Reply(
        language,
        lines,
        steps=steps._replace(until=progress.until) if steps.until != progress.until else steps,
        prompt=still_to_come(here, max(end - progress.until, 1)),
        reprompt=SAY_FINISH if last else SAY_NEXT_LATER,
        card=_exercise_card(visit),
    )


def _getting_ready(visit: Visit, there: Place) -> tuple[Line, ...]:
    """Time to get ready for another exercise, where a screen goes on to it by itself."""
    shown, here = visit.turn.shown, visit.found.progress.place
    if not (shown and shown.timed) or here.exercise == there.exercise:
        return ()
    values = (("exercise", there.exercise), ("ready", prompts.prepared(there, "ready")))
    return (Line("screen.get_ready", values),)


def _is_ready(visit: Visit, progress: Progress) -> bool:
    """The listener is at the exercise that *progress* leads, or it was just announced.

    Who comes back after a while has to be told again what it needs.
    """
    found = visit.found
    if visit.turn.new or found.progress.phase is Phase.DONE:
        return False
    there, announced = progress.place.exercise, prompts.announced(found)
    return there == found.progress.place.exercise or bool(announced and there == announced.exercise)


def _exercise_card(visit: Visit) -> Card | None:
    """How the exercise goes, where it is led from its beginning."""
    progress = visit.progress
    line = None if progress.entered else visit.plan.set_ups.get(progress.at)
    if line is None:
        return None
    exercise = progress.place.exercise
    full = Line(f"{exercise}.full", line.values)
    return Card(Line("card", (("exercise", exercise),)), (full, Line(f"{exercise}.why")))


def _known(visit: Visit, wishes: Wishes, memory: Memory) -> Wishes:
    """The *wishes*, with nothing settled and the wording and level of today.

    What was asked for by name was asked for once: it is over unless it is to come first.
    """
    today = memory.wishes(visit.routine)
    new = visit.state.wishes.new and not visit.state.routine_started_at
    first = first_asked(visit)
    return wishes._replace(
        known=today.known,
        level=today.level,
        new=new,
        settled=(),
        passed=(),
        wanted=tuple(name for name in wishes.wanted if name == first),
        eased=wishes.eased if visit.progress.phase is Phase.READY else (),
        spared=(),
    )
