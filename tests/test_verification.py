import base64
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from threading import Barrier
from typing import Any

import pytest
from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Response
from ask_sdk_webservice_support.verifier_constants import ALEXA_SKILL_EVENT_LIST
from certificate_authority import (
    ALEXA,
    HOUR,
    MINUTE,
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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.certificates import STRANGE_FETCHES_A_MINUTE, Fetch, SigningKeys
from skill.verification import (
    MOST_BODY_BYTES,
    MOST_HEADER_CHARACTERS,
    Refused,
    Rule,
    Verifier,
    chain_url,
    parsed,
)
from skill.webservice import VerifiedSkill

EVENT = "AlexaSkillEvent.SkillDisabled"
SHA1 = hashes.SHA1()  # noqa: S303 - what Amazon signed over before
SHA256 = hashes.SHA256()


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
        keys = SigningKeys(fetch, self.amazon.roots, lambda: NOW + self.late)
        return Verifier(keys.key, frozenset({SKILL_ID}), lambda: NOW + self.late)

    def sent(self) -> dict[str, str]:
        """Give the headers."""
        good = self.amazon.headers(self.body if self.signed is None else self.signed, self.url)
        return {k: v for k, v in {**good, **self.headers}.items() if k != self.without}


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


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
    for number in range(STRANGE_FETCHES_A_MINUTE):
        with pytest.raises(Refused, match="certificate-fetch"):
            verifier(amazon.headers(b"", f"{URL}{number}"), b"")


BAD_URLS = {
    "none at all": "",
    "not a URL": "echo-api-cert.pem",
    "plain HTTP": URL.replace("https", "http"),
    "another scheme": URL.replace("https", "file"),
    "no scheme": URL.removeprefix("https:"),
    "a long s in the scheme": URL.replace("https", "http\u017f"),
    "another host": URL.replace("s3.amazonaws.com", "s3.example.com"),
    "a host that begins alike": URL.replace(".com", ".com.example.com"),
    "a host that ends alike": URL.replace("s3", "evil-s3"),
    "a bucket's host": URL.replace("s3.", "echo.api.s3."),
    "a dot after the host": URL.replace(".com", ".com."),
    "a user name": URL.replace("https://", "https://someone@"),
    "a host as user name": URL.replace(".com/", ".com:443@example.com/"),
    "port 563": URL.replace(".com", ".com:563"),
    "a port that is no number": URL.replace(".com", ".com:https"),
    "an empty port": URL.replace(".com", ".com:"),
    "a port beyond all": URL.replace(".com", ".com:99999999999"),
    "another folder": URL.replace("echo.api/", "invalid.path/"),
    "the folder in capitals": URL.replace("echo.api/", "EcHo.aPi/"),
    "a folder that begins alike": URL.replace("echo.api/", "echo.api.evil/"),
    "the folder alone": URL.replace("/echo-api-cert.pem", ""),
    "the folder with its slash": URL.replace("echo-api-cert.pem", ""),
    "dots that lead out": URL.replace("echo.api/", "echo.api/../evil/"),
    "dots that lead in too late": URL.replace("echo.api/", "evil/echo.api/"),
    "dots above the root": URL.replace("echo.api/", "../echo.api/"),
    "escaped dots": URL.replace("echo.api/", "echo.api/%2e%2e/evil/"),
    "an escaped slash": URL.replace("echo.api/", "echo.api%2f"),
    "two slashes": URL.replace("echo.api/", "echo.api//"),
    "two slashes first": URL.replace(".com/", ".com//"),
    "backslashes": URL.replace("echo.api/", "echo.api\\..\\evil/"),
    "a query": URL + "?versionId=1",
    "a fragment": URL + "#evil",
    "parameters": URL + ";evil",
    "a blank at the end": URL + " ",
    "a newline at the end": URL + "\n",
    "a NUL": URL.replace("cert", "cert\0"),
    "letters beyond ASCII": URL.replace("cert", "çert"),
    "a lone surrogate": URL + "\udcff",
}

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
        lambda a: Attempt(a, fetch=failing(OSError()), before=lambda v: after_strangers(v, a)),
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
    "a timestamp in milliseconds": (Rule.TIMESTAMP, lambda a: Attempt(a, body=body(timestamp=NOW))),
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


@pytest.mark.parametrize("attempt", GOOD.values(), ids=GOOD)
def test_a_request_that_is_alexas_passes(
    amazon: Amazon, attempt: Callable[[Amazon], Attempt]
) -> None:
    """Amazon's examples of good URLs are among them."""
    attempt(amazon).arrive()


@pytest.mark.parametrize(("rule", "attempt"), BAD.values(), ids=BAD)
def test_a_request_that_is_not_is_refused(
    amazon: Amazon, rule: Rule, attempt: Callable[[Amazon], Attempt]
) -> None:
    """One line says which rule, and never who the user is."""
    with pytest.raises(Refused) as caught:
        attempt(amazon).arrive()

    assert caught.value.rule == rule
    assert str(caught.value) == f"{rule}: {caught.value.detail}"
    assert "\n" not in str(caught.value)
    assert "amzn1" not in str(caught.value)


def test_the_bad_requests_break_every_rule() -> None:
    """But one, which only a fault of ours can."""
    assert {rule for rule, _ in BAD.values()} == set(Rule) - {Rule.INTERNAL}


@pytest.mark.parametrize("event", sorted(ALEXA_SKILL_EVENT_LIST))
def test_every_skill_event_may_be_an_hour_old(amazon: Amazon, event: str) -> None:
    Attempt(amazon, body=body(type=event), late=HOUR).arrive()


def test_a_skill_event_may_come_again(amazon: Amazon) -> None:
    """Alexa repeats one until it is answered; a failed "forget me" must get its second chance."""
    attempt = Attempt(amazon, body=body(type=EVENT), late=MINUTE)
    verifier = attempt.verifier()

    verifier(attempt.sent(), attempt.body)
    verifier(attempt.sent(), attempt.body)


def test_a_refused_request_does_not_use_up_its_id(amazon: Amazon) -> None:
    """Or a stranger could keep a listener out by guessing IDs."""
    good, forged = Attempt(amazon), Attempt(amazon, signed=b"")
    verifier = good.verifier()

    with pytest.raises(Refused):
        verifier(forged.sent(), forged.body)

    verifier(good.sent(), good.body)


def test_a_fault_of_ours_is_a_refusal_with_its_cause(amazon: Amazon) -> None:
    def broken(_: str) -> Any:  # noqa: ANN401 - never returns
        raise ZeroDivisionError

    attempt = Attempt(amazon)

    with pytest.raises(Refused) as caught:
        Verifier(broken, frozenset({SKILL_ID}), lambda: NOW)(attempt.sent(), attempt.body)

    assert caught.value.rule == Rule.INTERNAL
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_nothing_is_fetched_for_a_request_that_is_bad_at_sight(amazon: Amazon) -> None:
    """The cheap rules come first."""
    asked: list[str] = []
    sight = {Rule.HEADER, Rule.CERTIFICATE_URL, Rule.BODY}

    for rule, attempt in BAD.values():
        if rule in sight:
            refused = attempt(amazon)
            keys = SigningKeys(_noting(asked, amazon), amazon.roots, lambda: NOW)
            with pytest.raises(Refused):
                Verifier(keys.key, frozenset({SKILL_ID}), lambda: NOW)(refused.sent(), refused.body)

    assert asked == []


def _noting(asked: list[str], amazon: Amazon) -> Fetch:
    def fetch(url: str) -> bytes:
        asked.append(url)
        return amazon.chain

    return fetch


@given(text=st.text(st.sampled_from("/.%2eEcho.api?#@:\\ s3amazonw-"), max_size=40))
def test_a_chain_url_that_passes_stays_in_amazons_folder(text: str) -> None:
    """What is fetched is what was checked: it passes again, unchanged."""
    try:
        url = chain_url("https://s3.amazonaws.com/echo.api/" + text)
    except Refused:
        return

    assert url.startswith("https://s3.amazonaws.com/echo.api/")
    assert "/../" not in url
    assert chain_url(url) == url


def test_a_request_is_refused_again_for_as_long_as_its_timestamp_passes(amazon: Amazon) -> None:
    """That is 300 s: from 150 s before its time, by a clock that is late, to 150 s after it."""
    keys = SigningKeys(lambda _: amazon.chain, amazon.roots, lambda: NOW)
    times = iter([NOW - 150_000] * 2 + [NOW + 150_000] * 2)
    verifier = Verifier(keys.key, frozenset({SKILL_ID}), lambda: next(times))
    verifier(amazon.headers(body()), body())

    with pytest.raises(Refused, match=Rule.REPLAY):
        verifier(amazon.headers(body()), body())


def test_eight_threads_at_a_cold_cache_all_pass_with_one_fetch(amazon: Amazon) -> None:
    asked: list[str] = []
    keys = SigningKeys(_noting(asked, amazon), amazon.roots, lambda: NOW)
    verifier = Verifier(keys.key, frozenset({SKILL_ID}), lambda: NOW)
    bodies = [[body(100 * thread + turn) for turn in range(20)] for thread in range(8)]
    signed = [[(amazon.headers(each), each) for each in few] for few in bodies]
    together = Barrier(8)

    def visit(requests: list[tuple[dict[str, str], bytes]]) -> int:
        together.wait()
        for request in requests:
            verifier(*request)
        return len(requests)

    with ThreadPoolExecutor(8) as threads:
        passed = sum(threads.map(visit, signed))

    assert passed == 160
    assert asked == [URL]


def test_of_eight_threads_with_the_same_request_one_passes(amazon: Amazon) -> None:
    attempt = Attempt(amazon)
    verifier = attempt.verifier()
    together = Barrier(8)

    def visit(_: int) -> Rule | None:
        together.wait()
        try:
            verifier(attempt.sent(), attempt.body)
        except Refused as refused:
            return refused.rule
        return None

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(visit, range(8)))

    assert sorted(map(str, outcomes)) == ["None", *["replay"] * 7]


