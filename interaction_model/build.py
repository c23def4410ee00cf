#!/usr/bin/env python3
"""Write the skill package's interaction models from the phrases.

They are committed, so that an upload needs nothing but the ASK CLI; `--check` proves them current.
"""

import json
from pathlib import Path
from typing import Final

import click

from skill.errors import ContentError
from skill.phrases import load

# Each hears the phrases of its language.
LOCALES: Final = ("en-US",)
SKILL_PACKAGE: Final = Path(__file__).parent / "skill-package"


def models() -> dict[str, str]:
    """Give the text of every model under its file name. Raises ContentError."""
    texts = {}
    for locale in LOCALES:
        language, _, _ = locale.partition("-")
        model = load(language).interaction_model()
        texts[f"{locale}.json"] = json.dumps(model, indent=2, ensure_ascii=False) + "\n"
    return texts


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1, naming each stale file.")
@click.option(
    "--package",
    type=click.Path(path_type=Path, file_okay=False),
    default=SKILL_PACKAGE,
    help="The skill package to write into.",
)
def build(*, check: bool, package: Path) -> None:
    """Write the interaction models, and remove those of locales no longer listed."""
    try:
        wanted = models()
    except ContentError as error:
        raise click.ClickException(str(error)) from error
    folder = package / "interactionModels" / "custom"
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    stale = [name for name in sorted({*wanted, *found}) if wanted.get(name) != found.get(name)]
    for name in stale:
        click.echo(f"{'Stale' if check else 'Renewed'}: {folder / name}")
    if check:
        raise SystemExit(bool(stale))
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()


if __name__ == "__main__":
    build()
