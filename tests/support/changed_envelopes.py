"""Changes to a request envelope: of its JSON, or of its bytes."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

Json = Any

SCRAPS: Final[tuple[Json, ...]] = (
    *(None, True, False, 0, -1, 1, 0.5, 2**31, 2**63, 2**70, -(2**70), 1e308, float("inf")),
    *("", " ", "\0", "\ud800", "\u202e", "é" * 300, "x" * 20_000, "0", "NaN", "<speak>", "&"),
    *("2026-13-45T99:99:99Z", "2026-01-05", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"),
    *("2026-01-05T07:30:00+99:99", "LaunchRequest", "IntentRequest", "SessionEndedRequest"),
    *("AlexaSkillEvent.SkillDisabled", "AudioPlayer.PlaybackStarted", "Connections.Response"),
    *("ER_SUCCESS_MATCH", "ERROR", "en-US", "GRANTED", [], {}, [[]], [{}], {"": None}),
    *([None] * 50, {"type": "LaunchRequest"}, {"value": {"name": 1, "id": []}}, ["type", "name"]),
)
"""What is put in place of something, or added to it."""


NAMES: Final = (
    *("", "type", "new", "attributes", "x", "__class__", "__dict__", "__init__", "system", "user"),
    *("user_id", "object_type", "request", "timestamp", "locale", "slots", "value", "resolutions"),
    *("resolutions_per_authority", "should_end_session", "request_id", "reason"),
)
"""What things are renamed to: names of Python's and of the SDK's among them."""


def nested(depth: int) -> Json:
    """A list in a list in a list: what readers that call themselves fall over."""
    found: Json = []
    for _ in range(depth):
        found = [found]
    return found


def spots(node: Json, deepest: int = 12) -> Iterator[tuple[Json, Any]]:
    """Every object or list in *node* that is not too far in, with each of its keys."""
    if deepest and isinstance(node, dict | list):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            yield node, key
            yield from spots(node[key], deepest - 1)


def changed(envelope: Json, chance: random.Random) -> Json:
    """Change a thing or two of an envelope, somewhere."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        found = list(spots(envelope))
        if not found:
            return envelope
        node, key = chance.choice(found)
        match chance.randrange(6):
            case 0:
                del node[key]
            case 1 | 2:
                node[key] = deepcopy(chance.choice(SCRAPS))
            case 3:
                other, its_key = chance.choice(found)
                if not (isinstance(other, list) and its_key >= len(other)):
                    node[key] = json.loads(
                        json.dumps(
                            other.get(its_key) if isinstance(other, dict) else other[its_key]
                        )
                    )
            case 4:
                node[key] = nested(chance.choice((3, 50, 400)))
            case 5 if isinstance(node, dict):
                node[chance.choice(NAMES)] = node.pop(key)
    return envelope


def garbled(body: bytes, chance: random.Random) -> bytes:
    """Change bytes, regardless of what they meant."""
    spoilt = bytearray(body)
    for _ in range(chance.choice((1, 1, 2, 10))):
        at = chance.randrange(len(spoilt))
        match chance.randrange(4):
            case 0:
                spoilt[at] ^= 1 << chance.randrange(8)
            case 1:
                spoilt[at : at + chance.randrange(1, 40)] = b""
            case 2:
                spoilt[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 5)))
            case 3:
                spoilt[at:at] = spoilt[at : at + 60]
        if not spoilt:
            return b""
    return bytes(spoilt)
