"""Write the skill package for the ASK CLI: manifest, interaction models and icons.

The package of this repository is committed, with placeholders where every developer has values of
their own; `--check` proves it current. A developer's own goes into a folder that git leaves alone.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

from interaction_model import icons
from interaction_model.manifest import Common, Publisher, icon, manifest, read_common, read_page
from skill.language.errors import ContentError
from skill.language.phrases import load

HERE: Final = Path(__file__).parent
MINE: Final = HERE / "mine"
NO_ENDPOINT: Final = "none"

# Amazon, "Skill Manifest Schema": SSLCertificateType.
CERTIFICATES: Final = ("Trusted", "Wildcard", "SelfSigned")
# Amazon, "Host a Custom Skill as a Web Service": Alexa connects to no other.
HTTPS_PORT: Final = 443
PUBLIC_HOST: Final = re.compile(r"[a-z\d-]+(\.[a-z\d-]+)+", re.ASCII)
# Amazon, "Host a Custom Skill as an AWS Lambda Function": where Alexa can be a trigger.
LAMBDA_REGIONS: Final = ("ap-northeast-1", "eu-west-1", "us-east-1", "us-west-2")
LAMBDA_ARN: Final = re.compile(
    r"arn:aws:lambda:(?P<region>[a-z0-9-]+):\d{12}:function:[\w-]{1,64}(:[\w$-]+)?", re.ASCII
)
# Amazon, "Skill Manifest Schema": pixels of the two icons.
ICON_SIZES: Final = {"small": 108, "large": 512}
# The ASK CLI reads this file in the folder it is started in, and the path from there.
RESOURCES: Final = {
    "askcliResourcesVersion": "2020-03-31",
    "profiles": {"default": {"skillMetadata": {"src": "./skill-package"}}},
}
MODELS: Final = "skill-package/interactionModels/custom"
IMAGES: Final = "skill-package/assets/images"


def package(source: Path, common: Common, publisher: Publisher) -> dict[str, bytes]:
    """Give every file of the package under its path. Raises ContentError."""
    files = {"ask-resources.json": _json(RESOURCES)}
    pages, models = {}, {}
    for language in dict.fromkeys(locale.partition("-")[0] for locale in common.locales):
        phrases = load(language)
        pages[language] = read_page(source / "store" / f"{language}.toml", phrases), phrases
        # Amazon counts every character of a model, blanks too: a value a line, not indented.
        models[language] = _json(phrases.interaction_model(), indent=0)
    for locale in common.locales:
        language, _, _ = locale.partition("-")
        files[f"{MODELS}/{locale}.json"] = models[language]
        for name, size in ICON_SIZES.items():
            files[f"skill-package/{icon(locale, name)}"] = icons.draw(size)
    pages = {locale: pages[locale.partition("-")[0]] for locale in common.locales}
    files["skill-package/skill.json"] = _json(manifest(common, pages, publisher))
    return files


def _json(content: Mapping[str, Any], indent: int = 2) -> bytes:
    return (json.dumps(content, indent=indent, ensure_ascii=False) + "\n").encode()


def _stale(wanted: Mapping[str, bytes], folder: Path) -> list[str]:
    """Give the paths of files that are missing, other than wanted, or of a locale gone."""
    made = [*folder.glob(f"{MODELS}/*.json"), *folder.glob(f"{IMAGES}/*.png")]
    paths = {*wanted, *(path.relative_to(folder).as_posix() for path in made)}
    return [path for path in sorted(paths) if not _current(folder / path, wanted.get(path))]


def _current(file: Path, wanted: bytes | None) -> bool:
    if wanted is None or not file.is_file():
        return False
    found = file.read_bytes()
    if file.suffix == ".png":
        return icons.picture(found) == icons.picture(wanted)
    # The ASK CLI writes manifest and resources back without their last line end.
    return found.rstrip(b"\n") == wanted.rstrip(b"\n")


def _https(url: str) -> str:
    """Take an address that Alexa can connect to."""
    try:
        parts = urlsplit(url)
        port = HTTPS_PORT if parts.port is None else parts.port
    except ValueError as error:
        raise click.BadParameter(f"{url!r} is no address: {error}.") from error
    named = PUBLIC_HOST.fullmatch(parts.hostname or "")
    if parts.scheme != "https" or not named or parts.username or parts.fragment:
        raise click.BadParameter(f"{url!r} is not https://, a public host and a path.")
    if port != HTTPS_PORT:
        raise click.BadParameter(f"{url!r} has port {port}: Alexa connects to {HTTPS_PORT} only.")
    return url


def _arn(arn: str) -> str:
    """Take the name of a Lambda function that Alexa can be a trigger of."""
    found = LAMBDA_ARN.fullmatch(arn)
    if not found:
        raise click.BadParameter(f"{arn!r} is not the full ARN of a Lambda function.")
    if found["region"] not in LAMBDA_REGIONS:
        places = ", ".join(LAMBDA_REGIONS)
        raise click.BadParameter(f"{found['region']} has no trigger for Alexa; {places} have.")
    return arn


def _privacy_policy(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    return value and _https(value)


def _endpoint(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None or value == NO_ENDPOINT:
        return value
    return _arn(value) if value.startswith("arn:") else _https(value)


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1, naming each stale file.")
@click.option(
    "--endpoint",
    callback=_endpoint,
    metavar=f"URL|ARN|{NO_ENDPOINT}",
    help=f"Make a package of your own: where you serve the skill, your Lambda function, or"
    f" {NO_ENDPOINT} while Amazon has given the skill no ID yet.",
)
@click.option(
    "--certificate",
    type=click.Choice(CERTIFICATES),
    help=f"What kind your URL has; {CERTIFICATES[0]} if not said.",
)
@click.option(
    "--privacy-policy",
    callback=_privacy_policy,
    metavar="URL",
    help="Where people can read your PRIVACY.md.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"The folder to write into; {MINE.relative_to(HERE.parent)} for a package of your own.",
)
def build(
    *,
    check: bool,
    endpoint: str | None,
    certificate: str | None,
    privacy_policy: str | None,
    into: Path | None,
) -> None:
    """Write the skill package, and remove files of locales no longer listed.

    Without --endpoint it is the one of this repository.
    """
    own = endpoint is not None
    if not own and (certificate or privacy_policy):
        raise click.UsageError("--certificate and --privacy-policy go with --endpoint.")
    try:
        common = read_common(HERE / "manifest.toml")
        publisher = common.publisher
        if endpoint:
            publisher = Publisher(
                endpoint=None if endpoint == NO_ENDPOINT else endpoint,
                certificate=_certificate(endpoint, certificate),
                privacy_policy=privacy_policy or publisher.privacy_policy,
            )
        wanted = package(HERE, common, publisher)
    except ContentError as error:
        raise click.ClickException(str(error)) from error
    folder = into or (MINE if own else HERE)
    stale = _stale(wanted, folder)
    for path in stale:
        click.echo(f"{'Stale' if check else 'Renewed'}: {folder / path}")
    if check:
        raise SystemExit(bool(stale))
    _write(stale, wanted, folder)
    if own:
        click.echo(f"Upload it with: (cd {folder} && npx ask deploy)")


def _certificate(endpoint: str, certificate: str | None) -> str | None:
    if endpoint.startswith("https:"):
        return certificate or CERTIFICATES[0]
    if certificate:
        raise click.UsageError("--certificate goes with the URL of an endpoint.")
    return None


def _write(stale: Iterable[str], wanted: Mapping[str, bytes], folder: Path) -> None:
    for path in stale:
        file = folder / path
        if path in wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(wanted[path])
        else:
            file.unlink()


if __name__ == "__main__":
    build()
