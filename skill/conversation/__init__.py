"""One turn: what is decided, and what is answered, as data.

Rule: no SSML, no SDK, no HTTP. A reply is data, and a medium renders it.
"""
