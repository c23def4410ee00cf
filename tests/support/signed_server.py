"""The skill's server, with roots, chains and clock of the tests' own on a stage that they set.

Everything else is what `foot-routine serve` runs: the same server, endpoint, rules and store.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import patient
from certificate_authority import NOW, SKILL_ID, Amazon, pem
from cryptography import x509
from cryptography.x509.verification import Store

from skill import home
from skill.alexa.signing_keys import SigningKeys
from skill.alexa.verification import Verifier
from skill.alexa.webservice import VerifiedSkill
from skill.web import pages, server, stderr
from skill.web.endpoint import Endpoint
from skill.web.request_log import RequestLog


def set_stage(
    folder: Path, amazon: Amazon, chains: Mapping[str, bytes], late: int = 0, scene: str = ""
) -> None:
    """Publish *chains* by URL, for an endpoint whose clock is *late* ms ahead of `NOW`.

    Another *scene* begins with a cold cache, and with every request forgotten.
    """
    published = {url: chain.decode("latin-1") for url, chain in chains.items()}
    play = {"root": pem(amazon.root).decode(), "chains": published, "late": late, "scene": scene}
    draft = folder / "stage.draft"
    draft.write_text(json.dumps(play))
    draft.replace(folder / "stage.json")


class Stage:
    """Verifies by what is on the stage."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "stage.json"
        self._text = ""
        self._look()

    def verify(self, headers: Mapping[str, str], body: bytes) -> object:
        """Be a `Verify`."""
        self._look()
        return self._verifier(headers, body)

    async def arrive(self, url: str) -> None:
        """Wait until the chain at *url* is at hand."""
        self._look()
        await self._keys.arrive(url)

    def now(self) -> int:
        """Tell the time on the stage."""
        return NOW + int(self._play["late"])

    def _look(self) -> None:
        text = self._file.read_text()
        if text == self._text:
            return
        self._text, self._play = text, json.loads(text)
        roots = Store([x509.load_pem_x509_certificate(self._play["root"].encode())])
        chains: dict[str, Any] = self._play["chains"]
        self._keys = SigningKeys(
            lambda url: chains[url].encode("latin-1"),
            roots,
            self.now,
            wait_ms=patient.LONG_S * 1000,
        )
        self._verifier = Verifier(self._keys.kept, frozenset({SKILL_ID}), self.now)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path))
@click.option("--workers", type=int)
@click.option("--port", type=int)
def main(folder: Path, workers: int, port: int) -> None:
    """Serve on loopback what stands in FOLDER."""
    patient.lift_limits()
    stderr.start()
    stage = Stage(folder)
    made = home.build(folder / "places.db", stage.now)
    application = Endpoint(
        VerifiedSkill(made.skill, stage.verify).answer,
        pages.as_asgi(made.store.check),
        stage.arrive,
        threads=32,
        log=RequestLog(most_listed=10_000),  # the tests read each
    )
    server.serve(application, "127.0.0.1", port, workers=workers)


if __name__ == "__main__":
    main()
