"""The list of sentences holds what the code says, and nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from plans import ROUTINE
from project import PROJECT

from skill.language.sentences import listed, needed

NEEDED: Final = needed(ROUTINE, listed())
SOURCES: Final = sorted((PROJECT / "skill").rglob("*.py"))


def speakers(tree: ast.AST) -> dict[str, int]:
    """The functions of *tree* that make a `Line` of a parameter called `key`, with its position."""
    found = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names = [each.arg for each in function.args.args if each.arg != "self"]
            said = [key.id for key in keys_of(function) if isinstance(key, ast.Name)]
            if "key" in names and "key" in said:
                found[function.name] = names.index("key")
    return found


def keys_of(tree: ast.AST) -> Iterator[ast.expr]:
    """What stands for the key of every `Line` that is made in *tree*."""
    for call in ast.walk(tree):
        match call:
            case ast.Call(func=ast.Name(id="Line"), args=[key, *_]):
                yield key


def keys_passed(tree: ast.AST, functions: dict[str, int]) -> Iterator[ast.expr]:
    """What *tree* gives to the *functions* as their key."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else None
            name = call.func.id if isinstance(call.func, ast.Name) else name
            place = functions.get(name or "")
            if place is not None and place < len(call.args):
                yield call.args[place]
            if place is not None:
                yield from (each.value for each in call.keywords if each.arg == "key")


def patterns(key: ast.AST) -> Iterator[str]:
    """A pattern of every text that *key* can be, as far as it is written there."""
    if isinstance(key, ast.Constant):
        yield re.escape(str(key.value))
    elif isinstance(key, ast.JoinedStr):
        yield "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
            for part in key.values
        )
    elif isinstance(key, ast.IfExp):
        yield from (*patterns(key.body), *patterns(key.orelse))


def said(*sources: str) -> set[str]:
    """A pattern of every key that is said in *sources*, but for those held in tables."""
    trees = [ast.parse(source) for source in sources]
    trees = [tree for tree in trees if "skill.routine.plan" in imported(tree)]
    functions = {name: at for tree in trees for name, at in speakers(tree).items()}
    keys = [key for tree in trees for key in (*keys_of(tree), *keys_passed(tree, functions))]
    return {pattern for key in keys for pattern in patterns(key)}


def imported(tree: ast.AST) -> set[str | None]:
    return {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}


def test_every_key_in_the_code_is_found() -> None:
    source = """
from skill.routine.plan import Line
def told(key: str, name: str) -> Line:
    return Line(key, (("name", name),))
lines = [Line("one"), Line(f"{name}.two"), Line("three" if name else f"four_{name}", ())]
lines += [told("five", "no"), told(name="no", key="six"), other("no")]
"""

    assert said(source) == {"one", r".+\.two", "three", "four_.+", "five", "six"}
    assert said(source.replace("skill.routine.plan", "skill.simulator.stage")) == set()


def test_every_sentence_that_the_code_says_is_listed() -> None:
    """Else it would be an apology when it is due."""
    patterns = said(*map(Path.read_text, SOURCES))
    keys = "\n".join(NEEDED)

    assert {each for each in patterns if not re.search(f"^{each}$", keys, re.MULTILINE)} == set()


def test_every_sentence_that_is_listed_is_said() -> None:
    """Somewhere in the code is a text that can be its key."""
    parts = [part for source in SOURCES for part in ast.walk(ast.parse(source.read_text()))]
    texts = {pattern for part in parts for pattern in patterns(part)}
    keys = [re.compile(text) for text in texts if re.search("[a-z]", text)]
    own = {key for key in NEEDED if key.partition(".")[0] not in ROUTINE.ids}

    assert {key for key in own if not any(each.fullmatch(key) for each in keys)} == set()
