"""What Amazon asks of a skill package, checked on the committed files themselves."""

import json
import re
import shlex
import shutil
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.manifest.skill_manifest_envelope import SkillManifestEnvelope
from click.testing import CliRunner, Result
from ears import ears_for, ears_of, phrases_for
from project import PROJECT
from turns import Turns
from viewhost import VIEWPORTS, Viewport

from interaction_model import build, icons, manifest
from skill.app import App
from skill.language import library
from skill.language.errors import ContentError
from skill.language.interaction_model import Phrases
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.understanding import FALLBACK, Understanding
from skill.storage import listener_key, months
from skill.storage import store as storage

HERE = PROJECT / "interaction_model"
PACKAGE = HERE / "skill-package"
TEXT = (PACKAGE / "skill.json").read_text(encoding="utf-8")
MANIFEST = json.loads(TEXT)["manifest"]
PAGES = MANIFEST["publishingInformation"]["locales"]
PRIVACY = (PROJECT / "PRIVACY.md").read_text(encoding="utf-8")
PUBLISHING = (PROJECT / "docs" / "publishing.md").read_text(encoding="utf-8")
MS_PER_DAY = 24 * 60 * 60 * 1000

ENDPOINT = "https://foot.example.org/alexa"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:foot-routine:live"


@pytest.fixture(autouse=True, scope="module")
def _made_once() -> Iterator[None]:
    """What is heard is read, and each icon is drawn, once for all that is built here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "load", phrases_for)
        patch.setattr(manifest, "Understanding", ears_of)
        patch.setattr(icons, "draw", cache(icons.draw))
        yield


@pytest.fixture(params=PAGES)
def locale(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def page(locale: str) -> dict[str, Any]:
    found: dict[str, Any] = PAGES[locale]
    return found


@pytest.fixture
def phrases(locale: str) -> Phrases:
    return phrases_for(locale.partition("-")[0])


@pytest.fixture
def ears(locale: str) -> Understanding:
    return ears_for(locale.partition("-")[0])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build.build, arguments)


def skill_json(folder: Path) -> dict[str, Any]:
    whole = json.loads((folder / "skill-package" / "skill.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = whole["manifest"]
    return found


def round_trip(text: str) -> object:
    serializer = DefaultSerializer()
    return serializer.serialize(serializer.deserialize(text, SkillManifestEnvelope))


# What Amazon reads


def test_the_manifest_survives_amazons_own_classes() -> None:
    """They drop a key that they do not know, so what comes back has every key and value."""
    assert round_trip(TEXT) == json.loads(TEXT)


def test_amazons_own_classes_drop_a_misspelt_key() -> None:
    misspelt = TEXT.replace('"summary"', '"sumary"')

    assert round_trip(misspelt) != json.loads(misspelt)


def test_the_manifest_is_easy_to_compare() -> None:
    assert json.dumps(json.loads(TEXT), indent=2, ensure_ascii=False) + "\n" == TEXT


def test_the_manifest_has_what_a_skill_needs_to_be_submitted() -> None:
    """Amazon, "Skill Manifest Schema", and what its classes do not ask for."""
    publishing, privacy = MANIFEST["publishingInformation"], MANIFEST["privacyAndCompliance"]

    assert MANIFEST["manifestVersion"] == "1.0"
    assert publishing["category"] == "HEALTH_AND_FITNESS"
    assert publishing["distributionMode"] == "PUBLIC"
    assert publishing["isAvailableWorldwide"] is True
    assert 1 <= len(publishing["testingInstructions"]) <= 4000
    assert {key: value for key, value in privacy.items() if key != "locales"} == {
        "allowsPurchases": False,
        "containsAds": False,
        "isChildDirected": False,
        "isExportCompliant": True,
        "usesPersonalInfo": False,
        "usesHealthInfo": False,
    }


def test_every_part_has_the_same_locales() -> None:
    """A locale on a page alone is refused; one with a model alone is in no store."""
    models = (PACKAGE / "interactionModels" / "custom").iterdir()
    images = [path.name.split("_") for path in (PACKAGE / "assets" / "images").iterdir()]

    assert set(PAGES) == {"en-US", "en-GB", "en-AU", "en-CA", "en-IN"}
    assert {path.stem for path in models} == set(PAGES)
    assert set(MANIFEST["privacyAndCompliance"]["locales"]) == set(PAGES)
    assert sorted(images) == sorted(
        [name, f"{size}Icon.png"] for name in PAGES for size in ("small", "large")
    )


def test_a_page_keeps_to_amazons_lengths(page: dict[str, Any]) -> None:
    """The specification of the Skill Management API; the longest name is the console's."""
    assert 2 <= len(page["name"]) <= 50
    assert 1 <= len(page["summary"]) <= 160
    assert 1 <= len(page["description"]) <= 4000
    assert len(page["examplePhrases"]) == 3
    assert all(1 <= len(phrase) <= 200 for phrase in page["examplePhrases"])
    assert 1 <= len(page["keywords"]) <= 30
    assert all(1 <= len(keyword) <= 150 for keyword in page["keywords"])


