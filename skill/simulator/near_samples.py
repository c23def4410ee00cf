"""Samples that are nearly what was said, found by the weight of the words that differ."""

from collections import defaultdict
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count
from math import log
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
        if len(words) > MOST_WORDS:
            return
        weights = [self._weights.get(word, 1.0) for word in words]
        most = MOST_DIFFERENT * sum(weights)
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
            if state.at == len(words) and cost <= MOST_DIFFERENT * state.same:
                for intent in state.node.intents:
                    yield Near(cost, Reading(intent, state.literal, state.fillings))
            for more, after in self._next(state, words, weights, most - cost):
                heappush(heap, (cost + more, next(order), after))

    def _next(
        self, state: _State, words: tuple[str, ...], weights: list[float], room: float
    ) -> Iterator[tuple[float, _State]]:
        """Every step from *state*, with what the word weighs that differs: at most *room*."""
        node, at, same, literal, edits, fillings = state
        if edits < MOST_EDITS and room >= LIGHTEST:
            yield from self._differing(state, words, weights, room)
        if at == len(words):
            return
        if words[at] in node.words:
            both = same + weights[at]
            below = node.words[words[at]]
            yield 0.0, _State(below, at + 1, both, literal + 1, edits, fillings)
        for filling, below, end in self._tree.fillings(node, words, at):
            yield 0.0, _State(below, end, same + 1.0, literal, edits, (*fillings, filling))

    def _differing(
        self, state: _State, words: tuple[str, ...], weights: list[float], room: float
    ) -> Iterator[tuple[float, _State]]:
        """The steps over a word that is not said, is too many, or is another word for no."""
        node, at, same, literal, edits, fillings = state
        for word, below in node.words.items():
            weight = self._weights[word]
            if weight <= room and word not in self._negations:
                yield weight, _State(below, at, same, literal, edits + 1, fillings)
        if at < len(words) and words[at] in self._negations:
            for other in self._negations & node.words.keys() - {words[at]}:
                below = node.words[other]
                yield LIGHTEST, _State(below, at + 1, same + 1.0, literal, edits + 1, fillings)
        elif at < len(words) and weights[at] <= room:
            yield weights[at], _State(node, at + 1, same, literal, edits + 1, fillings)
