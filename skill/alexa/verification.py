"""Is this request really from Alexa? The raw bytes are checked before anything is parsed.

The rules are Amazon's ("Host a custom skill as a web service": verify that the request was sent
by Alexa), and two of our own: the request is for this skill, and it was not here before. The
constants of `ask-sdk-webservice-support` are used; its verifiers are not. They parse before they
verify, raise other errors for bad base64, a bad port and a timestamp without a zone, take `%2e%2e`
for a name, know no clock but the machine's, and validate the chain again at every request.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from ask_sdk_webservice_support.verifier_constants import (
    MAX_NORMAL_REQUEST_TOLERANCE_IN_MILLIS,
    MAX_SKILL_EVENT_TOLERANCE_IN_MILLIS,
    SIGNATURE_CERT_CHAIN_URL_HEADER,
    SIGNATURE_HEADER,
)
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from skill.alexa.chain_url import chain_url
from skill.alexa.envelope import application_id
from skill.alexa.refusal import Refused, Rule
from skill.alexa.seen import SeenRequests
from skill.alexa.timestamps import clock_ms, moment_of
from skill.storage.store import Now

MOST_BODY_BYTES: Final = 64 * 1024
"""Ours; the session attributes, at most 24 kB, come back in it."""

MOST_HEADER_CHARACTERS: Final = 2048
"""Ours; the signature of an 8192-bit key has 1368 characters."""

SKILL_EVENT: Final = "AlexaSkillEvent."
"""Amazon: the types of all skill events begin so."""

Verify = Callable[[Mapping[str, str], bytes], object]
"""From headers and raw body of a request to its parsed JSON; raises `Refused` where the request is
not from Alexa."""


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """How requests are signed.

    There is one in use. Amazon used another before, and tests have real requests signed with it.
    """

    header: str
    """The name of the header that brings the signature."""
    algorithm: hashes.HashAlgorithm
    """The hash of the body that is signed."""


SIGNATURE_256: Final = SignatureScheme(SIGNATURE_HEADER, hashes.SHA256())

HEADERS: Final = (SIGNATURE_CERT_CHAIN_URL_HEADER, SIGNATURE_HEADER)
"""The headers that a `Verifier` reads."""


class Verifier:
    """Amazon's rules, cheapest first, nothing parsed until the signature is good.

    *signing_key* gives the proven key of a chain URL or raises `Refused` (`SigningKeys.kept`).
    *skill_ids* are the application IDs of this skill, of which one is usual. Threads may share one
    verifier, and so may processes that are forked after it was made.
    """

    def __init__(
        self,
        signing_key: Callable[[str], RSAPublicKey],
        skill_ids: frozenset[str],
        clock: Now,
        scheme: SignatureScheme = SIGNATURE_256,
    ) -> None:
        self._signing_key = signing_key
        self._skill_ids = skill_ids
        self._clock = clock
        self._scheme = scheme
        self._seen = SeenRequests()

    def __call__(self, headers: Mapping[str, str], body: bytes) -> object:
        """Give the JSON where every rule holds; raise `Refused`, and nothing else, where not."""
        try:
            self._check_signature(headers, body)
            envelope = parsed(body)
            self._check_envelope(envelope)
        except Refused:
            raise
        except Exception as fault:
            raise Refused(Rule.INTERNAL, f"{type(fault).__name__} while verifying") from fault
        return envelope

    def _check_signature(self, headers: Mapping[str, str], body: bytes) -> None:
        if len(body) > MOST_BODY_BYTES:
            raise Refused(Rule.BODY, f"over {MOST_BODY_BYTES} bytes")
        url = chain_url(_header(headers, SIGNATURE_CERT_CHAIN_URL_HEADER))
        try:
            signature = base64.b64decode(_header(headers, self._scheme.header), validate=True)
        except ValueError:
            raise Refused(Rule.SIGNATURE, "not base64") from None
        try:
            self._signing_key(url).verify(signature, body, PKCS1v15(), self._scheme.algorithm)
        except InvalidSignature:
            raise Refused(Rule.SIGNATURE, "not made over this body with Alexa's key") from None

    def _check_envelope(self, envelope: object) -> None:
        request = _at(envelope, "request")
        request_id, request_type = _at(request, "requestId"), _at(request, "type")
        if not (request_id and isinstance(request_id, str) and isinstance(request_type, str)):
            raise Refused(Rule.ENVELOPE, "no request with type and ID in it")
        self._check_skill_id(envelope)
        event = request_type.startswith(SKILL_EVENT)
        expires = self._check_timestamp(_at(request, "timestamp"), event=event)
        # Alexa sends a skill event again until it is answered, with the time it first happened:
        # refusing the second would lose a "forget me" that failed. Events do no more if repeated.
        if not event and not self._seen.add(request_id, expires, self._clock()):
            raise Refused(Rule.REPLAY, "this request ID was here before")

    def _check_skill_id(self, envelope: object) -> None:
        """Hold both places that name the skill against our own; old requests had one only."""
        named = application_id(envelope)
        if named is None:
            raise Refused(Rule.SKILL_ID, "none named, or two that differ")
        if named not in self._skill_ids:
            raise Refused(Rule.SKILL_ID, "meant for another skill")

    def _check_timestamp(self, stamp: object, *, event: bool) -> int:
        """Give the time, in clock milliseconds, until which this stamp would pass."""
        moment = moment_of(stamp)
        if moment is None:
            raise Refused(Rule.TIMESTAMP, "none, or neither ISO 8601 nor milliseconds")
        if moment.utcoffset() is None:
            raise Refused(Rule.TIMESTAMP, "without a time zone")
        sent = clock_ms(moment)
        tolerance = (
            MAX_SKILL_EVENT_TOLERANCE_IN_MILLIS if event else MAX_NORMAL_REQUEST_TOLERANCE_IN_MILLIS
        )
        age = self._clock() - sent
        if abs(age) > tolerance:
            raise Refused(Rule.TIMESTAMP, f"{age} ms old, {tolerance} allowed either way")
        return sent + tolerance


def parsed(body: bytes) -> object:
    """Read *body*, which must be JSON that every reader understands alike (RFC 8259, 8 and 9).

    Half a character, as where a text was cut, is read as a question mark. Raises `Refused` where it
    is no JSON: not UTF-8, a number that is too large or none, or more than 1024 levels deep.
    """
    try:
        return orjson.loads(body)
    except ValueError:
        pass
    try:
        whole = json.dumps(json.loads(body.decode()), ensure_ascii=False, allow_nan=False)
        return orjson.loads(whole.encode(errors="replace"))
    except (ValueError, RecursionError):  # whose messages may quote the body
        raise Refused(Rule.ENVELOPE, "not JSON in UTF-8") from None


def _header(headers: Mapping[str, str], name: str) -> str:
    given = [value for key, value in headers.items() if key.lower() == name.lower()]
    if len(given) != 1:
        raise Refused(Rule.HEADER, f"{name} given {len(given)} times")
    if len(given[0]) > MOST_HEADER_CHARACTERS:
        raise Refused(Rule.HEADER, f"{name} over {MOST_HEADER_CHARACTERS} characters")
    return given[0]


def _at(node: object, *path: str) -> object:
    """Follow *path* into parsed JSON; None where it leads nowhere."""
    for key in path:
        if not isinstance(node, dict):
            return None
        node = node.get(key)
    return node
