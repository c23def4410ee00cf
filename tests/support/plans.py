"""The real routine in real English, and the plans that rules are tried on, each laid out once."""

from functools import cache
from itertools import combinations, cycle, product
from typing import Final

from hypothesis import strategies as st

from skill.language.library import load
from skill.routine import planner
from skill.routine.model import Side
from skill.routine.plan import Plan
from skill.routine.wishes import Wishes

LIBRARY: Final = load()
ROUTINE: Final = LIBRARY.routine
ENGLISH: Final = LIBRARY.languages["en"]

LONGEST_MS: Final = 300_000
"""The most that one response leads for, in every conversation of the tests: `Limits().seconds`."""

MINUTES: Final = range(5, 31)
MISSING: Final = tuple(
    missing
    for count in range(len(ROUTINE.equipment) + 1)
    for missing in combinations(ROUTINE.equipment, count)
)
KNOWN: Final = ((), ROUTINE.ids[::2], ROUTINE.ids)


@cache
def planned(wishes: Wishes) -> Plan:
    """Plan *wishes*; raises `UnmeetableError` as the planner does."""
    return planner.plan(ROUTINE, wishes, ENGLISH, LONGEST_MS)


def _spread() -> tuple[Wishes, ...]:
    """Every length at every pace for every foot; the rest of the wishes spread over them."""
    rest = cycle(product(MISSING, ROUTINE.levels, KNOWN))
    return tuple(
        Wishes(minutes, pace, level, feet=feet, missing=missing, known=known)
        for (minutes, pace, feet), (missing, level, known) in zip(
            product(MINUTES, ROUTINE.paces, Side), rest, strict=False
        )
    )


SPREAD: Final = _spread()

PLAIN: Final = tuple(Wishes(minutes, pace) for minutes, pace in product(MINUTES, ROUTINE.paces))
"""Every length at every pace, with nothing else asked for."""


def subsets(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of *names*, in any order."""
    return st.lists(st.sampled_from(names), unique=True).map(tuple)


ANY_WISHES: Final = st.builds(
    lambda **wished: Wishes(**wished),  # noqa: PLW0108 - of the class itself it makes up the rest
    minutes=st.integers(1, 60),
    pace=st.sampled_from(sorted(ROUTINE.paces)),
    level=st.sampled_from(sorted(ROUTINE.levels)),
    exercises=subsets(ROUTINE.ids),
    feet=st.sampled_from(Side),
    missing=subsets(ROUTINE.equipment),
    known=subsets(ROUTINE.ids),
)
