"""A device with a screen: its documents, its one event, its buttons."""

import json
import logging
from typing import Any, Final

import pytest
from plans import ENGLISH
from project import PROJECT
from screens_shown import answers
from turns import DAY, LAUNCH, MORNING, SECOND, Heard, Turns, intent, listener_key

from skill import app
from skill.alexa import media
from skill.alexa.media import INTERFACE as SCREEN
from skill.language import library
from skill.routine.plan import Line
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.storage.memory_store import MemoryStore

SCREENS: Final = library.load().screens
MOST_BYTES: Final = 24_000
"""Amazon's older text allows so much for a whole response."""

MOST_LOGGED: Final = 200
"""Characters of what a device writes of its errors."""

WAITS: Final = tuple(
    ENGLISH.spoken(Line(f"screen.{key}")).rpartition(". ")[2]
    for key in ("wait", "say_next", "last_prompt")
)
"""How an answer ends after which the screen goes on."""

TALL: Final = {"shape": "RECTANGLE", "pixelWidth": 800, "pixelHeight": 1280}
ROUND: Final = {"shape": "ROUND", "pixelWidth": 480, "pixelHeight": 480}


def device(name: str = "SHOW", viewport: dict[str, Any] | None = None) -> Device:
    return Device("en-US", name, interfaces=(SCREEN,), viewport=viewport)


@pytest.fixture
def turns() -> Turns:
    clock = Clock.stopped(MORNING)
    return Turns(app.build(MemoryStore(clock), listener_key), clock, device())


def screen_of(heard: Heard) -> dict[str, Any]:
    """The directive that shows something."""
    (directive,) = heard.response["response"]["directives"]
    assert directive["type"] == f"{SCREEN}.RenderDocument"
    found: dict[str, Any] = directive
    return found


def data_of(heard: Heard) -> dict[str, Any]:
    data: dict[str, Any] = screen_of(heard)["datasources"]["screen"]
    return data


def event(heard: Heard, *arguments: str) -> dict[str, Any]:
    """What the screen that *heard* brought sends."""
    return {
        "type": f"{SCREEN}.UserEvent",
        "token": screen_of(heard)["token"],
        "arguments": [*arguments],
    }


def going_on(turns: Turns, heard: Heard) -> Heard:
    """The screen goes on by itself."""
    return turns.ask(event(heard, "next", "timed"), data_of(heard)["wait"])


def speech(heard: Heard) -> str:
    said: str = heard.response["response"]["outputSpeech"]["ssml"]
    return said


def test_a_routine_without_a_word_reaches_the_farewell(turns: Turns) -> None:
    turns.launch()
    heard = turns.say("StartRoutineIntent", 5 * SECOND)
    exercises = []
    while heard.attributes["phase"] == "leading":
        exercises.append(heard.attributes["exercise"])
        assert "shouldEndSession" not in heard.response["response"]
        assert "reprompt" not in heard.response["response"]
        assert heard.text.endswith(WAITS)
        assert "Alexa, next" in heard.text or "Alexa, repeat" in heard.text
        heard = going_on(turns, heard)

    assert list(dict.fromkeys(exercises)) == [*library.load().routine.ids]
    assert "Well done." in heard.text
    assert heard.response["response"]["shouldEndSession"] is True
    assert len(json.dumps(heard.response)) < MOST_BYTES


def test_the_log_of_such_a_routine_is_in_the_docs() -> None:
    """`python tests/screens/shoot.py --table` writes it; sizes differ with random numbers."""
    table = (PROJECT / "docs" / "screens.md").read_text("utf-8").splitlines()
    for number, answer in enumerate(answers(), 1):
        (row,) = (each for each in table if each.startswith(f"| {number} | "))
        told, size = row.removesuffix(" |").rsplit(" | ", 1)

        assert answer.row(number).startswith(f"{told} | ")
        assert float(size) == pytest.approx(answer.kb, abs=0.1)


def test_before_the_next_exercise_there_are_twelve_seconds(turns: Turns) -> None:
    turns.launch()
    heard = turns.say("StartRoutineIntent", 5 * SECOND)
    while heard.attributes["exercise"] == "heel_raises":
        heard = going_on(turns, heard)
    (at, pattern, _), first = data_of(heard)["blocks"][:2]
    texts, rows = data_of(heard)["texts"], data_of(heard)["patterns"][pattern]

    assert at == 0
    assert first[0] == SCREENS.ready_ms
    assert "toe walking" in texts[rows[0][3]]
    by_word = Turns(turns.app, turns.clock, turns.device)
    by_word.launch(DAY)
    by_word.say("StartRoutineIntent", 5 * SECOND)
    named = by_word.say("AMAZON.NextIntent", 400 * SECOND)
    assert "We begin in a moment" not in named.text


def getting_ready(turns: Turns) -> Heard:
    """Heel raises are over, and the screen has gone on to toe walking by itself."""
    turns.launch()
    return going_on(turns, turns.say("StartRoutineIntent", 5 * SECOND))


