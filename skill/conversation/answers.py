"""What is answered to each intent, wherever in the routine it is said."""

from collections.abc import Mapping
from typing import Any, Final

from skill.conversation import (
    asking,
    caring,
    choosing,
    counting,
    forgetting,
    informing,
    lasting,
    moves,
    playing,
    questions,
    reminding,
    repetitions,
    skipping,
    starting,
    steering,
    tempo,
    things,
    unsteady,
    wishing,
)
from skill.conversation.keeper import ForgottenError
from skill.conversation.meanings import meaning
from skill.conversation.reply import Reply, Scene
from skill.conversation.turn import CONSENT, ENDED, LAUNCH
from skill.conversation.visit import Answer, Visit
from skill.listener.state import Asked

UNPREFACED: Final = frozenset(
    {"PainIntent", "EmergencyIntent", "WobbleIntent", "TiredIntent", "ForgetMeIntent"}
)
"""What is answered at once, with no word of anything else before it."""


def answer(visit: Visit) -> tuple[Reply, Mapping[str, Any]]:
    """Answer the turn of *visit* and store where it leaves the listener.

    Gives the reply, and the session attributes that keep the exercise, the foot and all the rest.
    After "forget me" on another device the turn is answered as a new listener's.
    """
    if visit.state.missed:
        visit.state = visit.state._replace(missed=False)
    reply = _hushed(visit, _chosen(visit)(visit))
    if visit.turn.medium.shows:
        reply = reply._replace(scene=Scene(visit.plan, visit.progress))
    try:
        return reply, visit.remember()
    except ForgottenError:
        if visit.turn.intent == ENDED:
            return reply, {}  # to store it would make a row of the listener who was just forgotten
        return answer(Visit(visit.keeper, visit.turn._replace(attributes=None)))


def _hushed(visit: Visit, reply: Reply) -> Reply:
    """Stop what the device plays, where *reply* is for a listener who is to be led by voice."""
    player, playback = visit.turn.player, visit.state.playback
    if player is None or not player.sounding or reply.play:
        return reply
    plays_on = playback is not None and playback.sounding
    return reply if plays_on else reply._replace(hush=True)


def _chosen(visit: Visit) -> Answer:
    """What answers the turn: the open question first, then what the intent always means."""
    intent = meaning(visit.turn.intent)
    if intent in playing.BUTTONS:
        return playing.BUTTONS[intent]
    if intent in playing.ANSWERS and playing.is_heard(visit):
        return playing.ANSWERS[intent]
    question = questions.QUESTIONS[visit.state.asked]
    if intent in question.answers:
        return question.answers[intent]
    if question.lapses:
        visit.ask(Asked.NOTHING)
        if question.lapsed and intent not in UNPREFACED:
            visit.preface = (question.lapsed,)
    return ANSWERS.get(intent, informing.not_understood)


ANSWERS: Final[Mapping[str, Answer]] = {
    LAUNCH: starting.launch,
    ENDED: moves.ended,
    CONSENT: reminding.consented,
    "StartRoutineIntent": starting.start,
    "GoToExerciseIntent": moves.go_to,
    "GoToThingIntent": moves.go_to,
    "SkipExerciseIntent": skipping.skip,
    "SkipFootIntent": skipping.skip_foot,
    "NextExerciseIntent": skipping.next_exercise,
    "ReadyIntent": moves.ready,
    "OtherFootIntent": moves.other_foot,
    "WhereAmIIntent": informing.where,
    "HowLongIntent": informing.how_long,
    "ListExercisesIntent": informing.exercises,
    "AheadIntent": informing.ahead,
    "EquipmentIntent": informing.equipment,
    "WhyIntent": informing.why,
    "ExplainIntent": informing.explain,
    "HowAmIDoingIntent": informing.how_am_i_doing,
    "ForgetMeIntent": forgetting.forget,
    "PainIntent": caring.pain,
    "GentlyIntent": caring.gently,
    "EmergencyIntent": caring.emergency,
    "WobbleIntent": caring.wobble,
    "LittleIntent": moves.pause,
    "UnsureIntent": questions.all_right,
    "BetterIntent": questions.all_right,
    "TryIntent": moves.resume,
    "MinutesIntent": lasting.minutes,
    "SlowerIntent": tempo.slower,
    "FasterIntent": tempo.faster,
    "FewerIntent": repetitions.fewer,
    "MoreIntent": repetitions.more,
    "MissingIntent": choosing.missing,
    "OnlyIntent": choosing.only,
    "LeaveOutIntent": choosing.leave_out,
    "SeatedIntent": choosing.seated,
    "KeepWishesIntent": wishing.keep,
    "BothFeetIntent": wishing.both_feet,
    "EverythingIntent": wishing.everything,
    "ForgetWishesIntent": wishing.forget_wishes,
    "ReminderIntent": reminding.remind,
    "ReminderTimeIntent": informing.not_understood,
    "CancelReminderIntent": reminding.cancel,
    "WhenReminderIntent": reminding.when,
    "AMAZON.NextIntent": moves.next_,
    "AMAZON.RepeatIntent": moves.repeat,
    "AMAZON.PreviousIntent": moves.back,
    "AMAZON.PauseIntent": moves.pause,
    "AMAZON.ResumeIntent": lambda visit: playing.resume(visit) or steering.go_on(visit),
    "AMAZON.StartOverIntent": starting.start_over,
    "AMAZON.YesIntent": steering.go_on,
    "AMAZON.NoIntent": questions.all_right,
    "AMAZON.HelpIntent": informing.help_,
    "AMAZON.StopIntent": moves.stop,
    "AMAZON.CancelIntent": moves.stop,
    "AMAZON.NavigateHomeIntent": moves.home,
    "AMAZON.FallbackIntent": informing.not_understood,
    "DoneIntent": steering.set_done,
    "AllDoneIntent": steering.done,
    "ThanksIntent": steering.thanks,
    "BackSeveralIntent": steering.back_several,
    "ExerciseBeforeIntent": steering.exercise_before,
    "SecondsIntent": counting.seconds_wished,
    "ExerciseAgainIntent": steering.exercise_again,
    "CountIntent": counting.count,
    "TimesIntent": counting.times,
    "SetsIntent": counting.sets,
    "DirectionIntent": counting.direction,
    "HoldIntent": counting.seconds,
    "LiftIntent": counting.foot,
    "TiredIntent": unsteady.tired,
    "CannotIntent": unsteady.cannot,
    "ConditionIntent": unsteady.condition,
    "InsteadIntent": things.instead,
    "TroubleIntent": things.trouble,
    "FoundIntent": things.found,
    "SpanIntent": starting.span,
    "ShorterIntent": lasting.shorter,
    "MinutesLeftIntent": lasting.minutes_left,
    "LastTimeIntent": asking.last_time,
    "PlayThroughIntent": playing.play_through,
    "AMAZON.LoopOnIntent": playing.once_through,
    "AMAZON.LoopOffIntent": playing.once_through,
    "AMAZON.ShuffleOnIntent": playing.once_through,
    "AMAZON.ShuffleOffIntent": playing.once_through,
    **dict.fromkeys(asking.TOLD, asking.told),
}
"""What every intent means where no open question gives it another meaning.

Those of `meanings.LIKE` are answered as what they are like.
"""
