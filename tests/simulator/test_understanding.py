import json
from itertools import cycle
from typing import Any, Final

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import IntentRequest
from ears import ears_for, phrases_for
from hypothesis import given
from hypothesis import strategies as st
from size import LONG

from skill.language.interaction_model import BUILT_IN_TYPES, NUMBER, TIME, Intent, SlotType
from skill.language.phrases import load
from skill.simulator.spoken_times import spoken_times
from skill.simulator.understanding import Understanding

# Amazon, "Request Types Reference": what a slot of an IntentRequest may hold.
SLOT_KEYS = {"name", "value", "resolutions", "confirmationStatus", "source", "slotValue"}

PHRASES = phrases_for("en")
EARS = ears_for("en")
TYPES = {kind.name: kind for kind in PHRASES.types}
TIMES_IN_A_SAMPLE = 140
"""All 13 518 times have their turns in the 102 samples of ReminderIntent."""

VALUES_IN_A_SAMPLE: Final = 16
"""So many values have their turn in a sample, others in the next; in the long run all in each."""

MEANINGS = {intent.name: intent.meaning for intent in PHRASES.intents} | {
    "AMAZON.CancelIntent": "AMAZON.StopIntent"  # both are answered by stopping
}
SAID = {
    NUMBER: "10",
    TIME: "7:30",
    **{kind.name: kind.values[0].name for kind in PHRASES.types},
}
WORDS = sorted(
    {word for intent in PHRASES.intents for said in intent.samples for word in PHRASES.words(said)}
)


def said_for(kind: SlotType) -> list[tuple[str, str]]:
    """Everything that can be said for a type, each with the ID that it means."""
    return [(said, value.id) for value in kind.values for said in (value.name, *value.synonyms)]


def known_id(slot: dict[str, Any]) -> str | None:
    """The ID that a slot of an intent was resolved to."""
    (found,) = slot["resolutions"]["resolutionsPerAuthority"]
    if found["status"]["code"] == "ER_SUCCESS_NO_MATCH":
        return None
    (value,) = found["values"]
    id_: str = value["value"]["id"]
    return id_


def filled(heard: dict[str, Any]) -> dict[str, Any]:
    """The slots of an intent that hold something."""
    slots: dict[str, Any] = heard.get("slots") or {}
    return {name: slot for name, slot in slots.items() if "value" in slot}


@pytest.mark.parametrize("intent", PHRASES.intents, ids=lambda intent: intent.name)
def test_every_sample_reaches_its_own_intent(intent: Intent) -> None:
    """With whatever the slots can hold: names, synonyms and numbers go round over the samples."""
    known = {NUMBER: [(said, str(n)) for n, said in enumerate(PHRASES.numbers)]}
    known |= {TIME: list(spoken_times(PHRASES).items())}
    known |= {name: said_for(kind) for name, kind in TYPES.items()}
    values = {name: cycle(pairs) for name, pairs in known.items()}
    most = max(map(len, known.values())) if LONG else VALUES_IN_A_SAMPLE
    turns = {name: min(len(pairs), most) for name, pairs in known.items()}
    turns |= {TIME: TIMES_IN_A_SAMPLE}

    for sample in intent.samples:
        held = [slot for slot in intent.slots if f"{{{slot.name}}}" in sample]
        for _ in range(max((turns[slot.type] for slot in held), default=1)):
            meant = {slot.name: next(values[slot.type]) for slot in held}
            utterance = sample.format(**{name: said for name, (said, _) in meant.items()})
            heard = EARS.hear(utterance)

            assert heard["name"] == intent.name, utterance
            if held and utterance in intent.samples:
                continue  # it is listed as it stands, too, without a slot
            if len(held) > len({slot.type for slot in held}):  # which of them holds what is open
                ids = {known_id(slot) for slot in filled(heard).values()}
                assert ids == {id_ for _, id_ in meant.values()}, utterance
                continue
            for slot in intent.slots:
                got = heard["slots"][slot.name]
                if slot.name not in meant:
                    assert got == {"name": slot.name, "confirmationStatus": "NONE"}, utterance
                elif slot.type in BUILT_IN_TYPES:
                    assert got["value"] == meant[slot.name][1], utterance
                else:
                    assert known_id(got) == meant[slot.name][1], utterance


