"""Samples that are nearly what was said, found by the weight of the words that differ."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import reduce
from heapq import heappop, heappush
from itertools import chain, count
from math import log
from operator import or_
from typing import Final, NamedTuple

from skill.language.interaction_model import Phrases
from skill.simulator.reading import Filling, Reading
from skill.simulator.sample_tree import Node, SampleTree

MOST_DIFFERENT: Final = 0.3
"""How much the words that differ may weigh, as a share of those that do not: our choice."""

MOST_EDITS: Final = 3
"""How many words may be missing, or be too many."""

MOST_WORDS: Final = 10
"""Longer utterances are near to no sample, so that none takes long."""

LIGHTEST: Final = 0.2
"""What a word weighs that stands in samples of most meanings. One that stands in one weighs 1."""

CLOSE: Final = 0.25
"""A sample of another meaning that is no further off than this makes it open what is meant."""

ROUNDING: Final = 1e-9
"""Weights that come to the same sum in another order may differ by less than this."""

SAFETY_REACH: Final = 0.5
"""A sample about safety is heard if it is no further off than this from the nearest."""


class _State(NamedTuple):
    """How far a way through the tree has come."""

    node: Node
    """Where in the tree."""
    at: int
    """How many words of the utterance are read."""
    same: float
    """What the words weigh that are in both."""
    literal: int
    """How many words are in both."""
    edits: int
    """How many words are in one only."""
    fillings: tuple[Filling, ...]
    """The slots that were filled."""


class _Ahead(NamedTuple):
    """What the rest of an utterance comes to at best in the samples below a node."""

    cost: float
    """What the words weigh that are in none of them, and in no value of their slots."""
    edits: int
    """How many they are."""
    same: float
    """The most that the others can weigh where they are in both."""


class Near(NamedTuple):
    """A sample that is nearly what was said."""

    cost: float
    """What the words weigh that differ."""
    reading: Reading
    """What it was read as."""


class NearSamples:
    """Finds them in *tree*, by the weights of the words in the samples of *phrases*."""

    def __init__(self, phrases: Phrases, tree: SampleTree) -> None:
        self._tree = tree
        tree.mark_all()
        self._negations = frozenset(phrases.negations)
        meanings: defaultdict[str, set[str]] = defaultdict(set)
        for word, meaning in tree.words():
            meanings[word].add(meaning)
        most = log(len({name for names in meanings.values() for name in names}) or 1) or 1
        self._weights = {
            word: max(LIGHTEST, 1 - log(len(names)) / most) for word, names in meanings.items()
        }

    def of(self, words: tuple[str, ...]) -> Iterator[Near]:
        """Give the samples that are near to *words*, the nearest first."""
        if len(words) <= MOST_WORDS:
            yield from _NearSearch(words, self._tree, self._weights, self._negations).found()


class _NearSearch:
    """One search, for the samples near to *words*."""

    def __init__(
        self,
        words: tuple[str, ...],
        tree: SampleTree,
        weights: Mapping[str, float],
        negations: frozenset[str],
    ) -> None:
        self._words = words
        self._tree = tree
        self._known_weights = weights
        self._negations = negations
        self._weights = [weights.get(word, 1.0) for word in words]
        self._most = MOST_DIFFERENT * sum(self._weights)
        self._filled = tree.filled(words)
        self._marks = reduce(or_, map(tree.mark, chain(words, *self._filled)), 0)
        self._aheads: dict[int, list[_Ahead]] = {}

    def _ahead(self, node: Node) -> list[_Ahead]:
        """What is ahead of each word, and of the end, for the samples below *node*."""
        marks = node.below & self._marks
        if marks not in self._aheads:
            self._aheads[marks] = self._all_ahead(marks)
        return self._aheads[marks]

    def _all_ahead(self, marks: int) -> list[_Ahead]:
        held = {
            place
            for at, by_slot in enumerate(self._filled)
            for slot, fillings in by_slot.items()
            if self._tree.mark(slot) & marks
            for _, end in fillings
            for place in range(at, end)
        }
        ahead = [_Ahead(0.0, 0, 0.0)]
        for at in reversed(range(len(self._words))):
            cost, edits, same = ahead[-1]
            word, weight = self._words[at], self._weights[at]
            if at in held or word in self._negations:
                ahead.append(_Ahead(cost, edits, same + 1.0))
            elif self._tree.mark(word) & marks:
                ahead.append(_Ahead(cost, edits, same + weight))
            else:
                ahead.append(_Ahead(cost + weight, edits + 1, same))
        return ahead[::-1]

    def _hopeless(self, cost: float, state: _State) -> bool:
        """Whether no sample below *state* is near, as too many words ahead are in none."""
        ahead = self._ahead(state.node)[state.at]
        least = cost + ahead.cost - ROUNDING
        return (
            state.edits + ahead.edits > MOST_EDITS
            or least > self._most
            or least > MOST_DIFFERENT * (state.same + ahead.same)
        )

    def found(self) -> Iterator[Near]:
        """Give the samples, the nearest first."""
        order = count()
        heap: list[tuple[float, int, _State]] = [
            (0.0, next(order), _State(self._tree.root, 0, 0.0, 0, 0, ()))
        ]
        seen: set[tuple[int, int, tuple[Filling, ...]]] = set()
        while heap:
            cost, _, state = heappop(heap)
            key = (id(state.node), state.at, state.fillings)
            if key in seen:
                continue
            seen.add(key)
            if self._hopeless(cost, state):
                continue
            if state.at == len(self._words) and cost <= MOST_DIFFERENT * state.same:
                for intent in state.node.intents:
                    yield Near(cost, Reading(intent, state.literal, state.fillings))
            for more, after in self._next(state, self._most - cost):
                heappush(heap, (cost + more, next(order), after))

    def _next(self, state: _State, room: float) -> Iterator[tuple[float, _State]]:
        """Every step from *state*, with what the word weighs that differs: at most *room*."""
        node, at, same, literal, edits, fillings = state
        if edits < MOST_EDITS and room >= LIGHTEST:
            yield from self._differing(state, room)
        if at == len(self._words):
            return
        below = node.words.get(self._words[at])
        if below is not None:
            both = same + self._weights[at]
            yield 0.0, _State(below, at + 1, both, literal + 1, edits, fillings)
        for slot, below in node.slots.items():
            for filling, end in self._filled[at].get(slot, ()):
                yield 0.0, _State(below, end, same + 1.0, literal, edits, (*fillings, filling))

    def _differing(self, state: _State, room: float) -> Iterator[tuple[float, _State]]:
        """The steps over a word that is not said, is too many, or is another word for no."""
        node, at, same, literal, edits, fillings = state
        for word, below in node.words.items():
            weight = self._known_weights[word]
            fits = weight <= room and word not in self._negations
            if fits and weight + self._ahead(below)[at].cost <= room + ROUNDING:
                yield weight, _State(below, at, same, literal, edits + 1, fillings)
        if at == len(self._words):
            return
        if self._words[at] in self._negations:
            for other in self._negations & node.words.keys() - {self._words[at]}:
                below = node.words[other]
                yield LIGHTEST, _State(below, at + 1, same + 1.0, literal, edits + 1, fillings)
        elif self._weights[at] <= room:
            yield self._weights[at], _State(node, at + 1, same, literal, edits + 1, fillings)
