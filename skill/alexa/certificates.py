"""The keys Alexa signs with: fetched from where the request says, proven, kept for an hour.

Amazon names the chain of certificates in every request and changes it about once a year. Proving
a chain costs a fetch and milliseconds; a key that is kept costs nothing, so that a warm request
is one RSA verification.

The URL comes from a stranger until the signature is proven, so whoever sends requests can make
us fetch. What bounds that: the URL is of Amazon's own folder (`verification.chain_url`); chains
that were never good are fetched at most `STRANGE_FETCHES_A_MINUTE` times a minute in all, those
that were good once at most every `FAILURE_KEPT_MS`; `FETCHES_AT_ONCE` run at a time; no request
waits longer than `FETCH_WAIT_MS`; a fetch takes `MOST_CHAIN_BYTES` and `FETCH_SECONDS` at most;
and `MOST_KEPT` keys and failures are kept. The price: a flood of invented URLs can keep out a
chain that was never seen before, such as the first after a start, for as long as it lasts.
"""

import logging
import re
import ssl
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, TypeVar
from urllib.parse import urlsplit

import certifi
from ask_sdk_webservice_support.verifier_constants import CERT_CHAIN_DOMAIN
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from skill.alexa.timestamps import A_MILLISECOND, EPOCH, clock_ms
from skill.alexa.verification import Now, Refused, Rule

CHAIN_KEPT_MS: Final = 60 * 60 * 1000  # ours: long enough to be warm, short enough to see a change
FAILURE_KEPT_MS: Final = (
    5 * 1000
)  # ours: a broken URL is not fetched at every request, nor for long
MOST_KEPT: Final = 32  # ours; Amazon numbers its chains, and was at 12 in 2023
MOST_CERTIFICATES: Final = 10  # ours; Amazon's chains have 2 to 4
LEAST_KEY_BITS: Final = 2048  # CA/Browser Forum, Baseline Requirements 6.1.5
MOST_CHAIN_BYTES: Final = 64 * 1024  # ours; Amazon's chains have 4 to 7 kB
STRANGE_FETCHES_A_MINUTE: Final = 20  # ours
FETCHES_AT_ONCE: Final = 2  # ours: so that one slow URL does not hold up another
FETCH_WAIT_MS: Final = 4 * 1000  # ours: half of the 8 s that Alexa waits for an answer
FETCH_STEP_SECONDS: Final = 2.0  # ours: to connect, and for each piece that is read
FETCH_SECONDS: Final = 4.0  # ours: to read the whole chain
A_MINUTE_MS: Final = 60 * 1000

