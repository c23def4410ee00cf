"""The SDK's hello world, its skill built once instead of at every request."""

import json
from collections.abc import Callable

import hello_world
from ask_sdk_model import RequestEnvelope


def make() -> Callable[[bytes], bytes]:
    """Return a function from the bytes of a request to those of its response."""
    made = hello_world.skill()

    def answer(body: bytes) -> bytes:
        envelope = made.serializer.deserialize(body.decode(), RequestEnvelope)
        answered = made.invoke(request_envelope=envelope, context=None)
        return json.dumps(made.serializer.serialize(answered)).encode()

    return answer