POLITE: Final = [
    intent
    for intent in PHRASES.intents
    if not intent.built_in or intent.name in {each.like for each in PHRASES.intents}
]
"""Of Amazon's intents, those that one of the skill's is like: Amazon takes the others exactly."""


@pytest.mark.parametrize("intent", POLITE, ids=lambda intent: intent.name)
def test_politeness_and_punctuation_change_no_sample(intent: Intent) -> None:
    for sample in intent.samples:
        said = {slot.name: SAID[slot.type] for slot in intent.slots}
        utterance = sample.format(**said)
        heard, plain = (
            EARS.hear(f"Alexa, please {utterance.title()}, please!"),
            EARS.hear(utterance),
        )

        assert MEANINGS[heard["name"]] == MEANINGS[plain["name"]], utterance
        assert filled(heard) == filled(plain), utterance


@pytest.mark.parametrize(("said", "id_"), said_for(TYPES["Exercise"]))
def test_every_name_of_an_exercise_is_known_by_itself(said: str, id_: str) -> None:
    heard = EARS.hear(said)

    assert heard["name"] == "GoToExerciseIntent"
    assert heard["slots"]["exercise"]["value"] == said
    assert known_id(heard["slots"]["exercise"]) == id_


@pytest.mark.parametrize("minutes", range(1, 61))
def test_a_number_is_heard_in_words_and_in_digits(minutes: int) -> None:
    in_words = EARS.hear(f"i have {PHRASES.numbers[minutes]} minutes")
    in_digits = EARS.hear(f"I have {minutes} minutes.")

    assert in_words["slots"]["minutes"]["value"] == str(minutes)
    assert in_digits == in_words


@pytest.mark.parametrize("digits", ["61", "999", "1000", "9" * 5000])
def test_a_number_without_a_name_stays_as_it_was_said(digits: str) -> None:
    """int() refuses more than 4300 digits; nothing here has to count."""
    assert EARS.hear(f"{digits} minutes")["slots"]["minutes"]["value"] == digits


def test_a_known_name_comes_as_alexa_sends_it() -> None:
    found = {
        "resolutionsPerAuthority": [
            {
                "authority": "amzn1.er-authority.echo-sdk.amzn1.ask.skill.offline.Exercise",
                "status": {"code": "ER_SUCCESS_MATCH"},
                "values": [{"value": {"name": "heel raises", "id": "heel_raises"}}],
            }
        ]
    }

    assert EARS.hear("start a ten minute routine") == {
        "name": "StartRoutineIntent",
        "confirmationStatus": "NONE",
        "slots": {
            "minutes": {
                "name": "minutes",
                "value": "10",
                "confirmationStatus": "NONE",
                "source": "USER",
                "slotValue": {"type": "Simple", "value": "10"},
            },
            "exercise": {"name": "exercise", "confirmationStatus": "NONE"},
            "foot": {"name": "foot", "confirmationStatus": "NONE"},
        },
    }
    assert EARS.hear("go to the calf raises")["slots"]["exercise"] == {
        "name": "exercise",
        "value": "calf raises",
        "resolutions": found,
        "confirmationStatus": "NONE",
        "source": "USER",
        "slotValue": {"type": "Simple", "value": "calf raises", "resolutions": found},
    }


def test_an_unknown_name_comes_as_alexa_sends_it() -> None:
    found = {
        "resolutionsPerAuthority": [
            {
                "authority": "amzn1.er-authority.echo-sdk.amzn1.ask.skill.offline.Exercise",
                "status": {"code": "ER_SUCCESS_NO_MATCH"},
            }
        ]
    }
    heard = EARS.hear("start the elbow routine")

    assert heard["name"] == "StartRoutineIntent"
    assert heard["slots"]["exercise"] == {
        "name": "exercise",
        "value": "elbow",
        "resolutions": found,
        "confirmationStatus": "NONE",
        "source": "USER",
        "slotValue": {"type": "Simple", "value": "elbow", "resolutions": found},
    }


def test_an_intent_without_slots_comes_as_alexa_sends_it() -> None:
    assert EARS.hear("next") == {"name": "AMAZON.NextIntent", "confirmationStatus": "NONE"}
    on = {"name": "NextExerciseIntent", "confirmationStatus": "NONE"}
    assert EARS.hear("next exercise") == on


