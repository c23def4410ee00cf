"""One cold start: from the first import of the module that is named to its first answer.

To be run in a fresh process, the request on standard input. Prints microseconds.
"""

import sys
import time

body = sys.stdin.buffer.read()
began = time.perf_counter_ns()
__import__(sys.argv[1]).make()(body)
sys.stdout.write(f"{(time.perf_counter_ns() - began) // 1000}\n")
