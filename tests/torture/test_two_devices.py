"""What one device knows, the other's turns do not undo: not the next one, nor that after it."""

import json
from typing import Any, Final

from turns import SECOND, Turns

from skill.conversation.turn import Slot
from skill.listener.state import HURT
from skill.storage.memory_store import MemoryStore

WHERE: Final = "WhereAmIIntent"
NEXT: Final = "AMAZON.NextIntent"


def kept(store: MemoryStore) -> dict[str, Any]:
    (row,) = store.rows.values()
    assert isinstance(row.state, str)
    state: dict[str, Any] = json.loads(row.state)
    return state


def two_rooms(turns: Turns) -> tuple[Turns, Turns]:
    """The routine is led in one room, and both have a session of it."""
    turns.launch()
    turns.say("StartRoutineIntent")
    kitchen = turns.beside("KITCHEN")
    kitchen.launch(30 * SECOND)
    return turns, kitchen


def test_a_pain_told_in_one_room_is_known_in_the_other(turns: Turns, store: MemoryStore) -> None:
    """Or the other would lead the exercise as if nothing were wrong."""
    here, there = two_rooms(turns)
    here.say("PainIntent", 10 * SECOND)
    for _ in range(2):
        told = there.say(WHERE, SECOND).attributes
        for state in (told, kept(store)):
            assert state["hurt"] == {"heel_raises": HURT}
            assert state["pained"] == ["heel_raises"]
            assert state["memory"]["ask_about"] == ["heel_raises"]


def test_sets_done_in_one_room_stay_done_after_a_wish_in_the_other(
    turns: Turns, store: MemoryStore
) -> None:
    """A wish changes the course, and the places that are in both are done all the same."""
    here, there = two_rooms(turns)
    here.say(NEXT, 330 * SECOND)
    done = kept(store)["done"]
    assert done["heel_raises"]
    there.say("LeaveOutIntent", SECOND, exercise=Slot("toe curls", "toe_curls"))
    there.say(WHERE, SECOND)

    assert kept(store)["done"] == done


def test_a_routine_that_ended_in_one_room_counts_once(turns: Turns, store: MemoryStore) -> None:
    here, there = two_rooms(turns)
    heard = here.say(NEXT, 330 * SECOND)
    while heard.is_open:
        heard = here.say(NEXT, 330 * SECOND)
    ended = kept(store)["memory"]
    assert ended["sessions"] == 1
    for _ in range(2):
        there.say(WHERE, SECOND)
        now = kept(store)["memory"]

        assert now["sessions"] == 1
        assert now["times"] == ended["times"]
        assert now["last"] == ended["last"]
