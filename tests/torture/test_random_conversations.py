"""Anything said or touched at any moment, on three devices, while sessions die and clocks jump."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ears import ears_for, phrases_for
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from plans import ENGLISH, LIBRARY, ROUTINE, planned
from size import of
from turns import (
    DAY,
    HOUR,
    LAUNCH,
    MORNING,
    PROMPTS,
    REPROMPTS,
    SCREEN_EVENTS,
    SECOND,
    Heard,
    Turns,
    intent,
    listener_key,
)
from turns import ended as session_ended

from skill import app
from skill.app import App
from skill.conversation.turn import Ending, Slot
from skill.listener.codec import decode
from skill.listener.state import Asked, State
from skill.routine.model import Kind, Side
from skill.routine.plan import Cue
from skill.routine.playhead import LATENCY_ALLOWANCE_MS
from skill.routine.progress import Phase
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.estimator import read
from skill.simulator.shown_screen import INTERFACE, shown
from skill.storage.memory_store import MemoryStore

PHRASES: Final = phrases_for("en")
UNDERSTANDING: Final = ears_for("en")
SAMPLES: Final = sorted(
    sample for each in PHRASES.intents for sample in each.samples if "{" not in sample
)
VALUES: Final = {each.name: [value.id for value in each.values] for each in PHRASES.types}
SLOTS: Final = {
    each.name: {slot.name: VALUES.get(slot.type, []) for slot in each.slots}
    for each in PHRASES.intents
}
LOCALES: Final = ("en-US", "en-GB", "en-IN", "en-AU", "en-CA", "de-DE", "tlh", "")

LEADING_TO: Final = ("AMAZON.NextIntent", "StartRoutineIntent", "AMAZON.YesIntent")
"""Said more often than the rest: or hardly any conversation would get to the last exercise."""

ODD: Final = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "0", "-1", "7", "20", "61", "١٢", "9" * 400, "<break/>", "a & b", "\ud800"]
    ),
    st.text("abc ", min_size=500, max_size=600),
)


@st.composite
def said(draw: st.DrawFn) -> dict[str, Any]:
    """A request that an Echo could send, or one with slots as no model ever filled them."""
    if draw(st.booleans()):
        return intent(draw(st.sampled_from(LEADING_TO)))
    if draw(st.booleans()):
        heard = UNDERSTANDING.hear(draw(st.sampled_from(SAMPLES)))
        return {"type": "IntentRequest", "intent": heard}
    name = draw(st.sampled_from([*SLOTS, "UnknownIntent", ""]))
    slots = {}
    for slot, known in SLOTS.get(name, {}).items():
        if draw(st.booleans()):
            ids = st.sampled_from([*known, *known, "", "mittens"]) if known else st.just("")
            words = st.one_of(st.integers(0, 70).map(str), ODD) if not known else ODD
            slots[slot] = Slot(draw(words), draw(ids))
    return intent(name, **slots)


SCRAPS: Final[st.SearchStrategy[Any]] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),  # JSON has neither
    st.text(max_size=12),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=3),
)


def spoilt(found: Any, where: list[int], scrap: Any) -> Any:  # noqa: ANN401 - any JSON
    """Put *scrap* somewhere into *found*; *where* picks the way down."""
    if not where or not isinstance(found, dict | list) or not found:
        return scrap
    first, *rest = where
    if isinstance(found, list):
        number = first % len(found)
        changed = spoilt(found[number], rest, scrap)
        return [*found[:number], changed, *found[number + 1 :]]
    key = sorted(found)[first % len(found)]
    return {**found, key: spoilt(found[key], rest, scrap)}


TIMED: Final = ["next", "timed"]
"""What a screen sends when its time is over."""

WAIT: Final = ENGLISH.sentences["screen.wait"].texts[0]
"""What a device with a screen says after a prompt of the plan."""

WAITS: Final = tuple(
    ENGLISH.sentences[f"screen.{key}"].texts[0].rpartition(". ")[2]
    for key in ("wait", "say_next", "last_prompt")
)
"""How every answer ends after which a screen goes on by itself."""

TOUCHES: Final[st.SearchStrategy[Any]] = st.one_of(
    st.just(TIMED),
    st.sampled_from(sorted(LIBRARY.screens.moves)).map(lambda move: [move]),
    st.lists(st.one_of(ODD, st.integers(), st.none()), max_size=3),
)
"""What a screen may send, and what none of ours does."""


class Faults(logging.Handler):
    """Keeps what was logged as a fault of ours: an apology is an answer, but none we want."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it with its traceback."""
        self.texts.append(logging.Formatter().format(record))


