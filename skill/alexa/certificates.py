"""A chain of certificates, held against Amazon's rules; what remains is the signing key."""

import logging
import re
import warnings
from dataclasses import dataclass
from typing import Final

import certifi
from ask_sdk_webservice_support.verifier_constants import CERT_CHAIN_DOMAIN
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from skill.alexa.refusal import Refused, Rule
from skill.alexa.timestamps import A_MILLISECOND, EPOCH, clock_ms

MOST_CERTIFICATES: Final = 10
"""Ours; Amazon's chains have 2 to 4."""

LEAST_KEY_BITS: Final = 2048
"""CA/Browser Forum, Baseline Requirements 6.1.5."""

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proven:
    """A key that a trusted root vouches for."""

    key: RSAPublicKey
    """What Alexa signs with."""
    since: int
    """From when the proof counts, in clock ms."""
    until: int
    """Until just before when the proof counts, in clock ms."""


def prove(chain: bytes, roots: Store, now: int) -> Proven:
    """Hold a PEM chain, signing certificate first, against Amazon's rules at *now* (clock ms).

    The key is good until the first certificate of the chain expires.
    """
    moment = EPOCH + now * A_MILLISECOND
    try:
        leaf, *others = x509.load_pem_x509_certificates(chain)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        key = leaf.public_key()
    except x509.ExtensionNotFound:
        raise Refused(Rule.CERTIFICATE_NAME, "made out to no name at all") from None
    except Exception as error:  # several unrelated kinds, for the many ways to be malformed
        raise Refused(Rule.CERTIFICATE_FORMAT, in_a_line(error)) from error
    if len(others) >= MOST_CERTIFICATES:
        raise Refused(Rule.CERTIFICATE_FORMAT, f"over {MOST_CERTIFICATES} certificates")
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_KEY_BITS:
        raise Refused(Rule.CERTIFICATE_FORMAT, f"no RSA key of {LEAST_KEY_BITS} bits or more")
    if not leaf.not_valid_before_utc <= moment <= leaf.not_valid_after_utc:
        raise Refused(Rule.CERTIFICATE_EXPIRED, f"good until {leaf.not_valid_after_utc:%F}")
    if CERT_CHAIN_DOMAIN not in names.get_values_for_type(x509.DNSName):
        raise Refused(Rule.CERTIFICATE_NAME, f"not made out to {CERT_CHAIN_DOMAIN}")
    policy = PolicyBuilder().store(roots).time(moment)
    verifier = policy.build_server_verifier(x509.DNSName(CERT_CHAIN_DOMAIN))
    try:
        path = verifier.verify(leaf, others)
    except VerificationError as error:
        raise Refused(Rule.CERTIFICATE_CHAIN, in_a_line(error)) from error
    expiry = min(clock_ms(certificate.not_valid_after_utc) for certificate in path)
    return Proven(key, since=now, until=expiry)


def trusted_roots(bundle: str | None = None) -> Store:
    """Give the roots in a PEM *bundle*, certifi's by default; one that cannot be read is left out.

    It is logged; a root too few can only refuse.
    """
    given = certifi.contents() if bundle is None else bundle
    each = re.findall("-----BEGIN CERT.+?-----END CERTIFICATE-----", given, re.DOTALL)
    roots = []
    with warnings.catch_warnings():
        # Six of certifi's have the serial number 0, which cryptography means to refuse some day.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        for pem in each:
            try:
                roots.append(x509.load_pem_x509_certificate(pem.encode()))
            except ValueError as error:
                LOG.info("a root certificate cannot be read, and is not trusted: %s", error)
    return Store(roots)


def in_a_line(error: Exception) -> str:
    """Say what is wrong with a chain, for the log: Amazon's certificates hold no user data."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
