import json
from datetime import datetime
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import IntentRequest, LaunchRequest, RequestEnvelope, SessionEndedRequest
from hypothesis import given
from hypothesis import strategies as st
from little_skill import MORNING, Ears

from skill.language.rate import SpeechRate
from skill.routine.playhead import LATENCY_ALLOWANCE_MS
from skill.simulator.acceptance import RefusedError
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import LISTENING_MS, Echo
from skill.simulator.estimator import Piece

CHARACTER_MS = 60
RATE = SpeechRate(0, CHARACTER_MS)


class Parrot:
    """A skill that gives *answers* in turn and then repeats the last, and keeps its requests."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.heard: list[dict[str, Any]] = []

    def __call__(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """Answer *envelope*; a SessionEndedRequest with an empty response."""
        self.heard.append(envelope)
        if envelope["request"]["type"] == "SessionEndedRequest":
            return {"version": "1.0"}
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def last(self) -> dict[str, Any]:
        """The most recent request."""
        request: dict[str, Any] = self.heard[-1]["request"]
        return request


def answer(ssml: str = "Hi", reprompt: str = "", **more: object) -> dict[str, Any]:
    """Make an open response, unless *more* says otherwise."""
    response: dict[str, Any] = {
        "outputSpeech": {"type": "SSML", "ssml": f"<speak>{ssml}</speak>"},
        "shouldEndSession": False,
    }
    if reprompt:
        response["reprompt"] = {"outputSpeech": {"type": "PlainText", "text": reprompt}}
    return {"version": "1.0", "response": response | more}


def an_echo(skill: Parrot, clock: Clock, name: str = "LIVING-ROOM") -> Echo:
    return Echo(skill, Ears(), clock, Device("en-US", name), RATE)


def test_requests_are_what_amazons_own_code_reads() -> None:
    """Amazon's models keep all of an envelope except one property that they do not have."""
    skill = Parrot(answer())
    echo = an_echo(skill, Clock.stopped(MORNING))
    echo.say("open sesame")
    echo.say("next")
    echo.say("exit")
    amazon = DefaultSerializer()

    kinds = (LaunchRequest, IntentRequest, SessionEndedRequest)
    for envelope, kind in zip(skill.heard, kinds, strict=True):
        envelope["request"].pop("shouldLinkResultBeReturned", None)
        read = amazon.deserialize(json.dumps(envelope), RequestEnvelope)
        written = json.loads(json.dumps(amazon.serialize(read)).replace("+00:00", "Z"))
        assert isinstance(read.request, kind)
        assert written == envelope