class Wall:
    """A clock on a wall: it can be put forward and back."""

    def __init__(self) -> None:
        self.ms = MORNING

    def __call__(self) -> int:
        """Tell the time."""
        return self.ms


WALL: Final = Wall()
DEVICES: Final = {"LIVING-ROOM": (), "BEDROOM": (), "KITCHEN": (INTERFACE,)}
"""What each device can do besides speaking."""

ANY_DEVICE: Final = st.integers(0, len(DEVICES) - 1)
KITCHEN: Final = 2

CLOCK: Final = Clock(WALL)
STORE: Final = MemoryStore(CLOCK)
APP: Final[App] = app.build(STORE, listener_key)
"""One for all conversations: a store is emptied sooner than plans are laid out again."""


def state_of(attributes: Mapping[str, Any]) -> State:
    """Read session attributes, or a row: the skill itself must have written them."""
    return decode(attributes, ROUTINE, planned)


def stored() -> State | None:
    """Read what the store keeps of the one household."""
    if not STORE.rows:
        return None
    (row,) = STORE.rows.values()
    assert isinstance(row.state, str)
    return state_of(json.loads(row.state))


def soundings(state: State) -> list[tuple[int, int, Cue]]:
    """What sounds at which millisecond, in which step: counted here, not by the skill."""
    progress, at, sounds = state.progress, state.lead_ms, []
    steps = planned(state.wishes).steps
    for number in range(progress.at, progress.until):
        first = number == progress.at
        after = progress.rep if first else 0
        for cue in steps[number].led(entered=progress.entered and first, after=after):
            sounds.append((at, number, cue))
            at += cue.ms
    return sounds


