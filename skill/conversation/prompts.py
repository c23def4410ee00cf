"""What may be said next, from each state."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from skill.conversation import safety
from skill.listener.playback import News
from skill.listener.state import Asked, State
from skill.routine import builder
from skill.routine.plan import Line, Place, Talk
from skill.routine.progress import Phase

SAY_NEXT: Final = Line("say_next")
SAY_FINISH: Final = Line("say_finish")
SAY_START: Final = Line("say_start")
SAY_START_LATER: Final = Line("say_start_later")
SAY_NEXT_LATER: Final = Line("say_next_later")

QUESTIONS: Final[Mapping[Asked, Line]] = {
    Asked.GO_ON: Line("say_yes"),
    Asked.AFRESH: SAY_START,
    Asked.FORGET: Line("say_forget"),
    Asked.PAIN: Line("say_pain"),
    Asked.GENTLY: Line("say_gently"),
    Asked.HURT_BEFORE: Line("say_gone"),
    Asked.WELL: Line("say_well"),
    Asked.STEADY: Line("say_steady"),
    Asked.STEADIER: Line("say_steadier"),
    Asked.SLOWER: Line("say_slower"),
    Asked.REMIND: Line("reminders.say_remind"),
    Asked.REMIND_AT: Line("reminders.say_time"),
    Asked.DONE: Line("saying.say_done"),
    Asked.CANNOT: Line("say_gently"),
    Asked.HURT_IN_PLAY: Line("playing.say_hurt"),
}
"""How each question is put: in the same few words after silence, and after any other answer."""


LATER: Final[Mapping[Line, Line]] = {
    SAY_START: SAY_START_LATER,
    SAY_NEXT: SAY_NEXT_LATER,
    Line("say_resume"): Line("say_resume_later"),
}
"""What is said in the place of a prompt when the session is about to end."""

LONGEST_KEPT: Final = 256
"""More than the exercises and their sets, in every language."""

OVER: Final = frozenset({SAY_FINISH.key, "say_end"})
"""The prompts after which nothing is left to open the skill again for."""


def announced(state: State) -> Place | None:
    """The set that is announced and waited with: of the next exercise, or of one jumped to."""
    progress = state.progress
    if progress.phase is Phase.PAUSED and state.asked is Asked.READY:
        return progress.place
    if progress.announced is None:
        return None
    _, there = safety.without_hurt(state, progress.next())
    return there.place if there.phase is Phase.LEADING else None


def prepared(place: Place, what: str) -> Line:
    """The sentence *what* of the exercise at *place*, such as `ahead`, for the foot that begins."""
    values = (("side", place.side.value), ("other_side", place.side.other.value))
    return Line(f"{place.exercise}.{what}", values)


def _question(state: State) -> Line:
    """The open question; who left a recording may go on with that, or by voice."""
    playback = state.playback
    if state.asked is Asked.GO_ON and playback and playback.news is not News.FAILED:
        return Line("playing.say_yes")
    return QUESTIONS[state.asked]


@lru_cache(LONGEST_KEPT)
def still_to_come(exercise: str, sets: int, talk: Talk) -> Line:
    """The longest that is said in *exercise* where up to so many *sets* of it are to come."""
    lines = (builder.still_to_come(exercise, number) for number in range(1, sets + 1))
    return max(lines, key=talk.ms)


def reprompt(state: State) -> Line:
    """What is said after a long silence: the prompt, with words that help when the session is gone.

    What is announced need not be announced again: that was said a moment ago.
    """
    said = prompt(state)
    if announced(state) and state.asked not in QUESTIONS:
        return SAY_NEXT_LATER
    if said.key in OVER:
        return said
    return LATER.get(said) or Line("ask_later", (("question", said),))


def prompt(state: State) -> Line:
    """What a listener in *state* may say next."""
    if state.asked in QUESTIONS:
        return _question(state)
    progress = state.progress
    there = announced(state)
    if there:
        return prepared(there, "ahead")
    if progress.idle:
        return SAY_START
    if progress.phase is Phase.PAUSED:
        return Line("say_resume")
    if progress.place.exercise in progress.skipped:
        return Line("say_end" if safety.at_end(state) else "say_on")
    return SAY_FINISH if safety.at_end(state) else SAY_NEXT
