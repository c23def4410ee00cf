"""Which samples are near to what was said."""

from collections.abc import Iterable
from math import inf
from typing import Final

import pytest
from ears import phrases_for
from hypothesis import given
from hypothesis import strategies as st

from skill.language.interaction_model import Intent, SampleSlot, SlotValue
from skill.simulator import near_samples
from skill.simulator.near_samples import Near, NearSamples
from skill.simulator.reading import Filling
from skill.simulator.sample_tree import SampleTree

PHRASES: Final = phrases_for("en")
THING: Final = SampleSlot("thing", "Thing")
VALUES: Final = {said: SlotValue(said, said, ()) for said in ("band", "big towel", "towel")}
SAMPLES: Final = {
    "Go": ("go on", "go on with the {thing}", "let us go on with it now", "do not go on yet"),
    "Put": ("put the {thing} away", "put it away now", "put the {thing} on the other foot"),
    "Ask": ("what is the {thing} for", "what is it for", "is it the other foot now"),
    "Have": ("i do not have the {thing}", "i have no {thing}", "i never have it with me"),
}
WORDS: Final = sorted(
    {word for samples in SAMPLES.values() for said in samples for word in said.split()}
    - {"{thing}"}
    | {"band", "big", "towel", "elbow", "seven", "never"}
)


def fill(slot: SampleSlot, said: str) -> Filling:
    return Filling(slot, said, VALUES.get(said))


def kinds(said: str) -> Iterable[str]:
    return (THING.type,) if said in VALUES else ()


@pytest.fixture(scope="module")
def near() -> NearSamples:
    tree = SampleTree(fill, kinds, 2)
    for name, samples in SAMPLES.items():
        intent = Intent(name, (THING,), samples)
        for sample in samples:
            words = sample.split()
            tree.learn(intent, [THING if word == "{thing}" else word for word in words])
    return NearSamples(PHRASES, tree)


def everywhere(search: object, _: int) -> list[tuple[float, int, float]]:  # noqa: ARG001 - a method
    """Stand in for what is ahead of each word: anything may be."""
    ahead = near_samples._Ahead(0.0, 0, inf)  # noqa: SLF001 - what is compared
    return [ahead] * (near_samples.MOST_WORDS + 1)


def found(near: NearSamples, words: list[str]) -> list[Near]:
    return list(near.of(tuple(words)))


@st.composite
def nearly_said(draw: st.DrawFn) -> list[str]:
    """A sample with a word or two taken out or put in."""
    sample = draw(st.sampled_from([each for samples in SAMPLES.values() for each in samples]))
    words = sample.format(thing=draw(st.sampled_from(list(VALUES)))).split()
    changes = st.tuples(st.integers(0, 7), st.sampled_from(WORDS))
    for at, word in draw(st.lists(changes, max_size=2)):
        if word in words:
            words.remove(word)
        else:
            words.insert(at, word)
    return words


@given(words=nearly_said())
def test_no_sample_is_missed_where_the_words_ahead_end_the_search(
    near: NearSamples, words: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_samples._NearSearch, "_all_ahead", everywhere)  # noqa: SLF001 - as above
        all_ways = found(near, words)

    assert found(near, words) == all_ways


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("let us go on with now", "Go"),
        ("put the big towel on other foot", "Put"),
        ("is it the other the foot now", "Ask"),
        ("i never have the band", "Have"),
    ],
)
def test_a_word_more_or_less_is_near(near: NearSamples, said: str, intent: str) -> None:
    assert [each.reading.intent.name for each in found(near, said.split())][:1] == [intent]


@pytest.mark.parametrize("said", ["elbow seven", "elbow on seven", "never", "band towel band"])
def test_words_that_are_in_no_sample_are_near_to_none(near: NearSamples, said: str) -> None:
    assert found(near, said.split()) == []
