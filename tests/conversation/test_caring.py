"""Pain stops the exercise, and nothing that is said afterwards brings it back unasked."""

import json
import logging
import re
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plans import ENGLISH, ROUTINE, planned
from turns import DAY, LAUNCH, MORNING, SECOND, Heard, Turns, listener_key, words_of
from utterances import ANYTHING, BY_INTENT, EARS, MOMENT, different, speak

from skill import app
from skill.app import App
from skill.conversation.meanings import meaning
from skill.listener.codec import decode
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

PAIN: Final = BY_INTENT["PainIntent"]
EMERGENCY: Final = BY_INTENT["EmergencyIntent"]

APP: Final = app.build(MemoryStore(Clock.stopped(MORNING)), lambda _: "")
"""It keeps nothing, so that conversations with it do not know of each other."""

STORE: Final = MemoryStore(Clock.stopped(MORNING))
KEEPING: Final = app.build(STORE, listener_key)
"""It keeps what a launch in between has to find; to be emptied before each conversation."""

URGING: Final = re.compile(
    r"\b(carry on|keep going|keep at it|push (on|through)|come on|almost there|well done|great|"
    r"good job|bravo|try harder|no pain|when you are ready|shall we go on|once more,? then)\b",
    re.IGNORECASE,
)
"""What is not said to someone in pain."""


def led_to(name: str, made: App = APP, clock: Clock | None = None) -> Turns:
    """Half a minute into the exercise called *name*."""
    turns = Turns(made, clock or Clock.stopped(MORNING))
    turns.launch()
    turns.say("StartRoutineIntent", 5 * SECOND)
    turns.begun(speak(turns, f"go to {ENGLISH.names['exercise'][name]}", 5 * SECOND))
    turns.clock.move_on(30 * SECOND)
    return turns


def stop_of(name: str) -> str:
    """How to stop safely in the exercise called *name*: who stands holds on first."""
    seated = ROUTINE.exercise(name).seated
    return ENGLISH.sentences["pain" if seated else "pain_standing"].texts[0]


def leads(heard: Heard, exercise: str) -> bool:
    attributes = heard.attributes
    return attributes.get("phase") == "leading" and attributes["exercise"] == exercise


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_every_word_for_pain_stops_the_exercise_with_one_question(name: str) -> None:
    turns = led_to(name)
    there = turns.attributes
    for utterance in different(PAIN):
        turns.attributes = there
        heard = speak(turns, utterance)

        assert heard.text == f"{stop_of(name)} Is it bad? Say yes, or no.", utterance
        assert heard.attributes["phase"] == "paused"
        assert heard.is_open


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_every_word_for_an_emergency_stops_everything_and_says_to_get_help(name: str) -> None:
    turns = led_to(name)
    there = turns.attributes
    for utterance in different(EMERGENCY):
        turns.attributes = there
        heard = speak(turns, utterance)

        assert "Stop everything now" in heard.text, utterance
        assert "call for help at once" in heard.text
        assert not heard.is_open
        assert not URGING.search(heard.text)
        assert heard.attributes["phase"] == "ready"


def acted(turns: Turns, said: str, moment: int) -> tuple[Heard, str]:
    """Say it, or launch where nothing is said, and tell how it is understood."""
    if not said:
        return turns.ask(LAUNCH, moment), "LaunchRequest"
    return speak(turns, said, moment), meaning(EARS.hear(said)["name"])


ANSWERS: Final = ("LittleIntent", "UnsureIntent", "BetterIntent", "TryIntent")
"""What means one thing to one question and another to the next."""

SAID: Final = st.one_of(
    *(st.just(""), ANYTHING, st.sampled_from([*PAIN, "yes", "no", "gently"])),
    st.sampled_from([said for name in ANSWERS for said in BY_INTENT[name]]),
)
"""Anything, and now and then what matters most."""


TAKEN_UP: Final = {
    "gently": ("AMAZON.YesIntent", "TryIntent"),
    "steadier": ("AMAZON.YesIntent", "TryIntent", "LittleIntent", "BetterIntent"),
    "cannot": ("AMAZON.YesIntent", "TryIntent", "LittleIntent"),
}
"""What takes up the offer to go on gently, by the question that has it."""


