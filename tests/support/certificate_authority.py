"""A stand-in for Amazon: a certificate authority made at test time, and Alexa's signed requests."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import Store

TODAY: Final = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
NOW: Final = int(TODAY.timestamp() * 1000)
MINUTE: Final = 60 * 1000
HOUR: Final = 60 * MINUTE
URL: Final = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem"
ALEXA: Final = "echo-api.amazon.com"
SKILL_ID: Final = "amzn1.ask.skill.0f007"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def stamp(ms: int) -> str:
    """Write clock milliseconds as Alexa writes them: whole seconds, Zulu."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(number: int = 1, **request: object) -> dict[str, Any]:
    """Give a LaunchRequest as Alexa sends it at `NOW`; *request* replaces or adds fields."""
    application = {"applicationId": SKILL_ID}
    user = {"userId": "amzn1.ask.account.SOMEONE"}
    return {
        "version": "1.0",
        "session": {
            "new": True,
            "sessionId": "amzn1.echo-api.session.1",
            "application": application,
            "attributes": {},
            "user": user,
        },
        "context": {
            "System": {
                "application": application,
                "user": user,
                "device": {"deviceId": "amzn1.ask.device.1", "supportedInterfaces": {}},
                "apiEndpoint": "https://api.amazonalexa.com",
            }
        },
        "request": {
            "type": "LaunchRequest",
            "requestId": f"amzn1.echo-api.request.{number}",
            "timestamp": stamp(NOW),
            "locale": "en-US",
            **request,
        },
    }


def body(number: int = 1, **request: object) -> bytes:
    return json.dumps(envelope(number, **request)).encode()


class Amazon:
    """Root, intermediate and Alexa's signing key; each certificate can be issued otherwise."""

    def __init__(self) -> None:
        self.root_key, self.intermediate_key, self.alexa_key = rsa_key(), rsa_key(), rsa_key()
        self.root = self.authority("Root", issuer="Root", key=self.root_key, by=self.root_key)
        self.intermediate = self.authority(
            "Intermediate", issuer="Root", key=self.intermediate_key, by=self.root_key
        )

    @cached_property
    def roots(self) -> Store:
        """What a machine that trusts this Amazon trusts."""
        return Store([self.root])

    @cached_property
    def chain(self) -> bytes:
        """What Alexa would publish: her certificate and the one above it."""
        return pem(self.leaf(), self.intermediate)

    def leaf(  # noqa: PLR0913 - each part of a certificate that can be wrong
        self,
        *,
        names: Sequence[str] | None = (ALEXA,),
        subject: str = ALEXA,
        since: datetime = TODAY - timedelta(days=30),
        until: datetime = TODAY + timedelta(days=30),
        key: Key | None = None,
        issuer: str = "Intermediate",
        by: rsa.RSAPrivateKey | None = None,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    ) -> x509.Certificate:
        """Issue a signing certificate: good, but for what is given."""
        key, by = key or self.alexa_key, by or self.intermediate_key
        builder = _builder(subject, issuer, key, by, (since, until))
        builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)  # noqa: FBT003 - positional in cryptography
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names is not None:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(by, hashes.SHA256())

    def authority(
        self,
        name: str,
        *,
        issuer: str,
        key: rsa.RSAPrivateKey,
        by: rsa.RSAPrivateKey,
        until: datetime = TODAY + timedelta(days=3650),
    ) -> x509.Certificate:
        """Issue a certificate that may issue others."""
        builder = _builder(name, issuer, key, by, (TODAY - timedelta(days=365), until))
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)  # noqa: FBT003 - positional in cryptography
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        return builder.add_extension(usage, critical=True).sign(by, hashes.SHA256())

    def signature(self, over: bytes, algorithm: hashes.HashAlgorithm | None = None) -> str:
        """Sign as Alexa does, or over another hash."""
        signed = self.alexa_key.sign(over, PKCS1v15(), algorithm or hashes.SHA256())
        return base64.b64encode(signed).decode()

    def headers(self, over: bytes, url: str = URL) -> dict[str, str]:
        """Give the two headers Alexa sends with a body."""
        return {"SignatureCertChainUrl": url, "Signature-256": self.signature(over)}


def _builder(
    subject: str,
    issuer: str,
    key: Key,
    by: rsa.RSAPrivateKey,
    valid: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