@pytest.mark.parametrize("intent", PHRASES.intents, ids=lambda intent: intent.name)
def test_an_unknown_name_is_never_taken_for_a_known_one(intent: Intent) -> None:
    """It comes unmatched, or not at all; and never where it would begin the utterance."""
    for sample in intent.samples:
        if "{exercise}" not in sample:
            continue
        named = {"exercise": "elbow bends", "foot": "left", "part": "heel"}
        more = {"second": "toe curls", "third": "toe walking"}
        heard = EARS.hear(sample.format(minutes="ten", **named, **more))

        if heard["name"] == intent.name:
            slot = heard["slots"]["exercise"]
            assert "value" not in slot or known_id(slot) is None, sample
            assert not sample.startswith("{exercise}"), sample
        for slot in heard.get("slots", {}).values():
            named = slot.get("value") == "elbow bends"
            assert not named or known_id(slot) is None, sample


@pytest.mark.parametrize(
    "utterance",
    [
        "",
        " ",
        "?!",
        "please",
        "alexa",
        "alexa please",
        "\N{ARABIC-INDIC DIGIT NINE}\N{ARABIC-INDIC DIGIT NINE} minutes",
        "do you snore",
        "my elbow is made of wood",
        "my neighbour has pain",
    ],
)
def test_what_the_skill_cannot_do_is_not_taken_for_something_else(utterance: str) -> None:
    assert EARS.hear(utterance) == {"name": "AMAZON.FallbackIntent", "confirmationStatus": "NONE"}


@pytest.mark.parametrize(
    ("utterance", "name"),
    [
        ("ouch", "PainIntent"),
        ("it hurts", "PainIntent"),
        ("stop it hurts", "PainIntent"),
        ("it hurts on the left foot", "PainIntent"),
        ("my left foot is cramping", "PainIntent"),
        *(
            (said, "PainIntent")
            for said in (
                *("ouch my foot", "ouch my left foot", "i've got a cramp in my foot"),
                *("cramp in my calf", "that hurt", "i'm hurt", "heel raises hurt"),
                *("my toes hurt", "this is painful", "it still hurts", "still hurts", "very bad"),
                *("my elbow hurts", "my big toe is sore", "i twisted my ankle", "oh it hurts"),
                *("i feel a sharp pain in my heel", "my calf is cramping up", "you're hurting me"),
                *("i can't put weight on my foot", "my ankle gave way", "the band hurts my foot"),
                *("it hurts in my left knee", "something isn't right", "toe walking hurts my back"),
            )
        ),
        *(
            (said, "EmergencyIntent")
            for said in (
                *("i feel dizzy", "my chest hurts", "i fell", "i've fallen", "i can't breathe"),
                *("i have pain in my chest", "my chest feels tight", "i feel a bit dizzy"),
                *("help me i fell", "i don't feel well", "i feel sick", "i feel faint"),
                *(
                    "pain in the chest",
                    "my chest is throbbing",
                    "i nearly fainted",
                    "i hit my head",
                ),
                *("help i've fallen and i can't get up", "i can't get up", "i'm on the floor"),
                *("the room is spinning", "i'm going to be sick"),
                *("my heart is beating really fast", "somebody help me", "stop i feel dizzy"),
                *("i think i broke my ankle", "i'm not feeling so good", "call nine one one"),
            )
        ),
    ],
)
def test_a_complaint_is_heard_as_one(utterance: str, name: str) -> None:
    """Never as "stop", as a foot to go to, or as a move to the next exercise."""
    assert EARS.hear(utterance)["name"] == name


