"""A set that may not have been heard to its end counts once the prompt after it is answered."""

import pytest
from turns import MORNING, SECOND, Turns, listener_key
from utterances import speak

from skill import app
from skill.rendering.speech import Limits
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore


@pytest.mark.parametrize(
    "answer", ["finish", "next", "okay next", "done", "I'm done", "ready", "stop", "that's it"]
)
def test_the_last_set_counts_once_its_prompt_is_answered(answer: str) -> None:
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key, Limits(seconds=600)), clock)
    turns.launch()
    speak(turns, "only band presses", 5 * SECOND)
    heard = speak(turns, "start", 5 * SECOND)

    farewell = speak(turns, answer, heard.ms + SECOND)

    assert farewell.text.startswith("Well done. That was ")


def test_the_last_set_does_not_count_where_the_prompt_is_not_answered() -> None:
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key, Limits(seconds=600)), clock)
    turns.launch()
    speak(turns, "only band presses", 5 * SECOND)
    heard = speak(turns, "start", 5 * SECOND)
    asked = speak(turns, "where am I", heard.ms + SECOND)

    assert asked.attributes["doubted"] == {"resisted_flexion": {"left": [3]}}
