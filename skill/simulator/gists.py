"""The samples of the skill's intents by their gist: heard where no sample fits word for word."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from skill.language.gist import GistReader
from skill.language.interaction_model import Intent, Phrases, SampleSlot, SlotValue
from skill.simulator.near_samples import CLOSE, SAFETY_REACH, Near, NearSamples
from skill.simulator.reading import Filling, Reading, rank
from skill.simulator.sample_tree import SampleTree

Entities = Mapping[tuple[str, str], SlotValue]
"""What values of slots mean, by slot type and words."""

MOST_IN_A_WORD: Final = 2
"""A longer sample of which one word would be left is known by all its words only."""


def kinds_of(entities: Entities) -> Mapping[str, set[str]]:
    """Give the slot types of the values of *entities* by their words."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for kind, said in entities:
        found[said].add(kind)
    return found


class Gists:
    """Hears by the gist of the samples of *phrases*.

    What has no gist of its own fills a slot as in *samples*, the tree of all their words.
    """

    def __init__(self, phrases: Phrases, entities: Entities, samples: SampleTree) -> None:
        self._phrases = phrases
        self._gist = GistReader(phrases.gist, phrases.negations)
        self._entities = self._by_gist(entities)
        self._kinds_of = kinds_of(self._entities)
        self._samples = samples
        self._safer = {name: rank for rank, name in enumerate(phrases.safer)}
        self._clauses = frozenset(tuple(said.split()) for said in phrases.gist.clauses)
        self.tree = SampleTree(self._fill, self._kinds, samples.longest)
        own = [intent for intent in phrases.intents if not intent.built_in]
        listed = {intent.name: intent.samples for intent in phrases.intents}
        shortened = cache(lambda sample: phrases.contracted(sample.split()))
        inner = cache(self._gist.inner)  # both loops, and many samples, come to the same words
        for intent in own:
            for sample in (*intent.samples, *listed.get(intent.like, ())):
                short = shortened(sample)
                gist = inner(short)
                if len(gist) > 1 or len(short) <= MOST_IN_A_WORD:
                    self._learn(intent, gist)
        for intent in own:
            for sample in intent.samples:
                short = shortened(sample)
                opened = self._gist.of(short)
                if opened != inner(short):
                    self._learn(intent, opened, only_if_free=True)

        self._near = NearSamples(phrases, self.tree)

    def reading(self, cores: Iterable[tuple[str, ...]]) -> Reading | None:
        """The reading of the first of *cores* that has the gist of a sample.

        Where samples of several intents have it, the safer one is taken; if none is about safety,
        what is meant is open, and there is none.
        """
        for core in cores:
            short = self._phrases.contracted(core)
            for said in dict.fromkeys((self._gist.inner(short), self._gist.of(short))):
                if readings := list(self.tree.readings(said, known=True)):
                    return self._safest(readings)
        return None

    def near(self, words: tuple[str, ...]) -> Reading | None:
        """The reading of the sample whose gist is nearest to that of *words*, if one is near.

        One about safety is taken before a nearer one. Where samples of two meanings are about as
        near, what is meant is open.
        """
        short = self._phrases.contracted(words)
        for said in dict.fromkeys((self._gist.inner(short), self._gist.of(short))):
            found: list[Near] = []
            for near in self._near.of(said):
                if found and near.cost > found[0].cost + SAFETY_REACH:
                    break
                found.append(near)
            if reading := self._nearest(found):
                return reading
        return None

    def _nearest(self, found: list[Near]) -> Reading | None:
        if not found:
            return None
        safer = [near.reading for near in found if near.reading.intent.name in self._safer]
        if safer:
            return self._safest(safer)
        close = [near.reading for near in found if near.cost <= found[0].cost + CLOSE]
        alike = len({reading.intent.meaning for reading in close}) == 1
        return found[0].reading if alike else None

    def of(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Give the gist of *words*."""
        return self._gist.of(self._phrases.contracted(words))

    def tails(self, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Give what may be a wish after other words: "my foot is fine now can we go on"."""
        return [
            words[at:]
            for at in range(1, len(words))
            if any(words[at : at + len(clause)] == clause for clause in self._clauses)
        ]

    def _safest(self, readings: list[Reading]) -> Reading | None:
        safer = [reading for reading in readings if reading.intent.name in self._safer]
        if safer:
            return min(safer, key=lambda reading: self._safer[reading.intent.name])
        best = max(readings, key=rank)
        alike = [reading for reading in readings if rank(reading) == rank(best)]
        return best if len({reading.intent.meaning for reading in alike}) == 1 else None

    def _learn(self, intent: Intent, gist: tuple[str, ...], *, only_if_free: bool = False) -> None:
        tokens = self._phrases.shape(intent, " ".join(gist))
        others = self.tree.ending(tokens) if only_if_free else ()
        if all(other.meaning == intent.meaning for other in others):
            self.tree.learn(intent, tokens)

    def _by_gist(self, entities: Entities) -> Entities:
        """What values mean by the gist of their names, unless it may be another's."""
        found: dict[tuple[str, str], SlotValue | None] = {}
        for (kind, said), value in entities.items():
            key = (kind, " ".join(self._gist.inner(said.split())))
            found[key] = value if found.get(key, value) is value else None
        return {key: value for key, value in found.items() if value}

    def _fill(self, slot: SampleSlot, said: str) -> Filling | None:
        value = self._entities.get((slot.type, said))
        return Filling(slot, value.name, value) if value else self._samples.fill(slot, said)

    def _kinds(self, said: str) -> set[str]:
        return {*self._kinds_of.get(said, ()), *self._samples.kinds(said)}
