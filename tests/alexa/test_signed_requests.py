"""Signed requests over the wire: every good and bad one of the verifier's tests, to a server."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from attempts import GOOD, Attempt
from bad_attempts import BAD
from certificate_authority import URL, Amazon, body
from project import SUPPORT
from running import Running, serving, wait_until
from signed_server import set_stage

from skill.alexa.refusal import Refused, Rule

SERVER: Final = (sys.executable, SUPPORT / "signed_server.py")

UNSENDABLE: Final = {
    *(
        f"chain URL: {what}"
        for what in ("a NUL", "a newline at the end", "a blank at the end", "a lone surrogate")
    ),
    "chain URL: a long s in the scheme",
    "a signature with a lone surrogate",
}
"""Values that do not come through HTTP's own rules for headers as they are."""

TWICE: Final = {
    "two signatures": Rule.SIGNATURE,
    "two chain URLs": Rule.CERTIFICATE_URL,
}
"""A header that is given twice reaches the skill as one, joined by a comma."""


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stage")


@pytest.fixture(scope="module")
def verifying(amazon: Amazon, stage: Path) -> Iterator[Running]:
    """A verifying server that trusts *amazon*; one worker, so that each scene begins once."""
    set_stage(stage, amazon, {})
    with serving([*SERVER, "--folder", stage, "--workers", "1"], stage) as running:
        yield running


class Wire:
    """Stands where the tests of the verifier have it: asks the server, and raises its refusals."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def __call__(self, headers: dict[str, str], sent: bytes) -> None:
        """Send *sent*, and raise `Refused` where it is refused."""
        answer = self._running.post(sent, headers)
        if answer.status == 400:
            rule, _, detail = answer.text.removesuffix("\n").partition(": ")
            raise Refused(Rule(rule), detail)
        assert answer.status == 200, answer


def arrive(verifying: Running, stage: Path, scene: str, attempt: Attempt) -> None:
    """Send *attempt* to an endpoint with a cold cache; raise `Refused` where it is refused."""
    chain = attempt.amazon.chain if attempt.chain is None else attempt.chain
    chains = {} if attempt.fetch else {URL: chain, URL.replace("api/", "api/eu/"): chain}
    set_stage(stage, attempt.amazon, chains, attempt.late, scene)
    wire = Wire(verifying)
    attempt.before(wire)  # type: ignore[arg-type] # it is called, and nothing else
    wire(attempt.sent(), attempt.body)


@pytest.mark.parametrize("name", GOOD)
def test_a_request_that_is_alexas_is_answered(
    amazon: Amazon, verifying: Running, stage: Path, name: str
) -> None:
    arrive(verifying, stage, f"good: {name}", GOOD[name](amazon))


@pytest.mark.parametrize("name", [name for name in BAD if name not in UNSENDABLE])
def test_a_request_that_is_not_is_400_and_the_log_says_which_rule(
    amazon: Amazon, verifying: Running, stage: Path, name: str
) -> None:
    rule, make = BAD[name]
    attempt = make(amazon)

    with pytest.raises(Refused) as caught:
        arrive(verifying, stage, f"bad: {name}", attempt)

    assert caught.value.rule == TWICE.get(name, rule)
    wait_until(lambda: verifying.log()[-1].get("rule") == caught.value.rule)


def test_every_kind_of_bad_request_that_can_be_sent_was_sent(amazon: Amazon) -> None:
    sendable = {name for name, (_, make) in BAD.items() if can_be_sent(make(amazon).sent())}

    assert sendable == BAD.keys() - UNSENDABLE
    assert len(sendable) >= 40


def can_be_sent(headers: dict[str, str]) -> bool:
    """Tell whether these values are still the same after HTTP's own rules for headers."""
    return all(
        value == value.strip(" \t") and re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", value)
        for value in headers.values()
    )


def test_a_request_that_is_sent_again_is_refused_by_every_worker(
    amazon: Amazon, tmp_path: Path
) -> None:
    """Each worker is a process of its own; what one has answered, none answers again."""
    set_stage(tmp_path, amazon, {URL: amazon.chain})
    with serving([*SERVER, "--folder", tmp_path, "--workers", "2"], tmp_path) as running:
        workers = running.workers()
        answers = [running.post(body(), amazon.headers(body())).status]

        def all_asked() -> bool:
            answers.append(running.post(body(), amazon.headers(body())).status)
            return {line["pid"] for line in running.log() if "rule" in line} == workers

        wait_until(all_asked)

    assert answers == [200] + [400] * (len(answers) - 1)
