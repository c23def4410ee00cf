"""What is refused is not led, what is come to is prepared, and a wobble is held on to first."""

import re
from itertools import pairwise
from typing import Any, Final

import pytest
from plans import ENGLISH, ROUTINE, planned
from turns import DAY, MORNING, SECOND, Heard, Turns, listener_key
from utterances import BY_INTENT, different, speak

from skill import app
from skill.conversation.questions import QUESTIONS
from skill.conversation.turn import Slot
from skill.listener.codec import decode
from skill.routine.planner import MINUTE_MS
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

APP: Final = app.build(MemoryStore(Clock.stopped(MORNING)), lambda _: "")
"""It keeps nothing, so that conversations with it do not know of each other."""

HEARD_OUT_MS: Final = 400 * SECOND
"""Longer than any response lasts."""

NAMES: Final = ENGLISH.names["exercise"]


def started() -> Turns:
    turns = Turns(APP, Clock.stopped(MORNING))
    turns.launch()
    turns.say("StartRoutineIntent", 5 * SECOND)
    return turns


def before(name: str) -> Turns:
    """At the prompt that announces the exercise called *name*."""
    turns = started()
    for _ in range(ROUTINE.ids.index(name)):
        over = turns.say("WhereAmIIntent", HEARD_OUT_MS)
        if over.text.endswith(announced(name)):
            return turns
        turns.say("AMAZON.NextIntent")
    turns.say("WhereAmIIntent", HEARD_OUT_MS)
    return turns


def within(name: str) -> Turns:
    """Half a minute into the exercise called *name*."""
    turns = started()
    turns.begun(go_to(turns, name))
    turns.clock.move_on(30 * SECOND)
    return turns


def go_to(turns: Turns, name: str) -> Heard:
    return turns.say("GoToExerciseIntent", 5 * SECOND, exercise=Slot(NAMES[name], name))


def announced(name: str) -> str:
    """The end of a reply that announces the exercise called *name*, on its usual foot first."""
    text = ENGLISH.sentences[f"{name}.ahead"].texts[0].replace('"', "")
    return text.format(side=ROUTINE.exercise(name).first.value, other_side="")


def waits(heard: Heard) -> bool:
    return heard.is_open and heard.attributes["phase"] != "leading"


def following(name: str) -> str:
    return ROUTINE.ids[ROUTINE.ids.index(name) + 1]


@pytest.mark.parametrize("name", ROUTINE.ids[1:])
def test_what_is_refused_at_a_prompt_is_the_exercise_that_was_announced(name: str) -> None:
    turns = before(name)
    there: dict[str, Any] = dict(turns.attributes or {})
    said = [*BY_INTENT["SkipExerciseIntent"], f"skip {NAMES[name]}", f"i can't do {NAMES[name]}"]
    for utterance in different(said):
        turns.attributes = dict(there)
        heard = speak(turns, utterance)

        if name == ROUTINE.ids[-1]:
            assert heard.attributes["phase"] != "leading", utterance
        else:
            assert waits(heard), utterance
            assert heard.text.endswith(announced(following(name))), (utterance, heard.text)


@pytest.mark.parametrize("name", ROUTINE.ids[1:])
@pytest.mark.parametrize("word", ["AMAZON.NextIntent", "NextExerciseIntent", "ReadyIntent"])
def test_what_was_announced_is_led_at_a_word(name: str, word: str) -> None:
    heard = before(name).say(word, 5 * SECOND)

    assert heard.attributes["phase"] == "leading"
    assert heard.attributes["exercise"] == name


@pytest.mark.parametrize("name", ROUTINE.ids[1:])
@pytest.mark.parametrize(
    "way", ["go to", "skip", "next exercise", "leave out", "pain", "start with"]
)
def test_however_an_exercise_is_come_to_it_is_announced_and_waited_for(name: str, way: str) -> None:
    earlier = ROUTINE.ids[ROUTINE.ids.index(name) - 1]
    turns = within(earlier)
    if way == "pain":
        speak(turns, "ouch")
    said = {
        "go to": f"go to {NAMES[name]}",
        "start with": f"start with {NAMES[name]}",
        "leave out": f"leave out {NAMES[earlier]}",
        "pain": "yes",
    }.get(way, way)
    heard = speak(turns, said)

    assert waits(heard)
    assert heard.text.endswith(announced(name)), heard.text
    begun = speak(turns, "next", MINUTE_MS)
    assert begun.attributes["phase"] == "leading"
    assert begun.attributes["exercise"] == name


