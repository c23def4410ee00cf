"""What is heard of the routine, and when: as planned, as voices say it, and as it is interrupted.

`python tests/support/listening.py` writes docs/listening.md, for which both voices are needed.
`test_listening.py` checks that all but the figures of the voices is current.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from interruptions import FACTORS, TRIES, accuracy
from plans import ENGLISH, ROUTINE, planned
from project import PROJECT
from voices import VOICES, line_ms, routine

from skill.routine.model import Feet, Kind
from skill.routine.plan import Cue, Line, Plan
from skill.routine.planner import MINUTE_MS
from skill.routine.wishes import Wishes

FILE: Final = PROJECT / "docs" / "listening.md"

LISTENERS: Final = {
    "Somebody new": Wishes(level="gentle", new=True),
    "Somebody who knows every exercise": Wishes(known=ROUTINE.ids),
}
"""Whose routine is listened to."""

BEATS: Final = {Kind.MOVE, Kind.HOLD}

VOICES_BEGIN: Final = "| voice | before |"
VOICES_END: Final = "\n## The way back"

BEFORE: Final = {
    "the plan": "19:58",
    "espeak-ng at 165 words a minute": "21:10 to 21:19",
    "flite slt": "20:25 to 20:40",
}
"""The routine of 28 November 2026, from welcome to farewell, in several measurements."""

HEAD: Final = """\
# The routine by ear

`python tests/support/listening.py` writes this page; it needs espeak-ng and flite. A test checks
that the transcripts and the table of the playhead are current.

Twenty minutes are counted from "start" to the end of the last set. What is said in between counts,
waiting for an answer does not, and neither does the prompt after the last set. The plan leaves
{spare} seconds of them free, as voices differ.

## Plan and voice

Each line between two silences was spoken alone and measured, silence at its ends cut off; the
silences are the plan's. *Hold* and *repetition* say how far the worst of them is from the plan.
"Before" is the routine of 28 November 2026, welcome and farewell included, which counted 60 ms a
character and nothing for a line.

"""

BAND: Final = """
## The way back of a band press

The way back is the exercise, so 2 s would be better than 1 s. The whole routine has {presses}
presses: one second more for each is {presses} s. With every dose and every other tempo at its
least, somebody new has {new} s left of the time that a plan may take, and somebody who knows every
exercise {known} s. So in the whole routine there is no time for it. Where exercises are left out,
such as in the routine for sitting, it takes its 2 s before any other movement is made slower.
"""

NUMBERS: Final = """
## Where the numbers come from

Lines of the routine, measured in six voices (November 2026). The estimate is {line} ms a line and
{character} ms a character, and {count} ms for any count of repetitions; voices are expected within
{fastest} to {slowest} percent of it.

| voice | best fit of a line |
| --- | --- |
| piper joe (neural) | 36 ms + 59.3 ms a character |
| flite slt | 119 to 146 ms + 57 to 58 ms a character |
| a small neural US voice ("heart") | 185 ms + 67 ms a character |
| festival slt | 63 ms + 66.2 ms a character |
| espeak-ng, 160 to 165 words a minute | 65 ms + 68.7; 221 ms + 69 ms a character |
| flite rms | 196 ms + 64 ms a character |

## How right the playhead is

Alexa does not tell where its speech was interrupted; the skill estimates it from the time. Of
{tries} interruptions at random moments of the usual routine, so many were placed rightly, for
voices that take so many percent of the estimate. A set counts as done only where the slowest voice
({slowest} percent) would have led it to its end. One that is in doubt counts when the listener
answers the prompt after it ("next", "finish"), or when a later set is surely led to its end.

