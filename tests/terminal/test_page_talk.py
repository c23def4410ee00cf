"""What is said to the page: which answer it gets, and what the recording does then."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from skill import home
from skill.app import App
from skill.storage.store import StoreError
from skill.terminal.coach import PageCoach

SET = {"exercise": "heel_raises", "side": "left", "set": 1, "elapsed_ms": 20_000, "playing": True}
"""The fourth repetition of the second set of the routine: the first set on that foot."""

NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Say = Callable[..., dict[str, Any]]


@pytest.fixture
def made(tmp_path: Path) -> App:
    return home.build(tmp_path / "places.db", home.now)


@pytest.fixture
def coach(made: App, tmp_path: Path) -> PageCoach:
    return PageCoach(
        made, "listener", home.now, locale="en-US", folder=tmp_path / "recordings", voice=None
    )


@pytest.fixture
def say(coach: PageCoach) -> Say:
    def said(text: str, **position: object) -> dict[str, Any]:
        return dict(coach.say({"text": text} | position))

    return said


@pytest.mark.parametrize(
    ("words", "does", "place"),
    [
        ("next", "go", ("heel_raises", "right", 2)),
        ("back", "go", ("heel_raises", "right", 1)),
        ("repeat", "go", ("heel_raises", "left", 1)),
        ("resume", "play", ("heel_raises", "left", 1)),
        ("pause", "wait", ("heel_raises", "left", 1)),
        ("go to toe curls", "go", ("toe_curls", "left", 1)),
        ("skip it", "go", ("toe_walking", "both", 1)),
        ("other foot", "go", ("heel_raises", "right", 2)),
        ("start over", "go", ("heel_raises", "right", 1)),
        ("stop", "end", ("heel_raises", "left", 1)),
    ],
)
def test_a_move_that_is_said_leads_where_the_skill_leads(
    say: Say, words: str, does: str, place: tuple[str, str, int]
) -> None:
    answer = say(words, **SET)

    assert answer["does"] == does
    assert tuple(answer["place"].values()) == place


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how many more", "You have done four. Six to go."),
        ("where am i", "Heel raises, left foot, set one of two. About nineteen minutes left."),
        ("what comes next", "Next, heel raises, right foot, set two of two. "),
        ("help", "I lead you through your foot exercises and count for you. Say next, "),
        ("how do i stop", "Say stop, or pause, at any time. "),
    ],
)
def test_a_question_is_answered_from_the_moment_that_is_heard(
    say: Say, question: str, answer: str
) -> None:
    told = say(question, **SET)

    assert told["words"].startswith(answer)
    assert told["does"] == "stay"


@pytest.mark.parametrize("elapsed", range(10_000, 40_000, 2_500))
def test_the_time_into_the_set_tells_the_repetition(
    coach: PageCoach, say: Say, elapsed: int
) -> None:
    cues = coach.timeline()["cues"]
    start = next(cue["at_ms"] for cue in cues if cue["side"] == "left")
    rep = [cue["rep"] for cue in cues if cue["at_ms"] <= start + elapsed][-1]
    told = say("how many more", **SET | {"elapsed_ms": elapsed})

    assert told["words"].startswith(f"You have done {NUMBERS[rep]}.")


def test_no_answer_names_the_wake_word(say: Say) -> None:
    for words in ("help", "how do i stop", "louder", "remind me", "pause", "repeat", "why"):
        assert "alexa" not in say(words, **SET)["words"].casefold(), words


@pytest.mark.parametrize("noise", ["the cat sat on the mat", "one", "two three", ""])
def test_what_is_not_understood_leaves_the_recording_as_it_is(say: Say, noise: str) -> None:
    assert say(noise, **SET)["does"] == "stay"


def test_what_the_recording_says_itself_is_not_obeyed(say: Say) -> None:
    saying = "Ten. Next, toe walking."

    assert say("next", saying=saying, **SET) | {"place": None} == {
        "words": "",
        "does": "stay",
        "asks": "",
        "ended": False,
        "changed": False,
        "later": False,
        "forgotten": False,
        "kept": True,
        "place": None,
        "entered": False,
    }
    assert say("next set", saying=saying, **SET)["does"] == "go"


@pytest.mark.parametrize(
    ("words", "does"), [("stop", "end"), ("pause", "wait"), ("it hurts", "wait")]
)
def test_what_stops_is_obeyed_even_where_the_recording_says_it(
    say: Say, words: str, does: str
) -> None:
    assert say(words, saying=f"You can say {words} now.", **SET)["does"] == does


def test_pain_that_is_said_asks_as_the_button_does_and_nothing_leads_on_by_itself(
    coach: PageCoach, say: Say
) -> None:
    told = say("it hurts", **SET)
    pressed = coach.say({"said": "hurts"} | SET | {"exercise": "toe_curls"})

    assert (told["does"], told["asks"]) == ("wait", "pain")
    assert told["words"].startswith("Stop there, ")
    assert told["words"].endswith("Is it bad? Say yes, or no.")
    assert (pressed["does"], pressed["asks"]) == ("wait", "pain")
    assert say("yes", **SET | {"playing": False})["does"] == "wait"


def test_an_open_question_is_answered_by_what_is_said(say: Say) -> None:
    say("it hurts", **SET)
    paused = SET | {"playing": False}

    assert say("no", **paused)["asks"] == "gently"
    assert say("the cat", **paused)["asks"] == "gently"
    gently = say("yes", **paused)
    assert (gently["does"], gently["changed"]) == ("go", True)


def test_a_question_in_a_pause_leaves_it_paused(say: Say) -> None:
    told = say("how many more", **SET | {"playing": False})

    assert (told["does"], told["words"]) == ("stay", "You have done four. Six to go.")


def test_slower_is_another_routine(say: Say) -> None:
    asked = say("slower", **SET)
    told = say("yes", **SET | {"playing": False}) if asked["asks"] else asked

    assert (told["does"], told["changed"]) == ("go", True)


@pytest.mark.parametrize(
    "position",
    [
        {"exercise": "x", "side": "left", "set": 1},
        SET | {"set": 99},
        SET | {"elapsed_ms": -1},
        SET | {"elapsed_ms": "1"},
        SET | {"elapsed_ms": True},
        SET | {"playing": "yes"},
    ],
)
def test_a_position_that_makes_no_sense_is_refused(say: Say, position: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no "):
        say("next", **position)


def test_words_and_a_button_at_once_are_refused(coach: PageCoach) -> None:
    with pytest.raises(ValueError, match="not known"):
        coach.say({"said": "hurts", "text": "next"})


@pytest.fixture
def full(made: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full: nothing more is saved."""

    def save(*_: object) -> int:
        raise StoreError("disk full")

    monkeypatch.setattr(made.store, "save", save)


