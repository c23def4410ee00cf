import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import ROUTINE

from skill.language.errors import ContentError
from skill.language.folder import languages
from skill.language.interaction_model import Phrases, SampleSlot
from skill.language.patterns import expand
from skill.language.phrase_checks import RESERVED_WORDS
from skill.language.phrases import (
    FEWEST_SAMPLES,
    SILENT_INTENTS,
    load,
    parse,
)

LANGUAGES = languages()
# Words that tell no two wishes apart.
LITTLE_WORDS = (
    *("a", "an", "the", "my", "this", "that", "it", "i", "we", "you", "please", "now"),
    *("can", "could", "let's", "i'd", "like", "want"),
)
# Types whose values are told apart by nobody, or are read as numbers.
WORDS_ONLY = (
    *("Ailment", "Shoes", "Seated", "Support", "Manner", "Day", "Often", "Thing", "Steps", "Span"),
    *("Repetition", "Handling", "Handle", "Past", "Following"),
)
# Answered alike.
SAME = {"AMAZON.CancelIntent": "AMAZON.StopIntent"}
GOOD = """
invocation_name = "my foot routine"
launch_words = ["open", "talk to"]
numbers = ["zero", "one", "two"]
fallback_sensitivity = "LOW"

[fillers]
before = ["please"]
after = ["please"]
frames = ["okay {said}", "{said} {said}"]

[intents.GoIntent]
slots = { exercise = "Exercise", minutes = "AMAZON.NUMBER" }
samples = [
  "(go|jump|skip|move) (to|on to|straight to) [the] {exercise}",
  "{minutes} minutes",
]

[intents."AMAZON.NextIntent"]
samples = ["next"]
[intents."AMAZON.CancelIntent"]
samples = []
[intents."AMAZON.HelpIntent"]
samples = []
[intents."AMAZON.StopIntent"]
samples = ["stop"]
[intents."AMAZON.NavigateHomeIntent"]
samples = []
[intents."AMAZON.FallbackIntent"]
samples = []
"""

SLOTS = """
[types.Exercise]
heel_raises = ["heel raises", "heel (lift|lifts)"]
toe_curls = ["toe curls"]
"""


def parsed(text: str = GOOD, slots: str = SLOTS) -> Phrases:
    return parse(text, "phrases.toml", slots, "slots.toml")


@pytest.fixture(scope="module", params=LANGUAGES)
def phrases(request: pytest.FixtureRequest) -> Phrases:
    return load(request.param)


@pytest.fixture(scope="module")
def english() -> Phrases:
    return load("en")


def test_a_small_file_is_read_whole() -> None:
    phrases = parsed()

    go = phrases.intents[0]
    assert phrases.invocation_name == "my foot routine"
    assert phrases.numbers == ("zero", "one", "two")
    assert go.slots == (SampleSlot("exercise", "Exercise"), SampleSlot("minutes", "AMAZON.NUMBER"))
    assert len(go.samples) == 4 * 3 * 2 + 1
    assert go.samples[0] == "go to {exercise}"
    assert phrases.types[0].values[0].name == "heel raises"
    assert phrases.types[0].values[0].synonyms == ("heel lift", "heel lifts")


