"""The medium of a device with a screen: speech, and a document in Alexa's Presentation Language."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from skill.conversation.medium import Reach
from skill.conversation.reply import Reply, Steps
from skill.language.library import Library
from skill.rendering import waiting
from skill.rendering.captions import Captions
from skill.rendering.documents import Documents, Shape
from skill.rendering.speech import ALEXAS, Limits, Speech, Spoken
from skill.rendering.timing import Timer, Timing, Waiting
from skill.routine.model import Kind
from skill.routine.plan import Line

TIMED: Final = "timed"
"""The argument of the event that a screen sends when its time is over."""

LENGTHS: Final = (60, 130, 260, 360)
"""The longest texts of a screen that waits which are shown in the first to fourth of five sizes, in
characters."""

LATER: Final = "_later"
"""The end of the key of words after a long silence; a screen shows those that they repeat."""

FIRST_ROW: Final = 3
"""How many buttons stand side by side on a round screen."""

SCREENS_KEPT: Final = 256
"""The data of one screen is some 5 kB."""


class ShownReply(NamedTuple):
    """A reply as speech and as a screen."""

    spoken: Spoken
    """What is said."""
    document: dict[str, Any] | None = None
    """What draws the screen, the same object for all screens of one kind; None shows nothing."""
    data: dict[str, Any] | None = None
    """What it draws."""


class Screen:
    """Speech with a screen, in any language of *library*. Thread-safe."""

    def __init__(self, library: Library, limits: Limits = ALEXAS) -> None:
        self._screens = library.screens
        self._languages = library.languages
        self._captions = {
            name: Captions(words, library.screens) for name, words in library.languages.items()
        }
        self._speech = Speech(library, limits, waits=True)
        self._documents = Documents(library.screens.drawings)
        self._led = lru_cache(SCREENS_KEPT)(self._lead)

    @property
    def longest_ms(self) -> int:
        """The most that one response may lead."""
        return self._speech.longest_ms

    @property
    def shows(self) -> bool:
        """A screen shows where the listener is."""
        return True

    def reach(self, language: str, opening: Sequence[Line], steps: Steps, prompt: Line) -> Reach:
        """How far one response leads, as `Medium.reach` says."""
        return self._speech.reach(language, opening, steps, prompt)

    def intent(self, move: str) -> str:
        """The intent of the words that ask for a *move*; empty where there is no such move."""
        return self._screens.moves.get(move, "")

    def render(self, reply: Reply, shape: Shape) -> ShownReply:
        """Put *reply* into words, and onto a screen of that *shape*."""
        spoken = self._speech.render(reply)
        if reply.language not in self._languages:
            return ShownReply(spoken)
        if reply.steps is None:
            exercise, data = self._ask(reply)
            return ShownReply(spoken, self._documents.asking(exercise), data)
        data = self._led(reply.language, reply.lines, reply.steps, reply.prompt)
        exercise = reply.steps.plan.course[reply.steps.at].exercise
        return ShownReply(spoken, self._documents.leading(exercise, shape), data)

    def timing(
        self, language: str, lines: tuple[Line, ...], steps: Steps, prompt: Line | None
    ) -> Timing:
        """What is shown when, while *steps* are led after *lines* and before *prompt*."""
        words = self._languages[language]
        timer = Timer(words)
        timer.opening(self._speech.opening(language, lines))
        asked = self._speech.opening(language, self._speech.prompts(prompt) if prompt else ())
        for number in range(steps.at, steps.until):
            first = number == steps.at
            step = steps.plan.steps[number]
            cues = step.led(entered=steps.entered and first, after=steps.after if first else 0)
            timer.step(number - steps.at, step, cues)
            if cues[-1].kind is Kind.PROMPT:
                asked = (waiting.cue(cues[-1], words),)
        wait = Waiting(self._screens.grace_percent, self._screens.grace_ms)
        return timer.finish(steps.until - 1 - steps.at, asked, wait)

    def _lead(
        self, language: str, lines: tuple[Line, ...], steps: Steps, prompt: Line | None
    ) -> dict[str, Any]:
        captions, plan = self._captions[language], steps.plan
        timing = self.timing(language, lines, steps, prompt)
        led_from = timing.blocks[1][0] if lines else 0
        after_ms = plan.left_ms(steps.until)
        return {
            "title": captions.name(plan.course[steps.at].exercise),
            "steps": [
                {**captions.place(plan, plan.course[number]), "next": captions.coming(plan, number)}
                for number in range(steps.at, steps.until)
            ],
            **timing.as_json(),
            "start": self._screens.start_ms,
            "wait": self._screens.start_ms + timing.goes_on_at,
            "whole": after_ms + timing.prompt_at - led_from,
            "after": after_ms,
            "ends": after_ms + timing.prompt_at,
            "left": captions.text("time_left"),
            **_keys(captions.buttons(self._screens.leading)),
        }

    def _ask(self, reply: Reply) -> tuple[str, dict[str, Any]]:
        """A screen that waits for a word or a touch, or says farewell."""
        captions, words = self._captions[reply.language], self._languages[reply.language]
        prompt = reply.prompt or reply.reprompt
        if prompt:
            prompt = prompt._replace(key=prompt.key.removesuffix(LATER))
        asked = words.text(prompt) if prompt else ""
        said = " ".join(words.text(line) for line in reply.lines).removesuffix(asked).strip()
        exercise, place = captions.scene(reply.scene, prompt) if reply.scene else ("", {})
        drawn = bool(exercise) and not (prompt and prompt.key in self._screens.standing)
        return exercise if drawn else "", {
            "title": captions.name(exercise),
            "said": said,
            "asked": asked,
            "size": bisect_left(LENGTHS, len(said) + len(asked)),
            "drawn": drawn,
            **place,
            **_keys(captions.buttons(self._moves(prompt))),
        }

    def _moves(self, prompt: Line | None) -> tuple[str, ...]:
        """The moves on the buttons after *prompt*, by its key or the end of its key."""
        if prompt is None:
            return ()
        prompts = self._screens.prompts
        return prompts.get(prompt.key) or prompts.get(prompt.key.rpartition(".")[2], ())


def _keys(buttons: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """All buttons, and those that a round screen has no room for in its first row."""
    return {"buttons": buttons, "below": buttons[FIRST_ROW:]}