def test_a_page_claims_nothing_that_is_amazons(page: dict[str, Any]) -> None:
    """Amazon, "Policy Requirements": a name must not sound like one of theirs."""
    words = {word.lower() for word in page["name"].split()}

    assert words.isdisjoint({"alexa", "amazon", "echo", "skill", "app"})


def test_a_page_in_english_says_that_it_is_no_medical_advice(
    locale: str, page: dict[str, Any]
) -> None:
    assert locale.startswith("en-")
    assert "not a substitute for professional medical advice" in page["description"]


# What can be said


def test_the_first_example_opens_the_skill(
    page: dict[str, Any], phrases: Phrases, ears: Understanding
) -> None:
    """Wake word, launch word, invocation name: Amazon's testers begin with it."""
    wake, opening = page["examplePhrases"][0].split(", ")
    launch, name = opening.split(" ", 1)

    assert wake == "Alexa"
    assert launch in phrases.launch_words
    assert name == phrases.invocation_name
    assert ears.is_launch(page["examplePhrases"][0])


def test_the_other_examples_work_the_first_time(
    locale: str, page: dict[str, Any], ears: Understanding, made: App, clock: Clock
) -> None:
    """Said to a skill that was never used, right after it was opened."""
    for phrase in page["examplePhrases"][1:]:
        intent = ears.hear(phrase)
        turns = Turns(made, clock, Device(locale, name=f"{locale} {phrase}"))
        turns.launch()
        heard = turns.ask({"type": "IntentRequest", "intent": intent})
        lost = turns.say(FALLBACK)

        assert intent["name"] != FALLBACK
        assert not phrase.startswith("Alexa")
        assert heard.is_open
        assert heard.text
        assert heard.text != lost.text


def test_what_the_page_says_to_say_is_understood(page: dict[str, Any], ears: Understanding) -> None:
    instructions = MANIFEST["publishingInformation"]["testingInstructions"]
    said = re.findall(r'"([^"]+)"', f"{page['description']} {instructions}")

    assert len(said) > 10
    assert [each for each in said if not _heard(ears, each)] == []


def test_what_the_privacy_page_says_to_say_is_understood() -> None:
    ears = ears_for("en")
    said = re.findall(r'"([^"]+)"', PRIVACY)

    assert ears.hear(said[0])["name"] == "ForgetMeIntent"
    assert [each for each in said if not _heard(ears, each)] == []


def _heard(ears: Understanding, phrase: str) -> bool:
    return ears.is_launch(phrase) or ears.hear(phrase)["name"] != FALLBACK


def test_every_locale_is_spoken_in_its_language(locale: str) -> None:
    assert library.load().words(locale).language == locale.partition("-")[0]


# Where Alexa finds it

INTERFACES = MANIFEST["apis"]["custom"]["interfaces"]


def test_the_skill_asks_for_the_audio_player_and_for_screens() -> None:
    assert [each["type"] for each in INTERFACES] == ["AUDIO_PLAYER", "ALEXA_PRESENTATION_APL"]


@pytest.mark.parametrize("screen", VIEWPORTS, ids=lambda screen: screen.name)
def test_every_screen_that_is_tried_is_declared(screen: Viewport) -> None:
    assert any(
        each["mode"] == screen.mode
        and each["shape"] == screen.shape
        and each["minWidth"] <= screen.width <= each["maxWidth"]
        and each["minHeight"] <= screen.height <= each["maxHeight"]
        for each in INTERFACES[1]["supportedViewports"]
    )


def test_alexa_finds_the_skill_and_tells_it_when_it_is_disabled() -> None:
    """The endpoint here is nobody's: RFC 2606 keeps .example free."""
    endpoint = MANIFEST["apis"]["custom"]["endpoint"]

    assert list(MANIFEST["apis"]) == ["custom"]
    assert re.fullmatch(r"https://[a-z-]+\.example/[a-z]+", endpoint["uri"])
    assert endpoint["sslCertificateType"] == "Trusted"
    assert MANIFEST["events"]["endpoint"] == endpoint
    assert {"eventName": "SKILL_DISABLED"} in MANIFEST["events"]["subscriptions"]


