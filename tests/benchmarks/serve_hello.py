"""The hello world behind `ask-sdk-webservice-support`'s own verifiers, on the same server.

`serve_hello.py FOLDER --port N`. The package does not load on OpenSSL 3.0.10 and later, because
oscrypto's pattern for versions knows no two-digit patch. So that the baseline can be measured at
all, that one pattern is widened while oscrypto is imported, here and nowhere else. The authority is
given by the doors that the libraries have: oscrypto reads the roots that SSL_CERT_FILE names, ours
among as many as any machine has, and the chain is fetched through urllib's installed opener.
"""

import io
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from urllib.request import BaseHandler, OpenerDirector, Request, install_opener

from flask import Flask, Response, jsonify, request

NARROW, WIDE = rb"\\d\\.\\d\\.\\d[a-z]*", rb"\\d\\.\\d\\.\\d+[a-z]*"


class WiderPattern(SourceFileLoader):
    """Loads a module of oscrypto with its pattern for versions widened."""

    def get_code(self, fullname: str) -> CodeType | None:
        """Compile the source as it is changed, whatever is compiled already."""
        source = self.get_data(self.get_filename(fullname))
        if NARROW not in source:
            raise ImportError(f"{fullname} is not the one that was looked at")
        return self.source_to_code(source.replace(NARROW, WIDE), self.path)


class Finder(MetaPathFinder):
    """Finds that module where Python does."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Leave all others to the finders that follow."""
        if not fullname.startswith("oscrypto._openssl._libcrypto_c"):
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec and spec.origin:
            spec.loader = WiderPattern(fullname, spec.origin)
        return spec


class Published(BaseHandler):
    """Gives the chain for every URL."""

    def __init__(self, chain: bytes) -> None:
        self._chain = chain

    def https_open(self, _: Request) -> io.BytesIO:
        """Answer without a network."""
        return io.BytesIO(self._chain)


folder, port = Path(sys.argv[1]), int(sys.argv[3])
os.environ["SSL_CERT_FILE"] = str(folder / "roots.pem")
opener = OpenerDirector()
opener.add_handler(Published((folder / "chain.pem").read_bytes()))
install_opener(opener)
sys.meta_path.insert(0, Finder())

import hello_world  # noqa: E402 - all of these only after what makes them importable
from ask_sdk_webservice_support.webservice_handler import WebserviceSkillHandler  # noqa: E402
from oscrypto import trust_list  # type: ignore[import-untyped]  # noqa: E402

from skill import log  # noqa: E402
from skill.web import server  # noqa: E402

app = Flask(__name__)
handler = WebserviceSkillHandler(hello_world.skill())


@app.post("/alexa")
def alexa() -> Response:
    body = request.get_data(as_text=True)
    return jsonify(handler.verify_request_and_dispatch(dict(request.headers), body))


log.to_stderr("INFO")
trust_list.get_list()  # all the roots, read once: else the first request of each worker is slow
# One thread a worker: with more, the package's chain check fails at random, and then for good.
server.serve(app, "127.0.0.1", port, workers=2, threads=1)
