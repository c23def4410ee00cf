"""What outlives a turn: the content, the plans laid so far, and the store."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from skill.conversation.turn import ENDED, Turn
from skill.language.library import Library
from skill.listener.codec import NOTHING, Written, decode, encode
from skill.listener.history import Session
from skill.listener.memory import Memory
from skill.listener.reader import StateError
from skill.listener.state import HURT, Earlier, State
from skill.rendering.speech import Limits, Speaker, Telling
from skill.routine.plan import Plan
from skill.routine.planner import MINUTE_MS, UnmeetableError, plan
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes
from skill.storage.store import Store, StoreError, VersionConflict

LOG = logging.getLogger(__name__)

PLANS_KEPT: Final = 64
"""A plan with its words is about 250 kB, and most listeners share one of a few."""

STATES_KEPT: Final = 1024
"""Listeners whose last turn was answered here; the next one seldom takes long. Some kB each."""
SITTING_MS: Final = 60 * MINUTE_MS
"""What is started over sooner after the first start is the same session: a choice."""

TRIES: Final = 3
"""How often a turn is saved again after another device's turn came first."""


class Coach:
    """Knows every plan and every listener's place; one serves all listeners and threads.

    *store* may fail at any time: then the place lives in the session alone until it mends.
    """

    def __init__(self, library: Library, store: Store, limits: Limits) -> None:
        self.routine = replace(library.routine, most_lead_ms=limits.seconds * 1000)
        self._library = library
        self._store = store
        self._speakers = {
            language: Speaker(words, self.routine.breath_ms, limits)
            for language, words in library.languages.items()
        }
        self._lay = lru_cache(PLANS_KEPT)(self._lay_anew)
        self._written: dict[tuple[str, str], Written] = {}
        self._writing = threading.Lock()

    def plan(self, wishes: Wishes, locale: str) -> Plan:
        """The plan for *wishes*; raises `UnmeetableError` where no routine can meet them."""
        return self.telling(wishes, locale).plan

    def telling(self, wishes: Wishes, locale: str) -> Telling:
        """The plan for *wishes* in the words of *locale*; raises as `plan` does."""
        return self._lay(wishes, self._library.words(locale).language)

    def speaker(self, locale: str) -> Speaker:
        """The voice for *locale*."""
        return self._speakers[self._library.words(locale).language]

    def fresh(self, turn: Turn, memory: Memory, wishes: Wishes | None = None) -> State:
        """A routine that has not begun, for a listener of whom *memory* is known.

        Raises `UnmeetableError` where *wishes* are given that cannot be met.
        """
        rested = memory.rested(self.routine, turn.at)
        if wishes is None:
            wishes = self._usual(turn, rested)
        progress = Progress(self.plan(wishes, turn.locale).course)
        hurt = dict.fromkeys(rested.ask_about, HURT)
        return State(wishes, progress, at=turn.at, hurt=hurt, memory=rested)

    def _usual(self, turn: Turn, memory: Memory) -> Wishes:
        """What the listener keeps for every routine, unless the content has changed since."""
        wishes = memory.wishes(self.routine)
        try:
            self.plan(wishes, turn.locale)
        except UnmeetableError:
            return memory._replace(usual=Wishes()).wishes(self.routine)
        return wishes

    def closed(self, turn: Turn, state: State) -> State:
        """The routine of *state* is over: what was done of it is remembered, once."""
        memory = self.counted(turn, state)
        session = self._session(turn, state)
        if session:
            self._log(turn, session)
        if not state.session_began:
            return state
        return state._replace(memory=memory, started=0, earlier=Earlier())

    def counted(self, turn: Turn, state: State) -> Memory:
        """What is remembered, with the routine of *state* counted as far as it was done."""
        if not state.session_began:
            return state.memory
        plan = self.plan(state.wishes, turn.locale)
        return state.memory.closed(
            self.routine,
            plan,
            state.progress,
            state.at,
            state.pained,
            earlier_ms=state.earlier.led_ms,
        )

    def restarted(self, turn: Turn, state: State) -> State:
        """The routine of *state* is started over.

        Within the same sitting that goes on with the same session; else, or where it was done to
        its end, that session is over.
        """
        began = state.session_began
        if not began or state.progress.at_end or turn.at - began >= SITTING_MS:
            return self.closed(turn, state)._replace(earlier=Earlier(), pained=())
        return state._replace(earlier=self._so_far(turn, state), started=0)

    def _so_far(self, turn: Turn, state: State) -> Earlier:
        """All that was led in the sitting, be it before a new start or after the last one."""
        plan, progress = self.plan(state.wishes, turn.locale), state.progress
        done = {name for name in plan.exercises if progress.complete(name)}
        return Earlier(
            at=state.session_began,
            led_ms=state.earlier.led_ms + plan.led_ms(progress.done),
            done=tuple(name for name in self.routine.ids if name in done.union(state.earlier.done)),
        )

    def under_way(self, turn: Turn) -> Session | None:
        """The session of a listener that is not over yet; it is in no history until it is.

        Raises `StoreError` where the store cannot be read.
        """
        kept = self._store.load(turn.listener)
        state = self._decoded(turn, kept.state, "stored state") if kept else None
        return self._session(turn, state) if state else None

    def _session(self, turn: Turn, state: State) -> Session | None:
        """What was done of the routine of *state*; None where that is nothing."""
        led = self._so_far(turn, state)
        if not (led.at and led.led_ms):
            return None
        return Session(
            at=led.at,
            minutes=round(led.led_ms / MINUTE_MS),
            done=led.done,
            planned=self.plan(state.wishes, turn.locale).exercises,
        )

    def _log(self, turn: Turn, session: Session) -> None:
        """Add the *session* to the history. No turn reads that, and none fails for it."""
        if not turn.listener:
            return
        try:
            self._store.log(turn.listener, session.entry())
        except StoreError:
            LOG.exception("the session is missing in the history")

    def recall(self, turn: Turn) -> State:
        """The state before *turn*: the session's, else what was stored, else a fresh one."""
        state = None
        if turn.attributes and not turn.new:
            state = self._read(turn, turn.attributes)
        if state is None:
            state = self._stored(turn)
        if state is None:
            return self.fresh(turn, Memory())
        return self._let_go(turn, state)

    def remember(self, turn: Turn, state: State) -> State:
        """Store *state*, and give it back with the version under which it is stored.

        Where another device's turn came first, what was done on both is kept, here and in what is
        given back, and the later turn has the place.
        """
        if turn.at > state.at:
            state = state._replace(at=turn.at)
        if not turn.listener:
            return state
        try:
            return self._saved(turn, state)
        except StoreError:
            LOG.exception("the place is kept in the session only")
            return state

    def attributes(self, turn: Turn, state: State) -> Mapping[str, Any]:
        """The session attributes that keep *state*: the exercise, the foot and all the rest."""
        written = self._written.get((turn.listener, turn.locale), NOTHING)
        return written.reads if state is written.state else encode(state)

    def forget(self, listener: str) -> None:
        """Delete all that is kept of *listener*; raises `StoreError` where that fails."""
        with self._writing:
            for key in [key for key in self._written if key[0] == listener]:
                del self._written[key]
        self._store.forget(listener)

    def _saved(self, turn: Turn, state: State) -> State:
        kept = state
        before = self._written.get((turn.listener, turn.locale), NOTHING)
        for _ in range(TRIES):
            written = encode(kept, before)
            try:
                version = self._store.save(turn.listener, written, kept.saved)
            except VersionConflict:
                theirs = self._stored(turn)
                if theirs is None:
                    # Forgotten meanwhile, on another device: that is not undone by this one.
                    LOG.info("nothing is kept any more: the place is in the session only")
                    return state
                state = _going_on(state, theirs)
                kept = state if state.at >= theirs.at else _joined(theirs, state)
                kept = kept.kept_as(theirs.saved)
            else:
                saved = state.kept_as(version)
                if kept is state:
                    written["saved"] = version
                    self._note(turn, saved, written)
                return saved
        raise StoreError(f"another device was faster {TRIES} times")

    def _note(self, turn: Turn, state: State, written: dict[str, Any]) -> None:
        """Remember what was just written: if the same comes back, it need not be read again."""
        key = turn.listener, turn.locale
        with self._writing:
            self._written.pop(key, None)
            self._written[key] = Written(state, written)
            if len(self._written) > STATES_KEPT:
                del self._written[next(iter(self._written))]

    def _read(self, turn: Turn, attributes: Mapping[str, Any]) -> State | None:
        written = self._written.get((turn.listener, turn.locale), NOTHING)
        if written.state and written.reads == attributes:
            return written.state
        return self._decoded(turn, attributes, "session attributes")

    def _stored(self, turn: Turn) -> State | None:
        if not turn.listener:
            return None
        try:
            kept = self._store.load(turn.listener)
            if kept is None:
                return None
            state = self._decoded(turn, kept.state, "stored state")
            if state is None:
                self._store.set_aside(turn.listener, "no state of a known version")
                return None
        except StoreError:
            LOG.exception("the stored place cannot be read")
            return None
        return state.kept_as(kept.version)

    def _decoded(self, turn: Turn, written: object, what: str) -> State | None:
        try:
            return decode(written, self.routine, lambda wishes: self.plan(wishes, turn.locale))
        except StateError as fault:
            LOG.warning("%s not used: %s", what, fault)
            return None

    def _let_go(self, turn: Turn, state: State) -> State:
        """A finished routine, or one left a day ago, makes room for a new one."""
        old = turn.at - state.at >= self.routine.fresh_after_ms
        over = turn.new and turn.intent != ENDED and state.progress.at_end
        if not (old or over):
            return state
        memory = self.closed(turn, state).memory
        return self.fresh(turn, memory)._replace(said=state.said, saved=state.saved)

    def _lay_anew(self, wishes: Wishes, language: str) -> Telling:
        laid = plan(self.routine, wishes, self._library.languages[language])
        return self._speakers[language].tell(laid)


def _going_on(ours: State, theirs: State) -> State:
    """*ours* with what is joined of *theirs*; their place too, where ours is but a welcome.

    It is one where the store could not be read at first: nobody is sent back to the start by that.
    """
    if ours.progress.phase is Phase.READY and theirs.progress.under_way:
        return _joined(theirs, ours)._replace(at=max(ours.at, theirs.at))
    return _joined(ours, theirs)


def _joined(ours: State, theirs: State) -> State:
    """*ours*, and what another device did meanwhile: of one routine, sets and pains are joined."""
    memory = ours.memory.joined(theirs.memory)
    ours = ours._replace(memory=memory, unwell=ours.unwell or theirs.unwell)
    if ours.started != theirs.started:
        return ours
    progress = ours.progress
    done = progress.done | theirs.progress.done.intersection(progress.course)
    far = {name: max(ours.hurt.get(name, 0), theirs.hurt[name]) for name in theirs.hurt}
    return ours._replace(
        progress=progress._replace(done=done),
        hurt={**ours.hurt, **far},
        pained=tuple(dict.fromkeys((*ours.pained, *theirs.pained))),
    )