@pytest.mark.parametrize("name", ROUTINE.ids[1:])
def test_what_is_left_out_for_today_is_not_announced(name: str) -> None:
    earlier = ROUTINE.ids[ROUTINE.ids.index(name) - 1]
    last = name == ROUTINE.ids[-1]
    then = "Say Alexa, finish, or Alexa, repeat." if last else announced(following(name))
    turns = within(name)
    speak(turns, "ouch")
    left_out = speak(turns, "yes")
    prompt = "That was the last exercise. Say Alexa, finish." if last else then
    assert left_out.text.endswith(prompt), left_out.text
    repeated = speak(turns, "previous")
    assert waits(repeated)
    assert repeated.text.endswith(prompt), repeated.text

    speak(turns, f"go to {NAMES[earlier]}")
    led = speak(turns, "next")
    assert led.attributes["exercise"] == earlier
    assert led.text.endswith(then), led.text
    heard = speak(turns, "finish" if last else "next", led.ms + 3 * SECOND)
    assert "I will keep your place" not in heard.text
    assert last or heard.attributes["exercise"] == following(name)


@pytest.mark.parametrize("name", ROUTINE.ids[1:])
@pytest.mark.parametrize("way", ["the exercise before", "go back five sets", "start over"])
def test_an_exercise_that_is_gone_back_to_is_announced_and_waited_for(name: str, way: str) -> None:
    turns = within(name)
    heard = speak(turns, way)
    there = heard.attributes["exercise"]
    ready = ENGLISH.sentences[f"{there}.ahead"].texts[0].partition(".")[0]

    assert there in ROUTINE.ids[: ROUTINE.ids.index(name)]
    assert waits(heard)
    assert f"{ready}." in heard.text
    assert speak(turns, "next", MINUTE_MS).attributes["phase"] == "leading"


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_who_comes_back_hears_what_the_exercise_needs_before_going_on(name: str) -> None:
    store = MemoryStore(Clock.stopped(MORNING))
    kept = app.build(store, listener_key)
    turns = Turns(kept, Clock.stopped(MORNING))
    turns.launch()
    turns.say("StartRoutineIntent", 5 * SECOND)
    turns.begun(go_to(turns, name))
    side = turns.say("AMAZON.PauseIntent", 30 * SECOND).attributes["foot"]
    turns.drop()
    needs = ENGLISH.sentences[f"{name}.ready"].texts[0].format(side=side, other_side="")

    assert f" {needs} Shall we go on?" in turns.launch(HEARD_OUT_MS).text
    assert turns.say("AMAZON.YesIntent").attributes["phase"] == "leading"
    turns.drop()
    resumed = turns.say("AMAZON.ResumeIntent", 10 * SECOND)
    assert waits(resumed)
    assert "say Alexa, next." in resumed.text


def test_a_wish_in_a_pause_that_leads_elsewhere_announces_what_comes() -> None:
    turns = within("heel_raises")
    speak(turns, "i'm wobbly")
    speak(turns, "yes")

    assert speak(turns, "seated only").text.endswith(announced("ankle_circles"))
    assert speak(turns, "next").attributes["phase"] == "leading"


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_ready_and_done_in_a_pause_go_on_from_the_interrupted_set(name: str) -> None:
    turns = within(name)
    paused = turns.say("AMAZON.PauseIntent").attributes
    for utterance in different((*BY_INTENT["ReadyIntent"], *BY_INTENT["DoneIntent"])):
        turns.attributes = dict(paused)
        heard = speak(turns, utterance, MINUTE_MS)
        place = [heard.attributes[what] for what in ("exercise", "foot", "set", "done")]

        assert place == [paused[what] for what in ("exercise", "foot", "set", "done")], utterance
        assert heard.attributes["phase"] == "leading", utterance


