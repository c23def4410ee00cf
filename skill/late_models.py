"""Alexa's models, each imported when it is first asked for.

`ask_sdk_model` imports all of its 260 modules wherever one of them is needed, which is half of what
a process waits for at its start, and a skill meets about fifty. Python lets a program say how a
package is loaded (`sys.meta_path`), and how the `import` statement works in code that it runs (the
`__builtins__` of `exec`). So a package of the SDK's runs as it is, but what it would import of its
own modules is noted, and imported by its `__getattr__` (PEP 562).
"""

import builtins
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Final, NamedTuple

SDK: Final = "ask_sdk_model"


def install() -> None:
    """Import late from now on, in the whole process; what is imported already stays as it is."""
    sys.meta_path.insert(0, Finder())


class Finder:
    """Finds the SDK's packages, and leaves all else to the finders behind it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find what `PathFinder` does; None for what is no package of models."""
        if name.partition(".")[0] != SDK:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.submodule_search_locations is None:
            return spec
        if type(spec.loader) is SourceFileLoader:
            spec.loader = LatePackage(spec.loader.name, spec.loader.path)
        return spec


class LatePackage(SourceFileLoader):
    """Runs a package's own code; `from .module import name` in it takes effect at first use."""

    def exec_module(self, module: ModuleType) -> None:
        """Run it; raises as its code does."""
        package = module.__name__
        known = vars(module)
        known["__builtins__"] = vars(builtins) | {"__import__": _note}
        exec(self.get_code(package), known)  # type: ignore[arg-type] # noqa: S102 - its own code
        del known["__builtins__"]
        late = {name: each for name, each in known.items() if isinstance(each, Late)}
        for name in late:
            del known[name]
        modules = {each.module for each in late.values()}

        def get(name: str) -> object:
            if name in modules:
                return import_module(f"{package}.{name}")
            if name not in late:
                raise AttributeError(f"module {package!r} has no attribute {name!r}")
            known[name] = getattr(import_module(f"{package}.{late[name].module}"), late[name].name)
            return known[name]

        known["__all__"] = [name for name in (*known, *late) if not name.startswith("_")]
        known["__getattr__"] = get
        known["__dir__"] = lambda: sorted({*known, *late, *modules})


class Late(NamedTuple):
    """A *name* of a *module* in the same package, that nobody has asked for yet."""

    module: str
    name: str


class _Noted:
    """Stands for a module while the package runs."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Late:
        return Late(self._module, name)


def _note(
    name: str,
    globals_: Mapping[str, object] | None = None,
    locals_: Mapping[str, object] | None = None,
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> object:
    """Take the place of `__import__` (see there) for names out of modules of the same package."""
    if level == 1 and name and fromlist:
        return _Noted(name)
    return builtins.__import__(name, globals_, locals_, fromlist, level)
