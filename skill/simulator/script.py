"""Conversations as plain text, replayed word for word against the skill.

    # The promise that this conversation keeps.
    You:   alexa, open my foot routine
    Alexa: Heel raises, right foot. (10 s) Other foot. ... Say next, or repeat.
    You (after 0:12): pause
    Alexa: Paused.
    (Silence.)
    (The session ends.)

`You:` speaks when Alexa has finished, `You (after 0:12):` twelve seconds into her speech. What
Alexa says is written as `skill.simulator.transcript` has it, and may go on in indented lines. The
rest stands in brackets.

What happens: `(Silence.)`, nobody speaks until the microphone closes; `(2 days later.)`, counted
from the end of the speech, in seconds, minutes, hours or days; `(The device drops the session.)`,
unknown to the skill; `(The session fails.)`, by an error of Alexa's; both of these also in
mid-speech, `(The session fails after 0:12.)`; `(In the kitchen.)`, on to another device of the
same person, or back to the one `(In the living room.)`, where each script begins.

What is noticed: `(The session ends.)`; `(The skill does not hear it.)`, when something other than
a launch is said with no session open.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Self

from skill.language.errors import ContentError
from skill.simulator.echo import RefusedError
from skill.simulator.stage import ENDS, UNHEARD, Stage, StageError, duration_ms, moment_ms
from skill.simulator.transcript import difference, folded, too_loose

Act = Callable[[Stage], list[str]]


class ScriptError(ContentError):
    """A script says something that cannot be played; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a script, *number* in its file, *raw* as it stands there with what continues it.

    What happens has an *act*, what is noticed an *answer*; comments and blank lines have neither.
    """

    number: int
    raw: str
    act: Act | None = None
    answer: str = ""

    @property
    def is_said(self) -> bool:
        """Whether it asks for an answer."""
        return self.raw.startswith("You")


@dataclass(frozen=True, slots=True)
class Replay:
    """How a script went: a few lines for each of its *faults*, and the *text* that has none."""

    text: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The lines of a conversation; *name* stands for its file in errors."""

    name: str
    lines: tuple[Line, ...]

    @classmethod
    def parse(cls, text: str, name: str) -> Self:
        """Read *text*; raises `ScriptError` where it is no script, or promises nothing."""
        lines: list[Line] = []
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
        """Play it on *stage*; raises `ScriptError` where it cannot go on."""
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
    """Play the script at *path* on a fresh stage: what went wrong, and at last what was heard.

    With *rewrite* the file is first given the answers that are heard now, so that only a skill
    which does not answer, or answers otherwise each time, goes wrong. Raises `ScriptError`.
    """
    name = f"{path.parent.name}/{path.name}"
    if rewrite:
        now = Script.parse(path.read_text(encoding="utf-8"), name).replay(stage())
        path.write_text(now.text, encoding="utf-8")
    went = Script.parse(path.read_text(encoding="utf-8"), name).replay(stage())
    return (*went.faults, f"What was heard:\n{went.text}") if went.faults else ()


def _wrong(lines: tuple[Line, ...], noticed: list[str]) -> Iterator[tuple[int, str]]:
    """Tell by line where what was *noticed* is not what *lines*, an act and its answers, say."""
    if lines[0].is_said and not noticed:
        yield lines[0].number, " it is not answered"
    for answer, line in zip_longest((line for line in lines if line.answer), noticed):
        if why := difference(answer.answer if answer else "nothing", line or "nothing"):
            yield (answer or lines[0]).number, f"\n{why}"


def _rewritten(lines: tuple[Line, ...], noticed: list[str]) -> list[str]:
    """Put what was *noticed* into *lines*, an act and its answers; an answer that holds stays."""
    answers = [line for line in lines if line.answer]
    now = [
        answer.raw if answer and not difference(answer.answer, line) else _folded(line)
        for answer, line in zip_longest(answers[: len(noticed)], noticed)
    ]
    return [lines[0].raw, *now, *(line.raw for line in lines[1:] if not line.answer)]


def _line(number: int, raw: str) -> Line:
    if not raw or raw.startswith("#"):
        return Line(number, raw)
    if re.match(r"Alexa:\s*\S", raw) or raw in {ENDS, UNHEARD}:
        return Line(number, raw, answer=" ".join(raw.split()))
    if said := re.fullmatch(r"You(?: \(after (.+?)\))?:\s*(\S.*)", raw):
        return Line(number, raw, partial(Stage.say, phrase=said[2], after=_after(said[1])))
    if (happens := re.fullmatch(r"\((.+)\.\)", raw)) and (act := _direction(happens[1])):
        return Line(number, raw, act)
    raise ScriptError(f"neither speech nor a stage direction: {raw}")


def _continued(line: Line | None, raw: str) -> Line:
    if line is None or not line.answer.startswith("Alexa:"):
        raise ScriptError("only what Alexa says goes on in an indented line")
    return Line(line.number, f"{line.raw}\n{raw.rstrip()}", answer=f"{line.answer} {raw.strip()}")


def _direction(text: str) -> Act | None:
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
