"""The skill of this project, as `lambda_function` puts it together, over no store to speak of."""

import gc

gc.disable()

import json
from collections.abc import Callable

from skill.alexa import handlers
from skill.alexa.api import AlexaApi
from skill.alexa.serializer import PlannedSerializer
from skill.conversation.keeper import Keeper
from skill.conversation.plans import Plans
from skill.language import library
from skill.rendering.speech import Speech
from skill.storage.store import MemoryStore

ENVELOPE = "ask_sdk_model.request_envelope.RequestEnvelope"


def make() -> Callable[[bytes], bytes]:
    """Bytes in, bytes out."""
    content = library.load()
    keeper = Keeper(Plans(content), MemoryStore(int))
    skill = handlers.build(keeper, Speech(content), str, AlexaApi())
    models = PlannedSerializer(handlers.WANTED)
    gc.freeze()
    gc.enable()

    def answer(body: bytes) -> bytes:
        answered = skill.invoke(models.deserialize(body, ENVELOPE), None)
        return json.dumps(models.serialize(answered)).encode()

    return answer
