"""One language's words: whole sentences as data, filled with numbers and names."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from skill.language.errors import ContentError
from skill.language.rate import SpeechRate
from skill.language.sentence import Sentence, fields_of, read_sentence
from skill.language.table import Table
from skill.routine.plan import Line, LineValue

NAMED: Final = {
    "side": "side",
    "other_side": "side",
    "exercise": "exercise",
    "next": "exercise",
    "exercise_list": "exercise",
    "items": "items",
    "days": "days",
}
"""Which table of names each field is looked up in; numbers need none, the rest stays as it is."""

COUNT: Final = "count"
"""The key of the line that a repetition is counted with."""

MOST_TIMES: Final = 2
"""How many times the length of a count its text may take by its characters."""

BEGINNING: Final = re.compile(r"(^|[.?!] )([a-z])")
"""The first letter of a sentence, where it is a small one."""

OWN: Final = "own"
"""The table of an exercise with the sentences that it has in the place of general ones."""


@dataclass(eq=False, repr=False, slots=True)
class Words:
    """A language's sentences by key. Quotes mark phrases a listener may say.

    It is the `Talk` of the planner: it knows how long each line takes to say.
    """

    language: str
    """The name of the language's content folder, such as `en`."""
    file: str
    """The file they were read from, as errors name it."""
    rate: SpeechRate
    """How long Alexa takes to say something in the language."""
    numbers: tuple[str, ...]
    """`numbers[n]` is how n is said; greater numbers are written in digits."""
    names: Mapping[str, Mapping[str, str]]
    """What things are called, by table (`side`, `exercise`) and by their ID in it."""
    joints: Mapping[str, str]
    """How a list is joined: `comma` within it, `and` before its last item."""
    sentences: Mapping[str, Sentence]
    """The sentences by key: `say_next` for those of `[lines]`, `toe_curls.full` for the others.

    `toe_walking.own.say_next` is said in the place of `say_next` where that names the exercise.
    """
    _said: dict[Line, str] = field(default_factory=dict)
    """What `spoken` gave for lines without fields."""
    _lengths: dict[Line, int] = field(default_factory=dict)
    """What `ms` gave."""

    def text(self, line: Line) -> str:
        """What is printed for *line*: its sentence, filled in, quotes kept.

        Raises `KeyError` where there is no such sentence or a field is not given.
        """
        return _sentence_case(self._filled(line))

    def spoken(self, line: Line) -> str:
        """What is said for *line*: its text without the quotes."""
        if line.values:
            return self.text(line).replace('"', "")
        if line not in self._said:  # a line with nothing to fill in is one of a few
            self._said[line] = self.text(line).replace('"', "")
        return self._said[line]

    def ms(self, line: Line) -> int:
        """Milliseconds to say *line*."""
        ms = self._lengths.get(line)
        if ms is None:
            ms = self.rate.ms(self.spoken(line))
            self._lengths[line] = ms
        return ms

    def check(
        self, sentences: Mapping[str, Iterable[str]], names: Mapping[str, Collection[str]]
    ) -> None:
        """Hold the words to what can be said: *sentences* with their fields, *names* by table.

        An exercise may have its own in the place of a sentence that names an exercise. Raises
        `ContentError` naming the file and the key.
        """
        may = {
            f"{exercise}.{OWN}.{key}": fields
            for key, fields in sentences.items()
            for exercise in names["exercise"]
            if "exercise" in fields
        }
        for key in sorted(sentences.keys() ^ (self.sentences.keys() - may)):
            missing = key in sentences
            raise ContentError(f"{self.file}: {key} is {'missing' if missing else 'never said'}")
        for key, sentence in self.sentences.items():
            fields = sentences[key] if key in sentences else may[key]
            strange = {*sentence.fields, sentence.counted} - {*fields, ""}
            if strange:
                raise ContentError(f"{self.file}: {key} has the unknown field {min(strange)}")
        for table, needed in names.items():
            for name in needed:
                if name not in self.names.get(table, {}):
                    raise ContentError(f"{self.file}: names.{table}.{name} is missing")
            for name in self.names.get(table, {}):
                if name not in needed:
                    raise ContentError(f"{self.file}: names.{table}.{name} is never said")

    def _filled(self, line: Line) -> str:
        values = dict(line.values)
        own = f"{values.get('exercise')}.{OWN}.{line.key}"
        sentence = self.sentences.get(own) or self.sentences[line.key]
        one = sentence.counted and values[sentence.counted] == 1
        phrasings = sentence.one if one else sentence.other
        template = phrasings[line.variant % len(phrasings)]
        return template.format_map(
            {name: self._word(name, value) for name, value in values.items()}
        )

    def _word(self, name: str, value: LineValue) -> str:
        if isinstance(value, Line):
            return self._filled(value)
        if isinstance(value, int):
            return self.numbers[value] if value < len(self.numbers) else str(value)
        names = self.names.get(NAMED.get(name, ""), {})
        if isinstance(value, str):
            return names.get(value, value)
        return self._list([names.get(each, each) for each in value])

    def _list(self, words: list[str]) -> str:
        if not words:
            return ""
        *before, last = words
        text = ""
        for word in before:
            text = self.joints["comma"].format(first=text, last=word) if text else word
        return self.joints["and"].format(first=text, last=last) if text else last