class Household(RuleBasedStateMachine):
    """Two speakers, a device with a screen, one listener, and all that can happen to them."""

    def __init__(self) -> None:
        super().__init__()
        STORE.forget(listener_key("amzn1.ask.account.LISTENER"))
        WALL.ms = MORNING
        self.devices = [
            Turns(APP, CLOCK, Device("en-US", name, interfaces=interfaces))
            for name, interfaces in DEVICES.items()
        ]
        self.tokens: list[str] = []
        self.showing: str | None = None
        self.went_on = 0
        self.seconds: set[int] = set()
        self.spoilt = False
        self.faults = Faults()
        logging.getLogger("skill").addHandler(self.faults)

    def teardown(self) -> None:
        """Listen to the log no more."""
        logging.getLogger("skill").removeHandler(self.faults)

    @initialize(number=st.sampled_from([0, KITCHEN]))
    def open(self, number: int) -> None:
        """The routine is begun in one room."""
        self.turn(number, LAUNCH, 0)
        self.turn(number, intent("StartRoutineIntent"), 2 * SECOND)

    @rule(number=ANY_DEVICE, request=said(), after=st.integers(0, 330))
    def say(self, number: int, request: dict[str, Any], after: int) -> None:
        """Say anything, into the speech or long after it."""
        self.turn(number, request, after * SECOND)

    @rule(number=ANY_DEVICE, after=st.integers(0, 400))
    def ask_where(self, number: int, after: int) -> None:
        """The place is that of the cue being heard, or the end of what was led."""
        device = self.devices[number]
        before = state_of(device.attributes) if device.attributes and not self.spoilt else None
        heard = self.turn(number, intent("WhereAmIIntent"), after * SECOND)
        if before is None or before.progress.phase is not Phase.LEADING:
            return
        elapsed = WALL.ms // SECOND * SECOND - before.speech_requested_at - LATENCY_ALLOWANCE_MS
        if WALL.ms - before.last_turn_at >= ROUTINE.fresh_after_ms:
            return
        rep, step, phase = 0, before.progress.until - 1, Phase.BETWEEN
        for start, number_of_step, cue in soundings(before):
            if cue.kind is Kind.PROMPT:
                break
            if elapsed < start + cue.ms:
                rep, step, phase = cue.rep, number_of_step, Phase.PAUSED
                break
        after_it = state_of(heard.attributes).progress

        assert (after_it.at, after_it.rep, after_it.phase) == (step, rep, phase)
        place = after_it.course[step]
        assert ENGLISH.names["exercise"][place.exercise] in heard.text.casefold()
        if place.side is not Side.BOTH and phase is Phase.PAUSED:
            assert f"{place.side} foot" in heard.text

    @precondition(lambda self: self.tokens)
    @rule(ago=st.integers(0, 4), arguments=TOUCHES, after=st.integers(0, 400))
    def touch(self, ago: int, arguments: list[Any], after: int) -> None:
        """A screen sends something, in time or late, again, or out of its order."""
        self.event(KITCHEN, self.tokens[-1 - ago % len(self.tokens)], arguments, after)

    @precondition(lambda self: self.tokens)
    @rule(after=st.integers(0, 400), twice=st.booleans())
    def go_on(self, after: int, *, twice: bool) -> None:
        """A screen goes on by itself; its event may come twice."""
        token = self.tokens[-1]
        self.event(KITCHEN, token, TIMED, after)
        if twice:
            self.event(KITCHEN, token, TIMED, 0)

    @precondition(lambda self: self.tokens)
    @rule(number=st.integers(0, 1), arguments=TOUCHES)
    def touch_elsewhere(self, number: int, arguments: list[Any]) -> None:
        """The token of a screen comes from another device."""
        self.event(number, self.tokens[-1], arguments, 1)

    def event(self, number: int, token: str, arguments: list[Any], after: int) -> None:
        """Whatever does not come from what is shown, or asks for no move of it, changes nothing.

        Where the session of the last answer is lost, its screen may still be heard.
        """
        device, rows = self.devices[number], dict(STORE.rows)
        attributes, latest = device.attributes, self.went_on == KITCHEN
        is_heard = number == KITCHEN and token == self.showing and attributes is not None
        is_lost = token == self.tokens[-1] and attributes is None and latest
        is_heard &= latest or TIMED[1] not in arguments
        is_heard &= bool(arguments) and arguments[0] in LIBRARY.screens.moves
        request = {"type": f"{INTERFACE}.UserEvent", "token": token, "arguments": arguments}
        heard = self.turn(number, request, after * SECOND)
        if self.spoilt or is_lost:
            return
        assert is_heard or not heard.response["response"]
        if is_heard and attributes and 0 <= WALL.ms - attributes["at"] < ROUTINE.fresh_after_ms:
            assert heard.response["response"]
        if not heard.response["response"]:
            assert device.attributes == attributes
            assert rows == STORE.rows

    @rule(number=ANY_DEVICE, after=st.integers(0, 4000))
    def relaunch(self, number: int, after: int) -> None:
        """What was under way is offered again, wherever it was left."""
        before = stored()
        heard = self.turn(number, LAUNCH, after * SECOND)
        if before is None or self.spoilt or not heard.attributes:
            return
        age = WALL.ms - before.last_turn_at
        if age < ROUTINE.fresh_after_ms and before.progress.under_way:
            assert heard.attributes["asked"] == Asked.GO_ON
            assert state_of(heard.attributes).progress.under_way

    @rule(number=ANY_DEVICE)
    def drop(self, number: int) -> None:
        """The device loses its session, and tells nobody."""
        self.devices[number].drop()
        if number == KITCHEN:
            self.showing = None

    @precondition(lambda self: any(each.attributes is not None for each in self.devices))
    @rule(reason=st.sampled_from(Ending), after=st.integers(0, 400))
    def end(self, reason: str, after: int) -> None:
        """Alexa ends the session, in any of her ways."""
        number = next(n for n, each in enumerate(self.devices) if each.attributes is not None)
        self.turn(number, session_ended(reason), after * SECOND)

    @rule(number=ANY_DEVICE, locale=st.sampled_from(LOCALES))
    def speak(self, number: int, locale: str) -> None:
        """The device is set to another language, or another English."""
        self.devices[number].device = replace(self.devices[number].device, locale=locale)

    @rule(ms=st.sampled_from([HOUR, 11 * HOUR, 3 * DAY, 40 * DAY, -SECOND, -HOUR, -2 * DAY]))
    def put_the_clock(self, ms: int) -> None:
        """Forward and back."""
        WALL.ms = max(WALL.ms + ms, DAY)

    @precondition(lambda self: any(each.attributes for each in self.devices))
    @rule(where=st.lists(st.integers(0, 40), min_size=1, max_size=4), scrap=SCRAPS)
    def spoil(self, where: list[int], scrap: object) -> None:
        """Somebody tampers with the session attributes."""
        device = next(each for each in self.devices if each.attributes)
        changed = spoilt(device.attributes, where, scrap)
        if isinstance(changed, dict):
            device.attributes = changed
            self.spoilt = True

    # What holds after every turn.

    def turn(self, number: int, request: dict[str, Any], after: int) -> Heard:
        """Take one turn; whatever was said and wherever, all of this holds of the answer."""
        WALL.ms += after
        while WALL.ms // SECOND in self.seconds:  # a routine is known by when it began
            WALL.ms += SECOND
        self.seconds.add(WALL.ms // SECOND)
        before, device, rows = stored(), self.devices[number], dict(STORE.rows)
        heard = device.ask(request)

        assert not self.faults.texts, "".join(self.faults.texts)
        if STORE.rows != rows:
            self.went_on = number
        if request["type"] in SCREEN_EVENTS and not heard.response["response"]:
            return heard
        self.see(number, heard)
        if request["type"] != "SessionEndedRequest":
            self.check_prompt(heard)
        if not heard.attributes:
            assert not heard.is_open
            if request["type"] == "SessionEndedRequest":
                return heard  # the last word of a session from before the listener was forgotten
            assert not STORE.rows
            return heard
        state = state_of(heard.attributes)
        self.check_place(heard, state)
        if (
            state.progress.phase is Phase.LEADING
            and state.speech_requested_at == WALL.ms // SECOND * SECOND
        ):
            self.check_led(number, heard, state)
        now = stored()
        assert now is not None
        assert not STORE.aside
        if (
            before
            and before.routine_started_at
            and before.routine_started_at == now.routine_started_at
            and not self.spoilt
        ):
            kept = before.progress.done.intersection(now.progress.course)
            assert kept <= now.progress.done, "a set that was done is not done any more"
        return heard

    def see(self, number: int, heard: Heard) -> None:
        """Remember what is shown."""
        if number != KITCHEN:
            return
        screen = shown(heard.response["response"], WALL.ms)
        self.showing = screen.token if screen and heard.is_open else None
        if screen:
            self.tokens.append(screen.token)

    def check_prompt(self, heard: Heard) -> None:
        """Open with a prompt, or closed without one; Alexa's own rules are in `Turns.ask`."""
        if heard.is_open:
            prompt = heard.text.removesuffix(f" {WAIT}")
            assert prompt.endswith(PROMPTS), heard.text
            if "shouldEndSession" not in heard.response["response"]:
                assert heard.text.endswith(WAITS), heard.text
                assert not heard.reprompt
                return
            silence, words = read(heard.reprompt, ENGLISH.rate)
            assert not silence.text
            assert words.text.endswith(REPROMPTS)
        else:
            assert heard.response["response"]["shouldEndSession"] is True
            assert not heard.reprompt
            assert not heard.text.endswith(PROMPTS), heard.text

    def check_place(self, heard: Heard, state: State) -> None:
        """What is kept is a place of the plan, word for word, and nothing past its end."""
        progress, kept = state.progress, heard.attributes
        place = progress.place
        assert (kept["exercise"], kept["foot"], kept["set"]) == place
        assert 0 <= progress.since <= progress.at < len(progress.course)
        assert progress.at <= progress.until <= len(progress.course) or not progress.until
        cues = planned(state.wishes).steps[progress.at].cues
        assert 0 <= progress.rep <= max(cue.rep for cue in cues) or self.spoilt
        assert state.last_turn_at >= state.speech_requested_at or self.spoilt

    def check_led(self, number: int, heard: Heard, state: State) -> None:
        """Each cue sounds at its very millisecond, and names the foot it is for."""
        starts, at = {}, 0
        for piece in read(heard.ssml, ENGLISH.rate):
            starts[at] = piece.text
            at += piece.ms
        steps = planned(state.wishes).steps
        for start, step, cue in soundings(state):
            assert start <= at
            if cue.line is None or (cue.kind is Kind.PROMPT and number == KITCHEN):
                continue  # a screen has prompts of its own
            text = ENGLISH.spoken(cue.line)
            assert starts.get(start, "").startswith(text), (start, text, starts)
            side = steps[step].place.side
            if cue.kind in {Kind.SET_UP, Kind.ENTRY, Kind.CHANGE} and side is not Side.BOTH:
                said = " ".join(ENGLISH.spoken(mark.line) for mark in cue.lines)
                feet = said.casefold().replace(f"lift your {side.other} foot", "")
                assert side in feet
                assert side.other not in feet


Household.TestCase.settings = settings(
    max_examples=of(60, 5000),
    stateful_step_count=of(30, 60),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestHousehold = Household.TestCase
