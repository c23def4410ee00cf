"""A chain like those that Amazon publishes: four certificates with the same extensions.

How long a verifier takes for a chain depends on its length and on its extensions. So this chain has
what Amazon's chains of 2019 to 2023 have: the leaf, its issuer, Amazon's first root as signed by an
older one, and that one as signed by one older still. Machines trust the first two of these roots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from certificate_authority import ALEXA, rsa_key
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

PLACE: Final = "http://a.domain.of.an.authority.example.com/a-file-of-it.crl"
DOMAIN_VALIDATED: Final = ObjectIdentifier("2.23.140.1.2.1")
ANY_POLICY: Final = ObjectIdentifier("2.5.29.32.0")
TIMESTAMPS: Final = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
LOGS: Final = 3
TIMESTAMP: Final = bytes(43) + b"\x04\x03" + (71).to_bytes(2) + bytes(71)
"""RFC 6962, 3.2: version, log, time, no extension; then a signature, which is not checked."""

PURPOSES: Final = x509.ExtendedKeyUsage(
    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
)


@dataclass(frozen=True)
class Authority:
    """Who signs a certificate."""

    name: x509.Name
    """The subject's name."""
    key: rsa.RSAPrivateKey
    """The key that goes with it."""

    @classmethod
    def called(cls, *names: str) -> "Authority":
        """Make one of a country, an organization and what else *names* has, the last in common."""
        kinds = (NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        attributes = zip(kinds, ("US", *names), strict=True)
        return cls(x509.Name([x509.NameAttribute(*each) for each in attributes]), rsa_key())


@dataclass(frozen=True)
class Chain:
    """A certificate for Alexa's key, and what leads to it."""

    published: Sequence[x509.Certificate]
    """What the URL of the chain gives, leaf first."""
    roots: Sequence[x509.Certificate]
    """What a machine trusts."""


def chain(key: rsa.RSAPrivateKey) -> Chain:
    """Have authorities that are made for it vouch for *key*, from yesterday to tomorrow."""
    leaf = Authority(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ALEXA)]), key)
    issuer = Authority.called("An Amazon", "An Amazon RSA 2048 M01")
    first = Authority.called("An Amazon", "An Amazon Root CA 1")
    older = Authority.called("A Star, Inc.", "A Star Services Root Certificate Authority - G2")
    oldest = Authority.called("A Star, Inc.", "A Star Class 2 Certification Authority")
    return Chain(
        [_leaf(leaf, issuer), _issued(issuer, first, 0), _root(first, older), _root(older, oldest)],
        [_root(first, first), _root(older, older)],
    )


def _leaf(whose: Authority, by: Authority) -> x509.Certificate:
    no_authority = x509.BasicConstraints(ca=False, path_length=None)
    alternatives = x509.SubjectAlternativeName([x509.DNSName(ALEXA)])
    timestamps = x509.UnrecognizedExtension(
        TIMESTAMPS, _octets(_counted(LOGS * _counted(TIMESTAMP)))
    )
    builder = _certificate(whose, by, DOMAIN_VALIDATED).add_extension(no_authority, critical=True)
    builder = builder.add_extension(_usage(of_authority=False), critical=True)
    for each in (PURPOSES, alternatives, timestamps):
        builder = builder.add_extension(each, critical=False)
    return builder.sign(by.key, hashes.SHA256())


def _issued(whose: Authority, by: Authority, below: int) -> x509.Certificate:
    authority = x509.BasicConstraints(ca=True, path_length=below)
    builder = _certificate(whose, by, DOMAIN_VALIDATED).add_extension(authority, critical=True)
    builder = builder.add_extension(_usage(of_authority=True), critical=True)
    return builder.add_extension(PURPOSES, critical=False).sign(by.key, hashes.SHA256())


def _root(whose: Authority, by: Authority) -> x509.Certificate:
    authority = x509.BasicConstraints(ca=True, path_length=None)
    builder = _certificate(whose, by, ANY_POLICY).add_extension(authority, critical=True)
    return builder.add_extension(_usage(of_authority=True), critical=True).sign(
        by.key, hashes.SHA256()
    )


def _certificate(
    whose: Authority, by: Authority, policy: ObjectIdentifier
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    at = x509.UniformResourceIdentifier(PLACE)
    builder = (
        x509.CertificateBuilder()
        .subject_name(whose.name)
        .issuer_name(by.name)
        .public_key(whose.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    for each in (
        x509.SubjectKeyIdentifier.from_public_key(whose.key.public_key()),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()),
        x509.CRLDistributionPoints([x509.DistributionPoint([at], None, None, None)]),
        x509.CertificatePolicies([x509.PolicyInformation(policy, None)]),
        x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(Access.OCSP, at),
                x509.AccessDescription(Access.CA_ISSUERS, at),
            ]
        ),
    ):
        builder = builder.add_extension(each, critical=False)
    return builder


def _usage(*, of_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not of_authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=of_authority,
        crl_sign=of_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _counted(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data


def _octets(data: bytes) -> bytes:
    """Write an OCTET STRING of 256 to 65 535 bytes, as DER has it."""
    return b"\x04\x82" + _counted(data)
