"""Which intent answers which open question, and what becomes of the question otherwise."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from skill.conversation import caring, forgetting, leading, moves, reminding
from skill.conversation.reply import Reply
from skill.conversation.visit import Answer, Visit
from skill.listener.state import Asked
from skill.routine.plan import Line

YES: Final = "AMAZON.YesIntent"
NO: Final = "AMAZON.NoIntent"
NEXT: Final = "AMAZON.NextIntent"
REPEAT: Final = "AMAZON.RepeatIntent"
FALLBACK: Final = "AMAZON.FallbackIntent"
START: Final = "StartRoutineIntent"
LITTLE: Final = "LittleIntent"
UNSURE: Final = "UnsureIntent"
BETTER: Final = "BetterIntent"
TRY: Final = "TryIntent"


class Question(NamedTuple):
    """One open question."""

    answers: Mapping[str, Answer]
    """What each intent that answers it means. Any other intent means what it always does."""
    lapses: bool = False
    """Any other intent closes the question: after it, "yes" means something else."""
    lapsed: Line | None = None
    """What is said before the answer to that other intent."""


def all_right(visit: Visit) -> Reply:
    """Wait."""
    return visit.say(visit.varied("all_right"))


def _not_on(visit: Visit) -> Reply:
    visit.ask(Asked.AFRESH)
    return all_right(visit)


def _offer(visit: Visit) -> Reply:
    return leading.offer(visit)


QUESTIONS: Final[Mapping[Asked, Question]] = {
    Asked.NOTHING: Question({}),
    Asked.GO_ON: Question(
        {YES: moves.resume, NO: _not_on, NEXT: moves.resume, REPEAT: moves.launch}
    ),
    Asked.AFRESH: Question(
        {
            YES: moves.afresh,
            TRY: moves.afresh,
            NEXT: moves.afresh,
            START: moves.start_afresh,
            REPEAT: moves.launch,
        }
    ),
    Asked.FORGET: Question(
        {YES: forgetting.confirmed, NO: forgetting.declined, REPEAT: forgetting.forget},
        lapses=True,
        lapsed=Line("not_deleted"),
    ),
    # What may be bad is taken to be so. Better, or not bad, leads nobody on by itself.
    Asked.PAIN: Question(
        {
            YES: caring.leave_out,
            NO: _offer,
            LITTLE: _offer,
            UNSURE: caring.leave_out,
            BETTER: _offer,
            TRY: all_right,
            REPEAT: caring.ask_again,
        }
    ),
    Asked.GENTLY: Question(
        {
            YES: caring.gently,
            NO: caring.leave_out,
            LITTLE: _offer,
            UNSURE: caring.leave_out,
            BETTER: _offer,
            TRY: caring.gently,
            REPEAT: _offer,
        }
    ),
    Asked.HURT_BEFORE: Question(
        {
            YES: caring.well_again,
            NO: caring.not_well,
            LITTLE: caring.not_well,
            UNSURE: caring.not_well,
            BETTER: caring.well_again,
            TRY: all_right,
            REPEAT: moves.launch,
            "PainIntent": caring.not_well,
            "SkipExerciseIntent": caring.not_well,
        }
    ),
    Asked.WELL: Question(
        {
            YES: caring.well,
            NO: caring.unwell,
            LITTLE: caring.unwell,
            UNSURE: caring.unwell,
            BETTER: caring.well,
            TRY: caring.still_asked,
            REPEAT: moves.launch,
        }
    ),
    Asked.REMIND: Question(
        {
            YES: reminding.agreed,
            NO: reminding.declined,
            REPEAT: reminding.again,
            FALLBACK: reminding.not_understood,
            "ReminderTimeIntent": reminding.remind,
        },
        lapses=True,
    ),
    Asked.REMIND_AT: Question(
        {
            YES: reminding.again,
            NO: reminding.declined,
            REPEAT: reminding.again,
            FALLBACK: reminding.not_understood,
            "ReminderTimeIntent": reminding.remind,
        },
        lapses=True,
    ),
}
"""Every question there is, with all its answers."""
