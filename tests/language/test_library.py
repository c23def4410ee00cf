"""All content is read and checked at start; an error names the file and the key."""

import copy
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pytest
from plans import ENGLISH, ROUTINE

from skill.language.errors import ContentError
from skill.language.library import load
from skill.language.words import OWN
from skill.routine.model import Kind

LOADS: Final = tomllib.loads

Tables = dict[str, Any]
Path_ = tuple[str | int, ...]

CONTENT: Final = resources.files("skill") / "content"


def tables_of(name: str) -> Tables:
    return tomllib.loads((CONTENT / name).read_text("utf-8"), parse_float=Decimal)


NUMBERS: Final = tables_of("routine.toml")
WORDS: Final = tables_of("en/words.toml")

SLOTS: Final = (CONTENT / "en" / "slots.toml").read_text("utf-8")

SCREENS: Final = (CONTENT / "screens.toml").read_text("utf-8")

FILES: Final = ("routine.toml: ", "en/words.toml: ")
"""How a message begins; a number may be missed where the words come to it."""

OPTIONAL: Final = {"first", "reps", "rest_seconds", "change_seconds", "slowest_at"}
"""Keys of an exercise that not every exercise has."""


def toml(value: object) -> str:
    """Write *value* in TOML, every table inline."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)} = {toml(item)}" for key, item in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(toml(item) for item in value)}]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


class Folder:
    """A content folder to spoil: the real one, written anew.

    What was written as tables is not parsed again, which is most of the time that a load takes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tables: dict[str, Tables] = {}
        (path / "en").mkdir()
        self.write("routine.toml", NUMBERS)
        self.write("en/words.toml", WORDS)
        self.text("en/slots.toml", SLOTS)
        self.text("screens.toml", SCREENS)

    def write(self, name: str, tables: Tables) -> None:
        """Put *tables* in place of the file."""
        text = "".join(f"{json.dumps(key)} = {toml(table)}\n" for key, table in tables.items())
        self._tables = {text: tables}
        self.text(name, text)

    def loads(self, text: str, /, *, parse_float: Callable[[str], Any]) -> Tables:
        """Stand in for `tomllib.loads`."""
        return self._tables[text] if text in self._tables else parsed(text, parse_float)

    def text(self, name: str, text: str) -> None:
        """Put *text* in place of the file."""
        file = self.path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")

    def fault(self) -> str:
        """Load it, and give the error that comes of it in a line; empty where none does."""
        try:
            load(self.path)
        except ContentError as fault:
            return str(fault)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
            return f"{type(fault).__name__}, and no error of the content: {fault}"
        return ""


parsed: Final = cache(lambda text, parse_float: LOADS(text, parse_float=parse_float))
"""What was parsed once; nothing changes it."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    folder = Folder(tmp_path)
    monkeypatch.setattr(tomllib, "loads", folder.loads)
    return folder


def leaves(value: object, path: Path_ = ()) -> Iterator[Path_]:
    """Find every place in nested tables that holds no table, and no list of tables."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))
    else:
        yield path


def spoilt(tables: Tables, path: Path_, change: Callable[[Any, str | int], None]) -> Tables:
    """Copy *tables*, with *change* done to what holds the last of *path*, and to that key."""
    spoilt = copy.deepcopy(tables)
    holder: Any = spoilt
    for key in path[:-1]:
        holder = holder[key]
    change(holder, path[-1])
    return spoilt


def named(path: Path_) -> str:
    return ".".join(str(key) for key in path)


def drop(holder: Any, key: str | int) -> None:  # noqa: ANN401 - a table or a list
    del holder[key]


def test_the_folder_that_is_spoilt_here_is_the_real_one(folder: Folder) -> None:
    """Written anew, and not yet spoilt; and read as TOML it holds the same tables."""
    for name, tables in (("routine.toml", NUMBERS), ("en/words.toml", WORDS)):
        text = (folder.path / name).read_text("utf-8")
        assert LOADS(text, parse_float=Decimal) == tables
    library = load(folder.path)

    assert library.routine == ROUTINE
    assert library.words("en").sentences == ENGLISH.sentences


def test_every_missing_number_is_named(folder: Folder) -> None:
    """But for those that a routine may do without."""
    unnamed = {}
    for path in leaves(NUMBERS):
        folder.write("routine.toml", spoilt(NUMBERS, path, drop))
        message = folder.fault()
        if path[-1] in OPTIONAL or path[0] in {"paces", "levels"}:
            assert not message or message.startswith(FILES), path
        elif not message.startswith(FILES) or not named_in(message, path):
            unnamed[named(path)] = message

    assert unnamed == {}


def named_in(message: str, path: Path_) -> bool:
    """A part that is not held by time is taken for one in beats."""
    return str(path[-1]) in message or (path[-1] == "hold_seconds" and "beats" in message)


def test_every_missing_sentence_is_named(folder: Folder) -> None:
    """At start, and not by a listener who should have heard it. No exercise needs its own."""
    unnamed = {}
    for path in leaves(WORDS):
        folder.write("en/words.toml", spoilt(WORDS, path, drop))
        message = folder.fault()
        if path[1] == OWN and path[-1] not in {"one", "other", "field"}:
            assert not message, path
        elif not message.startswith("en/words.toml: ") or str(path[1]) not in message:
            unnamed[named(path)] = message

    assert unnamed == {}


