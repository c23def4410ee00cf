import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier
from typing import Any, Final

import pytest
from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Response
from ask_sdk_webservice_support.verifier_constants import ALEXA_SKILL_EVENT_LIST
from attempts import EVENT, GOOD, Attempt, but
from bad_attempts import BAD
from certificate_authority import (
    HOUR,
    MINUTE,
    NOW,
    SKILL_ID,
    URL,
    Amazon,
    body,
    envelope,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import LONG_MS

from skill.alexa.chain_url import chain_url
from skill.alexa.envelope import Envelope
from skill.alexa.refusal import Refused, Rule
from skill.alexa.signing_keys import Fetch, SigningKeys
from skill.alexa.verification import Verifier, parsed
from skill.alexa.webservice import VerifiedSkill


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


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
            keys = SigningKeys(_noting(asked, amazon), amazon.roots, lambda: NOW, wait_ms=LONG_MS)
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
    keys = SigningKeys(lambda _: amazon.chain, amazon.roots, lambda: NOW, wait_ms=LONG_MS)
    times = iter([NOW - 150_000] * 2 + [NOW + 150_000] * 2)
    verifier = Verifier(keys.key, frozenset({SKILL_ID}), lambda: next(times))
    verifier(amazon.headers(body()), body())

    with pytest.raises(Refused, match=Rule.REPLAY):
        verifier(amazon.headers(body()), body())


def test_eight_threads_at_a_cold_cache_all_pass_with_one_fetch(amazon: Amazon) -> None:
    asked: list[str] = []
    keys = SigningKeys(_noting(asked, amazon), amazon.roots, lambda: NOW, wait_ms=LONG_MS)
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


def test_a_fetch_that_ends_while_another_thread_looks_is_not_made_again(amazon: Amazon) -> None:
    asked: list[str] = []

    def clock() -> int:
        """Have another request load the key between this one's look and its fetch."""
        if not asked:
            asked.append("begun")
            keys.key(URL)
        return NOW

    keys = SigningKeys(_noting(asked, amazon), amazon.roots, clock, wait_ms=LONG_MS)
    keys.key(URL)

    assert asked == ["begun", URL]


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
        locale = Envelope.of(handler_input).locale
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
        body(timestamp="yesterday"),
        body(timestamp=None),
    ],
    ids=lambda raw: raw[-40:].decode("utf-8", "replace"),
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


@pytest.mark.parametrize(
    "raw",
    [
        but(context=...),
        but(context={"System": {}}),
        but(context="text"),
        but(session=...),
        but(session=[1]),
        but(session=..., context=...),
        body(timestamp=NOW),
        body(type="Alexa.SomethingOfNextYear"),
        body(type="Alexa.SomethingOfNextYear", timestamp=None),
        body(type=None),
        body(type={}),
        body(type="IntentRequest", intent={"name": "X", "slots": []}),
        but(request={}),
    ],
    ids=lambda raw: raw[-40:].decode("utf-8", "replace"),
)
def test_whatever_is_missing_or_new_is_answered(skill: CustomSkill, raw: bytes) -> None:
    """Amazon adds to its requests at any time."""
    answer = json.loads(VerifiedSkill(skill, anyone).answer({}, raw))

    assert answer["response"]["outputSpeech"]["ssml"].startswith("<speak>Füße")


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

COMPILED: Final = (
    *("-W", "ignore::SyntaxWarning"),
    *("-W", "ignore:invalid escape sequence:DeprecationWarning"),
)
"""Without these the SDK's own docstrings would be errors where it is not byte-compiled yet."""


def run_elsewhere(code: str) -> str:
    """Run *code* in a fresh interpreter, warnings as errors; give what it wrote of errors."""
    command = [sys.executable, "-W", "error", *COMPILED, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603 - our own interpreter and code


def test_the_package_is_imported_without_certvalidator() -> None:
    """Neither it nor oscrypto is loaded, and no empty module is left for others to find."""
    errors = run_elsewhere(
        "import sys, skill.alexa.webservice\n"
        "names = [n for n in sys.modules if n.startswith(('certvalidator', 'oscrypto'))]\n"
        "assert not names, names"
    )

    assert errors == ""


def test_a_certvalidator_that_is_loaded_stays_loaded() -> None:
    errors = run_elsewhere(
        "import sys, types\n"
        "theirs = sys.modules['certvalidator'] = types.ModuleType('certvalidator')\n"
        "import skill.alexa.webservice\n"
        "assert sys.modules['certvalidator'] is theirs\n"
        "assert 'certvalidator.errors' not in sys.modules"
    )

    assert errors == ""


def test_threads_may_import_it_at_once() -> None:
    errors = run_elsewhere(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from importlib import import_module\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    found = set(pool.map(import_module, ['skill.alexa.webservice'] * 8))\n"
        "assert len(found) == 1 and found.pop().VerifiedSkill"
    )

    assert errors == ""


def test_the_packages_own_chain_check_refuses_even_a_good_chain(amazon: Amazon) -> None:
    """What cannot check must not accept."""
    package = import_module("ask_sdk_webservice_support.verifier")

    with pytest.raises(package.VerificationException):
        package.RequestVerifier()._validate_cert_chain(amazon.chain)  # noqa: SLF001 - all else fetches
