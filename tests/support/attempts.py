"""Requests that Alexa signed, and how a request arrives."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

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
)
from limits import LONG_MS

from skill.alexa.signing_keys import Fetch, SigningKeys
from skill.alexa.verification import Verifier

EVENT = "AlexaSkillEvent.SkillDisabled"


@dataclass(frozen=True)
class Attempt:
    """A request as it arrives: good, unless a part of it is given otherwise."""

    amazon: Amazon
    body: bytes = field(default_factory=body)
    signed: bytes | None = None  # what the signature is made over, where that is not the body
    url: str = URL
    headers: Mapping[str, str] = field(default_factory=dict)  # beside or in place of the good ones
    without: str = ""
    chain: bytes | None = None
    fetch: Fetch | None = None
    late: int = 0  # ms that the endpoint's clock is ahead of the request
    before: Callable[[Verifier], None] = lambda _: None

    def arrive(self) -> None:
        """Raise what an endpoint with a cold cache raises."""
        verifier = self.verifier()
        self.before(verifier)
        verifier(self.sent(), self.body)

    def verifier(self) -> Verifier:
        """Give an endpoint of its own, whose cache is cold."""
        chain = self.amazon.chain if self.chain is None else self.chain
        fetch = self.fetch or (lambda _: chain)
        keys = SigningKeys(fetch, self.amazon.roots, lambda: NOW + self.late, wait_ms=LONG_MS)
        return Verifier(keys.key, frozenset({SKILL_ID}), lambda: NOW + self.late)

    def sent(self) -> dict[str, str]:
        """Give the headers."""
        good = self.amazon.headers(self.body if self.signed is None else self.signed, self.url)
        return {k: v for k, v in {**good, **self.headers}.items() if k != self.without}


GOOD: dict[str, Callable[[Amazon], Attempt]] = {
    "plain": Attempt,
    "host in capitals": lambda a: Attempt(a, url=URL.replace("s3.amazonaws", "S3.AmazonAWS")),
    "scheme in capitals": lambda a: Attempt(a, url=URL.replace("https", "HTTPS")),
    "port 443": lambda a: Attempt(a, url=URL.replace(".com", ".com:443")),
    "dot segments": lambda a: Attempt(a, url=URL.replace("echo.api/", "echo.api/../echo.api/./")),
    "a folder deeper": lambda a: Attempt(a, url=URL.replace("echo.api/", "echo.api/eu/")),
    "header names in small letters": lambda a: Attempt(
        a,
        without="Signature-256",
        headers={"signature-256": a.signature(body())},
    ),
    "a body in UTF-8": lambda a: Attempt(
        a, body=json.dumps(envelope(locale="de-DE", q="Füße"), ensure_ascii=False).encode()
    ),
    "a leading blank and newlines": lambda a: Attempt(a, body=b" \n" + body() + b"\r\n\n"),
    "half a character escaped": lambda a: Attempt(a, body=body(requestId="\ud83d")),
    "a zone of its own": lambda a: Attempt(
        a, body=body(timestamp=(TODAY + timedelta(hours=2)).isoformat().replace("+00", "+02"))
    ),
    "150 s old": lambda a: Attempt(a, late=150_000),
    "150 s ahead": lambda a: Attempt(a, late=-150_000),
    "an hour old, a skill event": lambda a: Attempt(a, body=body(type=EVENT), late=HOUR),
    "a number of milliseconds": lambda a: Attempt(a, body=body(timestamp=NOW)),
    "a number of milliseconds, 150 s old": lambda a: Attempt(
        a, body=body(timestamp=NOW), late=150_000
    ),
    "a number of milliseconds, an hour old, a skill event": lambda a: Attempt(
        a, body=body(type=EVENT, timestamp=NOW), late=HOUR
    ),
    "a type that nobody knows": lambda a: Attempt(a, body=body(type="Alexa.SomethingOfNextYear")),
    "no session": lambda a: Attempt(a, body=but(session=...)),
    "no context": lambda a: Attempt(a, body=but(context=...)),
    "the root sent along": lambda a: Attempt(a, chain=a.chain + pem(a.root)),
    "certificates in another order": lambda a: Attempt(
        a, chain=pem(a.leaf(), a.root, a.intermediate)
    ),
    "more names than Alexa's": lambda a: Attempt(
        a, chain=pem(a.leaf(names=("example.com", ALEXA)), a.intermediate)
    ),
}


def but(**parts: object) -> bytes:
    """Give a good body but for *parts* of the envelope; `...` takes one out."""
    changed = {**envelope(), **parts}
    return json.dumps({k: v for k, v in changed.items() if v is not ...}).encode()
