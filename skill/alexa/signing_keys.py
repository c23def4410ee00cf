"""The keys Alexa signs with: fetched from where the request says, proven, and kept.

Amazon names the chain of certificates in every request and changes it about once a year. To prove
a chain costs a fetch and milliseconds; a key that is kept costs nothing, so that most requests cost
one RSA verification. A key is kept until its certificates end. Before an hour is over its chain is
fetched anew in the background; the key goes where Amazon has another chain there, or none. While
the host cannot be reached the key serves.

The URL comes from a stranger until the signature is proven, so a stranger can make this server
fetch. What bounds that:

- The URL is in Amazon's own folder (`skill.alexa.chain_url`).
- Requests for one URL share one fetch, and wait `FETCH_WAIT_MS` at most. On the server they hold
  no thread while they wait.
- URLs with a name like Amazon's own have a lane with a thread for each, so that no other URL can
  hold one up. A failure counts for 5 s: these are at most ten fetches a second.
- All other URLs share a lane of `OTHER_FETCHES_AT_ONCE`, with `OTHER_FETCHES_A_MINUTE` in all.
- A fetch has one time limit for everything (`skill.alexa.chain_fetch`).

The price: should Amazon ever name its chains in another way, a flood of invented URLs could keep
out the first request with such a chain.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.verification import Store

from skill.alexa.certificates import Proven, in_a_line
from skill.alexa.chain_fetch import NoSuchChain
from skill.alexa.chain_file import ChainFile
from skill.alexa.chain_url import chain_url, is_named_as_amazons
from skill.alexa.fetch_lane import Failed, FetchLane
from skill.alexa.kept_keys import KeptKeys
from skill.alexa.refusal import Refused, Rule
from skill.storage.store import Now

RENEWAL_S: Final = 60.0
"""Ours: how often a process looks for chains that are due."""

AMAZONS_FETCHES_AT_ONCE: Final = 51
"""As many as there are URLs with a name like Amazon's."""

OTHER_FETCHES_AT_ONCE: Final = 2
"""Ours: so that one slow URL does not hold up another."""

OTHER_FETCHES_A_MINUTE: Final = 20
"""Ours."""

FETCH_WAIT_MS: Final = 4 * 1000
"""Ours: half of the 8 s that Alexa waits for an answer."""

Fetch = Callable[[str], bytes]
"""From a URL to the chain in PEM; may raise any exception."""


