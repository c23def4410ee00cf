"""Request envelopes as long and as deep as a device of today sends them.

The shape is that of public hello worlds' requests from a device with a screen: such a device tells
every skill of its viewports. Names and tokens have the lengths of real ones, and are not real.
"""

import json
from typing import Any, Final

from skill.simulator.device import Device, DeviceSession

SKILL_ID: Final = "amzn1.ask.skill.00000000-0000-4000-8000-00000000be9c"

TOKEN: Final = "e" * 1100  # the longest part of a request: a signed token for Alexa's services
CODECS: Final = {"codecs": ["H_264_42", "H_264_41"]}
SCREEN: Final = {
    "Viewports": [
        {
            "type": "APL",
            "id": "main",
            "shape": "RECTANGLE",
            "dpi": 213,
            "presentationType": "STANDARD",
            "canRotate": False,
            "configuration": {
                "current": {
                    "mode": "HUB",
                    "video": CODECS,
                    "size": {"type": "DISCRETE", "pixelWidth": 1280, "pixelHeight": 800},
                }
            },
        }
    ],
    "Viewport": {
        "experiences": [
            {"arcMinuteWidth": 346, "arcMinuteHeight": 216, "canRotate": False, "canResize": False}
        ],
        "mode": "HUB",
        "shape": "RECTANGLE",
        "pixelWidth": 1280,
        "pixelHeight": 800,
        "dpi": 213,
        "currentPixelWidth": 1280,
        "currentPixelHeight": 800,
        "touch": ["SINGLE"],
        "video": CODECS,
    },
    "Extensions": {"available": {"aplext:backstack:10": {}}},
}


def body(
    user: str, request: dict[str, Any], session: DeviceSession, at: int, *, screen: bool
) -> bytes:
    """Word *request* of *user* at *at* (ms since 1970) as their device would."""
    device = Device("en-US", name="D" * 180, user=f"{user:A<190}", application=SKILL_ID)
    envelope = device.envelope(request, session, at)
    envelope["context"]["System"]["apiAccessToken"] = TOKEN
    if screen:
        envelope["context"] |= SCREEN
    return json.dumps(envelope).encode()
