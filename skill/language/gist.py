"""What is left of an utterance when little words and word forms are taken off.

"Could you maybe go a little slower" and "go slower" have one gist. `skill.simulator.understanding`
compares the gists of utterance and sample where no sample fits word for word.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

MOST_ROUNDS: Final = 3
"""So many openings in a row are taken off: "i think", "i'd like to", "could we"."""


@dataclass(frozen=True, slots=True)
class Gist:
    """Which words carry nothing, and which mean the same."""

    openings: tuple[str, ...] = ()
    """How a wish may begin, such as `could you`; they go from the front."""
    passed: tuple[str, ...] = ()
    """Words that carry nothing wherever they stand, such as `the`."""
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By a word or phrase: others for which it stands, such as `start` for `begin`."""
    clauses: tuple[str, ...] = ()
    """How a wish begins after other words, such as `can we`."""
    leads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the intent that they mean: beginnings that are enough for it, such as `hang on`."""
    trails: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the intent that they mean: endings that are enough for it."""


class GistReader:
    """Takes the gist of utterances. The result depends on the words alone."""

    def __init__(self, gist: Gist, negations: Collection[str]) -> None:
        """Take no opening off that one of *negations* follows: "i'd rather not"."""
        self._negations = frozenset(negations)
        self._openings = frozenset(tuple(said.split()) for said in gist.openings)
        self._passed = frozenset(gist.passed)
        self._alike = {
            tuple(said.split()): tuple(word.split())
            for word, others in gist.alike.items()
            for said in others
        }
        self._most = max(map(len, (*self._alike, *self._openings)), default=0)

    def of(self, words: Sequence[str]) -> tuple[str, ...]:
        """Give the gist of *words*, or *words* themselves where nothing would be left."""
        kept = tuple(words)
        for _ in range(MOST_ROUNDS):
            length = next(self._opening(kept), 0)
            if not length:
                break
            kept = kept[length:]
        return self.inner(kept)

    def inner(self, words: Sequence[str]) -> tuple[str, ...]:
        """Give the gist of what stands within an utterance: no opening is taken off."""
        said = tuple(words)
        same: list[str] = []
        at = 0
        while at < len(said):
            for length in range(min(self._most, len(said) - at), 0, -1):
                word = self._alike.get(said[at : at + length])
                if word is not None:
                    same += word
                    at += length
                    break
            else:
                same.append(said[at])
                at += 1
        kept = tuple(word for word in same if word not in self._passed)
        return kept or tuple(same)

    def _opening(self, words: tuple[str, ...]) -> Iterator[int]:
        """How many words in front are an opening, the longest first; something is left of them."""
        for length in range(min(self._most, len(words) - 1), 0, -1):
            if words[:length] in self._openings and words[length] not in self._negations:
                yield length