def parse(language: str, tables: Table) -> Words:
    """Make `Words` of a whole words.toml; raises `ContentError` naming file and key."""
    names = tables.table("names")
    numbers = names.texts("numbers")
    joints = {joint: names.text(joint) for joint in ("and", "comma")}
    for joint, text in joints.items():
        if set(fields_of(text)) != {"first", "last"}:
            names.fault(joint, "must have the fields first and last")
    others = [names.table(name) for name in names if name not in {"numbers", *joints}]
    named = {
        table.path.removeprefix("names."): {name: table.text(name) for name in table}
        for table in others
    }
    sentences: dict[str, Sentence] = {}
    for name in tables:
        if name in {"speech", "names"}:
            continue
        table = tables.table(name)
        sentences |= _sentences(table, "" if name == "lines" else f"{name}.")
    rate = _rate(tables.table("speech"))
    words = Words(language, tables.file, rate, numbers, named, joints, sentences)
    if COUNT in sentences and sentences[COUNT].fields <= {"n"}:
        counts = [words.spoken(Line(COUNT, (("n", n),))) for n in range(1, len(numbers))]
        words.rate = rate._replace(counts=frozenset(counts))
        longest = max(counts, key=rate.ms, default="")
        if rate.ms(longest) > MOST_TIMES * rate.ms_per_count:
            raise ContentError(f"{tables.file}: count: {longest} is too long for its ms_per_count")
    return words


def _sentences(table: Table, before: str) -> dict[str, Sentence]:
    """The sentences of *table*, by their key: what stands *before* it, and its own."""
    found: dict[str, Sentence] = {}
    for line in table:
        if line == OWN and before:
            found |= _sentences(table.table(OWN), f"{before}{OWN}.")
        else:
            where = f"{table.file}: {table.at(line)}"
            found[f"{before}{line}"] = read_sentence(where, table.entry(line))
    return found


def _rate(speech: Table) -> SpeechRate:
    rate = SpeechRate(
        ms_per_line=speech.whole("ms_per_line"),
        ms_per_character=speech.whole("ms_per_character"),
        ms_per_count=speech.whole("ms_per_count"),
    )
    spread = speech.span("spread")
    speech.end()
    return rate._replace(fastest=spread.least, slowest=spread.most)


def _sentence_case(text: str) -> str:
    """A filled-in field may begin a sentence: "ten times" after a full stop is "Ten times"."""
    return BEGINNING.sub(lambda match: match[1] + match[2].upper(), text)
