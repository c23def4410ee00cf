"""What is checked of the code itself: one command checks everything."""

import subprocess
import sys

import pytest
from project import PROJECT


@pytest.mark.parametrize(
    "tool",
    [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy"],
    ],
    ids=" ".join,
)
def test_the_code_is_clean(tool: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - the tools of this very environment
        [sys.executable, "-m", *tool], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_domain_imports_the_standard_library_only() -> None:
    """Arrows point one way: the routine knows of nothing but itself."""
    for module in (PROJECT / "skill" / "routine").glob("*.py"):
        for line in module.read_text("utf-8").splitlines():
            if line.startswith(("import ", "from ")):
                name = line.split()[1]

                assert (
                    name.startswith("skill.routine")
                    or name.split(".")[0] in sys.stdlib_module_names
                ), f"{module.name}: {line}"


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        (
            "ask_sdk",
            {
                "cli.py",
                *("handlers.py", "serializer.py", "webservice.py", "app.py"),
                *("certificates.py", "verification.py"),
                *("alexa_api.py", "alexa_reminders.py", "offline_alexa.py"),
            },
        ),
        ("flask", {"web.py"}),
        ("boto", {"dynamo_store.py"}),
    ],
)
def test_only_the_edges_know_the_packages_they_translate(package: str, allowed: set[str]) -> None:
    """Only Alexa's side imports the SDK, only the web flask, only one store boto3."""
    for module in (PROJECT / "skill").rglob("*.py"):
        lines = module.read_text("utf-8").splitlines()
        if any(line.strip().startswith((f"import {package}", f"from {package}")) for line in lines):
            assert module.name in allowed
