"""Sixty days of one listener, driven through the whole skill over a clock that is only moved.

`python tests/support/growth.py` writes docs/sixty-days.md; `test_growth.py` checks that it is
current.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from plans import ENGLISH, LIBRARY, ROUTINE, planned
from project import PROJECT
from turns import DAY, MORNING, SECOND, Heard, Turns, listener_key
from utterances import speak

from skill import app
from skill.listener.codec import decode
from skill.listener.state import State
from skill.routine.planner import MINUTE_MS
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore

FILE: Final = PROJECT / "docs" / "sixty-days.md"

LAST_DAY: Final = 60

RESTED: Final = range(34, 43)
"""Nine days without a routine."""

PAINS: Final = {19: "toe_curls", 45: "heel_raises"}
SKIPPED: Final = {13: "ankle_circles"}
WISHES: Final = {25: "make it ten minutes", 29: "i have no band"}
TWICE: Final = 31
"""A day on which the listener comes again in the evening."""

EVENING: Final = 10 * 3_600 * SECOND

HEAD: Final = """\
# Sixty days

One listener, every other day: first wordings and brief ones, a skipped exercise, two pains, shorter
wishes, a day with two routines and nine days without any. The skill itself is asked, over a clock
that is only moved; `python tests/growth.py` writes this page, and a test checks that it is current.

Level 1 is the least that is asked, {levels} the most. Doses are sets for each foot x repetitions in
each direction (seconds of rest for toe walking), *out* where an exercise hurt, *skipped* where it
was, *-* where a wish left it out. Tempo is how far from the quickest to the slowest the first
exercise is led, in percent; minutes are of what was done.

In twenty minutes there is little room: what grows from level to level is mostly how many of them
are spent on repetitions, and how few on an unhurried tempo. Where a wish makes room, doses show it.

"""

COLUMNS: Final = (
    *("day", "the skill opens", "the listener", "level"),
    *(ENGLISH.names["exercise"][name] for name in ROUTINE.ids),
    *("tempo", "minutes", "done", "streak"),
)


@dataclass(frozen=True, slots=True)
class Session:
    """One routine: on which *day*, what was *said* to it, what the skill *opened* with.

    *before* is what was kept while its last exercise was led, *state* what is once it is over.
    """

    day: int
    said: str
    opened: str
    before: State
    state: State

    @property
    def exercises(self) -> tuple[str, ...]:
        """The exercises that it was planned with."""
        return planned(self.before.wishes).exercises

    @property
    def complete(self) -> int:
        """How many of them were done to their end."""
        return sum(self.state.progress.complete(name) for name in self.exercises)

    @property
    def led_ms(self) -> int:
        """How long what was done took."""
        return self.state.memory.led_ms - self.before.memory.led_ms

    @property
    def level(self) -> int:
        """The level it was led at, from 1."""
        return list(ROUTINE.levels).index(self.before.wishes.level) + 1

    def dose(self, name: str) -> str:
        """What was asked for in the exercise called *name*."""
        plan = planned(self.before.wishes)
        steps = plan.steps_of(name)
        if not steps:
            return "-"
        if name in self.before.progress.skipped:
            return "out" if name in self.before.pained else "skipped"
        last = steps[-1]
        if last.reps:
            return f"{last.sets} x {last.reps}"
        (rest,) = {dose.rest_ms for dose in plan.doses if dose.exercise == name}
        return f"{last.sets} ({rest // SECOND} s)"


@cache
def sessions() -> tuple[Session, ...]:
    """Every routine of the sixty days, in order."""
    clock = Clock.stopped(MORNING)
    made = app.build(MemoryStore(clock), listener_key, content=LIBRARY)
    turns = Turns(made, clock)
    led = []
    for day in range(1, LAST_DAY + 1, 2):
        if day in RESTED:
            continue
        clock.move_on(MORNING + (day - 1) * DAY - clock())
        led.append(_session(turns, day))
        if day == TWICE:
            clock.move_on(MORNING + (day - 1) * DAY + EVENING - clock())
            led.append(_session(turns, day))
    return tuple(led)


def _session(turns: Turns, day: int) -> Session:
    """Launch, answer what is asked, wish, and go through it all."""
    said = []
    heard = turns.launch()
    opened = heard.text
    if heard.attributes["asked"] == "hurt_before":
        said.append("yes")
        heard = _said(turns, heard, "yes")
    if day in WISHES:
        said.append(WISHES[day])
        heard = _said(turns, heard, WISHES[day])
    heard = _said(turns, heard, "start")
    before = _state(heard)
    while turns.attributes is not None:
        here = heard.attributes["exercise"]
        leading = heard.attributes["phase"] == "leading"
        if leading and PAINS.get(day) == here:
            said += ["ouch", "yes"]
            speak(turns, "ouch", 30 * SECOND)
            heard = speak(turns, "yes", 5 * SECOND)
        elif leading and SKIPPED.get(day) == here:
            said.append("skip")
            heard = speak(turns, "skip", 10 * SECOND)
        else:
            heard = _said(turns, heard, "next")
        if turns.attributes is not None:
            before = _state(heard)
    return Session(day, ", ".join(said), opened, before, _state(heard))


def _said(turns: Turns, heard: Heard, words: str) -> Heard:
    """Say *words* when all of *heard* is over."""
    return speak(turns, words, heard.ms // SECOND * SECOND + 5 * SECOND)


def _state(heard: Heard) -> State:
    return decode(heard.attributes, ROUTINE, planned)


def table() -> str:
    """The page: one line for each routine, and for each rest that is longer than a day."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS)]
    last = 0
    for each in sessions():
        if each.day - last > 2:
            rows.append((f"{last + 1}-{each.day - 1}", "(nobody is there)", *[""] * 10))
        rows.append(_row(each))
        last = each.day
    lines = ("| " + " | ".join(row) + " |" for row in rows)
    return HEAD.format(levels=len(ROUTINE.levels)) + "\n".join(lines) + "\n"


def _row(each: Session) -> tuple[str, ...]:
    first = each.opened.partition(": ")[0].partition(". ")[0]
    return (
        str(each.day),
        first,
        each.said or "-",
        str(each.level),
        *(each.dose(name) for name in ROUTINE.ids),
        f"{planned(each.before.wishes).doses[0].tempo} %",
        f"{each.led_ms / MINUTE_MS:.1f}",
        f"{each.complete} of {len(each.exercises)}",
        str(each.state.memory.streak),
    )


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
