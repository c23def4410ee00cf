"""`foot-routine serve` with certificates of the benchmark: `serve_skill.py PORT`."""

import os
import sys
from pathlib import Path

from cryptography import x509
from cryptography.x509.verification import Store
from envelopes import SKILL_ID

from skill import app, log
from skill.alexa.signing_keys import SigningKeys
from skill.alexa.verification import Verifier
from skill.rendering.speech import Limits
from skill.web import endpoint, pages, server

folder, port = Path(os.environ["FOOT_ROUTINE_BENCHMARK"]), int(sys.argv[1])
log.to_stderr("INFO")
roots = Store(x509.load_pem_x509_certificates((folder / "own-roots.pem").read_bytes()))
chain = (folder / "chain.pem").read_bytes()
keys = SigningKeys(lambda _: chain, roots, app.now)
verify = Verifier(keys.key, frozenset({SKILL_ID}), app.now)
made = app.with_sqlite(folder / "places.db", verify, Limits(), app.now)
flask = pages.create_app(made.answer, made.store.check, endpoint.lines())
may_wait = endpoint.may_wait(keys.is_at_hand)
server.serve(flask, "127.0.0.1", port, workers=2, threads=4, may_wait=may_wait)
