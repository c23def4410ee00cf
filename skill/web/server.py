"""The production server: gunicorn, with workers of our own, told by code instead of by files.

It is meant to stand on a loopback address behind a proxy that speaks HTTPS (docs/self-hosting.md).
"""

import signal
import socket
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from types import FrameType
from typing import Any, Final
from wsgiref.types import WSGIApplication, WSGIEnvironment

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from skill import log
from skill.web.worker import Worker

STOP_SECONDS: Final = 10
"""For requests under way when the server is to stop: Alexa waits 8 s for an answer."""

MayWait = Callable[[WSGIEnvironment], bool]
"""Tells of a request that it may have to wait for others, longer than any turn takes."""


def never(_: WSGIEnvironment) -> bool:
    """Tell of a request that it waits for nobody."""
    return False


def serve(  # noqa: PLR0913 - one for each option of the command
    application: WSGIApplication,
    host: str,
    port: int,
    *,
    workers: int,
    threads: int,
    may_wait: MayWait = never,
) -> None:
    """Serve until a signal asks to stop; requests under way are answered first.

    Each worker answers from one thread, and from *threads* more what *may_wait*, or what comes
    while answers take long. Ends the process. What *application* holds is shared by the workers as
    far as it can be: they are forked from this process. Raises OSError where *host* and *port*
    cannot be listened at.
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
    Server(application, settings, may_wait).run()


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

    def __init__(
        self, application: WSGIApplication, settings: Mapping[str, Any], may_wait: MayWait
    ) -> None:
        self._application = application
        self._settings = settings
        self.may_wait = may_wait
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn the settings, and nothing from its command line or files."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own type for it fits no framework
        """Give what each worker is to serve."""
        return self._application


class Log(Logger):
    """gunicorn's log of what happens to the server; `skill.web.endpoint` logs the requests."""

    @property
    def access_log_enabled(self) -> bool:
        """No: what a line of it would be made of is not even gathered."""
        return False


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


def _leave_ctrl_c_to_the_master(_: Worker) -> None:
    """A terminal sends SIGINT to the workers too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
