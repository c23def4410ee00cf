"""What the README shows is what happens, and no page links to what is not there."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from ears import ears_for
from project import PROJECT
from script import Script

from skill import app
from skill.language import library
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.simulator.stage import Stage
from skill.storage.memory_store import MemoryStore
from skill.terminal import cli

README = (PROJECT / "README.md").read_text("utf-8")
PAGES = [*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")]
BLOCKS = re.findall(r"^```\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_conversation_goes_as_written() -> None:
    clock = Clock.stopped(1_767_598_200_000)
    made = app.build(MemoryStore(clock), str)
    words = library.load().words("en-US")
    ears = ears_for(words.language)
    stage = Stage(
        clock,
        lambda room: Echo(made.converse, ears, clock, Device("en-US", room), words.rate),
    )

    assert not Script.parse(BLOCKS[0], "README.md").replay(stage).faults


def test_two_lines_do_all_the_set_up() -> None:
    talk, check = BLOCKS[1].splitlines()

    assert talk.startswith("python3 -m venv")
    assert talk.endswith("foot-routine talk")
    assert check.startswith("python3 -m venv")
    assert check.endswith("-m pytest")


def test_the_timetable_is_what_plan_prints() -> None:
    (command,) = re.findall(r"`.venv/bin/foot-routine (plan [^`]*)` prints", README)
    printed = CliRunner().invoke(cli.main, command.split()).output

    assert BLOCKS[3].splitlines() == [line.rstrip() for line in printed.splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