@pytest.mark.parametrize(
    ("name", "utterances"),
    [
        ("AMAZON.YesIntent", ("yes it is", "it is", "yes it has", "i'm afraid so")),
        ("AMAZON.NoIntent", ("no it isn't", "no it's not", "it's not", "leave it", "no skip it")),
        ("LittleIntent", ("not too bad", "just a little", "a bit", "not yet", "a bit better")),
        ("UnsureIntent", ("i'm not sure", "hard to say", "maybe", "i guess so")),
        ("BetterIntent", ("yes it's better", "it's better", "it doesn't hurt anymore", "i'm fine")),
        ("TryIntent", ("let's try", "yes let's try it", "i'll give it a go")),
        ("StartRoutineIntent", ("start foot routine", "start exercises", "foot routine")),
        ("ExplainIntent", ("how does it work", "how does this work")),
        ("AheadIntent", ("what's next", "what comes next", "what is the next exercise")),
        ("ListExercisesIntent", ("what are the exercises", "list the exercises")),
    ],
)
def test_an_answer_and_a_question_are_heard_as_people_give_them(
    name: str, utterances: tuple[str, ...]
) -> None:
    for utterance in utterances:
        assert MEANINGS[EARS.hear(utterance)["name"]] == name, utterance


@pytest.mark.parametrize(
    ("utterance", "time"),
    [
        ("seven in the morning", "07:00"),
        ("half past six", "06:30"),
        ("seven o'clock", "07:00"),
        ("every day at nine", "09:00"),
        ("nine pm", "21:00"),
        ("no seven in the evening", "19:00"),
        ("noon", "12:00"),
        ("every morning", "MO"),
        ("ten", "10:00"),
    ],
)
def test_a_time_needs_no_other_word(utterance: str, time: str) -> None:
    heard = EARS.hear(utterance)

    assert heard["name"] == "ReminderTimeIntent"
    assert heard["slots"]["time"]["value"] == time


@pytest.mark.parametrize(
    "utterance", ["ten minutes", "make it ten", "twenty minutes", "number two"]
)
def test_a_number_of_something_is_no_time(utterance: str) -> None:
    assert EARS.hear(utterance)["name"] != "ReminderTimeIntent"


@pytest.mark.parametrize(
    ("utterance", "items"),
    [
        ("i have no band and no towel", ["band", "towel"]),
        ("i don't have a band or a towel", ["band", "towel"]),
        ("no chair and no band", ["chair", "band"]),
        ("i have no chair no towel and no band", ["chair", "towel", "band"]),
    ],
)
def test_several_things_are_missing_in_one_breath(utterance: str, items: list[str]) -> None:
    heard = EARS.hear(utterance)

    assert heard["name"] == "MissingIntent"
    assert [known_id(slot) for slot in heard["slots"].values() if "value" in slot] == items


@pytest.mark.parametrize(
    ("utterance", "name", "slots"),
    [
        ("start over", "AMAZON.StartOverIntent", {}),
        ("start with the third exercise", "StartRoutineIntent", {"exercise": "third exercise"}),
        ("start from the top", "AMAZON.StartOverIntent", {}),
        ("start my left foot", "GoToExerciseIntent", {"foot": "left"}),
        ("only my left foot", "StartRoutineIntent", {"foot": "left"}),
        ("toe curls, left foot", "GoToExerciseIntent", {"exercise": "toe curls", "foot": "left"}),
        ("go to exercise 3", "GoToExerciseIntent", {"exercise": "exercise three"}),
        ("go to the other foot", "OtherFootIntent", {}),
        ("go to knee bends", "GoToExerciseIntent", {"exercise": "knee bends"}),
        ("what is left", "WhereAmIIntent", {}),
        ("finish", "AMAZON.StopIntent", {}),
        ("finished", "DoneIntent", {}),
    ],
)
def test_the_sample_with_most_words_in_common_is_heard(
    utterance: str, name: str, slots: dict[str, str]
) -> None:
    heard = EARS.hear(utterance)

    assert MEANINGS[heard["name"]] == name
    assert {
        slot["name"]: slot["value"] for slot in heard.get("slots", {}).values() if "value" in slot
    } == slots


@pytest.mark.parametrize(
    ("utterance", "name"),
    [
        ("i fell and hurt myself", "EmergencyIntent"),
        ("it hurts when i curl my toes", "PainIntent"),
        ("can we stop for a moment my chest hurts", "EmergencyIntent"),
        ("can we stop for a second", "WaitIntent"),
        ("i've really got a pain in my foot", "PainIntent"),
        ("my big toe is rather painful", "PainIntent"),
        ("i'd like to leave out toe walking", "LeaveOutIntent"),
    ],
)
def test_a_phrase_of_the_skill_is_heard_in_the_midst_of_other_words(
    utterance: str, name: str
) -> None:
    """The safer one, where there are two."""
    assert EARS.hear(utterance)["name"] == name