Fetch = Callable[[str], bytes]
"""The chain at a URL in PEM, or any exception."""

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proven:
    """A key that a trusted root vouches for, from *since* until just before *until* (clock ms)."""

    key: RSAPublicKey
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a chain gave no key, from *since* until just before *until* (clock ms).

    Not the error itself: threads that raise one at once, and over again, add to its traceback.
    """

    rule: Rule
    detail: str
    since: int
    until: int


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
                raise Refused(Rule.CERTIFICATE_FETCH, _in_a_line(error)) from error
            return prove(chain, self._roots, self._clock())
        except Refused as refused:
            now = self._clock()
            return Failed(refused.rule, refused.detail, now, now + FAILURE_KEPT_MS)


def _keep(kept: dict[str, T], url: str, outcome: T) -> None:
    """Put *outcome* last, and let the first go where there are too many."""
    kept.pop(url, None)
    kept[url] = outcome
    if len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]


def prove(chain: bytes, roots: Store, now: int) -> Proven:
    """Hold a PEM chain, signing certificate first, against Amazon's rules at *now* (clock ms).

    The key is good for `CHAIN_KEPT_MS`, or until the first certificate of the chain expires.
    """
    moment = EPOCH + now * A_MILLISECOND
    try:
        leaf, *others = x509.load_pem_x509_certificates(chain)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        key = leaf.public_key()
    except x509.ExtensionNotFound:
        raise Refused(Rule.CERTIFICATE_NAME, "made out to no name at all") from None
    except Exception as error:  # several unrelated kinds, for the many ways to be malformed
        raise Refused(Rule.CERTIFICATE_FORMAT, _in_a_line(error)) from error
    if len(others) >= MOST_CERTIFICATES:
        raise Refused(Rule.CERTIFICATE_FORMAT, f"over {MOST_CERTIFICATES} certificates")
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_KEY_BITS:
        raise Refused(Rule.CERTIFICATE_FORMAT, f"no RSA key of {LEAST_KEY_BITS} bits or more")
    if not leaf.not_valid_before_utc <= moment <= leaf.not_valid_after_utc:
        raise Refused(Rule.CERTIFICATE_EXPIRED, f"good until {leaf.not_valid_after_utc:%F}")
    if CERT_CHAIN_DOMAIN not in names.get_values_for_type(x509.DNSName):
        raise Refused(Rule.CERTIFICATE_NAME, f"not made out to {CERT_CHAIN_DOMAIN}")
    policy = PolicyBuilder().store(roots).time(moment)
    verifier = policy.build_server_verifier(x509.DNSName(CERT_CHAIN_DOMAIN))
    try:
        path = verifier.verify(leaf, others)
    except VerificationError as error:
        raise Refused(Rule.CERTIFICATE_CHAIN, _in_a_line(error)) from error
    expiry = min(clock_ms(certificate.not_valid_after_utc) for certificate in path)
    return Proven(key, since=now, until=min(now + CHAIN_KEPT_MS, expiry))


def _in_a_line(error: Exception) -> str:
    """Say what went wrong with a chain, for the log: Amazon's certificates hold no user data."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def trusted_roots(bundle: str | None = None) -> Store:
    """Give the roots in a PEM *bundle*, certifi's by default; one that cannot be read is left out.

    It is logged; a root too few can only refuse.
    """
    given = certifi.contents() if bundle is None else bundle
    each = re.findall("-----BEGIN CERT.+?-----END CERTIFICATE-----", given, re.DOTALL)
    roots = []
    with warnings.catch_warnings():
        # Six of certifi's have the serial number 0, which cryptography means to refuse some day.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        for pem in each:
            try:
                roots.append(x509.load_pem_x509_certificate(pem.encode()))
            except ValueError as error:
                log.info("a root certificate cannot be read, and is not trusted: %s", error)
    return Store(roots)


def connect_tls(host: str) -> HTTPConnection:
    """Open nothing yet: a connection to *host* that will hold it to its certificate."""
    context = ssl.create_default_context(cafile=certifi.where())
    return HTTPSConnection(host, timeout=FETCH_STEP_SECONDS, context=context)


@dataclass(frozen=True, slots=True)
class ChainFetch:
    """The `Fetch` for real use: one GET over TLS that follows no redirect and asks no proxy.

    Raises OSError or HTTPException. *connect* is given the host, *timer* counts seconds.
    """

    connect: Callable[[str], HTTPConnection] = connect_tls
    timer: Callable[[], float] = time.monotonic

    def __call__(self, url: str) -> bytes:
        """Give the body at *url*; anything but 200, whole and small is an error."""
        parts = urlsplit(url)
        deadline = self.timer() + FETCH_SECONDS
        connection = self.connect(parts.netloc)
        try:
            connection.request("GET", parts.path, headers={"Connection": "close"})
            response = connection.getresponse()
            if response.status != HTTPStatus.OK:
                raise HTTPException(f"answered {response.status}")
            chain = b""
            while piece := response.read1(MOST_CHAIN_BYTES):
                chain += piece
                if len(chain) > MOST_CHAIN_BYTES:
                    raise HTTPException(f"over {MOST_CHAIN_BYTES} bytes")
                if self.timer() > deadline:
                    raise TimeoutError(f"not read in {FETCH_SECONDS} s")
            if response.length:
                raise HTTPException(f"{response.length} bytes short")
            return chain
        finally:
            connection.close()
