import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from little_skill import MORNING, Ears
from script import Script, ScriptError, replay_file

from skill.language.rate import SpeechRate
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.simulator.stage import ENDS, UNHEARD, Stage

RATE = SpeechRate(ms_per_line=0, ms_per_character=60)

SPEECHES = {
    "next": 'Toe walking, on your toes. <break time="10s"/><break time="10s"/> Say next.',
    "count": ' <break time="2s"/> '.join(f"{number}." for number in range(1, 21)),
    "hush": "",
    "refused": "left & right",
    "stop": "Goodbye.",
}


class Household:
    """A skill that remembers its listener: how often it was opened, and what ended a session."""

    def __init__(self) -> None:
        self.launches = 0
        self.last_end = "nothing yet"

    def __call__(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """Answer an intent by the speech of that name, "when" by the seconds since the launch."""
        request = envelope["request"]
        attributes = envelope["session"]["attributes"]
        stamp = datetime.strptime(request["timestamp"], "%Y-%m-%dT%H:%M:%S%z")
        if request["type"] == "SessionEndedRequest":
            self.last_end = request["reason"]
            return {"version": "1.0"}
        if request["type"] == "LaunchRequest":
            self.launches += 1
            attributes = {"began": stamp.timestamp()}
            said = f'Welcome, visit {self.launches}. <break time="10s"/> Say next, or stop.'
        elif request["intent"]["name"] == "when":
            said = f"{stamp.timestamp() - attributes['began']:.0f} seconds."
        elif request["intent"]["name"] == "why":
            said = f"It ended by {self.last_end}."
        else:
            said = SPEECHES.get(request["intent"]["name"], "Sorry?")
        response: dict[str, Any] = {"shouldEndSession": said == SPEECHES["stop"]}
        if said:
            response["outputSpeech"] = {"type": "SSML", "ssml": f"<speak>{said}</speak>"}
            response["reprompt"] = {"outputSpeech": {"type": "PlainText", "text": "Say next."}}
        return {"version": "1.0", "sessionAttributes": attributes, "response": response}


def a_stage() -> Stage:
    clock, skill = Clock.stopped(MORNING), Household()
    return Stage(clock, lambda room: Echo(skill, Ears(), clock, Device("en-US", room), RATE))


KEPT = {
    "a turn and an end": """\
# What is said is answered, and stop ends it.
You:   open sesame
Alexa: Welcome, visit 1. (10 s) Say next, or stop.
You:   next
Alexa: Toe walking, on your toes. (20 s) Say next.

# A comment in between, as it stands.
You: stop
Alexa: Goodbye.
(The session ends.)
You: next
(The skill does not hear it.)
""",
    "a barge-in": """\
# The moment of a barge-in is known by the stamp: 2.5 s of latency and 6 s of speech are 8.5 s.
You: open sesame
Alexa: Welcome, visit 1. (10 s) Say next, or stop.
You (after 0:06): when
Alexa: 8 seconds.
""",
    "an answer": """\
# Said after the speech: 2.5 s of latency, 2.04 + 10 s of speech, and 1 s to answer.
You: open sesame
Alexa: Welcome, visit 1. (10 s) Say next, or stop.
You: when
Alexa: 15 seconds.
""",
    "silence": """\
# Silence brings the reprompt, and more of it the end.
You: open sesame
Alexa: Welcome, visit 1. (10 s) Say next, or stop.
(Silence.)
Alexa: Say next.
(Silence.)
(The session ends.)
You: open sesame
Alexa: Welcome, visit 2. (10 s) Say next, or stop.
You: why
Alexa: It ended by EXCEEDED_MAX_REPROMPTS.
""",
    "days": """\
# Two days of silence bring all that silence brings.
You: open sesame
Alexa: Welcome, visit 1. (10 s) Say next, or stop.
(2 days later.)
Alexa: Say next.
(The session ends.)
(1 hour later.)
You: open sesame
Alexa: Welcome, visit 2. (10 s) Say next, or stop.
""",
    "seconds": """\
# A listener may think for some seconds.
You: open sesame
Alexa: Welcome, visit 1. (10 s) Say next, or stop.
(7 seconds later.)
You: next
Alexa: Toe walking, on your toes. (20 s) Say next.
(9 seconds later.)
Alexa: Say next.
""",
    "losses": """\
# The skill hears of an error, and not of a drop.
You: open sesame
Alexa: Welcome, visit 1. (10 s) Say next, or stop.
(The device drops the session after 0:03.)
You: open sesame
Alexa: Welcome, visit 2. (10 s) Say next, or stop.
You: why
Alexa: It ended by nothing yet.
(The session fails after 0:01.)
You: open sesame
Alexa: Welcome, visit 3. (10 s) Say next, or stop.
You: why
Alexa: It ended by ERROR.
(The device drops the session.)
You: next
(The skill does not hear it.)
(The session fails.)
""",
    "leaving": """\
# Alexa itself takes "exit".
You: open sesame
Alexa: Welcome, visit 1. (10 s) Say next, or stop.
You (after 0:03): exit
(The session ends.)
""",
    "rooms": """\
# Each room has its session; what silence brings elsewhere is not heard.
You: open sesame
Alexa: Welcome, visit 1. (10 s) Say next, or stop.
(In the kitchen.)
You: next
(The skill does not hear it.)
You: open sesame
Alexa: Welcome, visit 2. (10 s) Say next, or stop.
(30 seconds later.)
Alexa: Say next.
(The session ends.)
(In the living room.)
You: when
(The skill does not hear it.)
""",
    "an ellipsis": """\
# A long count is written short, and folded lines are one.
You: open sesame
Alexa: Welcome, visit 1.
       (10 s) ... or stop.
You: count
Alexa: 1. (2 s) 2. ... 19.
       (2 s) 20.
You: count
Alexa: ... 7. (2 s) 8. (2 s) 9. ...
""",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_a_script_that_is_kept_stays_as_it_is(text: str) -> None:
    went = Script.parse(text, "kept.txt").replay(a_stage())

    assert went.faults == ()
    assert went.text == text


def answers(text: str) -> list[int]:
    """Tell which lines of *text* are answers."""
    lines = text.splitlines()
    return [
        at for at, line in enumerate(lines) if re.match(r"Alexa:|\(The .+ it\.|\(.* ends", line)
    ]


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_no_answer_can_be_left_out_or_changed(text: str) -> None:
    """Every answer of every script that is kept is needed, as it is."""
    lines = text.splitlines()

    for at in answers(text):
        end = at + 1
        while end < len(lines) and lines[end].startswith(" "):
            end += 1
        without = [*lines[:at], *lines[end:]]
        changed = [*lines[:at], "Alexa: Something else.", *lines[end:]]
        twice = [*lines[:end], *lines[at:]]
        for wrong in (without, changed, twice):
            went = Script.parse("\n".join(wrong), "wrong.txt").replay(a_stage())
            assert went.faults


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_answers_are_filled_in(text: str) -> None:
    """A script without answers fails, and the replay has them."""
    bare = "\n".join(
        line
        for at, line in enumerate(text.splitlines())
        if at not in answers(text) and not line.startswith(" ")
    )
    went = Script.parse(bare, "bare.txt").replay(a_stage())
    again = Script.parse(went.text, "bare.txt").replay(a_stage())

    assert went.faults
    assert again.faults == ()
    assert again.text == went.text


def test_a_fault_names_the_line_and_shows_both() -> None:
    text = KEPT["a turn and an end"].replace("on your toes", "on your heels")
    went = Script.parse(text, "en/toes.txt").replay(a_stage())

    (fault,) = went.faults
    assert fault.splitlines() == [
        "en/toes.txt, line 5:",
        "expected Alexa: Toe walking, on your heels. (20 s) Say next. <end>",
        "heard    Alexa: Toe walking, on your toes. (20 s) Say next. <end>",
    ]
    assert went.text == KEPT["a turn and an end"]


def test_a_skill_that_says_nothing_does_not_answer() -> None:
    text = KEPT["an answer"] + "You: hush\n"
    went = Script.parse(text, "hush.txt").replay(a_stage())

    assert went.faults == ("hush.txt, line 6: it is not answered",)


NO_SCRIPT = {
    "": "line 1: the promise is missing",
    "#\nYou: a\nAlexa: b": "line 1: the promise is missing",
    "You: a\nAlexa: b": "line 1: the promise is missing",
    "# a": "nobody says anything",
    "# a\n(Silence.)": "nobody says anything",
    "# a\nAlexa: b\nYou: c": "line 2: it answers nothing",
    "# a\n(The session ends.)\nYou: c": "line 2: it answers nothing",
    "# a\nYou:": "line 2: neither speech nor",
    "# a\nYou: b\nAlexa:": "line 3: neither speech nor",
    "# a\nYou: b\nHer: c": "line 3: neither speech nor",
    "# a\nYou: b\n(She nods.)": "line 3: neither speech nor",
    "# a\nYou: b\n(Silence)": "line 3: neither speech nor",
    "# a\nYou (after 0:60): b": "line 2: not a moment like 1:12: 0:60",
    "# a\nYou (after a while): b": "line 2: not a moment like 1:12: a while",
    "# a\nYou: b\n(Some days later.)": "line 3: not a time like 90 seconds",
    "# a\nYou: b\n(The session fails after all.)": "line 3: not a moment",
    "  # a": "line 1: only what Alexa says goes on",
    "# a\nYou: b\n  c": "line 3: only what Alexa says goes on",
    "# a\nYou: b\nAlexa: ...": "line 3: too little beside an ellipsis",
    "# a\nYou: b\nAlexa: ... left ... foot now": "line 3: too little beside an ellipsis",
}


@pytest.mark.parametrize(("text", "why"), NO_SCRIPT.items())
def test_what_is_no_script_is_told_with_file_and_line(text: str, why: str) -> None:
    with pytest.raises(ScriptError) as fault:
        Script.parse(text, "en/wrong.txt")

    assert f"en/wrong.txt, {why}" in str(fault.value).replace("txt: ", "txt, ")


IMPOSSIBLE = {
    "(Silence.)\nYou: open sesame": "line 2: no session is open",
    "You (after 0:01): open sesame": "line 2: nothing is being said then",
    "You: open sesame\nYou (after 0:13): next": "line 3: nothing is being said then",
    "You: open sesame\n(Silence.)\nAlexa: Say next.\nYou (after 0:01): a": "line 5: nothing is",
    "You: open sesame\n(7 seconds later.)\nYou (after 0:01): a": "line 4: nothing is being said",
    "You: open sesame\n(The session fails after 1:00.)": "line 3: nothing is being said then",
    "You: open sesame\nYou: refused": "line 3: outputSpeech: not well-formed",
}


@pytest.mark.parametrize(("text", "why"), IMPOSSIBLE.items())
def test_what_cannot_be_played_is_told_with_file_and_line(text: str, why: str) -> None:
    script = Script.parse(f"# An impossible one.\n{text}", "en/wrong.txt")

    with pytest.raises(ScriptError, match=f"en/wrong.txt, {why}"):
        script.replay(a_stage())


@pytest.fixture
def script_at(tmp_path: Path) -> Callable[[str], Path]:
    """Write a script to a file of the language `en`."""
    path = tmp_path / "en" / "script.txt"
    path.parent.mkdir()

    def write(text: str) -> Path:
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_that_is_kept_has_no_faults(script_at: Callable[[str], Path]) -> None:
    path = script_at(KEPT["silence"])

    assert replay_file(path, a_stage, rewrite=False) == ()
    assert path.read_text(encoding="utf-8") == KEPT["silence"]


def test_a_file_that_is_not_kept_is_told_what_was_heard(script_at: Callable[[str], Path]) -> None:
    wrong = KEPT["leaving"].replace("visit 1", "visit 2")
    path = script_at(wrong)
    fault, heard = replay_file(path, a_stage, rewrite=False)

    assert fault.startswith("en/script.txt, line 3:\nexpected")
    assert heard == f"What was heard:\n{KEPT['leaving']}"
    assert path.read_text(encoding="utf-8") == wrong


def test_rewriting_puts_the_answers_into_the_file(script_at: Callable[[str], Path]) -> None:
    path = script_at("# Alexa itself takes exit.\nYou: open sesame\nYou: exit\n")

    assert replay_file(path, a_stage, rewrite=True) == ()
    assert path.read_text(encoding="utf-8") == (
        "# Alexa itself takes exit.\n"
        "You: open sesame\n"
        "Alexa: Welcome, visit 1. (10 s) Say next, or stop.\n"
        "You: exit\n"
        f"{ENDS}\n"
    )


def test_rewriting_keeps_an_ellipsis_that_holds(script_at: Callable[[str], Path]) -> None:
    path = script_at(KEPT["an ellipsis"].replace("visit 1", "visit 2"))

    assert replay_file(path, a_stage, rewrite=True) == ()
    assert "Alexa: 1. (2 s) 2. ... 19.\n       (2 s) 20.\n" in path.read_text(encoding="utf-8")


def test_rewriting_does_not_hide_a_skill_that_answers_otherwise_each_time(
    script_at: Callable[[str], Path],
) -> None:
    """The file that was rewritten is replayed on a fresh stage."""
    clock, skill = Clock.stopped(MORNING), Household()
    path = script_at("# The household remembers.\nYou: open sesame\n")

    def same_stage() -> Stage:
        return Stage(clock, lambda room: Echo(skill, Ears(), clock, Device("en-US", room), RATE))

    fault, _ = replay_file(path, same_stage, rewrite=True)
    assert "visit 2" in fault


def test_what_silence_brings_in_several_rooms_comes_in_order() -> None:
    """A skill is told of the end of each session when it ends, in whatever room."""
    clock, stamps = Clock.stopped(MORNING), []
    household = Household()

    def listening(envelope: dict[str, Any]) -> dict[str, Any]:
        stamps.append(envelope["request"]["timestamp"])
        return household(envelope)

    stage = Stage(clock, lambda room: Echo(listening, Ears(), clock, Device("en-US", room), RATE))
    for room in ("kitchen", "bedroom", "kitchen", "hall"):
        stage.enter(room)
        stage.say("open sesame")
    stage.later(86_400_000)

    assert len(stamps) == 7
    assert stamps == sorted(stamps)


def test_leaving_for_good_ends_an_open_session_once() -> None:
    stage = a_stage()

    assert stage.leave() == []
    assert stage.say("open sesame") == ["Alexa: Welcome, visit 1. (10 s) Say next, or stop."]
    assert stage.leave() == [ENDS]
    assert stage.leave() == []
    assert stage.say("next") == [UNHEARD]
