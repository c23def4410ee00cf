"""What a device with a screen shows: when it goes on by itself, and what can be touched."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

INTERFACE: Final = "Alexa.Presentation.APL"
"""What a device with a screen supports."""


class ShownScreen(NamedTuple):
    """A document that is shown."""

    token: str
    """What the skill named it."""
    goes_on_at: int | None
    """When its one event comes, in ms since 1970; None where it waits."""
    moves: Mapping[str, str]
    """What each button asks for, by the words on it."""


def shown(response: Mapping[str, Any], began: int) -> ShownScreen | None:
    """Read the skill's document in *response*; its first word is said at *began*, in ms."""
    for directive in response.get("directives", ()):
        data = directive.get("datasources", {}).get("screen")
        if directive.get("type") == f"{INTERFACE}.RenderDocument" and data:
            wait = data.get("wait")
            return ShownScreen(
                token=directive["token"],
                goes_on_at=None if wait is None else began - data["start"] + wait,
                moves={each["label"]: each["move"] for each in data["buttons"]},
            )
    return None


def sent(screen: ShownScreen, *arguments: str) -> dict[str, Any]:
    """Word what the *screen* sends."""
    return {
        "type": f"{INTERFACE}.UserEvent",
        "token": screen.token,
        "arguments": [*arguments],
    }
