"""Alexa's natural language understanding, offline: from an utterance to the intent Alexa sends.

Amazon's own is statistical and not available offline. This one is strict. Amazon's intents hear
their samples, word for word, and nothing else. The skill's intents hear their samples too, with
fillers around them ("um", "please"), said up to three times, or in the midst of other words;
docs/design.md says why. A device should understand all of that, and more. Alexa's skill does
without it: the simulator, the page and the tests use it.
"""

from collections.abc import Iterable, Iterator
from math import ceil
from typing import Any, Final

from skill.language.interaction_model import (
    BUILT_IN_TYPES,
    TIME,
    Intent,
    Phrases,
    SampleSlot,
)
from skill.simulator.ends import Ends
from skill.simulator.gists import Gists, kinds_of
from skill.simulator.reading import Filling, Reading, intent_json, rank
from skill.simulator.sample_tree import CARRIER_WORDS, SampleTree
from skill.simulator.spoken_times import spoken_times

FALLBACK: Final = "AMAZON.FallbackIntent"
STOP: Final = "AMAZON.StopIntent"
PAUSE: Final = "AMAZON.PauseIntent"

SLIGHT: Final = frozenset({"AMAZON.YesIntent", "AMAZON.RepeatIntent"})
"""What is meant by few words that may be the end of a longer phrase."""

SHARE: Final = 0.4
SAFER_SHARE: Final = 0.25
"""How much of the words a phrase in their midst must be, and one about safety: our choice."""

MOST_WORDS: Final = 15
"""Phrases are not looked for in the midst of more words, so that no utterance takes long."""

MOST_TIMES: Final = 3
"""How often a phrase may be said in a row and still mean what it means once."""