texts = st.text(st.characters())
names = st.sampled_from(["Signature-256", "SIGNATURE-256", "SignatureCertChainUrl"]) | texts
values = st.sampled_from([URL, "", "AAAA"]) | texts
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(headers=st.dictionaries(names, values, max_size=4), raw=st.binary(max_size=200))
def test_no_headers_and_no_body_raise_anything_but_refused(
    amazon: Amazon, headers: dict[str, str], raw: bytes
) -> None:
    with pytest.raises(Refused) as caught:
        Attempt(amazon).verifier()(headers, raw)

    assert caught.value.rule != Rule.INTERNAL


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    where=st.sampled_from(
        [
            ("request",),
            ("request", "type"),
            ("request", "requestId"),
            ("request", "timestamp"),
            ("context",),
            ("context", "System"),
            ("context", "System", "application"),
            ("context", "System", "application", "applicationId"),
            ("session",),
            ("session", "application"),
            ("session", "application", "applicationId"),
        ]
    ),
    value=json_values,
)
def test_no_signed_json_raises_anything_but_refused(
    amazon: Amazon, where: tuple[str, ...], value: object
) -> None:
    """Whatever stands where a rule looks: it passes or is refused by a rule, without a fault."""
    whole = envelope()
    node = whole
    for key in where[:-1]:
        node = node[key]
    node[where[-1]] = value
    raw = json.dumps(whole).encode()

    broken: Rule | None = None
    try:
        Attempt(amazon, body=raw).arrive()
    except Refused as refused:
        broken = refused.rule

    assert broken in {None, Rule.ENVELOPE, Rule.SKILL_ID, Rule.TIMESTAMP}


