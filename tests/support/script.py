"""Conversations as plain text, replayed word for word against the skill.

    # The promise that this conversation keeps.
    You:   alexa, open my foot routine
    Alexa: Heel raises, right foot. (10 s) Other foot. ... Say next, or repeat.
    You (after 0:12): pause
    Alexa: Paused.
    (Silence.)
    (The session ends.)

A line that begins with `You:` is said when Alexa has finished, one with `You (after 0:12):` twelve
seconds into her speech. What Alexa says is written as `skill.simulator.transcript` defines it, and
may go on in indented lines. Everything else is in brackets.

These lines are acts:
- `(Silence.)`: nobody speaks until the microphone closes.
- `(2 days later.)`: time passes after the speech, in seconds, minutes, hours or days.
- `(The device drops the session.)`: the skill is not told.
- `(The session fails.)`: an error of Alexa's ends it. This act and the last one can also happen
  during the speech: `(The session fails after 0:12.)`.
- `(A touch on Pause.)`, also `(A touch on Pause after 0:12.)`: of a button on the screen.
- `(The Next button.)`: pressed, as Previous, Pause and Play can be.
- `(The recording breaks off.)`: the device cannot play it any more.
- `(In the kitchen.)`: the listener goes to another device. Each script begins in the living room.
  In the `SCREEN_ROOM` it has a screen.

These lines are what the listener notices:
- `(The session ends.)`
- `(plays the recording from 8:12)` and `(The recording stops.)`, at its end too.
- `(The skill does not hear it.)`: no session was open, and something other than a launch was said.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Final, Self

from expected import difference, too_loose

from skill.language.errors import ContentError
from skill.simulator.acceptance import RefusedError
from skill.simulator.shown_screen import INTERFACE
from skill.simulator.stage import ENDS, QUIET, UNHEARD, Stage, StageError, duration_ms, moment_ms
from skill.simulator.transcript import folded

SCREEN_ROOM: Final = "room with the screen"
"""The room of a script whose device has a screen."""

_PLAYS: Final = re.compile(r"\(plays the recording from \d+:\d\d\)")

Act = Callable[[Stage], list[str]]
"""Does something on a stage, and returns what the listener notices."""


def interfaces_of(room: str) -> tuple[str, ...]:
    """Give what the device in a *room* of a script can do besides speaking."""
    return ("AudioPlayer", INTERFACE) if room == SCREEN_ROOM else ("AudioPlayer",)


class ScriptError(ContentError):
    """A script cannot be played; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A line of a script. Comments and blank lines have neither an act nor an answer."""

    number: int
    """Its number in the file, from 1."""
    raw: str
    """The line as it is in the file, with the indented lines that continue it."""
    act: Act | None = None
    """What the listener does; None for any other line."""
    answer: str = ""
    """What the listener is expected to notice; empty for any other line."""

    @property
    def is_said(self) -> bool:
        """Whether the listener says it, so that there must be an answer."""
        return self.raw.startswith("You")


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of playing a script."""

    text: str
    """The script with the answers that were heard."""
    faults: tuple[str, ...]
    """A few lines for each difference from what was expected."""


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation that can be played."""

    name: str
    """The name of its file, for errors."""
    lines: tuple[ScriptLine, ...]
    """All lines of the file."""

    @classmethod
    def parse(cls, text: str, name: str) -> Self:
        """Read *text*; raises `ScriptError` where it is no script, or has no promise or answers."""
        lines: list[ScriptLine] = []
        for number, raw in enumerate(text.splitlines(), 1):
            try:
                if raw[:1].isspace() and raw.strip():
                    lines.append(_continued(lines.pop() if lines else None, raw))
                else:
                    lines.append(_line(number, raw.rstrip()))
            except (ScriptError, StageError) as fault:
                raise ScriptError(f"{name}, line {number}: {fault}") from fault
        if not lines or not re.match(r"#\s*\S", lines[0].raw):
            raise ScriptError(f"{name}, line 1: the promise is missing, a comment that says it")
        first = next((line for line in lines if line.act or line.answer), None)
        if first is None or not any(line.is_said for line in lines):
            raise ScriptError(f"{name}: nobody says anything")
        if first.answer:
            raise ScriptError(f"{name}, line {first.number}: it answers nothing")
        for line in lines:
            if too_loose(line.answer.removeprefix("Alexa: ")):
                raise ScriptError(f"{name}, line {line.number}: too little beside an ellipsis")
        return cls(name, tuple(lines))

    def replay(self, stage: Stage) -> Replay:
        """Play it on *stage*; raises `ScriptError` where an act is not possible."""
        acts = [(at, line.act) for at, line in enumerate(self.lines) if line.act]
        ends = [*(at for at, _ in acts[1:]), len(self.lines)]
        kept = [line.raw for line in self.lines[: acts[0][0]]]
        faults: list[str] = []
        for (start, act), end in zip(acts, ends, strict=True):
            lines = self.lines[start:end]
            try:
                noticed = act(stage)
            except (StageError, RefusedError) as fault:
                raise ScriptError(f"{self.name}, line {lines[0].number}: {fault}") from fault
            wrong = [f"{self.name}, line {number}:{why}" for number, why in _wrong(lines, noticed)]
            kept += _rewritten(lines, noticed) if wrong else [line.raw for line in lines]
            faults += wrong
        return Replay("\n".join(kept) + "\n", tuple(faults))


def replay_file(path: Path, stage: Callable[[], Stage], *, rewrite: bool) -> tuple[str, ...]:
    """Play the script at *path* on a fresh stage; returns the faults, and then what was heard.

    With *rewrite* the answers that are heard now are first written into the file. Then there are
    faults only if the skill does not answer, or does not always give the same answers. Raises
    `ScriptError`.
    """
    name = f"{path.parent.name}/{path.name}"
    if rewrite:
        now = Script.parse(path.read_text(encoding="utf-8"), name).replay(stage())
        path.write_text(now.text, encoding="utf-8")
    went = Script.parse(path.read_text(encoding="utf-8"), name).replay(stage())
    return (*went.faults, f"What was heard:\n{went.text}") if went.faults else ()


def _wrong(lines: tuple[ScriptLine, ...], noticed: list[str]) -> Iterator[tuple[int, str]]:
    """The differences, by line number, between *lines*, an act and its answers, and *noticed*."""
    if lines[0].is_said and not noticed:
        yield lines[0].number, " it is not answered"
    for answer, line in zip_longest((line for line in lines if line.answer), noticed):
        if why := difference(answer.answer if answer else "nothing", line or "nothing"):
            yield (answer or lines[0]).number, f"\n{why}"


def _rewritten(lines: tuple[ScriptLine, ...], noticed: list[str]) -> list[str]:
    """Put what was *noticed* into *lines*, an act and its answers; right answers are kept."""
    answers = [line for line in lines if line.answer]
    now = [
        answer.raw if answer and not difference(answer.answer, line) else _folded(line)
        for answer, line in zip_longest(answers[: len(noticed)], noticed)
    ]
    return [lines[0].raw, *now, *(line.raw for line in lines[1:] if not line.answer)]


def _line(number: int, raw: str) -> ScriptLine:
    if not raw or raw.startswith("#"):
        return ScriptLine(number, raw)
    if re.match(r"Alexa:\s*\S", raw) or raw in {ENDS, UNHEARD, QUIET} or _PLAYS.fullmatch(raw):
        return ScriptLine(number, raw, answer=" ".join(raw.split()))
    if said := re.fullmatch(r"You(?: \(after (.+?)\))?:\s*(\S.*)", raw):
        return ScriptLine(number, raw, partial(Stage.say, phrase=said[2], after=_after(said[1])))
    if (happens := re.fullmatch(r"\((.+)\.\)", raw)) and (act := _direction(happens[1])):
        return ScriptLine(number, raw, act)
    raise ScriptError(f"neither speech nor a stage direction: {raw}")


def _continued(line: ScriptLine | None, raw: str) -> ScriptLine:
    if line is None or not line.answer.startswith("Alexa:"):
        raise ScriptError("only what Alexa says goes on in an indented line")
    return ScriptLine(
        line.number, f"{line.raw}\n{raw.rstrip()}", answer=f"{line.answer} {raw.strip()}"
    )


def _direction(text: str) -> Act | None:  # noqa: PLR0911 - one for each act
    if pressed := re.fullmatch(r"The (Play|Pause|Next|Previous) button", text):
        return partial(Stage.press, button=pressed[1])
    if touched := re.fullmatch(r"A touch on (.+?)(?: after (.+))?", text):
        return partial(Stage.touch, label=touched[1], after=_after(touched[2]))
    if text == "The recording breaks off":
        return Stage.break_off
    if text == "Silence":
        return Stage.silence
    if later := re.fullmatch(r"(.+) later", text):
        return partial(Stage.later, ms=duration_ms(later[1]))
    if room := re.fullmatch(r"In the (.+)", text):
        return partial(Stage.enter, room=room[1])
    if lost := re.fullmatch(r"The device drops the session(?: after (.+))?", text):
        return partial(Stage.drop, after=_after(lost[1]))
    if lost := re.fullmatch(r"The session fails(?: after (.+))?", text):
        return partial(Stage.fail, after=_after(lost[1]))
    return None


def _after(moment: str | None) -> int | None:
    return None if moment is None else moment_ms(moment)


def _folded(line: str) -> str:
    says = "Alexa: "
    return folded("Alexa", line.removeprefix(says)) if line.startswith(says) else line
