"""One sentence of a language: its phrasings, and the fields that are filled in."""

from collections.abc import Iterator
from string import Formatter
from typing import NamedTuple

from skill.language.errors import ContentError


class Sentence(NamedTuple):
    """A sentence with fields in braces, in one phrasing or in several that take turns."""

    other: tuple[str, ...]
    """The phrasings, at least one."""
    one: tuple[str, ...] = ()
    """The phrasings where *counted* is 1; none where the sentence has no singular."""
    counted: str = ""
    """The field that tells singular from plural; empty where the sentence has no singular."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every phrasing there is."""
        return (*self.other, *self.one)

    @property
    def fields(self) -> frozenset[str]:
        """The names of all fields that any phrasing fills in."""
        return frozenset(name for text in self.texts for name in fields_of(text))


def read_sentence(where: str, entry: object) -> Sentence:
    """The sentence of an *entry* of a file; raises `ContentError` that names *where* it is."""
    if isinstance(entry, dict) and set(entry) == {"one", "other", "field"}:
        counted = entry["field"]
        sentence = Sentence(
            _phrasings(entry["other"]),
            _phrasings(entry["one"]),
            counted if isinstance(counted, str) else "",
        )
        whole = bool(sentence.other and sentence.one and sentence.counted)
    else:
        sentence = Sentence(_phrasings(entry))
        whole = bool(sentence.other)
    if not whole:
        raise ContentError(
            f"{where} must be a text, a list of texts, or a table of one, other and field"
        )
    for text in sentence.texts:
        if not text.strip() or text.count('"') % 2:
            raise ContentError(f"{where} must be text with its quotes in pairs")
        try:
            fields = tuple(fields_of(text))
        except ValueError as fault:
            raise ContentError(f"{where}: {fault}") from fault
        if not all(name.isidentifier() for name in fields):
            raise ContentError(f"{where} has a field without a name")
    return sentence


def _phrasings(entry: object) -> tuple[str, ...]:
    """The texts of *entry*; none where it is not made of texts."""
    given = entry if isinstance(entry, list) else [entry]
    texts = tuple(text for text in given if isinstance(text, str))
    return texts if len(texts) == len(given) else ()


def fields_of(text: str) -> Iterator[str]:
    """The names of the fields in *text*; raises `ValueError` where a brace is open."""
    return (name for _, name, _, _ in Formatter().parse(text) if name is not None)
