"""The production server: gunicorn's processes, with uvicorn in each, told by code, not by files.

It is meant to stand on a loopback address behind a proxy that speaks HTTPS (docs/self-hosting.md).
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from types import FrameType
from typing import Any, ClassVar, Final

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from uvicorn_worker import UvicornWorker  # type: ignore[import-untyped]

from skill.web import stderr
from skill.web.endpoint import Asgi

STOP_SECONDS: Final = 10
"""For requests under way when the server is to stop: Alexa waits 8 s for an answer."""

IDLE_SECONDS: Final = 150
"""A choice: longer than proxies keep a connection that they may use again (nginx 60 s, Caddy
120 s), so that it is they who end it, and never with a request on its way."""

STOPS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
"""The signals that stop a worker."""

NOTIFY_SECONDS: Final = 1
"""How often a worker tells gunicorn that it is alive, and looks whether gunicorn still is."""


def serve(
    application: Asgi,
    host: str,
    port: int,
    *,
    workers: int,
    in_worker: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered first. Ends the process.

    Each worker calls *in_worker* once, before it serves.

    What *application* holds is shared by the workers as far as it can be: they are forked from
    this process. Raises OSError where *host* and *port* cannot be listened at.
    """
    settings: dict[str, Any] = {
        "bind": f"fd://{_bound(host, port)}",
        "workers": workers,
        "worker_class": Worker,
        "post_fork": lambda _server, _worker: in_worker(),
        "graceful_timeout": STOP_SECONDS,
        "keepalive": IDLE_SECONDS,
        "logconfig_dict": stderr.configuration("INFO"),
        "control_socket_disable": True,  # nobody uses it
        "forwarded_allow_ips": "",  # what a proxy may add decides nothing here
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

    def __init__(self, application: Asgi, settings: Mapping[str, Any]) -> None:
        self._application = application
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn the settings, and nothing from its command line or files."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own type for it knows no such application
        """Give what each worker is to serve."""
        return self._application

    def run(self) -> None:
        """Serve until a signal ends it; what gunicorn cannot start with ends it with status 1."""
        try:
            Master(self).run()
        except RuntimeError as error:
            sys.exit(f"Error: {error}")


class Master(Arbiter):
    """gunicorn's main process: no worker misses a signal to stop because it is just starting.

    Until a worker has its own handlers it has copies of this process's, which do nothing there.
    """

    def spawn_worker(self) -> int:
        """Start a worker that gets such a signal when it can hear it; return its process's ID."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            return super().spawn_worker()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


class Worker(UvicornWorker):  # type: ignore[misc] # it comes without types
    """uvicorn in a process of gunicorn's, which it ends in order, and does not outlive."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": "httptools",
        "ws": "none",
        "lifespan": "off",
        "proxy_headers": False,
        "server_header": False,
        "log_level": "error",  # below that it tells of strangers' garbage, and of its own steps
        "timeout_notify": NOTIFY_SECONDS,
    }

    sockets: list[Any]

    def run(self) -> None:
        """Serve; uvloop closes a real socket in order, and gunicorn's wrapper of it twice."""
        self.sockets = [listener.sock for listener in self.sockets]
        super().run()

    async def _serve(self) -> None:
        """End in order by the signals that uvicorn raises again when it has stopped."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.handle_quit)
        await super()._serve()

    def _install_sigquit_handler(self) -> None:
        """Hear from now on the signals that `Master` held back."""
        super()._install_sigquit_handler()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - gunicorn's
        """Stop by SIGQUIT, which gunicorn sends where it got SIGINT, as by SIGTERM."""
        signal.raise_signal(signal.SIGTERM)

    async def callback_notify(self) -> None:
        """Tell gunicorn that this worker is alive; stop where gunicorn was killed."""
        await super().callback_notify()
        if self.ppid != os.getppid():
            signal.raise_signal(signal.SIGTERM)


def _bound(host: str, port: int) -> int:
    """Give the descriptor of a socket; gunicorn itself would try five times, and say so each time.

    Raises OSError.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # right after a stop, too
        listener.bind((host, port))
        return listener.detach()