class SigningKeys:
    """Proven keys by URL. Threads and tasks that ask for the same URL at once share one fetch.

    What *file* holds is proven when this is made; make it before the process forks. *file* also
    brings what another process has proven. *wait_ms* is the longest that a request waits.
    """

    def __init__(
        self,
        fetch: Fetch,
        roots: Store,
        clock: Now,
        file: ChainFile | None = None,
        wait_ms: int = FETCH_WAIT_MS,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._file = file or ChainFile()
        self._wait_ms = wait_ms
        self._lock = threading.Lock()
        self._kept = KeptKeys(roots, clock)
        self._loading: dict[str, Future[Proven | Failed]] = {}
        self._amazons = FetchLane("amazons-chain", AMAZONS_FETCHES_AT_ONCE, None)
        self._others = FetchLane("other-chain", OTHER_FETCHES_AT_ONCE, OTHER_FETCHES_A_MINUTE)
        self._renewing = 0
        for url, chain in self._file.read().items():
            self._kept.prove(url, chain)

    def kept(self, url: str) -> RSAPublicKey:
        """Give the key of *url*, as `chain_url` spells it, without a fetch; or raise `Refused`."""
        proven = self._kept.serving(url)
        if proven is None:
            raise Refused(Rule.CERTIFICATE_FETCH, "the chain is not at hand")
        return proven.key

    def key(self, url: str) -> RSAPublicKey:
        """Give the key of *url*, as `chain_url` spells it, waiting for it; or raise `Refused`."""
        proven = self._kept.serving(url)
        if proven is not None:
            return proven.key
        try:
            return _key(self._load_once(url).result(self._wait_ms / 1000))
        except TimeoutError:
            raise self._waited_in_vain() from None

    async def arrive(self, given: str) -> None:
        """Wait until `kept` has the key for the chain URL of a header; raise `Refused` if not.

        It does not wait for what is no chain URL: that is the verifier's to refuse.
        """
        try:
            url = chain_url(given)
        except Refused:
            return
        if self._kept.serving(url) is None:
            loading = asyncio.wrap_future(self._load_once(url))
            try:  # shielded, as others may wait for the same
                outcome = await asyncio.wait_for(asyncio.shield(loading), self._wait_ms / 1000)
            except TimeoutError:
                raise self._waited_in_vain() from None
            _key(outcome)
        self._start_renewing()

    def renew(self) -> None:
        """Start to fetch, in the background, each chain that is due."""
        for url in self._kept.urls():
            if self._kept.serving(url) is not None and self._kept.is_due(url):
                with self._lock:
                    if url not in self._loading:
                        self._start(url)

    def _lane(self, url: str) -> FetchLane:
        return self._amazons if is_named_as_amazons(url) else self._others

    def _load_once(self, url: str) -> Future[Proven | Failed]:
        """Give the fetch of *url* that is under way, or start it; may raise `Refused`."""
        now, lane = self._clock(), self._lane(url)
        with self._lock:
            loading = self._loading.get(url)
            if loading is not None:
                return loading
            proven = self._kept.serving(url)  # a fetch may have ended since the caller looked
            if proven is not None:
                return _done(proven)
            failed = lane.failure(url, now)
            if failed is not None:
                raise Refused(failed.rule, failed.detail)
            if url not in self._kept:  # else it was good once
                lane.count(now)
            return self._start(url)

    def _start(self, url: str) -> Future[Proven | Failed]:
        loading = self._loading[url] = self._lane(url).start(self._load, url)
        return loading

    def _load(self, url: str) -> Proven | Failed:
        try:
            outcome = self._outcome(url)
            if isinstance(outcome, Failed):
                with self._lock:
                    self._lane(url).note(url, outcome)
            return outcome
        finally:
            with self._lock:
                del self._loading[url]

    def _outcome(self, url: str) -> Proven | Failed:
        """Take what another process has proven, or fetch; raises nothing."""
        known = self._file.read().get(url)
        if known is not None and self._kept.is_fresh(known):
            proven = self._kept.prove(url, known)
            if proven is not None:
                return proven
        outcome = self._fetched(url)
        if not isinstance(outcome, Failed):
            return outcome
        if outcome.gone:
            self._kept.drop(url)
            if known is not None:
                self._file.drop(url)
        elif known is not None:
            return self._kept.prove(url, known) or outcome
        return outcome

    def _fetched(self, url: str) -> Proven | Failed:
        try:
            chain = self._fetch(url)
        except Exception as error:  # noqa: BLE001 - a `Fetch` may raise any, and none ends a lane
            gone = isinstance(error, NoSuchChain)
            return Failed(Rule.CERTIFICATE_FETCH, in_a_line(error), gone, self._clock())
        try:
            kept = self._kept.prove_new(url, chain)
        except Refused as refused:
            return Failed(refused.rule, refused.detail, gone=True, since=self._clock())
        self._file.keep(url, kept.chain)
        return kept.proven

    def _waited_in_vain(self) -> Refused:
        return Refused(Rule.CERTIFICATE_FETCH, f"none in {self._wait_ms} ms")

    def _start_renewing(self) -> None:
        """Have this process look for chains that are due, once a minute."""
        if self._renewing == os.getpid():
            return
        self._renewing = os.getpid()

        def renew_for_ever() -> None:
            while True:
                self.renew()
                waiting.wait(RENEWAL_S)

        waiting = threading.Event()
        threading.Thread(target=renew_for_ever, name="chain-renewal", daemon=True).start()


def _done(proven: Proven) -> Future[Proven | Failed]:
    future: Future[Proven | Failed] = Future()
    future.set_result(proven)
    return future


def _key(outcome: Proven | Failed) -> RSAPublicKey:
    if isinstance(outcome, Failed):
        raise Refused(outcome.rule, outcome.detail)
    return outcome.key
