"""The skill of this project, as `lambda_function` puts it together, over no store to speak of."""

import json
from collections.abc import Callable

from ask_sdk_model import RequestEnvelope

from skill import handlers, library
from skill.coach import Coach
from skill.speech import Limits
from skill.storage import MemoryStore


def make() -> Callable[[bytes], bytes]:
    """Bytes in, bytes out."""
    coach = Coach(library.load(), MemoryStore(int), Limits())
    skill = handlers.build(coach, str)

    def answer(body: bytes) -> bytes:
        envelope = skill.serializer.deserialize(body.decode(), RequestEnvelope)
        return json.dumps(skill.serializer.serialize(skill.invoke(envelope, None))).encode()

    return answer