| voice | exercise | set and foot | repetition | counted, not heard | heard, not counted yet |
| --- | --- | --- | --- | --- | --- |
"""


def page(voices: str) -> str:
    """The whole page; *voices* is its table of voices."""
    rate = ENGLISH.rate
    numbers = NUMBERS.format(
        line=rate.ms_per_line,
        character=rate.ms_per_character,
        count=rate.ms_per_count,
        fastest=rate.fastest,
        slowest=rate.slowest,
        tries=TRIES,
    )
    transcripts = "".join(
        f"\n## {listener}\n\n```\n{''.join(transcript(planned(wishes)))}```\n"
        for listener, wishes in LISTENERS.items()
    )
    head = HEAD.format(spare=ROUTINE.spare_ms // 1000)
    return head + voices + band() + numbers + playhead() + transcripts


def written_voices(text: str) -> str:
    """The table of voices in the *text* of the page."""
    return text[text.index(VOICES_BEGIN) : text.index(VOICES_END)]


def voices() -> str:
    """The table of voices, measured now."""
    names = [f"{listener.lower()} | hold | repetition" for listener in LISTENERS]
    rows = [
        f"{VOICES_BEGIN} {' | '.join(names)} |",
        "| --- " * (2 + 3 * len(LISTENERS)) + "|",
    ]
    cells = [f"{_clock(planned(wishes).ms)} | - | -" for wishes in LISTENERS.values()]
    rows.append(f"| the plan | {BEFORE['the plan']} | {' | '.join(cells)} |")
    for voice in VOICES:
        cells = [_measured(planned(wishes), voice) for wishes in LISTENERS.values()]
        rows.append(f"| {voice} | {BEFORE[voice]} | {' | '.join(cells)} |")
    counts = [
        line_ms(voice, ENGLISH.spoken(Line("count", (("n", n),))))
        for voice in VOICES
        for n in range(1, 11)
    ]
    mean = sum(counts) // len(counts)
    counted = f"A count of one to ten takes {min(counts)} to {max(counts)} ms, {mean} on average."
    return "\n".join(rows) + f"\n\n{counted}\n"


def band() -> str:
    """Why the way back of a band press is short in the whole routine."""
    plans = [planned(wishes) for wishes in LISTENERS.values()]
    presses = sum(step.reps or 0 for step in plans[0].steps_of("resisted_flexion"))
    most_ms = ROUTINE.most_minutes * MINUTE_MS - ROUTINE.spare_ms
    new, known = (round((most_ms - plan.ms + sum(_raised(plan))) / 1000) for plan in plans)
    return BAND.format(presses=presses, new=new, known=known)


def _raised(plan: Plan) -> Iterator[int]:
    """The milliseconds of repetitions and rests above the least."""
    for step in plan.steps:
        exercise = ROUTINE.exercise(step.place.exercise)
        for cue in step.cues:
            if cue.kind in BEATS and step.reps and len(exercise.parts) == 1:
                yield cue.ms if cue.rep > exercise.reps.least else 0
            elif cue.kind is Kind.REST and exercise.feet is Feet.BOTH:
                yield cue.ms - exercise.rest.least


def playhead() -> str:
    """The rows of the table of interruptions."""
    rows = map(accuracy, FACTORS)
    return "".join(
        f"| {each.factor} % | {each.exercise} | {each.set} | {each.rep} | {each.unheard} "
        f"| {each.uncounted} |\n"
        for each in rows
    )


def transcript(plan: Plan) -> Iterator[str]:
    """What is said, with the minutes and seconds from "start"; the movements of a set in a row."""
    at = 0
    yield f"      {_said(plan.steps[0].cues[0])}\n"
    for step, cues in zip(plan.steps, plan.counted, strict=True):
        for moving, group in groupby(cues, lambda cue: cue.kind in BEATS):
            run = list(group)
            for together in [run] if moving and step.reps else [[cue] for cue in run]:
                yield f"{_clock(at)} {' '.join(map(_said, together))}\n"
                at += sum(cue.ms for cue in together)
    yield f"{_clock(at)} {_said(plan.steps[-1].led()[-1])}\n"


def _measured(plan: Plan, voice: str) -> str:
    """How long *voice* takes for *plan*, and how far its worst hold and repetition are off."""
    spoken = routine(plan, voice)
    holds = [each.ms - each.cue.ms for each in spoken if each.cue.kind is Kind.HOLD]
    reps: dict[tuple[int, int], int] = {}
    for each in spoken:
        if each.cue.kind in BEATS and plan.steps[each.step].reps:
            key = each.step, each.cue.rep
            reps[key] = reps.get(key, 0) + each.ms - each.cue.ms
    worst = (max(map(abs, off)) / 1000 for off in (holds, reps.values()))
    return " | ".join([_clock(spoken[-1].end_ms), *(f"{seconds:.2f} s" for seconds in worst)])


def _said(cue: Cue) -> str:
    return " ... ".join(ENGLISH.spoken(mark.line) for mark in cue.lines)


def _clock(ms: int) -> str:
    minutes, rest = divmod(ms, MINUTE_MS)
    return f"{minutes:2}:{rest // 1000:02}"


if __name__ == "__main__":
    FILE.write_text(page(voices()), encoding="utf-8")