def test_every_field_that_is_never_filled_in_is_named(folder: Folder) -> None:
    """With the sentence it stands in: else that sentence would be an apology when it is due."""

    def add(holder: Any, key: str | int) -> None:  # noqa: ANN401 - a table
        if isinstance(holder[key], list):
            holder, key = holder[key], 0
        holder[key] += " {banana}."

    unnamed = {}
    for path in leaves(WORDS):
        if path[0] in {"speech", "names"} or path[-1] == "field":
            continue
        folder.write("en/words.toml", spoilt(WORDS, path, add))
        message = folder.fault()
        sentence = named(path[: 3 if path[1] == OWN else 2]).removeprefix("lines.")
        if not message.startswith("en/words.toml: ") or not {"banana", sentence} <= set(
            message.replace("'", " ").replace(":", " ").split()
        ):
            unnamed[named(path)] = message

    assert unnamed == {}


def wrong_for(value: object, key: str) -> Iterator[object]:
    """What cannot stand in the place of *value*."""
    yield from ("soon", -1, {"a": 1})
    yield from ([],) if key != "needs" else ("chair", [5, 4])
    if type(value) is int and not key.endswith(("_seconds", "_hours")):
        yield Decimal("2.5")
    if isinstance(value, list) and len(value) == 2 and type(value[0]) is int:
        yield from ([5, 4], [-1, 5], [1], [1, 2, 3], ["a", "b"], [True, "b"])
        if not key.endswith("_seconds"):
            yield [1, Decimal("2.5")]


def test_every_wrong_value_is_an_error_of_its_file(folder: Folder) -> None:
    """No other error comes of it, at start or later: whoever wrote it is told."""
    untold = {}
    for path in leaves(NUMBERS):
        if path[-1] == "id":
            continue
        value: Any = NUMBERS
        for key in path:
            value = value[key]
        for wrong in wrong_for(value, str(path[-1])):

            def put(holder: Any, key: str | int, wrong: object = wrong) -> None:  # noqa: ANN401 - a table
                holder[key] = wrong

            folder.write("routine.toml", spoilt(NUMBERS, path, put))
            message = folder.fault()
            if not message.startswith(FILES):
                untold[f"{named(path)} = {toml(wrong)}"] = message

    assert untold == {}


Broken = tuple[str, str, str, tuple[str, ...]]

TEXTS: Final[dict[str, Broken]] = {
    "a sentence of an exercise's own that names no exercise": (
        "en/words.toml",
        "[toe_walking.own]",
        '[toe_walking.own]\nwhy = "Why not."',
        ("en/words.toml", "toe_walking.own.why", "never said"),
    ),
    "a plural of a field that is not filled in": (
        "en/words.toml",
        'takes.field = "minutes"',
        'takes.field = "toes"',
        ("en/words.toml", "takes", "toes"),
    ),
    "routine.toml that is no TOML": ("routine.toml", "minutes", "= minutes", ("routine.toml",)),
    "words.toml that is no TOML": ("en/words.toml", "[names]", "[names", ("words.toml",)),
    "a key twice": ("en/words.toml", "[lines]", '[lines]\ncount = "a"\n', ("words.toml",)),
    "an open quote": (
        "en/words.toml",
        'say_next = \'To go on, say Alexa, "next"',
        "say_next = 'To go on, say Alexa, \"next",
        ("en/words.toml", "say_next"),
    ),
    "an open field": (
        "en/words.toml",
        'ended = "That is',
        'ended = "{That is',
        ("en/words.toml", "ended"),
    ),
    "a first foot for two": (
        "routine.toml",
        'feet = "both"',
        'feet = "both"\nfirst = "left"',
        ("routine.toml", "toe_walking"),
    ),
    "a foot that is none": (
        "routine.toml",
        'first = "left"',
        'first = "third"',
        ("routine.toml", "toe_curls", "third"),
    ),
    "feet that do something else": (
        "routine.toml",
        '"blocks"',
        '"dances"',
        ("routine.toml", "toe_curls", "dances"),
    ),
    "a beat of an unknown kind": (
        "routine.toml",
        'id = "up", kind = "move"',
        'id = "up", kind = "hop"',
        ("routine.toml", "heel_raises", "hop"),
    ),
    "a range upside down": (
        "routine.toml",
        "reps = [10, 20]",
        "reps = [20, 10]",
        ("routine.toml", "heel_raises", "20", "10"),
    ),
    "less than a millisecond": (
        "routine.toml",
        "breath_seconds = 0.3 ",
        "breath_seconds = 0.0003 ",
        ("routine.toml", "0.0003"),
    ),
    "a hold too short to be counted down": (
        "routine.toml",
        "hold_seconds = 20",
        "hold_seconds = 4",
        ("toe_walking",),
    ),
    "a pace beyond the slowest": (
        "routine.toml",
        "slow = [50, 100]",
        "slow = [50, 200]",
        ("routine.toml", "pace"),
    ),
    "an exercise that is never kept": (
        "routine.toml",
        '"toe_walking"]',
        '"heel_raises"]',
        ("routine.toml", "kept_first"),
    ),
    "names for an exercise that is not there": (
        "en/slots.toml",
        "[types.Exercise]",
        '[types.Exercise]\nhopping = ["hopping"]',
        ("en/slots.toml: types.Exercise.hopping", "routine.toml"),
    ),
    "names for a thing that is not there": (
        "en/slots.toml",
        "[types.Item]",
        '[types.Item]\nball = ["ball"]',
        ("en/slots.toml: types.Item.ball", "routine.toml"),
    ),
    "names for no exercise at all": (
        "en/slots.toml",
        "[types.Exercise]",
        "[types.Exercises]",
        ("en/slots.toml: types.Exercise is missing",),
    ),
    "names that are no TOML": (
        "en/slots.toml",
        "[types.Exercise]",
        "[types.Exercise",
        ("en/slots.toml: not TOML",),
    ),
    "a name for an exercise that is not there": (
        "en/words.toml",
        "[names.exercise]",
        '[names.exercise]\nhopping = "hopping"',
        ("en/words.toml: names.exercise.hopping",),
    ),
    "a misspelt key": (
        "routine.toml",
        "rest_seconds = [3, 3]",
        "rest_second = [3, 3]",
        ("routine.toml", "toe_curls", "rest_second"),
    ),
    "a count too long for its circle": (
        "en/words.toml",
        'count = "{n}."',
        'count = "And this is number {n}."',
        ("en/words.toml", "count", "ms_per_count"),
    ),
    "a half-way that runs into the last five": (
        "en/words.toml",
        'half_way = "Halfway."',
        f'half_way = "{"You are halfway there. " * 4}"',
        ("en/words.toml", "half_way"),
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "named"), TEXTS.values(), ids=TEXTS)
def test_content_that_cannot_be_led_names_file_and_key(
    folder: Folder, file: str, old: str, new: str, named: tuple[str, ...]
) -> None:
    text = (CONTENT / file).read_text("utf-8")
    assert old in text
    folder.text(file, text.replace(old, new))

    message = folder.fault()
    for each in named:
        assert each in message
    assert "\n" not in message