@given(
    st.sampled_from(ROUTINE.ids),
    st.sampled_from(PAIN),
    st.lists(st.tuples(SAID, MOMENT), min_size=1, max_size=5),
)
@example("heel_raises", "ouch", [("next", 0)])
@example("heel_raises", "ouch", [("start over", 0)])
@example("heel_raises", "ouch", [("no", 0), ("gently", 0), ("ouch", 0), ("start over", 0)])
@example("heel_raises", "ouch", [("yes", 0), ("go to heel raises", 0), ("gently", 0)])
@example("toe_walking", "ouch", [("", 0), ("yes", 0)])
@example("heel_raises", "ouch", [("", 0), ("start", 0)])
@example("ankle_circles", "very", [("i feel unsteady on my feet", 0), ("yes", 0), ("yes", 0)])
@settings(max_examples=250, deadline=None)
def test_what_hurt_is_not_led_again_unless_gently_is_accepted(
    name: str, pain: str, acts: list[tuple[str, int]]
) -> None:
    """Once, and after a second pain never in that routine, whatever is said in whatever order."""
    STORE.rows.clear()
    turns = led_to(name, KEEPING)
    before = speak(turns, pain).attributes
    accepted, out = False, False
    for said, moment in acts:
        heard, intent = acted(turns, said, moment)
        asked, here = before.get("asked"), heard.attributes.get("exercise")
        about_it = before.get("exercise") == name
        if intent == "EmergencyIntent" or before.get("phase") == "done" or asked == "hurt_before":
            return  # another routine, which has its own question
        if about_it and intent in {"GentlyIntent", *TAKEN_UP.get(asked or "", ())}:
            accepted = not out
        if intent == "AMAZON.YesIntent" and asked == "pain" and about_it:
            out = True
        if intent == "PainIntent" and here == name:
            out = True
        if intent == "AMAZON.NoIntent" and asked in {"gently", "cannot"} and about_it:
            out = True
        if intent == "UnsureIntent" and asked in {"pain", "gently", "cannot"} and about_it:
            out = True

        assert not leads(heard, name) or (accepted and not out), said
        if intent == "PainIntent":
            assert not URGING.search(heard.text)
        before = heard.attributes


ASK: Final = "Stop there, put both feet down, and hold on. Is it bad?"
WHETHER: Final = "Is it bad?"
OFFER: Final = "We can try heel raises once more, smaller and softer."
GENTLY: Final = "Gently now: only as far as it feels good."
OUT: Final = "We leave out heel raises today."
OTHERWISE: Final = "Leaving out heel raises. Next, toe walking."


@pytest.mark.parametrize(
    ("said", "to_how_bad", "to_the_offer"),
    [
        ("yes it is", OUT, GENTLY),
        ("it is", OUT, GENTLY),
        ("no it isn't", OFFER, OUT),
        ("no it's not", OFFER, OUT),
        ("not too bad", OFFER, OFFER),
        ("just a little", OFFER, OFFER),
        ("a bit", OFFER, OFFER),
        ("very bad", OUT, OUT),
        ("it's worse", OUT, OUT),
        ("i'm not sure", OUT, OUT),
        ("it still hurts", OUT, OUT),
        ("still hurts", OUT, OUT),
        ("it's better", OFFER, OFFER),
        ("i'm fine", OFFER, OFFER),
        ("let's try", WHETHER, GENTLY),
        ("okay gently", GENTLY, GENTLY),
        ("leave it", OFFER, OUT),
        ("no skip it", OFFER, OUT),
        ("skip it", OTHERWISE, OTHERWISE),
        ("what do i need", WHETHER, "Say gently, or skip."),
        ("hmm", WHETHER, "Say gently, or skip."),
    ],
)
def test_an_answer_means_what_was_asked(said: str, to_how_bad: str, to_the_offer: str) -> None:
    """What could be taken in two ways is taken in the safer; nothing but a yes leads on."""
    turns = led_to("heel_raises")
    assert speak(turns, "ouch").text.startswith(ASK)
    asked = turns.attributes
    heard = speak(turns, said, 5 * SECOND)
    turns.attributes = asked
    assert speak(turns, "no", 5 * SECOND).text.startswith(OFFER)
    offered = speak(turns, said, 5 * SECOND)

    assert to_how_bad in heard.text
    assert to_the_offer in offered.text
    assert leads(offered, "heel_raises") == (to_the_offer == GENTLY)


