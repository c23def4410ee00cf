"""`foot-routine serve` with certificates of the benchmark: `serve_skill.py PORT`."""

import os
import sys
from pathlib import Path

from cryptography import x509
from cryptography.x509.verification import Store
from envelopes import SKILL_ID

from skill import home
from skill.alexa.signing_keys import SigningKeys
from skill.alexa.verification import Verifier
from skill.alexa.webservice import VerifiedSkill
from skill.web import pages, server, stderr
from skill.web.endpoint import Endpoint

folder, port = Path(os.environ["FOOT_ROUTINE_BENCHMARK"]), int(sys.argv[1])
stderr.start()
roots = Store(x509.load_pem_x509_certificates((folder / "own-roots.pem").read_bytes()))
chain = (folder / "chain.pem").read_bytes()
keys = SigningKeys(lambda _: chain, roots, home.now)
verify = Verifier(keys.kept, frozenset({SKILL_ID}), home.now)
made = home.build(folder / "places.db", home.now)
answer = VerifiedSkill(made.skill, verify).answer
application = Endpoint(answer, pages.as_asgi(made.store.check), keys.arrive, threads=32)
server.serve(application, "127.0.0.1", port, workers=2)
