"""The words: sentences that are filled in, timed, and honest about what may be said next."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from ears import ears_for
from offered import offered
from plans import ENGLISH, LIBRARY, ROUTINE

from skill.conversation.meanings import meaning
from skill.language import words
from skill.language.errors import ContentError
from skill.language.table import Table
from skill.language.words import Words
from skill.routine.model import Exercise, Feet
from skill.routine.plan import Line
from skill.simulator.understanding import FALLBACK, Understanding

RATE: Final = {"ms_per_line": 120, "ms_per_character": 58, "ms_per_count": 420, "spread": [85, 115]}


def tables(**lines: object) -> dict[str, Any]:
    """The least that a language needs, and *lines*."""
    return {
        "speech": RATE,
        "names": {
            "numbers": ["zero", "one", "two"],
            "and": "{first} and {last}",
            "comma": "{first}, {last}",
            "side": {"left": "left", "right": "right"},
            "exercise": {"toe_curls": "toe curls"},
            "items": {"chair": "a chair", "band": "a band", "towel": "a towel"},
        },
        "lines": lines,
        "toe_curls": {"full": "Toe curls, {side} foot."},
    }


def language(**lines: object) -> Words:
    return words.parse("xx", Table(tables(**lines), "xx/words.toml"))


SEVERAL: Final = ["Once more.", "Again."]

PLURAL: Final = {"one": "{n} circle.", "other": "{n} circles.", "field": "n"}

SAID: Final = {
    "as it is written": ("Up.", (), "Up."),
    "a number in words": ("Set {set}.", (("set", 2),), "Set two."),
    "a number without a name in digits": ("Set {set}.", (("set", 3),), "Set 3."),
    "a number that begins the sentence": ("{n} times.", (("n", 2),), "Two times."),
    "a number after a full stop": ("Clockwise. {n} times.", (("n", 1),), "Clockwise. One times."),
    "a side": ("Your {side} foot.", (("side", "left"),), "Your left foot."),
    "the other side": ("Lift your {other_side}.", (("other_side", "right"),), "Lift your right."),
    "an exercise": ("Next, {next}.", (("next", "toe_curls"),), "Next, toe curls."),
    "a name that is none stays": ("I know no {said}.", (("said", "yoga"),), "I know no yoga."),
    "a list of none": ("Have {items}.", (("items", ()),), "Have ."),
    "a list of one": ("Have {items}.", (("items", ("chair",)),), "Have a chair."),
    "a list of two": ("Have {items}.", (("items", ("chair", "band")),), "Have a chair and a band."),
    "a list of three": (
        "Have {items}.",
        (("items", ("chair", "towel", "band")),),
        "Have a chair, a towel and a band.",
    ),
    "one of them": (PLURAL, (("n", 1),), "One circle."),
    "more of them": (PLURAL, (("n", 2),), "Two circles."),
    "none of them": (PLURAL, (("n", 0),), "Zero circles."),
    "a word for a listener": ('Say "next", or "back".', (), "Say next, or back."),
}


@pytest.mark.parametrize(("sentence", "values", "said"), SAID.values(), ids=SAID)
def test_a_sentence_is_filled_in(sentence: object, values: tuple[Any, ...], said: str) -> None:
    line = Line("it", values)
    filled = language(it=sentence)

    assert filled.spoken(line) == said
    assert filled.text(line).replace('"', "") == said
    assert filled.ms(line) == 120 + len(said) * 58
    assert filled.ms(line) == 120 + len(said) * 58, "asked again"


@pytest.mark.parametrize("variant", range(6))
def test_phrasings_take_turns(variant: int) -> None:
    """So what was said last is never said next."""
    filled = language(it=SEVERAL, n={**PLURAL, "other": ["{n} circles.", "Circle {n} times."]})

    assert filled.spoken(Line("it", (), variant)) == SEVERAL[variant % 2]
    assert filled.spoken(Line("it", (), variant)) != filled.spoken(Line("it", (), variant + 1))
    assert "two" in filled.spoken(Line("n", (("n", 2),), variant)).lower()
    assert filled.spoken(Line("n", (("n", 1),), variant)) == "One circle."


def test_what_a_listener_may_say_stands_in_quotes() -> None:
    found = offered(
        language(
            first='Say "next", or "repeat".',
            second={"one": 'Say "one".', "other": 'Say "more".', "field": "n"},
        )
    )

    assert list(found) == [
        ("first", "next"),
        ("first", "repeat"),
        ("second", "more"),
        ("second", "one"),
    ]


def test_a_line_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        language().text(Line("nowhere"))


def test_a_value_that_is_not_given_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        language(it="{n} times.").text(Line("it"))


def test_an_exercise_may_have_a_sentence_of_its_own() -> None:
    """It is said in the place of the general one, where that names the exercise."""
    more = {"one": "One more round.", "other": "{sets} more rounds.", "field": "sets"}
    given = tables(more="{sets} more sets.", rest="Rest.")
    given["toe_curls"]["own"] = {"more": more, "saying.rest": "Stand still."}
    given["saying"] = {"rest": "Rest a little."}
    spoken = words.parse("xx", Table(given, "xx/words.toml"))

    def more_of(exercise: str) -> str:
        return spoken.text(Line("more", (("sets", 1), ("exercise", exercise))))

    assert more_of("toe_curls") == "One more round."
    assert more_of("heel_raises") == "One more sets."
    assert spoken.text(Line("saying.rest", (("exercise", "toe_curls"),))) == "Stand still."
    assert spoken.text(Line("saying.rest")) == "Rest a little."


def test_the_sentences_of_an_exercise_are_under_its_name() -> None:
    line = Line("toe_curls.full", (("side", "left"),))

    assert language().spoken(line) == "Toe curls, left foot."


def changed(**changes: object) -> dict[str, Any]:
    return {name: value for name, value in {**tables(), **changes}.items() if value is not None}


def spoken_at(**changes: object) -> dict[str, Any]:
    return changed(speech={**RATE, **changes})


BROKEN: Final = {
    "no names": (changed(names=None), "names"),
    "names in a text": (changed(names="left"), "names"),
    "no joints": (changed(names={"numbers": []}), "and"),
    "no numbers": (changed(names={"and": "", "comma": ""}), "numbers"),
    "numbers in a number": (changed(names={**tables()["names"], "numbers": 3}), "numbers"),
    "no speech": (changed(speech=None), "speech"),
    "no rate": (changed(speech={}), "ms_per_line"),
    "a rate in words": (spoken_at(ms_per_character="fast"), "speech.ms_per_character"),
    "a rate of none": (spoken_at(ms_per_count=0), "speech.ms_per_count"),
    "voices without a spread": (spoken_at(spread=[115, 85]), "speech.spread"),
    "a rate of something else": (spoken_at(ms_per_word=3), "speech.ms_per_word"),
    "a sentence of numbers": (tables(count=3), "lines.count"),
    "a sentence of nothing": (tables(count=" "), "lines.count"),
    "an open quote": (tables(ahead='Say "next.'), "lines.ahead"),
    "an open field": (tables(count="{n"), "lines.count"),
    "a plural without a field": (tables(n={"one": "a", "other": "b"}), "lines.n"),
    "a plural of another kind": (tables(n={**PLURAL, "few": "c"}), "lines.n"),
    "phrasings of numbers": (tables(n=["One.", 2]), "lines.n"),
    "no phrasing": (tables(n=[]), "lines.n"),
    "a phrasing of nothing": (tables(n=["One.", " "]), "lines.n"),
    "a plural of nothing": (tables(n={**PLURAL, "one": ""}), "lines.n"),
    "a plural of numbers": (tables(n={**PLURAL, "other": 2}), "lines.n"),
    "a field without a name": (tables(count="{} times"), "lines.count"),
    "a table that is a text": (changed(toe_curls="Toe curls."), "toe_curls"),
    "a line outside any table": (changed(hello=3), "hello"),
}


@pytest.mark.parametrize(("broken", "key"), BROKEN.values(), ids=BROKEN)
def test_words_that_cannot_be_said_name_file_and_key(broken: dict[str, Any], key: str) -> None:
    with pytest.raises(ContentError, match=r"^xx/words\.toml: ") as fault:
        words.parse("xx", Table(broken, "xx/words.toml"))

    assert key in str(fault.value)
    assert "\n" not in str(fault.value)


# The real words.


def sentences() -> Iterator[tuple[str, str]]:
    for key, sentence in ENGLISH.sentences.items():
        for text in sentence.texts:
            yield key, text


@pytest.fixture(scope="module")
def ears() -> Understanding:
    """What Alexa understands of English."""
    return ears_for("en")


def test_every_phrase_a_prompt_names_is_understood(ears: Understanding) -> None:
    phrases = list(offered(ENGLISH))

    assert phrases
    for key, phrase in phrases:
        assert ears.hear(phrase)["name"] != FALLBACK, f"{key} offers {phrase}"


@pytest.mark.parametrize(
    ("phrase", "intent"),
    [
        ("start", "StartRoutineIntent"),
        ("yes", "AMAZON.YesIntent"),
        ("no", "AMAZON.NoIntent"),
        ("start over", "AMAZON.StartOverIntent"),
        ("resume", "AMAZON.ResumeIntent"),
        ("next", "AMAZON.NextIntent"),
        ("back", "AMAZON.PreviousIntent"),
        ("repeat", "AMAZON.RepeatIntent"),
        ("pause", "AMAZON.PauseIntent"),
        ("finish", "AMAZON.StopIntent"),
        ("next exercise", "NextExerciseIntent"),
        ("where am i", "WhereAmIIntent"),
        ("explain", "ExplainIntent"),
        ("what do i need", "EquipmentIntent"),
    ],
)
def test_a_prompt_promises_what_the_phrase_does(
    ears: Understanding, phrase: str, intent: str
) -> None:
    assert phrase in {each.lower().removeprefix("alexa, ") for _, each in offered(ENGLISH)}
    assert meaning(ears.hear(phrase)["name"]) == intent


@pytest.mark.parametrize("exercise", ROUTINE.exercises, ids=ROUTINE.ids)
def test_the_foot_is_always_named(exercise: Exercise) -> None:
    """Left or right, in every sentence that sets a foot to work."""
    announces = "again" if exercise.rest.least else "rest"
    for what in ("full", "brief", "entry", "change", announces):
        sentence = ENGLISH.sentences.get(f"{exercise.id}.{what}")
        if exercise.feet is Feet.BOTH:
            assert sentence is None or "side" not in sentence.fields
        else:
            assert sentence
            assert "side" in sentence.fields, what


@pytest.mark.parametrize("name", ROUTINE.ids)
def test_the_brief_wording_is_the_shorter_one(name: str) -> None:
    full, brief = (ENGLISH.sentences[f"{name}.{what}"].other[0] for what in ("full", "brief"))

    assert len(brief) < len(full)


@pytest.mark.parametrize("name", ROUTINE.ids)
@pytest.mark.parametrize("what", ["full", "brief", "entry", "ahead"])
def test_an_exercise_is_called_by_its_name(name: str, what: str) -> None:
    """What it is called in one place it is called in all, the listener's own words included."""
    said = ENGLISH.sentences[f"{name}.{what}"].other[0].lower()

    assert ENGLISH.names["exercise"][name] in said


def test_everything_has_a_name() -> None:
    assert set(ENGLISH.names["exercise"]) == set(ROUTINE.ids)
    assert set(ENGLISH.names["items"]) == set(ROUTINE.equipment)
    assert {"left", "right"} <= set(ENGLISH.names["side"])


def test_every_number_of_the_routine_is_said_in_words() -> None:
    most = max(exercise.reps.most for exercise in ROUTINE.exercises)

    assert len(ENGLISH.numbers) > max(most, ROUTINE.most_minutes)


def test_every_sentence_is_one_an_ear_can_follow() -> None:
    """Said in one breath: no more than twenty words to a full stop."""
    for key, text in sentences():
        for sentence in text.replace("?", ".").replace(":", ".").split("."):
            assert len(sentence.split()) <= 20, (key, sentence)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-US", "en"), ("en-GB", "en"), ("EN-us", "en"), ("en", "en"), ("de-DE", "en"), ("", "en")],
)
def test_a_locale_is_spoken_to_in_its_language_or_in_english(locale: str, language: str) -> None:
    assert LIBRARY.words(locale).language == language