@pytest.mark.parametrize(
    ("old", "new", "key", "why"),
    [
        ("[intents.GoIntent]", "[intents.GoIntent", "", "not TOML"),
        ("launch_words", "lunch_words", "lunch_words", "not a key known here"),
        ('"my foot routine"', '"routine"', "invocation_name", "2 words or more"),
        ('"my foot routine"', '"my foot app"', "invocation_name", "'app'"),
        ('"my foot routine"', '"alexa foot routine"', "invocation_name", "'alexa'"),
        ('"my foot routine"', '"open my foot"', "invocation_name", "'open'"),
        ('"my foot routine"', '"talk to my foot"', "invocation_name", "'talk to'"),
        ('"my foot routine"', '"My Foot Routine"', "invocation_name", "lower-case"),
        ('"my foot routine"', '"(my|the) foot routine"', "invocation_name", "one phrase"),
        ('"my foot routine"', "5", "invocation_name", "one phrase"),
        ('"LOW"', '"MODERATE"', "fallback_sensitivity", "LOW, MEDIUM, HIGH"),
        ('"LOW"', "[]", "fallback_sensitivity", "LOW, MEDIUM, HIGH"),
        ('["please"]', '"please"', "fillers.before", "list of phrases"),
        ("frames = [", "among = [1]\nframes = [", "fillers.among", "list of phrases"),
        ("numbers = [", "negations = 1\nnumbers = [", "negations", "list of phrases"),
        ("numbers = [", "safer = [1]\nnumbers = [", "safer", "intents in quotes"),
        ("numbers = [", 'safer = ["PainIntent"]\nnumbers = [', "safer", "no intent 'PainIntent'"),
        ('"okay {said}"', '"okay"', "fillers.frames", "has no {said}"),
        ('"okay {said}"', '"okay {other}"', "fillers.frames", "not declared"),
        ("[fillers]", "[fillings]", "fillings", "not a key known here"),
        ('["zero", "one", "two"]', "[0, 1, 2]", "numbers", "list of phrases"),
        ('toe_curls = ["toe curls"]', "[types.Foot]", "types.Foot", "of no slot"),
        ("[types.Exercise]", "[[types.Exercise]]", "types.Exercise", "must be a table"),
        ("[types.Exercise]", '[types."My.Exercise"]', "types.My.Exercise", "letters"),
        ('toe_curls = ["toe curls"]', "toe_curls = []", "types.Exercise.toe_curls", "no name"),
        ('["toe curls"]', '["heel lift"]', "types.Exercise.toe_curls", "under heel_raises"),
        ('["toe curls"]', '["toe curl", "toe curl"]', "types.Exercise.toe_curls", "again"),
        ('["toe curls"]', '["{exercise}"]', "types.Exercise.toe_curls", "not declared"),
        ("[types.Exercise]", "[types.Foot]", "intents.GoIntent.slots.exercise", "no type"),
        ('exercise = "Exercise", ', "", "intents.GoIntent.samples", "not declared"),
        ('"Exercise"', '"AMAZON.NUMBER"', "types.Exercise", "of no slot"),
        ('"Exercise"', '["Exercise"]', "intents.GoIntent.slots.exercise", "in quotes"),
        ("slots = { ", 'slots = { foot = "Exercise", ', "intents.GoIntent.slots.foot", "no sample"),
        ('"{minutes} minutes"', '"{minutes}"', "intents.GoIntent.samples", "any number"),
        ('"{minutes} minutes"', '"{minutes} or {minutes}"', "intents.GoIntent.samples", "twice"),
        ("|straight to)", "", "intents.GoIntent.samples", "lacks a )"),
        ("[the] ", "the] ", "intents.GoIntent.samples", "] that closes nothing"),
        ("(go|jump|skip|move)", "go", "intents.GoIntent.samples", f"{FEWEST_SAMPLES} are needed"),
        ("(go|", "(Go|", "intents.GoIntent.samples", "lower-case"),
        ("(go|", "(go 2|", "intents.GoIntent.samples", "lower-case"),
        ("(go|", "(go,|", "intents.GoIntent.samples", "lower-case"),
        ("[the] {exercise}", "[the]{exercise}", "intents.GoIntent.samples", "lower-case"),
        ("{minutes} minutes", "{minutes minutes", "intents.GoIntent.samples", "lower-case"),
        ('["stop"]', '["next"]', "intents.AMAZON.StopIntent.samples", "AMAZON.NextIntent"),
        ("slots = {", 'like = "stop"\nslots = {', "intents.GoIntent.like", "an intent of Amazon's"),
        ('["stop"]', '["stop"]\nlike = "AMAZON.NextIntent"', "intents.AMAZON.StopIntent", "other"),
        ("slots = {", 'like = "AMAZON.NoIntent"\nslots = {', "intents.GoIntent.like", "no intent"),
        ('["stop"]', '["stop", ""]', "intents.AMAZON.StopIntent.samples", "lower-case"),
        ('["stop"]', '["stop"]\nslots = { a = "Exercise" }', "intents.AMAZON.StopIntent", "none"),
        ('["stop"]', '["stop"]\nsample = []', "intents.AMAZON.StopIntent.sample", "not a key"),
        ("AMAZON.NextIntent", "AMAZON.NxtIntent", "intents.AMAZON.NxtIntent", "no intent of"),
        ("GoIntent", '"Go1Intent"', "intents.Go1Intent", "letters and underscores"),
        ("AMAZON.StopIntent", "AMAZON.PauseIntent", "intents", "AMAZON.StopIntent is missing"),
        ('[intents."AMAZON.NextIntent"]', "[other]", "other", "not a key known here"),
    ],
)
def test_a_fault_is_named_with_file_and_key(old: str, new: str, key: str, why: str) -> None:
    assert old in GOOD + SLOTS
    spoilt = GOOD.replace(old, new, 1)
    slots = SLOTS if spoilt != GOOD else SLOTS.replace(old, new, 1)

    with pytest.raises(ContentError) as raised:
        parsed(spoilt, slots)

    message = str(raised.value)
    file = "slots.toml" if key.startswith("types.") else "phrases.toml"
    assert message.startswith(f"{file}: {key}")
    assert why in message
    assert "\n" not in message


