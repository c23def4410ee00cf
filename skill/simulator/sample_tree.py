"""The samples of the skill's intents as a tree, and how words are read along it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from skill.language.interaction_model import Intent, SampleSlot
from skill.simulator.reading import Filling, Reading

CARRIER_WORDS: Final = 2
"""How many words of a sample must surround an unknown name, at least one of them before it.

So "start the elbow routine" is understood, "do you snore" and "it hurts on the left foot" are not.
"""

Fill = Callable[[SampleSlot, str], Filling | None]
"""What a slot holds when words are said for it; None where they cannot be its value."""


@dataclass(slots=True)
class Node:
    """A node in the tree of all samples, in which samples share their beginnings."""

    words: dict[str, "Node"] = field(default_factory=dict)
    """The nodes that the next word leads to."""
    slots: dict[SampleSlot, "Node"] = field(default_factory=dict)
    """The nodes that a slot's value leads to."""
    intents: list[Intent] = field(default_factory=list)
    """The intents whose samples end here, each once."""


class _Part(NamedTuple):
    """What is left to be read of an utterance, and what was read of it."""

    words: tuple[str, ...]
    """What is left."""
    literal: int
    """How many words were words of the sample."""
    fillings: tuple[Filling, ...]
    """The slots that were filled by the others."""


class SampleTree:
    """Reads words as samples; slots are filled by *fill*, with *longest* words at most."""

    def __init__(self, fill: Fill, longest: int) -> None:
        self._fill = fill
        self._longest = longest
        self._words: set[tuple[str, str]] = set()
        self._slots: set[SampleSlot] = set()
        self.root = Node()
        """Where every sample begins."""

    def learn(self, intent: Intent, tokens: Sequence[str | SampleSlot]) -> None:
        """Take in a sample, slots in their places."""
        node = self.root
        for token in tokens:
            if isinstance(token, SampleSlot):
                self._slots.add(token)
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

    def filled(self, words: Sequence[str]) -> list[dict[SampleSlot, list[tuple[Filling, int]]]]:
        """Give for each word how slots are filled by known words from it on, and where that ends.

        Slots that cannot be filled from there are left out.
        """
        table: list[dict[SampleSlot, list[tuple[Filling, int]]]] = [{} for _ in words]
        for at, by_slot in enumerate(table):
            for end in range(at + 1, min(at + self._longest, len(words)) + 1):
                said = " ".join(words[at:end])
                for slot in self._slots:
                    filling = self._fill(slot, said)
                    if filling and filling.known:
                        by_slot.setdefault(slot, []).append((filling, end))
        return table

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
        most = min(self._longest, len(words))
        spans = [(end, " ".join(words[:end])) for end in range(1, most + 1)]
        for slot, below in node.slots.items():
            for end, said in spans:
                filling = self._fill(slot, said)
                if filling and (filling.known or (literal and not known)):
                    rest = _Part(words[end:], literal, (*fillings, filling))
                    yield from self._below(below, rest, known=known)
