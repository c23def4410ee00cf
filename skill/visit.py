"""One turn with one listener: recall the place, let it be answered, remember."""

from dataclasses import dataclass, field, replace
from typing import Any

from skill.coach import Coach
from skill.routine.model import Kind, Side
from skill.routine.plan import Line, Place, Plan, Value
from skill.routine.planner import MINUTE_MS, UnmeetableError
from skill.routine.playhead import heard, timeline
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes
from skill.state import Asked, State, encode
from skill.turn import Ending, Reply, Slot, Turn


@dataclass(slots=True)
class Visit:
    """One *turn*: its words *found* the listener in one state and leave another, *state*."""

    coach: Coach
    turn: Turn
    found: State = field(init=False)
    state: State = field(init=False)
    forgotten: bool = False

    def __post_init__(self) -> None:
        self.found = self._located(self.coach.recall(self.turn))
        self.state = self.found

    @property
    def attributes(self) -> dict[str, Any]:
        """The session attributes that keep the exercise, the foot and all the rest."""
        return {} if self.forgotten else encode(self.state, self.plan)

    @property
    def plan(self) -> Plan:
        """The plan the listener is in."""
        return self.coach.plan(self.state.wishes, self.turn.locale)

    @property
    def progress(self) -> Progress:
        """Where in it the listener is."""
        return self.state.progress

    def slot(self, name: str) -> Slot | None:
        """What was said for the slot called *name*, if anything was."""
        return self.turn.slots.get(name)

    def remember(self) -> None:
        """Keep the state in the store; the session attributes keep it too."""
        if not self.forgotten:
            self.state = self.coach.remember(self.turn, self.state)

    def forget(self) -> None:
        """Delete all that is kept of the listener; raises `StoreError` where that fails."""
        self.coach.forget(self.turn.listener)
        self.forgotten = True

    def fall_back(self) -> None:
        """Go back to where the words found the listener: for when an answer failed."""
        self.state = self.found

    # Where the words found the listener.

    def _located(self, state: State) -> State:
        """Turn "the voice is leading" into the set that was being heard, or the end of it all."""
        before = state.progress
        if before.phase is not Phase.LEADING:
            return state
        progress = self._heard(state)
        times = dict(state.times)
        for exercise in dict.fromkeys(place.exercise for place in progress.course):
            if progress.complete(exercise) and not before.complete(exercise):
                times[exercise] = times.get(exercise, 0) + 1
        return replace(state, progress=progress, times=times)

    def _heard(self, state: State) -> Progress:
        progress = state.progress
        if self.turn.ending is Ending.ERROR:
            return progress.unheard()
        if self.turn.ending is Ending.SILENCE:
            return progress.finished()
        plan = self.coach.plan(state.wishes, self.turn.locale)
        soundings = timeline(plan, progress, state.lead_ms)
        sounding = heard(soundings, self.turn.at - state.began)
        if sounding is not None:
            return progress.interrupted(sounding.step, sounding.cue.rep)
        # A session that vanished without a word may have been heard or not: what is offered
        # again can be skipped, what is passed over in silence is lost.
        return progress.unheard() if self.turn.new else progress.finished()

    # Ways to answer.

    def lead(self, progress: Progress, *opening: Line) -> Reply:
        """Lead on from where *progress* points, or say farewell where that is past the end."""
        self.state = replace(self.state, progress=progress, asked=Asked.NOTHING)
        if progress.phase is not Phase.LEADING:
            return self.farewell()
        speaker = self.coach.speaker(self.turn.locale)
        led = speaker.lead(self.plan, progress, opening, more=Line("say_next"))
        self.state = replace(
            self.state,
            progress=progress.led_until(led.until),
            began=self.turn.at,
            lead_ms=led.lead_ms,
            started=self.state.started or self.turn.at,
        )
        last = led.until == len(self.plan.steps)
        return self._prompted(led.ssml, Line("say_finish" if last else "say_next"))

    def begin(self, wishes: Wishes, *opening: Line) -> Reply:
        """Start a routine afresh, or say what the nearest is that can be."""
        try:
            fresh = self.coach.fresh(self.turn, dict(self.state.times), wishes)
        except UnmeetableError as fault:
            return self.say(Line("shortest", (("minutes", fault.nearest.minutes),)))
        self.state = replace(fresh, saved=self.state.saved, started=self.turn.at)
        return self.lead(self.progress.begin(), *opening)

    def say(self, *lines: Line) -> Reply:
        """Say *lines* and what may be said next, and listen."""
        prompt = self._prompt
        return self._prompted(self.coach.speaker(self.turn.locale).say((*lines, prompt)), prompt)

    def close(self, *lines: Line) -> Reply:
        """Say *lines* and end the session."""
        return Reply(self.coach.speaker(self.turn.locale).say(lines), end=True)

    def welcome(self) -> Reply:
        """Say what the routine is, and wait for the start."""
        self.ask(Asked.NOTHING)
        (line,) = (cue.line for cue in self.plan.steps[0].cues if cue.kind is Kind.WELCOME)
        return self._prompted(
            self.coach.speaker(self.turn.locale).say([line] if line else []), Line("say_start")
        )

    def farewell(self) -> Reply:
        """Say honestly what was done, and close."""
        progress = self.progress
        self.state = replace(self.state, progress=replace(progress, phase=Phase.DONE))
        exercises = self.plan.exercises
        whole = sum(progress.complete(name) for name in exercises)
        if whole == len(exercises):
            return self.close(Line("farewell", (("exercises", whole),)))
        return self.close(Line("ended_with", (("done", whole),)) if whole else Line("ended"))

    def ask(self, asked: Asked) -> None:
        """Note which question the next "yes" or "no" answers."""
        self.state = replace(self.state, asked=asked)

    def _prompted(self, speech: str, prompt: Line) -> Reply:
        speaker = self.coach.speaker(self.turn.locale)
        return Reply(speech, speaker.nudge(self.coach.routine.nudge_after_ms, (prompt,)))

    @property
    def _prompt(self) -> Line:
        """What may be said next, from where the listener is."""
        progress = self.progress
        if self.state.asked is Asked.GO_ON:
            return Line("say_yes")
        if self.state.asked is Asked.FORGET:
            return Line("say_forget")
        if self.state.asked is Asked.AFRESH or progress.phase in {Phase.READY, Phase.DONE}:
            return Line("say_start")
        if progress.phase is Phase.PAUSED:
            return Line("say_resume")
        return Line("say_finish" if progress.at_end else "say_next")

    # What can be said of a place.

    def whereabouts(self) -> tuple[Line, ...]:
        """The set that was interrupted; or what is finished, and what comes next."""
        progress = self.progress
        if progress.phase is not Phase.BETWEEN:
            return (self._at(progress.place),)
        finished = Line("finished", (("exercise", progress.place.exercise),))
        if progress.at_end:
            return (finished,)
        ahead = progress.course[progress.ahead]
        if ahead.exercise == progress.place.exercise:
            return (Line("next_is"), self._at(ahead))
        return (finished, Line("ahead", (("next", ahead.exercise),)))

    def time_left(self) -> tuple[Line, ...]:
        """Whole minutes to the end of the plan, rounded up; nothing where it is over."""
        progress = self.progress
        step = progress.at if progress.phase is Phase.PAUSED else progress.ahead
        left = -(-self.plan.left_ms(step) // MINUTE_MS)
        return (Line("minutes_left", (("minutes", left),)),) if left else ()

    def _at(self, place: Place) -> Line:
        step = self.plan.steps[self.progress.course.index(place)]
        values: tuple[tuple[str, Value], ...] = (
            ("exercise", place.exercise),
            ("side", place.side.value),
            ("set", place.set),
            ("sets", step.sets),
        )
        return Line("at_both" if place.side is Side.BOTH else "at_foot", values)


def apology(coach: Coach, turn: Turn) -> Reply:
    """What is said when a turn failed; "resume" is understood wherever the listener is."""
    speaker = coach.speaker(turn.locale)
    sorry = (Line("sorry"),)
    return Reply(speaker.say(sorry), speaker.nudge(coach.routine.nudge_after_ms, sorry))
