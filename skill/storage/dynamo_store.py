"""What is kept between visits, in one DynamoDB table: for a skill on Lambda.

Each listener has one item for the state, and those of the history. The attribute `expires`, in
seconds since 1970, is the table's TTL attribute; DynamoDB may delete an item days after that, so
the store checks it too. `PASSING` goes earlier, by an index of the items that have it: the template
has Lambda call `DynamoStore.tidy` each day.
"""

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from skill.storage.dynamo_history import DynamoHistory
from skill.storage.dynamo_table import (
    EXPIRES,
    IN_INDEX,
    INDEX,
    ConditionFailed,
    DynamoTable,
    Item,
    number,
    seconds,
)
from skill.storage.store import (
    KEEP_MS,
    PASSING,
    PASSING_MS,
    BadRow,
    Kept,
    Now,
    Row,
    VersionConflict,
    encode,
    encode_entry,
    is_same_row,
    next_version,
    warn_set_aside,
)

STATE: Final = "state"
"""The listener's state, as JSON."""

VERSION: Final = "version"
"""Its version: one more with every save."""

SAVE: Final = "save"
"""A random number of the save that wrote the item."""

ASIDE: Final = "aside"
"""A list of the rows that were set aside. They are in the same item, so that one write moves a row,
and one forgets all. They expire with the item, so not while the listener keeps coming back."""


