"""The production server: gunicorn, with threads, told by code instead of by files.

It is meant to stand on a loopback address behind a proxy that speaks HTTPS (docs/self-hosting.md).
"""

import contextlib
import select
import signal
import socket
import time
from collections.abc import Mapping
from ipaddress import ip_address
from types import FrameType
from typing import Any, Final
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

from skill import log

STOP_SECONDS: Final = 10
"""For requests under way when the server is to stop: Alexa waits 8 s for an answer."""

RECEIVE_SECONDS: Final = 5.0
"""For a request to arrive in. Ours: a few kB, from a proxy that has them already."""

LINGER_MS: Final = 20
"""How long a thread waits for the next request on its connection, while every connection has one.

Ours: a proxy that is busy sends the next within a few milliseconds.
"""


def serve(application: WSGIApplication, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until a signal asks to stop; requests under way are answered first.

    Ends the process. What *application* holds is shared by the workers as far as it can be: they
    are forked from this process. Raises OSError where *host* and *port* cannot be listened at.
    """
    settings = {
        "bind": f"fd://{_bound(host, port)}",
        "workers": workers,
        "threads": threads,
        "worker_class": Worker,
        "graceful_timeout": STOP_SECONDS,
        "logconfig_dict": log.configuration("INFO"),
        "logger_class": Log,
        "control_socket_disable": True,  # nobody uses it, and nobody shall
        "forwarded_allow_ips": "",  # what a proxy may add decides nothing here
        "when_ready": _stop_gently_on_ctrl_c,
        "post_worker_init": _leave_ctrl_c_to_the_master,
    }
    Server(application, settings).run()


def is_loopback(host: str) -> bool:
    """Nobody but this machine can reach *host*."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Server(BaseApplication):
    """Has gunicorn serve *application* with *settings*, by its own names for them."""

    def __init__(self, application: WSGIApplication, settings: Mapping[str, Any]) -> None:
        self._application = application
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn the settings, and nothing from its command line or files."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own type for it fits no framework
        """Give what each worker is to serve."""
        return self._application


class Log(Logger):
    """gunicorn's log of what happens to the server; `skill.web` logs the requests."""

    @property
    def access_log_enabled(self) -> bool:
        """No: what a line of it would be made of is not even gathered."""
        return False


class Worker(ThreadWorker):
    """Hangs up on clients that keep a thread waiting for their request, and stays with busy ones.

    gunicorn itself lets go of connections that send nothing; one that sends half a request, or a
    byte now and then, would hold its thread for ever. And it hands a connection from the thread
    to the poller and back for every request, which takes longer than to answer one: while nobody
    else needs the thread, it waits for the next request itself.
    """

    def init_process(self) -> None:
        """Serve, in the new process, until told to stop."""
        self._since: dict[TConn, float] = {}
        super().init_process()

    def handle(self, conn: TConn) -> bool:
        """Receive and answer one request, in a thread of the pool; more where they come at once."""
        is_kept = self._handle_one(conn)
        while is_kept is True and self._is_due(conn):
            is_kept = self._handle_one(conn)
        return is_kept

    def _handle_one(self, conn: TConn) -> bool:
        self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._since[conn]

    def _is_due(self, conn: TConn) -> bool:
        """The next request is coming, and no other connection waits for this thread."""
        if not self.alive or self.nr_conns > self.cfg.threads:
            return False
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(LINGER_MS))

    def murder_pending(self) -> None:
        """End what has waited too long; called once a second at least, while stopping too."""
        super().murder_pending()
        late = time.monotonic() - RECEIVE_SECONDS
        for conn, since in list(self._since.items()):
            if since < late:
                # Whoever reads from it reads its end; an answer that is being made is still sent.
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)


def _bound(host: str, port: int) -> int:
    """Give the descriptor of a socket; gunicorn itself would try five times, and say so each time.

    Raises OSError.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # right after a stop, too
        listener.bind((host, port))
        return listener.detach()


def _stop_gently_on_ctrl_c(master: Arbiter) -> None:
    """Stop on SIGINT as on SIGTERM; a second SIGINT does not wait for requests under way."""

    def first(_: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, master.signal)
        master.signal(signal.SIGTERM, frame)

    signal.signal(signal.SIGINT, first)


def _leave_ctrl_c_to_the_master(_: ThreadWorker) -> None:
    """A terminal sends SIGINT to the workers too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