def test_heel_raises_always_say_which_foot_is_lifted() -> None:
    for wording in ("full", "brief", "entry", "change"):
        for text in ENGLISH.sentences[f"heel_raises.{wording}"].texts:
            assert "{other_side} foot" in text, wording
    for move in ("resume", "repeat", "back", "other foot"):
        assert "foot" in speak(within("heel_raises"), move).text.partition("Up.")[0], move


@pytest.mark.parametrize("notice", ["notice", "notice_bare"])
def test_the_first_notice_says_in_one_sentence_how_to_interrupt_and_that_it_hurts(
    notice: str,
) -> None:
    (text,) = ENGLISH.sentences[notice].texts
    one = [each for each in text.split(". ") if each.startswith("To interrupt me")]

    assert len(one) == 1
    assert all(f'"Alexa, {word}"' in one[0] for word in ("pause", "next", "it hurts"))


def test_the_walk_turns_at_the_end_of_the_room_and_ends_near_the_device() -> None:
    assert "At the end of the room, turn round." in ENGLISH.sentences["toe_walking.full"].texts[0]
    assert ENGLISH.sentences["toe_walking.again"].one == ("Last round. Finish near me.",)
    assert ENGLISH.sentences["toe_walking.rest"].texts[0].startswith("Heels down.")


def test_brief_wordings_keep_their_safety() -> None:
    kept = {
        "heel_raises": ("Hold on",),
        "toe_walking": ("near the wall",),
        "ankle_circles": ("Sit",),
        "toe_curls": ("Both feet on the towel",),
        "resisted_flexion": ("firmly", "come back slowly"),
    }
    for name, clauses in kept.items():
        for text in ENGLISH.sentences[f"{name}.brief"].texts:
            assert all(clause in text for clause in clauses), name


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_a_wobble_is_held_on_to_and_asked_about(name: str) -> None:
    turns = within(name)
    there = turns.attributes
    for utterance in different(BY_INTENT["WobbleIntent"]):
        turns.attributes = dict(there or {})
        heard = speak(turns, utterance)

        assert heard.is_open, utterance
        assert heard.text.startswith("Stop there,")
        assert heard.text.endswith("Are you all right? Say yes, or no.")
        assert "call for help" not in heard.text
    assert "gently" in speak(turns, "yes").text
    again = speak(turns, "yes")
    assert again.text.startswith("Gently now")
    assert again.attributes["exercise"] == name
    turns.attributes = dict(there or {})
    speak(turns, "i'm wobbly")
    assert "call for help at once" in speak(turns, "no").text


def test_a_fall_and_faintness_stop_everything() -> None:
    for utterance in (
        "i fell",
        "i fell over",
        "i slipped",
        "i feel dizzy",
        "i can't catch my breath",
        "i'm breathless",
        "my chest hurts",
        "i feel faint",
    ):
        assert not speak(within("heel_raises"), utterance).is_open, utterance
    assert waits(speak(within("heel_raises"), "let me catch my breath"))


@pytest.mark.parametrize(
    "utterance", ["feels weird", "it feels weird", "my foot is numb", "pins and needles"]
)
def test_numbness_is_a_pain_and_who_stands_holds_on_first(utterance: str) -> None:
    assert speak(within("heel_raises"), utterance).text == (
        "Stop there, put both feet down, and hold on. Is it bad? Say yes, or no."
    )
    assert speak(within("toe_curls"), utterance).text.startswith("Stop there, and rest your foot.")


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_slower_costs_no_exercise_unasked(name: str) -> None:
    turns = within(name)
    for _ in range(6):
        found = exercises_of(turns.attributes or {})
        heard = speak(turns, "slower", 10 * SECOND)
        assert exercises_of(heard.attributes) == found
        if heard.attributes["asked"] != "slower":
            continue
        asked = dict(heard.attributes)
        kept = speak(turns, "no")
        assert exercises_of(kept.attributes) == found
        turns.attributes = asked
        heard = speak(turns, "yes")
        assert set(exercises_of(heard.attributes)) < set(found)
        assert "We do " in heard.text
        assert heard.attributes["phase"] == "leading"


