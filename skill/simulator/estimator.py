"""How long speech lasts: Speech Synthesis Markup (SSML) read as words and silences."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final
from xml.etree import ElementTree

from skill.language.rate import SpeechRate

STRENGTHS_MS: Final = {
    "none": 0,
    "x-weak": 0,
    "weak": 250,
    "medium": 250,
    "strong": 500,
    "x-strong": 1_000,
}
"""Milliseconds of the named breaks. Amazon gives no figures, but compares them to the pauses at a
comma, a sentence and a paragraph. The skill itself only uses breaks with a time."""

RATES: Final = {"x-slow": 50, "slow": 75, "medium": 100, "fast": 125, "x-fast": 150}
"""Percent of the named prosody rates; our choice, as Amazon gives no figures."""


class SsmlError(ValueError):
    """The markup is not XML, or something in it has no known length."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, or a silence."""

    text: str
    """The words; empty for a silence."""
    ms: int
    """How many milliseconds it takes."""


def read(ssml: str, rate: SpeechRate) -> tuple[Piece, ...]:
    """The words and silences of *ssml*, in order; neighbours of one kind are one piece.

    Raises `SsmlError` where it is not well-formed, and as `pieces` does.
    """
    return pieces(parsed(ssml), rate)


def parsed(ssml: str) -> ElementTree.Element:
    """The XML of *ssml*. Raises `SsmlError` where it is not well-formed."""
    try:
        return ElementTree.fromstring(ssml)  # noqa: S314 - it is the skill's own speech
    except ElementTree.ParseError as fault:
        raise SsmlError(f"not well-formed: {fault}") from fault


def pieces(root: ElementTree.Element, rate: SpeechRate) -> tuple[Piece, ...]:
    """The words and silences under *root*, as `read` gives them.

    Breaks are exact, words as *rate* estimates them. Raises `SsmlError` where a break or a prosody
    has no valid value, and for `<audio>`, because the length of its file is unknown.
    """
    reader = _SsmlReader(rate)
    reader.element(root, Fraction(1))
    return reader.finish()


class _SsmlReader:
    """Collects words, each with its rate of speech, until a silence ends them."""

    def __init__(self, rate: SpeechRate) -> None:
        self._rate = rate
        self._pieces: list[Piece] = []
        self._run: list[tuple[str, Fraction]] = []

    def element(self, element: ElementTree.Element, rate: Fraction) -> None:
        """Read *element* and all in it; *rate* is the speed of speech, 1 without any markup."""
        if element.tag == "audio":
            raise SsmlError("<audio> does not tell how long it lasts")
        if element.tag == "break":
            self._silence(break_ms(element))
            return
        if element.tag == "sub":
            self._run.append((element.get("alias", ""), rate))
            return
        if element.tag == "prosody":
            rate *= Fraction(_percent(element.get("rate", "medium")), 100)
        if element.tag in {"p", "s"}:
            self._run.append((" ", rate))
        self._run.append((element.text or "", rate))
        for child in element:
            self.element(child, rate)
            self._run.append((child.tail or "", rate))
        if element.tag in {"p", "s"}:
            self._run.append((" ", rate))

    def finish(self) -> tuple[Piece, ...]:
        """All that was read."""
        self._say()
        return tuple(self._pieces)

    def _silence(self, ms: int) -> None:
        self._say()
        if self._pieces and not self._pieces[-1].text:
            ms += self._pieces.pop().ms
        self._pieces.append(Piece("", ms))

    def _say(self) -> None:
        """Turn the words collected into one piece; a space has the rate of the word after it."""
        said: list[str] = []
        characters: dict[Fraction, int] = {}
        gap = False
        for fragment, rate in self._run:
            words = fragment.split()
            if words:
                gap = gap or fragment[0].isspace()
                before = " " if gap and said else ""
                said.append(before + " ".join(words))
                characters[rate] = characters.get(rate, 0) + len(said[-1])
                gap = fragment[-1].isspace()
            else:
                gap = gap or bool(fragment)
        self._run.clear()
        if said:
            text = "".join(said)
            slowed = sum((count / rate for rate, count in characters.items()), Fraction())
            self._pieces.append(Piece(text, int(self._rate.ms(text) * slowed / len(text))))


def break_ms(element: ElementTree.Element) -> int:
    """Milliseconds of a `<break>`. Raises `SsmlError` where it has no valid time."""
    time = element.get("time")
    if time is None:
        strength = element.get("strength", "medium")
        if strength not in STRENGTHS_MS:
            raise SsmlError(f"no such break strength: {strength!r}")
        return STRENGTHS_MS[strength]
    number, unit = (time[:-2], 1) if time.endswith("ms") else (time[:-1], 1000)
    if not time.endswith("s") or not number.replace(".", "", 1).isdecimal():
        raise SsmlError(f"no such break time: {time!r}")
    whole, _, part = number.partition(".")
    return int(whole or "0") * unit + int((part + "000")[:3]) * unit // 1000


def _percent(rate: str) -> int:
    percent = RATES.get(rate) or (int(rate[:-1]) if rate[:-1].isdecimal() else 0)
    if not percent or not (rate in RATES or rate.endswith("%")):
        raise SsmlError(f"no such prosody rate: {rate!r}")
    return percent
