#!/usr/bin/env python3
"""Reckon what the skill costs on AWS, and write it into docs/costs.md.

Turns, reads, writes and their sizes are counted: a routine is led from "open" to "well done" over
a store that takes notes. The rest stands in `costs.toml`, each figure with where it is from.
"""

import argparse
import json
import math
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from skill import app
from skill.language import phrases
from skill.rendering.speech import Limits
from skill.simulator.clock import Clock
from skill.simulator.device import Device
from skill.simulator.echo import Echo
from skill.simulator.understanding import Understanding
from skill.storage.memory_store import MemoryStore
from skill.storage.store import Kept

PROJECT: Final = Path(__file__).parent.parent
PAGE: Final = PROJECT / "docs" / "costs.md"
MARKS: Final = ("<!-- made by lambda/costs.py -->\n", "<!-- up to here -->\n")

VOLUMES: Final = (1, 10_000, 10_000_000)
"""Routines a month."""

MORNING: Final = 1_767_598_200_000
"""2026-01-05T07:30:00Z: when the first routine begins."""

MOST_TURNS: Final = 50
"""A routine has a few more turns than exercises; one that has so many goes in circles."""

TWO_DAYS_MS: Final = 2 * 24 * 3600 * 1000
MONTH_S: Final = 365 * 24 * 3600 // 12
YEAR: Final = 12
"""Months. A listener's items are kept a little longer (`skill.storage.store.KEEP_MS`)."""

GB: Final = 1024**3
WRITE_UNIT: Final = 1024
READ_UNIT: Final = 4096
"""The bytes of an item that one request unit pays for (DynamoDB's developer guide)."""

STORED_BYTES: Final = 100
"""What each item takes in storage beside what is in it (DynamoDB's developer guide)."""

NAMES: Final = sum(map(len, ("listener", "state", "version", "expires", "save")))
ITEM_BYTES: Final = NAMES + 24 + 16 + 2 * 8
"""A place less its state: names, key, the mark of the save, and two numbers of 8 bytes at most."""

ENTRY_BYTES: Final = len("entry" + "expires") + 8 + 3
"""A session in the history, less its own text."""

SUMS_BYTES: Final = len("of_2026_11" + "sums" + "entries") + 8 + 3 * 3 + 130
"""The sums of a month in the history; their JSON has about 130 characters."""

LOG_READS: Final = 4
"""What `DynamoHistory.append` reads, and `DynamoStore.log` around it: the place twice, the sums,
the month."""

LOG_WRITES: Final = 2
"""The month and the sums."""

Figures = Mapping[str, Mapping[str, float]]
"""The tables of `costs.toml`."""