@pytest.mark.usefixtures("full")
def test_with_a_full_disk_pain_is_asked_about_and_the_answer_is_understood(say: Say) -> None:
    told = say("it hurts", **SET)

    assert (told["asks"], told["kept"]) == ("pain", False)
    assert say("yes", **SET | {"playing": False})["words"].startswith("We leave out heel raises")


@pytest.mark.usefixtures("full")
def test_with_a_full_disk_a_set_is_not_said_to_be_kept(coach: PageCoach) -> None:
    with pytest.raises(StoreError):
        coach.note(SET)


def test_what_was_not_kept_is_kept_with_the_next_turn(
    coach: PageCoach, say: Say, made: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr(made.store, "save", lambda *_: (_ for _ in ()).throw(StoreError("disk full")))
        with pytest.raises(StoreError):
            coach.note(SET | {"side": "right"})
    assert say("pause", **SET)["kept"]

    coach.note(SET)
    assert coach.timeline()["place"] == {"exercise": "heel_raises", "side": "right", "set": 2}


def test_after_a_possible_emergency_the_page_has_to_ask_before_it_leads(
    coach: PageCoach, say: Say
) -> None:
    assert not coach.timeline()["asks"]
    say("i feel unwell", **SET)
    assert coach.timeline()["asks"]

    asked = coach.say({"said": "start"} | SET | {"playing": False})
    assert (asked["does"], asked["asks"]) == ("wait", "well")
    assert say("next", **SET)["does"] == "wait"
    coach.say({"said": "yes"})
    assert not coach.timeline()["asks"]


def test_what_the_recording_still_leads_after_it_was_left_out_leads_on_to_what_is_ahead(
    coach: PageCoach, say: Say
) -> None:
    say("slower", **SET)
    assert coach.say({"said": "yes"})["later"]
    there = SET | {"exercise": "toe_walking", "side": "both", "set": 2}

    assert say("pause", **there)["does"] == "wait"
    assert say("next", **there)["place"]["exercise"] == "ankle_circles"


def test_pain_in_what_is_left_out_stops_and_waits_at_what_is_ahead(
    coach: PageCoach, say: Say
) -> None:
    """The recording leads it on until the other one is made."""
    say("slower", **SET)
    coach.say({"said": "yes"})
    there = SET | {"exercise": "toe_walking", "side": "both", "set": 2}
    for told in (say("it hurts", **there), coach.say({"said": "hurts"} | there)):
        assert told["words"].startswith("Stop, and let go.")
        assert (told["does"], told["asks"]) == ("wait", "")
        assert told["place"]["exercise"] == "ankle_circles"
    assert coach.timeline()["place"]["exercise"] == "ankle_circles"

    told = say("i can't do this", **there)
    assert (told["does"], told["place"]["exercise"]) == ("wait", "ankle_circles")
    assert "left out" in told["words"]
