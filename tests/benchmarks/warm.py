"""Warm turns in one process, from bytes to bytes: prints the median and the 99th percentile, in µs.

`warm.py MODULE DEVICE`, or `warm.py ours DEVICE DATABASE` for a mid-routine "next"; the device is
`screen` or `speaker`.
"""

import sys
from importlib import import_module
from pathlib import Path

from listener import Listener, nexts, percentile

WARM_UP = 300
TURNS = 3000

name, device, *arguments = sys.argv[1:]
answer = import_module(name).make(*map(Path, arguments))
listener = Listener(answer, screen=device == "screen")
if name == "ours":
    nexts(listener, WARM_UP)
    took = nexts(listener, TURNS)
else:
    took = [listener.say("HelloWorldIntent") for _ in range(WARM_UP + TURNS)][WARM_UP:]
sys.stdout.write(f"{percentile(took, 50)} {percentile(took, 99)}\n")
