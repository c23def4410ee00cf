"""What the skill has screens show: in a routine without a word, and while it waits."""

import json
from functools import cache
from typing import Any, NamedTuple

from turns import MORNING, SECOND, Turns, listener_key
from viewhost import VIEWPORTS, Viewport

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


class Answer(NamedTuple):
    """An answer of a routine without a word, as docs/screens.md tells of it."""

    leads: str
    """From which set to which."""
    goes_on: str
    """Minutes and seconds after which the screen goes on by itself; empty where it does not."""
    kb: float
    """The response in thousands of bytes."""

    def row(self, number: int) -> str:
        """A row of the table."""
        return f"| {number} | {self.leads} | {self.goes_on} | {self.kb:.1f} |"


def answers() -> list[Answer]:
    """The answers of a newcomer's routine in which nobody says a word after "start"."""
    clock = Clock.stopped(MORNING)
    turns = Turns(app.build(MemoryStore(clock), listener_key), clock, device(VIEWPORTS[2]))
    turns.launch()
    heard = turns.say("StartRoutineIntent", 5 * SECOND)
    told: list[Answer] = []
    while True:
        (directive,) = heard.response["response"]["directives"]
        data = directive["datasources"]["screen"]
        kb = len(json.dumps(heard.response, separators=(",", ":")).encode()) / 1000
        if heard.attributes["phase"] != "leading":
            return [*told, Answer("the farewell", "", kb)]
        sets = [f"{step['foot']}, {step['set']}".casefold() for step in data["steps"]]
        led = f"{data['title']}, {sets[0]}{f', to {sets[-1]}' if len(sets) > 1 else ''}"
        told.append(Answer(led, f"{data['wait'] // 60_000}:{data['wait'] // 1_000 % 60:02}", kb))
        event = {"type": f"{SCREEN}.UserEvent", "token": directive["token"]}
        heard = turns.ask({**event, "arguments": ["next", "timed"]}, data["wait"])


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