@given(
    at=st.integers(MORNING, MORNING + 10_000),
    moments=st.lists(st.integers(0, 60_000), min_size=1, max_size=5),
)
def test_a_barge_in_is_stamped_by_what_was_heard_and_the_latency(
    at: int, moments: list[int]
) -> None:
    """Timestamps are exact, but cut to whole seconds as Alexa's are."""
    clock = Clock.stopped(at)
    skill = Parrot(answer('<break time="10s"/>' * 6))
    echo = an_echo(skill, clock)
    echo.launch()
    for moment in moments:
        clock.move_on(moment)
        echo.say("next")

    spans = [LATENCY_ALLOWANCE_MS + moment for moment in moments]
    exact = [at, *(at + sum(spans[: turn + 1]) for turn in range(len(spans)))]
    assert [stamp_ms(envelope) for envelope in skill.heard] == [ms // 1000 * 1000 for ms in exact]


def stamp_ms(envelope: dict[str, Any]) -> int:
    stamp = datetime.strptime(envelope["request"]["timestamp"], "%Y-%m-%dT%H:%M:%S%z")
    return int(stamp.timestamp()) * 1000


def test_request_ids_are_unique_and_the_session_keeps_its_own() -> None:
    skill = Parrot(answer())
    echo = an_echo(skill, Clock.stopped(MORNING))
    for phrase in ("open sesame", "next", "exit", "open sesame"):
        echo.say(phrase)

    sessions = [envelope["session"]["sessionId"] for envelope in skill.heard]
    assert len({envelope["request"]["requestId"] for envelope in skill.heard}) == 4
    assert len(set(sessions[:3])) == 1
    assert sessions[3] != sessions[0]
    assert [envelope["session"]["new"] for envelope in skill.heard] == [True, False, False, True]


def test_attributes_go_back_and_forth_and_are_lost_when_left_out() -> None:
    kept = {"place": {"step": 3}}
    skill = Parrot(answer() | {"sessionAttributes": kept}, answer())
    echo = an_echo(skill, Clock.stopped(MORNING))
    for phrase in ("open sesame", "next", "next", "exit", "open sesame"):
        echo.say(phrase)

    assert [envelope["session"]["attributes"] for envelope in skill.heard] == [{}, kept, {}, {}, {}]


def test_the_skill_and_the_device_share_no_object() -> None:
    """They exchange JSON: a skill that changes an object after sending it changes nothing here."""
    mine = answer() | {"sessionAttributes": {"step": 1}}
    skill = Parrot(mine)
    echo = an_echo(skill, Clock.stopped(MORNING))
    echo.launch()
    skill.heard[0]["context"]["System"]["user"]["userId"] = "somebody else"
    mine["sessionAttributes"]["step"] = 2
    echo.say("next")

    assert skill.heard[1]["session"]["attributes"] == {"step": 1}
    assert skill.heard[1]["session"]["user"]["userId"] == "amzn1.ask.account.LISTENER"


def test_what_the_skill_does_to_a_request_stays_with_the_skill() -> None:
    """Even if its response is refused: the session ends with the attributes that it had."""
    attributes: list[dict[str, Any]] = []

    def scribble(envelope: dict[str, Any]) -> dict[str, Any]:
        mine = envelope["session"]["attributes"]
        attributes.append(dict(mine))
        mine["scribbled"] = True
        said = answer() if len(attributes) == 1 else answer("left & right")
        return (
            said | {"sessionAttributes": {"step": 1}} if len(attributes) < 3 else {"version": "1.0"}
        )

    echo = Echo(scribble, Ears(), Clock.stopped(MORNING), Device("en-US"), RATE)
    echo.launch()
    with pytest.raises(RefusedError):
        echo.say("next")

    assert attributes == [{}, {"step": 1}, {"step": 1}]


def test_speech_is_timed_from_its_first_word() -> None:
    skill = Parrot(answer('Lift.<break time="10s"/><break time="2s"/>Down.'))
    echo = an_echo(skill, Clock.stopped(MORNING))
    echo.launch()

    words_ms = 5 * CHARACTER_MS
    assert echo.speech.pieces == (
        Piece("Lift.", words_ms),
        Piece("", 12_000),
        Piece("Down.", words_ms),
    )
    assert echo.speech.began == MORNING + LATENCY_ALLOWANCE_MS
    assert echo.speech.ms == 12_000 + 2 * words_ms
    assert echo.due == echo.speech.end + LISTENING_MS


def test_silence_brings_the_reprompt_and_then_the_end() -> None:
    """The microphone is open 8 s after the speech, and 8 s more after the reprompt."""
    clock = Clock.stopped(MORNING)
    skill = Parrot(answer("Hello.", reprompt="Say next."))
    echo = an_echo(skill, clock)
    echo.launch()
    speech_ms = echo.speech.ms
    clock.move_on(speech_ms + LISTENING_MS - 1)
    too_early = echo.settle()
    clock.move_on(1)
    reprompted = echo.settle()
    reprompt = echo.speech
    clock.move_on(reprompt.ms + LISTENING_MS - 1)
    still_too_early = echo.settle()
    clock.move_on(1)
    ended = echo.settle()

    assert (too_early, reprompted, still_too_early, ended) == (False, True, False, True)
    assert reprompt.pieces == (Piece("Say next.", 9 * CHARACTER_MS),)
    assert reprompt.began == MORNING + LATENCY_ALLOWANCE_MS + speech_ms + LISTENING_MS
    assert not echo.is_open
    assert echo.due is None
    assert not echo.settle()
    assert skill.last["reason"] == "EXCEEDED_MAX_REPROMPTS"
    assert skill.last["type"] == "SessionEndedRequest"


def test_a_long_silence_is_settled_at_the_moments_it_was_due() -> None:
    clock = Clock.stopped(MORNING)
    skill = Parrot(answer("Hello.", reprompt="Say next."))
    echo = an_echo(skill, clock)
    echo.launch()
    end = echo.speech.end + LISTENING_MS + 9 * CHARACTER_MS + LISTENING_MS
    clock.move_on(2 * 86_400_000)

    assert [echo.settle() for _ in range(3)] == [True, True, False]
    assert stamp_ms(skill.heard[-1]) == end // 1000 * 1000


def test_without_a_reprompt_the_first_silence_is_the_last() -> None:
    clock = Clock.stopped(MORNING)
    skill = Parrot(answer("Hello."))
    echo = an_echo(skill, clock)
    echo.launch()
    clock.move_on(echo.speech.ms + LISTENING_MS)

    assert echo.settle()
    assert not echo.is_open
    assert skill.last["reason"] == "EXCEEDED_MAX_REPROMPTS"


def test_an_answer_to_the_reprompt_has_a_reprompt_of_its_own() -> None:
    clock = Clock.stopped(MORNING)
    skill = Parrot(answer("Hello.", reprompt="Say next."))
    echo = an_echo(skill, clock)
    echo.launch()
    for _ in range(2):
        clock.move_on(echo.speech.ms + LISTENING_MS)
        assert echo.settle()
        assert echo.speech.pieces[0].text == "Say next."
        assert echo.say("next")

    assert echo.is_open


@pytest.mark.parametrize("end", [{"shouldEndSession": True}, {}], ids=["true", "left out"])
def test_a_skill_that_ends_the_session_is_not_told_so(end: dict[str, bool]) -> None:
    closing = answer("Goodbye.")
    del closing["response"]["shouldEndSession"]
    closing["response"] |= end
    clock = Clock.stopped(MORNING)
    skill = Parrot(closing)
    echo = an_echo(skill, clock)
    echo.launch()
    clock.move_on(86_400_000)

    assert not echo.is_open
    assert echo.speech.pieces[0].text == "Goodbye."
    assert not echo.settle()
    assert len(skill.heard) == 1


def test_null_keeps_the_session_as_false_does() -> None:
    echo = an_echo(Parrot(answer(shouldEndSession=None)), Clock.stopped(MORNING))
    echo.launch()

    assert echo.is_open


def test_without_a_session_only_a_launch_is_heard() -> None:
    skill = Parrot(answer())
    echo = an_echo(skill, Clock.stopped(MORNING))

    assert not echo.say("next")
    assert not echo.say("exit")
    assert skill.heard == []
    assert echo.say("open sesame")
    assert skill.last["type"] == "LaunchRequest"


@pytest.mark.parametrize("joint", ["to", "and"])
def test_a_wish_in_the_same_breath_as_the_launch_is_the_first_intent(joint: str) -> None:
    skill = Parrot(answer())
    echo = an_echo(skill, Clock.stopped(MORNING))

    assert echo.say(f"open sesame {joint} go to toe curls")
    assert skill.last["intent"]["name"] == "go to toe curls"
    assert skill.heard[0]["session"]["new"]


@pytest.mark.parametrize("phrase", ["exit", "Quit!", "Alexa, exit."])
def test_alexa_ends_the_session_herself_when_the_listener_leaves(phrase: str) -> None:
    """Amazon: a skill gets no intent for "exit" or "quit", during the speech or after it."""
    skill = Parrot(answer())
    echo = an_echo(skill, Clock.stopped(MORNING))
    echo.launch()

    assert echo.say(phrase)
    assert skill.last["type"] == "SessionEndedRequest"
    assert skill.last["reason"] == "USER_INITIATED"
    assert not echo.is_open
    assert echo.speech.pieces == ()


def test_leaving_without_a_session_sends_no_request() -> None:
    skill = Parrot(answer())
    an_echo(skill, Clock.stopped(MORNING)).leave()

    assert skill.heard == []


def test_a_dropped_session_is_unknown_to_the_skill() -> None:
    skill = Parrot(answer())
    echo = an_echo(skill, Clock.stopped(MORNING))
    echo.launch()
    echo.drop()

    assert not echo.is_open
    assert not echo.say("next")
    assert len(skill.heard) == 1


def test_a_failing_session_names_its_error() -> None:
    skill = Parrot(answer())
    echo = an_echo(skill, Clock.stopped(MORNING))
    echo.launch()
    echo.fail("INTERNAL_SERVICE_ERROR", "it rained")

    assert skill.last["reason"] == "ERROR"
    assert skill.last["error"] == {"type": "INTERNAL_SERVICE_ERROR", "message": "it rained"}
    assert not echo.is_open


def test_a_refused_response_ends_the_session_and_the_skill_is_told_why() -> None:
    skill = Parrot(answer("left & right"))
    echo = an_echo(skill, Clock.stopped(MORNING))

    with pytest.raises(RefusedError, match="not well-formed"):
        echo.launch()
    assert not echo.is_open
    assert skill.last["reason"] == "ERROR"
    assert skill.last["error"]["type"] == "INVALID_RESPONSE"
    assert "not well-formed" in skill.last["error"]["message"]


def test_a_second_device_of_the_same_person_has_a_session_of_its_own() -> None:
    clock = Clock.stopped(MORNING)
    skill = Parrot(answer())
    for name in ("LIVING-ROOM", "KITCHEN"):
        an_echo(skill, clock, name).launch()

    first, second = skill.heard
    assert first["session"]["user"] == second["session"]["user"]
    assert first["session"]["sessionId"] != second["session"]["sessionId"]
    assert first["context"]["System"]["device"] != second["context"]["System"]["device"]


def test_a_screen_is_supported_where_a_device_says_so() -> None:
    skill = Parrot(answer(directives=[{"type": "Alexa.Presentation.APL.RenderDocument"}]))
    screen = Device("en-US", interfaces=("Alexa.Presentation.APL",))
    Echo(skill, Ears(), Clock.stopped(MORNING), screen, RATE).launch()

    device = skill.heard[0]["context"]["System"]["device"]
    assert device["supportedInterfaces"] == {"Alexa.Presentation.APL": {}}


def test_a_clock_goes_on_but_never_back() -> None:
    clock = Clock.stopped(MORNING)
    clock.move_on(5)

    assert clock() == MORNING + 5
    with pytest.raises(ValueError, match="does not go back"):
        clock.move_on(-1)


def test_a_running_clock_runs_until_it_is_stopped() -> None:
    ticks = iter(range(MORNING, MORNING + 10))
    clock = Clock(lambda: next(ticks))
    running = [clock(), clock()]
    clock.stop()
    stopped = [clock(), clock()]
    clock.move_on(1_000)

    assert running == [MORNING, MORNING + 1]
    assert stopped == [MORNING + 2, MORNING + 2]
    assert clock() == MORNING + 1_002


def test_real_time_is_told_in_milliseconds_since_1970() -> None:
    clock = Clock.running()

    assert MORNING < clock() <= clock()
