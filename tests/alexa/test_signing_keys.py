"""How keys are fetched, kept, renewed and shared, and what bounds that."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest
from certificate_authority import HOUR, MINUTE, NOW, TODAY, URL, Amazon, pem
from limits import LONG_MS
from running import wait_until

from skill.alexa.certificates import prove
from skill.alexa.chain_fetch import NoSuchChain
from skill.alexa.chain_file import MOST_CHAINS, ChainFile
from skill.alexa.fetch_lane import FAILURE_KEPT_MS, MOST_FAILURES
from skill.alexa.kept_keys import RENEW_MS
from skill.alexa.refusal import Refused, Rule
from skill.alexa.signing_keys import OTHER_FETCHES_A_MINUTE, SigningKeys

DAY = 24 * HOUR


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


def numbered(number: int) -> str:
    """Give a URL with a name like Amazon's."""
    return URL.replace("cert", f"cert-{number}")


@dataclass
class Endpoint:
    """Signing keys with a clock to set and a fetch to see: what each URL gives, and was asked."""

    amazon: Amazon
    now: int = NOW
    chains: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    file: ChainFile | None = None

    def __post_init__(self) -> None:
        self.keys = self.worker()

    def worker(self) -> SigningKeys:
        """Start another process with the same file."""
        return SigningKeys(self.fetch, self.amazon.roots, lambda: self.now, self.file, LONG_MS)

    def renew(self) -> None:
        """Renew what is due, and wait until it is."""
        self.keys.renew()
        wait_until(lambda: not self.keys._loading)  # noqa: SLF001 - nobody else can see it

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


def test_a_chain_is_fetched_anew_before_its_hour_is_over_and_nobody_waits(
    endpoint: Endpoint,
) -> None:
    fetches = []
    for later in (0, 1, RENEW_MS - 1, RENEW_MS, RENEW_MS + 1, 2 * RENEW_MS):
        endpoint.now = NOW + later
        endpoint.keys.key(URL)
        endpoint.renew()
        fetches.append(len(endpoint.asked))

    assert fetches == [1, 1, 1, 2, 2, 3]
    assert RENEW_MS + MINUTE < HOUR


def test_a_proven_key_serves_until_its_certificates_end_while_the_host_is_down(
    endpoint: Endpoint,
) -> None:
    endpoint.keys.key(URL)
    endpoint.chains.clear()
    rules = []
    for days in (1, 29, 30):
        endpoint.now = NOW + days * DAY
        endpoint.renew()
        rules.append(endpoint.broken(URL))

    assert rules == [None, None, Rule.CERTIFICATE_FETCH]


@pytest.mark.parametrize("how", ["no chain there any more", "another, which proves nothing"])
def test_a_key_whose_chain_amazon_has_withdrawn_goes_with_the_next_renewal(
    amazon: Amazon, tmp_path: Path, how: str
) -> None:
    chain = [amazon.chain]

    def fetch(_: str) -> bytes:
        if not chain:
            raise NoSuchChain("answered 403")
        return chain[0]

    now = [NOW]
    file = ChainFile(tmp_path / "chains.json")
    keys = SigningKeys(fetch, amazon.roots, lambda: now[0], file, LONG_MS)
    keys.key(URL)
    chain[:] = [b"nothing"] if how.startswith("another") else []
    now[0] += RENEW_MS
    keys.renew()

    wait_until(lambda: not keys._loading)  # noqa: SLF001 - nobody else can see it
    with pytest.raises(Refused):
        keys.key(URL)
    assert file.read() == {}


def test_a_clock_that_went_back_costs_no_fetch_before_the_answer(endpoint: Endpoint) -> None:
    """The chain is proven by the new time, and is due; a year ahead would keep it for a year."""
    endpoint.now = NOW + HOUR
    endpoint.keys.key(URL)
    endpoint.chains.clear()
    endpoint.now = NOW

    assert endpoint.broken(URL) is None
    assert endpoint.asked == [URL]
    endpoint.renew()
    assert endpoint.asked == [URL, URL]


# What outlives the process


@pytest.fixture
def kept(amazon: Amazon, tmp_path: Path) -> Endpoint:
    return Endpoint(
        amazon, chains={URL: amazon.chain}, file=ChainFile(tmp_path / "home" / "chains.json")
    )


def test_a_proven_chain_outlives_the_process(kept: Endpoint, tmp_path: Path) -> None:
    kept.keys.key(URL)
    kept.chains.clear()
    kept.now += 29 * DAY

    assert kept.worker().kept(URL).key_size == 2048
    assert kept.asked == [URL]
    assert (tmp_path / "home" / "chains.json").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in (tmp_path / "home").iterdir()] == ["chains.json"]


def test_what_one_process_has_proven_no_other_fetches(kept: Endpoint) -> None:
    """Neither the first time nor when it is due."""
    other = kept.worker()
    kept.keys.key(URL)
    other.key(URL)
    kept.now += RENEW_MS
    kept.renew()
    other.renew()
    wait_until(lambda: not other._loading)  # noqa: SLF001 - nobody else can see it

    assert kept.asked == [URL, URL]


def test_a_chain_from_the_file_is_trusted_no_more_than_one_from_the_wire(
    kept: Endpoint,
) -> None:
    kept.keys.key(URL)
    stranger = Amazon()
    kept.chains.clear()
    forged = SigningKeys(kept.fetch, stranger.roots, lambda: kept.now, kept.file, LONG_MS)

    with pytest.raises(Refused):
        forged.key(URL)
    kept.now += 31 * DAY
    with pytest.raises(Refused):
        kept.worker().kept(URL)


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


