"""The keys that were proven, each with the chain that proves it, until its certificates end."""

import threading
from typing import Final, NamedTuple

from cryptography.x509.verification import Store

from skill.alexa.certificates import Proven, prove
from skill.alexa.chain_file import MOST_CHAINS, FetchedChain
from skill.alexa.refusal import Refused
from skill.storage.store import Now

RENEW_MS: Final = 50 * 60 * 1000
"""Ours: from this age on a chain is fetched anew, so that a change is seen within the hour."""


class KeptKey(NamedTuple):
    """A key that serves, and where it is from."""

    proven: Proven
    """The key, and until when it serves."""
    chain: FetchedChain
    """What proves it."""


class KeptKeys:
    """Keys by URL, `MOST_CHAINS` of them at most. Thread-safe."""

    def __init__(self, roots: Store, clock: Now) -> None:
        self._roots = roots
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, KeptKey] = {}

    def __contains__(self, url: str) -> bool:
        """Tell whether a key of *url* is kept, be it of use now or not."""
        return url in self._keys

    def urls(self) -> tuple[str, ...]:
        """Give the URLs that a key is kept of."""
        return tuple(self._keys)

    def serving(self, url: str) -> Proven | None:
        """Give what serves now; after the clock was set back, it is proven by the new time."""
        kept, now = self._keys.get(url), self._clock()
        if kept is not None and now < kept.proven.since:
            self.prove(url, kept.chain)
            kept = self._keys.get(url)
        return kept.proven if kept and kept.proven.since <= now < kept.proven.until else None

    def is_due(self, url: str) -> bool:
        """Tell whether the chain of *url* should be fetched anew."""
        kept = self._keys.get(url)
        return kept is not None and not self.is_fresh(kept.chain)

    def is_fresh(self, chain: FetchedChain) -> bool:
        """Tell whether *chain* was fetched less than `RENEW_MS` ago."""
        return 0 <= self._clock() - chain.at < RENEW_MS

    def prove(self, url: str, chain: FetchedChain) -> Proven | None:
        """Prove a chain that was kept; None, and it is kept no longer, where it proves nothing."""
        try:
            proven = prove(chain.pem, self._roots, self._clock())
        except Refused:
            self.drop(url)
            return None
        self._keep(url, KeptKey(proven, chain))
        return proven

    def prove_new(self, url: str, pem: bytes) -> KeptKey:
        """Prove a chain that was just fetched, and keep it; raises `Refused` where it is none."""
        proven = prove(pem, self._roots, self._clock())
        kept = KeptKey(proven, FetchedChain(pem, proven.since))
        self._keep(url, kept)
        return kept

    def drop(self, url: str) -> None:
        """Keep the key of *url* no longer."""
        self._keys.pop(url, None)

    def _keep(self, url: str, kept: KeptKey) -> None:
        """Put *kept* last, and let the first go where there are too many."""
        with self._lock:
            self._keys.pop(url, None)
            self._keys[url] = kept
            if len(self._keys) > MOST_CHAINS:
                del self._keys[next(iter(self._keys))]