# The skill behind it


class Welcome(AbstractRequestHandler):
    """A skill of one greeting; faulty in the locale "fault"."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        """Take everything."""
        return handler_input.request_envelope is not None

    def handle(self, handler_input: HandlerInput) -> Response:
        """Greet."""
        request = handler_input.request_envelope.request
        locale = request.locale if request else None
        if locale == "fault":
            raise ZeroDivisionError
        return handler_input.response_builder.speak(f"Füße, {locale}").response


@pytest.fixture(scope="module")
def skill() -> CustomSkill:
    builder = SkillBuilder()
    builder.add_request_handler(Welcome())
    return builder.create()


def anyone(headers: Mapping[str, str], body: bytes) -> object:  # noqa: ARG001 - a `Verify`
    """Verify nothing."""
    return parsed(body)


def test_a_verified_request_is_answered_by_the_skill(amazon: Amazon, skill: CustomSkill) -> None:
    attempt = Attempt(amazon)

    answer = json.loads(
        VerifiedSkill(skill, attempt.verifier()).answer(attempt.sent(), attempt.body)
    )

    assert answer["response"]["outputSpeech"]["ssml"] == "<speak>Füße, en-US</speak>"


@pytest.mark.parametrize(
    "request_part",
    [
        {"type": "IntentRequest", "intent": {"name": "AMAZON.NextIntent", "slots": {}}},
        {"type": "SessionEndedRequest", "reason": "EXCEEDED_MAX_REPROMPTS"},
        {
            "type": "SessionEndedRequest",
            "reason": "ERROR",
            "error": {"type": "ENDPOINT_TIMEOUT", "message": "late"},
        },
        {"type": EVENT},
    ],
    ids=["intent", "session ended", "session ended late", "skill disabled"],
)
def test_every_kind_of_request_reaches_the_skill(
    amazon: Amazon, skill: CustomSkill, request_part: dict[str, Any]
) -> None:
    attempt = Attempt(amazon, body=body(**request_part))

    answer = json.loads(
        VerifiedSkill(skill, attempt.verifier()).answer(attempt.sent(), attempt.body)
    )

    assert "Füße" in answer["response"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize("what", ["another body", "the same ID in another body"])
def test_a_refused_request_does_not_reach_the_skill(
    amazon: Amazon, skill: CustomSkill, what: str
) -> None:
    attempt = BAD[what][1](amazon)
    verifier = attempt.verifier()
    attempt.before(verifier)

    with pytest.raises(Refused, match=BAD[what][0]):
        VerifiedSkill(skill, verifier).answer(attempt.sent(), attempt.body)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        b"\xff",
        b"[" * 60_000,
        but(request=...),
        but(request=None),
        but(request=[]),
        but(context=...),
        but(context={"System": {}}),
        but(context="text"),
        but(session=[1]),
        body(timestamp="yesterday"),
        body(timestamp=NOW),
        body(timestamp=None),
        body(type="NoSuchRequest"),
        body(type=None),
        body(type={}),
        body(type="IntentRequest", intent={"name": "X", "slots": []}),
    ],
    ids=lambda raw: raw[:40].decode("utf-8", "replace"),
)
def test_a_body_that_is_no_alexa_request_is_refused_unverified_too(
    skill: CustomSkill, raw: bytes
) -> None:
    """Without the text of it in the error, which the log would show."""
    with pytest.raises(Refused) as caught:
        VerifiedSkill(skill, anyone).answer({}, raw)

    assert caught.value.rule == Rule.ENVELOPE
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_fault_of_the_skill_is_not_a_refusal(skill: CustomSkill) -> None:
    with pytest.raises(ZeroDivisionError):
        VerifiedSkill(skill, anyone).answer({}, body(locale="fault"))


def test_half_a_character_comes_back_as_a_question_mark(skill: CustomSkill) -> None:
    """JSON can spell it and UTF-8 cannot write it."""
    answer = VerifiedSkill(skill, anyone).answer({}, body(locale="\ud83d, ü, \ud83d\ude00"))

    assert json.loads(answer)["response"]["outputSpeech"]["ssml"] == (
        "<speak>Füße, ?, ü, \U0001f600</speak>"
    )


# The package made importable


def run_elsewhere(code: str) -> str:
    """Run *code* in a fresh interpreter, warnings as errors; give what it wrote of errors."""
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603 - our own interpreter and code


def test_the_package_is_imported_without_certvalidator() -> None:
    """Neither it nor oscrypto is loaded, and no empty module is left for others to find."""
    errors = run_elsewhere(
        "import sys, skill.webservice\n"
        "names = [n for n in sys.modules if n.startswith(('certvalidator', 'oscrypto'))]\n"
        "assert not names, names"
    )

    assert errors == ""


def test_a_certvalidator_that_is_loaded_stays_loaded() -> None:
    errors = run_elsewhere(
        "import sys, types\n"
        "theirs = sys.modules['certvalidator'] = types.ModuleType('certvalidator')\n"
        "import skill.webservice\n"
        "assert sys.modules['certvalidator'] is theirs\n"
        "assert 'certvalidator.errors' not in sys.modules"
    )

    assert errors == ""


def test_threads_may_import_it_at_once() -> None:
    errors = run_elsewhere(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from importlib import import_module\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    found = set(pool.map(import_module, ['skill.webservice'] * 8))\n"
        "assert len(found) == 1 and found.pop().VerifiedSkill"
    )

    assert errors == ""


def test_the_packages_own_chain_check_refuses_even_a_good_chain(amazon: Amazon) -> None:
    """What cannot check must not accept."""
    package = import_module("ask_sdk_webservice_support.verifier")

    with pytest.raises(package.VerificationException):
        package.RequestVerifier()._validate_cert_chain(amazon.chain)  # noqa: SLF001 - all else fetches
