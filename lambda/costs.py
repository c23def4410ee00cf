#!/usr/bin/env python3
"""Reckon what the skill costs on AWS, and write it into docs/costs.md.

`led_routine` counts what one routine takes. The rest stands in `costs.toml`, each figure with where
it is from.
"""

import argparse
import math
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from led_routine import Led, lead

PROJECT: Final = Path(__file__).parent.parent
PAGE: Final = PROJECT / "docs" / "costs.md"
MARKS: Final = ("<!-- made by lambda/costs.py -->\n", "<!-- up to here -->\n")

VOLUMES: Final = (1, 10_000, 10_000_000)
"""Routines a month."""

MONTH_S: Final = 365 * 24 * 3600 // 12
YEAR: Final = 12
"""Months. A listener's items are kept a little longer (`skill.storage.store.KEEP_MS`)."""

GB: Final = 1024**3
WRITE_UNIT: Final = 1024
READ_UNIT: Final = 4096
"""The bytes of an item that one request unit pays for (DynamoDB's developer guide)."""

STORED_BYTES: Final = 100
"""What each item takes in storage beside what is in it (DynamoDB's developer guide)."""

SUMS_BYTES: Final = len("of_2026_11" + "sums" + "entries") + 8 + 3 * 3 + 130
"""The sums of a month in the history; their JSON has about 130 characters."""

LOG_READS: Final = 4
"""What `DynamoHistory.append` reads, and `DynamoStore.log` around it: the place twice, the sums,
the month."""

LOG_WRITES: Final = 2
"""The month and the sums."""

Figures = Mapping[str, Mapping[str, float]]
"""The tables of `costs.toml`."""


@dataclass(frozen=True, slots=True)
class Month:
    """What so many routines take, in the units that are charged for."""

    turns: int
    """The requests of all routines, interruptions included."""
    function_s: float
    """Seconds in which the function works, or waits for DynamoDB."""
    starts: float
    """How often a process starts from the snapshot."""
    reads: int
    """DynamoDB's read request units."""
    writes: int
    """DynamoDB's write request units."""
    stored_gb: float
    """What is kept of all listeners, in gigabytes."""


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
