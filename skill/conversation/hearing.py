"""From a moment of a recording to the set that is heard there."""

import logging

from skill.conversation.locating import counted
from skill.conversation.turn import Player, Turn
from skill.listener.playback import News, Playback
from skill.listener.state import State
from skill.recording.score import Score
from skill.recording.shelf import Shelf, ShelfError
from skill.routine.progress import Phase

LOG = logging.getLogger(__name__)


def score_of(shelf: Shelf, name: str) -> Score | None:
    """The recording called *name*; None where it cannot be had, with a line in the log."""
    try:
        return shelf.score(name)
    except ShelfError as fault:
        LOG.warning("a recording cannot be played: %s", fault)
        return None


def found(state: State, turn: Turn, shelf: Shelf) -> State:
    """*state* with the place at which *turn* found a listener to a recording.

    The device that is spoken to tells how far it is. Another one cannot be asked: then it is
    taken to have gone on since it was last heard of, and what it played meanwhile is in doubt.
    """
    player, playback = turn.player, state.playback
    if player and (playback or player.sounding):
        score = score_of(shelf, player.token.partition(".")[0])
        if score:
            return _told(state, turn, player, score)
    if playback is None or not playback.sounding or not turn.new:
        return state
    score = score_of(shelf, playback.recording)
    reached = playback.offset_ms + turn.at - playback.at
    if score is None or not playback.offset_ms <= reached < score.total_ms:
        return state
    return at_moment(state, score, reached, sure=False)


def _told(state: State, turn: Turn, player: Player, score: Score) -> State:
    playback, offset = state.playback, player.offset_ms
    if playback is None or playback.token != player.token:
        plays = playback.plays if playback else 1
        playback = Playback(score.name, player.token, offset, offset, turn.at, plays=plays)
    elif player.finished:
        offset = score.total_ms
    elif not playback.sounding and playback.offset_ms == offset:
        return state
    stopped = playback._replace(news=News.STOPPED, at=max(turn.at, playback.at))
    return at_moment(state._replace(playback=stopped), score, offset)


def at_moment(state: State, score: Score, ms: int, *, sure: bool = True) -> State:
    """*state* at the moment *ms* of its recording; what was heard until then is done.

    Where that is not *sure*, it is in doubt, as with a voice that may be slow.
    """
    playback, progress = state.playback, state.progress
    if playback is None:
        return state
    moment = score.moment(ms)
    place = score.steps[moment.step].place
    since = min(playback.since_ms, ms)
    state = state._replace(playback=playback._replace(offset_ms=ms, since_ms=since))
    if place not in progress.course:
        return state
    heard = score.heard(since, ms).intersection(progress.course)
    if ms < score.steps[0].ready_ms and progress.phase is Phase.READY:
        return state
    over = ms >= score.steps[-1].end_ms
    progress = progress._replace(
        at=progress.course.index(place),
        since=progress.course.index(place),
        phase=Phase.BETWEEN if over else Phase.PAUSED,
        rep=moment.rep,
        entered=False,
        done=progress.done | heard if sure else progress.done,
        doubted=progress.doubted - heard if sure else progress.doubted | (heard - progress.done),
    )
    return counted(state._replace(played=state.played or bool(heard)), progress, heard)
