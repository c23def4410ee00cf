"""The tempo changes within its range, and few plans are laid out for that."""

from typing import Final

import pytest
from plans import planned
from turns import MORNING, SECOND, Turns
from wished import started, state_of

from skill import app
from skill.routine import planner
from skill.routine.model import Routine
from skill.routine.plan import Plan, Talk
from skill.routine.wishes import Wishes
from skill.simulator.clock import Clock
from skill.storage.memory_store import MemoryStore


@pytest.mark.parametrize("name", ["SlowerIntent", "FasterIntent"])
def test_the_tempo_changes_within_its_range_until_it_can_no_more(name: str) -> None:
    """And then that is said; from the interrupted set on, with what is behind as it was."""
    turns = started()
    tempos = []
    for _ in range(8):
        heard = turns.say(name, 20 * SECOND)
        if heard.attributes["asked"] == "slower":
            heard = turns.say("AMAZON.YesIntent")
        tempos.append(planned(state_of(heard.attributes).wishes).doses[-1].tempo)

    assert tempos == sorted(tempos, reverse=name == "FasterIntent")
    assert "no time to go slower" in heard.text or "faster than this" in heard.text
    assert heard.attributes["phase"] == "leading"


PLANS_A_TURN: Final = 12
"""To find a tempo by halving takes 6 of 25; what is led then, and whether a foot comes first, the
rest. A plan takes 3 to 6 ms of a core: so a turn takes less than the 60 ms that are allowed."""


@pytest.mark.parametrize("wish", ["SlowerIntent", "GentlyIntent", "MoreIntent", "FasterIntent"])
def test_a_wish_lays_out_few_plans_wherever_it_is_said(
    wish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[Wishes] = []
    plan = planner.plan

    def counted(
        routine: Routine, wishes: Wishes, talk: Talk, longest_ms: int | None = None
    ) -> Plan:
        laid.append(wishes)
        return plan(routine, wishes, talk, longest_ms)

    monkeypatch.setattr(planner, "plan", counted)
    made = app.build(MemoryStore(Clock.stopped(MORNING)), lambda _: "")  # with no plan at hand
    turns = Turns(made, Clock.stopped(MORNING))
    turns.launch()
    if wish == "FasterIntent":
        turns.say("SeatedIntent", SECOND)  # the whole routine is as quick as it may be
    turns.say("StartRoutineIntent", 10 * SECOND)
    most = 0
    for _ in range(24):
        beside = Turns(turns.app, Clock.stopped(turns.clock()), turns.device, turns.attributes)
        laid.clear()
        beside.say(wish, 30 * SECOND)
        most = max(most, len(laid))
        turns.say("AMAZON.NextIntent", 15 * SECOND)

    assert 0 < most <= PLANS_A_TURN
