"""Prompts of a device that goes on by itself: a word leads on, and so does time."""

from collections.abc import Mapping
from typing import Final

from skill.language.words import Words
from skill.routine.model import Kind
from skill.routine.plan import Cue, Line, Mark

WAIT: Final = Line("screen.wait")

INSTEAD: Final[Mapping[str, Line]] = {
    "say_next": Line("screen.say_next"),
    "say_finish": Line("screen.last_prompt"),
    "last_prompt": Line("screen.last_prompt"),
}
"""What is said in the place of a prompt, by its key. To any other, `WAIT` is added."""


def prompts(prompt: Line) -> tuple[Line, ...]:
    """What is said as *prompt*."""
    instead = INSTEAD.get(prompt.key)
    return (instead,) if instead else (prompt, WAIT)


def cue(given: Cue, words: Words) -> Cue:
    """The cue of a plan as such a device says it: where it is a prompt, it offers to wait."""
    if given.kind is not Kind.PROMPT or given.line is None:
        return given
    first, *others = prompts(given.line)
    breath = given.ms - words.ms(given.line)
    marks, at = [], words.ms(first)
    for line in others:
        at += breath
        marks.append(Mark(at, line))
        at += words.ms(line)
    return given._replace(ms=at + breath, line=first, marks=tuple(marks))