def test_the_ask_cli_finds_the_package_from_its_own_folder() -> None:
    resources = json.loads((HERE / "ask-resources.json").read_text(encoding="utf-8"))
    (profile,) = resources["profiles"].values()

    assert resources["askcliResourcesVersion"] == "2020-03-31"
    assert (HERE / profile["skillMetadata"]["src"]).resolve() == PACKAGE
    assert "code" not in profile
    assert "skillInfrastructure" not in profile


@pytest.mark.parametrize(
    ("arguments", "endpoint"),
    [
        ([ENDPOINT], {"uri": ENDPOINT, "sslCertificateType": "Trusted"}),
        (
            [ENDPOINT, "--certificate", "Wildcard"],
            {"uri": ENDPOINT, "sslCertificateType": "Wildcard"},
        ),
        (["https://foot.example.org:443"], None),
        ([FUNCTION], {"uri": FUNCTION}),
    ],
)
def test_a_package_of_ones_own_has_ones_own_endpoint(
    arguments: list[str], endpoint: dict[str, str] | None, tmp_path: Path
) -> None:
    endpoint = endpoint or {"uri": arguments[0], "sslCertificateType": "Trusted"}
    result = run("--endpoint", *arguments, "--into", str(tmp_path))
    found = skill_json(tmp_path)

    assert result.exit_code == 0
    assert found["apis"] == {"custom": {"interfaces": INTERFACES, "endpoint": endpoint}}
    assert found["events"]["endpoint"] == endpoint


def test_a_package_without_an_endpoint_is_whole_but_for_that(tmp_path: Path) -> None:
    """Amazon refuses a Lambda function that has no trigger yet, and a trigger needs the ID."""
    result = run("--endpoint", "none", "--into", str(tmp_path))
    found = skill_json(tmp_path)

    assert result.exit_code == 0
    apis = {"custom": {"interfaces": INTERFACES}}
    assert found == {**{k: MANIFEST[k] for k in MANIFEST if k != "events"}, "apis": apis}
    assert round_trip(json.dumps({"manifest": found})) == {"manifest": found}


def test_the_privacy_policy_is_where_its_publisher_says(tmp_path: Path) -> None:
    address = "https://foot.example.org/privacy"
    run("--endpoint", ENDPOINT, "--privacy-policy", address, "--into", str(tmp_path))
    locales = skill_json(tmp_path)["privacyAndCompliance"]["locales"]

    assert locales == {name: {"privacyPolicyUrl": address} for name in PAGES}


@pytest.mark.parametrize(
    "arguments",
    [
        "--endpoint http://foot.example.org/alexa",
        "--endpoint foot.example.org/alexa",
        "--endpoint https://foot.example.org:8443/alexa",
        "--endpoint https://foot.example.org:0/alexa",
        "--endpoint https://foot.example.org:x/alexa",
        "--endpoint https://",
        "--endpoint https://localhost/alexa",
        "--endpoint https://[::1]/alexa",
        "--endpoint https://[::1/alexa",
        "--endpoint 'https://foot example.org/alexa'",
        "--endpoint https://me:secret@foot.example.org/alexa",
        "--endpoint https://foot.example.org/alexa#here",
        "--endpoint ''",
        "--endpoint arn:aws:lambda:eu-west-1:123456789012",
        "--endpoint foot-routine:live",
        "--endpoint arn:aws:lambda:eu-central-1:123456789012:function:foot-routine",
        "--endpoint arn:aws:s3:::foot-routine",
        f"--endpoint {ENDPOINT} --certificate Homemade",
        f"--endpoint {FUNCTION} --certificate Trusted",
        "--endpoint none --certificate Trusted",
        f"--endpoint {ENDPOINT} --privacy-policy http://foot.example.org/privacy",
        "--certificate Trusted",
        "--privacy-policy https://foot.example.org/privacy",
    ],
)
def test_what_alexa_could_not_reach_is_refused_and_nothing_written(
    arguments: str, tmp_path: Path
) -> None:
    result = run(*shlex.split(arguments), "--into", str(tmp_path / "mine"))

    assert result.exit_code == 2
    assert result.output.splitlines()[-1].startswith("Error: ")
    assert list(tmp_path.iterdir()) == []


# The icons


