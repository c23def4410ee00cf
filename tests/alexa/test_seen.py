import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from certificate_authority import NOW
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.alexa.seen import SeenRequests

PATIENCE_S = 60
"""The most that a test waits for another process."""

FORK = get_context("fork")  # as the server's processes part

# From 3.12 on Python warns where a process with threads forks: those of other tests are idle.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def elsewhere(act: Callable[[], object]) -> int | None:
    """Do *act* in a process of its own; give its exit code."""
    process = FORK.Process(target=act, daemon=True)
    process.start()
    process.join(PATIENCE_S)
    return process.exitcode


def test_a_request_id_is_remembered_until_its_timestamp_expires() -> None:
    seen = SeenRequests()

    assert seen.add("a", expires=NOW + 10, now=NOW)
    assert not seen.add("a", expires=NOW + 10, now=NOW + 10)
    assert seen.add("a", expires=NOW + 10, now=NOW + 11)


def test_the_request_ids_that_expire_soonest_make_room() -> None:
    seen = SeenRequests(buckets=1, slots=2)

    assert seen.add("soon", expires=NOW + 1, now=NOW)
    assert seen.add("late", expires=NOW + 3, now=NOW)
    assert seen.add("later", expires=NOW + 4, now=NOW)
    assert not seen.add("late", expires=NOW + 3, now=NOW)
    assert seen.add("soon", expires=NOW + 1, now=NOW)
    assert not seen.add("late", expires=NOW + 3, now=NOW)


@settings(deadline=None)
@given(
    requests=st.lists(st.tuples(st.text(max_size=2), st.integers(0, 9), st.integers(0, 3))),
    slots=st.integers(1, 8),
)
def test_a_full_bucket_keeps_those_that_expire_last(
    requests: list[tuple[str, int, int]], slots: int
) -> None:
    """Held against the plainest memory there is: all of them, sorted."""
    seen, now = SeenRequests(buckets=1, slots=slots), NOW
    known: dict[str, int] = {}
    for number, (name, lasts, later) in enumerate(requests):
        now += 1000 * later
        known = {each: until for each, until in known.items() if until >= now}
        expires = now + 1000 * lasts + number  # no two alike: nobody promises which would go

        assert seen.add(name, expires, now) == (name not in known)

        known.setdefault(name, expires)
        known = dict(sorted(known.items(), key=lambda item: item[1])[-slots:])


def test_what_one_process_has_seen_all_have() -> None:
    """A request that is sent again may reach another worker."""
    seen = SeenRequests()

    def once() -> None:
        assert seen.add("a", NOW + 10, NOW)

    assert elsewhere(once) == 0
    assert elsewhere(once) == 1
    assert not seen.add("a", NOW + 10, NOW)


def test_of_many_processes_and_threads_at_once_one_is_the_first() -> None:
    """For each request ID; the table is small, so that they meet."""
    seen = SeenRequests(buckets=2, slots=256)
    together, firsts = FORK.Barrier(4), FORK.SimpleQueue()

    def visit(_: int) -> int:
        return sum(seen.add(str(number), NOW + 10, NOW) for number in range(200))

    def worker() -> None:
        sys.setswitchinterval(1e-6)
        together.wait(PATIENCE_S)
        with ThreadPoolExecutor(4) as threads:
            firsts.put(sum(threads.map(visit, range(4))))

    workers = [FORK.Process(target=worker, daemon=True) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(PATIENCE_S)
        assert each.exitcode == 0

    assert sum(firsts.get() for _ in workers) == 200


def test_a_process_that_is_killed_at_the_table_does_not_keep_the_others_out() -> None:
    seen = SeenRequests()

    class Fatal(int):
        """An expiry that ends the process where it is compared, with the table locked."""

        def __ge__(self, _: int) -> bool:
            os.kill(os.getpid(), signal.SIGKILL)
            return False

    def killed() -> None:
        seen.add("a", Fatal(NOW), NOW)

    def next_one() -> None:
        assert seen.add("a", NOW + 10, NOW)

    assert elsewhere(killed) == -signal.SIGKILL
    assert elsewhere(next_one) == 0
