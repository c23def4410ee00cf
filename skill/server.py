"""The production server: gunicorn, with threads, told by code instead of by files."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from skill import log


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Serves what *load* makes, on *host* and *port*, until a signal asks it to stop."""

    def __init__(self, make: Callable[[], Flask], settings: dict[str, Any]) -> None:
        self._make = make
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn the settings, and nothing from its command line or files."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application, once, before the workers part."""
        return self._make()


def serve(make: Callable[[], Flask], host: str, port: int, workers: int, threads: int) -> None:
    """Serve until interrupted; requests under way are answered first."""
    name = f"[{host}]" if ":" in host else host
    Server(
        make,
        {
            "bind": f"{name}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "preload_app": True,  # a fault in the content stops the start, and memory is shared
            "graceful_timeout": 10,
            "accesslog": None,  # the application logs its own line a request
            "logconfig_dict": log.configuration("INFO"),
            "control_socket_disable": True,
            "proc_name": "foot-routine",
        },
    ).run()


def is_loopback(host: str) -> bool:
    """Nobody but this machine can reach *host*."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