@pytest.mark.parametrize(("size", "pixels"), [("small", 108), ("large", 512)])
def test_the_icons_are_png_of_amazons_sizes(
    locale: str, page: dict[str, Any], size: str, pixels: int
) -> None:
    """Three colours of 8 bits, no transparency, every chunk whole (RFC 2083)."""
    uri = page[f"{size}IconUri"]
    png = (PACKAGE / uri.removeprefix("file://")).read_bytes()
    names, rest = [], png[8:]
    while rest:
        length = int.from_bytes(rest[:4], "big")
        names.append(rest[4:8])

        assert zlib.crc32(rest[4 : 8 + length]) == int.from_bytes(rest[8 + length : 12 + length])
        rest = rest[12 + length :]

    assert uri == f"file://assets/images/{locale}_{size}Icon.png"
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert names == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBBBBB", png[16:29]) == (pixels, pixels, 8, 2, 0, 0, 0)


def test_the_icon_is_a_sole_in_a_ring_that_has_run_two_thirds() -> None:
    size = 96
    _, pixels = icons.picture(icons.draw(size))

    def at(x: float, y: float) -> tuple[int, ...]:
        start = int(y * size) * (1 + 3 * size) + 1 + 3 * int(x * size)
        return tuple(pixels[start : start + 3])

    assert len(pixels) == size * (1 + 3 * size)
    assert at(0.01, 0.01) == at(0.99, 0.99) == icons.GROUND
    assert at(0.52, 0.75) == at(0.46, 0.45) == icons.SOLE
    assert at(0.91, 0.5) == at(0.5, 0.91) == icons.HAND
    assert at(0.14, 0.36) == icons.TRACK


def test_an_icon_is_told_by_its_pixels_and_not_its_bytes() -> None:
    """Another zlib writes other bytes for them."""
    png = icons.draw(16)
    header, pixels = icons.picture(png)
    again = zlib.compress(pixels, 1)
    other = png[:33] + struct.pack(">I", len(again)) + b"IDAT" + again + bytes(4)

    assert other != png
    assert icons.picture(other) == (header, pixels)
    assert icons.picture(b"GIF89a") == icons.picture(png[:40]) == icons.picture(b"") == (b"", b"")


def test_the_icon_can_be_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "icon.png"
    result = CliRunner().invoke(icons.save, [str(file), "--size", "16"])

    assert result.exit_code == 0
    assert file.read_bytes() == icons.draw(16)


# How it is made


def test_the_committed_package_is_what_the_data_says() -> None:
    result = run("--check")

    assert result.output == ""
    assert result.exit_code == 0


def test_the_check_names_each_stale_file_and_changes_none(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "skill-package")
    shutil.copy(HERE / "ask-resources.json", tmp_path)
    paths = [
        "ask-resources.json",
        "skill-package/assets/images/en-GB_smallIcon.png",
        "skill-package/interactionModels/custom/en-US.json",
        "skill-package/interactionModels/custom/xx-XX.json",
    ]
    for path in paths:
        (tmp_path / path).write_text("{}\n", encoding="utf-8")
    (tmp_path / "skill-package" / "skill.json").unlink()
    result = run("--check", "--into", str(tmp_path))

    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"Stale: {tmp_path / path}" for path in [*paths, "skill-package/skill.json"]
    ]
    assert all((tmp_path / path).read_text(encoding="utf-8") == "{}\n" for path in paths)
    assert not (tmp_path / "skill-package" / "skill.json").exists()


def test_making_it_again_keeps_the_skills_id_and_drops_locales_gone(tmp_path: Path) -> None:
    """`ask deploy` notes the ID in .ask, and writes JSON back without its last line end."""
    run("--endpoint", ENDPOINT, "--into", str(tmp_path))
    (tmp_path / ".ask").mkdir()
    (tmp_path / ".ask" / "ask-states.json").write_text("{}", encoding="utf-8")
    gone = tmp_path / "skill-package" / "interactionModels" / "custom" / "xx-XX.json"
    gone.write_text("{}", encoding="utf-8")
    written_back = tmp_path / "skill-package" / "skill.json"
    written_back.write_text(written_back.read_text(encoding="utf-8").rstrip(), encoding="utf-8")
    result = run("--endpoint", ENDPOINT, "--into", str(tmp_path))

    assert result.output.splitlines() == [
        f"Renewed: {gone}",
        f"Upload it with: (cd {tmp_path} && npx ask deploy)",
    ]
    assert not gone.exists()
    assert (tmp_path / ".ask" / "ask-states.json").exists()


