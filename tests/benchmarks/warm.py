"""Warm turns in one process, from bytes to bytes: prints the median and the 99th percentile, in µs.

`warm.py floor`, `warm.py hello_world`, or `warm.py kept DATABASE` for a mid-routine "next".
"""

import sys
from pathlib import Path

name, screen, *arguments = sys.argv[1:]
module = __import__(name)  # first: with this project's own modules the SDK's are imported late

from listener import Listener, nexts, percentile  # noqa: E402

WARM_UP = 300
TURNS = 3000

answer = module.make(*map(Path, arguments))
listener = Listener(answer, screen=screen == "screen")
if name == "kept":
    nexts(listener, WARM_UP)
    took = nexts(listener, TURNS)
else:
    took = [listener.say("HelloWorldIntent") for _ in range(WARM_UP + TURNS)][WARM_UP:]
sys.stdout.write(f"{percentile(took, 50)} {percentile(took, 99)}\n")
