"""What is recalled of a listener before a turn, and remembered after it."""

import logging
from collections.abc import Callable
from typing import Any, Final

from skill.conversation import sessions
from skill.conversation.plans import Plans
from skill.conversation.recent import Recent
from skill.conversation.turn import ENDED, Turn
from skill.listener import merging
from skill.listener.codec import decode, encode
from skill.listener.history import Session
from skill.listener.memory import Memory
from skill.listener.reader import StateError
from skill.listener.state import HURT, State
from skill.routine.plan import Plan
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Progress
from skill.routine.wishes import Wishes
from skill.storage.store import Store, StoreError, VersionConflict, is_same_row

LOG = logging.getLogger(__name__)

TRIES: Final = 3
"""How often a turn is saved again after another device's turn came first."""


class ForgottenError(Exception):
    """The listener was forgotten since the session's last turn: nothing of it may come back."""


class Keeper:
    """Keeps the states of all listeners in *store*. Thread-safe.

    The store may fail at any time: then the place lives in the session attributes alone until it
    works again.
    """

    def __init__(self, plans: Plans, store: Store) -> None:
        self.plans = plans
        self._store = store
        self._recent = Recent()

    def recall(self, turn: Turn) -> State:
        """The state before *turn*: the session's, else what was stored, else a fresh one."""
        state = None
        if turn.attributes and not turn.new:
            state = self._recent.get(turn, turn.attributes)
            state = state or self._decoded(turn, turn.attributes, "session attributes")
        if state is None:
            state = self._stored(turn)
        if state is None:
            return self.fresh(turn, Memory())
        return self._expire(turn, state)

    def fresh(self, turn: Turn, memory: Memory, wishes: Wishes | None = None) -> State:
        """A routine that has not begun, for a listener of whom *memory* is known.

        Raises `UnmeetableError` where *wishes* are given that cannot be met.
        """
        rested = memory.rested(self.plans.routine, turn.at)
        if wishes is None:
            wishes = self._usual(turn, rested)
        progress = Progress(self.plans.plan(wishes, turn).course)
        hurt = dict.fromkeys(rested.ask_about, HURT)
        return State(wishes, progress, last_turn_at=turn.at, hurt=hurt, memory=rested)

    def close(self, turn: Turn, state: State) -> State:
        """The routine of *state* is over: it is counted, and added to the history."""
        routine, plan = self.plans.routine, self.plans.plan(state.wishes, turn)
        session = sessions.session(state, plan, routine)
        if session is None:
            return sessions.closed(state, plan, routine)
        self._log(turn, session, state.saved)
        day = turn.reminders.day(state.last_turn_at) if turn.reminders else 0
        return sessions.closed(state, plan, routine, day)

    def remember(self, turn: Turn, state: State) -> dict[str, Any]:
        """Store *state*, and give the session attributes that keep it too.

        Where another device's turn came first, what was done on both is kept, here and in what is
        given back, and the later turn has the place.

        Raises `ForgottenError` where the row that *state* builds on is gone.
        """
        if turn.at > state.last_turn_at:
            state = state._replace(last_turn_at=turn.at)
        if not turn.listener:
            return encode(state)
        try:
            return self._saved(turn, state)
        except StoreError:
            LOG.exception("the place is kept in the session only")
            return encode(state)

    def change(self, turn: Turn, changed: Callable[[State], State | None]) -> None:
        """Store what *changed* makes of the stored state; where that is None, all stays.

        Where another turn was stored meanwhile, *changed* is asked again about that. A store that
        fails is logged: nobody waits for an answer.
        """
        if not turn.listener:
            return
        try:
            self._change(turn, changed)
        except StoreError:
            LOG.exception("what a device told is not kept")

    def _change(self, turn: Turn, changed: Callable[[State], State | None]) -> None:
        for _ in range(TRIES):
            kept = self._loaded(turn)
            state = changed(kept) if kept else None
            if kept is None or state is None:
                return
            latest = max(turn.at, kept.last_turn_at)
            try:
                self._store.save(
                    turn.listener, encode(state._replace(last_turn_at=latest)), kept.saved
                )
            except VersionConflict:
                continue
            return
        raise StoreError(f"another turn was faster {TRIES} times")

    def is_overtaken(self, turn: Turn, state: State) -> bool:
        """Whether another device has stored a turn since *state*; no, where nobody can tell."""
        if not turn.listener:
            return False
        try:
            kept = self._store.load(turn.listener)
        except StoreError:
            LOG.exception("nobody can tell whether another device went on")
            return False
        return state.saved != (kept.version if kept else 0)

    def forget(self, listener: str) -> None:
        """Delete all that is kept of *listener*; raises `StoreError` where that fails."""
        self._recent.drop(listener)
        self._store.forget(listener)

    def under_way(self, turn: Turn) -> Session | None:
        """The session of a listener that is not over yet; it is in no history until it is.

        Raises `StoreError` where the store cannot be read.
        """
        kept = self._store.load(turn.listener)
        state = self._decoded(turn, kept.state, "stored state") if kept else None
        if state is None:
            return None
        return sessions.session(state, self.plans.plan(state.wishes, turn), self.plans.routine)

    def _usual(self, turn: Turn, memory: Memory) -> Wishes:
        """What the listener keeps for every routine, unless the content has changed since."""
        wishes = memory.wishes(self.plans.routine)
        try:
            self.plans.plan(wishes, turn)
        except UnmeetableError:
            return memory._replace(usual=Wishes()).wishes(self.plans.routine)
        return wishes

    def _expire(self, turn: Turn, state: State) -> State:
        """A finished routine, or one left a day ago, makes room for a new one."""
        old = turn.at - state.last_turn_at >= self.plans.routine.fresh_after_ms
        over = turn.new and turn.intent != ENDED and state.progress.at_end
        if not (old or over):
            return state
        memory = self.close(turn, state).memory
        return self.fresh(turn, memory)._replace(said=state.said, saved=state.saved)

    def _log(self, turn: Turn, session: Session, version: int) -> None:
        """Add the *session* to the history. No turn reads that, and none fails for it."""
        if not turn.listener:
            return
        try:
            self._store.log(turn.listener, session.entry(), version)
        except VersionConflict:
            LOG.info("a session is not logged: its listener was forgotten meanwhile")
        except StoreError:
            LOG.exception("the session is missing in the history")

    def _saved(self, turn: Turn, state: State) -> dict[str, Any]:
        kept = state
        for _ in range(TRIES):
            written = encode(kept)
            try:
                version = self._store.save(turn.listener, written, kept.saved)
            except VersionConflict:
                theirs = self._loaded(turn)
                if kept.saved and not (theirs and is_same_row(theirs.saved, kept.saved)):
                    raise ForgottenError from None
                if theirs is None:
                    continue  # a row came and went
                state = merging.resumed(state, theirs)
                kept = merging.latest(state, theirs)
            else:
                attributes = written if kept is state else encode(state)
                attributes["saved"] = version
                self._recent.put(turn, attributes, state._replace(saved=version))
                return attributes
        raise StoreError(f"another device was faster {TRIES} times")

    def _stored(self, turn: Turn) -> State | None:
        if not turn.listener:
            return None
        try:
            return self._loaded(turn)
        except StoreError:
            LOG.exception("the stored place cannot be read")
            return None

    def _loaded(self, turn: Turn) -> State | None:
        """Load and decode; raises `StoreError`. A row that is no state is set aside."""
        kept = self._store.load(turn.listener)
        if kept is None:
            return None
        state = self._decoded(turn, kept.state, "stored state")
        if state is None:
            self._store.set_aside(turn.listener, "no state of a known version")
            return None
        return state._replace(saved=kept.version)

    def _decoded(self, turn: Turn, written: object, what: str) -> State | None:
        def lay(wishes: Wishes) -> Plan:
            return self.plans.plan(wishes, turn)

        try:
            return decode(written, self.plans.routine, lay)
        except StateError as fault:
            LOG.warning("%s not used: %s", what, fault)
            return None