def test_the_sensitivity_of_the_fallback_may_be_left_to_amazon() -> None:
    """In most languages there is no such setting, and an upload with it fails."""
    with_it = parsed().interaction_model()
    without = parsed(GOOD.replace('fallback_sensitivity = "LOW"', ""))

    model = with_it["interactionModel"]["languageModel"]
    assert model.pop("modelConfiguration") == {"fallbackIntentSensitivity": {"level": "LOW"}}
    assert without.interaction_model() == with_it


@pytest.mark.parametrize("intent", SILENT_INTENTS)
def test_an_intent_that_alexa_never_matches_takes_no_samples(intent: str) -> None:
    text = GOOD.replace(f'"{intent}"]\nsamples = []', f'"{intent}"]\nsamples = ["go home"]')

    with pytest.raises(ContentError, match=f"{intent}.samples: must be empty"):
        parsed(text)


@pytest.mark.parametrize("language", ["xx", "", "../en"])
def test_a_language_without_phrases_is_a_content_error(language: str) -> None:
    with pytest.raises(ContentError, match=re.escape(f"{language}/phrases.toml")):
        load(language)


@pytest.mark.parametrize(
    ("pattern", "expanded"),
    [
        ("next", ("next",)),
        ("go [right] back", ("go back", "go right back")),
        ("(go|jump) on", ("go on", "jump on")),
        ("[a|one] set", ("set", "a set", "one set")),
        ("(a [b|(c|d)] e|f)", ("a e", "a b e", "a c e", "a d e", "f")),
        ("raise[s]", ("raise", "raises")),
        ("do|go", ("do", "go")),
        ("to [the] {exercise}", ("to {exercise}", "to the {exercise}")),
    ],
)
def test_a_pattern_is_written_out_plainest_first(pattern: str, expanded: tuple[str, ...]) -> None:
    assert expand(pattern) == expanded


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c d"]), min_size=1, max_size=4), max_size=4))
def test_a_pattern_gives_every_choice_of_each_bracket(groups: list[list[str]]) -> None:
    product = 1
    for group in groups:
        product *= len(group) + 1

    phrases = expand(" ".join(f"[{'|'.join(group)}]" for group in groups))

    assert len(phrases) == product
    assert phrases[0] == ""
    assert not set("()[]|") & set("".join(phrases))


