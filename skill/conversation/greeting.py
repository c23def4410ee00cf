"""The welcome: what the routine is, and what has to be heard or asked before it."""

from skill.conversation import growth
from skill.conversation.prompts import SAY_START, SAY_START_LATER, prepared
from skill.conversation.reply import Card, Reply
from skill.conversation.visit import Visit
from skill.listener.state import GROWN, Asked
from skill.routine.model import Kind
from skill.routine.plan import Line
from skill.routine.progress import Phase, Progress


def welcome(visit: Visit) -> Reply:
    """Say what the routine is, and wait for the start."""
    visit.ask(Asked.NOTHING)
    memory = visit.state.memory
    if visit.state.unwell:
        visit.ask(Asked.WELL)
        return visit.say(Line("well"))
    if memory.ask_about:
        visit.ask(Asked.HURT_BEFORE)
        return visit.say(Line("hurt_before", (("exercise_list", memory.ask_about),)))
    if memory.noticed and visit.turn.new:
        visit.rewish(visit.state.wishes._replace(new=False))
    visit.state = visit.state._replace(memory=memory._replace(noticed=True))
    (line,) = (cue.line for cue in visit.plan.steps[0].cues if cue.kind is Kind.WELCOME)
    first = first_asked(visit)
    soon = so_soon(visit)
    lines = [
        *([Line("first", (("exercise", first),))] if first else []),
        *soon,
        *([_news(visit, line)] if line and not visit.state.wishes.new and not soon else []),
        *([_preparing(visit, line)] if line else []),
    ]
    card = Card(Line("card_start"), (needed(visit),))
    taken = () if memory.noticed else _taken(visit)
    reply = visit.reply(*lines, *taken)._replace(reprompt=SAY_START_LATER, card=card)
    return reply._replace(prompt=SAY_START) if taken else reply


def _taken(visit: Visit) -> tuple[Line, ...]:
    """What somebody new has wished for already: it is heard that it was taken."""
    wishes, usual = visit.state.wishes, visit.state.memory.usual
    lines = []
    if wishes.minutes != usual.minutes:
        lines.append(Line("saying.taken_minutes", (("minutes", wishes.minutes),)))
    if wishes.feet is not usual.feet:
        lines.append(Line("saying.taken_foot", (("side", wishes.feet.value),)))
    return tuple(lines)


def _news(visit: Visit, line: Line) -> Line:
    """What is new today: what grew, once; or else a fact, another one than in the welcome before.

    *line* has the numbers that a fact may name.
    """
    more = growth.told(visit.state.memory, visit.plan)
    said = dict(visit.state.said)
    told_before = said.pop(GROWN, 0)
    visit.state = visit.state._replace(said=said | {GROWN: 1} if more else said)
    if more and not told_before:
        return more
    return visit.varied("fact")._replace(values=line.values)


def _preparing(visit: Visit, line: Line) -> Line:
    """The welcome's *line*, getting ready for the exercise that comes first."""
    ready = prepared(visit.progress.place, "ready")
    return line._replace(values=tuple((dict(line.values) | {"ready": ready}).items()))


def so_soon(visit: Visit) -> tuple[Line, ...]:
    """A word on the rest between two routines, where the last one was not long ago."""
    last = visit.state.memory.last
    soon = last and visit.turn.at - last < visit.routine.rest_day_ms
    return (Line("again_so_soon"),) if soon else ()


def needed(visit: Visit) -> Line:
    """What this routine needs."""
    items = visit.routine.needed(visit.plan.exercises)
    return Line("equipment", (("items", items),)) if items else Line("no_equipment")


def wait_at(visit: Visit, there: Progress) -> None:
    """Before the start, begin *there* when it comes: some things may have to be heard first."""
    if visit.progress.phase is Phase.READY:
        visit.move(visit.progress._replace(at=there.at, since=there.at))


def first_asked(visit: Visit) -> str:
    """The exercise that is to come first, where one was asked for before the start."""
    progress = visit.progress
    waiting = progress.phase is Phase.READY and progress.at > 0
    return progress.place.exercise if waiting else ""
