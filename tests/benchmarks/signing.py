"""Alexa's side of a verified endpoint: a test authority, and requests signed with its key."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import certifi
import envelopes
from certificate_authority import URL, Amazon, pem
from chain import chain
from listener import Listener, intended, led

from skill import home
from skill.alexa.webservice import VerifiedSkill
from skill.simulator.device import DeviceSession

AHEAD_MS = 90_000
"""Requests are stamped so far ahead: signing takes its time, and 150 s pass either way."""


class Signer:
    """Signs requests of the present time, and writes its chain and roots to *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._amazon = Amazon()
        self._numbers = itertools.count()
        made = chain(self._amazon.alexa_key)
        roots = pem(*made.roots)
        (folder / "chain.pem").write_bytes(pem(*made.published))
        (folder / "own-roots.pem").write_bytes(roots)
        (folder / "roots.pem").write_bytes(certifi.contents().encode() + roots)

    def hello(self, count: int) -> Iterator[bytes]:
        """Give requests for the hello world."""
        session = DeviceSession("amzn1.echo-api.session.0", is_new=False)
        for number in itertools.islice(self._numbers, count):
            request = intended("HelloWorldIntent")
            stamped = home.now() + AHEAD_MS
            yield self.post(envelopes.body(str(number), request, session, stamped, screen=True))

    def nexts(self, count: int) -> Iterator[bytes]:
        """Give a mid-routine "next" of so many new listeners, whose places are in the folder."""
        made = home.build(self._folder / "places.db", home.now)
        skill = VerifiedSkill(made.skill, home.unverified)

        def answer(body: bytes) -> bytes:
            return skill.answer({}, body)

        for number in itertools.islice(self._numbers, count):
            listener = led(Listener(answer, str(number), now=home.now() + AHEAD_MS))
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
