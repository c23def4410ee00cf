"""One turn with one listener: recall the place, let it be answered, remember."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from skill.conversation.coach import Coach
from skill.conversation.turn import Card, Ending, Reply, Slot, Turn
from skill.listener.memory import Memory
from skill.listener.state import EASED, HURT, OUT, Asked, State
from skill.rendering.speech import Telling
from skill.routine.itinerary import Itinerary
from skill.routine.model import Kind, Side
from skill.routine.plan import Line, Plan
from skill.routine.planner import UnmeetableError
from skill.routine.playhead import heard
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes

MOST_PHRASINGS: Final = 60
"""Where the count of phrasings begins anew: a number of many divisors, so that the turns go on."""

SAY_NEXT: Final = Line("say_next")
SAY_FINISH: Final = Line("say_finish")

QUESTIONS: Final[Mapping[Asked, str]] = {
    Asked.GO_ON: "say_yes",
    Asked.FORGET: "say_forget",
    Asked.PAIN: "say_pain",
    Asked.GENTLY: "say_gently",
    Asked.HURT_BEFORE: "say_gone",
    Asked.WELL: "say_well",
    Asked.REMIND: "reminders.say_remind",
    Asked.REMIND_AT: "reminders.say_time",
}
"""How each question is put: in the same few words after silence, and after any other answer."""


class Visit:
    """One *turn*: its words *found* the listener in one state and leave another, *state*.

    They may have *cut_off* the voice in the middle of a set. Whatever is answered, the *preface* is
    said before it.
    """

    def __init__(self, coach: Coach, turn: Turn) -> None:
        self.coach = coach
        self.turn = turn
        self.forgotten = False
        self.preface: tuple[Line, ...] = ()
        self._told: tuple[Wishes, Telling] | None = None
        recalled = coach.recall(turn)
        self.found = self._located(recalled)
        self.state = self.found
        leading = recalled.progress.phase is Phase.LEADING
        self.cut_off = leading and self.found.progress.phase is Phase.PAUSED

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The session attributes that keep the exercise, the foot and all the rest."""
        return {} if self.forgotten else self.coach.attributes(self.turn, self.state)

    @property
    def plan(self) -> Plan:
        """The plan the listener is in."""
        return self._telling(self.state.wishes).plan

    def _telling(self, wishes: Wishes) -> Telling:
        """The plan in words; most turns ask for one and the same."""
        if self._told is None or self._told[0] is not wishes:
            self._told = wishes, self.coach.telling(wishes, self.turn.locale)
        return self._told[1]

    @property
    def progress(self) -> Progress:
        """Where in it the listener is."""
        return self.state.progress

    def slot(self, name: str) -> Slot | None:
        """What was said for the slot called *name*, if anything was.

        An exercise that is not in this routine is unknown, whatever model Alexa knows it from.
        """
        slot = self.turn.slots.get(name)
        if slot and name == "exercise" and slot.id not in self.coach.routine.ids:
            return Slot(slot.said)
        return slot

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
        if progress.done == before.done:
            return state.moved(progress)
        done = tuple(
            exercise
            for exercise in dict.fromkeys(place.exercise for place in before.led)
            if progress.complete(exercise)
            and not before.complete(exercise)
            and exercise not in state.earlier.done
        )
        memory = state.memory.done(done) if done else state.memory
        return state._replace(progress=progress, memory=memory)

    def _heard(self, state: State) -> Progress:
        progress = state.progress
        if self.turn.ending is Ending.ERROR:
            return progress.unheard()
        if self.turn.ending is Ending.SILENCE:
            return progress.finished()
        plan = self._telling(state.wishes).plan
        sounding = heard(plan, progress, state.lead_ms, self.turn.at - state.began)
        if sounding is not None:
            return progress.interrupted(sounding.step, sounding.cue.rep)
        # A session that vanished without a word may have been heard or not: what is offered
        # again can be skipped, what is passed over in silence is lost.
        return progress.unheard() if self.turn.new else progress.finished()

    # Ways to answer.

    def lead(self, progress: Progress, *opening: Line) -> Reply:
        """Lead on from where *progress* points, or say farewell where that is past the end.

        An exercise that hurt is offered gently, and led only once that is taken up; one that hurt
        badly or again is left out. Some things have to be heard before anything is led.
        """
        return self.welcome() if self._unheard else self._led(progress, *opening)

    def _led(self, progress: Progress, *opening: Line) -> Reply:
        left_out, progress = self._without_hurt(progress)
        if progress.phase is not Phase.LEADING:
            self.state = self.state._replace(progress=progress, asked=Asked.NOTHING)
            return self.farewell()
        far = self.state.hurt.get(progress.place.exercise)
        if far == HURT:
            self.state = self.state.moved(progress.unheard())
            return self.offer(*left_out)
        if far == EASED:
            self.state = self.state.moved(progress)
            self.lighten()
            progress = self.progress
        opening = (*self.preface, *(left_out or opening))
        telling = self._telling(self.state.wishes)
        led = telling.lead(progress, opening, more=SAY_NEXT)
        self.state = self.state._replace(
            progress=progress.led_until(led.until),
            asked=Asked.NOTHING,
            began=self.turn.at,
            at=max(self.state.at, self.turn.at),
            lead_ms=led.lead_ms,
            started=self.state.started or self.turn.at,
        )
        last = led.until == len(telling.plan.steps)
        return self._prompted(led.ssml, SAY_FINISH if last else SAY_NEXT, self._exercise_card())

    @property
    def _unheard(self) -> bool:
        """Before a routine: the notice, once; and the question whether all is well again.

        What hurt may be asked about in vain, and is then offered gently; after what may have been
        an emergency nothing is led without an answer.
        """
        state = self.state
        if state.progress.phase is not Phase.READY:
            return False
        if state.unwell:
            return True
        open_question = any(state.hurt.get(name) != OUT for name in state.memory.ask_about)
        return not state.memory.noticed or (open_question and state.asked is not Asked.HURT_BEFORE)

    def _without_hurt(self, progress: Progress) -> tuple[tuple[Line, ...], Progress]:
        """Take what hurt badly, or again, out of what *progress* is about to lead, and say so."""
        hurt = self.state.hurt
        if not hurt:
            return (), progress
        lines: list[Line] = []
        while progress.phase is Phase.LEADING and hurt.get(progress.place.exercise) == OUT:
            lines.append(Line("left_out", (("exercise", progress.place.exercise),)))
            progress = progress.skip()
        return tuple(lines), progress

    def lighten(self) -> None:
        """Of the exercise about to be led, no more than the fewest repetitions and sets."""
        name = self.progress.place.exercise
        wishes = self.state.wishes
        least = self.coach.routine.exercise(name).reps.least
        reps = dict(wishes.reps) | ({name: least} if least else {})
        lighter = wishes._replace(
            reps=tuple(reps.items()),
            eased=tuple(dict.fromkeys((*wishes.eased, name))),
        )
        if lighter != wishes:
            self.rewish(lighter)

    def offer(self, *lines: Line) -> Reply:
        """Offer what hurt once more, gently: only if that is taken up is it led again."""
        self.ask(Asked.GENTLY)
        here = self.progress.place.exercise
        return self.say(*lines, Line("offer_gently", (("exercise", here),)))

    def rewish(self, wishes: Wishes, wanted: str = "") -> None:
        """Change what is ahead, from this set on, and keep the place: see `Itinerary.rewished`."""
        self._take(self._way.rewished(wishes, wanted))

    def on_foot(self, exercise: str, side: Side) -> Progress:
        """Go on in *exercise* on the foot *side*: see `Itinerary.on_foot`."""
        way, there = self._way.on_foot(exercise, side)
        self._take(way)
        return there

    @property
    def _way(self) -> Itinerary:
        def lay(wishes: Wishes) -> Plan:
            return self.coach.plan(wishes, self.turn.locale)

        return Itinerary(lay, self.coach.routine.ids, self.state.wishes, self.progress)

    def _take(self, way: Itinerary) -> None:
        self.state = self.state._replace(wishes=way.wishes, progress=way.progress)

    def begin(self, wishes: Wishes, *opening: Line) -> Reply:
        """Start a routine afresh, or say what the nearest is that can be.

        What hurt in the one that was under way has not healed meanwhile.
        """
        unheard, first = self._unheard, self._first
        before = self.coach.restarted(self.turn, self.state)
        wishes = self._known(wishes, before.memory)
        try:
            fresh = self.coach.fresh(self.turn, before.memory, wishes)
        except UnmeetableError as fault:
            if fault.nearest._replace(minutes=wishes.minutes) != wishes:
                return self.say(Line("nothing_left"))
            return self.say(Line("shortest", (("minutes", fault.nearest.minutes),)))
        self.state = fresh._replace(
            saved=self.state.saved,
            said=self.state.said,
            hurt=dict(fresh.hurt) | dict(self.state.hurt),
            unwell=self.state.unwell,
            pained=before.pained,
            earlier=before.earlier,
        )
        if unheard:
            self.wait_at(self.progress.go_to(first))
            return self.welcome()
        soon = self.so_soon() if self.turn.new else ()
        return self._led(self.progress.begin().go_to(first), *soon, *opening)

    def _known(self, wishes: Wishes, memory: Memory) -> Wishes:
        """The *wishes*, with nothing settled and the wording and level of today.

        What was asked for by name was asked for once: it is over unless it is to come first.
        """
        today = memory.wishes(self.coach.routine)
        new = self.state.wishes.new and not self.state.started
        return wishes._replace(
            known=today.known,
            level=today.level,
            new=new,
            settled=(),
            passed=(),
            wanted=tuple(name for name in wishes.wanted if name == self._first),
            eased=(),
        )

    def wait_at(self, there: Progress) -> None:
        """Before the start, begin *there* when it comes: some things may have to be heard first."""
        if self.progress.phase is Phase.READY:
            progress = self.progress._replace(at=there.at, since=there.at)
            self.state = self.state.moved(progress)

    @property
    def _first(self) -> str:
        """The exercise that is to come first, where one was asked for before the start."""
        progress = self.progress
        waiting = progress.phase is Phase.READY and progress.at > 0
        return progress.place.exercise if waiting else ""

    def say(self, *lines: Line) -> Reply:
        """Say *lines* and what may be said next, and listen."""
        prompt = self._prompt
        said = (*self.preface, *lines, prompt)
        return self._prompted(self.coach.speaker(self.turn.locale).say(said), prompt)

    def close(self, *lines: Line) -> Reply:
        """Say *lines* and end the session."""
        said = (*self.preface, *lines)
        return Reply(self.coach.speaker(self.turn.locale).say(said), end=True)

    def welcome(self) -> Reply:
        """Say what the routine is, and wait for the start."""
        self.ask(Asked.NOTHING)
        memory = self.state.memory
        if self.state.unwell:
            self.ask(Asked.WELL)
            return self.say(Line("well"))
        if memory.ask_about:
            self.ask(Asked.HURT_BEFORE)
            return self.say(Line("hurt_before", (("exercise_list", memory.ask_about),)))
        if memory.noticed and self.turn.new:
            self.rewish(self.state.wishes._replace(new=False))
        self.state = self.state._replace(memory=memory._replace(noticed=True))
        (line,) = (cue.line for cue in self.plan.steps[0].cues if cue.kind is Kind.WELCOME)
        first = [Line("first", (("exercise", self._first),))] if self._first else []
        lines = [*self.preface, *first, *self.so_soon(), *([line] if line else [])]
        speech = self.coach.speaker(self.turn.locale).say(lines)
        card = self._card(Line("card_start"), self.needed())
        return self._prompted(speech, Line("say_start"), card)

    def so_soon(self) -> tuple[Line, ...]:
        """A word on the rest between two routines, where the last one was not long ago."""
        last = self.state.memory.last
        soon = last and self.turn.at - last < self.coach.routine.rest_day_ms
        return (Line("again_so_soon"),) if soon else ()

    def needed(self) -> Line:
        """What this routine needs."""
        needs = [self.coach.routine.exercise(name).needs for name in self.plan.exercises]
        items = tuple(dict.fromkeys(item for each in needs for item in each))
        return Line("equipment", (("items", items),)) if items else Line("no_equipment")

    def farewell(self) -> Reply:
        """Say honestly what was done, and close; of what hurt, only the question is kept."""
        progress = self.progress
        self.state = self.coach.closed(
            self.turn, self.state.moved(progress._replace(phase=Phase.DONE))
        )
        self.state = self.state._replace(hurt={}, pained=())
        exercises = self.plan.exercises
        whole = sum(progress.complete(name) for name in exercises)
        line = Line("ended_with", (("done", whole),)) if whole else Line("ended")
        if whole == len(exercises):
            line = Line("farewell", (("exercises", whole),))
        return self.close(line)._replace(card=self._card(Line("card_end"), line))

    def varied(self, key: str) -> Line:
        """The line of that *key*, in another phrasing than the last time."""
        said = dict(self.state.said)
        said[key] = said.get(key, 0) % MOST_PHRASINGS + 1
        self.state = self.state._replace(said=said)
        return Line(key, (), said[key])

    def _card(self, title: Line, *lines: Line) -> Card:
        words = self.coach.speaker(self.turn.locale).words
        return Card(words.text(title), " ".join(words.text(line) for line in lines))

    def _exercise_card(self) -> Card | None:
        """How the exercise goes, where it is led from its beginning."""
        progress = self.progress
        line = None if progress.entered else self.plan.set_ups.get(progress.at)
        if line is None:
            return None
        exercise = progress.place.exercise
        full = Line(f"{exercise}.full", line.values)
        return self._card(Line("card", (("exercise", exercise),)), full, Line(f"{exercise}.why"))

    def ask(self, asked: Asked) -> None:
        """Note which question the next "yes" or "no" answers."""
        self.state = self.state._replace(asked=asked)

    def _prompted(self, speech: str, prompt: Line, card: Card | None = None) -> Reply:
        speaker = self.coach.speaker(self.turn.locale)
        nudge = speaker.nudge(self.coach.routine.nudge_after_ms, prompt)
        return Reply(speech, nudge, card=card)

    @property
    def _prompt(self) -> Line:
        """What may be said next, from where the listener is."""
        progress = self.progress
        if self.state.asked in QUESTIONS:
            return Line(QUESTIONS[self.state.asked])
        if self.state.asked is Asked.AFRESH or progress.phase in {Phase.READY, Phase.DONE}:
            return Line("say_start")
        if progress.phase is Phase.PAUSED:
            return Line("say_resume")
        if progress.place.exercise in progress.skipped:
            return Line("say_on")
        return SAY_FINISH if progress.at_end else SAY_NEXT


def apology(coach: Coach, turn: Turn) -> Reply:
    """What is said when a turn failed; "resume" is understood wherever the listener is."""
    speaker = coach.speaker(turn.locale)
    sorry = Line("sorry")
    return Reply(speaker.say([sorry]), speaker.nudge(coach.routine.nudge_after_ms, sorry))


Answer = Callable[[Visit], Reply]
"""What is done about an intent."""
