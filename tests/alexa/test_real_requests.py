"""Requests and chains that Amazon really signed; they stay outside the project."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from certificate_authority import NOW
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.verification import Store
from limits import LONG_MS

from skill.alexa.certificates import prove, trusted_roots
from skill.alexa.refusal import Refused, Rule
from skill.alexa.signing_keys import SigningKeys
from skill.alexa.timestamps import clock_ms
from skill.alexa.verification import SignatureScheme, Verifier

SIGNATURE_2017: Final = SignatureScheme("Signature", hashes.SHA1())  # noqa: S303 - Amazon's then
REQUESTS: Final = ["2017-02-ascii", "2017-04-utf8", "2017-11-whitespace"]
CHAINS: Final = [f"echo-api-cert-{number}.pem" for number in range(7, 13)]


def _fixtures() -> Path | None:
    named = os.environ.get("FOOT_ROUTINE_FIXTURES")
    beside = (above / "shared" / "fixtures" for above in Path(__file__).parents)
    places = [Path(named)] if named else beside
    return next((place for place in places if place.is_dir()), None)


FIXTURES: Final = _fixtures()


@pytest.fixture
def fixtures() -> Path:
    if FIXTURES is None:
        pytest.skip("real requests and chains: not here, and FOOT_ROUTINE_FIXTURES names no folder")
    return FIXTURES


class Real(NamedTuple):
    """A request as Amazon sent it, and an endpoint of that day."""

    headers: dict[str, str]
    body: bytes
    verify: Verifier


@pytest.fixture(params=REQUESTS)
def real(fixtures: Path, request: pytest.FixtureRequest) -> Real:
    folder = fixtures / "signed-requests" / request.param
    body = (folder / "body.json").read_bytes()
    chain = (folder / "chain.pem").read_bytes()
    anchor = (fixtures / "signed-requests" / "verisign-g5-anchor.pem").read_bytes()
    envelope = json.loads(body)
    sent = clock_ms(datetime.fromisoformat(envelope["request"]["timestamp"]))
    keys = SigningKeys(
        lambda _: chain,
        Store(x509.load_pem_x509_certificates(anchor)),
        lambda: sent,
        wait_ms=LONG_MS,
    )
    ours = frozenset({envelope["session"]["application"]["applicationId"]})
    return Real(
        json.loads((folder / "headers.json").read_text()),
        body,
        Verifier(keys.key, ours, lambda: sent, SIGNATURE_2017),
    )


def test_a_real_request_passes(real: Real) -> None:
    real.verify(real.headers, real.body)


@pytest.mark.parametrize("where", [0, 0.5, 1], ids=["first", "middle", "last"])
def test_a_real_request_with_one_bit_changed_is_refused(real: Real, where: float) -> None:
    at = int(where * (len(real.body) - 1))
    changed = bytearray(real.body)
    changed[at] ^= 1

    with pytest.raises(Refused, match=Rule.SIGNATURE):
        real.verify(real.headers, bytes(changed))


def test_a_real_request_written_anew_is_refused(real: Real) -> None:
    """The bytes are signed, not what they mean."""
    with pytest.raises(Refused, match=Rule.SIGNATURE):
        real.verify(real.headers, json.dumps(json.loads(real.body), indent=1).encode())


@pytest.mark.parametrize("name", CHAINS)
def test_a_real_chain_is_good_in_its_time_and_refused_now(fixtures: Path, name: str) -> None:
    """By the roots of today."""
    chain = (fixtures / "chains" / name).read_bytes()
    leaf = x509.load_pem_x509_certificate(chain)
    since, until = clock_ms(leaf.not_valid_before_utc), clock_ms(leaf.not_valid_after_utc)
    roots = trusted_roots()

    assert prove(chain, roots, (since + until) // 2).key.key_size == 2048
    with pytest.raises(Refused, match=Rule.CERTIFICATE_EXPIRED):
        prove(chain, roots, NOW)


@pytest.mark.parametrize("name", CHAINS)
def test_a_real_chain_is_no_good_under_another_root(fixtures: Path, name: str) -> None:
    chain = (fixtures / "chains" / name).read_bytes()
    leaf = x509.load_pem_x509_certificate(chain)
    since, until = clock_ms(leaf.not_valid_before_utc), clock_ms(leaf.not_valid_after_utc)
    other = (fixtures / "signed-requests" / "verisign-g5-anchor.pem").read_bytes()

    with pytest.raises(Refused, match=Rule.CERTIFICATE_CHAIN):
        prove(chain, Store(x509.load_pem_x509_certificates(other)), (since + until) // 2)
