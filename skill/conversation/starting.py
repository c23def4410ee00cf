"""Starting: a new routine, as wished for, or on in the one that is under way."""

from skill.conversation import hearing, lasting, moves, prompts, whereabouts, wishing
from skill.conversation.greeting import wait_at, welcome
from skill.conversation.informing import not_understood
from skill.conversation.leading import begin
from skill.conversation.reply import Reply
from skill.conversation.turn import Slot
from skill.conversation.visit import Visit
from skill.listener.playback import News
from skill.listener.state import Asked
from skill.routine.plan import Line
from skill.routine.progress import Phase


def launch(visit: Visit) -> Reply:
    """Offer to go on where there is a place to go on from."""
    if not visit.turn.can_play:
        visit.state = visit.state._replace(playback=None)
    if not visit.progress.under_way:
        return welcome(visit)
    playback = visit.state.playback
    if playback and not playback.unhurt and visit.progress.phase is Phase.PAUSED and _in_set(visit):
        visit.ask(Asked.HURT_IN_PLAY)
        return visit.say(Line("welcome_back"))
    visit.ask(Asked.GO_ON)
    here = whereabouts.here(visit.plan, visit.progress)
    there = prompts.announced(visit.state)
    ahead = (Line("ahead", (("next", there.exercise),)),) if there else ()
    prepare = prompts.prepared(there or visit.progress.place, "ready")
    failed = playback is not None and playback.news is News.FAILED
    broke_off = (Line("playing.broke_off"),) if failed else ()
    greeting = () if playback and playback.unhurt else (Line("welcome_back"),)
    stopped = (Line("stopped_here"),) if visit.progress.phase is Phase.PAUSED else ()
    return visit.say(*greeting, *stopped, *broke_off, *here, *ahead, prepare)


def _in_set(visit: Visit) -> bool:
    """Whether the recording was stopped within a set, and not while one was announced."""
    playback = visit.state.playback
    score = hearing.score_of(visit.plans.shelf, playback.recording) if playback else None
    return bool(playback and score and score.moment(playback.offset_ms).within)


def unhurt(visit: Visit) -> Reply:
    """Nothing hurt while the recording was heard: offer to go on."""
    playback = visit.state.playback
    if playback:
        visit.state = visit.state._replace(playback=playback._replace(unhurt=True))
    return launch(visit)


def start(visit: Visit) -> Reply:
    """Start the routine wished for; with no wish said, go on where one is under way."""
    under_way = visit.progress.under_way
    if visit.slot("minutes") and not visit.slot("exercise") and under_way and not visit.turn.new:
        return lasting.minutes(visit)
    if not under_way or _wished(visit):
        return start_afresh(visit)
    return launch(visit) if visit.turn.new else moves.resume(visit)


def start_announced(visit: Visit) -> Reply:
    """Start what is announced; a start with a wish in it is another one."""
    return start(visit) if visit.turn.slots else moves.ready(visit)


def start_afresh(visit: Visit) -> Reply:
    """Start a new routine as wished for, whatever is under way."""
    if visit.slot("exercise"):
        return moves.go_to(visit)
    if visit.slot("minutes"):
        return _start_wished(visit)
    if visit.slot("foot"):
        return wishing.one_foot(visit)
    return moves.afresh(visit)


def _wished(visit: Visit) -> bool:
    return any(visit.slot(name) for name in ("exercise", "minutes", "foot"))


def _start_wished(visit: Visit) -> Reply:
    minutes, foot = lasting.minutes_said(visit), visit.foot()
    if minutes is None:
        return not_understood(visit)
    most = visit.routine.most_minutes
    wishes = visit.state.wishes._replace(minutes=min(minutes, most))
    if foot:
        wishes = wishes._replace(feet=foot)
    # Short, as it is said within the twenty minutes.
    line = Line("at_most", (("minutes", most),))
    return begin(visit, wishes, *([line] if minutes > most else []))


def start_over(visit: Visit) -> Reply:
    """The same routine, from its first set."""
    wait_at(visit, visit.progress.begin())
    return begin(visit, visit.state.wishes, Line("from_the_start"))


def span(visit: Visit) -> Reply:
    """Take a span, such as half an hour, for its minutes; before the start, begin with them."""
    slot = visit.slot("span")
    if slot is None or not slot.id.isdecimal():
        return not_understood(visit)
    slots = dict(visit.turn.slots) | {"minutes": Slot(slot.id)}
    visit.turn = visit.turn._replace(slots=slots)
    return start(visit)