@pytest.mark.parametrize("said", ["it is", "a bit", "maybe", "it's better", "let's try", "fine"])
def test_an_answer_to_no_question_is_answered(said: str) -> None:
    turns = led_to("heel_raises")
    heard = speak(turns, said)

    assert heard.is_open
    assert "understand" not in heard.text


def test_another_exercise_that_hurts_is_led_only_gently_too() -> None:
    """The one that is being led stops as well: it may be meant."""
    turns = led_to("heel_raises")
    heard = speak(turns, "ankle circles hurt")
    speak(turns, "yes")
    offered = speak(turns, "go to ankle circles")

    assert heard.text.startswith(ASK)
    assert heard.attributes["memory"]["ask_about"] == ["heel_raises", "ankle_circles"]
    assert offered.text.startswith(
        "Sit well back on your chair. We can try ankle circles once more"
    )


def test_skip_after_an_exercise_that_hurt_leaves_out_that_one_and_not_the_next() -> None:
    turns = led_to("toe_walking")
    turns.clock.move_on(600 * SECOND)
    for said in ("ouch", "no"):
        asked = speak(turns, said)
    heard = speak(turns, "skip")
    led = speak(turns, "next")

    assert asked.text.endswith("Say gently, or skip.")
    assert heard.text.startswith("We leave out toe walking today.")
    assert "Next, ankle circles." in heard.text
    assert leads(led, "ankle_circles")


def test_silence_after_the_question_hears_it_again() -> None:
    turns = led_to("heel_raises")
    heard = speak(turns, "ouch")

    assert words_of(heard.reprompt).startswith("Is it bad? Say yes, or no. If I am gone,")


def test_what_is_not_understood_in_a_set_may_have_been_a_cry_for_help() -> None:
    """Each time in other words, and before any word of going on."""
    turns = led_to("heel_raises")
    first, second = speak(turns, "my wotsit").text, speak(turns, "oh dear").text

    assert first != second
    assert "say I feel unwell. To go on, say Alexa, resume." in first
    assert "say it hurts. To go on, say Alexa, resume." in second


def test_before_the_start_nobody_is_asked_for_pains() -> None:
    turns = Turns(APP, Clock.stopped(MORNING))
    turns.launch()

    assert "hurts" not in speak(turns, "oh dear").text


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_gently_is_the_fewest_repetitions_whatever_is_wished_then(name: str) -> None:
    turns = led_to(name)
    speak(turns, "ouch")
    speak(turns, "no", 5 * SECOND)
    heard = speak(turns, "gently", 5 * SECOND)
    least = ROUTINE.exercise(name).reps.least

    assert heard.text.startswith("Gently now: only as far as it feels good.")
    for wish in ("more", "everything again", "make it twenty minutes", "start over"):
        heard = speak(turns, wish, 20 * SECOND)
        if leads(heard, name):
            reps = heard.attributes["wishes"].get("reps", {})

            assert reps.get(name, 0) == least, wish


def dose_of(heard: Heard) -> tuple[int, int, int]:
    """The sets, repetitions and tempo of the set that is led."""
    state = decode(heard.attributes, ROUTINE, planned)
    plan = planned(state.wishes)
    step = plan.steps[state.progress.at]
    tempo = [dose.tempo for dose in plan.doses if dose.exercise == step.place.exercise][-1]
    return step.sets, step.reps or 0, tempo