def test_a_fault_in_the_data_is_one_line_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "manifest.toml").write_text("locales = [", encoding="utf-8")
    monkeypatch.setattr(build, "HERE", tmp_path)
    result = run()

    assert result.exit_code == 1
    assert result.output.startswith("Error: manifest.toml: not TOML: ")
    assert len(result.output.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.toml"]


def test_a_locale_without_phrases_or_page_is_one_line_why() -> None:
    common = manifest.read_common(HERE / "manifest.toml")
    strange = manifest.Common(("xx-XX",), common.publisher, common.manifest)

    with pytest.raises(ContentError, match=r"^xx/phrases\.toml: "):
        build.package(HERE, strange, common.publisher)
    with pytest.raises(ContentError, match=r"^en\.toml: cannot be read \(FileNotFoundError\)$"):
        build.package(HERE / "nowhere", common, common.publisher)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("name", "F", "has 1 characters, not 2-50"),
        ("name", "F" * 51, "has 51 characters, not 2-50"),
        ("name", 7, "must be text in quotes"),
        ("summary", " ", "must be text in quotes"),
        ("summary", "F" * 161, "has 161 characters, not 1-160"),
        ("description", "F" * 3990, "over 4000 characters with the disclaimer"),
        ("disclaimer", "", "must be text in quotes"),
        ("launch_word", "hoist", "is not one of phrases.toml"),
        ("example_phrases", ["start", "do you snore"], "'do you snore' is not understood"),
        ("example_phrases", ["start", "next", "back"], "has 3 texts, over 2"),
        ("example_phrases", "start", "must be a list of texts in quotes"),
        ("example_phrases", [], "must be a list of texts in quotes"),
        ("keywords", ["feet", "feet"], "says the same twice"),
        ("keywords", ["feet", 7], "must be text in quotes"),
        ("keywords", ["F" * 151], "has 151 characters, not 1-150"),
        ("keywords", [f"foot {n}" for n in range(31)], "has 31 texts, over 30"),
        ("colour", "red", "is not a key known here"),
    ],
)
def test_a_page_that_amazon_would_refuse_names_file_and_key(
    key: str, value: object, why: str, tmp_path: Path
) -> None:
    good = (HERE / "store" / "en.toml").read_text(encoding="utf-8")
    bad = re.sub(rf'(?ms)^{key} = ("""|\[|").*?("""|\]|")\n', "", good)
    file = tmp_path / "en.toml"
    file.write_text(f"{key} = {json.dumps(value)}\n{bad}", encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        manifest.read_page(file, phrases_for("en"))
    assert str(caught.value) == f"store/en.toml: {key}: {why}"


@pytest.mark.parametrize(
    ("good", "bad", "why"),
    [
        ("[publisher]", "[publishers]", "publisher: must be a table"),
        ("[manifest", "[amazon", "manifest: must be a table"),
        ("manifestVersion", "version", "manifestVersion: must be text in quotes"),
        ("[manifest.publishingInformation]", "[x]", "publishingInformation: must be a table"),
        ("[manifest.privacyAndCompliance]", "[x]", "privacyAndCompliance: must be a table"),
        ("certificate = ", "certificates = ", "certificate: must be text in quotes"),
        ("locales = [", "places = [", "locales: must be a list of texts in quotes"),
        ("testingInstructions", "instructions", "testingInstructions: must be text in quotes"),
    ],
)
def test_a_manifest_that_lacks_something_names_file_and_key(
    good: str, bad: str, why: str, tmp_path: Path
) -> None:
    text = (HERE / "manifest.toml").read_text(encoding="utf-8")
    file = tmp_path / "manifest.toml"
    file.write_text(text.replace(good, bad), encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        manifest.read_common(file)
    assert str(caught.value) == f"manifest.toml: {why}"


# What is said of it


def test_the_privacy_page_says_how_long_and_how_much_is_kept() -> None:
    days = storage.KEEP_MS // MS_PER_DAY
    one_by_one = months.KEEP_SESSIONS_MS // MS_PER_DAY
    years = months.KEEP_MONTHS_MS // (366 * MS_PER_DAY)

    assert f"deleted {days} days after" in PRIVACY
    assert f"kept one by one for {one_by_one} days" in PRIVACY
    assert f"deleted after {years} years" in PRIVACY
    assert f"IDs of the last {listener_key.KEYS_KEPT} accounts" in PRIVACY


@pytest.mark.parametrize(
    "line", [line for line in PUBLISHING.splitlines() if "interaction_model.build" in line]
)
def test_the_commands_of_the_page_on_publishing_work(line: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(line)
    result = run(*arguments[2:], "--into", str(tmp_path))

    assert program == ".venv/bin/python"
    assert arguments[:2] == ["-m", "interaction_model.build"]
    assert result.exit_code == 0