def test_invented_urls_are_fetched_at_a_bounded_rate(endpoint: Endpoint) -> None:
    """Over any minute, whatever is asked; and the minute passes."""
    for number in range(300):
        endpoint.now = NOW + number * 1000
        endpoint.broken(f"{URL}{number}")

    assert len(endpoint.asked) == 5 * OTHER_FETCHES_A_MINUTE


def test_invented_urls_use_up_nothing_of_names_like_amazons(endpoint: Endpoint) -> None:
    """Right after a start: the first request of Alexa's comes after a hundred of strangers."""
    strangers = [endpoint.broken(f"{URL}{number}") for number in range(100)]

    assert strangers.count(Rule.CERTIFICATE_LIMIT) == 100 - OTHER_FETCHES_A_MINUTE
    assert endpoint.broken(URL) is None


def test_names_like_amazons_hold_up_none_of_each_other(amazon: Amazon) -> None:
    """All 51 but one hang, and strangers hold both threads for other names."""
    network = Event()
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        if url != URL:
            network.wait()
        return amazon.chain

    keys = SigningKeys(fetch, amazon.roots, lambda: NOW, wait_ms=LONG_MS)
    slow = [*map(numbered, range(50)), f"{URL}-a", f"{URL}-b"]
    with ThreadPoolExecutor(2 * len(slow)) as others:
        waiting = [others.submit(keys.key, url) for url in slow * 2]
        wait_until(lambda: len(asked) == len(slow))
        quick = keys.key(URL)
        while_they_hang = sorted(asked)
        network.set()
        assert {each.result().key_size for each in waiting} == {2048}

    assert quick.key_size == 2048
    assert while_they_hang == sorted([*slow, URL]), "one fetch for each URL"


def test_a_known_chain_that_expired_is_asked_for_again_when_it_fails(endpoint: Endpoint) -> None:
    endpoint.keys.key(URL)
    chain = pem(
        endpoint.amazon.leaf(until=TODAY + timedelta(days=90)), endpoint.amazon.intermediate
    )
    endpoint.chains.clear()
    endpoint.now = NOW + 31 * DAY
    failed = endpoint.broken(URL)
    endpoint.chains[URL] = chain
    endpoint.now += FAILURE_KEPT_MS

    assert failed == Rule.CERTIFICATE_FETCH
    assert endpoint.broken(URL) is None


def test_neither_keys_nor_failures_nor_the_file_grow_without_bound(kept: Endpoint) -> None:
    for number in range(3 * MOST_FAILURES):
        kept.now += MINUTE
        kept.chains[f"{URL}{number}"] = kept.amazon.chain
        assert kept.broken(f"{URL}{number}") is None
        assert kept.broken(f"{URL}-bad-{number}") == Rule.CERTIFICATE_FETCH

    keys = kept.keys
    assert kept.file
    assert len(kept.file.read()) == MOST_CHAINS
    assert len(keys._kept.urls()) == MOST_CHAINS  # noqa: SLF001 - nobody else can see it
    assert len(keys._others._failures) == MOST_FAILURES  # noqa: SLF001 - the same
    assert keys._loading == {}  # noqa: SLF001 - the same


def test_tasks_that_wait_for_a_chain_hold_no_thread_and_share_one_fetch(amazon: Amazon) -> None:
    network = Event()
    asked: list[str] = []
    before = set(threading.enumerate())

    def fetch(url: str) -> bytes:
        asked.append(url)
        network.wait()
        return amazon.chain

    keys = SigningKeys(fetch, amazon.roots, lambda: NOW, wait_ms=LONG_MS)

    async def storm() -> int:
        waiting = [asyncio.create_task(keys.arrive(URL)) for _ in range(500)]
        await asyncio.sleep(0)  # each goes as far as it can
        held = len(set(threading.enumerate()) - before)
        network.set()
        await asyncio.gather(*waiting)
        return held

    assert asyncio.run(storm()) == 1
    assert asked == [URL]
    assert keys.kept(URL).key_size == 2048


@pytest.mark.parametrize("given", ["", "https://example.com/echo.api/x.pem", URL + "?x"])
def test_what_is_no_chain_url_is_not_waited_for(endpoint: Endpoint, given: str) -> None:
    asyncio.run(endpoint.keys.arrive(given))

    assert endpoint.asked == []


def test_a_chain_that_does_not_arrive_is_refused_and_one_that_hangs_too(amazon: Amazon) -> None:
    network = Event()

    def fetch(url: str) -> bytes:
        if url == URL:
            network.wait()
        raise OSError

    keys = SigningKeys(fetch, amazon.roots, lambda: NOW, wait_ms=LONG_MS)
    with pytest.raises(Refused, match="certificate-fetch: OSError"):
        asyncio.run(keys.arrive(numbered(1)))
    keys = SigningKeys(fetch, amazon.roots, lambda: NOW, wait_ms=1000)
    with pytest.raises(Refused, match="certificate-fetch: none in 1000 ms"):
        asyncio.run(keys.arrive(URL))
    network.set()


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
    wait_until(lambda: not keys._loading)  # noqa: SLF001 - nobody else can see it

    assert keys.key(URL).key_size == 2048
    assert asked == [URL]