@pytest.mark.parametrize("name", ROUTINE.ids)
@pytest.mark.parametrize("level", ROUTINE.levels)
@pytest.mark.parametrize("only", [False, True])
@pytest.mark.parametrize("word", ["gently", "ouch"])
def test_gently_is_gentler_or_it_is_said_that_nothing_less_is_led(
    name: str, level: str, word: str, *, only: bool
) -> None:
    """Never more; after a pain as without one."""
    turns = Turns(APP, Clock.stopped(MORNING))
    turns.launch()
    spoken = ENGLISH.names["exercise"][name]
    turns.attributes = {**(turns.attributes or {}), "wishes": {"level": level}}
    speak(turns, f"just the {spoken}" if only else "where am i")
    sets, reps, tempo = dose_of(speak(turns, f"go to {spoken}"))
    if word == "ouch":
        speak(turns, "ouch", 15 * SECOND)
        speak(turns, "no")
    heard = speak(turns, "gently", 15 * SECOND)
    after = dose_of(heard)
    exercise = ROUTINE.exercise(name)
    less = after[:2] != (sets, reps) or (reps and after[2] >= tempo + 5)

    assert heard.text.startswith("Gently now: only as far as it feels good.")
    assert after[0] == exercise.sets.least
    assert after[1] == exercise.reps.least
    assert after[2] >= tempo or not reps
    assert ("least I lead, so make each movement smaller" in heard.text) == (not less)


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_nothing_offered_after_a_pain_leads_back_to_it(name: str) -> None:
    """The words say how to leave it, and the way they name leads on or ends."""
    turns = led_to(name)
    speak(turns, "ouch")
    heard = speak(turns, "yes", 5 * SECOND)
    after = speak(turns, "next", 5 * SECOND)

    assert "We leave out" in heard.text
    last = name == ROUTINE.ids[-1]
    assert heard.text.endswith("Say Alexa, finish." if last else "say Alexa, next.")
    assert "repeat" not in heard.text
    assert not URGING.search(heard.text)
    assert not leads(after, name)


def test_to_go_to_what_hurt_badly_keeps_the_place() -> None:
    turns = led_to("heel_raises")
    speak(turns, "ouch")
    speak(turns, "yes")
    speak(turns, "go to ankle circles")
    heard = speak(turns, "go to heel raises", 30 * SECOND)

    assert "We leave out heel raises today." in heard.text
    assert heard.attributes["exercise"] == "ankle_circles"


def test_pain_before_the_start_is_no_day_to_begin() -> None:
    turns = Turns(APP, Clock.stopped(MORNING))
    there = turns.launch().attributes
    for utterance in different(PAIN):
        turns.attributes = there
        heard = speak(turns, utterance)

        assert heard.text.startswith("Then let it rest today."), utterance
        assert not heard.is_open
        assert not URGING.search(heard.text)


# What hurt is asked about before the next routine.


def hurt_and_gone(turns: Turns) -> None:
    """A routine that ended with a pain at heel raises, two days ago."""
    speak(turns, "ouch")
    speak(turns, "stop")
    turns.drop()
    turns.clock.move_on(2 * DAY)


BEGINNINGS: Final = ("", "start", "next", "go to toe curls", "start over", "skip", "other foot")
"""The ways to begin; nothing is said to launch."""


@pytest.mark.parametrize("first", [*BEGINNINGS, "resume", "repeat", "back", "left foot", "yes"])
def test_what_hurt_is_asked_about_before_anything_is_led(first: str, made: App) -> None:
    turns = led_to("heel_raises", made)
    hurt_and_gone(turns)
    heard, _ = acted(turns, first, 0)

    assert heard.text == ("Last time, heel raises hurt. Is the pain gone? Say yes, or no.")
    assert heard.attributes["phase"] == "ready"


def test_well_again_is_led_as_ever_and_not_asked_again(made: App) -> None:
    turns = led_to("heel_raises", made)
    hurt_and_gone(turns)
    turns.launch()
    welcome = speak(turns, "yes")
    heard = speak(turns, "start")
    speak(turns, "stop", 20 * SECOND)

    assert "Say start" in welcome.text
    assert leads(heard, "heel_raises")
    assert "Gently" not in heard.text
    assert "pain" not in turns.launch(2 * DAY).text


@pytest.mark.parametrize("answer", ["yes it is", "it's better", "yes it's better", "it's gone"])
def test_well_again_is_said_in_many_ways(answer: str, made: App) -> None:
    turns = led_to("heel_raises", made)
    hurt_and_gone(turns)
    turns.launch()

    assert speak(turns, answer).text.startswith("Your foot routine:")