@pytest.mark.parametrize("by_touch", [True, False], ids=["touch", "word"])
@pytest.mark.parametrize("move", ["pause", "hurts"])
def test_a_touch_or_a_word_holds_the_seconds_to_get_ready(
    turns: Turns,
    move: str,
    by_touch: bool,  # noqa: FBT001 - pytest fills it by name
) -> None:
    heard = getting_ready(turns)
    data = data_of(heard)
    _, began, ended, *_ = data["patterns"][data["blocks"][0][1]][0]
    held = turns.ask(event(heard, move) if by_touch else intent(SCREENS.moves[move]), 8 * SECOND)

    assert (began, ended) == (0, SCREENS.ready_ms)
    assert held.attributes["phase"] == "paused"
    assert (held.attributes["exercise"], held.attributes["set"]) == ("toe_walking", 1)
    assert "wait" not in data_of(held)
    harmless(turns, event(heard, "next", "timed"), data["wait"])
    if move == "pause":
        resumed = turns.say("AMAZON.ResumeIntent", 60 * SECOND)
        assert resumed.attributes["phase"] == "leading"
        assert (resumed.attributes["exercise"], resumed.attributes["set"]) == ("toe_walking", 1)


@pytest.mark.parametrize("move", ["pause", "repeat", "next", "hurts"])
def test_a_touch_leads_where_the_words_on_its_button_do(move: str) -> None:
    answers = []
    for by_touch in (True, False):
        clock = Clock.stopped(MORNING)
        turns = Turns(app.build(MemoryStore(clock), listener_key), clock, device())
        turns.launch()
        heard = turns.say("StartRoutineIntent", 5 * SECOND)
        assert move in [each["move"] for each in data_of(heard)["buttons"]]
        request = event(heard, move) if by_touch else intent(SCREENS.moves[move])
        heard = turns.ask(request, 30 * SECOND)
        kept = {key: heard.attributes[key] for key in ("exercise", "foot", "set", "phase", "asked")}
        answers.append((speech(heard), kept))

    assert answers[0] == answers[1]


def test_the_buttons_of_each_screen_are_moves_of_words() -> None:
    named = {*SCREENS.leading, *(move for moves in SCREENS.prompts.values() for move in moves)}

    assert named <= set(SCREENS.moves)


def test_pause_freezes_the_screen_at_the_interrupted_set(turns: Turns) -> None:
    turns.launch()
    turns.say("StartRoutineIntent", 5 * SECOND)
    data = data_of(turns.say("AMAZON.PauseIntent", 30 * SECOND))

    assert (data["title"], data["place"]) == ("Heel raises", "Right foot, set 1 of 2")
    assert [each["move"] for each in data["buttons"]] == ["resume", "repeat", "hurts"]
    assert "wait" not in data
    assert data["drawn"] is True


def test_no_lifted_foot_is_drawn_where_both_feet_are_to_be_put_down(turns: Turns) -> None:
    turns.launch()
    turns.say("StartRoutineIntent", 5 * SECOND)
    for said in ("PainIntent", "AMAZON.NoIntent"):
        heard = turns.say(said, 30 * SECOND)
        (directive,) = heard.response["response"]["directives"]

        assert data_of(heard)["title"] == "Heel raises"
        assert data_of(heard)["drawn"] is False
        assert directive["document"]["graphics"]["drawing"]["items"][0]["items"] == []


@pytest.mark.parametrize("said", ["PainIntent", "ForgetMeIntent"])
def test_a_question_keeps_the_microphone_open(turns: Turns, said: str) -> None:
    turns.launch()
    turns.say("StartRoutineIntent", 5 * SECOND)
    heard = turns.say(said, 30 * SECOND)

    assert heard.response["response"]["shouldEndSession"] is False
    assert [each["move"] for each in data_of(heard)["buttons"]] == ["yes", "no"]


def harmless(turns: Turns, request: dict[str, Any], after: int = SECOND) -> None:
    """The answer is empty, and the place stays."""
    before = dict(turns.attributes or {})
    answer = turns.ask(request, after).response

    assert answer["response"] == {}
    assert answer["sessionAttributes"] == before


def test_an_event_that_comes_twice_is_heard_once(turns: Turns) -> None:
    turns.launch()
    heard = turns.say("StartRoutineIntent", 5 * SECOND)
    going_on(turns, heard)

    harmless(turns, event(heard, "next", "timed"))


@pytest.mark.parametrize("arguments", [(), ("fly",), ("", "timed"), ("next\0",)])
def test_an_event_that_asks_for_no_move_changes_nothing(
    turns: Turns, arguments: tuple[str, ...]
) -> None:
    turns.launch()
    heard = turns.say("StartRoutineIntent", 5 * SECOND)

    harmless(turns, event(heard, *arguments))


def test_an_event_of_an_old_screen_changes_nothing(turns: Turns) -> None:
    turns.launch()
    old = turns.say("StartRoutineIntent", 5 * SECOND)
    turns.say("AMAZON.PauseIntent", 10 * SECOND)
    turns.say("AMAZON.ResumeIntent", 10 * SECOND)

    harmless(turns, event(old, "next", "timed"))
    harmless(turns, event(old, "pause"))


