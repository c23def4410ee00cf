"""Speech: the medium of one spoken response, written as SSML."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from skill.conversation.medium import Reach
from skill.conversation.reply import Card, Reply, Steps
from skill.language.library import Library
from skill.language.words import Words
from skill.rendering import ssml, waiting
from skill.routine.model import Kind
from skill.routine.plan import Cue, Line, Plan


class Limits(NamedTuple):
    """What one response may hold."""

    seconds: int = 300
    """The longest speech."""
    characters: int = ssml.MOST_CHARACTERS - 1
    """The longest SSML."""


GET_READY: Final = "screen.get_ready"
"""The line that has the time to get ready for an exercise, which screens.toml gives."""

ALEXAS: Final = Limits()

PLANS_KEPT: Final = 64
"""A plan in SSML is about 100 kB."""

SPEECHES_KEPT: Final = 512
"""A speech is at most 8 kB."""


class SpokenCard(NamedTuple):
    """A card in words."""

    title: str
    """The heading."""
    text: str
    """The text, in one paragraph."""


class Spoken(NamedTuple):
    """A reply, rendered as speech."""

    speech: str = ""
    """SSML; empty where nothing is said."""
    reprompt: str = ""
    """SSML; empty where the reply does not listen."""
    card: SpokenCard | None = None
    """What the companion app shows."""


class Passage(NamedTuple):
    """One step in words."""

    ssml: str
    """What is said, and the silences."""
    ms: int
    """How long that takes."""
    prompted: bool
    """The plan itself asks, at its end, what comes next."""


class Telling:
    """A *plan* in *words*: each step is put into words once, when it is first led.

    Where the device *waits*, its prompts say so.
    """

    def __init__(self, words: Words, plan: Plan, *, waits: bool) -> None:
        self._words = words
        self._plan = plan
        self._waits = waits
        self._passages: dict[tuple[int, bool, int], Passage] = {}

    def passages(self, steps: Steps) -> Iterator[Passage]:
        """Each of *steps*, the first one as it is reached."""
        for step in range(steps.at, steps.until):
            first = step == steps.at
            yield self._passage(step, steps.entered and first, steps.after if first else 0)

    def _passage(self, step: int, entered: bool, after: int) -> Passage:  # noqa: FBT001 - a key of the cache
        found = self._passages.get((step, entered, after))
        if found is None:
            cues = self._plan.steps[step].led(entered=entered, after=after)
            if self._waits:
                cues = tuple(waiting.cue(cue, self._words) for cue in cues)
            found = self._passages[step, entered, after] = Passage(
                ssml=_spoken(self._words, cues),
                ms=sum(cue.ms for cue in cues),
                prompted=any(cue.kind is Kind.PROMPT for cue in cues),
            )
        return found


class Speech:
    """The speech of one response, within *limits*, in any language of *library*. Thread-safe.

    A device that *waits* goes on by itself after what it led. Its microphone is closed then, so
    nothing is said after a silence.
    """

    shows: Final = False
    """Speech shows nothing."""

    def __init__(self, library: Library, limits: Limits = ALEXAS, *, waits: bool = False) -> None:
        self._languages: Mapping[str, Words] = library.languages
        self._breath_ms = library.routine.breath_ms
        self._nudge_after_ms = library.routine.nudge_after_ms
        self._limits = limits
        self.longest_ms = limits.seconds * 1000
        """The most that one response may lead."""
        self._waits = waits
        self._ready_ms = library.screens.ready_ms
        self._telling = lru_cache(PLANS_KEPT)(self._tell)
        self._reached = lru_cache(SPEECHES_KEPT)(self._reach)
        self._said = lru_cache(SPEECHES_KEPT)(self._say)
        self._nudge = lru_cache(SPEECHES_KEPT)(self._quietly)

    def reach(self, language: str, opening: Sequence[Line], steps: Steps, prompt: Line) -> Reach:
        """How far one response leads of *steps*, after *opening* and before *prompt*.

        It leads one step at least, whatever the limits are.
        """
        return self._reached(language, tuple(opening), steps, prompt)

    def _reach(self, language: str, opening: tuple[Line, ...], steps: Steps, prompt: Line) -> Reach:
        words = self._languages[language]
        talk = self.opening(language, opening)
        lead_ms = sum(cue.ms for cue in talk)
        around = ssml.speak(_spoken(words, talk) + self._asked(words, prompt))
        room = self._limits.characters - len(around)
        time = self.longest_ms - lead_ms - sum(map(words.ms, self.prompts(prompt)))
        telling = self._telling(language, steps.plan)
        for step, passage in enumerate(telling.passages(steps), steps.at):
            room -= len(passage.ssml)
            time -= passage.ms
            if step > steps.at and (room < 0 or time < 0):
                return Reach(step, lead_ms)
            if passage.prompted:
                return Reach(step + 1, lead_ms)
        return Reach(steps.until, lead_ms)

    def render(self, reply: Reply) -> Spoken:
        """Put *reply* into words.

        Every silence is cut to what the words before it leave of their time, so that from one cue
        to the next it is to the millisecond what the plan says.
        """
        words = self._languages.get(reply.language)
        if words is None:
            return Spoken()
        listens = reply.reprompt and not (self._waits and reply.steps)
        return Spoken(
            speech=self._said(reply.language, reply.lines, reply.steps, reply.prompt),
            reprompt=self._nudge(reply.language, reply.reprompt) if listens else "",
            card=_card(words, reply.card) if reply.card else None,
        )

    def _say(
        self, language: str, lines: tuple[Line, ...], steps: Steps | None, prompt: Line | None
    ) -> str:
        words = self._languages[language]
        if steps is None:
            return ssml.speak(_joined(words, [*lines, *([prompt] if prompt else [])]))
        said = [_spoken(words, self.opening(language, lines))]
        telling = self._telling(language, steps.plan)
        passages = list(telling.passages(steps))
        said += [passage.ssml for passage in passages]
        if not passages[-1].prompted:
            said.append(self._asked(words, prompt) if prompt else "")
        return ssml.speak("".join(said))

    def _quietly(self, language: str, line: Line) -> str:
        """A reprompt: silence first, then *line*."""
        words = self._languages[language]
        return ssml.speak(ssml.silence(self._nudge_after_ms) + _joined(words, [line]))

    def prompts(self, prompt: Line) -> tuple[Line, ...]:
        """What is said as *prompt* after steps."""
        return waiting.prompts(prompt) if self._waits else (prompt,)

    def opening(self, language: str, lines: Iterable[Line]) -> tuple[Cue, ...]:
        """The *lines* before what is led, each as a cue."""
        words = self._languages[language]
        return tuple(self._talked(words, line) for line in lines)

    def _asked(self, words: Words, prompt: Line) -> str:
        if self._waits:
            return _spoken(words, [self._talked(words, line) for line in self.prompts(prompt)])
        return _joined(words, [prompt])

    def _talked(self, words: Words, line: Line) -> Cue:
        """A *line* and a breath, outside of any plan; or all the time to get ready."""
        ms = words.ms(line) + self._breath_ms
        return Cue(Kind.PROMPT, max(ms, self._ready_ms) if line.key == GET_READY else ms, line)

    def _tell(self, language: str, plan: Plan) -> "Telling":
        return Telling(self._languages[language], plan, waits=self._waits)


def _joined(words: Words, lines: Iterable[Line]) -> str:
    """The words of *lines*, as they stand inside a response."""
    return " ".join(ssml.words(words.spoken(line)) for line in lines)


def _spoken(words: Words, cues: Iterable[Cue]) -> str:
    """The words of *cues*, each at its moment; silences that meet are one."""
    spoken = ""
    silent_ms = 0
    for cue in cues:
        at = 0
        for mark in cue.lines:
            spoken += ssml.silence(silent_ms + mark.ms - at)
            spoken += ssml.words(words.spoken(mark.line))
            at = mark.ms + words.ms(mark.line)
            silent_ms = 0
        silent_ms += cue.ms - at
    return spoken + ssml.silence(silent_ms)


def _card(words: Words, card: Card) -> SpokenCard:
    return SpokenCard(words.text(card.title), " ".join(words.text(line) for line in card.lines))
