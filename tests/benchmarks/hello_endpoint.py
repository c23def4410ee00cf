"""The hello world behind `ask-sdk-webservice-support`'s own verifiers: Flask, in an ASGI server.

FOOT_ROUTINE_BENCHMARK names the folder of the certificates. The package gets its roots from
oscrypto, which reads the file that SSL_CERT_FILE names, and its chain through urllib's installed
opener.
"""

import io
import os
from pathlib import Path
from typing import Final
from urllib.request import BaseHandler, OpenerDirector, Request, install_opener

import hello_world
from a2wsgi import WSGIMiddleware
from ask_sdk_webservice_support.webservice_handler import WebserviceSkillHandler
from flask import Flask, Response, jsonify, request
from oscrypto import trust_list  # type: ignore[import-untyped]

FOLDER: Final = Path(os.environ["FOOT_ROUTINE_BENCHMARK"])


class Published(BaseHandler):
    """Answers every HTTPS request with the chain, without a network."""

    def https_open(self, _: Request) -> io.BytesIO:
        """Give the chain."""
        return io.BytesIO((FOLDER / "chain.pem").read_bytes())


opener = OpenerDirector()
opener.add_handler(Published())
install_opener(opener)
trust_list.get_list()  # reads all roots now: otherwise the first request of each worker is slow
app = Flask(__name__)
handler = WebserviceSkillHandler(hello_world.skill())


@app.post("/alexa")
def alexa() -> Response:
    """Answer one of Alexa's requests."""
    body = request.get_data(as_text=True)
    return jsonify(handler.verify_request_and_dispatch(dict(request.headers), body))


# One thread a worker: with more, the package's chain check fails at random, and then always.
served = WSGIMiddleware(app, workers=1)  # type: ignore[arg-type] # a2wsgi's own types for WSGI
