"""The keys Alexa signs with: fetched from where the request says, proven, kept for an hour.

Amazon names the chain of certificates in every request and changes it about once a year. To prove
a chain costs a fetch and milliseconds; a key that is kept costs nothing, so that most requests cost
one RSA verification.

The URL comes from a stranger until the signature is proven, so a stranger can make this server
fetch. These limits bound that: the URL is in Amazon's own folder (`skill.alexa.chain_url`); chains
that were never good are fetched at most `STRANGE_FETCHES_A_MINUTE` times a minute in all, those
that were good once at most every `FAILURE_KEPT_MS`; `FETCHES_AT_ONCE` run at a time; no request
waits longer than `FETCH_WAIT_MS`; a fetch has limits of its own (`skill.alexa.chain_fetch`); and
`MOST_KEPT` keys and failures are kept. The price: a flood of invented URLs keeps out a chain that
was never seen before, such as the first after a start, for as long as it lasts.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.verification import Store

from skill.alexa.certificates import Proven, in_a_line, prove
from skill.alexa.refusal import Refused, Rule
from skill.storage.store import Now

FAILURE_KEPT_MS: Final = 5 * 1000
"""Ours: a broken URL is not fetched at every request, nor kept for long."""

MOST_KEPT: Final = 32
"""Ours; Amazon numbers its chains, and was at 12 in 2023."""

STRANGE_FETCHES_A_MINUTE: Final = 20
"""Ours."""

FETCHES_AT_ONCE: Final = 2
"""Ours: so that one slow URL does not hold up another."""

FETCH_WAIT_MS: Final = 4 * 1000
"""Ours: half of the 8 s that Alexa waits for an answer."""

A_MINUTE_MS: Final = 60 * 1000

Fetch = Callable[[str], bytes]
"""From a URL to the chain in PEM; may raise any exception."""

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a chain gave no key.

    This is not the error itself: threads that raise one error at the same time, and again, add to
    its traceback.
    """

    rule: Rule
    """What the chain broke."""
    detail: str
    """The same in words, for the log."""
    since: int
    """From when the failure counts, in clock ms."""
    until: int
    """Until just before when the failure counts, in clock ms."""


class SigningKeys:
    """Proven keys by URL. Threads that ask for the same URL at once share one fetch.

    The fetching is done by threads of its own: a name server or a network that hangs then costs
    a request *wait_ms* at most, whatever the limits of *fetch* itself.
    """

    def __init__(
        self, fetch: Fetch, roots: Store, clock: Now, wait_ms: int = FETCH_WAIT_MS
    ) -> None:
        self._fetch = fetch
        self._roots = roots
        self._clock = clock
        self._wait_ms = wait_ms
        self._pool = ThreadPoolExecutor(FETCHES_AT_ONCE, thread_name_prefix="alexa-chain")
        self._lock = threading.Lock()
        self._proven: dict[str, Proven] = {}
        self._failed: dict[str, Failed] = {}
        self._loading: dict[str, Future[Proven | Failed]] = {}
        self._strange: deque[int] = deque()

    def key(self, url: str) -> RSAPublicKey:
        """Give the key of the chain at *url*, as `chain_url` spells it; `Refused` where none is."""
        now = self._clock()
        with self._lock:
            proven = self._proven.get(url)
            if proven is not None and proven.since <= now < proven.until:
                return proven.key
            failed = self._failed.get(url)
            if failed is not None and failed.since <= now < failed.until:
                raise Refused(failed.rule, failed.detail)
            loading = self._loading.get(url)
            if loading is None:
                if proven is None:
                    self._count_strange(now)
                loading = self._loading[url] = self._pool.submit(self._load, url)
        try:
            outcome = loading.result(self._wait_ms / 1000)
        except TimeoutError:
            raise Refused(Rule.CERTIFICATE_FETCH, f"none in {self._wait_ms} ms") from None
        if isinstance(outcome, Failed):
            raise Refused(outcome.rule, outcome.detail)
        return outcome.key

    def is_at_hand(self, url: str) -> bool:
        """Tell whether `key` would give the key for *url* at once; where in doubt it is not."""
        proven = self._proven.get(url)
        return proven is not None and proven.since <= self._clock() < proven.until

    def _count_strange(self, now: int) -> None:
        while self._strange and not now - A_MINUTE_MS < self._strange[0] <= now:
            self._strange.popleft()
        if len(self._strange) >= STRANGE_FETCHES_A_MINUTE:
            raise Refused(Rule.CERTIFICATE_LIMIT, "too many unknown chains in a minute")
        self._strange.append(now)

    def _load(self, url: str) -> Proven | Failed:
        try:
            outcome = self._outcome(url)
            with self._lock:
                if isinstance(outcome, Proven):
                    _keep(self._proven, url, outcome)
                else:
                    _keep(self._failed, url, outcome)
            return outcome
        finally:
            with self._lock:
                del self._loading[url]

    def _outcome(self, url: str) -> Proven | Failed:
        try:
            try:
                chain = self._fetch(url)
            except Exception as error:
                raise Refused(Rule.CERTIFICATE_FETCH, in_a_line(error)) from error
            return prove(chain, self._roots, self._clock())
        except Refused as refused:
            now = self._clock()
            return Failed(refused.rule, refused.detail, now, now + FAILURE_KEPT_MS)


def _keep(kept: dict[str, Outcome], url: str, outcome: Outcome) -> None:
    """Put *outcome* last, and let the first go where there are too many."""
    kept.pop(url, None)
    kept[url] = outcome
    if len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
