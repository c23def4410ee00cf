"""Which recording fits whom."""

from dataclasses import replace

import pytest
from arranged import DELIVERY, arranged
from shelves import USUAL, MadeUpShelf
from turns import MORNING

from skill import app
from skill.app import App
from skill.conversation.fitting import fitting
from skill.conversation.keeper import Keeper
from skill.conversation.turn import Turn
from skill.conversation.visit import Visit
from skill.listener.memory import Memory
from skill.listener.state import EASED, HURT, OUT
from skill.recording.timeline import Timeline
from skill.routine.model import Side
from skill.routine.wishes import Wishes
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore


def visited(wishes: Wishes, *timelines: Timeline, locale: str = "en-US") -> Visit:
    """A visit of somebody with *wishes*, where there are recordings of *timelines*."""
    made: App = app.build(MemoryStore(Clock.stopped(MORNING)), str, shelf=MadeUpShelf(*timelines))
    visit = Visit(_keeper(made), Turn("PlayThroughIntent", MORNING, locale, made.speech))
    visit.state = visit.keeper.fresh(visit.turn, Memory(noticed=True), wishes)
    return visit


def _keeper(made: App) -> Keeper:
    return Keeper(made.plans, made.store)


def chosen(visit: Visit) -> str:
    """The name of the recording that fits; empty where none does."""
    fit = fitting(visit)
    return fit.recording.name if fit else ""


WHOLE = arranged(USUAL)


def test_the_usual_recording_fits_somebody_with_the_usual_wishes() -> None:
    assert chosen(visited(USUAL, WHOLE)) == WHOLE.name


@pytest.mark.parametrize(
    "wishes",
    [
        USUAL._replace(missing=("band",)),
        USUAL._replace(missing=("chair",)),
        USUAL._replace(feet=Side.LEFT),
        USUAL._replace(minutes=10),
        USUAL._replace(exercises=("toe_curls",)),
        USUAL._replace(exercises=("ankle_circles", "toe_curls", "resisted_flexion")),
    ],
    ids=str,
)
def test_a_recording_is_played_to_those_whose_wishes_it_is_made_for(wishes: Wishes) -> None:
    """Whatever is missing, left out or not to be done: it has just what the voice would lead."""
    made_for = arranged(wishes)

    assert chosen(visited(wishes, WHOLE)) == ""
    assert chosen(visited(wishes, WHOLE, made_for)) == made_for.name
    assert chosen(visited(USUAL, made_for)) == ""


@pytest.mark.parametrize("far", [HURT, EASED, OUT])
def test_none_fits_with_an_exercise_that_hurt(far: int) -> None:
    without = arranged(
        USUAL._replace(
            exercises=("toe_walking", "ankle_circles", "toe_curls", "resisted_flexion"),
        )
    )
    visit = visited(USUAL, WHOLE, without)
    visit.state = visit.state._replace(hurt={"heel_raises": far})

    assert chosen(visit) == without.name


def test_none_fits_with_an_exercise_that_was_left_out() -> None:
    visit = visited(USUAL, WHOLE)
    visit.move(visit.progress._replace(skipped=frozenset({"toe_curls"})))

    assert chosen(visit) == ""


def test_none_fits_that_asks_for_more_than_the_level_allows() -> None:
    full = arranged(Wishes(level="full", exercises=("toe_curls",)))

    assert chosen(visited(Wishes(level="gentle", exercises=("toe_curls",)), full)) == ""
    assert chosen(visited(Wishes(level="full", exercises=("toe_curls",)), full)) == full.name


def test_none_fits_that_is_faster_than_the_pace() -> None:
    only = ("toe_curls",)
    brisk = arranged(USUAL._replace(pace="brisk", exercises=only))
    slow = arranged(USUAL._replace(pace="slow", exercises=only))

    assert chosen(visited(USUAL._replace(pace="slow", exercises=only), brisk)) == ""
    assert chosen(visited(USUAL._replace(pace="steady", exercises=only), slow)) == slow.name


def test_fewer_sets_are_taken_into_the_wishes_so_that_the_places_are_the_same() -> None:
    level = Wishes(level="full", exercises=("heel_raises",))
    more = visited(level).plan.steps[0].sets
    fewer = arranged(level._replace(level="gentle"))
    visit = visited(level, fewer)
    fit = fitting(visit)

    assert more > fewer.doses[0].sets
    assert fit
    assert fit.wishes.eased == ("heel_raises",)
    assert set(visit.plan_for(fit.wishes).course) == fit.recording.places


def test_of_several_that_fit_the_listeners_own_locale_comes_first() -> None:
    british = replace(arranged(USUAL), delivery=DELIVERY._replace(locale="en-GB"))
    german = replace(arranged(USUAL), delivery=DELIVERY._replace(locale="de-DE"))

    assert chosen(visited(USUAL, WHOLE, british, german, locale="en-GB")) == british.name
    assert chosen(visited(USUAL, british, german, locale="en-US")) == british.name
    assert chosen(visited(USUAL, german)) == ""
