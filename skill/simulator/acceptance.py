"""Would Alexa accept a response? If not, the listener hears "There was a problem".

This shares no code with what makes responses, so that one checks the other.
"""

import json
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any, Final

from skill.language.rate import SpeechRate
from skill.rendering.ssml import MOST_BREAK_MS, MOST_CHARACTERS
from skill.simulator.estimator import SsmlError, break_ms, parsed, pieces

MOST_RESPONSE_BYTES: Final = 24 * 1024
"""Bytes of the largest response, session attributes included. Amazon's response reference has two
figures; this is the older and stricter one, 24 kilobytes."""

MOST_CARD_CHARACTERS: Final = 8_000
"""Characters of all text in a card, image addresses included (Amazon's response reference)."""

MOST_IMAGE_ADDRESS_CHARACTERS: Final = 2_000
"""Characters of one image address of a card (Amazon's response reference)."""

TAGS: Final = frozenset(
    {"speak", "break", "p", "s", "w", "sub", "say-as", "phoneme", "prosody", "emphasis", "lang"}
    | {"voice"}
)
"""The tags that speech may have (Amazon's SSML reference). Two kinds are left out: with `audio` the
length of speech is unknown, and the prefix of `amazon:` tags is not XML."""

CARDS: Final = {
    "Simple": ("title", "content"),
    "Standard": ("title", "text"),
    "LinkAccount": (),
    "AskForPermissionsConsent": (),
}
"""The types of card, and the keys of the text of each (Amazon's response reference)."""

CONNECTIONS: Final = "Connections"
"""The interface that every device supports, because Alexa herself carries out its directives
(Amazon, "Understand Skill Connections")."""

HEARD: Final = ("outputSpeech", "reprompt", "card", "directives")
"""The keys of a response that a listener hears or sees."""

WORDLESS: Final = ("AudioPlayer.", "PlaybackController.")
"""How the types of requests begin that are answered by the player's directives alone."""

MOST_TOKEN_CHARACTERS: Final = 149
"""Devices have failed with 150 (a report; Amazon names no limit)."""

ANY_RATE: Final = SpeechRate(ms_per_line=0, ms_per_character=1)
"""Whether speech can be read, and how long a break is, does not depend on the rate."""


class RefusedError(Exception):
    """Alexa would refuse the skill's response; the message gives each reason."""


def faults(response: object, to: str, interfaces: Collection[str] = ()) -> tuple[str, ...]:
    """The reasons, one line each, why Alexa refuses *response* to a request of type *to*.

    *interfaces* are those that the device supports: directives of others are refused.
    """
    return tuple(_faults(response, to, interfaces))


def accepted(response: object, to: str, interfaces: Collection[str]) -> dict[str, Any]:
    """The *response* as Alexa gets it; raises `RefusedError` where there are any `faults`."""
    if why := faults(response, to, interfaces):
        raise RefusedError("; ".join(why))
    received: dict[str, Any] = json.loads(json.dumps(response))
    return received


def _faults(envelope: object, to: str, interfaces: Collection[str]) -> Iterator[str]:
    try:
        size = len(json.dumps(envelope, allow_nan=False))
    except (TypeError, ValueError) as fault:
        yield f"the response is not JSON: {fault}"
        return
    if size > MOST_RESPONSE_BYTES:
        yield f"the response has {size} bytes, over {MOST_RESPONSE_BYTES}"
    if not isinstance(envelope, dict) or envelope.get("version") != "1.0":
        yield "the response has no version 1.0"
        return
    if not isinstance(envelope.get("sessionAttributes", {}), dict):
        yield "sessionAttributes is not an object"
    response = envelope.get("response", {})
    if not isinstance(response, dict):
        yield "response is not an object"
        return
    yield from _playing(response, to)
    if to == "SessionEndedRequest":
        for part in HEARD:
            if response.get(part):
                yield f"{part} in answer to a SessionEndedRequest"
    yield from _parts(response, interfaces)


def _playing(response: dict[str, Any], to: str) -> Iterator[str]:
    """What Amazon's "AudioPlayer Interface Reference" asks of a response."""
    directives = response.get("directives") or ()
    kinds = [each.get("type") for each in directives if isinstance(each, dict)]
    if to.startswith(WORDLESS):
        for part in (*HEARD[:-1], "shouldEndSession"):
            if response.get(part) is not None:
                yield f"{part} in answer to {to}"
        if any(not str(kind).startswith("AudioPlayer.") for kind in kinds):
            yield f"a directive that is none of AudioPlayer's in answer to {to}"
    elif "AudioPlayer.Play" in kinds and response.get("shouldEndSession") is not True:
        yield "AudioPlayer.Play, and the session does not end"
    if kinds.count("AudioPlayer.Play") > 1:
        yield "AudioPlayer.Play twice"
    for each in directives:
        if isinstance(each, dict) and each.get("type") == "AudioPlayer.Play":
            yield from _stream(each)


