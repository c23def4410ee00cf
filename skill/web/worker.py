"""A process of the server: it takes connections in, and lets them go when it is to stop."""

import asyncio
import logging
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from gunicorn.workers.base import Worker as Base

from skill.web.connection import Connection, Host

TICK_SECONDS: Final = 0.5
"""How often what waits too long is looked for; gunicorn wants a sign of life every 30 s."""

STOP_TICK_SECONDS: Final = 0.05
"""The same while stopping, when nobody should wait longer than need be."""

GIVE_WAY_SECONDS: Final = 0.0005
"""A worker leaves the others so long to take a new connection, times the square of what it has.

All workers hear of it at the same moment, and are busy for about as long with a turn. Without this
whoever is awake takes all, and proxies keep their connections for long. A choice.
"""

MOST_GIVEN_WAY: Final = 4
"""It waits no longer than with so many, 8 ms: nobody notices that."""

FAULT_SECONDS: Final = 1.0
"""How long it takes in nobody where the system has no room, which would fail again at once."""

LOG = logging.getLogger(__name__)


class Worker(Base):
    """Serves from one thread, and has others for what may wait; gunicorn starts and replaces it."""

    def run(self) -> None:
        """Serve until told to stop, or until gunicorn itself is gone."""
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[object]] = set()
        self._host = self._hosting()
        self._loop.add_signal_handler(signal.SIGTERM, self._stop)
        for listener in self.sockets:
            listener.setblocking(False)  # noqa: FBT003 - positional in Python
            self._loop.add_reader(listener.fileno(), self._knocked, listener)
        while self.alive and self.ppid == os.getppid():
            await self._tick(TICK_SECONDS)
        for listener in self.sockets:
            self._loop.remove_reader(listener.fileno())
        self._host.stop()
        latest = time.monotonic() + self.cfg.graceful_timeout
        while (self._host.connections or self._tasks) and time.monotonic() < latest:
            self._wake.clear()
            await self._tick(STOP_TICK_SECONDS)
        for listener in self.sockets:
            listener.close()

    def _hosting(self) -> Host:
        server: Any = self.app
        threads = ThreadPoolExecutor(self.cfg.threads, thread_name_prefix="waiting")
        return Host(server.load(), server.may_wait, threads)

    async def _tick(self, seconds: float) -> None:
        self.notify()
        self._host.watch()
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return

    def _stop(self) -> None:
        self.alive = False
        self._wake.set()

    def _knocked(self, listener: socket.socket) -> None:
        """Take a connection in, at once where there is none yet; else others may be first."""
        busy = min(len(self._host.connections) + len(self._tasks), MOST_GIVEN_WAY)
        if not busy:
            self._take_in(listener)
            return
        self._rest(listener, busy**2 * GIVE_WAY_SECONDS)

    def _rest(self, listener: socket.socket, seconds: float) -> None:
        self._loop.remove_reader(listener.fileno())
        self._loop.call_later(seconds, self._rested, listener)

    def _rested(self, listener: socket.socket) -> None:
        if self.alive:
            self._loop.add_reader(listener.fileno(), self._knocked, listener)
            self._take_in(listener)

    def _take_in(self, listener: socket.socket) -> None:
        try:
            client, _ = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another worker was first, or the client has gone
        except OSError as fault:
            LOG.warning("no connection can be taken in: %s", fault.strerror)
            self._rest(listener, FAULT_SECONDS)
            return
        client.setblocking(False)  # noqa: FBT003 - the same
        connecting = self._loop.connect_accepted_socket(lambda: Connection(self._host), client)
        task = self._loop.create_task(connecting)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
