"""The SDK's hello world, with the kindness of building the skill once for all requests."""

import json
from collections.abc import Callable

import hello_world
from ask_sdk_model import RequestEnvelope


def make() -> Callable[[bytes], bytes]:
    """Bytes in, bytes out."""
    made = hello_world.skill()

    def answer(body: bytes) -> bytes:
        envelope = made.serializer.deserialize(body.decode(), RequestEnvelope)
        answered = made.invoke(request_envelope=envelope, context=None)
        return json.dumps(made.serializer.serialize(answered)).encode()

    return answer