class Understanding:
    """Understands *phrases*. It prepares all samples once; `hear` then takes microseconds."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._digits = {said: str(number) for number, said in enumerate(phrases.numbers)}
        self._counted = frozenset(word for said in self._digits for word in said.split())
        self._times = spoken_times(phrases)
        self._entities = {
            (slot_type.name, " ".join(phrases.words(said))): value
            for slot_type in phrases.types
            for value in slot_type.values
            for said in (value.name, *value.synonyms)
        }
        # Longer names than the longest known one are not tried, so that no utterance takes long.
        known = (*self._digits, *self._times, *(said for _, said in self._entities))
        longest = max(len(said.split()) for said in known)
        self._kinds_of = kinds_of(self._entities)
        self._samples = SampleTree(self._fill, self._kinds, longest)
        self._gists = Gists(phrases, self._entities, self._samples)
        self._alike = {kind.name for kind in phrases.types if len(kind.values) == 1}
        self._among = frozenset(phrases.fillers.among)
        self._negations = frozenset(phrases.negations)
        self._safer = {name: rank for rank, name in enumerate(phrases.safer)}
        self._exact: dict[tuple[str, ...], Intent] = {}
        listed = {intent.name: intent.samples for intent in phrases.intents}
        for intent in phrases.intents:
            for sample in (*intent.samples, *listed.get(intent.like, ())):
                self._learn(intent, sample)
        self._ends = Ends(phrases, MOST_WORDS)
        name = phrases.words(phrases.invocation_name)
        openings = ((), *(phrases.words(said) for said in phrases.launch_words))
        self._launches = frozenset((*opening, *name) for opening in openings)

    def hear(self, utterance: str) -> dict[str, Any]:
        """The `intent` of Alexa's IntentRequest; AMAZON.FallbackIntent where no sample fits.

        Amazon's intents come first, as their phrases are exact. Else readings whose values are all
        known are preferred, among those the one that takes least off, and then the one that has
        most words in common with its sample. The result depends on the words alone.
        """
        words = self._phrases.words(utterance)
        if intent := self._exact.get(words):
            return intent_json(Reading(intent, len(words), ()))
        thin = tuple(word for word in words if word not in self._among)
        if reading := self._fitting(words, thin):
            return intent_json(reading)
        unknown = self._first(self._cores(words, thin), known=False)
        within = self._within(words) or self._within(thin) or self._within(words, gist=True)
        safe = within is not None and within.intent.name in self._safer
        found = (
            (within if safe else None)
            or self._ends.reading(words, STOP)
            or self._after_other_words(words)
            or self._two_phrases(words)
            or self._near(words)
            or ((within or unknown) if self._unread(unknown) else None)
            or self._ends.reading(words)
            or unknown
            or within
        )
        return intent_json(found) if found else {"name": FALLBACK, "confirmationStatus": "NONE"}

    def _fitting(self, words: tuple[str, ...], thin: tuple[str, ...]) -> Reading | None:
        """A reading of known values whose sample is what was said, word for word or in its gist."""
        found = self._first(self._cores(words, thin), known=True)
        return found or self._gists.reading(self._cores(words, words))

    def _after_other_words(self, words: tuple[str, ...]) -> Reading | None:
        """A wish that comes after other words: the longest one."""
        if len(words) > MOST_WORDS:
            return None
        found = (self._fitting(tail, ()) for tail in self._gists.tails(words))
        return next((reading for reading in found if reading), None)

    def _two_phrases(self, words: tuple[str, ...]) -> Reading | None:
        """Two phrases in a row: the safer one, a wish to stop or wait, or else the second.

        A short yes or "what?" at the end says less than what is before it.
        A value alone is no phrase: "at seven, seven seven" is no time.
        """
        if len(words) > MOST_WORDS:
            return None
        for at in range(1, len(words)):
            parts = words[:at], words[at:]
            if all(len(part) >= CARRIER_WORDS or part in self._exact for part in parts):
                first, second = (self._fitting(part, ()) for part in parts)
                if first and second and first.literal and second.literal:
                    slight = second.intent.meaning in SLIGHT and second.literal < first.literal
                    return min((first, second) if slight else (second, first), key=self._caution)
        return None

    def _caution(self, reading: Reading) -> int:
        """How early *reading* is heard where another could be: the lower, the earlier."""
        halts = {name: rank for rank, name in enumerate((STOP, PAUSE), len(self._safer))}
        ranks = {**self._safer, **halts}
        intent = reading.intent
        return ranks.get(intent.name, ranks.get(intent.meaning, len(ranks)))

    def _near(self, words: tuple[str, ...]) -> Reading | None:
        """A sample that is nearly *words*, or *words* without all their fillers."""
        *_, bare = self._phrases.cores(words)
        found = (self._gists.near(core) for core in dict.fromkeys((words, bare)))
        return next((reading for reading in found if reading), None)

    def _cores(self, words: tuple[str, ...], thin: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """What may be meant: without fillers, said once, and without the words among others."""
        yield words
        yield from self._phrases.cores(words)
        yield from self._said_once(words)
        if thin != words:
            yield from self._phrases.cores(thin)

    def _first(self, cores: Iterable[tuple[str, ...]], *, known: bool) -> Reading | None:
        """The best reading of the first of *cores* that has one; with *known*, of known values."""
        for core in cores:
            readings = self._samples.readings(self._phrases.contracted(core), known=known)
            if best := max(readings, key=rank, default=None):
                return best
        return None

    def _unread(self, reading: Reading | None) -> bool:
        """Whether the values of *reading* say nothing: their types have one meaning each."""
        return reading is not None and all(
            filling.known or filling.slot.type in self._alike for filling in reading.fillings
        )

    def _within(self, words: tuple[str, ...], *, gist: bool = False) -> Reading | None:
        """A phrase in the midst of *words*, as Alexa finds one in what she has no sample for.

        With *gist* it is the gist of a sample, in the midst of the gist of *words*.

        All its values are known, and it is a good part of what was said; where it is not about
        safety, it has a word more in common with its sample. Of several the one of the safer
        intent is taken, then the longest.
        """
        words = self._gists.of(words) if gist else words
        tree, count = self._gists.tree if gist else self._samples, len(words)
        if count > MOST_WORDS:
            return None
        found: list[tuple[int, int, int, Reading]] = []
        for length in range(max(CARRIER_WORDS, ceil(count * SAFER_SHARE)), count):
            for start in range(count - length + 1):
                end = start + length
                if not self._negations.isdisjoint(words[:start] + words[end:]):
                    continue
                said = words[start:end] if gist else self._phrases.contracted(words[start:end])
                for reading in tree.readings(said, known=True):
                    if reading.fillings and not self._counted.isdisjoint(words[end : end + 1]):
                        continue  # the number goes on: "at seven sixty" is not "at seven"
                    name, literal = reading.intent.name, reading.literal
                    safe = name in self._safer
                    enough = literal >= CARRIER_WORDS if safe else literal > CARRIER_WORDS
                    if enough and (safe or length >= count * SHARE):
                        rank = self._safer.get(name, len(self._safer))
                        found.append((-rank, length, literal, reading))
        return max(found, key=lambda each: each[:3])[3] if found else None

    def words(self, utterance: str) -> tuple[str, ...]:
        """The words of *utterance*, as they are compared with the samples."""
        return self._phrases.words(utterance)

    def _said_once(self, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """What was said, where it was said two or three times."""
        for core in self._phrases.cores(words):
            for times in (2, MOST_TIMES):
                once = core[: len(core) // times]
                if once and once * times == core:
                    yield from self._phrases.cores(once)

    def is_launch(self, utterance: str) -> bool:
        """Whether Alexa, with no session open, sends a LaunchRequest for *utterance*."""
        cores = self._phrases.cores(self._phrases.words(utterance))
        return any(core in self._launches for core in cores)

    def _learn(self, intent: Intent, sample: str) -> None:
        if intent.built_in:
            self._exact[self._phrases.words(sample)] = intent
            return
        short = self._phrases.contracted(sample.split())
        self._samples.learn(intent, self._phrases.shape(intent, " ".join(short)))

    def _fill(self, slot: SampleSlot, said: str) -> Filling | None:
        if slot.type == TIME:
            time = self._times.get(said)
            return Filling(slot, time, None) if time else None
        if slot.type not in BUILT_IN_TYPES:
            return Filling(slot, said, self._entities.get((slot.type, said)))
        digits = said if said.isascii() and said.isdecimal() else self._digits.get(said)
        return Filling(slot, digits, None) if digits else None

    def _kinds(self, said: str) -> set[str]:
        return {*self._kinds_of.get(said, ()), *BUILT_IN_TYPES}
