"""How keys are fetched, kept and shared, and what bounds that."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier, Event

import pytest
from certificate_authority import HOUR, MINUTE, NOW, TODAY, URL, Amazon, pem

from skill.alexa.certificates import CHAIN_KEPT_MS, prove
from skill.alexa.refusal import Refused, Rule
from skill.alexa.signing_keys import (
    FAILURE_KEPT_MS,
    MOST_KEPT,
    STRANGE_FETCHES_A_MINUTE,
    SigningKeys,
)


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


@dataclass
class Endpoint:
    """Signing keys with a clock to set and a fetch to see: what each URL gives, and was asked."""

    amazon: Amazon
    now: int = NOW
    chains: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = SigningKeys(self.fetch, self.amazon.roots, lambda: self.now)

    def fetch(self, url: str) -> bytes:
        """Give the chain of *url*, or fail."""
        self.asked.append(url)
        return self.chains[url]

    def broken(self, url: str) -> Rule | None:
        """Ask for the key of *url*; give the rule that is broken, if any."""
        try:
            self.keys.key(url)
        except Refused as refused:
            return refused.rule
        return None


@pytest.fixture
def endpoint(amazon: Amazon) -> Endpoint:
    return Endpoint(amazon, chains={URL: amazon.chain})


def test_a_chain_is_fetched_once_an_hour(endpoint: Endpoint) -> None:
    fetches = []
    for later in (0, 1, CHAIN_KEPT_MS - 1, CHAIN_KEPT_MS, CHAIN_KEPT_MS + 1):
        endpoint.now = NOW + later
        endpoint.keys.key(URL)
        fetches.append(len(endpoint.asked))

    assert fetches == [1, 1, 1, 2, 2]


@pytest.mark.parametrize("which", ["leaf", "intermediate"])
def test_a_chain_is_not_kept_beyond_its_first_expiry(amazon: Amazon, which: str) -> None:
    """Any certificate of the path that expires ends the trust, not the leaf's alone."""
    soon = TODAY + timedelta(minutes=10)
    intermediate = amazon.authority(
        "Intermediate", issuer="Root", key=amazon.intermediate_key, by=amazon.root_key, until=soon
    )
    chains = {
        "leaf": pem(amazon.leaf(until=soon), amazon.intermediate),
        "intermediate": pem(amazon.leaf(), intermediate),
    }

    assert prove(chains[which], amazon.roots, NOW).until == NOW + 10 * MINUTE


def test_a_key_is_fetched_anew_after_the_clock_went_back(endpoint: Endpoint) -> None:
    """Or a clock that was a year ahead at start would keep a chain for a year."""
    endpoint.now = NOW + HOUR
    endpoint.keys.key(URL)
    endpoint.now = NOW
    endpoint.keys.key(URL)

    assert endpoint.asked == [URL, URL]


def test_a_failure_is_kept_for_seconds_only(endpoint: Endpoint) -> None:
    endpoint.chains.clear()
    first = endpoint.broken(URL)
    endpoint.chains[URL] = endpoint.amazon.chain
    endpoint.now = NOW + FAILURE_KEPT_MS - 1
    second = endpoint.broken(URL)
    endpoint.now = NOW + FAILURE_KEPT_MS
    third = endpoint.broken(URL)

    assert (first, second, third) == (Rule.CERTIFICATE_FETCH, Rule.CERTIFICATE_FETCH, None)
    assert endpoint.asked == [URL, URL]


def test_a_bad_chain_is_not_fetched_at_every_request(endpoint: Endpoint) -> None:
    endpoint.chains[URL] = b"no chain"
    rules = [endpoint.broken(URL) for _ in range(10)]

    assert rules == [Rule.CERTIFICATE_FORMAT] * 10
    assert endpoint.asked == [URL]


def test_a_stream_of_urls_is_fetched_at_a_bounded_rate(endpoint: Endpoint) -> None:
    """Over any minute, whatever is asked; and the minute passes."""
    for number in range(300):
        endpoint.now = NOW + number * 1000
        endpoint.broken(f"{URL}{number}")

    assert len(endpoint.asked) == 5 * STRANGE_FETCHES_A_MINUTE


def test_a_known_chain_is_fetched_anew_among_strangers(endpoint: Endpoint) -> None:
    """A flood must not stop the skill that is in use."""
    endpoint.keys.key(URL)
    endpoint.now = NOW + CHAIN_KEPT_MS
    strangers = [endpoint.broken(f"{URL}{number}") for number in range(100)]

    assert strangers.count(Rule.CERTIFICATE_LIMIT) == 100 - STRANGE_FETCHES_A_MINUTE
    assert endpoint.broken(URL) is None


def test_a_known_chain_that_fails_is_asked_for_again(endpoint: Endpoint) -> None:
    endpoint.keys.key(URL)
    endpoint.now = NOW + CHAIN_KEPT_MS
    chain = endpoint.chains.pop(URL)
    failed = endpoint.broken(URL)
    endpoint.chains[URL] = chain
    endpoint.now += FAILURE_KEPT_MS

    assert failed == Rule.CERTIFICATE_FETCH
    assert endpoint.broken(URL) is None


def test_neither_keys_nor_failures_grow_without_bound(endpoint: Endpoint) -> None:
    for number in range(3 * MOST_KEPT):
        endpoint.now += MINUTE
        endpoint.chains[f"{URL}{number}"] = endpoint.amazon.chain
        assert endpoint.broken(f"{URL}{number}") is None
        assert endpoint.broken(f"{URL}-bad-{number}") == Rule.CERTIFICATE_FETCH

    assert len(endpoint.keys._proven) == MOST_KEPT  # noqa: SLF001 - nobody else can see it
    assert len(endpoint.keys._failed) == MOST_KEPT  # noqa: SLF001 - the same
    assert endpoint.keys._loading == {}  # noqa: SLF001 - the same


def test_threads_share_one_failure(endpoint: Endpoint) -> None:
    endpoint.chains.clear()
    together = Barrier(8)

    def visit(_: int) -> Rule | None:
        together.wait()
        return endpoint.broken(URL)

    with ThreadPoolExecutor(8) as threads:
        rules = list(threads.map(visit, range(8)))

    assert rules == [Rule.CERTIFICATE_FETCH] * 8
    assert endpoint.asked == [URL]


def test_a_fetch_that_hangs_does_not_hold_the_request(amazon: Amazon) -> None:
    """It goes on by itself: who asks when it is done has the key."""
    network = Event()
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        network.wait()
        return amazon.chain

    keys = SigningKeys(fetch, amazon.roots, lambda: NOW, wait_ms=1)
    with pytest.raises(Refused, match="certificate-fetch: none in 1 ms"):
        keys.key(URL)
    network.set()
    keys._pool.shutdown()  # noqa: SLF001 - waits for the fetch; by key() it would be a race

    assert keys.key(URL).key_size == 2048
    assert asked == [URL]


def test_a_slow_chain_does_not_hold_up_another(amazon: Amazon) -> None:
    network = Event()

    def fetch(url: str) -> bytes:
        if url != URL:
            network.wait()
        return amazon.chain

    keys = SigningKeys(fetch, amazon.roots, lambda: NOW)
    with ThreadPoolExecutor(1) as other:
        slow = other.submit(keys.key, f"{URL}-slow")
        quick = keys.key(URL)
        network.set()

    assert slow.result().public_numbers() == quick.public_numbers()