def test_a_screen_does_not_go_on_after_another_device_did(turns: Turns) -> None:
    turns.launch()
    heard = turns.say("StartRoutineIntent", 5 * SECOND)
    kitchen = turns.beside("KITCHEN")
    kitchen.launch(20 * SECOND)
    kitchen.say("AMAZON.YesIntent", 5 * SECOND)
    place = kitchen.attributes

    harmless(turns, event(heard, "next", "timed"), data_of(heard)["wait"])
    assert kitchen.attributes == place


def test_an_event_in_a_new_session_changes_nothing(turns: Turns) -> None:
    turns.launch()
    heard = turns.say("StartRoutineIntent", 5 * SECOND)
    turns.drop()
    answer = turns.ask(event(heard, "next", "timed"), DAY)

    assert answer.response["response"] == {}


def test_what_a_screen_could_not_draw_is_logged(
    turns: Turns, caplog: pytest.LogCaptureFixture
) -> None:
    turns.launch()
    user = f"amzn1.ask.account.{turns.device.user}"
    message = f"of {user} {'y' * 900}"
    errors = [{"type": "LIST_ERROR", "reason": "NO_ITEM", "listId": "x", "message": message}] * 9
    harmless(turns, {"type": f"{SCREEN}.RuntimeError", "token": "x", "errors": errors})
    (record,) = caplog.records

    assert record.levelno == logging.ERROR
    assert "LIST_ERROR NO_ITEM of amzn1 yyy" in record.getMessage()
    assert turns.device.user not in record.getMessage()
    assert len(record.getMessage().removeprefix("a screen reports: ")) == MOST_LOGGED


@pytest.mark.parametrize("errors", [None, [], [7], [{"type": 7}], "x"])
def test_a_report_without_an_error_is_logged_too(
    turns: Turns, errors: object, caplog: pytest.LogCaptureFixture
) -> None:
    turns.launch()
    harmless(turns, {"type": f"{SCREEN}.RuntimeError", "token": "x", "errors": errors})

    (record,) = caplog.records

    assert record.getMessage() == "a screen reports: no error"


def ways(turns: Turns) -> list[dict[str, Any]]:
    """All responses of a routine with its pauses, pains and questions."""
    heard = [turns.launch(), turns.say("StartRoutineIntent", 5 * SECOND)]
    for name in (
        *("AMAZON.PauseIntent", "AMAZON.ResumeIntent", "AMAZON.NextIntent", "AMAZON.RepeatIntent"),
        *("PainIntent", "AMAZON.NoIntent", "WhereAmIIntent", "AMAZON.HelpIntent", "SlowerIntent"),
        *("AMAZON.NextIntent",) * 8,
        *("AMAZON.StopIntent",),
    ):
        if turns.attributes is None:
            break
        heard.append(turns.say(name, 20 * SECOND))
    return [each.response for each in heard]


@pytest.mark.parametrize("screens", [True, False])
def test_a_device_without_a_screen_gets_what_it_got_before(screens: bool) -> None:  # noqa: FBT001 - both ways
    """Byte for byte, as does any device where screens are turned off."""
    plain, shown = (
        Turns(
            app.build(MemoryStore(clock), listener_key, screens=screens and not interfaces),
            clock,
            Device("en-US", interfaces=interfaces),
        )
        for clock, interfaces in (
            (Clock.stopped(MORNING), ()),
            (Clock.stopped(MORNING), (SCREEN,)),
        )
    )
    without = [json.dumps(each, sort_keys=True) for each in ways(plain)]
    marks = [json.dumps(each, sort_keys=True) for each in ways(shown)]

    assert len(without) > 10
    assert not any("directives" in each for each in without)
    assert [saved(each) for each in without] == [saved(each) for each in marks]


def saved(response: str) -> str:
    """The response without the random number of the row."""
    found = json.loads(response)
    found.get("sessionAttributes", {}).pop("saved", None)
    return json.dumps(found, sort_keys=True)


@pytest.mark.parametrize("value", ["off", "OFF", " off "])
def test_one_setting_turns_screens_off(value: str) -> None:
    assert not media.wanted({media.SETTING: value})
    assert media.wanted({})
    assert media.wanted({media.SETTING: "on"})


@pytest.mark.parametrize("viewport", [{}, TALL, ROUND], ids=["wide", "tall", "round"])
def test_every_answer_has_its_document_within_its_size(viewport: dict[str, Any]) -> None:
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key), clock, device(viewport=viewport))
    for response in ways(turns):
        (directive,) = response["response"]["directives"]

        assert directive["document"]["version"] == "1.4"
        assert "import" not in directive["document"]
        assert len(json.dumps(response, separators=(",", ":"))) < MOST_BYTES


def test_a_launch_opens_no_door_for_a_screen_of_yesterday(turns: Turns) -> None:
    turns.launch()
    heard = turns.say("StartRoutineIntent", 5 * SECOND)
    turns.drop()
    turns.ask(LAUNCH, DAY // 2)

    harmless(turns, event(heard, "next", "timed"))
