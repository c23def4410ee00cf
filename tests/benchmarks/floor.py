"""The floor: nothing but JSON read and written. No skill can be faster in Python."""

import json
from collections.abc import Callable


def make() -> Callable[[bytes], bytes]:
    """Bytes in, bytes out."""

    def answer(body: bytes) -> bytes:
        event = json.loads(body)
        words = f"<speak>{event['request']['type']}</speak>"
        speech = {"type": "SSML", "ssml": words}
        response = {"outputSpeech": speech, "shouldEndSession": False}
        return json.dumps({"version": "1.0", "response": response}).encode()

    return answer
