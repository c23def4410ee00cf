"""A recording is played: what begins it, moves in it and ends it."""

from collections.abc import Callable, Mapping
from typing import Final

from skill.conversation import hearing, leading, safety
from skill.conversation.fitting import fitting, listed, may_be_played
from skill.conversation.greeting import so_soon, welcome
from skill.conversation.reply import Play, Reply
from skill.conversation.turn import NEXT_BUTTON, PAUSE_BUTTON, PLAY_BUTTON, PREVIOUS_BUTTON
from skill.conversation.visit import Answer, Visit
from skill.listener.playback import News, Playback
from skill.listener.state import Asked
from skill.recording.score import RecordedStep, Score
from skill.routine.plan import Line
from skill.routine.progress import Phase

Jump = Callable[[Score, int], int]
"""From a score and the moment that is heard to another moment of it."""

INTRO: Final = Line("playing.intro")
SAY_PLAY: Final = Line("playing.say_play")


def play_through(visit: Visit) -> Reply:
    """Play a recording from where the listener is; where none fits, say so and lead by voice.

    Some things have to be heard, or asked, before anything is led: then it is offered again.
    """
    if not visit.turn.can_play:
        return _by_voice(visit, Line("playing.no_player"))
    if not listed(visit):
        return _by_voice(visit, Line("playing.none"))
    if safety.must_ask_first(visit.state):
        reply = welcome(visit)
        offered = visit.state.asked is Asked.NOTHING
        return reply._replace(prompt=SAY_PLAY, reprompt=SAY_PLAY) if offered else reply
    if visit.progress.under_way:
        return _from_here(visit) or _by_voice(visit, Line("playing.none_fits"))
    soon = so_soon(visit)
    if refused := leading.anew(visit, visit.state.wishes):
        return refused
    return _from_here(visit, *soon) or _by_voice(visit, Line("playing.none_fits"))


def resume(visit: Visit) -> Reply | None:
    """Play on from where the recording stopped; None where there is none to go on with."""
    playback = visit.state.playback
    score = _score(visit)
    if playback is None or score is None or not visit.turn.can_play:
        return None
    if not may_be_played(visit, score):
        return None
    return _play(visit, score, playback.offset_ms, since_ms=playback.since_ms)


def resumed(visit: Visit) -> Reply:
    """Play on; where that cannot be, lead on by voice."""
    return resume(visit) or _by_voice(visit, Line("playing.none_fits"))


def pause(visit: Visit) -> Reply:
    """Stop, in silence; the place is kept."""
    return Reply(end=True, hush=visit.state.playback is not None)


def next_(visit: Visit) -> Reply:
    """The next set; what is only announced begins at once. After the last one, the farewell."""
    return _jump(visit, _ahead)


def back(visit: Visit) -> Reply:
    """The set before."""
    return _jump(visit, lambda score, ms: score.steps[max(score.moment(ms).step - 1, 0)].ready_ms)


def repeat(visit: Visit) -> Reply:
    """This set again."""

    def again(score: Score, ms: int) -> int:
        step = _step(score, ms)
        return step.start_ms if ms >= step.start_ms else step.ready_ms

    return _jump(visit, again)


def start_over(visit: Visit) -> Reply:
    """From the first set."""
    return _jump(visit, lambda score, _: score.steps[0].ready_ms)


def next_exercise(visit: Visit) -> Reply:
    """The next exercise; this one is noted as left out unless it is over."""
    score, playback = _score(visit), visit.state.playback
    if score and playback and playback.offset_ms >= _step(score, playback.offset_ms).start_ms:
        progress = visit.progress
        here = progress.place.exercise
        if not progress.complete(here):
            visit.move(progress._replace(skipped=progress.skipped | {here}))
    return _jump(visit, _exercise_ahead)


def once_through(visit: Visit) -> Reply:
    """It goes in its order, and once; what is playing plays on."""
    playback = visit.state.playback
    player = visit.turn.player
    if not visit.turn.new or playback is None or player is None or not player.sounding:
        return visit.say(Line("playing.once"))
    going_on = playback._replace(news=News.STARTED, at=visit.turn.at)
    visit.state = visit.state._replace(playback=going_on)
    return visit.close(Line("playing.once"))


def is_heard(visit: Visit) -> bool:
    """Whether the turn is said to a device's player, without opening the skill."""
    playback, player = visit.state.playback, visit.turn.player
    return bool(visit.turn.new and playback and player and player.token == playback.token)


