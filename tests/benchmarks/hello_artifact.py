"""How large a hello world is on Lambda: the SDK's core, all that it asks for, and one handler."""

from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from packaging.requirements import Requirement


def hello_bytes(to: Path) -> int:
    """Zip it as `lambda/artifact.py` zips the skill, sources only; returns the size."""
    with ZipFile(to, "w", ZIP_DEFLATED, compresslevel=9) as packed:
        packed.write(Path(__file__).with_name("hello_world.py"), "lambda_function.py")
        for name in sorted(_needed("ask-sdk-core", set())):
            for file in distribution(name).files or ():
                if "__pycache__" not in file.parts and ".." not in file.parts:
                    packed.write(file.locate(), file.as_posix())
    return to.stat().st_size


def _needed(name: str, found: set[str]) -> set[str]:
    """Find the distributions that *name* asks for here, itself included."""
    if name not in found:
        found.add(name)
        for each in map(Requirement, distribution(name).requires or ()):
            if each.marker is None or each.marker.evaluate({"extra": ""}):
                _needed(each.name.lower(), found)
    return found
