"""What the page leads by: a listener's routine, its recording, and the conversation."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skill import home
from skill.app import App
from skill.conversation import safety
from skill.conversation.keeper import Keeper
from skill.conversation.turn import Turn
from skill.conversation.visit import Visit
from skill.language import folder as content
from skill.recording import arrangement
from skill.recording.timeline import Delivery, Timeline
from skill.rendering import page, page_cues
from skill.rendering.calendar import calendar
from skill.routine.plan import Plan
from skill.routine.progress import Phase
from skill.storage.store import Now, StoreError
from skill.terminal import logbook, page_wishes
from skill.terminal.page_place import as_json, begun, place_of, since_of
from skill.terminal.page_recordings import PageRecordings
from skill.terminal.page_talk import PageTalk, noticed

if TYPE_CHECKING:
    from skill.recording.synthesizer import Synthesizer


class PageCoach:
    """Leads the *listener* in *locale*, and keeps recordings by *voice* in *folder*. Thread-safe.

    Without a *voice* there is no sound.
    """

    def __init__(  # noqa: PLR0913 - what a coach is made of
        self,
        app: App,
        listener: str,
        clock: Now,
        *,
        locale: str,
        folder: Path,
        voice: "Synthesizer | None",
    ) -> None:
        self.folder = folder
        self._app = app
        self._keeper = Keeper(app.plans, app.store)
        self._listener = listener
        self._clock = clock
        self._locale = locale
        self._recordings = PageRecordings(folder, voice, self._used)
        self._lock = threading.Lock()
        words = app.library.words(locale)
        self._talk = PageTalk(self._keeper, words, app.speech, locale, listener, clock)

    def labels(self) -> Mapping[str, Any]:
        """The words of the page, as JSON."""
        routine = self._app.library.routine
        drawings = {
            name: content.text(f"{content.DRAWINGS}/{name}.svg")
            for name in routine.ids
            if (content.OWN / content.DRAWINGS / f"{name}.svg").is_file()
        }
        return page.labels(self._app.library.words(self._locale), routine, drawings)

    def timeline(self) -> Mapping[str, Any]:
        """The timeline of the listener's routine; its recording is begun where there is none."""
        visit = self._visit("AMAZON.HelpIntent")
        timeline = self._timeline(visit)
        self._recordings.begin(timeline)
        there = visit.progress
        ahead = there.ahead if there.phase is Phase.BETWEEN else there.at
        place = there.course[ahead] if there.under_way else None
        return timeline.as_json() | {
            "cues": page_cues.cues(timeline, self._app.library.routine),
            "sound": self._recordings.sound(timeline),
            "place": as_json(place),
            "asks": safety.must_ask_first(noticed(visit.state)),
        }

    def played(self, file: str) -> None:
        """A page asks for the recording in *file*."""
        self._recordings.played(file)

    def progress(self) -> Mapping[str, Any]:
        """How far the recording is."""
        return self._recordings.progress(self._timeline(self._visit("AMAZON.HelpIntent")))

    def history(self) -> Mapping[str, Any]:
        """The calendar of the listener's history; raises `StoreError` where it cannot be read."""
        now, pause_ms = self._clock(), self._app.library.routine.streak_ms
        with self._lock:  # a set that is being noted may be the last one
            found = home.history(self._app.store, self._listener, now)
        words = self._app.library.words(self._locale)
        return calendar(found, now, pause_ms, words, None)

    def history_csv(self) -> str:
        """The listener's history for a spreadsheet; raises `StoreError` as `history` does."""
        return logbook.as_csv(home.history(self._app.store, self._listener, self._clock()))

    def say(self, heard: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer what was *heard*, and keep it; raises `ValueError` where that makes no sense."""
        with self._lock:
            return self._talk.say(heard)

    def wishes(self) -> Mapping[str, Any]:
        """What the listener wishes, and what there is to wish for, as JSON."""
        with self._lock:
            return page_wishes.shown(self._talk, self._app.library.words(self._locale))

    def wish(self, wished: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take what is *wished*; raises `ValueError` where that makes no sense."""
        with self._lock:
            return page_wishes.take(self._talk, self._app.library.words(self._locale), wished)

    def note(self, done: Mapping[str, Any]) -> None:
        """Keep that a set is *done*; raises `ValueError` where the routine has no such set.

        With the last one the routine is over, and it is added to the history. Raises `StoreError`
        where it cannot be kept.
        """
        with self._lock:
            visit = self._visit("DoneIntent")
            progress = visit.progress
            place, since_ms = place_of(done), since_of(done)
            if place not in progress.course:
                raise ValueError("the routine has no such set")
            there = progress.to_place(place)
            visit.move(there.led_until(there.at + 1).finished())
            began = begun(since_ms, visit.turn.at, self._app.library.routine)
            began = visit.state.routine_started_at or began
            visit.state = noticed(visit.state)._replace(routine_started_at=began)
            if visit.progress.at_end:
                saved = visit.state.saved
                memory = self._keeper.close(visit.turn, visit.state).memory
                fresh = self._keeper.fresh(visit.turn, memory)
                visit.state = fresh._replace(saved=saved)
            if not self._talk.keep(visit, visit.remember()):
                raise StoreError("the set is not kept")

    def _visit(self, intent: str) -> Visit:
        speech, now = self._app.speech, self._clock()
        turn = Turn(intent, now, self._locale, speech, self._listener)
        return Visit(self._keeper, turn._replace(attributes=self._talk.unkept))

    def _used(self) -> frozenset[str]:
        """The names of the recordings of the listener's routine, and of a usual one."""
        visit = self._visit("AMAZON.HelpIntent")
        usual = self._keeper.fresh(visit.turn, visit.state.memory)
        plans = visit.plan, self._app.plans.plan(usual.wishes, visit.turn)
        return frozenset(self._arranged(plan).name for plan in plans)

    def _timeline(self, visit: Visit) -> Timeline:
        return self._arranged(visit.plan)

    def _arranged(self, plan: Plan) -> Timeline:
        routine = self._app.library.routine
        delivery = Delivery(self._locale, self._recordings.voice, tick=True)
        words = self._app.library.words(self._locale)
        return arrangement.arrange(plan, routine.needed(plan.exercises), words, delivery)
