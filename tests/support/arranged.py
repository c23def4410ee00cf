"""Timelines of recordings to test with."""

from functools import cache

from plans import ENGLISH, ROUTINE

from skill.recording.arrangement import arrange
from skill.recording.timeline import Delivery, Timeline
from skill.routine import planner
from skill.routine.plan import Plan
from skill.routine.wishes import Wishes

DELIVERY = Delivery("en-US", "nobody 1.0", tick=True)


@cache
def planned_for_a_recording(wishes: Wishes) -> Plan:
    """The plan of *wishes*, which no response has to hold."""
    return planner.plan(ROUTINE, wishes, ENGLISH, None)


def arranged(wishes: Wishes, delivery: Delivery = DELIVERY) -> Timeline:
    """The timeline of the plan for *wishes*, in English."""
    plan = planned_for_a_recording(wishes)
    items = {item: None for name in plan.exercises for item in ROUTINE.exercise(name).needs}
    return arrange(plan, tuple(items), ENGLISH, delivery)
