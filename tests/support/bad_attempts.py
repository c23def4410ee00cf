"""Requests that only look as if Alexa had signed them, each with the rule that refuses it."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from attempts import EVENT, Attempt, but
from bad_urls import BAD_URLS
from certificate_authority import (
    ALEXA,
    HOUR,
    NOW,
    SKILL_ID,
    TODAY,
    URL,
    Amazon,
    body,
    envelope,
    pem,
    rsa_key,
    stamp,
)
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.x509.oid import ExtendedKeyUsageOID

from skill.alexa.refusal import Refused, Rule
from skill.alexa.signing_keys import OTHER_FETCHES_A_MINUTE, Fetch
from skill.alexa.verification import MOST_BODY_BYTES, MOST_HEADER_CHARACTERS, Verifier

SHA1 = hashes.SHA1()  # noqa: S303 - what Amazon signed over before
SHA256 = hashes.SHA256()


def named(context: object, session: object) -> bytes:
    """Give a good body that names these skills in its two places."""
    whole = envelope()
    whole["context"]["System"]["application"] = {"applicationId": context}
    whole["session"]["application"] = {"applicationId": session}
    return json.dumps(whole).encode()


def naming(url: str) -> Callable[[Amazon], Attempt]:
    return lambda amazon: Attempt(amazon, url=url)


def failing(error: Exception) -> Fetch:
    def fetch(_: str) -> bytes:
        raise error

    return fetch


def after_itself(verifier: Verifier, attempt: Attempt) -> None:
    verifier(attempt.sent(), attempt.body)


def after_strangers(verifier: Verifier, amazon: Amazon) -> None:
    for number in range(OTHER_FETCHES_A_MINUTE):
        with pytest.raises(Refused, match="certificate-fetch"):
            verifier(amazon.headers(b"", f"{URL}{number}"), b"")


BAD: dict[str, tuple[Rule, Callable[[Amazon], Attempt]]] = {
    **{f"chain URL: {what}": (Rule.CERTIFICATE_URL, naming(url)) for what, url in BAD_URLS.items()},
    # Headers
    "no chain URL": (Rule.HEADER, lambda a: Attempt(a, without="SignatureCertChainUrl")),
    "no signature": (Rule.HEADER, lambda a: Attempt(a, without="Signature-256")),
    "only the old signature": (
        Rule.HEADER,
        lambda a: Attempt(
            a, without="Signature-256", headers={"Signature": a.signature(body(), SHA1)}
        ),
    ),
    "two signatures": (Rule.HEADER, lambda a: Attempt(a, headers={"SIGNATURE-256": ""})),
    "two chain URLs": (Rule.HEADER, lambda a: Attempt(a, headers={"signaturecertchainurl": URL})),
    "a huge signature": (
        Rule.HEADER,
        lambda a: Attempt(a, headers={"Signature-256": "A" * (MOST_HEADER_CHARACTERS + 1)}),
    ),
    "a huge chain URL": (
        Rule.HEADER,
        lambda a: Attempt(a, url=URL + "a" * MOST_HEADER_CHARACTERS),
    ),
    # Signature
    "an empty signature": (Rule.SIGNATURE, lambda a: Attempt(a, headers={"Signature-256": ""})),
    "a signature not in base64": (
        Rule.SIGNATURE,
        lambda a: Attempt(a, headers={"Signature-256": "!" + a.signature(body())}),
    ),
    "a signature cut short": (
        Rule.SIGNATURE,
        lambda a: Attempt(a, headers={"Signature-256": a.signature(body())[:-5]}),
    ),
    "a signature with a lone surrogate": (
        Rule.SIGNATURE,
        lambda a: Attempt(a, headers={"Signature-256": "\ud800"}),
    ),
    "a signature of zeros": (
        Rule.SIGNATURE,
        lambda a: Attempt(a, headers={"Signature-256": base64.b64encode(bytes(256)).decode()}),
    ),
    "two signatures in one header": (
        Rule.SIGNATURE,
        lambda a: Attempt(a, headers={"Signature-256": ",".join([a.signature(body())] * 2)}),
    ),
    "a signature over SHA-1": (
        Rule.SIGNATURE,
        lambda a: Attempt(a, headers={"Signature-256": a.signature(body(), SHA1)}),
    ),
    "a signature padded otherwise": (
        Rule.SIGNATURE,
        lambda a: Attempt(
            a,
            headers={
                "Signature-256": base64.b64encode(
                    a.alexa_key.sign(body(), PSS(MGF1(SHA256), 32), SHA256)
                ).decode()
            },
        ),
    ),
    "another's signature": (
        Rule.SIGNATURE,
        lambda a: Attempt(a, chain=pem(a.leaf(key=a.root_key), a.intermediate)),
    ),
    "another body": (Rule.SIGNATURE, lambda a: Attempt(a, signed=body(2))),
    "a newline added": (Rule.SIGNATURE, lambda a: Attempt(a, signed=body() + b"\n")),
    "the same JSON written otherwise": (
        Rule.SIGNATURE,
        lambda a: Attempt(a, signed=json.dumps(envelope(), indent=1).encode()),
    ),
    "an empty body": (Rule.SIGNATURE, lambda a: Attempt(a, body=b"", signed=body())),
    # Certificates
    "expired": (
        Rule.CERTIFICATE_EXPIRED,
        lambda a: Attempt(a, chain=pem(a.leaf(until=TODAY - timedelta(seconds=1)), a.intermediate)),
    ),
    "not valid yet": (
        Rule.CERTIFICATE_EXPIRED,
        lambda a: Attempt(a, chain=pem(a.leaf(since=TODAY + timedelta(seconds=1)), a.intermediate)),
    ),
    "made out to another": (
        Rule.CERTIFICATE_NAME,
        lambda a: Attempt(a, chain=pem(a.leaf(names=("example.com",)), a.intermediate)),
    ),
    "a name that begins alike": (
        Rule.CERTIFICATE_NAME,
        lambda a: Attempt(a, chain=pem(a.leaf(names=(ALEXA + ".example.com",)), a.intermediate)),
    ),
    "a wildcard": (
        Rule.CERTIFICATE_NAME,
        lambda a: Attempt(a, chain=pem(a.leaf(names=("*.amazon.com",)), a.intermediate)),
    ),
    "the name in the subject only": (
        Rule.CERTIFICATE_NAME,
        lambda a: Attempt(a, chain=pem(a.leaf(names=None), a.intermediate)),
    ),
    "an authority first": (
        Rule.CERTIFICATE_NAME,
        lambda a: Attempt(a, chain=pem(a.intermediate, a.leaf())),
    ),
    "no intermediate": (Rule.CERTIFICATE_CHAIN, lambda a: Attempt(a, chain=pem(a.leaf()))),
    "an unknown root": (Rule.CERTIFICATE_CHAIN, lambda a: Attempt(a, chain=Amazon().chain)),
    "signed by itself": (
        Rule.CERTIFICATE_CHAIN,
        lambda a: Attempt(a, chain=pem(a.leaf(issuer=ALEXA, by=a.alexa_key))),
    ),
    "an intermediate of the right name and the wrong key": (
        Rule.CERTIFICATE_CHAIN,
        lambda a: Attempt(a, chain=pem(a.leaf(by=a.alexa_key), a.intermediate)),
    ),
    "an expired intermediate": (
        Rule.CERTIFICATE_CHAIN,
        lambda a: Attempt(
            a,
            chain=pem(
                a.leaf(),
                a.authority(
                    "Intermediate",
                    issuer="Root",
                    key=a.intermediate_key,
                    by=a.root_key,
                    until=TODAY - timedelta(days=1),
                ),
            ),
        ),
    ),
    "an intermediate that is no authority": (
        Rule.CERTIFICATE_CHAIN,
        lambda a: Attempt(
            a,
            chain=pem(
                a.leaf(),
                a.leaf(
                    subject="Intermediate", key=a.intermediate_key, issuer="Root", by=a.root_key
                ),
            ),
        ),
    ),
    "for client authentication only": (
        Rule.CERTIFICATE_CHAIN,
        lambda a: Attempt(
            a, chain=pem(a.leaf(usage=ExtendedKeyUsageOID.CLIENT_AUTH), a.intermediate)
        ),
    ),
    "a key of 1024 bits": (
        Rule.CERTIFICATE_FORMAT,
        lambda a: Attempt(a, chain=pem(a.leaf(key=rsa_key(1024)), a.intermediate)),
    ),
    "a key that is not RSA": (
        Rule.CERTIFICATE_FORMAT,
        lambda a: Attempt(
            a,
            chain=pem(a.leaf(key=ec.generate_private_key(ec.SECP256R1())), a.intermediate),
        ),
    ),
    "too many certificates": (
        Rule.CERTIFICATE_FORMAT,
        lambda a: Attempt(a, chain=a.chain + pem(a.intermediate) * 9),
    ),
    "an empty chain": (Rule.CERTIFICATE_FORMAT, lambda a: Attempt(a, chain=b"")),
    "a page for a chain": (
        Rule.CERTIFICATE_FORMAT,
        lambda a: Attempt(a, chain=b"<html>Access denied</html>"),
    ),
    "a chain cut short": (
        Rule.CERTIFICATE_CHAIN,
        lambda a: Attempt(a, chain=a.chain[:-200]),
    ),
    "a chain with nonsense in it": (
        Rule.CERTIFICATE_FORMAT,
        lambda a: Attempt(
            a, chain=b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + a.chain
        ),
    ),
    # Fetching
    "no network": (
        Rule.CERTIFICATE_FETCH,
        lambda a: Attempt(a, fetch=failing(OSError(101, "Network is unreachable"))),
    ),
    "a fetch that times out": (
        Rule.CERTIFICATE_FETCH,
        lambda a: Attempt(a, fetch=failing(TimeoutError())),
    ),
    "a fetch that is faulty": (
        Rule.CERTIFICATE_FETCH,
        lambda a: Attempt(a, fetch=failing(RuntimeError("two\nlines"))),
    ),
    "unknown chains by the dozen": (
        Rule.CERTIFICATE_LIMIT,
        lambda a: Attempt(
            a, url=f"{URL}-new", fetch=failing(OSError()), before=lambda v: after_strangers(v, a)
        ),
    ),
    # Envelope, well signed
    "too large a body": (
        Rule.BODY,
        lambda a: Attempt(a, body=body() + b" " * MOST_BODY_BYTES),
    ),
    "nothing, well signed": (Rule.ENVELOPE, lambda a: Attempt(a, body=b"")),
    "not JSON": (Rule.ENVELOPE, lambda a: Attempt(a, body=b"type=LaunchRequest")),
    "not UTF-8": (Rule.ENVELOPE, lambda a: Attempt(a, body=body().decode().encode("utf-16"))),
    "a byte-order mark": (Rule.ENVELOPE, lambda a: Attempt(a, body=b"\xef\xbb\xbf" + body())),
    "JSON too deep": (Rule.ENVELOPE, lambda a: Attempt(a, body=b"[" * 60_000)),
    "a number too long": (Rule.ENVELOPE, lambda a: Attempt(a, body=b"9" * 60_000)),
    "null": (Rule.ENVELOPE, lambda a: Attempt(a, body=b"null")),
    "a list": (Rule.ENVELOPE, lambda a: Attempt(a, body=b"[]")),
    "no request": (Rule.ENVELOPE, lambda a: Attempt(a, body=but(request=...))),
    "a request that is text": (Rule.ENVELOPE, lambda a: Attempt(a, body=but(request="Launch"))),
    "no request ID": (Rule.ENVELOPE, lambda a: Attempt(a, body=body(requestId=None))),
    "an empty request ID": (Rule.ENVELOPE, lambda a: Attempt(a, body=body(requestId=""))),
    "a request ID that is a list": (Rule.ENVELOPE, lambda a: Attempt(a, body=body(requestId=[1]))),
    "a type that is a number": (Rule.ENVELOPE, lambda a: Attempt(a, body=body(type=1))),
    # Skill ID
    "no skill named": (
        Rule.SKILL_ID,
        lambda a: Attempt(a, body=but(context={"System": {}}, session=...)),
    ),
    "another skill": (Rule.SKILL_ID, lambda a: Attempt(a, body=named("other", "other"))),
    "two skills, the session's ours": (
        Rule.SKILL_ID,
        lambda a: Attempt(a, body=named("other", SKILL_ID)),
    ),
    "two skills, the context's ours": (
        Rule.SKILL_ID,
        lambda a: Attempt(a, body=named(SKILL_ID, "other")),
    ),
    "a skill ID that is a list": (
        Rule.SKILL_ID,
        lambda a: Attempt(a, body=named([SKILL_ID], [SKILL_ID])),
    ),
    # Timestamp
    "over 150 s old": (Rule.TIMESTAMP, lambda a: Attempt(a, late=150_001)),
    "over 150 s ahead": (Rule.TIMESTAMP, lambda a: Attempt(a, late=-150_001)),
    "a skill event over an hour old": (
        Rule.TIMESTAMP,
        lambda a: Attempt(a, body=body(type=EVENT), late=HOUR + 1),
    ),
    "a type that only ends as a skill event": (
        Rule.TIMESTAMP,
        lambda a: Attempt(a, body=body(type="Not" + EVENT), late=HOUR),
    ),
    "no timestamp": (Rule.TIMESTAMP, lambda a: Attempt(a, body=body(timestamp=None))),
    "a number of milliseconds over 150 s ago": (
        Rule.TIMESTAMP,
        lambda a: Attempt(a, body=body(timestamp=NOW - 150_001)),
    ),
    "a number of milliseconds over 150 s ahead": (
        Rule.TIMESTAMP,
        lambda a: Attempt(a, body=body(timestamp=NOW + 150_001)),
    ),
    "a number of seconds": (Rule.TIMESTAMP, lambda a: Attempt(a, body=body(timestamp=NOW // 1000))),
    "a number beyond all time": (Rule.TIMESTAMP, lambda a: Attempt(a, body=body(timestamp=1e300))),
    "true for a timestamp": (Rule.TIMESTAMP, lambda a: Attempt(a, body=body(timestamp=True))),
    "a number in quotes": (Rule.TIMESTAMP, lambda a: Attempt(a, body=body(timestamp=str(NOW)))),
    "a skill event by a number over an hour old": (
        Rule.TIMESTAMP,
        lambda a: Attempt(a, body=body(type=EVENT, timestamp=NOW), late=HOUR + 1),
    ),
    "a timestamp that is no time": (
        Rule.TIMESTAMP,
        lambda a: Attempt(a, body=body(timestamp="yesterday")),
    ),
    "a timestamp without a zone": (
        Rule.TIMESTAMP,
        lambda a: Attempt(a, body=body(timestamp=stamp(NOW).removesuffix("Z"))),
    ),
    "a timestamp before all": (
        Rule.TIMESTAMP,
        lambda a: Attempt(a, body=body(timestamp="0001-01-01T00:00:00+23:59")),
    ),
    "a timestamp with half a character": (
        Rule.TIMESTAMP,
        lambda a: Attempt(a, body=body(timestamp="\ud83d")),
    ),
    # Replay
    "the same again": (
        Rule.REPLAY,
        lambda a: Attempt(a, before=lambda v: after_itself(v, Attempt(a))),
    ),
    "the same ID in another body": (
        Rule.REPLAY,
        lambda a: Attempt(a, before=lambda v: after_itself(v, Attempt(a, body=body() + b" "))),
    ),
}