@pytest.mark.parametrize(
    "answer",
    [
        *("no", "it hurts", "ouch", "it still hurts", "still hurts", "very bad", "not too bad"),
        *("just a little", "a bit", "a bit better", "not yet", "no it isn't", "i'm not sure"),
        *("skip it", "no skip it", "leave it", "almost"),
    ],
)
def test_not_well_is_left_out_and_asked_about_again(answer: str, made: App) -> None:
    turns = led_to("heel_raises", made)
    hurt_and_gone(turns)
    turns.launch()
    speak(turns, answer)
    heard = speak(turns, "start")
    speak(turns, "stop", 20 * SECOND)

    assert heard.text.startswith("We leave out heel raises today. Next, toe walking.")
    assert "Last time, heel raises hurt." in turns.launch(2 * DAY).text


def test_a_question_that_is_not_answered_leads_to_the_offer(made: App) -> None:
    """It is asked once, and does not hold up the routine."""
    turns = led_to("heel_raises", made)
    hurt_and_gone(turns)
    turns.launch()
    offered = speak(turns, "start")
    gently = speak(turns, "gently")

    assert offered.text.startswith("We can try heel raises once more, smaller and softer.")
    assert gently.text.startswith("Gently now")
    assert leads(gently, "heel_raises")


def test_pain_in_a_routine_that_is_started_over_is_still_asked_about(made: App) -> None:
    turns = led_to("heel_raises", made)
    speak(turns, "ouch")
    speak(turns, "start over")
    speak(turns, "gently")
    for _ in range(len(ROUTINE.ids)):
        turns.say("AMAZON.NextIntent", 400 * SECOND)

    assert "Last time, heel raises hurt." in turns.launch(2 * DAY).text


# After what may have been an emergency.


def stopped(turns: Turns) -> None:
    """Everything was stopped, just now."""
    speak(turns, "i feel dizzy")


WELL: Final = "Last time we had to stop. Are you well again? Say yes, or no."


@pytest.mark.parametrize("first", [*BEGINNINGS, "resume", "repeat", "back", "left foot", "skip"])
def test_after_an_emergency_it_is_asked_first_whether_all_is_well(first: str, made: App) -> None:
    """And nothing is led before that is answered, however often something else is said."""
    turns = led_to("heel_raises", made)
    stopped(turns)
    heard, _ = acted(turns, first, 60 * SECOND)
    for said in ("start", "just the toe curls", "go to ankle circles", "start over"):
        after = speak(turns, said, 5 * SECOND)

        assert after.attributes["phase"] == "ready"

    assert heard.text == WELL


def test_who_is_well_again_after_an_emergency_is_led_as_ever(made: App) -> None:
    turns = led_to("heel_raises", made)
    stopped(turns)
    turns.launch(60 * SECOND)
    welcome = speak(turns, "yes")
    heard = speak(turns, "start")
    speak(turns, "stop", 20 * SECOND)

    assert "Say start" in welcome.text
    assert leads(heard, "heel_raises")
    assert turns.launch(60 * SECOND).text.startswith("Welcome back.")


@pytest.mark.parametrize(
    ("intent", "answer"),
    [
        ("LittleIntent", "Then do no exercises now."),
        ("UnsureIntent", "Then do no exercises now."),
        ("BetterIntent", "Your foot routine: five exercises"),
        ("TryIntent", "Last time we had to stop. Are you well again?"),
    ],
)
def test_whether_all_is_well_is_answered_in_peoples_own_words(
    made: App, intent: str, answer: str
) -> None:
    """And in doubt it is not."""
    turns = led_to("heel_raises", made)
    stopped(turns)
    turns.launch(60 * SECOND)

    assert turns.say(intent).text.startswith(answer)


def test_who_is_not_well_yet_is_not_led_and_is_asked_again(made: App) -> None:
    turns = led_to("heel_raises", made)
    stopped(turns)
    turns.launch(60 * SECOND)
    heard = speak(turns, "no")

    assert heard.text.startswith("Then do no exercises now.")
    assert not heard.is_open
    assert not URGING.search(heard.text)
    assert turns.launch(60 * SECOND).text == WELL


