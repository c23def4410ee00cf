"""A line in the log for each request; of a storm of refusals, only their number.

What a stranger sends is refused by the thousand a second. So of each kind of refusal `MOST_LISTED`
are listed in a minute, for the person who sets the skill up to see; the rest are counted, and one
line tells the counts when the minute is over.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping
from typing import Final

LOG = logging.getLogger(__name__)

MOST_CHARACTERS: Final = 200
"""In a log line, of anything that a stranger chose."""

MOST_LISTED: Final = 20
"""Lines a minute for each kind of refusal: a choice."""

A_MINUTE_S: Final = 60.0

FIRST_REFUSAL: Final = 400
"""The lowest status of a request that is refused or fails."""


class RequestLog:
    """The requests of one process, noted from its event loop."""

    def __init__(self, most_listed: int = MOST_LISTED, minute_s: float = A_MINUTE_S) -> None:
        self._most_listed = most_listed
        self._minute_s = minute_s
        self._seen: Counter[str] = Counter()

    def note(self, path: str, status: int, began: int, refused: Mapping[str, str]) -> None:
        """Note a request for *path* that *began* at such a time (performance counter, ns).

        *refused* has the rule that it broke and how, where it broke one.
        """
        if status >= FIRST_REFUSAL and not self._is_listed(refused.get("rule", str(status))):
            return
        took = (time.perf_counter_ns() - began) // 1000
        more = {name: text[:MOST_CHARACTERS] for name, text in refused.items()}
        fields = {"path": path[:MOST_CHARACTERS], "status": status, "us": took, **more}
        LOG.info("request", extra={"fields": fields})

    def _is_listed(self, kind: str) -> bool:
        if not self._seen:
            asyncio.get_running_loop().call_later(self._minute_s, self._summarise)
        self._seen[kind] += 1
        return self._seen[kind] <= self._most_listed

    def _summarise(self) -> None:
        """Tell how many were not listed, and begin a new minute."""
        most = self._most_listed
        counts = {kind: seen - most for kind, seen in self._seen.items() if seen > most}
        self._seen.clear()
        if counts:
            LOG.warning(
                "refused requests that are not listed", extra={"fields": {"refused": counts}}
            )
