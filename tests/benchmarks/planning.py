"""Turns that plan the rest of a routine anew: prints how long the longest took, in µs of one core.

`planning.py DATABASE`. Each wish is said at many places of a routine, by a listener of its own. No
plan is met twice, so that none comes from the cache; the first one of the process is among them.
"""

import sys
import time
from pathlib import Path

import ours
from listener import Listener, led

WISHES = ("SlowerIntent", "MoreIntent", "GentlyIntent", "FasterIntent", "FewerIntent")
PLACES = 24

answer = ours.make(Path(sys.argv[1]))
longest = 0.0
for wish in WISHES:
    for place in range(PLACES):
        listener = led(Listener(answer, f"{wish}-{place}"))
        for _ in range(place):
            listener.say("AMAZON.NextIntent")
        began = time.process_time()
        listener.say(wish)
        longest = max(longest, time.process_time() - began)
sys.stdout.write(f"{longest * 1e6}\n")
