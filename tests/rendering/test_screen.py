"""A screen for every answer, held against the plan: each set, each question, in each phase."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import ANY_WISHES, ENGLISH, LIBRARY, ROUTINE, SPREAD, planned

from skill.conversation import prompts
from skill.conversation.reply import Reply, Scene, Steps
from skill.listener.state import Asked, State
from skill.rendering.documents import Shape
from skill.rendering.screen import Screen, ShownReply
from skill.routine.model import Kind, Side
from skill.routine.plan import Line, Plan
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes

SCREEN: Final = Screen(LIBRARY)

MOST_BYTES: Final = 24_000
"""Amazon's older text allows so much for a whole response."""

AROUND_BYTES: Final = 3_500
"""What a response may have besides the speech and the document: session attributes and a card."""

WISHES: Final = {
    "the default": Wishes(),
    "everything known": Wishes(known=ROUTINE.ids),
    "the left foot": Wishes(feet=Side.LEFT),
    "slow and long": Wishes(30, "slow"),
    "brisk and short": Wishes(10, "brisk", known=ROUTINE.ids[:2]),
    "circles alone": Wishes(exercises=("ankle_circles",)),
    "without a towel and a band": Wishes(10, missing=ROUTINE.equipment[1:]),
    **{f"level {level}": Wishes(level=level) for level in ROUTINE.levels},
}

OPENINGS: Final[tuple[tuple[Line, ...], ...]] = (
    (),
    (Line("going_on"),),
    (Line("only_foot", (("side", "left"),)), Line("longest", (("minutes", 20),))),
    (
        Line(
            "screen.get_ready",
            (
                ("exercise", "toe_curls"),
                ("ready", Line("toe_curls.ready", (("side", "left"), ("other_side", "right")))),
            ),
        ),
    ),
)


def starts(plan: Plan) -> Iterator[Progress]:
    """Every set, reached in order, by a jump, and after half of its repetitions."""
    for step in range(len(plan.course)):
        until = Progress(plan.course).after(step)
        half = max(cue.rep for cue in plan.steps[step].cues) // 2
        for entered, after in ((False, 0), (True, 0), (True, half)):
            yield Progress(
                plan.course, step, Phase.LEADING, step, until, entered=entered, rep=after
            )


def led(plan: Plan, progress: Progress, opening: tuple[Line, ...], shape: Shape) -> ShownReply:
    """Render what *progress* leads of *plan* after *opening*, as a visit does."""
    steps = Steps.of(plan, progress)
    longest = prompts.still_to_come(
        progress.place.exercise, max(progress.until - progress.at - 1, 1), ENGLISH
    )
    reach = SCREEN.reach("en", opening, steps, longest)
    steps = steps._replace(until=reach.until)
    return SCREEN.render(Reply("en", opening, steps, prompt=prompts.SAY_NEXT), shape)


def size(shown: ShownReply) -> int:
    """The bytes of the speech and the document, as JSON."""
    return len(json.dumps([shown.spoken.speech, shown.document, shown.data]))


def rows(data: dict[str, Any]) -> list[tuple[int, str, int]]:
    """Each text with the moment that it comes at, in ms from the first word, and its step."""
    return [
        (at + row[0], data["texts"][row[3]], step)
        for at, pattern, step in data["blocks"]
        for row in data["patterns"][pattern]
    ]


def check_led(plan: Plan, progress: Progress, opening: tuple[Line, ...], shape: Shape) -> None:
    """Each cue of the plan is shown at its moment, with its foot and set, within the size."""
    shown = led(plan, progress, opening, shape)
    document, data = shown.document, shown.data

    assert document
    assert data
    assert size(shown) + AROUND_BYTES <= MOST_BYTES
    found = {(at, text): step for at, text, step in rows(data)}
    at = SCREEN.reach("en", opening, Steps.of(plan, progress), prompts.SAY_NEXT).lead_ms
    for number in range(progress.at, progress.at + len(data["steps"])):
        first = number == progress.at
        cues = plan.steps[number].led(
            entered=progress.entered and first, after=progress.rep if first else 0
        )
        for cue in cues:
            if cue.kind is Kind.PROMPT:
                break
            for mark in cue.lines:
                assert found[at + mark.ms, ENGLISH.spoken(mark.line)] == number - progress.at
            at += cue.ms
        place, caption = plan.course[number], data["steps"][number - progress.at]
        assert place.side is Side.BOTH or str(place.side) in caption["foot"].casefold()
        assert f" {place.set} of " in caption["set"]
    assert data["wait"] > data["start"] + at
    assert data["title"].casefold() == ENGLISH.names["exercise"][plan.course[progress.at].exercise]


@pytest.mark.parametrize("wishes", WISHES.values(), ids=WISHES)
def test_every_set_of_a_plan_has_its_screen(wishes: Wishes) -> None:
    plan = planned(wishes)
    for number, progress in enumerate(starts(plan)):
        shape = [*Shape][number % len(Shape)]
        check_led(plan, progress, OPENINGS[number % len(OPENINGS)], shape)


@given(
    wishes=st.one_of(ANY_WISHES, st.sampled_from(SPREAD)),
    number=st.integers(0, 300),
    opening=st.sampled_from(OPENINGS),
    shape=st.sampled_from(Shape),
)
def test_whatever_is_wished_has_its_screen(
    wishes: Wishes, number: int, opening: tuple[Line, ...], shape: Shape
) -> None:
    try:
        plan = planned(wishes)
    except UnmeetableError:
        return
    places = [*starts(plan)]
    check_led(plan, places[number % len(places)], opening, shape)


def waits(plan: Plan) -> Iterator[Progress]:
    """Every place of a plan in every phase in which nothing is led."""
    for step, phase in product(range(len(plan.course)), set(Phase) - {Phase.LEADING}):
        since = Progress(plan.course).first_of(step)
        until = Progress(plan.course).after(step)
        yield Progress(plan.course, step, phase, since, until)


@pytest.mark.parametrize("asked", Asked)
def test_every_question_in_every_phase_has_its_screen_with_buttons(asked: Asked) -> None:
    for wishes in (Wishes(), Wishes(10, feet=Side.LEFT, missing=ROUTINE.equipment[1:])):
        plan = planned(wishes)
        for progress, shape in product(waits(plan), Shape):
            state = State(wishes, progress, asked)
            prompt, reprompt = prompts.prompt(state), prompts.reprompt(state)
            reply = Reply("en", (), None, prompt, reprompt, scene=Scene(plan, progress))
            shown = SCREEN.render(reply, shape)

            assert shown.document
            assert shown.data
            assert shown.data["asked"] == ENGLISH.text(prompt)
            assert shown.data["buttons"], prompt.key
            assert "wait" not in shown.data
            assert size(shown) + AROUND_BYTES <= MOST_BYTES


@pytest.mark.parametrize("line", ["farewell", "kept", "goodbye", "ended", "forgotten", "emergency"])
def test_every_farewell_has_its_screen(line: str) -> None:
    plan = planned(Wishes())
    for phase in Phase:
        scene = Scene(plan, Progress(plan.course)._replace(phase=phase))
        shown = SCREEN.render(Reply("en", (Line(line),), end=True, scene=scene), Shape.WIDE)

        assert shown.document
        assert shown.data
        assert shown.data["said"] == ENGLISH.text(Line(line))
        assert shown.data["buttons"] == []
        assert size(shown) + AROUND_BYTES <= MOST_BYTES