ANSWERS: Final[Mapping[str, Answer]] = {
    "PlayThroughIntent": resumed,
    "NextExerciseIntent": next_exercise,
    "SkipExerciseIntent": next_exercise,
    "AMAZON.NextIntent": next_,
    "AMAZON.PreviousIntent": back,
    "AMAZON.RepeatIntent": repeat,
    "AMAZON.StartOverIntent": start_over,
    "AMAZON.PauseIntent": pause,
    "AMAZON.StopIntent": pause,
    "AMAZON.CancelIntent": pause,
    "AMAZON.ResumeIntent": resumed,
}
"""What is said to a player. Any other intent stops it, and means what it always does."""

BUTTONS: Final[Mapping[str, Answer]] = {
    NEXT_BUTTON: next_,
    PREVIOUS_BUTTON: back,
    PAUSE_BUTTON: pause,
    PLAY_BUTTON: lambda visit: resume(visit) or Reply(),
}
"""The buttons of a player. They are answered without a word."""


def _by_voice(visit: Visit, why: Line) -> Reply:
    """Say *why* there is no recording, and lead by voice."""
    if safety.must_ask_first(visit.state):
        reply = welcome(visit)
    elif visit.progress.under_way:
        reply = leading.lead(visit, visit.progress.resume(), why)
    else:
        reply = leading.begin(visit, visit.state.wishes, why)
    return reply if why in reply.lines else reply._replace(lines=(why, *reply.lines))


def _from_here(visit: Visit, *before: Line) -> Reply | None:
    """Play the recording that fits from the listener's place; None where none fits."""
    found = fitting(visit)
    score = hearing.score_of(visit.plans.shelf, found.recording.name) if found else None
    if found is None or score is None:
        return None
    playback = visit.state.playback
    if playback and playback.recording == score.name:
        return _play(visit, score, playback.offset_ms, INTRO, since_ms=playback.since_ms)
    if found.wishes != visit.state.wishes:
        visit.rewish(found.wishes)
    return _play(visit, score, _here(visit, score), *before, INTRO)


def _here(visit: Visit, score: Score) -> int:
    """The moment of the set that the listener is at; before the start, that of the welcome."""
    progress = visit.progress
    if progress.phase is Phase.READY:
        return 0
    number = progress.ahead if progress.phase is Phase.BETWEEN else progress.at
    places = [place for place in progress.course[number:] if place in score.numbers]
    if not places:
        return score.steps[-1].end_ms
    step = score.steps[score.numbers[places[0]]]
    return step.start_ms if progress.rep and places[0] == progress.place else step.ready_ms


def _jump(visit: Visit, to: Jump) -> Reply:
    """Play from the moment that *to* gives for the score and the moment that is heard."""
    score, playback = _score(visit), visit.state.playback
    if score is None or playback is None or not may_be_played(visit, score):
        return resumed(visit) if visit.turn.intent not in BUTTONS else Reply(hush=True)
    return _play(visit, score, to(score, playback.offset_ms))


def _play(visit: Visit, score: Score, ms: int, *lines: Line, since_ms: int | None = None) -> Reply:
    before, at = visit.state.playback, visit.turn.at
    plays = before.plays + 1 if before else 1
    token = f"{score.name}.{at}.{plays}"
    playback = Playback(
        score.name, token, ms, ms if since_ms is None else since_ms, at, plays=plays
    )
    state = visit.state._replace(
        playback=playback,
        asked=Asked.NOTHING,
        routine_started_at=visit.state.routine_started_at or at,
    )
    visit.state = hearing.at_moment(state, score, ms)
    return visit.close(*lines)._replace(play=Play(score.name, score.title, ms, token))


def _score(visit: Visit) -> Score | None:
    playback = visit.state.playback
    return hearing.score_of(visit.plans.shelf, playback.recording) if playback else None


def _step(score: Score, ms: int) -> RecordedStep:
    return score.steps[score.moment(ms).step]


def _ahead(score: Score, ms: int) -> int:
    step = _step(score, ms)
    for start in (step.ready_ms, step.start_ms):
        if ms < start:
            return start
    later = (each.ready_ms for each in score.steps if each.ready_ms > ms)
    return next(later, score.steps[-1].end_ms)


def _exercise_ahead(score: Score, ms: int) -> int:
    here = _step(score, ms)
    if ms < here.start_ms:
        return _ahead(score, ms)
    ahead = score.steps[score.moment(ms).step :]
    later = (each.ready_ms for each in ahead if each.place.exercise != here.place.exercise)
    return next(later, score.steps[-1].end_ms)
