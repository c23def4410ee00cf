"""What a device tells of a recording that it plays: the place is kept, and nobody is spoken to."""

from collections.abc import Mapping
from typing import Final

from skill.conversation import hearing
from skill.conversation.keeper import Keeper
from skill.conversation.turn import FAILED, FINISHED, NEARLY_FINISHED, STARTED, STOPPED, Turn
from skill.listener.playback import News
from skill.listener.state import State

NEWS: Final[Mapping[str, News]] = {
    STARTED: News.STARTED,
    NEARLY_FINISHED: News.NEARLY_FINISHED,
    STOPPED: News.STOPPED,
    FAILED: News.FAILED,
}
"""What each event says of the play that it names, but for `FINISHED`, which ends it."""


def note(keeper: Keeper, turn: Turn) -> None:
    """Keep what the event *turn* tells.

    Events come doubled, late and in any order. One of another play than the last changes nothing,
    nor does one that is older than what is known.
    """
    keeper.change(turn, lambda state: _noted(keeper, turn, state))


def _finished(keeper: Keeper, turn: Turn, state: State) -> State:
    """The recording is over, and with it the routine, unless some of its sets were left out."""
    state = state._replace(playback=None)
    return keeper.close(turn, state) if state.progress.at_end else state


def _noted(keeper: Keeper, turn: Turn, state: State) -> State | None:
    playback, player = state.playback, turn.player
    known = playback and player and player.token == playback.token
    score = hearing.score_of(keeper.plans.shelf, playback.recording) if playback and known else None
    if playback is None or player is None or score is None:
        return None
    if turn.intent == FINISHED:
        return _finished(keeper, turn, hearing.at_moment(state, score, score.total_ms))
    news = NEWS[turn.intent]
    if not playback.precedes(turn.at, news):
        return None
    told = state._replace(playback=playback._replace(news=news, at=turn.at))
    if news is News.FAILED and not player.offset_ms:
        return told
    return hearing.at_moment(told, score, player.offset_ms)