def test_of_an_emergency_one_question_is_kept_and_not_for_long(
    made: App, store: MemoryStore
) -> None:
    turns = led_to("heel_raises", made)
    before = speak(turns, "where am i").attributes["memory"]
    stopped(turns)
    (row,) = store.rows.values()
    kept = json.loads(str(row.state))
    later = turns.launch(2 * DAY)

    assert kept["unwell"] is True
    assert changed(before, kept["memory"]) <= {"sessions", "led_ms", "streak", "last"}
    assert later.text.startswith("Your foot routine")
    assert "unwell" not in later.attributes


# What is kept of it.


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {key for key in before | after if before.get(key) != after.get(key)}


def test_of_a_pain_nothing_is_kept_but_what_to_ask_about(made: App, store: MemoryStore) -> None:
    """In the routine under way, how far it went too, so that it is not led again; then no more."""
    turns = led_to("heel_raises", made)
    before = speak(turns, "where am i").attributes
    after = speak(turns, "my left foot hurts").attributes

    assert changed(before, after) <= {"asked", "hurt", "pained", "memory", "saved", "said"}
    assert changed(before["memory"], after["memory"]) == {"ask_about"}
    assert after["memory"]["ask_about"] == ["heel_raises"]
    assert "left" not in json.dumps([after["hurt"], after["pained"], after["memory"]["ask_about"]])

    speak(turns, "yes")
    for _ in range(len(ROUTINE.ids)):
        turns.say("AMAZON.NextIntent", 400 * SECOND)
    (row,) = store.rows.values()
    kept = json.loads(str(row.state))

    assert kept["phase"] == "done"
    assert not kept["hurt"]
    assert not kept["pained"]
    assert kept["memory"]["ask_about"] == ["heel_raises"]


def test_a_pain_is_in_no_log_and_on_no_card(made: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    turns = led_to("heel_raises", made)
    answers = [speak(turns, said, 5 * SECOND) for said in ("ouch", "no", "gently", "ouch", "next")]
    turns.say("AMAZON.StopIntent", 5 * SECOND)
    answers += [turns.launch(2 * DAY), speak(turns, "no"), speak(turns, "start")]
    answers.append(speak(turns, "i feel dizzy", 5 * SECOND))
    cards = json.dumps([heard.response["response"].get("card") for heard in answers])

    for word in ("pain", "hurt", "ouch", "gently", "dizzy", "Emergency"):
        assert word.casefold() not in caplog.text.casefold()
        assert word.casefold() not in cards.casefold()


# What is never said.


NAGGING: Final = re.compile(
    r"\b(rate|rating|review|stars|upgrade|premium|subscribe|buy|purchase|price|profile|sign up|"
    r"newsletter|free trial)\b",
    re.IGNORECASE,
)


def test_nothing_is_sold_and_nobody_is_nagged() -> None:
    for key, sentence in ENGLISH.sentences.items():
        for text in sentence.texts:
            assert not NAGGING.search(text), key
            assert "!" not in text, key


PRAISE: Final = re.compile(r"\b(well done|great|bravo|excellent|good job|perfect)\b", re.IGNORECASE)


@given(st.lists(st.tuples(ANYTHING, MOMENT), max_size=10))
@example([("skip", 0)] * 6)
@example([("next exercise", 400 * SECOND)] * 4 + [("skip", 0)] * 2)
@settings(max_examples=60, deadline=None)
def test_only_a_whole_routine_is_praised(acts: list[tuple[str, int]]) -> None:
    """No praise for what was skipped, nor for what was not done to its end."""
    turns = led_to("heel_raises")
    for said, moment in acts:
        heard = speak(turns, said, moment)
        if PRAISE.search(heard.text):
            done = heard.attributes["done"]
            sets = sum(len(numbers) for feet in done.values() for numbers in feet.values())

            assert heard.attributes["phase"] == "done"
            assert not heard.attributes["skipped"]
            assert sets == len(decode(heard.attributes, ROUTINE, planned).progress.course)