@given(st.text("()[]|a ", max_size=30))
def test_only_a_pattern_with_unmatched_brackets_is_refused(pattern: str) -> None:
    unmatched = re.sub(r"[^()\[\]]", "", pattern)
    while "()" in unmatched or "[]" in unmatched:
        unmatched = unmatched.replace("()", "").replace("[]", "")

    if unmatched:
        with pytest.raises(ValueError, match=r"closes nothing|lacks a"):
            expand(pattern)
    else:
        assert all(set(phrase) <= {"a", " "} for phrase in expand(pattern))


@pytest.mark.parametrize(
    "utterance",
    [
        "next set",
        "Next, set!",
        "  next   set  ",
        "Alexa, next set",
    ],
)
def test_case_punctuation_and_a_wake_word_do_not_matter(english: Phrases, utterance: str) -> None:
    assert english.words(utterance) == ("next", "set")


def test_fillers_are_taken_off_one_by_one(english: Phrases) -> None:
    cores = english.cores(("um", "okay", "next", "please"))

    assert cores[0] == ("um", "okay", "next", "please")
    assert cores[-1] == ("next",)
    assert len(cores) == 6


def test_of_fillers_alone_one_word_is_left(english: Phrases) -> None:
    assert all(english.cores(("um", "okay", "please")))


def test_a_frame_gives_amazons_phrases_to_the_intent_that_is_like_hers() -> None:
    like = GOOD.replace("slots = {", 'like = "AMAZON.NextIntent"\nslots = {', 1)
    (go,) = (each for each in parsed(like).intents if each.name == "GoIntent")

    assert {"okay next", "next next"} <= set(go.samples)
    assert go.like == "AMAZON.NextIntent"


def test_two_patterns_of_an_intent_may_give_the_same_phrase() -> None:
    twice = parsed(GOOD.replace("(go|jump|skip|move)", "(go|jump|skip|move|go)"))

    assert twice.intents[0].samples == parsed().intents[0].samples


def test_digits_and_typographic_apostrophes_are_words_too(english: Phrases) -> None:
    assert english.words("I\N{RIGHT SINGLE QUOTATION MARK}ve 25 minutes") == english.words(
        "i've twenty-five minutes"
    )


def test_no_phrase_is_near_to_a_phrase_of_another_intent(english: Phrases) -> None:
    """Alexa guesses; two intents told apart by an article or a "please" would be mixed up."""
    owners: dict[tuple[str | SampleSlot, ...], dict[str, str]] = {}
    for intent in english.intents:
        for sample in intent.samples:
            shape = english.shape(intent, sample)
            core = tuple(token for token in shape if token not in LITTLE_WORDS)
            if core:
                meaning = SAME.get(intent.meaning, intent.meaning)
                owners.setdefault(core, {})[meaning] = sample

    assert [samples for samples in owners.values() if len(samples) > 1] == []


def test_the_exercises_and_feet_are_those_of_the_routine(phrases: Phrases) -> None:
    ids = {kind.name: {value.id for value in kind.values} for kind in phrases.types}
    parts = ids.pop("Part")
    for name in WORDS_ONLY:
        ids.pop(name, None)

    assert {"foot", "toes", "ankle", "heel", "calf", "knee"} <= parts
    assert ids == {
        "Exercise": set(ROUTINE.ids),
        "ExerciseThing": {"toe_curls", "resisted_flexion"},
        "Foot": {"left", "right"},
        "Item": set(ROUTINE.equipment),
        "Trouble": set(ROUTINE.equipment),
        "Substitute": set(ROUTINE.equipment),
    }


def test_every_number_of_minutes_to_an_hour_has_a_name(phrases: Phrases) -> None:
    assert len(phrases.numbers) == 61


def test_the_invocation_name_is_the_one_in_the_readme(english: Phrases) -> None:
    """Changing it would break every printed example, and Amazon forbids it after publication."""
    assert english.invocation_name == "my foot routine"
    assert not set(english.invocation_name.split()) & set(RESERVED_WORDS)
