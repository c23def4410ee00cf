"""Alexa's side of a verified endpoint: an authority of our own, and requests signed by its key."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import envelopes
from certificate_authority import URL, Amazon, pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from listener import Listener, intended, led

from skill import app
from skill.simulator import Session
from skill.speech import Limits

AHEAD_MS = 90_000
"""Requests are stamped so far ahead: signing takes its time, and 150 s pass either way."""


class Signer:
    """Signs requests that are of now; its *folder* has the chain, the root, and it among others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._amazon = Amazon()
        chain = pem(_for_signing(self._amazon), self._amazon.intermediate)
        (folder / "chain.pem").write_bytes(chain)
        (folder / "root.pem").write_bytes(pem(self._amazon.root))
        (folder / "roots.pem").write_bytes(certifi.contents().encode() + pem(self._amazon.root))

    def hello(self, count: int) -> Iterator[bytes]:
        """Give requests for the hello world."""
        session = Session("amzn1.echo-api.session.0", is_new=False)
        for number in range(count):
            request = intended("HelloWorldIntent")
            stamped = app.now() + AHEAD_MS
            yield self.post(envelopes.body(str(number), request, session, stamped, screen=True))

    def nexts(self, count: int) -> Iterator[bytes]:
        """Give a mid-routine "next" of so many listeners, whose places are in the folder."""
        made = app.with_sqlite(self._folder / "places.db", app.unverified, Limits(), app.now)

        def answer(body: bytes) -> bytes:
            return made.answer({}, body)

        for number in range(count):
            listener = led(Listener(answer, str(number), now=app.now() + AHEAD_MS))
            yield self.post(listener.body(intended("AMAZON.NextIntent")))
        made.store.close()

    def post(self, body: bytes) -> bytes:
        """Write the HTTP request that carries *body*."""
        headers = {
            "Host": "127.0.0.1",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **self._amazon.headers(body, URL),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST /alexa HTTP/1.1\r\n{lines}\r\n".encode() + body


def _for_signing(amazon: Amazon) -> x509.Certificate:
    """Issue the tests' leaf again: good today, and for signing in so many words.

    certvalidator asks for those (key usage); Amazon's certificates have it.
    """
    now = datetime.now(UTC)
    leaf = amazon.leaf()
    builder = (
        x509.CertificateBuilder()
        .subject_name(leaf.subject)
        .issuer_name(leaf.issuer)
        .public_key(amazon.alexa_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    for extension in leaf.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    signed = builder.add_extension(usage, critical=True)
    return signed.sign(amazon.intermediate_key, hashes.SHA256())