class DynamoStore:
    """A `Store` in the table called *table*; see `DynamoTable` for what that needs.

    The first use builds botocore's client, which takes a few tenths of a second: Lambda should call
    `check` while it starts, so that no listener waits for that.
    """

    def __init__(self, table: str, clock: Now) -> None:
        self._table = DynamoTable(table)
        self._history = DynamoHistory(self._table)
        self._clock = clock

    def load(self, listener: str) -> Kept | None:
        """See `Store.load`."""
        item = self._item(listener)
        try:
            return _row(item).read(self._clock()) if item else None
        except BadRow as bad:
            self._move(listener, item, str(bad))
        return None

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """See `Store.save`."""
        now, after = self._clock(), next_version(version)
        this_save = {"S": secrets.token_hex(8)}
        values = {
            ":state": {"S": encode(state)},
            ":after": {"N": str(after)},
            ":expires": seconds(now + KEEP_MS),
            ":save": this_save,
            ":now": seconds(now),
        }
        if version:
            condition = "#version = :version AND #expires > :now"
            values[":version"] = {"N": str(version)}
        else:
            condition = (
                "(attribute_not_exists(#state) AND attribute_not_exists(#version))"
                " OR #expires <= :now"
            )
        update = "SET #state = :state, #version = :after, #expires = :expires, #save = :save"
        if PASSING in state:
            update += ", #passing = :passing"
            values[":passing"] = IN_INDEX
        else:
            update += " REMOVE #passing"
        try:
            self._table.update(
                listener,
                update=update,
                condition=condition,
                values=values,
                attributes=(STATE, VERSION, EXPIRES, SAVE, INDEX),
            )
        except ConditionFailed as failed:
            # botocore tries twice: the first attempt may be written, and only its answer lost.
            if failed.item.get(SAVE) != this_save:
                raise VersionConflict("another turn was kept first") from failed
        return after

    def set_aside(self, listener: str, why: str) -> None:
        """See `Store.set_aside`."""
        item = self._item(listener)
        if item and not _row(item).expired(self._clock()):
            self._move(listener, item, why)

    def log(self, listener: str, entry: Mapping[str, Any], version: int = 0) -> None:
        """See `Store.log`; the row is looked for before and after.

        `forget` deletes the row first. So an entry is deleted by `forget`, or here.
        """
        text = encode_entry(entry)
        self._not_forgotten(listener, version)
        now = self._clock()
        self._history.append(listener, text, now)
        try:
            self._not_forgotten(listener, version)
        except VersionConflict:
            self._history.forget(listener, now)
            raise

    def sessions(self, listener: str) -> tuple[dict[str, Any], ...]:
        """See `Store.sessions`; one request for each month and year that could be kept."""
        return self._history.read(listener, self._clock())

    def forget(self, listener: str) -> None:
        """See `Store.forget`; the row goes first, see `log`."""
        self._table.delete(listener)
        self._history.forget(listener, self._clock())

    def tidy(self) -> None:
        """See `Store.tidy`; all but `PASSING` is left to the table's time to live."""
        saved_before = self._clock() - PASSING_MS + KEEP_MS
        for listener in self._table.passing(saved_before):
            self._forget_passing(listener)

    def prepare(self) -> None:
        """Do what the first use would wait for, without the table; raises `StoreError`."""
        self._table.prepare()

    def check(self) -> None:
        """See `Store.check`: an item could be looked for."""
        self._table.get("nobody")

    def close(self) -> None:
        """See `Store.close`; a later call connects anew."""
        self._table.close()

    def _item(self, listener: str) -> Item:
        """Return the item, or an empty one where there is none, or only what was set aside."""
        item = self._table.get(listener)
        return item if STATE in item or VERSION in item else {}

    def _forget_passing(self, listener: str) -> None:
        item = self._table.get(listener)
        if EXPIRES not in item:
            return
        left = {name: _without_passing(item[name]) for name in (STATE, ASIDE) if name in item}
        changes = ", ".join(f"#{name} = :{name}" for name in left)
        with suppress(ConditionFailed):  # a turn came first: its save says what the state is now
            self._table.update(
                listener,
                update=f"{changes and 'SET '}{changes} REMOVE #passing",
                condition="#expires = :expires",
                values={
                    **{f":{name}": value for name, value in left.items()},
                    ":expires": item[EXPIRES],
                },
                attributes=(*left, EXPIRES, INDEX),
            )

    def _not_forgotten(self, listener: str, version: int) -> None:
        """Raise `VersionConflict` where the row of that *version* is gone; 0 was never a row's."""
        if version:
            found = number(self._table.get(listener), VERSION)
            if found is None or not is_same_row(version, found):
                raise VersionConflict("the listener was forgotten meanwhile")

    def _move(self, listener: str, item: Item, why: str) -> None:
        """Set *item* aside, unless another turn has changed it since it was read."""
        now = self._clock()
        seen = {f":{name}": item[name] for name in (STATE, VERSION) if name in item}
        unchanged = [
            f"#{name} = :{name}" if name in item else f"attribute_not_exists(#{name})"
            for name in (STATE, VERSION)
        ]
        row = {name: item[name] for name in (STATE, VERSION, EXPIRES) if name in item}
        entry = {"row": {"M": row}, "why": {"S": why}, "at": seconds(now)}
        try:
            self._table.update(
                listener,
                update=(
                    "SET #aside = list_append(if_not_exists(#aside, :none), :entry),"
                    " #expires = :expires REMOVE #state, #version, #save"
                ),
                condition=" AND ".join(unchanged),
                values={
                    ":none": {"L": []},
                    ":entry": {"L": [{"M": entry}]},
                    ":expires": seconds(now + KEEP_MS),
                    **seen,
                },
                attributes=(STATE, VERSION, EXPIRES, SAVE, ASIDE),
            )
        except ConditionFailed:
            return  # another turn has changed it: a save of this turn is a VersionConflict
        warn_set_aside(listener, why)


def _without_passing(value: Item) -> Item:
    """Return an attribute with `PASSING` taken out of each state, which is JSON, within it."""
    ((kind, held),) = value.items()
    if kind == "L":
        return {kind: [_without_passing(each) for each in held]}
    if kind == "M":
        return {kind: {name: _without_passing(each) for name, each in held.items()}}
    try:
        state = json.loads(held)
        del state[PASSING]
    except (ValueError, KeyError, TypeError):
        return value
    return {kind: encode(state)}


def _row(item: Item) -> Row:
    """Return what an item keeps, with None for an attribute of another type than ours."""
    expires = number(item, EXPIRES)
    return Row(
        state=item.get(STATE, {}).get("S"),
        version=number(item, VERSION),
        expires=None if expires is None else expires * 1000,
    )