def exercises_of(attributes: dict[str, Any]) -> tuple[str, ...]:
    return planned(decode(attributes, ROUTINE, planned).wishes).exercises


def test_what_is_left_for_less_time_is_put_as_what_is_done() -> None:
    turns = Turns(APP, Clock.stopped(MORNING))
    turns.launch()
    heard = speak(turns, "make it ten minutes")

    assert heard.text.startswith("Ten minutes: heel raises")
    assert "leave out" not in heard.text


def test_skip_this_foot_goes_to_the_sets_of_the_other() -> None:
    turns = within("toe_curls")
    heard = speak(turns, "skip this foot")

    assert [heard.attributes[what] for what in ("exercise", "foot", "set")] == [
        "toe_curls",
        "right",
        1,
    ]
    assert speak(turns, "skip this foot", 20 * SECOND).text.endswith(announced("resisted_flexion"))


@pytest.mark.parametrize("name", ["heel_raises", "ankle_circles"])
@pytest.mark.parametrize("announced_only", [False, True])
def test_skip_this_foot_leads_no_more_of_it_where_the_feet_take_turns(
    name: str, *, announced_only: bool
) -> None:
    """And what is left of the other foot is led to its end."""
    turns = started()
    go_to(turns, name)
    if not announced_only:
        speak(turns, "next")
    refused, other = ROUTINE.exercise(name).first, ROUTINE.exercise(name).first.other
    heard = speak(turns, "skip this foot", 20 * SECOND)
    part = heard.text.partition("Next, ")[0]

    assert heard.attributes["foot"] == other
    assert not re.search(rf"{refused} (heel|foot)(,| again|\.) (set|last set)", part, re.IGNORECASE)
    assert re.search(rf"{other} (heel|foot) again, last set", part, re.IGNORECASE)
    on = speak(turns, "next", heard.ms + 5 * SECOND)
    assert on.attributes["exercise"] == following(name)


def test_a_foot_that_was_skipped_comes_back_with_both_feet_and_with_a_new_start() -> None:
    for said in ("both feet", "start over"):
        turns = within("heel_raises")
        speak(turns, "skip this foot")
        wishes = decode(turns.attributes or {}, ROUTINE, planned).wishes
        assert dict(wishes.spared) == {"heel_raises": "right"}
        heard = speak(turns, said, 20 * SECOND)

        assert not decode(heard.attributes, ROUTINE, planned).wishes.spared
        assert "right heel" in heard.text.lower()


def test_a_routine_without_a_foot_that_was_skipped_is_not_called_the_whole() -> None:
    turns = within("heel_raises")
    heard = speak(turns, "skip this foot")
    while turns.attributes is not None:
        heard = speak(turns, "next", heard.ms + 5 * SECOND)

    assert "You did four exercises from start to finish." in heard.text
    assert "Well done" not in heard.text


def test_who_skips_both_feet_in_turn_goes_to_the_next_exercise() -> None:
    turns = within("ankle_circles")
    speak(turns, "skip this foot")

    assert speak(turns, "skip this foot", 20 * SECOND).text.endswith(announced("toe_curls"))


def test_the_next_exercise_is_left_out_and_this_one_goes_on() -> None:
    turns = within("heel_raises")
    heard = speak(turns, "skip the next exercise")

    assert heard.attributes["exercise"] == "heel_raises"
    assert heard.attributes["phase"] == "leading"
    assert "toe_walking" not in exercises_of(heard.attributes)
    assert heard.text.endswith(announced("ankle_circles"))


def test_at_a_prompt_the_next_exercise_is_the_one_that_is_announced() -> None:
    heard = speak(before("toe_walking"), "leave out the next one")

    assert heard.text.endswith(announced("ankle_circles"))


def test_nothing_comes_after_the_last_exercise_that_could_be_left_out() -> None:
    turns = within("resisted_flexion")
    heard = speak(turns, "skip the next one")

    assert heard.text.startswith("Nothing comes after this.")
    assert heard.attributes["exercise"] == "resisted_flexion"
    assert heard.attributes["phase"] == "leading"


