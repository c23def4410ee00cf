"""Mutation testing: change one thing in a module, and see whether a test notices.

    python tests/torture/mutants.py [--sample N] [--seed N] [MODULE...]

Each mutant is tried in a copy of the project, in a process forked from one that has imported what
all need, so that a mutant costs its tests and no more. Those that no test noticed are printed with
their line; docs/torture.md says what was found in them. The status is 1 where there are any.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Final

import ask_sdk_core.skill_builder  # noqa: F401 - imported once, for every mutant
import cryptography.x509.verification  # noqa: F401 - the same
import hypothesis  # noqa: F401 - the same
import pytest

PROJECT: Final = Path(__file__).parents[2]

PLANNED: Final = ("routine/test_routine", "routine/test_plan", "routine/test_itinerary")
MUTANTS: Final = "torture/test_mutants"

TESTS: Final = {
    f"{module}.py": tuple(f"{test}.py" for test in tests)
    for module, tests in {
        "routine/planner": (*PLANNED, MUTANTS),
        "routine/builder": (*PLANNED, MUTANTS),
        "routine/continuation": (*PLANNED, MUTANTS),
        "routine/layout": (*PLANNED, MUTANTS),
        "routine/playhead": ("routine/test_playhead", MUTANTS),
        "routine/bookmark": ("routine/test_progress", MUTANTS, "routine/test_itinerary"),
        "routine/progress": ("routine/test_progress", MUTANTS, "routine/test_itinerary"),
        "routine/itinerary": ("routine/test_itinerary", MUTANTS),
        "routine/plan": (*PLANNED, MUTANTS),
        "alexa/verification": ("alexa/test_verification", MUTANTS),
    }.items()
}
"""The modules that are worth it, and the tests that are theirs."""

LONGEST_S: Final = 90
"""A mutant that takes longer hangs, which a run of the tests would notice."""

COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
REVERSED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}
COUNTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES: Final = {"min": "max", "max": "min", "all": "any", "any": "all"}


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Give every mutant of a module: its line, what was changed, and the new source."""
    tree = ast.parse(source)
    decorators = {each for node in ast.walk(tree) for each in _decorating(node)}
    for number, node in enumerate(ast.walk(tree)):
        for changed in _changes(node) if node not in decorators else ():
            other = copy.deepcopy(tree)
            _put(other, number, changed)
            line = getattr(node, "lineno", 0)
            before, after = _shown(node), _shown(changed) if changed else "pass"
            if before != after:
                yield line, f"{before}  ->  {after}", ast.unparse(ast.fix_missing_locations(other))


def _decorating(node: ast.AST) -> Iterator[ast.AST]:
    """Give what only says how a class is made, such as frozen: no behaviour of it is tested."""
    for decorator in getattr(node, "decorator_list", ()):
        yield from ast.walk(decorator)


def _shown(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:100]


def _changes(node: ast.AST) -> Iterator[ast.AST | None]:  # noqa: C901, PLR0912 - a table of cases
    """Give what may stand in place of *node*; None for nothing at all."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=others):
            for table in (COMPARED, REVERSED):
                if type(op) in table:
                    yield ast.Compare(left, [table[type(op)]()], others)
        case ast.Compare(left=left, ops=[first, second], comparators=others):
            yield ast.Compare(left, [COMPARED[type(first)](), second], others)
            yield ast.Compare(left, [first, COMPARED[type(second)]()], others)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in COUNTED:
            yield ast.BinOp(left, COUNTED[type(op)](), right)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for number in range(len(values)):
                rest = values[:number] + values[number + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
            yield ast.Name(NAMES[name], ast.Load())
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.keyword(arg=str() as name, value=value) if isinstance(value, ast.Name):
            yield ast.keyword(name, ast.Constant(None))
        case ast.Raise() | ast.AugAssign():
            yield None
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()


def _put(tree: ast.Module, number: int, changed: ast.AST | None) -> None:
    """Put *changed* where the node of that number in the walk is."""
    target = list(ast.walk(tree))[number]

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if node is target:
                return changed or ast.Pass()
            return self.generic_visit(node)

    Put().visit(tree)


def noticed(home: Path, tests: tuple[str, ...]) -> bool:
    """Run *tests* in *home* in a process of their own; True where one failed, or they hung."""
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        os.chdir(home)
        sys.path[:0] = [str(home), str(home / "tests" / "support")]
        files = [f"tests/{name}" for name in tests if (home / "tests" / name).exists()]
        options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain"]
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            with redirect_stderr(nowhere):
                status = pytest.main([*options, *files])
            os._exit(min(status, 100))
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status != 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def main() -> int:
    """Try the mutants, and tell of those that live."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="so many of each module; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("modules", nargs="*", default=list(TESTS))
    wanted = parser.parse_args()
    lives = 0
    with tempfile.TemporaryDirectory(prefix="foot-routine-mutants-") as folder:
        home = Path(folder)
        for part in ("skill", "tests"):
            shutil.copytree(PROJECT / part, home / part)
        shutil.copy(PROJECT / "pyproject.toml", home)
        for module in wanted.modules:
            lives += _try(home, module, wanted.sample, wanted.seed)
    return 1 if lives else 0


def _try(home: Path, module: str, sample: int, seed: int) -> int:
    file = home / "skill" / module
    source = file.read_text()
    if noticed(home, TESTS[module]):
        print(f"{module}: its tests fail before anything is changed", flush=True)  # noqa: T201 - this is its report
        return 1
    found = list(mutants(source))
    chosen = random.Random(seed).sample(found, min(sample or len(found), len(found)))  # noqa: S311 - not a secret
    lives = 0
    for line, what, changed in sorted(chosen):
        file.write_text(changed)
        if not noticed(home, TESTS[module]):
            lives += 1
            print(f"{module}:{line}: {what}", flush=True)  # noqa: T201 - the same
    file.write_text(source)
    print(f"{module}: {len(chosen)} of {len(found)} tried, {lives} lived", flush=True)  # noqa: T201 - the same
    return lives


if __name__ == "__main__":
    sys.exit(main())
