"""The foot routine, led by voice.

`routine` is the domain: exercises become a plan of timed cues, a bookmark moves through it, and a
playhead tells what is being heard. `content` holds its numbers and words as data, `library` and
`words` read them. `speech` and `ssml` speak a plan. A request is read by a `connection` of one of
the `server`'s `worker`s, comes in through `endpoint` (all but Alexa's through `web`), is proven by
`verification` and `certificates`, becomes a `turn` in `handlers`, is answered by `answers` in a
`visit`, with what the `coach` knows and the `state` that a store keeps. `app` puts all that
together. `simulator` and its stage are Alexa's side, offline; `talk` plays it in the terminal.
Arrows point one way: the domain knows nobody, and only `cli` knows `app`. On Lambda the entry point
wires the same parts itself.
"""

from skill import late_models

late_models.install()  # here, as it has to come before the first of Alexa's models
