"""The SDK's models, imported late: the same names and classes, and few modules."""

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

PACKAGES = '''
import importlib, json, pkgutil, sys, types, warnings
warnings.simplefilter("ignore")  # what Python says of the SDK's docstrings as it compiles them
import ask_sdk_model

def told(value):
    if isinstance(value, types.ModuleType):
        return "module " + value.__name__
    return f"{getattr(value, '__module__', type(value))}.{getattr(value, '__qualname__', value)}"

def packages(path, prefix):
    for found in pkgutil.iter_modules(path, prefix):
        if found.ispkg:
            package = importlib.import_module(found.name)
            yield package
            yield from packages(package.__path__, package.__name__ + ".")

def names(package):
    """All but the modules inside it: some are there by the chance of who has imported them."""
    inside = {found.name for found in pkgutil.iter_modules(package.__path__)}
    return [name for name in dir(package) if not name.startswith("__") and name not in inside]
'''

ALL = """
whole = {
    package.__name__: {name: told(getattr(package, name)) for name in names(package)}
    for package in [ask_sdk_model, *packages(ask_sdk_model.__path__, "ask_sdk_model.")]
}
print(json.dumps(whole))
"""

LISTED = """
whole = {
    package.__name__: names(package)
    for package in [ask_sdk_model, *packages(ask_sdk_model.__path__, "ask_sdk_model.")]
}
print(json.dumps(whole))
"""

COUNTED = """
print(json.dumps([name for name in sys.modules if name.startswith("ask_sdk_model")]))
"""

AT_ONCE = """
import threading
ready = threading.Barrier(8)
found = []

def ask():
    ready.wait()
    found.append([id(getattr(ask_sdk_model, name)) for name in names(ask_sdk_model)])

threads = [threading.Thread(target=ask) for _ in range(8)]
for each in threads: each.start()
for each in threads: each.join()
print(json.dumps([len(found), len({tuple(each) for each in found})]))
"""


@cache
def fresh(*lines: str) -> Any:  # noqa: ANN401 - what the lines print, in JSON
    """Run *lines* in a process of their own."""
    done = subprocess.run(  # noqa: S603 - our own lines
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, check=True, text=True
    )
    return json.loads(done.stdout)


def test_every_name_of_every_package_is_what_it_is_without() -> None:
    """Without: what the SDK itself does, in a process that knows nothing of this skill."""
    plain = fresh(PACKAGES, ALL)

    assert len(plain) > 40
    assert sum(map(len, plain.values())) > 600
    assert fresh("import skill", PACKAGES, ALL) == plain


def test_every_name_is_listed_before_anybody_asks_for_it() -> None:
    plain = {package: sorted(names) for package, names in fresh(PACKAGES, ALL).items()}
    listed = fresh("import skill", PACKAGES, LISTED)

    assert {package: sorted(names) for package, names in listed.items()} == plain


def test_a_module_is_found_beside_what_it_holds() -> None:
    """Python sets it in its package as it is imported, and some programs look for it there."""
    (name,) = fresh(
        "import skill",
        "import json, ask_sdk_model",
        "print(json.dumps([ask_sdk_model.user.__name__]))",
    )

    assert name == "ask_sdk_model.user"


def test_what_nobody_asks_for_is_not_imported() -> None:
    core = "import ask_sdk_core.skill_builder"
    late = fresh("import skill", PACKAGES, COUNTED)
    one = fresh("import skill", PACKAGES, "ask_sdk_model.Session", COUNTED)

    assert late == ["ask_sdk_model"]
    assert set(one) == {"ask_sdk_model", "ask_sdk_model.session"}
    assert len(fresh(PACKAGES, core, COUNTED)) > 200
    assert len(fresh("import skill", PACKAGES, core, COUNTED)) < 80


def test_what_is_imported_already_stays_as_it_is() -> None:
    names = fresh(PACKAGES, "import skill", COUNTED)

    assert names == fresh(PACKAGES, COUNTED)


def test_threads_that_ask_at_once_get_the_same() -> None:
    assert fresh("import skill", PACKAGES, AT_ONCE) == [8, 1]


MISSED = """
import importlib, json
faults = []
for statement in ("{package}.Toe", "from {package} import Toe"):
    try:
        exec(statement, {{"ask_sdk_model": importlib.import_module("{package}".partition(".")[0])}})
    except (AttributeError, ImportError) as fault:
        faults.append([type(fault).__name__, str(fault).partition(" (")[0]])
print(json.dumps([type(importlib.import_module("{package}").__loader__).__name__, *faults]))
"""


@pytest.mark.parametrize("package", ["ask_sdk_model", "ask_sdk_model.services"])
def test_a_name_that_there_is_not_is_missed_in_python_s_own_words(package: str) -> None:
    lines = f"import {package}\n" + MISSED.format(package=package)
    loader, *faults = fresh("import skill", lines)

    assert loader == "LatePackage"
    assert ["SourceFileLoader", *faults] == fresh(lines)
    assert faults == [
        ["AttributeError", f"module '{package}' has no attribute 'Toe'"],
        ["ImportError", f"cannot import name 'Toe' from '{package}'"],
    ]


def test_all_names_of_a_package_can_be_asked_for_at_once() -> None:
    star = """
import json
names = {}
exec("from ask_sdk_model.ui import *", names)
print(json.dumps(sorted(name for name, value in names.items() if isinstance(value, type))))
"""

    assert len(fresh(star)) > 10
    assert fresh("import skill", star) == fresh(star)
