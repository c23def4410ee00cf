"""What recordings need beside the skill comes with the extra `voice`, and with nothing else."""

import re
from typing import Final

import pytest
from project import PROJECT

BESIDE: Final = {"av", "hibari-tts", "numpy", "onnxruntime"}


def locked(name: str) -> dict[str, str]:
    """The version of each package in that lock."""
    text = (PROJECT / "locks" / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["run.txt", "lambda.txt", "dev.txt"])
def test_no_other_lock_has_the_packages_of_the_extra(name: str) -> None:
    """Least of all Lambda's."""
    assert locked(name)
    assert not BESIDE & locked(name).keys()


def test_the_extra_is_locked_beside_the_skill_as_it_is_used() -> None:
    """All of run.txt in the same versions, and what the extra adds."""
    voice, run = locked("voice.txt"), locked("run.txt")

    assert voice.items() >= run.items()
    assert voice.keys() - run.keys() >= BESIDE
