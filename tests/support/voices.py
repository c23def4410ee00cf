"""The routine as voices say it: every line spoken by a program and measured, silences added."""

import shutil
import subprocess
import wave
from array import array
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from plans import ENGLISH, LIBRARY

from skill.conversation.reply import Reply, Steps
from skill.rendering.speech import Speech
from skill.routine.model import Kind
from skill.routine.plan import Cue, Plan
from skill.simulator.estimator import Piece, read

VOICES: Final = {
    "espeak-ng at 165 words a minute": ("espeak-ng", "-v", "en-us", "-s", "165", "-w"),
    "flite slt": ("flite", "-voice", "slt", "-o"),
}
"""The voices, and the command that writes what each says: the file and the text come after it."""

WINDOW_MS: Final = 5
"""The loudness of speech is looked at in stretches of so many milliseconds."""

SILENT: Final = 0.02
"""What is quieter than this part of the loudest moment is silence at the ends of a line."""


class Spoken(NamedTuple):
    """A cue as a voice says it."""

    step: int
    """The number of the step that the cue belongs to."""

    cue: Cue
    """The cue of the plan."""

    start_ms: int
    """Milliseconds from "start" to its first word."""

    end_ms: int
    """Milliseconds from "start" to its end."""

    @property
    def ms(self) -> int:
        """How many milliseconds it takes."""
        return self.end_ms - self.start_ms


def installed(voice: str) -> bool:
    """Whether the program of *voice* is there."""
    return shutil.which(VOICES[voice][0]) is not None


@cache
def line_ms(voice: str, text: str) -> int:
    """Milliseconds that *voice* takes for *text*, silence at its ends left out."""
    program, *options = VOICES[voice]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        said = ["-t", text] if program == "flite" else [text]
        command = [program, *options, str(path), *said]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a voice of ours
        with wave.open(str(path)) as sound:
            samples = array("h", sound.readframes(sound.getnframes()))
            window = sound.getframerate() * WINDOW_MS // 1000
    loudness = [max(map(abs, samples[at : at + window])) for at in range(0, len(samples), window)]
    loud = [at for at, peak in enumerate(loudness) if peak > SILENT * max(loudness)]
    return (loud[-1] - loud[0] + 1) * WINDOW_MS


def routine(plan: Plan, voice: str) -> tuple[Spoken, ...]:
    """Every cue of *plan* from "start" to the end of the last set, as *voice* says it."""
    spoken: list[Spoken] = []
    at = 0
    for first, until in _responses(plan):
        pieces = iter(_pieces(plan, first, until))
        cues = [(step, cue) for step in range(first, until) for cue in plan.steps[step].led()]
        starts = []
        for _, cue in cues:
            starts.append(at)
            for mark in cue.lines:
                text = ENGLISH.spoken(mark.line)
                said, silence = next(pieces), next(pieces)
                assert (said.text, silence.text) == (text, ""), (said, silence)
                at += line_ms(voice, text) + silence.ms
        assert next(pieces, None) is None
        for (step, cue), (start, end) in zip(cues, pairwise([*starts, at]), strict=True):
            spoken.append(Spoken(step, cue, start, end))
    if spoken[-1].cue.kind is Kind.PROMPT:
        spoken.pop()
    return tuple(spoken)


def _responses(plan: Plan) -> Iterator[tuple[int, int]]:
    """The steps that one response leads: up to a prompt."""
    first = 0
    for number, step in enumerate(plan.steps, 1):
        if any(cue.kind is Kind.PROMPT for cue in step.led()):
            yield first, number
            first = number


def _pieces(plan: Plan, first: int, until: int) -> tuple[Piece, ...]:
    """Words and silences, in turns, of the response that leads the steps *first* to *until*."""
    reply = Reply("en", steps=Steps(plan, first, until, entered=False))
    return read(Speech(LIBRARY).render(reply).speech, ENGLISH.rate)
