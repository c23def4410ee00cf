"""Turns over a SQLite file with many listeners: `curve.py DATABASE USERS YEARS`.

Prints the medians, in µs, of a launch that finds its place again and of a mid-routine "next"; and
how many µs the turn took that also deletes what has expired, one a day.

`TALKERS` of the listeners talk, each with the state and the history of so many YEARS of a routine
every other day; the rows of all others are small.
"""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import ours
from listener import MORNING, Listener, led, percentile

from skill.language import library

TALKERS = 40
TURNS = 25
LATER = MORNING * 2

database, users, years = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
times = years * 365 // 2
exercises = library.load().routine.ids
past = {
    "times": dict.fromkeys(exercises, times),
    "sessions": times,
    "streak": times,
    "last": MORNING,
}
entry = {"at": MORNING, "minutes": 20, "done": list(exercises), "planned": list(exercises)}

answer = ours.make(database)
talkers = [Listener(answer, str(number)) for number in range(min(TALKERS, users))]
for each in talkers:
    each.launch()


with closing(sqlite3.connect(database)) as connection, connection:
    for key, written in connection.execute("SELECT listener, state FROM kept").fetchall():
        state = json.loads(written)
        state["memory"] |= past
        connection.execute("UPDATE kept SET state = ? WHERE listener = ?", [json.dumps(state), key])
        connection.executemany(
            "INSERT INTO session (listener, expires, entry) VALUES (?, ?, ?)",
            [(key, LATER, json.dumps(entry))] * times,
        )
    connection.executemany(
        "INSERT INTO kept VALUES (?, 1, ?, '{}')",
        ((f"other-{number}", LATER) for number in range(users - len(talkers))),
    )

sweeping = Listener(ours.make(database), "0").launch()
launches, nexts = [], []
for number in range(TALKERS):
    each = talkers[number * 7 % len(talkers)]
    led(each)
    nexts += [each.say("AMAZON.NextIntent") for _ in range(TURNS)]
    launches += [each.launch() for _ in range(TURNS)]
medians = percentile(launches, 50), percentile(nexts, 50)
sys.stdout.write(f"{medians[0]} {medians[1]} {sweeping // 1000}\n")
