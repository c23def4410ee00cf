"""Amazon's certificate host on loopback: slow, and asked for much that it does not have."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class CertificateHost:
    """Has *chains* by path, and answers after *seconds*, 403 for all other paths."""

    chains: Mapping[str, bytes]
    seconds: float
    port: int = 0
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(host: CertificateHost) -> Iterator[CertificateHost]:
    """Serve it, and tell it its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append(self.path)
            time.sleep(host.seconds)
            content = host.chains.get(self.path)
            self.send_response(200 if content else 403)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing: what was asked is noted."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        host.port = server.server_port
        yield host
        server.shutdown()
        thread.join()