@pytest.mark.parametrize("file", ["routine.toml", "en/words.toml", "en/slots.toml"])
def test_a_missing_file_is_named(folder: Folder, file: str) -> None:
    (folder.path / file).unlink()

    assert folder.fault() == f"{file}: cannot be read (FileNotFoundError)"


@pytest.mark.parametrize("id_", [*ROUTINE.ids, *ROUTINE.equipment, "left", "right"])
def test_what_nobody_could_ask_for_is_named(folder: Folder, id_: str) -> None:
    """Each exercise, thing and foot has names."""
    text = re.sub(rf"^{id_} = ", "strange = ", SLOTS, flags=re.MULTILINE)
    assert text != SLOTS
    folder.text("en/slots.toml", text)

    message = folder.fault()
    assert message.startswith("en/slots.toml: types.")
    assert f".{id_} is missing" in message


def test_bytes_that_are_no_text_are_named(folder: Folder) -> None:
    (folder.path / "en" / "words.toml").write_bytes(b"\xff\xfe")

    assert "words.toml: " in folder.fault()


def test_a_language_without_words_is_an_error(folder: Folder) -> None:
    (folder.path / "de").mkdir()

    assert "words.toml" in folder.fault()


def test_english_is_always_there(folder: Folder) -> None:
    """It is what a locale without words of its own is spoken to in."""
    (folder.path / "en").rename(folder.path / "fr")

    assert "en/words.toml" in folder.fault()


def test_a_further_language_only_adds_files(folder: Folder) -> None:
    folder.write("fr/words.toml", WORDS)
    folder.text("fr/slots.toml", SLOTS)

    library = load(folder.path)
    assert library.words("fr-CA").language == "fr"
    assert library.words("en-CA").language == "en"
    assert library.words("de-DE").language == "en"


def test_a_language_that_lacks_a_sentence_is_an_error(folder: Folder) -> None:
    folder.write("fr/words.toml", spoilt(WORDS, ("lines", "say_next"), drop))

    message = folder.fault()
    assert message.startswith("fr/words.toml: ")
    assert "say_next" in message


def test_a_language_that_knows_another_field_is_an_error(folder: Folder) -> None:
    def add(holder: Any, key: str | int) -> None:  # noqa: ANN401 - a table
        holder[key] += " {banana}"

    folder.write("fr/words.toml", spoilt(WORDS, ("lines", "say_next"), add))

    message = folder.fault()
    assert message.startswith("fr/words.toml: ")
    assert "say_next" in message
    assert "banana" in message


def test_seconds_are_exact() -> None:
    """Decimals of the file become whole milliseconds, without a detour through binary."""
    assert ROUTINE.breath_ms == 300
    assert all(
        beat.tempo.least % 500 == 0 and beat.kind in {Kind.MOVE, Kind.HOLD}
        for exercise in ROUTINE.exercises
        for part in exercise.parts
        for beat in part.beats
    )
