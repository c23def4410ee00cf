"""Every script in `conversations`, word for word through the whole skill.

A new script needs only what is said: with FOOT_ROUTINE_REWRITE=1 in the environment the answers
that are heard are written into the files, to be read before they are kept.
"""

import os
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from ears import ears_for
from plans import LIBRARY
from project import SCRIPTS
from script import interfaces_of, replay_file
from shelves import usual_shelf

from skill import app
from skill.language import library, phrases
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.simulator.offline_alexa import OfflineAlexa
from skill.simulator.stage import Stage
from skill.simulator.understanding import Understanding
from skill.storage.sqlite_store import SqliteStore

SHELF = usual_shelf()

MORNING = 1_767_598_200_000
"""2026-01-05T07:30:00Z: when every conversation begins."""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_conversation_goes_as_written(script: Path, tmp_path: Path) -> None:
    """The name of the file and its first line say the promise that it keeps."""
    locale = script.parent.name
    words = library.load().words(locale)
    ears = ears_for(words.language)

    with ExitStack() as stack:

        def home() -> Stage:
            """Nobody has been here before."""
            clock = Clock.stopped(MORNING)
            store = SqliteStore(tmp_path / f"{len(list(tmp_path.iterdir()))}.db", clock)
            stack.callback(store.close)
            made = app.build(store, str, alexa_api=OfflineAlexa(), content=LIBRARY, shelf=SHELF)

            def device(room: str) -> Echo:
                echo = Device(locale, room, interfaces=interfaces_of(room))
                return Echo(made.converse, ears, clock, echo, words.rate, SHELF.lengths)

            return Stage(clock, device)

        faults = replay_file(script, home, rewrite="FOOT_ROUTINE_REWRITE" in os.environ)

    assert not faults, "\n\n".join(faults)


def test_every_language_has_its_conversations() -> None:
    spoken = {script.parent.name.partition("-")[0] for script in SCRIPTS}

    assert spoken == set(library.load().languages)


SAID: Final = re.compile(r"You(?: \([^)]*\))?: (.+)")


@pytest.mark.parametrize("locale", sorted({script.parent.name for script in SCRIPTS}))
def test_every_intent_has_a_conversation(locale: str) -> None:
    """Of Amazon's, those that have phrases here: Alexa sends the others by words of her own."""
    language = locale.partition("-")[0]
    ears = ears_for(language)
    reached = {
        ears.hear(_wish(ears, said))["name"]
        for script in SCRIPTS
        if script.parent.name == locale
        for said in SAID.findall(script.read_text(encoding="utf-8"))
    }

    listed = {intent.name for intent in phrases.load(language).intents if intent.samples}
    assert listed - reached == set()


def _wish(ears: Understanding, said: str) -> str:
    """What is wished for in one breath with the name of the skill; else all that was said."""
    for joint in (" to ", " and "):
        launch, _, wish = said.partition(joint)
        if wish and ears.is_launch(launch):
            return wish
    return said
