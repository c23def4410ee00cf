"""A share of the fetches: how many run at a time and start in a minute, and what failed lately."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from skill.alexa.certificates import Proven
from skill.alexa.refusal import Refused, Rule

FAILURE_KEPT_MS: Final = 5 * 1000
"""Ours: a broken URL is not fetched at every request, nor kept for long."""

MOST_FAILURES: Final = 64
"""Ours: failures that one lane keeps; more than there are URLs with a name like Amazon's."""

A_MINUTE_MS: Final = 60 * 1000


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
    gone: bool
    """The host itself said so: it has no chain at this URL, or one that proves nothing."""
    since: int
    """From when the failure counts, in clock ms."""

    def counts(self, now: int) -> bool:
        """Tell whether it still counts at *now* (clock ms)."""
        return self.since <= now < self.since + FAILURE_KEPT_MS


class FetchLane:
    """Fetches of one kind of URL: *at_once* at a time, *in_a_minute* started (None: any number).

    Its owner locks it.
    """

    def __init__(self, name: str, at_once: int, in_a_minute: int | None) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._in_a_minute = in_a_minute
        self._started: deque[int] = deque()
        self._failures: dict[str, Failed] = {}

    def start(self, load: Callable[[str], Proven | Failed], url: str) -> Future[Proven | Failed]:
        """Have *load* called with *url* as soon as a thread is free."""
        return self._threads.submit(load, url)

    def count(self, now: int) -> None:
        """Count a fetch that starts at *now* (clock ms); raise `Refused` if it is one too many."""
        if self._in_a_minute is None:
            return
        while self._started and not now - A_MINUTE_MS < self._started[0] <= now:
            self._started.popleft()
        if len(self._started) >= self._in_a_minute:
            raise Refused(Rule.CERTIFICATE_LIMIT, "too many unknown chains in a minute")
        self._started.append(now)

    def failure(self, url: str, now: int) -> Failed | None:
        """Give the failure of *url* that counts at *now* (clock ms), if there is one."""
        failed = self._failures.get(url)
        return failed if failed is not None and failed.counts(now) else None

    def note(self, url: str, failed: Failed) -> None:
        """Keep why *url* failed; the oldest failure goes where there are too many."""
        self._failures.pop(url, None)
        self._failures[url] = failed
        if len(self._failures) > MOST_FAILURES:
            del self._failures[next(iter(self._failures))]
