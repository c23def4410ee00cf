"""From cues and words to the SSML of one response, and what is said before and after it."""

from collections.abc import Iterable
from dataclasses import dataclass

from skill import ssml
from skill.routine.model import Kind
from skill.routine.plan import Cue, Line, Plan, Step
from skill.routine.playhead import cues_of
from skill.routine.progress import Progress
from skill.words import Words


@dataclass(frozen=True, slots=True)
class Limits:
    """What one response may hold: *seconds* of speech and *characters* of SSML."""

    seconds: int = 300
    characters: int = ssml.MOST_CHARACTERS - 1


@dataclass(frozen=True, slots=True)
class Led:
    """The speech that leads steps up to, not including, *until*.

    *lead_ms* is how long it takes until the first cue of the plan begins.
    """

    ssml: str
    until: int
    lead_ms: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """Speaks one language, within the limits of one response."""

    words: Words
    breath_ms: int
    limits: Limits = Limits()

    def say(self, lines: Iterable[Line]) -> str:
        """A response of nothing but words."""
        return ssml.speak(self._joined(lines))

    def nudge(self, quiet_ms: int, lines: Iterable[Line]) -> str:
        """A reprompt: first *quiet_ms* of silence, then words."""
        return ssml.speak(ssml.silence(quiet_ms) + self._joined(lines))

    def lead(self, plan: Plan, progress: Progress, opening: Iterable[Line], more: Line) -> Led:
        """Speak the steps that *progress* leads, after the words of *opening*.

        Where they would pass a limit, fewer steps are led (at least one) and the words of *more*
        end the response. Every silence is cut to what the words before it leave of their time,
        so that from one cue to the next it is to the millisecond what the plan says.
        """
        before = [self._talked(line) for line in opening]
        spoken = [self._spoken(before)]
        lead_ms = sum(cue.ms for cue in before)
        ending = self._joined([more])
        room = self.limits.characters - len(ssml.speak("".join(spoken) + ending))
        time = self.limits.seconds * 1000 - lead_ms - self.words.ms(more)
        until = progress.at
        for step in plan.steps[progress.at : progress.until]:
            cues = tuple(cues_of(step, entered=progress.entered and until == progress.at))
            text = self._spoken(cues)
            room -= len(text)
            time -= sum(cue.ms for cue in cues)
            if until > progress.at and (room < 0 or time < 0):
                break
            spoken.append(text)
            until += 1
            if self._prompted(step):
                break
        if not self._prompted(plan.steps[until - 1]):
            spoken.append(ending)
        return Led(ssml.speak("".join(spoken)), until, lead_ms)

    def _prompted(self, step: Step) -> bool:
        """The plan itself asks, after *step*, what comes next."""
        return any(cue.kind is Kind.PROMPT for cue in step.cues)

    def _joined(self, lines: Iterable[Line]) -> str:
        return " ".join(ssml.words(self.words.spoken(line)) for line in lines)

    def _talked(self, line: Line) -> Cue:
        return Cue(Kind.TURN, self.words.ms(line) + self.breath_ms, line)

    def _spoken(self, cues: Iterable[Cue]) -> str:
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
