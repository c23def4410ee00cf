"""The skill's manifest, skill.json: what Amazon's store shows, and where Alexa finds the skill.

It is made of manifest.toml, of one store page for each language, and of what only a publisher
knows. Amazon names a fault in it after an upload, or weeks later in certification; here it is an
error that names file and key.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from skill.language.errors import ContentError
from skill.language.interaction_model import Phrases
from skill.simulator.understanding import FALLBACK, Understanding

# The one wake word that Amazon asks for in example phrases ("Tips for Creating Certifiable Example
# Phrases"), in every language.
WAKE_WORD: Final = "Alexa"

# Amazon, "Define Skill Store Details"; the shortest is also in the specification below.
SHORTEST_NAME: Final = 2
LONGEST_NAME: Final = 50
# The specification of Amazon's Skill Management API (SkillManifestLocalizedPublishingInformation
# and SkillManifestPublishingInformation), as published with ask-smapi-model 1.24 for Node.
LONGEST_SUMMARY: Final = 160
LONGEST_DESCRIPTION: Final = 4000
LONGEST_EXAMPLE: Final = 200
MOST_KEYWORDS: Final = 30
LONGEST_KEYWORD: Final = 150
LONGEST_INSTRUCTIONS: Final = 4000
# The specification allows a fourth example; the store, and its own description, show three.
EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Publisher:
    """What differs from one developer's copy of the skill to another's.

    *certificate* is Amazon's word for that of an HTTPS *endpoint*, None for a Lambda function.
    Without an endpoint the manifest is complete but for where to find the skill: Amazon takes it
    and answers with the skill's ID.
    """

    endpoint: str | None
    certificate: str | None
    privacy_policy: str


@dataclass(frozen=True, slots=True)
class Page:
    """A store page in one language; the examples lack the first, which opens the skill."""

    name: str
    summary: str
    description: str
    disclaimer: str
    launch_word: str
    example_phrases: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Common:
    """What manifest.toml says; *manifest* has Amazon's keys, as they stand."""

    locales: tuple[str, ...]
    publisher: Publisher
    manifest: Mapping[str, Any]


def read_common(file: Path) -> Common:
    """Read manifest.toml. Raises ContentError, naming file and key."""
    top = _toml(file)
    publisher = _table(top, "publisher", file.name)
    whole = _table(top, "manifest", file.name)
    _text(whole, "manifestVersion", file.name)
    publishing = _table(whole, "publishingInformation", file.name)
    _table(whole, "privacyAndCompliance", file.name)
    _text(publishing, "testingInstructions", file.name, 1, LONGEST_INSTRUCTIONS)
    return Common(
        locales=_texts(top, "locales", file.name),
        publisher=Publisher(
            endpoint=_text(publisher, "endpoint", file.name),
            certificate=_text(publisher, "certificate", file.name),
            privacy_policy=_text(publisher, "privacy_policy", file.name),
        ),
        manifest=whole,
    )


def read_page(file: Path, phrases: Phrases) -> Page:
    """Read the store page of the language that *phrases* are of.

    Raises ContentError, naming file and key, for what is missing, too long, or not understood.
    """
    top, name = _toml(file), f"store/{file.name}"
    known = {field.name for field in fields(Page)}
    for key in top:
        if key not in known:
            raise ContentError(f"{name}: {key}: is not a key known here")
    page = Page(
        name=_text(top, "name", name, SHORTEST_NAME, LONGEST_NAME),
        summary=_text(top, "summary", name, 1, LONGEST_SUMMARY),
        description=_text(top, "description", name),
        disclaimer=_text(top, "disclaimer", name),
        launch_word=_text(top, "launch_word", name),
        example_phrases=_texts(top, "example_phrases", name, EXAMPLES - 1, LONGEST_EXAMPLE),
        keywords=_texts(top, "keywords", name, MOST_KEYWORDS, LONGEST_KEYWORD),
    )
    if len(_description(page)) > LONGEST_DESCRIPTION:
        raise ContentError(
            f"{name}: description: over {LONGEST_DESCRIPTION} characters with the disclaimer"
        )
    if page.launch_word not in phrases.launch_words:
        raise ContentError(f"{name}: launch_word: is not one of phrases.toml")
    ears = Understanding(phrases)
    for phrase in page.example_phrases:
        if ears.hear(phrase)["name"] == FALLBACK:
            raise ContentError(f"{name}: example_phrases: {phrase!r} is not understood")
    return page


def manifest(
    common: Common, pages: Mapping[str, tuple[Page, Phrases]], publisher: Publisher
) -> dict[str, Any]:
    """Put skill.json together; *pages* has, for each locale, the page and what is heard there."""
    store = {
        locale: {
            "name": page.name,
            "summary": page.summary,
            "description": _description(page),
            "examplePhrases": [
                f"{WAKE_WORD}, {page.launch_word} {phrases.invocation_name}",
                *page.example_phrases,
            ],
            "keywords": list(page.keywords),
            "smallIconUri": f"file://{icon(locale, 'small')}",
            "largeIconUri": f"file://{icon(locale, 'large')}",
        }
        for locale, (page, phrases) in pages.items()
    }
    privacy = {locale: {"privacyPolicyUrl": publisher.privacy_policy} for locale in pages}
    endpoint = _endpoint(publisher)
    whole = {
        **common.manifest,
        "publishingInformation": {**common.manifest["publishingInformation"], "locales": store},
        "privacyAndCompliance": {**common.manifest["privacyAndCompliance"], "locales": privacy},
        "apis": {"custom": {**common.manifest.get("apis", {}).get("custom", {}), **endpoint}},
        "events": {**common.manifest.get("events", {}), **endpoint},
    }
    if not endpoint:
        del whole["events"]  # Amazon takes none without an endpoint
    return {"manifest": whole}


def icon(locale: str, size: str) -> str:
    """Give the path of an icon in the skill package; *size* is small or large."""
    return f"assets/images/{locale}_{size}Icon.png"


def _endpoint(publisher: Publisher) -> dict[str, dict[str, str]]:
    if not publisher.endpoint:
        return {}
    certificate = {"sslCertificateType": publisher.certificate} if publisher.certificate else {}
    return {"endpoint": {"uri": publisher.endpoint, **certificate}}


def _description(page: Page) -> str:
    return f"{page.description}\n\n{page.disclaimer}"


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{file.name}: cannot be read ({type(error).__name__})") from error
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{file.name}: not TOML: {error}") from error


def _table(top: Mapping[str, Any], key: str, file: str) -> dict[str, Any]:
    value = top.get(key)
    if not isinstance(value, dict):
        raise ContentError(f"{file}: {key}: must be a table")
    return value


def _text(
    top: Mapping[str, Any], key: str, file: str, shortest: int = 1, longest: int | None = None
) -> str:
    value = top.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ContentError(f"{file}: {key}: must be text in quotes")
    if not shortest <= len(value) <= (longest or len(value)):
        raise ContentError(f"{file}: {key}: has {len(value)} characters, not {shortest}-{longest}")
    return value


def _texts(
    top: Mapping[str, Any], key: str, file: str, most: int | None = None, longest: int | None = None
) -> tuple[str, ...]:
    values = top.get(key)
    if not isinstance(values, list) or not values:
        raise ContentError(f"{file}: {key}: must be a list of texts in quotes")
    if most and len(values) > most:
        raise ContentError(f"{file}: {key}: has {len(values)} texts, over {most}")
    texts = tuple(_text({key: value}, key, file, 1, longest) for value in values)
    if len(set(texts)) < len(texts):
        raise ContentError(f"{file}: {key}: says the same twice")
    return texts
