"""The history in the DynamoDB table, which no turn reads.

A listener has one item for the sessions of each month, `listener#2026-11`, and one for the sums of
all months, `listener#sums`. So no item grows beyond the 400 kB that DynamoDB allows.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from skill.listener.history import Month
from skill.storage.dynamo_table import ConditionFailed, DynamoTable, Item, number, seconds
from skill.storage.months import (
    KEEP_MONTHS_MS,
    KEEP_SESSIONS_MS,
    month_of,
    months_of_sessions,
    summed,
    told,
)
from skill.storage.store import encode_entry, read_entries, sound_entries

EXPIRES: Final = "expires"
"""When a session, or an item, is no longer to be found, in seconds since 1970."""

SAVE: Final = "save"
"""A random number of the save that wrote the item."""

SESSIONS: Final = "sessions"
"""A month's list of entries, each with its own expiry: the item's is that of its last."""

OF_MONTH: Final = "of_{}"
"""The attribute of the sums of a month: their JSON, and how many entries they were made from."""

FIRST_YEAR: Final = 2026
"""Of the sessions that were kept by year, as they were before 2026-12."""


class DynamoHistory:
    """The histories in *table*. Every fault is a `StoreError`."""

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def append(self, listener: str, entry: str, now: int) -> None:
        """Append *entry*, which is JSON, and add up its month."""
        sums = self._table.get(_sums(listener))
        if not sums:
            self._take_over(listener, now)
        self._append(listener, month_of(now), [_entry(entry, now + KEEP_SESSIONS_MS)], now)
        self._add_up(listener, month_of(now), now, _over(sums, now))

    def read(self, listener: str, now: int) -> tuple[dict[str, Any], ...]:
        """Return the history as `Store.sessions` does."""
        rows = {month: self._logged(_of(listener, month), now) for month in months_of_sessions(now)}
        for year in _years(now):
            for row in self._logged(_of(listener, year), now):
                rows.setdefault(month_of(_logged_at(row)), []).append(row)
        kept = {
            month: read_entries(listener, (_text(row) for row in found))
            for month, found in rows.items()
        }
        sums = self._table.get(_sums(listener))
        current = [sums[name] for name in _months(sums) if name not in _over(sums, now)]
        found = sound_entries(each.get("M", {}).get("sums", {}).get("S") for each in current)
        return told((each for each in map(Month.read, found) if each), kept)

    def forget(self, listener: str, now: int) -> None:
        """Delete the history of *listener*."""
        for month in months_of_sessions(now):
            self._table.delete(_of(listener, month))
        for year in _years(now):
            self._table.delete(_of(listener, year))
        self._table.delete(_sums(listener))

    def _append(self, listener: str, month: str, rows: list[Item], now: int) -> None:
        """Append *rows* to the sessions of *month*, once."""
        this_save = {"S": secrets.token_hex(8)}
        # Where it fails, the first attempt was written, and only its answer was lost on the way.
        with suppress(ConditionFailed):
            self._table.update(
                _of(listener, month),
                update=(
                    "SET #sessions = list_append(if_not_exists(#sessions, :none), :rows),"
                    " #expires = :expires, #save = :save"
                ),
                condition="attribute_not_exists(#save) OR #save <> :save",
                values={
                    ":none": {"L": []},
                    ":rows": {"L": rows},
                    ":expires": seconds(now + KEEP_SESSIONS_MS),
                    ":save": this_save,
                },
                attributes=(SESSIONS, EXPIRES, SAVE),
            )

    def _add_up(self, listener: str, month: str, now: int, over: tuple[str, ...] = ()) -> None:
        """Write the sums of *month*, unless another has done so with more entries.

        The attributes *over* are removed.
        """
        rows = self._logged(_of(listener, month), now)
        sums = summed(month, sound_entries(_text(row) for row in rows))
        if not sums.sessions:
            return
        name = _attribute(month)
        made_from = {"N": str(len(rows))}
        entry = {"M": {"sums": {"S": encode_entry(sums.entry())}, "entries": made_from}}
        remove = f" REMOVE {', '.join(f'#{each}' for each in over)}" if over else ""
        with suppress(ConditionFailed):
            self._table.update(
                _sums(listener),
                update=f"SET #{name} = :sums, #expires = :expires{remove}",
                condition=f"attribute_not_exists(#{name}) OR #{name}.#entries <= :entries",
                values={
                    ":sums": entry,
                    ":entries": made_from,
                    ":expires": seconds(now + KEEP_MONTHS_MS),
                },
                attributes=(name, EXPIRES, "entries", *over),
            )

    def _take_over(self, listener: str, now: int) -> None:
        """Move the sessions that were kept by year to their months."""
        for year in _years(now):
            months: dict[str, list[Item]] = {}
            for row in self._logged(_of(listener, year), now):
                at = _logged_at(row)
                moved = _entry(_text(row) or "", at + KEEP_SESSIONS_MS)
                months.setdefault(month_of(at), []).append(moved)
            for month, rows in months.items():
                self._append(listener, month, rows, now)
                self._add_up(listener, month, now)
            if months:
                self._table.delete(_of(listener, year))

    def _logged(self, key: str, now: int) -> list[Item]:
        """Return the sessions in the item *key*, but for those whose time is over."""
        rows = (row.get("M", {}) for row in self._table.get(key).get(SESSIONS, {}).get("L", ()))
        return [row for row in rows if (number(row, EXPIRES) or 0) * 1000 > now]


def _of(listener: str, period: str) -> str:
    return f"{listener}#{period}"


def _sums(listener: str) -> str:
    return f"{listener}#sums"


def _attribute(month: str) -> str:
    return OF_MONTH.format(month.replace("-", "_"))


def _months(sums: Item) -> Iterator[str]:
    """Give the attributes with the sums of a month, in the item that *sums* is."""
    return (name for name in sums if re.fullmatch(OF_MONTH.format("[0-9]{4}_[0-9]{2}"), name))


def _over(sums: Item, now: int) -> tuple[str, ...]:
    """Give those of months that have been kept long enough."""
    first = _attribute(month_of(max(now - KEEP_MONTHS_MS, 0)))
    return tuple(name for name in _months(sums) if name < first)


def _years(now: int) -> Iterator[str]:
    """Give the years whose sessions may be kept as they were before 2026-12."""
    return map(str, range(FIRST_YEAR, max(int(month_of(now)[:4]), FIRST_YEAR) + 1))


def _entry(text: str, expires: int) -> Item:
    return {"M": {"entry": {"S": text}, EXPIRES: seconds(expires)}}


def _text(row: Item) -> str | None:
    text: str | None = row.get("entry", {}).get("S")
    return text


def _logged_at(row: Item) -> int:
    """Tell when a session kept by year was logged, in ms since 1970."""
    return max((number(row, EXPIRES) or 0) * 1000 - KEEP_MONTHS_MS, 0)
