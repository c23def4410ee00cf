"""A recording is played, request by request, as a device sends them."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import LIBRARY
from shelves import MadeUpShelf, usual_shelf
from turns import DAY, LAUNCH, MORNING, SECOND, Heard, intent

from skill import app
from skill.conversation.turn import Slot
from skill.recording.score import Score
from skill.routine.plan import Place
from skill.simulator.acceptance import faults
from skill.simulator.clock import Clock
from skill.simulator.device import Device, DeviceSession
from skill.storage.memory_store import MemoryStore
from skill.storage.store import StoreError

if TYPE_CHECKING:
    from skill.app import App

SHELF: Final = usual_shelf()
(TIMELINE,) = SHELF.timelines.values()
SCORE: Final = Score.read(TIMELINE.name, TIMELINE.as_json())
STEPS: Final = SCORE.steps
FIFTH: Final = STEPS[4]
"""The first round of toe walking, after four sets of heel raises."""
MID: Final = STEPS[1].start_ms + 20 * SECOND
"""In the midst of the second set of heel raises."""

PLAY: Final = "PlayThroughIntent"


class Home:
    """Devices of one listener, and what the store has of her."""

    def __init__(self, shelf: MadeUpShelf | None = SHELF, *, new: bool = False) -> None:
        self.clock = Clock.stopped(MORNING)
        self.store = MemoryStore(self.clock)
        self.made: App = app.build(self.store, str, content=LIBRARY, shelf=shelf)
        self.device = Device("en-US", interfaces=("AudioPlayer",))
        self.attributes: dict[str, Any] | None = None
        self.token = ""
        self.played_ms = -1
        if not new:
            self.ask(LAUNCH)

    def ask(
        self,
        request: dict[str, Any],
        at: int | None = None,
        *,
        device: Device | None = None,
        playing: str = "",
        token: str | None = None,
    ) -> Heard:
        """Send *request*; *at* is how far the player is, which does what *playing* says."""
        device = device or self.device
        wordless = request["type"].startswith(("AudioPlayer.", "PlaybackController."))
        is_new = self.attributes is None or request["type"] == "LaunchRequest"
        session = DeviceSession("s", is_new, None if is_new else self.attributes)
        player = None
        if at is not None:
            token = self.token if token is None else token
            player = {
                "token": token,
                "offsetInMilliseconds": at,
                "playerActivity": playing or "PLAYING",
            }
        envelope = device.envelope(request, None if wordless else session, self.clock(), player)
        heard = Heard(self.made.converse(envelope))
        assert faults(heard.response, request["type"], device.interfaces) == ()
        if not wordless:
            self.attributes = heard.attributes if heard.is_open else None
        play = self.play_of(heard)
        if play:
            stream = play["audioItem"]["stream"]
            assert stream["token"] != self.token
            self.token, self.played_ms = stream["token"], stream["offsetInMilliseconds"]
        return heard

    def say(self, name: str, at: int | None = None, **how: Any) -> Heard:  # noqa: ANN401 - as `ask`
        """Say what is heard as the intent called *name*."""
        return self.ask(intent(name), at, **how)

    def event(self, what: str, at: int, token: str | None = None) -> Heard:
        """Let the player tell *what*, being at *at*."""
        token = self.token if token is None else token
        request: dict[str, Any] = {"type": f"AudioPlayer.Playback{what}", "token": token}
        if what == "Failed":
            request["error"] = {"type": "MEDIA_ERROR_UNKNOWN", "message": "none"}
            request["currentPlaybackState"] = {"token": token, "offsetInMilliseconds": at}
        else:
            request["offsetInMilliseconds"] = at
        heard = self.ask(request)
        assert heard.response["response"] == {}
        return heard

    def press(self, button: str, at: int, playing: str = "PLAYING") -> Heard:
        """Press a *button*."""
        return self.ask({"type": f"PlaybackController.{button}CommandIssued"}, at, playing=playing)

    def began(self) -> None:
        """Play from the start, and hear it begin."""
        self.say(PLAY)
        assert self.played_ms == 0
        self.event("Started", 0)

    @staticmethod
    def play_of(heard: Heard) -> dict[str, Any] | None:
        """The Play directive of a response."""
        directives = heard.response["response"].get("directives", [])
        plays = (each for each in directives if each["type"] == "AudioPlayer.Play")
        return next(plays, None)

    @staticmethod
    def hushes(heard: Heard) -> bool:
        """Whether a response stops the player."""
        directives = heard.response["response"].get("directives", [])
        return [each["type"] for each in directives] == ["AudioPlayer.Stop"]

    @property
    def kept(self) -> dict[str, Any]:
        """What the store has."""
        kept = self.store.load(f"amzn1.ask.account.{self.device.user}")
        assert kept
        return kept.state

    @property
    def place(self) -> tuple[str, str, int, int]:
        """The place that is kept."""
        kept = self.kept
        return kept["exercise"], kept["foot"], kept["set"], kept["rep"]

    @property
    def sets_done(self) -> int:
        """How many sets are done, as is kept."""
        return sum(len(sets) for feet in self.kept["done"].values() for sets in feet.values())


@pytest.fixture
def home() -> Home:
    return Home()


def test_it_is_said_how_to_pause_and_what_to_do_if_it_hurts_and_then_it_plays(home: Home) -> None:
    heard = home.say(PLAY)

    assert heard.text.startswith("To pause, say Alexa, pause. If something hurts")
    assert heard.response["response"]["shouldEndSession"] is True
    play = home.play_of(heard)
    assert play
    assert play["playBehavior"] == "REPLACE_ALL"
    assert play["audioItem"]["stream"]["url"] == SHELF.address(TIMELINE.name)
    assert play["audioItem"]["metadata"]["title"] == TIMELINE.title


def test_somebody_new_hears_the_notice_first() -> None:
    home = Home(new=True)
    heard = home.say(PLAY)

    assert "not medical advice" in heard.text
    assert heard.text.endswith("For the recording, say play it through.")
    assert not home.play_of(heard)
    assert home.play_of(home.say(PLAY))


def test_the_place_is_kept_at_each_event(home: Home) -> None:
    home.began()
    home.event("Stopped", MID)

    rep = SCORE.moment(MID).rep
    assert rep > 0
    assert home.place == (*STEPS[1].place, rep)
    assert home.kept["playback"]["offset_ms"] == MID
    assert home.sets_done == 1


def test_next_previous_and_repeat_go_by_sets(home: Home) -> None:
    home.began()
    home.say("AMAZON.NextIntent", MID)
    assert home.played_ms == STEPS[2].start_ms
    home.say("AMAZON.PreviousIntent", STEPS[2].start_ms + 100)
    assert home.played_ms == STEPS[1].start_ms
    home.say("AMAZON.RepeatIntent", MID)
    assert home.played_ms == STEPS[1].start_ms
    home.say("AMAZON.StartOverIntent", MID)
    assert home.played_ms == STEPS[0].ready_ms


def test_next_before_an_exercise_begins_it_and_after_the_last_set_ends_the_routine(
    home: Home,
) -> None:
    home.began()
    home.say("AMAZON.NextIntent", FIFTH.ready_ms + 10)
    assert home.played_ms == FIFTH.start_ms
    home.say("AMAZON.NextIntent", STEPS[-1].start_ms)
    assert home.played_ms == STEPS[-1].end_ms


def test_the_next_exercise_is_announced_and_this_one_left_out(home: Home) -> None:
    home.began()
    home.say("NextExerciseIntent", MID)

    assert home.played_ms == FIFTH.ready_ms
    assert home.kept["skipped"] == ["heel_raises"]


def test_a_pause_is_silent_and_resume_goes_on_at_that_millisecond(home: Home) -> None:
    home.began()
    paused = home.say("AMAZON.PauseIntent", MID)
    home.event("Stopped", MID + 7)
    home.say("AMAZON.ResumeIntent", MID + 7, playing="STOPPED")

    assert home.hushes(paused)
    assert not paused.ssml
    assert home.played_ms == MID + 7
    home.event("Finished", TIMELINE.total_ms)
    assert len(home.store.sessions("amzn1.ask.account.LISTENER")) == 1


def test_the_buttons_do_the_same_without_a_word(home: Home) -> None:
    home.began()
    home.press("Next", MID)
    assert home.played_ms == STEPS[2].start_ms
    home.press("Previous", STEPS[2].start_ms)
    assert home.played_ms == STEPS[1].start_ms
    assert home.hushes(home.press("Pause", MID))
    home.press("Play", MID, "STOPPED")
    assert home.played_ms == MID


@pytest.mark.parametrize("name", ["LoopOn", "LoopOff", "ShuffleOn", "ShuffleOff"])
def test_loop_and_shuffle_are_refused_and_it_plays_on(home: Home, name: str) -> None:
    home.began()
    heard = home.say(f"AMAZON.{name}Intent", MID)

    assert heard.text == "The recording plays once, and in its order."
    assert "directives" not in heard.response["response"]
    assert home.kept["playback"]["news"] == "started"
    assert home.say(f"AMAZON.{name}Intent", MID, playing="STOPPED").is_open


def test_what_was_heard_to_its_end_is_a_session_of_the_history(home: Home) -> None:
    home.began()
    home.clock.move_on(TIMELINE.total_ms)
    home.event("NearlyFinished", TIMELINE.total_ms - 5)
    home.event("Finished", TIMELINE.total_ms)
    home.event("Finished", TIMELINE.total_ms)

    (session,) = home.store.sessions("amzn1.ask.account.LISTENER")
    assert session["done"] == session["planned"]
    assert session["minutes"] > 15
    assert "playback" not in home.kept
    assert home.kept["memory"]["sessions"] == 1


def test_what_was_only_played_raises_no_dose() -> None:
    home = Home()
    for _ in range(home.made.plans.routine.grow_after + 2):
        home.say(PLAY)
        home.event("Finished", TIMELINE.total_ms)
        home.clock.move_on(2 * DAY)
        home.attributes = None
        home.ask(LAUNCH)

    assert home.kept["memory"].get("level", 0) == 0
    assert home.kept["memory"].get("comfortable", 0) == 0


# What was played, and the voice.


def test_after_a_stop_in_mid_set_it_is_asked_whether_anything_hurt(home: Home) -> None:
    home.began()
    home.event("Stopped", MID)
    asked = home.ask(LAUNCH, MID, playing="STOPPED")
    assert asked.text == "Welcome back. Did anything hurt? Say yes, or no."
    offered = home.say("AMAZON.NoIntent", MID, playing="STOPPED")
    assert "Heel raises, left foot, set one of two" in offered.text
    assert "resume for the recording" in offered.text

    again = home.ask(LAUNCH, MID, playing="STOPPED")
    assert "Did anything hurt" not in again.text


def test_after_a_stop_between_two_exercises_it_is_not_asked(home: Home) -> None:
    home.began()
    home.event("Stopped", FIFTH.ready_ms + 10)
    heard = home.ask(LAUNCH, FIFTH.ready_ms + 10, playing="STOPPED")

    assert "Did anything hurt" not in heard.text
    assert "resume for the recording" in heard.text


def test_what_hurt_is_noted_and_no_recording_with_it_is_played(home: Home) -> None:
    home.began()
    home.event("Stopped", MID)
    home.ask(LAUNCH, MID, playing="STOPPED")
    bad = home.say("AMAZON.YesIntent", MID, playing="STOPPED")
    assert bad.text == "Is it bad? Say yes, or no."
    home.say("AMAZON.NoIntent", MID, playing="STOPPED")

    assert home.kept["memory"]["ask_about"] == ["heel_raises"]
    for name in ("AMAZON.ResumeIntent", PLAY):
        assert not home.play_of(home.say(name, MID, playing="STOPPED"))
    home.attributes = None
    assert not home.play_of(home.say("AMAZON.NextIntent", MID, playing="STOPPED"))


def test_a_listener_goes_from_the_recording_to_the_voice_and_back_in_mid_set(home: Home) -> None:
    home.began()
    home.event("Stopped", MID)
    home.ask(LAUNCH, MID, playing="STOPPED")
    home.say("AMAZON.NoIntent", MID, playing="STOPPED")
    led = home.say("AMAZON.YesIntent", MID, playing="STOPPED")
    assert led.ssml.count("break") > 10
    assert home.place[:3] == STEPS[1].place
    assert "playback" not in home.kept
    home.clock.move_on(30 * SECOND)
    home.say(PLAY, MID, playing="STOPPED")

    assert home.played_ms == STEPS[1].start_ms
    assert home.sets_done == 1


def test_resume_in_the_session_goes_on_by_recording(home: Home) -> None:
    home.began()
    home.event("Stopped", MID)
    home.ask(LAUNCH, MID, playing="STOPPED")
    home.say("AMAZON.ResumeIntent", MID, playing="STOPPED")

    assert home.played_ms == MID


def test_another_intent_stops_the_recording_and_means_what_it_does(home: Home) -> None:
    home.began()
    heard = home.say("PainIntent", MID)

    assert home.hushes(heard)
    assert "Is it bad" in heard.text
    assert home.kept["pained"] == ["heel_raises"]


def test_after_a_failure_the_next_launch_offers_the_voice(home: Home) -> None:
    home.began()
    home.event("Failed", FIFTH.ready_ms + 5)
    heard = home.ask(LAUNCH, FIFTH.ready_ms + 5, playing="STOPPED")

    assert "The recording broke off." in heard.text
    assert heard.text.endswith("Shall we go on? Say yes, no, or start over.")
    assert home.sets_done == 4


# Events out of order, doubled, late, and of another play.


def test_an_event_that_comes_twice_is_noted_once(home: Home) -> None:
    home.began()
    for _ in range(2):
        home.event("Stopped", MID)

    assert home.sets_done == 1


def test_a_start_that_comes_after_the_stop_is_not_believed(home: Home) -> None:
    home.say(PLAY)
    home.event("Stopped", MID)
    home.event("Started", 0)

    assert home.kept["playback"]["news"] == "stopped"
    assert home.kept["playback"]["offset_ms"] == MID


def test_an_event_of_an_old_play_changes_nothing(home: Home) -> None:
    home.began()
    old = home.token
    home.say("AMAZON.NextIntent", MID)
    before = home.kept
    for what in ("Stopped", "Started", "NearlyFinished", "Finished", "Failed"):
        home.event(what, MID, old)
        home.event(what, MID, "never")

    assert home.kept == before


def test_an_event_while_the_voice_leads_changes_nothing(home: Home) -> None:
    home.began()
    home.ask(LAUNCH, MID)
    home.say("AMAZON.NoIntent", MID, playing="STOPPED")
    home.say("AMAZON.YesIntent", MID, playing="STOPPED")
    before = home.kept
    home.clock.move_on(20 * SECOND)
    home.event("Stopped", MID + 1)

    assert home.kept == before


def test_nothing_is_kept_of_an_event_of_a_stranger() -> None:
    home = Home(new=True)
    home.event("Stopped", MID, f"{TIMELINE.name}.1.1")

    assert home.store.load("amzn1.ask.account.LISTENER") is None


def test_nearly_finished_at_the_start_is_no_end(home: Home) -> None:
    home.began()
    home.event("NearlyFinished", 0)

    assert home.kept["playback"]["offset_ms"] == 0
    assert home.sets_done == 0


def test_forget_me_takes_the_recording_with_it_and_no_late_event_brings_it_back(
    home: Home,
) -> None:
    home.began()
    home.ask(LAUNCH, MID)
    home.say("ForgetMeIntent", MID, playing="STOPPED")
    home.say("AMAZON.YesIntent", MID, playing="STOPPED")
    home.event("Stopped", MID)

    assert home.store.load("amzn1.ask.account.LISTENER") is None


def test_a_store_that_fails_costs_an_event_and_no_answer(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def load(_: object, __: str) -> None:
        raise StoreError("no such table")

    home.began()
    monkeypatch.setattr(MemoryStore, "load", load)
    home.event("Stopped", MID)

    assert "what a device told is not kept" in caplog.text


def test_an_event_and_a_word_that_are_stored_at_once_are_both_kept(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.began()
    saved = MemoryStore.save
    others: list[str] = ["AMAZON.NextIntent"]

    def save(store: MemoryStore, *given: Any) -> int:  # noqa: ANN401 - a store's
        if others:
            home.say(others.pop(), MID)
        return saved(store, *given)

    late = home.token
    monkeypatch.setattr(MemoryStore, "save", save)
    home.event("Stopped", MID, late)

    assert home.kept["playback"]["token"] == home.token != late
    assert home.kept["playback"]["offset_ms"] == STEPS[2].start_ms


# Two devices.


def test_in_another_room_the_voice_goes_on_where_the_recording_is_by_now(home: Home) -> None:
    home.began()
    home.clock.move_on(MID)
    kitchen = replace(home.device, name="KITCHEN")
    home.ask(LAUNCH, device=kitchen)

    assert home.place[:3] == STEPS[1].place
    assert home.sets_done == 0
    assert "doubted" in home.kept


def test_next_is_for_the_device_that_is_spoken_to(home: Home) -> None:
    home.began()
    living_room = home.token
    home.ask(intent(PLAY), device=replace(home.device, name="KITCHEN"))
    home.say("AMAZON.NextIntent", MID, token=living_room)

    assert home.played_ms == STEPS[2].start_ms


# Where nothing can be played.


@pytest.mark.parametrize(
    ("shelf", "interfaces", "why"),
    [
        (None, ("AudioPlayer",), "There is no recording here, so I will lead you."),
        (MadeUpShelf(), ("AudioPlayer",), "There is no recording here, so I will lead you."),
        (SHELF, (), "This device cannot play a recording, so I will lead you."),
    ],
)
def test_without_a_recording_or_a_player_the_voice_leads(
    shelf: MadeUpShelf | None, interfaces: tuple[str, ...], why: str
) -> None:
    home = Home(shelf)
    home.device = replace(home.device, interfaces=interfaces)
    heard = home.say(PLAY)

    assert heard.text.startswith(f"{why} Heel raises.")
    assert heard.is_open


def test_for_somebody_new_too() -> None:
    heard = Home(None, new=True).say(PLAY)

    assert heard.text.startswith("There is no recording here, so I will lead you. Welcome")


@pytest.mark.parametrize("name", ["SeatedIntent", "SkipExerciseIntent", "PainIntent"])
def test_none_is_played_with_what_is_left_out_hurts_or_cannot_be_done(
    home: Home, name: str
) -> None:
    home.say("StartRoutineIntent")
    home.clock.move_on(20 * SECOND)
    home.say(name)
    heard = home.say(PLAY)

    assert not home.play_of(heard)
    assert "No recording fits what you do today, so I will lead you." in heard.text


# Whatever comes.

OFFSETS: Final = st.integers(0, TIMELINE.total_ms + SECOND)
ACTS: Final = st.one_of(
    st.tuples(st.just("launch"), OFFSETS),
    st.tuples(
        st.sampled_from(
            [
                *(f"AMAZON.{name}Intent" for name in ("Next", "Previous", "Repeat", "StartOver")),
                *(f"AMAZON.{name}Intent" for name in ("Pause", "Resume", "Yes", "No", "LoopOn")),
                *(PLAY, "NextExerciseIntent", "PainIntent", "WhereAmIIntent", "StartRoutineIntent"),
            ]
        ),
        OFFSETS,
    ),
    st.tuples(st.sampled_from(["Started", "Stopped", "Finished", "NearlyFinished"]), OFFSETS),
    st.tuples(
        st.sampled_from(["Next", "Previous", "Pause", "Play"]).map("press {}".format), OFFSETS
    ),
)


@settings(max_examples=40)
@given(acts=st.lists(st.tuples(ACTS, st.booleans(), st.integers(0, 90)), max_size=14))
def test_anything_may_happen_and_the_place_stays_one_of_the_plan(
    acts: list[tuple[tuple[str, int], bool, int]],
) -> None:
    """Words, buttons and events, in any order, of the last play and of older ones."""
    home = Home()
    tokens = [f"{TIMELINE.name}.1.1", "of another skill's"]
    for (what, at), newest, seconds in acts:
        home.clock.move_on(seconds * SECOND)
        token = home.token if newest else tokens[at % len(tokens)]
        playing = "PLAYING" if at % 2 else "STOPPED"
        if what == "launch":
            heard = home.ask(LAUNCH, at, token=token, playing=playing)
        elif what.startswith("press "):
            heard = home.press(what.removeprefix("press "), at, playing)
        elif what in {"Started", "Stopped", "Finished", "NearlyFinished"}:
            heard = home.event(what, at, token)
        else:
            heard = home.say(what, at, token=token, playing=playing)
        tokens.append(home.token)

        assert "went wrong" not in heard.text
        kept = home.kept
        assert Place(kept["exercise"], kept["foot"], kept["set"]) in SCORE.numbers


LEFT_OUT: Final = {
    "seated": intent("SeatedIntent"),
    "no band": intent("MissingIntent", item=Slot("band", "band")),
    "left out": intent("LeaveOutIntent", exercise=Slot("band presses", "resisted_flexion")),
    "one exercise": intent("OnlyIntent", exercise=Slot("toe curls", "toe_curls")),
}


@pytest.mark.parametrize("how", ["resume", "resume later", "next later", "button"])
@pytest.mark.parametrize("wish", LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_recording_is_not_resumed_once_part_of_it_is_left_out(
    wish: dict[str, Any], how: str
) -> None:
    """It was stopped in mid-set, nothing hurt, and then the listener wished for less."""
    home = Home()
    home.began()
    home.clock.move_on(60 * SECOND)
    home.event("Stopped", MID)
    home.clock.move_on(60 * SECOND)
    home.ask(LAUNCH, MID, playing="STOPPED")
    home.say("AMAZON.NoIntent", MID, playing="STOPPED")
    home.ask(wish, MID, playing="STOPPED")
    home.clock.move_on(10 * SECOND)
    if how.endswith("later") or how == "button":
        home.attributes = None
    if how == "button":
        heard = home.press("Play", MID, "STOPPED")
    else:
        name = "AMAZON.NextIntent" if how.startswith("next") else "AMAZON.ResumeIntent"
        heard = home.say(name, MID, playing="STOPPED")

    assert home.play_of(heard) is None
