"""The chains that were proven, in a file that outlives the process and is shared by the workers.

The file is trusted with nothing: what is read from it is proven anew, as if it came from Amazon.
"""

import fcntl
import json
import logging
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from skill.alexa.chain_fetch import MOST_CHAIN_BYTES
from skill.alexa.chain_url import chain_url
from skill.alexa.refusal import Refused

MOST_CHAINS: Final = 32
"""Ours; Amazon numbers its chains, and was at 12 in 2023."""

MOST_FILE_BYTES: Final = 2 * MOST_CHAINS * MOST_CHAIN_BYTES
"""Twice the chains themselves, as JSON writes a line's end with two characters."""

LOG: Final = logging.getLogger(__name__)


class FetchedChain(NamedTuple):
    """A chain as Amazon's host gave it."""

    pem: bytes
    """Certificates in PEM, the signing certificate first."""
    at: int
    """When it was fetched and proven, in clock ms."""


class ChainFile:
    """Chains by URL in *path*, which only its owner can read; with no *path* it keeps nothing.

    A file that cannot be read or written is logged, and costs no more than a fetch.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def read(self) -> dict[str, FetchedChain]:
        """Give all chains, the one that was kept last at the end; none where it has none."""
        if self._path is None:
            return {}
        try:
            with self._path.open("rb") as file:
                return _chains(json.loads(file.read(MOST_FILE_BYTES)))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            LOG.warning("the kept certificate chains cannot be read: %s", type(error).__name__)
            return {}

    def keep(self, url: str, chain: FetchedChain) -> None:
        """Keep *chain* for *url*; the one that was kept first goes where there are too many."""
        self._change(url, chain)

    def drop(self, url: str) -> None:
        """Keep no chain for *url* any more."""
        self._change(url, None)

    def _change(self, url: str, chain: FetchedChain | None) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(self._path.parent):
                chains = self.read()
                chains.pop(url, None)
                if chain is not None:
                    chains[url] = chain
                _write(self._path, dict(list(chains.items())[-MOST_CHAINS:]))
        except OSError as error:
            LOG.warning("the certificate chains cannot be kept: %s", error.strerror)


def _chains(given: object) -> dict[str, FetchedChain]:
    """Read parsed JSON, and leave out what `ChainFile` did not write."""
    chains: dict[str, FetchedChain] = {}
    for url, each in given.items() if isinstance(given, dict) else ():
        pem, at = (each.get("pem"), each.get("at")) if isinstance(each, dict) else (None, None)
        if isinstance(pem, str) and pem.isascii() and type(at) is int and _is_chain_url(url):
            chains[url] = FetchedChain(pem.encode(), at)
    return dict(list(chains.items())[-MOST_CHAINS:])


def _is_chain_url(url: str) -> bool:
    try:
        return chain_url(url) == url
    except Refused:
        return False


def _write(path: Path, chains: Mapping[str, FetchedChain]) -> None:
    """Replace the file in one step, so that no reader finds half of it."""
    # A chain that was proven is PEM; text that is not ASCII may stand around it, and goes.
    content = {
        url: {"pem": chain.pem.decode("ascii", "ignore"), "at": chain.at}
        for url, chain in chains.items()
    }
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(content, file, indent=1)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let no other process change a file of *folder* that does so under this lock."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
