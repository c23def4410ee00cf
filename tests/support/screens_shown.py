"""What the skill has screens show: in a routine without a word, and while it waits."""

from functools import cache
from typing import Any

from turns import MORNING, SECOND, Turns, listener_key
from viewhost import Viewport

from skill import app
from skill.alexa.media import INTERFACE as SCREEN
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.storage.memory_store import MemoryStore


def device(viewport: Viewport) -> Device:
    return Device("en-US", interfaces=(SCREEN,), viewport=viewport.as_json())


@cache
def routine(viewport: Viewport) -> tuple[dict[str, Any], ...]:
    """The directives of a newcomer's routine in which nobody says a word after "start"."""
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key), clock, device(viewport))
    heard, shown = turns.launch(), []
    heard = turns.say("StartRoutineIntent", 5 * SECOND)
    while heard.attributes["phase"] == "leading":
        (directive,) = heard.response["response"]["directives"]
        shown.append(directive)
        event = {
            "type": f"{SCREEN}.UserEvent",
            "token": directive["token"],
            "arguments": ["next", "timed"],
        }
        heard = turns.ask(event, directive["datasources"]["screen"]["wait"])
    return tuple(shown)


@cache
def waiting(viewport: Viewport) -> dict[str, dict[str, Any]]:
    """The directives of screens that wait for a word."""
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key), clock, device(viewport))
    found = {"welcome": turns.launch()}
    turns.say("StartRoutineIntent", 5 * SECOND)
    found["pause"] = turns.say("AMAZON.PauseIntent", 30 * SECOND)
    found["pain"] = turns.say("PainIntent", 5 * SECOND)
    found["gently"] = turns.say("AMAZON.NoIntent", 5 * SECOND)
    found["help"] = turns.say("AMAZON.HelpIntent", 5 * SECOND)
    found["farewell"] = turns.say("AMAZON.StopIntent", 5 * SECOND)
    return {
        name: directive
        for name, heard in found.items()
        for directive in heard.response["response"].get("directives", [])
    }
