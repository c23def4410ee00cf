"""Which requests were here before, remembered by all processes of one server together.

A server answers with several processes, and a request that is sent again may reach any of them. So
the memory is made before the server forks, and its processes share it: a table of fixed size, where
the digest of a request ID picks a bucket and takes a slot in it until it expires. Nothing is
written to a file; a server that starts again has seen nothing.

Only signed requests get here, so a stranger cannot fill it. Where Alexa sends more than a bucket
holds, those that expire soonest are forgotten: that is better than to refuse listeners.
"""

import hashlib
import os
import tempfile
import threading
import weakref
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path
from struct import Struct
from typing import Final

BUCKETS: Final = 8192
"""Ours, as is `SLOTS`: 3 MB, touched as they fill. At 160 new requests a second, each kept for the
300 s that its timestamp passes, one bucket in ten thousand is full."""

SLOTS: Final = 16

SLOT: Final = Struct("=q16s")
"""Until when (clock ms, 0 where the slot is free), and which digest."""


class SeenRequests:
    """Request IDs, each kept for as long as its timestamp would still pass.

    Make it before the process forks: what one process adds is then seen by all. Threads may share
    it too, and a process that is killed does not leave it locked.
    """

    def __init__(self, buckets: int = BUCKETS, slots: int = SLOTS) -> None:
        self._buckets = buckets
        self._bytes = slots * SLOT.size
        self._expiries = Struct("=" + "q16x" * slots)
        self._table = mmap(-1, buckets * self._bytes)
        # A file without a name, locked while a process uses the table: the kernel unlocks it for a
        # process that dies. Such a lock holds between processes, not between threads of one.
        self._processes, name = tempfile.mkstemp(prefix="foot-routine-")
        Path(name).unlink()
        weakref.finalize(self, os.close, self._processes)
        self._threads = threading.Lock()

    def add(self, request_id: str, expires: int, now: int) -> bool:
        """Remember *request_id* until *expires*; False where it is remembered already."""
        plain = request_id.encode("utf-8", "surrogatepass")  # JSON can spell half a character
        digest = hashlib.blake2b(plain, digest_size=16).digest()
        bucket = int.from_bytes(digest) % self._buckets * self._bytes
        with self._threads:
            os.lockf(self._processes, os.F_LOCK, 0)
            try:
                return self._add(bucket, digest, expires, now)
            finally:
                os.lockf(self._processes, os.F_ULOCK, 0)

    def _add(self, bucket: int, digest: bytes, expires: int, now: int) -> bool:
        expiries = self._expiries.unpack_from(self._table, bucket)
        soonest = min(expiries)
        at = bucket + expiries.index(soonest) * SLOT.size
        for number in self._found(bucket, digest):
            if expiries[number] >= now:
                return False
        if soonest <= expires:
            SLOT.pack_into(self._table, at, expires, digest)
        return True

    def _found(self, bucket: int, digest: bytes) -> Iterator[int]:
        """Give the numbers of the slots that hold *digest*."""
        end = bucket + self._bytes
        at = self._table.find(digest, bucket, end)
        while at >= 0:
            number, offset = divmod(at - bucket, SLOT.size)
            if offset == SLOT.size - len(digest):  # else it lies across two slots, by chance
                yield number
            at = self._table.find(digest, at + 1, end)
