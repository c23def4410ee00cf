from typing import Any

import pytest

from skill.rendering.ssml import MOST_CHARACTERS, silence, speak
from skill.simulator.acceptance import (
    MOST_CARD_CHARACTERS,
    MOST_IMAGE_ADDRESS_CHARACTERS,
    MOST_RESPONSE_BYTES,
    faults,
)


def answer(**response: object) -> dict[str, Any]:
    return {"version": "1.0", "sessionAttributes": {}, "response": response}


def ssml(inside: str) -> dict[str, str]:
    return {"type": "SSML", "ssml": speak(inside)}


def plain(text: str) -> dict[str, str]:
    return {"type": "PlainText", "text": text}


def standard(address: str) -> dict[str, Any]:
    return {"type": "Standard", "title": "", "text": "", "image": {"smallImageUrl": address}}


GOOD = {
    "nothing at all": {"version": "1.0"},
    "an empty response": answer(),
    "plain text": answer(outputSpeech=plain("Hello & <welcome>.")),
    "the longest speech": answer(outputSpeech=plain("a" * (MOST_CHARACTERS - 1))),
    "the longest hold": answer(outputSpeech=ssml(silence(390_000)), shouldEndSession=False),
    "markup": answer(outputSpeech=ssml('<p><s><w role="amazon:VB">Lift</w></s></p>')),
    "a reprompt": answer(reprompt={"outputSpeech": ssml("Say next.")}, shouldEndSession=None),
    "a card": answer(card={"type": "Simple", "title": "Feet", "content": "a" * 7_996}),
    "an image": answer(card=standard("a" * MOST_IMAGE_ADDRESS_CHARACTERS)),
    "no directives": answer(directives=[]),
}

BAD = {
    "not JSON": (answer(outputSpeech={b"type"}), "not JSON"),
    "a number that is none": (answer(card=float("nan")), "not JSON"),
    "a list": ([], "no version"),
    "no version": ({"response": {}}, "no version"),
    "attributes that are no object": (
        {"version": "1.0", "sessionAttributes": []},
        "sessionAttributes",
    ),
    "a response that is no object": ({"version": "1.0", "response": []}, "response is not"),
    "too large": (
        {"version": "1.0", "sessionAttributes": {"a": "b" * MOST_RESPONSE_BYTES}},
        "bytes, over",
    ),
    "an end that is neither": (answer(shouldEndSession="yes"), "neither true nor false"),
    "speech that is text": (answer(outputSpeech="Hello."), "neither PlainText nor SSML"),
    "speech of no kind": (answer(outputSpeech={"text": "Hello."}), "neither PlainText nor SSML"),
    "speech without words": (answer(outputSpeech={"type": "SSML", "text": "a"}), "has no text"),
    "speech too long": (answer(outputSpeech=plain("a" * MOST_CHARACTERS)), "8000 characters"),
    "a bare ampersand": (answer(outputSpeech=ssml("left & right")), "not well-formed"),
    "no speak around it": (answer(outputSpeech={"type": "SSML", "ssml": "<p>a</p>"}), "of <speak>"),
    "a tag of another house": (answer(outputSpeech=ssml("<b>left</b>")), "no such tag: <b>"),
    "a break too long": (answer(outputSpeech=ssml('<break time="10001ms"/>')), "a break of 10001"),
    "a long break in a phrase": (
        answer(outputSpeech=ssml('<s>Hold<break time="11s"/></s>')),
        "a break of 11s",
    ),
    "a break of no length": (answer(outputSpeech=ssml('<break time="10"/>')), "break time"),
    "a recording": (answer(outputSpeech=ssml('<audio src="https://a/b.mp3"/>')), "audio"),
    "a reprompt of nothing": (answer(reprompt={}), "reprompt is neither"),
    "a reprompt that is text": (answer(reprompt="Say next."), "reprompt is neither"),
    "a reprompt too long": (answer(reprompt={"outputSpeech": plain("a" * 8_000)}), "reprompt has"),
    "a card of no kind": (answer(card={"title": "Feet"}), "no such card"),
    "a card that is text": (answer(card="Feet"), "no such card"),
    "a card too long": (
        answer(card={"type": "Simple", "title": "a", "content": "a" * MOST_CARD_CHARACTERS}),
        "the card has 8001",
    ),
    "a card of numbers": (answer(card={"type": "Simple", "title": 1}), "not text"),
    "a picture that is a number": (answer(card={"type": "Standard", "image": 1}), "not text"),
    "an address too long": (answer(card=standard("a" * 2_001)), "image address"),
    "directives in an object": (answer(directives={}), "not a list"),
    "a screen where there is none": (
        answer(directives=[{"type": "Alexa.Presentation.APL.RenderDocument"}]),
        "does not support: Alexa.Presentation.APL",
    ),
    "a directive that is none": (answer(directives=[None]), "does not support"),
}


@pytest.mark.parametrize("response", GOOD.values(), ids=GOOD)
def test_what_alexa_takes_has_no_fault(response: object) -> None:
    assert faults(response, "IntentRequest") == ()


@pytest.mark.parametrize(("response", "why"), BAD.values(), ids=BAD)
def test_what_alexa_refuses_is_told_in_one_line(response: object, why: str) -> None:
    (fault,) = faults(response, "IntentRequest")

    assert why in fault
    assert "\n" not in fault


def test_every_fault_is_told() -> None:
    response = answer(outputSpeech=ssml('<b/><break time="20s"/>'), shouldEndSession=1)

    assert len(faults(response, "LaunchRequest")) == 3


def test_a_directive_is_taken_by_a_device_that_supports_it() -> None:
    response = answer(directives=[{"type": "AudioPlayer.Stop"}])

    assert faults(response, "IntentRequest", ["AudioPlayer"]) == ()
    assert faults(response, "IntentRequest", ["Audio"]) != ()


@pytest.mark.parametrize(
    "part",
    [
        {"outputSpeech": plain("Goodbye.")},
        {"reprompt": {"outputSpeech": plain("Still there?")}},
        {"card": {"type": "Simple"}},
    ],
    ids=lambda part: next(iter(part)),
)
def test_nothing_is_said_once_the_session_has_ended(part: dict[str, Any]) -> None:
    """Only an empty response answers a SessionEndedRequest."""
    assert faults(answer(**part), "IntentRequest") == ()
    assert len(faults(answer(**part), "SessionEndedRequest")) == 1
