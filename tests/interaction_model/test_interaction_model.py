"""What Amazon asks of an interaction model, checked on the committed files themselves."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.interaction_model.interaction_model_data import InteractionModelData
from project import PROJECT

from skill.conversation.answers import ANSWERS
from skill.conversation.meanings import LIKE
from skill.language.phrases import load

PACKAGE = PROJECT / "interaction_model" / "skill-package"
FILES = sorted((PACKAGE / "interactionModels" / "custom").glob("*.json"))
# What Amazon's service answered to a longer one (alexa/ask-cli issue 9).
MOST_CHARACTERS = 1_000_000
# The specification of the Skill Management API, examplePhrases: and these must be samples.
LONGEST_SAMPLE = 200
# Amazon, "Standard Built-in Intents".
BUILT_IN = {
    *("AMAZON.CancelIntent", "AMAZON.FallbackIntent", "AMAZON.HelpIntent"),
    *("AMAZON.NavigateHomeIntent", "AMAZON.NextIntent", "AMAZON.NoIntent", "AMAZON.PauseIntent"),
    *("AMAZON.PreviousIntent", "AMAZON.RepeatIntent", "AMAZON.ResumeIntent"),
    *("AMAZON.LoopOnIntent", "AMAZON.LoopOffIntent"),
    *("AMAZON.ShuffleOnIntent", "AMAZON.ShuffleOffIntent"),
    *("AMAZON.StartOverIntent", "AMAZON.StopIntent", "AMAZON.YesIntent"),
}
# The skill's own are those that it has an answer to.
CUSTOM = {name for name in ANSWERS if name.endswith("Intent") and not name.startswith("AMAZON.")}
CUSTOM |= set(LIKE)
# A project that had such samples on Amazon's intents reports that they broke these: few and plain.
MOST_ON_BUILT_INS = 100
# Amazon, "Supported Locales"; the fallback's sensitivity is for English and German.
LOCALES = {
    *("ar-SA", "de-DE", "en-AU", "en-CA", "en-GB", "en-IN", "en-US", "es-ES", "es-MX", "es-US"),
    *("fr-CA", "fr-FR", "hi-IN", "it-IT", "ja-JP", "nl-NL", "pt-BR"),
}
# Amazon, "Understand How Users Invoke Custom Skills": these may be no part of the name.
LAUNCH = {"ask", "begin", "do", "launch", "load", "open", "play", "resume", "run", "start", "tell"}
RESERVED = {"alexa", "amazon", "echo", "computer", "skill", "app"}
SLOT = re.compile(r"\{(\w+)\}")


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    file: Path = request.param
    return file


@pytest.fixture
def model(path: Path) -> dict[str, Any]:
    whole = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, Any] = whole["interactionModel"]["languageModel"]
    return found


def samples_of(model: dict[str, Any]) -> list[str]:
    return [sample for intent in model["intents"] for sample in intent["samples"]]


def values_of(model: dict[str, Any]) -> list[str]:
    return [
        said
        for kind in model["types"]
        for value in kind["values"]
        for said in (value["name"]["value"], *value["name"]["synonyms"])
    ]


def test_there_is_a_model_for_american_english() -> None:
    assert "en-US" in {path.stem for path in FILES}


def test_a_model_is_no_longer_than_amazon_takes(path: Path, model: dict[str, Any]) -> None:
    assert len(path.read_text(encoding="utf-8")) <= MOST_CHARACTERS
    assert max(len(sample) for sample in samples_of(model)) <= LONGEST_SAMPLE


def test_a_model_survives_amazons_own_classes(path: Path) -> None:
    """They drop a key that they do not know, so what comes back has every key and value."""
    text = path.read_text(encoding="utf-8")
    serializer = DefaultSerializer()
    data = serializer.deserialize(text, InteractionModelData)

    assert serializer.serialize(data) == json.loads(text)


def test_a_file_is_named_for_a_locale_and_easy_to_compare(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert path.stem in LOCALES
    assert text == json.dumps(json.loads(text), indent=0, ensure_ascii=False) + "\n"


def test_a_model_has_amazons_keys_and_no_others(path: Path) -> None:
    """Amazon, "Interaction Model Schema": an unknown key fails the upload."""
    whole = json.loads(path.read_text(encoding="utf-8"))
    model = whole["interactionModel"]["languageModel"]

    assert list(whole) == ["interactionModel"]
    assert list(whole["interactionModel"]) == ["languageModel"]
    assert set(model) == {"invocationName", "intents", "types", "modelConfiguration"}
    assert model["modelConfiguration"]["fallbackIntentSensitivity"]["level"] == "MEDIUM"
    for intent in model["intents"]:
        own = {"slots"} if intent["name"] in CUSTOM else set()
        assert set(intent) == {"name", "samples"} | own
        for slot in intent.get("slots", []):
            assert set(slot) == {"name", "type"}
    for kind in model["types"]:
        assert set(kind) == {"name", "values"}
        for value in kind["values"]:
            assert set(value) == {"id", "name"}
            assert set(value["name"]) == {"value", "synonyms"}


def test_the_intents_are_those_the_skill_answers(model: dict[str, Any]) -> None:
    names = [intent["name"] for intent in model["intents"]]

    assert sorted(names) == sorted(BUILT_IN | CUSTOM)


def test_amazons_intents_have_few_samples_of_ours(model: dict[str, Any]) -> None:
    ours = [intent["samples"] for intent in model["intents"] if intent["name"] in BUILT_IN]

    assert sum(map(len, ours)) <= MOST_ON_BUILT_INS


def test_an_intent_that_is_like_amazons_is_answered_as_hers() -> None:
    like = {intent.name: intent.like for intent in load("en").intents if intent.like}

    assert like == dict(LIKE)


def test_no_sample_stands_twice(model: dict[str, Any]) -> None:
    samples = samples_of(model)

    assert len(samples) == len(set(samples))


def test_all_is_spelt_as_it_is_spoken(model: dict[str, Any]) -> None:
    """Lower-case words one space apart; apostrophes, and periods in abbreviations; no digits."""
    for text in (model["invocationName"], *samples_of(model), *values_of(model)):
        spoken = SLOT.sub("slot", text)

        assert re.fullmatch(r"[a-z][a-z'.]*( [a-z][a-z'.]*)*", spoken), text
        assert set(SLOT.sub("", text)).isdisjoint("{}"), text


def test_slots_are_declared_used_and_typed(model: dict[str, Any]) -> None:
    types = {"AMAZON.NUMBER", "AMAZON.TIME", *(kind["name"] for kind in model["types"])}
    for intent in model["intents"]:
        declared = [slot["name"] for slot in intent.get("slots", [])]
        used = [SLOT.findall(sample) for sample in intent["samples"]]

        assert set(declared) == {name for names in used for name in names}, intent["name"]
        assert all(len(names) == len(set(names)) for names in used), intent["name"]
        assert len(declared) == len(set(declared)), intent["name"]
        assert {slot["type"] for slot in intent.get("slots", [])} <= types, intent["name"]


def test_no_sample_is_a_number_and_nothing_else(model: dict[str, Any]) -> None:
    assert "{minutes}" not in samples_of(model)


def test_the_skills_own_intents_have_samples_enough(model: dict[str, Any]) -> None:
    for intent in model["intents"]:
        if intent["name"] in CUSTOM:
            assert len(intent["samples"]) >= 12, intent["name"]


def test_values_of_a_type_are_told_apart(model: dict[str, Any]) -> None:
    for kind in model["types"]:
        ids = [value["id"] for value in kind["values"]]
        said = values_of({"types": [kind]})

        assert len(ids) == len(set(ids)), kind["name"]
        assert len(said) == len(set(said)), kind["name"]


def test_the_invocation_name_is_one_that_amazon_allows(model: dict[str, Any]) -> None:
    words = model["invocationName"].split()

    assert len(words) >= 2
    assert not set(words) & (LAUNCH | RESERVED)