class Notes(MemoryStore):
    """A store in memory that notes the bytes of what is read and written."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.read: list[int] = []
        self.written: list[int] = []
        self.logged_bytes: list[int] = []

    def load(self, listener: str) -> Kept | None:
        """Note the place, also where there is none: looking for it is paid for, too."""
        kept = super().load(listener)
        self.read.append(ITEM_BYTES + _json_bytes(kept.state) if kept else 1)
        return kept

    def save(self, listener: str, state: Mapping[str, Any], version: int) -> int:
        """Note the place as it is then."""
        self.written.append(ITEM_BYTES + _json_bytes(state))
        return super().save(listener, state, version)

    def log(self, listener: str, entry: Mapping[str, Any], version: int = 0) -> None:
        """Note the entry alone: what it is appended to depends on the month so far."""
        self.logged_bytes.append(ENTRY_BYTES + _json_bytes(entry))
        super().log(listener, entry, version)


def _json_bytes(value: Mapping[str, Any]) -> int:
    return len(json.dumps(value, separators=(",", ":")))


@dataclass(frozen=True, slots=True)
class Led:
    """A routine: its *turns*, and the bytes that each call read, wrote or logged."""

    turns: int
    read: tuple[int, ...]
    written: tuple[int, ...]
    logged: tuple[int, ...]


def lead() -> Led:
    """Lead somebody, who was led once before, through a whole routine.

    Raises `RuntimeError` where it does not come to an end.
    """
    clock = Clock.stopped(MORNING)
    store = Notes(clock)
    made = app.build(store, str, Limits())
    words = made.library.words("en-US")
    heard = phrases.load(words.language)
    ears = Understanding(heard)
    turns: list[object] = []

    def skill(request: dict[str, Any]) -> dict[str, Any]:
        turns.append(request)
        return made.converse(request)

    for _ in range(2):
        for noted in (turns, store.read, store.written, store.logged_bytes):
            noted.clear()
        echo = Echo(skill, ears, clock, Device("en-US"), words.rate)
        for phrase in (f"open {heard.invocation_name}", "start"):
            echo.say(phrase)
            clock.move_on(echo.speech.ms)
        while echo.is_open:
            if len(turns) == MOST_TURNS:
                raise RuntimeError(f"the routine does not end within {MOST_TURNS} turns")
            echo.say("next")
            clock.move_on(echo.speech.ms)
        clock.move_on(TWO_DAYS_MS)
    return Led(len(turns), tuple(store.read), tuple(store.written), tuple(store.logged_bytes))


@dataclass(frozen=True, slots=True)
class Month:
    """What so many routines take, in the units that are charged for."""

    turns: int
    function_s: float
    starts: float
    reads: int
    writes: int
    stored_gb: float


def month(routines: int, led: Led, figures: Figures, memory_gb: float) -> Month:
    """Reckon what a month of *routines* takes, each as the one that was *led*."""
    assumed = figures["assumed"]
    more = int(assumed["interruptions"])
    turns = routines * (led.turns + more)
    function_s = turns * turn_ms(led, figures, memory_gb) / 1000
    listeners = math.ceil(routines / assumed["routines_of_a_listener"])
    place = max(led.written)
    sessions = sum(led.logged) * routines / listeners
    sums = SUMS_BYTES * YEAR
    # Half a month's sessions, and half a year's sums, stand there on average.
    items = (sessions / 2, sums / 2)
    writes = sum(_units(each, WRITE_UNIT) for each in led.written)
    writes += more * _units(place, WRITE_UNIT)
    writes += len(led.logged) * sum(_units(each, WRITE_UNIT) for each in items)
    reads = sum(_units(each, READ_UNIT) for each in led.read)
    reads += len(led.logged) * sum(_units(each, READ_UNIT) for each in (place, place, *items))
    return Month(
        turns=turns,
        function_s=function_s,
        starts=_starts(turns / MONTH_S, function_s / MONTH_S, assumed),
        reads=routines * reads,
        writes=routines * writes,
        stored_gb=listeners * (place + sessions * YEAR + sums + (2 + YEAR) * STORED_BYTES) / GB,
    )


def turn_ms(led: Led, figures: Figures, memory_gb: float) -> int:
    """Reckon how long the function takes for a turn: the processor's time, and DynamoDB's."""
    assumed = figures["assumed"]
    core = memory_gb * 1024 / assumed["whole_core_mb"]
    processor_ms = figures["measured"]["processor_ms"] * assumed["slower_core"] / core
    calls = len(led.read) + len(led.written) + len(led.logged) * (LOG_READS + LOG_WRITES)
    return math.ceil(processor_ms + calls / led.turns * assumed["dynamodb_ms"])


def _units(size: float, unit: int) -> int:
    return max(math.ceil(size / unit), 1)


def _starts(turns_a_second: float, busy: float, assumed: Mapping[str, float]) -> float:
    """Reckon how often in a month a process starts from the snapshot; *busy* of them work at once.

    One starts for a turn after a gap that no process outlives: turns come at random, so such gaps
    become exponentially rare. Those that always have work are replaced now and then.
    """
    lonely = math.exp(-turns_a_second * assumed["idle_s"])
    processes = math.ceil(busy * assumed["busiest_hour"])
    replaced = processes * MONTH_S / 3600 / assumed["process_hours"]
    return lonely * turns_a_second * MONTH_S + (1 - lonely) * replaced


def dollars(taken: Month, figures: Figures, memory_gb: float, alarms: int) -> dict[str, float]:
    """Price what is *taken*, line by line."""
    prices = figures["prices"]
    return {
        "requests": taken.turns * prices["lambda_million_requests"] / 1e6,
        "function time": taken.function_s * memory_gb * prices["lambda_gb_second"],
        "the snapshot": memory_gb * MONTH_S * prices["snapshot_gb_second"],
        "starts from it": taken.starts * memory_gb * prices["snapshot_gb_restored"],
        "writes": taken.writes * prices["dynamodb_million_writes"] / 1e6,
        "reads": taken.reads * prices["dynamodb_million_reads"] / 1e6,
        "storage": taken.stored_gb * prices["dynamodb_gb_month"],
        "recovery": taken.stored_gb * prices["dynamodb_backup_gb_month"],
        "alarms": alarms * prices["alarm_month"] + prices["metric_month"],
    }


def free(taken: Month, figures: Figures, memory_gb: float, alarms: int) -> dict[str, float]:
    """Price what of *taken* every account has for nothing."""
    most = figures["free"]
    without = Month(
        turns=min(taken.turns, int(most["lambda_requests"])),
        function_s=min(taken.function_s, most["lambda_gb_seconds"] / memory_gb),
        starts=0,
        reads=0,
        writes=0,
        stored_gb=min(taken.stored_gb, most["dynamodb_gb"]),
    )
    priced = dollars(without, figures, memory_gb, min(alarms, int(most["alarms"])))
    return priced | {"the snapshot": 0.0, "recovery": 0.0}


def tables() -> str:
    """Write down the figures of now."""
    figures = tomllib.loads((PROJECT / "lambda" / "costs.toml").read_text("utf-8"))
    template = (PROJECT / "lambda" / "template.yaml").read_text("utf-8")
    memory_gb = int(re.findall(r"MemorySize: (\d+)", template)[0]) / 1024
    alarms = template.count("Type: AWS::CloudWatch::Alarm")
    led = lead()
    more = int(figures["assumed"]["interruptions"])
    months = [month(routines, led, figures, memory_gb) for routines in VOLUMES]
    bills = [dollars(taken, figures, memory_gb, alarms) for taken in months]
    gifts = [free(taken, figures, memory_gb, alarms) for taken in months]
    rows: list[tuple[str, ...]] = [
        ("one routine", "turns", "reads", "writes", "largest item", "function time of a turn"),
        (
            "and its interruptions",
            f"{led.turns} + {more}",
            f"{len(led.read) + len(led.logged) * LOG_READS}",
            f"{len(led.written) + len(led.logged) * LOG_WRITES} + {more}",
            f"{max(led.written) / 1024:.1f} kB",
            f"{turn_ms(led, figures, memory_gb)} ms",
        ),
        (),
        ("routines a month", *(f"{routines:,}" for routines in VOLUMES)),
        ("requests", *(f"{taken.turns:,}" for taken in months)),
        ("function time, ms", *(f"{taken.function_s * 1000:,.0f}" for taken in months)),
        ("starts from the snapshot", *(f"{taken.starts:,.0f}" for taken in months)),
        ("write units", *(f"{taken.writes:,}" for taken in months)),
        ("read units", *(f"{taken.reads:,}" for taken in months)),
        ("stored, GB", *(f"{taken.stored_gb:.2f}" for taken in months)),
        (),
        ("dollars a month", *(f"{routines:,}" for routines in VOLUMES)),
        *((line, *(f"{bill[line]:,.2f}" for bill in bills)) for line in bills[0]),
        ("**all of it**", *(f"**{sum(bill.values()):,.2f}**" for bill in bills)),
        (
            "**less what is free**",
            *(
                f"**{sum(bill.values()) - sum(gift.values()):,.2f}**"
                for bill, gift in zip(bills, gifts, strict=True)
            ),
        ),
    ]
    return "\n".join(_markdown(rows)) + "\n"


def _markdown(rows: list[tuple[str, ...]]) -> list[str]:
    """Write *rows* as tables, parted by an empty row, each with its first row as the head."""
    lines: list[str] = []
    for before, row in zip([(), *rows], rows, strict=False):
        lines.append(f"| {' | '.join(row)} |" if row else "")
        if row and not before:
            lines.append("| --- |" + " ---: |" * (len(row) - 1))
    return lines


def renewed(text: str) -> str:
    """Give the page's *text* with the figures of now; raises `ValueError` without its marks."""
    before, after = text.index(MARKS[0]) + len(MARKS[0]), text.index(MARKS[1])
    return f"{text[:before]}\n{tables()}\n{text[after:]}"


def main() -> None:
    """Renew the page, or tell with status 1 that it is stale."""
    parser = argparse.ArgumentParser(description="Reckon what the skill costs on AWS.")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if it is stale")
    check = parser.parse_args().check
    text = PAGE.read_text("utf-8")
    now = renewed(text)
    if not check:
        PAGE.write_text(now, "utf-8")
    elif now != text:
        sys.exit(f"{PAGE} is stale: run python lambda/costs.py")


if __name__ == "__main__":
    main()
