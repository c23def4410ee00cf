"""What is checked of the code itself: one command checks everything."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from project import PROJECT

SCRIPTS: Final = Path(sys.executable).parent
"""Where this environment's commands are."""

TOOLS: Final = (
    ("mypy",),
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("lint-imports", "--no-logo", "--no-cache"),
)

MOST_LINES: Final = 250
"""A longer module holds two nouns, or what can be deleted: a choice."""

CHANGES_OF_THE_PROCESS: Final = """
import builtins, gc, logging, os, signal, sys, threading
import six  # of the SDK's: whoever imports it gets its import hook

def process():
    root = logging.getLogger()
    return {
        "import hooks": (list(sys.meta_path), list(sys.path_hooks), builtins.__import__),
        "path": list(sys.path),
        "hooks for errors": (sys.excepthook, sys.unraisablehook, threading.excepthook),
        "logging": (
            logging.logThreads, logging.logProcesses, logging.logMultiprocessing,
            logging.raiseExceptions, logging.getLoggerClass(), logging.getLogRecordFactory(),
            logging.root.manager.disable, root.level, list(root.handlers),
        ),
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "garbage": (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), gc.get_debug()),
        "environment": dict(os.environ),
        "limits": (sys.getrecursionlimit(), sys.getswitchinterval()),
        "output": (sys.stdout, sys.stderr, sys.displayhook),
    }

before = process()
import %s
print([name for name, found in process().items() if found != before[name]])
"""
"""Prints what of the process an import has changed."""


def output_of(*command: str | Path) -> str:
    """What *command* prints, which must succeed."""
    done = subprocess.run(  # noqa: S603 - the tools of this very environment
        command, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("tool", TOOLS, ids=" ".join)
def test_the_code_is_clean(tool: tuple[str, ...]) -> None:
    name, *arguments = tool

    assert output_of(SCRIPTS / name, *arguments)


def test_each_module_is_short() -> None:
    """Those of tests may be longer, as a list of cases has no length of its own."""
    modules = [each for room in ("skill", "lambda") for each in (PROJECT / room).rglob("*.py")]
    lines = {str(each): len(each.read_text("utf-8").splitlines()) for each in modules}

    assert lines
    assert {name: most for name, most in lines.items() if most > MOST_LINES} == {}


def types() -> Iterator[ast.ClassDef]:
    """The types of the skill."""
    for module in (PROJECT / "skill").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield node


def undocumented(record: ast.ClassDef) -> Iterator[str]:
    """The fields of *record* that no docstring stands under."""
    for field, after in pairwise([*record.body, ast.Pass()]):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match after:
                case ast.Expr(ast.Constant(str())):
                    pass
                case _:
                    yield f"{record.name}.{field.target.id}"


def test_a_docstring_stands_under_each_field_of_a_record() -> None:
    """Those of `Worker` are uvicorn's, which says what they are."""
    records = [each for each in types() if each.name != "Worker"]

    assert records
    assert [field for record in records for field in undocumented(record)] == []


def test_no_two_types_share_a_name() -> None:
    counted = Counter(each.name for each in types())

    assert {name: often for name, often in counted.items() if often > 1} == {}


@pytest.mark.parametrize("module", ["skill", "skill.routine", "skill.routine.planner", "skill.app"])
def test_an_import_changes_nothing_in_the_process(module: str) -> None:
    """Whoever imports the planner, or the whole skill, keeps the process as it was."""
    changed = output_of(sys.executable, "-c", CHANGES_OF_THE_PROCESS % module)

    assert changed.strip() == "[]"