def _stream(play: dict[str, Any]) -> Iterator[str]:
    stream = play.get("audioItem", {}).get("stream", {})
    if play.get("playBehavior") not in {"REPLACE_ALL", "ENQUEUE", "REPLACE_ENQUEUED"}:
        yield f"no such playBehavior: {play.get('playBehavior')}"
    if not str(stream.get("url")).startswith("https://"):
        yield "a stream without https"
    if not 0 < len(str(stream.get("token") or "")) <= MOST_TOKEN_CHARACTERS:
        yield "a stream without a token, or with too long a one"
    if type(stream.get("offsetInMilliseconds")) is not int or stream["offsetInMilliseconds"] < 0:
        yield "a stream without an offset"


def _parts(response: dict[str, Any], interfaces: Collection[str]) -> Iterator[str]:
    if not isinstance(response.get("shouldEndSession"), bool | None):
        yield "shouldEndSession is neither true nor false"
    if (speech := response.get("outputSpeech")) is not None:
        yield from _speech("outputSpeech", speech)
    if (reprompt := response.get("reprompt")) is not None:
        spoken = reprompt.get("outputSpeech") if isinstance(reprompt, dict) else None
        yield from _speech("reprompt", spoken)
    if (card := response.get("card")) is not None:
        yield from _card(card)
    directives = response.get("directives", [])
    if not isinstance(directives, list):
        yield "directives is not a list"
        return
    for directive in directives:
        kind = directive.get("type") if isinstance(directive, dict) else None
        known = (*interfaces, CONNECTIONS)
        if not any(str(kind).startswith(f"{interface}.") for interface in known):
            yield f"a directive this device does not support: {kind}"


def _speech(where: str, speech: object) -> Iterator[str]:
    if not isinstance(speech, dict) or speech.get("type") not in {"PlainText", "SSML"}:
        yield f"{where} is neither PlainText nor SSML"
        return
    text = speech.get("ssml" if speech["type"] == "SSML" else "text")
    if not isinstance(text, str):
        yield f"{where} has no text"
        return
    if len(text) >= MOST_CHARACTERS:
        yield f"{where} has {len(text)} characters: {MOST_CHARACTERS} is too many"
    if speech["type"] == "SSML":
        for fault in _ssml(text):
            yield f"{where}: {fault}"


@lru_cache(maxsize=1000)
def _ssml(ssml: str) -> tuple[str, ...]:
    """Give the faults of *ssml*; much of it is said again and again, above all reprompts."""
    return tuple(_ssml_faults(ssml))


def _ssml_faults(ssml: str) -> Iterator[str]:
    try:
        root = parsed(ssml)
        pieces(root, ANY_RATE)
    except SsmlError as fault:
        yield str(fault)
        return
    if root.tag != "speak":
        yield f"<{root.tag}> in place of <speak>"
    for element in root.iter():
        if element.tag not in TAGS:
            yield f"no such tag: <{element.tag}>"
        if element.tag == "break" and break_ms(element) > MOST_BREAK_MS:
            yield f"a break of {element.get('time')}, over {MOST_BREAK_MS // 1000} s"


def _card(card: object) -> Iterator[str]:
    kind = card.get("type") if isinstance(card, dict) else None
    if not isinstance(card, dict) or not isinstance(kind, str) or kind not in CARDS:
        yield f"no such card: {kind}"
        return
    texts = [card.get(part, "") for part in CARDS[kind]]
    image = card.get("image", {})
    addresses = list(image.values()) if isinstance(image, dict) else [image]
    if not all(isinstance(text, str) for text in texts + addresses):
        yield "the card has text that is not text"
        return
    if (size := sum(map(len, texts + addresses))) > MOST_CARD_CHARACTERS:
        yield f"the card has {size} characters, over {MOST_CARD_CHARACTERS}"
    for address in addresses:
        if len(address) > MOST_IMAGE_ADDRESS_CHARACTERS:
            yield f"an image address over {MOST_IMAGE_ADDRESS_CHARACTERS} characters"
