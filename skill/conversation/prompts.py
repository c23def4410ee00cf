"""What may be said next, from each state."""

from collections.abc import Mapping
from typing import Final

from skill.listener.state import Asked, State
from skill.routine.plan import Line
from skill.routine.progress import Phase

SAY_NEXT: Final = Line("say_next")
SAY_FINISH: Final = Line("say_finish")
SAY_START: Final = Line("say_start")

QUESTIONS: Final[Mapping[Asked, Line]] = {
    Asked.GO_ON: Line("say_yes"),
    Asked.AFRESH: SAY_START,
    Asked.FORGET: Line("say_forget"),
    Asked.PAIN: Line("say_pain"),
    Asked.GENTLY: Line("say_gently"),
    Asked.HURT_BEFORE: Line("say_gone"),
    Asked.WELL: Line("say_well"),
    Asked.REMIND: Line("reminders.say_remind"),
    Asked.REMIND_AT: Line("reminders.say_time"),
}
"""How each question is put: in the same few words after silence, and after any other answer."""


def prompt(state: State) -> Line:
    """What a listener in *state* may say next."""
    if state.asked in QUESTIONS:
        return QUESTIONS[state.asked]
    progress = state.progress
    if progress.phase in {Phase.READY, Phase.DONE}:
        return SAY_START
    if progress.phase is Phase.PAUSED:
        return Line("say_resume")
    if progress.place.exercise in progress.skipped:
        return Line("say_on")
    return SAY_FINISH if progress.at_end else SAY_NEXT
