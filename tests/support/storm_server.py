"""The skill's server as `foot-routine serve` puts it together, but for what is far away.

Its certificate host listens at a loopback port, and Alexa's services at a loopback URL; the root
that it trusts stands in `root.pem`. Its clock shows `NOW` when `began` (Unix time, s) was. A busy
machine reaches none of its time limits, unless a request is to wait no longer than *wait_ms* for a
chain.
"""

import socket
import time
from pathlib import Path

import click
import patient
from certificate_authority import NOW, SKILL_ID
from cryptography import x509
from cryptography.x509.verification import Store

from skill import home
from skill.alexa.api_client import AlexaApi
from skill.alexa.chain_fetch import ChainFetch
from skill.alexa.chain_file import ChainFile
from skill.alexa.signing_keys import SigningKeys
from skill.alexa.verification import Verifier
from skill.alexa.webservice import VerifiedSkill
from skill.web import pages, server, stderr
from skill.web.endpoint import Endpoint


@click.command()
@click.option("--folder", type=click.Path(path_type=Path))
@click.option("--chains", type=int)
@click.option("--api", default="")
@click.option("--began", type=float)
@click.option("--wait-ms", type=int, default=patient.LONG_S * 1000)
@click.option("--workers", type=int)
@click.option("--port", type=int)
def main(  # noqa: PLR0913, PLR0917 - one for each option
    folder: Path, chains: int, api: str, began: float, wait_ms: int, workers: int, port: int
) -> None:
    """Serve on loopback what stands in FOLDER."""
    patient.lift_limits()
    stderr.start()

    def now() -> int:
        return NOW + int((time.time() - began) * 1000)

    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    fetch = ChainFetch(
        lambda *_: socket.create_connection(("127.0.0.1", chains)),
        lambda line, _: line,
        patient.LONG_S,
    )
    chain_file = ChainFile(folder / home.CHAIN_FILE)
    keys = SigningKeys(fetch, Store([root]), now, chain_file, wait_ms)
    made = home.build(folder / "places.db", now, alexa_api=AlexaApi(frozenset({api})))
    answer = VerifiedSkill(made.skill, Verifier(keys.kept, frozenset({SKILL_ID}), now)).answer
    application = Endpoint(answer, pages.as_asgi(made.store.check), keys.arrive, threads=32)
    server.serve(application, "127.0.0.1", port, workers=workers)


if __name__ == "__main__":
    main()
