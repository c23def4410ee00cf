"""What is kept of a listener between visits: the protocol of a store, its errors and its rows.

A session ends often and early, so the place is kept at every turn. The listener waits for that:
a store answers within about two seconds, or gives up with a `StoreError`, and the visit goes on
from the session attributes.
"""

import json
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple, NoReturn, Protocol

KEEP_MS: Final = 400 * 24 * 60 * 60 * 1000
"""How long a row is kept after its last save: 400 days, a year's break and a little more."""

MOST_STATE_BYTES: Final = 24_000
"""The longest state, in bytes of JSON. It travels in the session attributes too, and Amazon's older
text allows 24 kB for a whole response."""

PASSING: Final = "unwell"
"""The field of a state that is deleted `PASSING_MS` after the last save."""

PASSING_MS: Final = 24 * 60 * 60 * 1000
"""A day: then a new routine begins, and the question whether all is well again is not asked."""

MOST_ENTRY_BYTES: Final = 1000
"""The longest entry of the history, in bytes of JSON; a usual one has about 200. A month's entries,
ten a day, fit into the 400 kB of an item in DynamoDB (its developer guide)."""

MOST_VERSION: Final = 2**53 - 1
"""The highest version: the largest whole number that all readers of JSON agree on (RFC 8259, 6)."""

SAVES: Final = 2**24
"""A version is a row's mark times `SAVES`, plus the number of times that the row was saved.

The mark is drawn when the row is made. So the versions of two rows of one listener differ, and what
builds on a row that was forgotten never replaces a newer one. Rows made before 2026-12 have the
mark 0."""

JSON: Final = json.JSONEncoder(allow_nan=False, separators=(",", ":"))

LOG = logging.getLogger(__name__)

ToJson = Callable[[Mapping[str, Any]], str]
"""Writes JSON in ASCII, as `plain_json` does."""

Now = Callable[[], int]
"""The time now, in milliseconds since 1970 (UTC)."""


class StoreError(Exception):
    """Nothing could be read or kept; one line says why, without a word of what was to be kept."""


class VersionConflict(StoreError):  # noqa: N818 - a turn that loses a race made no error
    """Another turn of this listener was kept first: load again, and decide on what is there now."""


class KeyFaultError(StoreError):
    """The secret in use is not the one that the stored listeners are hashed with."""


class BadRow(Exception):  # noqa: N818 - what was found is bad, not what was done
    """A row that no store of this skill wrote; the message says why, without its content."""


class Kept(NamedTuple):
    """What `Store.load` finds."""

    state: dict[str, Any]
    """The listener's state, a JSON object."""
    version: int
    """Its version: one more with every save; `SAVES` says where it begins."""


class Store(Protocol):
    """Where states are kept, each under a listener's key (see `skill.storage.listener_key`).

    Every method is safe to call from several threads, and every fault is a `StoreError`. Several
    processes may share what is kept, except in memory.
    """

    def load(self, listener: str) -> Kept | None:
        """Return what is kept, or None where nothing is, or nothing that has not expired.

        A row that holds no JSON object is set aside, with a warning in the log.
        """

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """Keep *state* and return its version, one more than *version*.

        *version* is that of the `Kept` which *state* builds on, 0 where there was none. Unless it
        is still the one kept, nothing changes and `VersionConflict` is raised.
        """

    def set_aside(self, listener: str, why: str) -> None:
        """Put the row, if there is one, where a person can look at it and `load` does not.

        *why* is kept and logged with it, so it should repeat nothing of the state.
        """

    def log(self, listener: str, entry: Mapping[str, Any], version: int = 0) -> None:
        """Append *entry*, a session that was led, to the history, and to the sums of this month.

        It is kept for `months.KEEP_SESSIONS_MS`, and the sums for `months.KEEP_MONTHS_MS`.
        *version* is that of the `Kept` which led to it, 0 where there was none. Where that row is
        gone, or another has its place, nothing is kept and `VersionConflict` is raised.
        """

    def sessions(self, listener: str) -> tuple[dict[str, Any], ...]:
        """Return the history, oldest first: sums by month, then the sessions kept one by one.

        It may take its time, so no turn should ask for it.
        An entry that is no JSON object is left out, with a warning in the log.
        """

    def forget(self, listener: str) -> None:
        """Delete all that is kept of this listener: history and rows set aside included."""

    def tidy(self) -> None:
        """Delete what has been kept long enough, unless the store's own service does that."""

    def check(self) -> None:
        """Raise `StoreError` unless the store can be used now."""

    def close(self) -> None:
        """Let go of files and connections, once no turn is being answered."""


