"""The samples of the skill's intents as a tree, and how words are read along it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, NamedTuple

from skill.language.interaction_model import Intent, SampleSlot
from skill.simulator.reading import Filling, Reading

CARRIER_WORDS: Final = 2
"""How many words of a sample must surround an unknown name, at least one of them before it.

So "start the elbow routine" is understood, "do you snore" and "it hurts on the left foot" are not.
"""

Fill = Callable[[SampleSlot, str], Filling | None]
"""What a slot holds when words are said for it; None where they cannot be its value."""

Kinds = Callable[[str], Iterable[str]]
"""The types of which words are a known value: most are of none, and need not be tried."""


@dataclass(slots=True)
class Node:
    """A node in the tree of all samples, in which samples share their beginnings."""

    words: dict[str, "Node"] = field(default_factory=dict)
    """The nodes that the next word leads to."""
    slots: dict[SampleSlot, "Node"] = field(default_factory=dict)
    """The nodes that a slot's value leads to."""
    intents: list[Intent] = field(default_factory=list)
    """The intents whose samples end here, each once."""
    below: int = 0
    """The marks of all words and slots that are further down, after `mark_all`."""


class _Part(NamedTuple):
    """What is left to be read of an utterance, and what was read of it."""

    words: tuple[str, ...]
    """What is left."""
    literal: int
    """How many words were words of the sample."""
    fillings: tuple[Filling, ...]
    """The slots that were filled by the others."""


class _Span(NamedTuple):
    """Words that may be the value of a slot."""

    length: int
    """How many words."""
    said: str
    """The words, with spaces between them."""
    known: Mapping[SampleSlot, Filling]
    """The slots of which they are a known value."""


class SampleTree:
    """Reads words as samples, slots in their places."""

    def __init__(self, fill: Fill, kinds: Kinds, longest: int) -> None:
        self.fill = fill
        """Fills a slot."""
        self.kinds = kinds
        """Tells which slots it fills by a known value."""
        self.longest = longest
        """How many words may fill a slot."""
        self._words: set[tuple[str, str]] = set()
        self._slots: defaultdict[str, list[SampleSlot]] = defaultdict(list)
        self._marks: dict[object, int] = {}
        self.root = Node()
        """Where every sample begins."""

    def learn(self, intent: Intent, tokens: Sequence[str | SampleSlot]) -> None:
        """Take in a sample, slots in their places."""
        node = self.root
        for token in tokens:
            if isinstance(token, SampleSlot):
                if token not in self._slots[token.type]:
                    self._slots[token.type].append(token)
                node = node.slots.setdefault(token, Node())
            else:
                self._words.add((token, intent.meaning))
                node = node.words.setdefault(token, Node())
        if intent not in node.intents:
            node.intents.append(intent)

    def ending(self, tokens: Sequence[str | SampleSlot]) -> Sequence[Intent]:
        """Give the intents that have just this sample."""
        node = self.root
        for token in tokens:
            if isinstance(token, SampleSlot):
                below = node.slots.get(token)
            else:
                below = node.words.get(token)
            if below is None:
                return ()
            node = below
        return node.intents

    def words(self) -> Iterator[tuple[str, str]]:
        """Give every word of the samples with the meaning of an intent whose samples have it."""
        yield from self._words

    def mark_all(self) -> None:
        """Fill in `Node.below`, when all samples are learned."""
        self._mark_below(self.root)

    def _mark_below(self, node: Node) -> None:
        for token, below in chain(node.words.items(), node.slots.items()):
            self._mark_below(below)
            node.below |= self._marks.setdefault(token, 1 << len(self._marks)) | below.below

    def mark(self, token: object) -> int:
        """The bit that *token* has in `Node.below`; 0 for one that is in no sample."""
        return self._marks.get(token, 0)

    def filled(self, words: Sequence[str]) -> list[dict[SampleSlot, list[tuple[Filling, int]]]]:
        """Give for each word how slots are filled by known words from it on, and where that ends.

        Slots that cannot be filled from there are left out.
        """
        table: list[dict[SampleSlot, list[tuple[Filling, int]]]] = [{} for _ in words]
        for at, by_slot in enumerate(table):
            for span in self._spans(words[at : at + self.longest]):
                for slot, filling in span.known.items():
                    by_slot.setdefault(slot, []).append((filling, at + span.length))
        return table

    def _known(self, said: str) -> Mapping[SampleSlot, Filling]:
        """The slots of which *said* is a known value."""
        slots = (slot for kind in self.kinds(said) for slot in self._slots.get(kind, ()))
        fillings = ((slot, self.fill(slot, said)) for slot in slots)
        return {slot: filling for slot, filling in fillings if filling and filling.known}

    def _spans(self, words: Sequence[str]) -> list[_Span]:
        """What may be the value of a slot at the beginning of *words*, the shortest first."""
        lengths = range(1, min(self.longest, len(words)) + 1)
        said = ((length, " ".join(words[:length])) for length in lengths)
        return [_Span(length, text, self._known(text)) for length, text in said]

    def readings(self, words: tuple[str, ...], *, known: bool) -> Iterator[Reading]:
        """Every way to understand *words*, with *known* values only or with any."""
        return self._below(self.root, _Part(words, 0, ()), known=known)

    def _below(self, node: Node, part: _Part, *, known: bool) -> Iterator[Reading]:
        """Every way in which the rest of the words leads from *node* to the end of a sample."""
        words, literal, fillings = part
        if not words:
            for intent in node.intents:
                reading = Reading(intent, literal, fillings)
                if reading.known or literal >= CARRIER_WORDS:
                    yield reading
            return
        if words[0] in node.words:
            rest = _Part(words[1:], literal + 1, fillings)
            yield from self._below(node.words[words[0]], rest, known=known)
        if not node.slots:
            return
        unknown = bool(literal) and not known
        spans = [span for span in self._spans(words) if span.known or unknown]
        for slot, below in node.slots.items() if spans else ():
            for span in spans:
                filling = span.known.get(slot) or (self.fill(slot, span.said) if unknown else None)
                if filling:
                    rest = _Part(words[span.length :], literal, (*fillings, filling))
                    yield from self._below(below, rest, known=known)
