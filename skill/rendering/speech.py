"""From cues and words to the SSML of one response, and what is said before and after it."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from skill.language.words import Words
from skill.rendering import ssml
from skill.routine.model import Kind
from skill.routine.plan import Cue, Line, Plan
from skill.routine.progress import Progress


class Limits(NamedTuple):
    """What one response may hold: *seconds* of speech and *characters* of SSML."""

    seconds: int = 300
    characters: int = ssml.MOST_CHARACTERS - 1


ALEXAS: Final = Limits()


class Led(NamedTuple):
    """The speech that leads steps up to, not including, *until*.

    *lead_ms* is how long it takes until the first cue of the plan begins.
    """

    ssml: str
    until: int
    lead_ms: int


class Speaker:
    """Speaks one language, within the limits of one response."""

    def __init__(self, words: Words, breath_ms: int, limits: Limits = ALEXAS) -> None:
        self.words = words
        self.breath_ms = breath_ms
        self.limits = limits
        self._nudges: dict[tuple[int, Line], str] = {}

    def say(self, lines: Iterable[Line]) -> str:
        """A response of nothing but words."""
        return ssml.speak(self.joined(lines))

    def nudge(self, quiet_ms: int, line: Line) -> str:
        """A reprompt: first *quiet_ms* of silence, then a *line* that is one of a few."""
        key = quiet_ms, line
        nudge = self._nudges.get(key)
        if nudge is None:
            nudge = ssml.speak(ssml.silence(quiet_ms) + self.joined([line]))
            self._nudges[key] = nudge
        return nudge

    def tell(self, plan: Plan) -> "Telling":
        """How this voice leads *plan*."""
        return Telling(self, plan)

    def joined(self, lines: Iterable[Line]) -> str:
        """The words of *lines*, as they stand inside a response."""
        return " ".join(ssml.words(self.words.spoken(line)) for line in lines)

    def talked(self, line: Line) -> Cue:
        """A *line* and a breath, outside of any plan."""
        return Cue(Kind.TURN, self.words.ms(line) + self.breath_ms, line)

    def spoken(self, cues: Iterable[Cue]) -> str:
        """The words of *cues*, each at its moment; silences that meet are one."""
        spoken = ""
        silent_ms = 0
        for cue in cues:
            at = 0
            for mark in cue.lines:
                spoken += ssml.silence(silent_ms + mark.ms - at)
                spoken += ssml.words(self.words.spoken(mark.line))
                at = mark.ms + self.words.ms(mark.line)
                silent_ms = 0
            silent_ms += cue.ms - at
        return spoken + ssml.silence(silent_ms)


class Passage(NamedTuple):
    """One step in words: its *ssml*, *ms* long; *prompted* where the plan itself asks after it."""

    ssml: str
    ms: int
    prompted: bool


class Telling:
    """A *plan* in the words of one *speaker*; each step is put into words once, when first led."""

    def __init__(self, speaker: Speaker, plan: Plan) -> None:
        self.speaker = speaker
        self.plan = plan
        self._passages: dict[tuple[int, bool], Passage] = {}
        self._led: dict[tuple[int, int, bool, Line], Led] = {}

    def lead(self, progress: Progress, opening: Sequence[Line], more: Line) -> Led:
        """Speak the steps that *progress* leads, after the words of *opening*.

        Where they would pass a limit, fewer steps are led (at least one) and the words of *more*
        end the response. Every silence is cut to what the words before it leave of their time,
        so that from one cue to the next it is to the millisecond what the plan says.
        """
        if opening:
            return self._lead(progress, opening, more)
        key = progress.at, progress.until, progress.entered, more
        led = self._led.get(key)
        if led is None:
            led = self._led[key] = self._lead(progress, opening, more)
        return led

    def _lead(self, progress: Progress, opening: Sequence[Line], more: Line) -> Led:
        speaker = self.speaker
        before = [speaker.talked(line) for line in opening]
        spoken = [speaker.spoken(before)]
        lead_ms = sum(cue.ms for cue in before)
        ending = speaker.joined([more])
        room = speaker.limits.characters - len(ssml.speak(spoken[0] + ending))
        time = speaker.limits.seconds * 1000 - lead_ms - speaker.words.ms(more)
        for step in range(progress.at, progress.until):
            passage = self._passage(step, entered=progress.entered and step == progress.at)
            room -= len(passage.ssml)
            time -= passage.ms
            if step > progress.at and (room < 0 or time < 0):
                return Led(ssml.speak("".join([*spoken, ending])), step, lead_ms)
            spoken.append(passage.ssml)
            if passage.prompted:
                return Led(ssml.speak("".join(spoken)), step + 1, lead_ms)
        return Led(ssml.speak("".join([*spoken, ending])), progress.until, lead_ms)

    def _passage(self, step: int, *, entered: bool) -> Passage:
        key = step, entered
        if key not in self._passages:
            cues = self.plan.steps[step].led(entered=entered)
            self._passages[key] = Passage(
                self.speaker.spoken(cues),
                sum(cue.ms for cue in cues),
                any(cue.kind is Kind.PROMPT for cue in cues),
            )
        return self._passages[key]