def test_before_the_start_gently_and_how_long_mean_something() -> None:
    turns = Turns(APP, Clock.stopped(MORNING))
    turns.launch()

    assert speak(turns, "how long does it take").text.startswith("It takes about twenty minutes.")
    assert speak(turns, "gently").text.startswith("It is already the least I lead")
    wishes = turns.attributes["wishes"] if turns.attributes else {}
    assert wishes["eased"] == list(ROUTINE.ids)


def test_where_there_is_time_gently_before_the_start_is_slower() -> None:
    """Somebody new has the fewest of each already, but without the band there is time to spare."""
    turns = Turns(APP, Clock.stopped(MORNING))
    turns.launch()
    speak(turns, "I don't have a band")

    assert speak(turns, "gently").text.startswith("Gently today")
    wishes = turns.attributes["wishes"] if turns.attributes else {}
    assert wishes["tempo"] > 50


def test_each_question_has_an_answer_to_yes_and_no() -> None:
    for asked, question in QUESTIONS.items():
        assert not question.answers or "AMAZON.YesIntent" in question.answers, asked


def test_the_welcome_varies_and_is_never_longer_than_the_plain_one() -> None:
    texts = ENGLISH.sentences["fact"].other
    facts = [text.format(exercises="five", minutes="twenty") for text in texts]
    plain = facts[1]

    assert len(set(facts)) == len(facts)
    assert len(ENGLISH.sentences["fact"].one) == len(facts)
    assert all(len(fact) <= len(plain) for fact in facts)


def test_the_welcome_is_never_the_same_twice_in_a_row() -> None:
    store = MemoryStore(Clock.stopped(MORNING))
    turns = Turns(app.build(store, listener_key), Clock.stopped(MORNING))
    turns.launch()
    welcomes = [turns.launch(2 * DAY).text for _ in range(9)]

    assert all(one != other for one, other in pairwise(welcomes))


FACTS: Final = {
    "fact": (
        "balance, knees, hips and back",
        "tense, or weak and short",
        "flip-flops",
        "a morning",
        "before other exercise",
        "every other day",
        "practice can lessen pain",
    ),
    "farewell": ("every other day",),
    "why": (
        "strengthens and stretches",
        "balance",
        "back, knees and hips",
        "tense, or weak and short",
        "flip-flops",
        "morning",
        "every other day",
        "practice can lessen pain",
    ),
    "heel_raises.why": ("calves", "toes", "tendons", "balance"),
    "heel_raises.full": ("in line with your leg", "slowly"),
    "heel_raises.detail": ("two seconds or more",),
    "toe_walking.why": ("flat feet", "fallen arches", "balls of your feet"),
    "ankle_circles.why": ("muscles and tendons", "knee, back and neck"),
    "ankle_circles.detail": ("twelve", "outward at six"),
    "toe_curls.why": ("balance the foot", "arch", "runners"),
    "resisted_flexion.why": ("small muscles", "calf", "hip"),
    "resisted_flexion.full": ("ball of your", "as far as it goes", "against its pull"),
    "resisted_flexion.detail": ("chair or on the floor", "resist the pull"),
    "toe_curls.full": ("all the toes",),
    "saying.how_often": ("every other day", "morning", "before other exercise"),
}
"""Where each fact of the source is heard."""


def test_each_fact_of_the_source_has_a_place_where_it_is_heard() -> None:
    for key, facts in FACTS.items():
        said = " ".join(ENGLISH.sentences[key].texts).lower()
        assert all(fact.lower() in said for fact in facts), key


def test_why_before_the_start_is_of_the_whole_and_later_of_the_exercise() -> None:
    turns = Turns(APP, Clock.stopped(MORNING))
    turns.launch()

    assert "strengthens and stretches" in speak(turns, "why should i do this").text
    assert "Ankle circles loosen" in speak(within("ankle_circles"), "why").text
    assert "outward at six" in speak(within("ankle_circles"), "explain").text
