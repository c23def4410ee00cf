"""The scripts of the page: their syntax, their types, and what a linter says of them."""

from pathlib import Path
from typing import Final

import pytest
from node import needed, told

from skill.web.page_app import FILES

SETTINGS: Final = Path(__file__).parent / "scripts"
"""What the tools are told: the types of the page and of its worker, and the linter's rules."""

SCRIPTS: Final = sorted(FILES.glob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound_by_its_syntax(script: Path, tmp_path: Path) -> None:
    needed("typescript")
    module = tmp_path / f"{script.stem}.mjs"
    module.write_bytes(script.read_bytes())

    assert told("--check", module) == ""


@pytest.mark.parametrize("project", ["page", "worker"])
def test_the_types_of_the_scripts_agree(project: str) -> None:
    compiler = needed("typescript") / "bin" / "tsc"

    assert told(compiler, "--project", SETTINGS / f"{project}.json") == ""


def test_the_linter_finds_nothing_in_the_scripts() -> None:
    linter = needed("eslint") / "bin" / "eslint.js"

    assert told(linter, "--config", SETTINGS / "eslint.config.mjs", "--max-warnings=0", FILES) == ""


def test_the_linter_would_find_faults() -> None:
    linter = needed("eslint") / "bin" / "eslint.js"
    faults = "const unused = 1;\nnothing_of_this_name();\nconsole.log(1);\n"
    name = FILES / "faulty.js"
    said = told(
        *(linter, "--config", SETTINGS / "eslint.config.mjs", "--stdin", "--stdin-filename", name),
        read=faults,
    )

    assert [rule for rule in ("no-unused-vars", "no-undef", "no-console") if rule not in said] == []