def plain_json(found: Mapping[str, Any]) -> str:
    """Write *found* as JSON in ASCII; raises `TypeError` or `ValueError` where it is no JSON."""
    return JSON.encode(dict(found))


def encode(state: Mapping[str, Any], to_json: ToJson = plain_json) -> str:
    """Return *state* as JSON in ASCII; raise `StoreError` where it is no JSON, or too long."""
    return _written(state, "state", MOST_STATE_BYTES, to_json)


def encode_entry(entry: Mapping[str, Any]) -> str:
    """Return *entry* of the history as `encode` does a state."""
    return _written(entry, "session", MOST_ENTRY_BYTES, plain_json)


def _written(found: Mapping[str, Any], what: str, most: int, to_json: ToJson) -> str:
    try:
        text = to_json(found)
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"the {what} to keep cannot be written as JSON") from error
    if len(text) > most:
        raise StoreError(f"the {what} to keep has {len(text)} bytes, over {most}")
    return text


def read_entries(listener: str, found: Iterable[object]) -> tuple[dict[str, Any], ...]:
    """Return the entries that a store *found* as text or UTF-8 bytes, without the spoilt ones.

    Those are named in the log.
    """
    entries = []
    for each in found:
        try:
            entries.append(_decode(each, "entry", MOST_ENTRY_BYTES))
        except BadRow as bad:
            LOG.warning("a session of listener %.8s is left out: %s", listener, bad)
    return tuple(entries)


def sound_entries(found: Iterable[object]) -> tuple[dict[str, Any], ...]:
    """Return the same for sums, without a word of the spoilt ones: `read_entries` names them."""
    entries = []
    for each in found:
        with suppress(BadRow):
            entries.append(_decode(each, "entry", MOST_ENTRY_BYTES))
    return tuple(entries)


def next_version(version: int) -> int:
    """Return the version that a save on *version* makes.

    Raises `VersionConflict` for a number that no save returns, as that version is never kept.
    """
    if not 0 <= version < MOST_VERSION:
        raise VersionConflict("the state to keep builds on a version that never was")
    return version + 1 if version else new_mark() * SAVES + 1


def new_mark() -> int:
    """Draw the mark of a new row; one is drawn again in 2**29 rows of the same listener."""
    return 1 + secrets.randbelow(MOST_VERSION // SAVES)


def is_same_row(version: int, other: int) -> bool:
    """Tell whether both are versions of one row, and not of one before and one after forgetting."""
    return version // SAVES == other // SAVES


class Row(NamedTuple):
    """What a store holds under a listener's key: any value, until `read` has checked it."""

    state: object
    """A JSON object, as text or UTF-8 bytes."""
    version: object
    """A whole number from 1 to `MOST_VERSION`."""
    expires: object
    """When it is no longer to be found, in milliseconds since 1970."""

    def expired(self, now: int) -> bool:
        """Tell whether the row is one of ours whose time is over."""
        return type(self.expires) is int and self.expires <= now

    def read(self, now: int) -> Kept | None:
        """Return what the row keeps, None where it has expired; raise `BadRow` for any other."""
        if self.expired(now):
            return None
        if type(self.expires) is not int:
            raise BadRow("its expiry is not a whole number")
        if type(self.version) is not int or not 1 <= self.version <= MOST_VERSION:
            raise BadRow("its version is not a whole number above 0")
        return Kept(_decode(self.state, "state", MOST_STATE_BYTES), self.version)


def _decode(found: object, what: str, most: int) -> dict[str, Any]:
    """Return the JSON object that *found* should be; raise `BadRow` where it is not."""
    if not isinstance(found, str | bytes):
        raise BadRow(f"its {what} is not text")
    if len(found) > most:
        raise BadRow(f"its {what} is too long")
    try:
        decoded = json.loads(found, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"its {what} is not JSON") from error
    if not isinstance(decoded, dict):
        raise BadRow(f"its {what} is not a JSON object")
    return decoded


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's reader would let through."""
    raise ValueError(constant)


def warn_set_aside(listener: str, why: str) -> None:
    """Log that a row was set aside, with enough of the key to find it by."""
    LOG.warning("what was kept of listener %.8s is set aside: %s", listener, why)
