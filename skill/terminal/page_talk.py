"""What is said to the page, by a button or aloud, and what the skill's conversation answers."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from skill.conversation import caring
from skill.conversation.answers import answer
from skill.conversation.asking import TOLD
from skill.conversation.keeper import Keeper
from skill.conversation.locating import located
from skill.conversation.meanings import meaning
from skill.conversation.medium import Medium
from skill.conversation.reply import Reply
from skill.conversation.turn import Turn
from skill.conversation.visit import Visit
from skill.language.words import Words
from skill.listener.codec import encode
from skill.listener.state import Asked, State
from skill.routine.plan import Line
from skill.routine.playhead import LATENCY_ALLOWANCE_MS
from skill.routine.progress import Phase
from skill.storage.store import Now
from skill.terminal.page_ears import is_echo, understood
from skill.terminal.page_place import Position, as_json, begun

URGENT: Final = frozenset(
    {"PainIntent", "EmergencyIntent", "WobbleIntent", "AMAZON.StopIntent", "AMAZON.PauseIntent"}
)
"""What is obeyed even where it may be the recording that was heard."""

NOTED: Final = frozenset({"PainIntent", "CannotIntent", "TroubleIntent", "TiredIntent"})
"""What is noted of the exercise that it is said in."""

ANSWERED: Final = frozenset(TOLD) | {
    *("WhereAmIIntent", "HowLongIntent", "ListExercisesIntent", "AheadIntent", "EquipmentIntent"),
    *("WhyIntent", "ExplainIntent", "HowAmIDoingIntent", "CountIntent", "SetsIntent"),
    *("DirectionIntent", "HoldIntent", "LiftIntent", "SecondsIntent", "MinutesLeftIntent"),
    *("ReminderIntent", "CancelReminderIntent", "WhenReminderIntent"),
    *("LastTimeIntent", "ThanksIntent", "AMAZON.HelpIntent", "AMAZON.FallbackIntent"),
}
"""Questions: after the answer, the recording goes on where it was."""

UNHURRIED: Final = frozenset({"SlowerIntent", "FasterIntent", "FewerIntent", "MoreIntent"})
"""Wishes for which the set that is heard goes on: the change is taken at the next one."""

GOING_ON: Final = frozenset({"AMAZON.ResumeIntent", "AMAZON.YesIntent", "ReadyIntent", "TryIntent"})
"""What goes on with the set that was interrupted: a recording does so at the same moment."""

OWN_WORDS: Final[Mapping[str, Line]] = {
    "AMAZON.HelpIntent": Line("page.help"),
    "HowToStopIntent": Line("page.how_to_stop"),
    "LouderIntent": Line("page.louder"),
    **dict.fromkeys(
        ("ReminderIntent", "CancelReminderIntent", "WhenReminderIntent", "ReminderDaysIntent"),
        Line("page.no_reminders"),
    ),
}
"""What is answered in the page's own words, as the skill's would name Alexa."""

STAY: Final = "stay"
"""The recording is left as it is: it plays on, or stays paused."""


class PageTalk:
    """Talks with one *listener* in *locale*, through *medium*. Not thread-safe."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a turn is made of
        self, keeper: Keeper, words: Words, medium: Medium, locale: str, listener: str, clock: Now
    ) -> None:
        self._keeper = keeper
        self._words = words
        self._turn: Callable[[], Turn] = lambda: Turn("", clock(), locale, medium, listener)
        self.unkept: Mapping[str, Any] | None = None
        """The state after the last turn, as session attributes, where the store did not take it."""

    def say(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Answer what was *said*, and keep where it leaves the listener.

        It holds a button (`said`) or words (`text`), the position of the recording, and what that
        says itself (`saying`). The answer tells what the page does: `stay`, `play` on, `go` to a
        place, `wait` there, or `end`; where the routine is `changed`, that may be taken `later`.
        Raises `ValueError` where *said* makes no sense.
        """
        intent, slots = understood(said, self._words.language)
        turn = self._turn()._replace(intent=intent, slots=slots, attributes=self.unkept)
        state, position = self._keeper.recall(turn), Position.read(said)
        if meaning(intent) not in URGENT and is_echo(said, self._words.language):
            return _outcome("", STAY, state, kept=True)
        if position and meaning(intent) in NOTED and self._is_left_out(state, position):
            return self._left_out(state, position, turn)
        before = self._at(state, position, turn)
        visit = Visit(self._keeper, turn._replace(attributes=encode(before)))
        plan = visit.plan
        reply, attributes = answer(visit)
        does = _does(visit, before.asked, reply)
        if visit.state.asked is Asked.READY:  # the recording announces it
            visit.ask(Asked.NOTHING)
            attributes = visit.remember()
        told = _outcome(
            self._text(visit, reply), does, visit.state, kept=self.keep(visit, attributes)
        )
        changed = visit.plan != plan
        unhurried = meaning(intent) in UNHURRIED or before.asked is Asked.SLOWER
        later = changed and unhurried and visit.progress.place == before.progress.place
        return told | {"changed": changed, "later": later, "forgotten": visit.forgotten}

    def visit(self) -> Visit:
        """A turn in which nothing was said: where the listener is, paused where it was led."""
        turn = self._turn()._replace(attributes=self.unkept)
        state = self._keeper.recall(turn)
        if state.progress.phase is Phase.LEADING:  # what the recording led is told set by set
            state = state.moved(state.progress.unheard())
        return Visit(self._keeper, turn._replace(attributes=encode(state)))

    def keep(self, visit: Visit, attributes: Mapping[str, Any]) -> bool:
        """Keep the *attributes* that *visit* left where the store did not; whether it did."""
        kept = visit.forgotten or attributes.get("saved") != visit.recalled.saved
        self.unkept = None if kept else attributes
        return kept

    def _is_left_out(self, state: State, position: Position) -> bool:
        """Whether the recording still leads what the routine leaves out.

        Raises `ValueError` where there is no such set.
        """
        there = position.within(state.progress.course, self._keeper.plans.routine)
        return there != position and not state.unwell

    def _left_out(self, state: State, position: Position, turn: Turn) -> dict[str, Any]:
        """Something is wrong in what is left out: the answer waits at what comes after it."""
        paused = self._at(state, position._replace(playing=True), turn)
        visit = Visit(self._keeper, turn._replace(attributes=encode(paused)))
        visit.move(visit.progress.unheard())
        key = "page.left_out"
        if meaning(turn.intent) == "PainIntent":
            caring.hurt_left_out(visit, position.place.exercise)
            key = "page.hurts_left_out"
        kept = self.keep(visit, visit.remember())
        return _outcome(self._words.spoken(Line(key)), "wait", visit.state, kept=kept)

    def _at(self, state: State, position: Position | None, turn: Turn) -> State:
        """*state* where the recording is, as if a voice had led there."""
        state = noticed(state)
        if position is None or state.unwell:  # after a possible emergency, it is asked first
            return state
        there = position.within(state.progress.course, self._keeper.plans.routine)
        asks = state.asked not in {Asked.NOTHING, Asked.READY}
        if asks and not position.playing:
            return state  # the question is open, and the place is the one it was asked at
        led = state.progress.to_place(there.place)
        began = begun(position.since_ms, turn.at, self._keeper.plans.routine)
        state = state._replace(
            progress=led.led_until(led.at + 1)._replace(entered=False),
            asked=Asked.NOTHING,
            speech_requested_at=turn.at - there.elapsed_ms - LATENCY_ALLOWANCE_MS,
            lead_ms=0,
            routine_started_at=state.routine_started_at or began,
        )
        if position.playing:
            return state
        return located(state, self._keeper.plans.plan(state.wishes, turn), turn, self._words)

    def _text(self, visit: Visit, reply: Reply) -> str:
        """What the page shows and speaks: the answer, and the question that is open."""
        own = OWN_WORDS.get(meaning(visit.turn.intent))
        lines = (own,) if own else reply.lines
        prompts = (reply.prompt,) if _asks(visit.state) and reply.prompt else ()
        return " ".join(self._words.spoken(line) for line in (*lines, *prompts))


def noticed(state: State) -> State:
    """*state* of a listener to whom the page has shown its notice."""
    return state._replace(memory=state.memory._replace(noticed=True))


def _outcome(words: str, does: str, state: State, *, kept: bool) -> dict[str, Any]:
    """What the page is told: `entered` leaves out what was announced already."""
    progress = state.progress
    between = progress.phase is Phase.BETWEEN
    at = min(progress.at + between, len(progress.course) - 1)
    return {
        "words": words,
        "does": does,
        "asks": state.asked.value if _asks(state) else "",
        "ended": does == "end" or progress.phase is Phase.DONE or progress.at + between > at,
        "changed": False,
        "later": False,
        "forgotten": False,
        "kept": kept,
        "place": as_json(progress.course[at]),
        "entered": progress.entered and progress.phase is Phase.LEADING,
    }


def _asks(state: State) -> bool:
    return state.asked not in {Asked.NOTHING, Asked.READY}


def _does(visit: Visit, asked: Asked, reply: Reply) -> str:
    """What the recording does after the *reply*, given that *asked* was the question before it."""
    intent, here = meaning(visit.turn.intent), visit.found.progress.place
    if reply.end:
        return "end"
    if _asks(visit.state):
        return "wait"
    goes = reply.steps is not None or visit.state.asked is Asked.READY
    if asked in {Asked.NOTHING, Asked.READY}:
        if intent in ANSWERED or visit.state.missed:
            return STAY
        if intent in GOING_ON and goes and visit.progress.place == here:
            return "play"
    return "go" if goes else "wait"
