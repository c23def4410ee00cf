"""This project's skill over memory, from JSON to JSON, without HTTP: what a hello world does too.

It imports nothing else, as its cold start is measured.
"""

import json
import time
from collections.abc import Callable

from skill import app
from skill.storage.memory_store import MemoryStore


def make() -> Callable[[bytes], bytes]:
    """Return a function from the bytes of a request to those of its response."""
    made = app.build(MemoryStore(lambda: time.time_ns() // 1_000_000), str)
    return lambda body: json.dumps(made.converse(json.loads(body))).encode()
