"""One account, two voices: docs/design.md says why they share a place."""

from typing import Any

from turns import LAUNCH, MORNING, SECOND, intent

from skill import app
from skill.conversation.turn import Slot
from skill.rendering.speech import Limits
from skill.simulator.clock import Clock
from skill.simulator.device import Device, DeviceSession
from skill.simulator.offline_alexa import OfflineAlexa
from skill.storage.memory_store import MemoryStore


def test_a_place_is_kept_by_the_account_whoever_speaks() -> None:
    """Alexa knows a voice in some turns only; the place must be found in each."""
    clock = Clock.stopped(MORNING)
    made = app.build(MemoryStore(clock), str, Limits(), OfflineAlexa())
    device = Device("en-US")

    def said_by(person: str | None, request: dict[str, Any], *, new: bool = True) -> str:
        clock.move_on(40 * SECOND)
        session = DeviceSession("session", is_new=new)
        envelope = device.envelope(request, session, clock())
        if person:
            envelope["context"]["System"]["person"] = {"personId": person}
        return str(made.converse(envelope)["response"]["outputSpeech"]["ssml"])

    said_by("amzn1.ask.person.ONE", LAUNCH)
    said_by("amzn1.ask.person.ONE", intent("StartRoutineIntent"))
    said_by(None, intent("GoToExerciseIntent", exercise=Slot("toe curls", "toe_curls")))

    assert "Welcome back" in said_by("amzn1.ask.person.TWO", LAUNCH)
    assert "Toe curls" in said_by(None, intent("WhereAmIIntent"))