@pytest.mark.parametrize(
    "utterance",
    [
        "i never said that i feel dizzy",  # a negation beside the phrase
        "they say over there that it hurts somebody else",  # too little of what was said
        "the cat wants something else then stop",  # a phrase of Amazon's
        "it " * 15 + "hurts",  # too many words
    ],
)
def test_in_the_midst_of_too_many_other_words_nothing_is_heard(utterance: str) -> None:
    assert EARS.hear(utterance)["name"] == "AMAZON.FallbackIntent"


@pytest.mark.parametrize("utterance", ["go to exercise three", "start the elbow routine", "stop"])
def test_the_alexa_sdk_reads_what_is_heard(utterance: str) -> None:
    heard = EARS.hear(utterance)
    body = {"type": "IntentRequest", "requestId": "r", "locale": "en-US", "intent": heard}
    request = DefaultSerializer().deserialize(json.dumps(body), IntentRequest)

    assert request.intent.name == heard["name"]
    for name, slot in heard.get("slots", {}).items():
        assert set(slot) <= SLOT_KEYS
        assert request.intent.slots[name].value == slot.get("value")


@given(st.text())
def test_anything_typed_is_heard_as_some_intent(utterance: str) -> None:
    assert EARS.hear(utterance)["name"] in {intent.name for intent in PHRASES.intents}


@pytest.fixture(scope="module")
def other_ears() -> Understanding:
    return Understanding(load("en"))


@given(words=st.lists(st.sampled_from([*WORDS, "toe", "curls", "left", "elbow", "9"]), max_size=12))
def test_the_same_words_are_always_heard_the_same(
    other_ears: Understanding, words: list[str]
) -> None:
    """By another instance too; and every slot of the intent is there, filled or not."""
    utterance = " ".join(words)
    heard = EARS.hear(utterance)
    intent = next(intent for intent in PHRASES.intents if intent.name == heard["name"])

    assert heard == other_ears.hear(utterance)
    assert list(heard.get("slots", {})) == [slot.name for slot in intent.slots]


def test_an_endless_utterance_is_not_understood_at_once() -> None:
    assert EARS.hear("go to the " + "toe " * 100_000)["name"] == "AMAZON.FallbackIntent"


@pytest.mark.parametrize("said", PHRASES.launch_words)
def test_every_launch_word_opens_the_skill(said: str) -> None:
    assert EARS.is_launch(f"Alexa, {said} {PHRASES.invocation_name}")
    assert EARS.is_launch(f"please {said} my foot routine please")


def test_the_invocation_name_alone_opens_the_skill() -> None:
    assert EARS.is_launch("Alexa, my foot routine")


@pytest.mark.parametrize(
    "utterance", ["", "start", "open", "open my foot", "close my foot routine"]
)
def test_other_words_do_not_open_the_skill(utterance: str) -> None:
    assert not EARS.is_launch(utterance)


@pytest.mark.parametrize(
    ("utterance", "name"),
    [
        ("might i please hear it again", "SayAgainIntent"),
        ("would you mind slowing down", "AMAZON.FallbackIntent"),
        ("shall we proceed", "GoOnIntent"),
        ("i'd rather not continue", "EnoughIntent"),
        ("do we have to carry on", "ExplainIntent"),
    ],
)
def test_a_phrase_is_heard_by_its_gist(utterance: str, name: str) -> None:
    assert EARS.hear(utterance)["name"] == name


@pytest.mark.parametrize(
    ("utterance", "name"),
    [
        ("hang on i'm untangling the thing", "WaitIntent"),
        ("my parcel has come just a minute", "WaitIntent"),
        ("stop the cat is under my chair", "EnoughIntent"),
        ("my foot is fine now can we go on", "GoOnIntent"),
        ("stop there is blood on my foot and my chest hurts", "EmergencyIntent"),
        ("hang on my ankle hurts", "PainIntent"),
        ("don't wait for the postman", "AMAZON.FallbackIntent"),
    ],
)
def test_a_beginning_or_an_end_is_enough_for_a_wish_to_wait_or_stop(
    utterance: str, name: str
) -> None:
    """Whatever stands beside it, unless it is about safety."""
    assert EARS.hear(utterance)["name"] == name
