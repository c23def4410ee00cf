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
from skill.web import pages, server
from skill.web.endpoint import Endpoint

folder, port = Path(os.environ["FOOT_ROUTINE_BENCHMARK"]), int(sys.argv[1])
log.to_stderr("INFO")
roots = Store(x509.load_pem_x509_certificates((folder / "own-roots.pem").read_bytes()))
chain = (folder / "chain.pem").read_bytes()
keys = SigningKeys(lambda _: chain, roots, app.now)
verify = Verifier(keys.key, frozenset({SKILL_ID}), app.now)
made = app.with_sqlite(folder / "places.db", verify, Limits(), app.now)
application = Endpoint(made.answer, pages.as_asgi(made.store.check), keys.is_at_hand, threads=4)
server.serve(application, "127.0.0.1", port, workers=2)
