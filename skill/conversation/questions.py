"""Which intent answers which open question, and what becomes of the question otherwise."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from skill.conversation import (
    caring,
    forgetting,
    informing,
    leading,
    moves,
    reminding,
    skipping,
    starting,
    steering,
    tempo,
    unsteady,
)
from skill.conversation.reply import Reply
from skill.conversation.visit import Answer, Visit
from skill.listener.state import Asked
from skill.routine.plan import Line

YES: Final = "AMAZON.YesIntent"
NO: Final = "AMAZON.NoIntent"
NEXT: Final = "AMAZON.NextIntent"
REPEAT: Final = "AMAZON.RepeatIntent"
SKIP: Final = "SkipExerciseIntent"
CANNOT: Final = "CannotIntent"
FALLBACK: Final = "AMAZON.FallbackIntent"
START: Final = "StartRoutineIntent"
LITTLE: Final = "LittleIntent"
UNSURE: Final = "UnsureIntent"
BETTER: Final = "BetterIntent"
TRY: Final = "TryIntent"
READY: Final = "ReadyIntent"
DONE: Final = "DoneIntent"
THANKS: Final = "ThanksIntent"


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


def announce(visit: Visit) -> Reply:
    """Announce once more what is waited with: the prompt does."""
    return visit.say()


def _not_on(visit: Visit) -> Reply:
    visit.ask(Asked.AFRESH)
    return all_right(visit)


WHEN: Final[Mapping[str, Answer]] = {
    NO: reminding.declined,
    REPEAT: reminding.again,
    FALLBACK: informing.not_understood,
    "ReminderTimeIntent": reminding.remind,
}
"""What answers a question about a reminder, besides yes."""

QUESTIONS: Final[Mapping[Asked, Question]] = {
    Asked.NOTHING: Question({}),
    Asked.GO_ON: Question(
        {
            YES: moves.resume,
            NO: _not_on,
            NEXT: moves.resume,
            READY: moves.resume,
            TRY: moves.resume,
            REPEAT: starting.launch,
        }
    ),
    Asked.AFRESH: Question(
        {
            YES: moves.afresh,
            TRY: moves.afresh,
            NEXT: moves.afresh,
            READY: moves.afresh,
            START: starting.start_afresh,
            REPEAT: starting.launch,
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
            NO: leading.offer,
            LITTLE: leading.offer,
            UNSURE: caring.leave_out,
            BETTER: leading.offer,
            TRY: all_right,
            THANKS: leading.offer,
            REPEAT: caring.ask_again,
            "GoToExerciseIntent": caring.which_foot,
        }
    ),
    Asked.GENTLY: Question(
        {
            YES: caring.gently,
            NO: caring.leave_out,
            LITTLE: leading.offer,
            UNSURE: caring.leave_out,
            BETTER: leading.offer,
            TRY: caring.gently,
            REPEAT: leading.offer,
            NEXT: caring.leave_out,
            SKIP: skipping.skip_hurt,
            CANNOT: caring.leave_out,
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
            REPEAT: starting.launch,
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
            TRY: starting.launch,
            REPEAT: starting.launch,
        }
    ),
    # An exercise that was jumped to is announced: it begins when the listener is there.
    Asked.READY: Question(
        {
            YES: moves.ready,
            NO: all_right,
            BETTER: moves.ready,
            TRY: moves.ready,
            NEXT: moves.ready,
            DONE: moves.ready,
            START: starting.start_announced,
            "NextExerciseIntent": moves.ready,
            REPEAT: announce,
        }
    ),
    # A wobble is a part of standing on one leg. What is not all right may be more than that.
    Asked.STEADY: Question(
        {
            YES: caring.steadier,
            NO: caring.emergency,
            LITTLE: caring.rest_first,
            UNSURE: caring.rest_first,
            BETTER: caring.steadier,
            TRY: caring.wobble,
            REPEAT: caring.wobble,
        }
    ),
    Asked.STEADIER: Question(
        {
            YES: caring.gently_on,
            NO: all_right,
            LITTLE: caring.gently_on,
            BETTER: caring.gently_on,
            TRY: caring.gently_on,
            REPEAT: caring.steadier,
            "GentlyIntent": caring.gently_on,
        },
        lapses=True,
    ),
    Asked.SLOWER: Question(
        {
            YES: tempo.slower_for_it,
            NO: tempo.as_it_was,
            LITTLE: tempo.slower,
            UNSURE: tempo.as_it_was,
            BETTER: tempo.as_it_was,
            TRY: tempo.slower_for_it,
            REPEAT: tempo.slower,
        },
        lapses=True,
    ),
    # Done with the set, or for today: what can be taken for the end keeps the place.
    Asked.DONE: Question(
        {YES: moves.stop, NO: moves.resume, DONE: steering.set_done, "AllDoneIntent": moves.stop},
        lapses=True,
    ),
    Asked.CANNOT: Question(
        {
            YES: caring.gently,
            TRY: caring.gently,
            LITTLE: caring.gently,
            NO: unsteady.without,
            UNSURE: unsteady.without,
            NEXT: unsteady.without,
            "SkipExerciseIntent": unsteady.without,
            CANNOT: unsteady.without,
            REPEAT: unsteady.again,
        },
        lapses=True,
    ),
    # What hurt while a recording was heard is asked about as if it had been said then.
    Asked.HURT_IN_PLAY: Question(
        {
            YES: caring.hurt_in_play,
            NO: starting.unhurt,
            LITTLE: caring.hurt_in_play,
            UNSURE: caring.hurt_in_play,
            BETTER: caring.hurt_in_play,
            REPEAT: announce,
        },
        lapses=True,
    ),
    Asked.REMIND: Question(
        {YES: reminding.agreed, **WHEN},
        lapses=True,
    ),
    Asked.REMIND_AT: Question(
        {YES: reminding.again, **WHEN},
        lapses=True,
    ),
}
"""Every question there is, with all its answers."""
