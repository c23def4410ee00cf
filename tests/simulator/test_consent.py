"""Alexa's side of reminders, offline: she asks for leave once, and keeps what is set."""

from typing import Any, Final

import pytest
from little_skill import Ears

from skill.alexa.api import ServiceCall
from skill.alexa.permission import SCOPE, asking
from skill.alexa.response_json import to_json
from skill.conversation.turn import Consent
from skill.language.rate import SpeechRate
from skill.simulator.clock import Clock
from skill.simulator.consent import NO, QUESTION, YES, heard
from skill.simulator.device import Device
from skill.simulator.echo import LISTENING_MS, Echo
from skill.simulator.offline_alexa import REMINDERS, OfflineAlexa, token

MORNING: Final = 1_767_598_200_000
"""2026-01-05T07:30:00Z."""

BACK: Final = "what the skill had in mind"


class Asker:
    """A skill that answers everything by asking for leave, and notes what came of it."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.tokens: list[str] = []

    def __call__(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """Ask, but of an answer only say thanks."""
        request = envelope["request"]
        self.tokens.append(envelope["context"]["System"]["apiAccessToken"])
        speech = {"outputSpeech": {"type": "PlainText", "text": "Well."}}
        if request["type"] == "SessionEndedRequest":
            return {"version": "1.0"}
        if request["type"] == "Connections.Response":
            self.answers.append(request)
            return {"version": "1.0", "response": {**speech, "shouldEndSession": False}}
        sent = to_json(asking(BACK))
        return {"version": "1.0", "response": {**speech, "directives": [sent]}}


@pytest.fixture
def asker() -> Asker:
    return Asker()


@pytest.fixture
def echo(asker: Asker) -> Echo:
    return Echo(asker, Ears(), Clock.stopped(MORNING), Device("en-US"), SpeechRate(0, 50))


def told(echo: Echo) -> str:
    return " ".join(piece.text for piece in echo.speech.pieces if piece.text)


def test_alexa_asks_in_her_own_words_and_brings_the_answer(echo: Echo, asker: Asker) -> None:
    echo.launch()

    assert told(echo) == f"Well. {QUESTION}"
    assert echo.is_open
    echo.say("I approve.")
    (answer,) = asker.answers
    assert answer["name"] == "AskFor"
    assert answer["token"] == BACK
    assert answer["payload"]["status"] == "ACCEPTED"
    assert told(echo) == "Well."
    assert echo.is_open


def test_who_has_given_leave_is_not_asked_again(echo: Echo, asker: Asker) -> None:
    """ACCEPTED means "in response to the last request or previously"."""
    echo.launch()
    echo.say("i approve")
    echo.say("anything")

    assert [answer["payload"]["status"] for answer in asker.answers] == ["ACCEPTED"] * 2
    assert told(echo) == "Well."
    assert SCOPE not in asker.tokens[0]
    assert SCOPE in asker.tokens[-1]


@pytest.mark.parametrize("phrase", ["no", "perhaps"])
def test_anything_but_a_yes_is_no_leave(echo: Echo, asker: Asker, phrase: str) -> None:
    echo.launch()
    echo.say(phrase)

    assert asker.answers[0]["payload"]["status"] in {"DENIED", "NOT_ANSWERED"}
    assert SCOPE not in asker.tokens[-1]


def test_silence_brings_the_question_again_and_then_no_answer(echo: Echo, asker: Asker) -> None:
    echo.launch()
    for _ in range(2):
        echo.clock.move_on(echo.speech.end + LISTENING_MS - echo.clock())
        assert echo.settle()

    assert [answer["payload"]["status"] for answer in asker.answers] == ["NOT_ANSWERED"]
    assert echo.is_open


def test_leaving_is_no_answer(echo: Echo, asker: Asker) -> None:
    echo.launch()
    echo.say("exit")

    assert not echo.is_open
    assert asker.answers == []


def test_no_phrase_is_both_yes_and_no() -> None:
    assert YES.isdisjoint(NO)
    assert {heard(phrase) for phrase in YES} == {Consent.ACCEPTED}
    assert {heard(phrase) for phrase in NO} == {Consent.DENIED}


def call(api: OfflineAlexa, user: str, method: str, path: str) -> int:
    bearer = f"Bearer {token(user, frozenset({SCOPE}))}"
    called = ServiceCall(method, f"https://x{path}", {"Authorization": bearer}, {})
    return api.answer(called).status


def test_a_reminder_is_its_listeners_alone() -> None:
    api = OfflineAlexa()

    assert call(api, "ONE", "POST", REMINDERS) == 200
    assert call(api, "TWO", "DELETE", f"{REMINDERS}/reminder-1") == 404
    assert call(api, "ONE", "PUT", f"{REMINDERS}/reminder-1") == 200
    assert call(api, "ONE", "DELETE", f"{REMINDERS}/reminder-1") == 200
    assert call(api, "ONE", "DELETE", f"{REMINDERS}/reminder-1") == 404
