"""What is kept of a listener from turn to turn, and how it is written down and read back.

It is read as if a stranger wrote it: anything missing, mistyped or out of range falls back to
what a new listener has, and a place that the plan does not hold becomes the nearest it does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from skill.routine.model import Routine, Side
from skill.routine.plan import Place, Plan
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes

Choice = TypeVar("Choice", bound=StrEnum)

VERSION: Final = 1
"""Of the written form. Another one, older or newer, is not guessed at: it is a fresh start."""

LATEST_MS: Final = 1 << 53
"""No moment lies beyond it: whole numbers stay exact up to here in every JSON reader."""

MOST_TIMES: Final = 1_000_000
"""No exercise was done more often than this."""


class StateError(ValueError):
    """The written state is of no known version, or no state at all."""


class Asked(StrEnum):
    """The question that "yes" and "no" would answer."""

    NOTHING = "nothing"
    GO_ON = "go_on"
    AFRESH = "afresh"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class State:
    """The wishes and the place rebuild everything; moments are in ms since 1970.

    *began* is the stamp of the request that is being answered by leading, *lead_ms* how long that
    answer talks before its first cue; *started* is when this routine began, *at* when the last
    turn was. *times* counts the routines in which an exercise was done to its end. *saved* is the
    version of this in the store, 0 where it never was there.
    """

    wishes: Wishes
    progress: Progress
    asked: Asked = Asked.NOTHING
    began: int = 0
    lead_ms: int = 0
    started: int = 0
    at: int = 0
    times: Mapping[str, int] = field(default_factory=dict)
    saved: int = 0


def encode(state: State, plan: Plan) -> dict[str, Any]:
    """Write *state* as a JSON object that names the exercise and the foot for all to read."""
    progress = state.progress
    place = progress.place
    wishes = state.wishes
    done: dict[str, dict[str, list[int]]] = {}
    for each in sorted(progress.done, key=progress.course.index):
        done.setdefault(each.exercise, {}).setdefault(each.side.value, []).append(each.set)
    return {
        "version": VERSION,
        "exercise": place.exercise,
        "foot": place.side.value,
        "set": place.set,
        "rep": progress.rep,
        "phase": progress.phase.value,
        "entered": progress.entered,
        "since": _step(plan.course, progress.since),
        "until": progress.until - progress.at,
        "began": state.began,
        "lead_ms": state.lead_ms,
        "started": state.started,
        "at": state.at,
        "asked": state.asked.value,
        "done": done,
        "skipped": sorted(progress.skipped),
        "times": dict(state.times),
        "saved": state.saved,
        "wishes": {
            "minutes": wishes.minutes,
            "pace": wishes.pace,
            "level": wishes.level,
            "exercises": list(wishes.exercises),
            "feet": wishes.feet.value,
            "missing": list(wishes.missing),
            "known": list(wishes.known),
        },
    }


def decode(written: object, routine: Routine, lay: Callable[[Wishes], Plan]) -> State:
    """Read back what `encode` wrote, or whatever else it is.

    *lay* makes the plan of some wishes, or raises `UnmeetableError`.
    Raises `StateError` where it is no JSON object or of another version.
    """
    reader = _Reader(written)
    if reader.written.get("version") != VERSION:
        raise StateError(f"state of version {str(reader.written.get('version'))[:20]}")
    wishes = _wishes(reader.table("wishes"), routine)
    try:
        course = lay(wishes).course
    except UnmeetableError:
        wishes = Wishes()
        course = lay(wishes).course
    progress = _progress(reader, course)
    names = set(routine.ids)
    times = reader.table("times")
    return State(
        wishes=wishes,
        progress=progress,
        asked=reader.choice("asked", Asked, Asked.NOTHING),
        began=reader.number("began", LATEST_MS),
        lead_ms=reader.number("lead_ms", LATEST_MS),
        started=reader.number("started", LATEST_MS),
        at=reader.number("at", LATEST_MS),
        times={name: times.number(name, MOST_TIMES) for name in sorted(names & set(times.written))},
        saved=reader.number("saved", LATEST_MS),
    )


def _progress(reader: "_Reader", course: tuple[Place, ...]) -> Progress:
    at = _nearest(course, _place(reader))
    since = min(_nearest(course, _place(reader.table("since"))), at)
    phase = reader.choice("phase", Phase, Phase.READY)
    done = reader.table("done")
    places = [
        Place(exercise, side, number)
        for exercise in done.written
        for side in Side
        for number in done.table(exercise).numbers(side.value)
    ]
    return Progress(
        course=course,
        at=at,
        phase=phase,
        since=at if phase is Phase.LEADING else since,
        until=min(at + max(reader.number("until", len(course)), 1), len(course)),
        rep=reader.number("rep", 1_000),
        entered=reader.written.get("entered") is True,
        done=frozenset(places).intersection(course),
        skipped=frozenset(reader.texts("skipped")).intersection(place.exercise for place in course),
    )


def _wishes(reader: "_Reader", routine: Routine) -> Wishes:
    default = Wishes()
    wishes = Wishes(
        minutes=reader.number("minutes", 60) or default.minutes,
        pace=reader.text("pace", default.pace),
        level=reader.text("level", default.level),
        exercises=reader.texts("exercises"),
        feet=reader.choice("feet", Side, default.feet),
        missing=reader.texts("missing"),
        known=reader.texts("known"),
    )
    try:
        wishes.check(routine)
    except ValueError:
        return default
    return wishes


def _place(reader: "_Reader") -> Place:
    return Place(
        reader.text("exercise", ""),
        reader.choice("foot", Side, Side.BOTH),
        reader.number("set", 1_000),
    )


def _step(course: tuple[Place, ...], number: int) -> dict[str, Any]:
    place = course[number]
    return {"exercise": place.exercise, "foot": place.side.value, "set": place.set}


def _nearest(course: tuple[Place, ...], place: Place) -> int:
    """The step of that very place; else the one of its exercise with the nearest set and foot."""

    def distance(step: int) -> tuple[bool, int, bool]:
        each = course[step]
        return (
            each.exercise != place.exercise,
            abs(each.set - place.set) if each.exercise == place.exercise else step,
            each.side is not place.side,
        )

    return min(range(len(course)), key=distance)


class _Reader:
    """Reads a JSON object of unknown origin; what is not as expected gives the default."""

    def __init__(self, written: object) -> None:
        if not isinstance(written, Mapping):
            raise StateError("state that is no JSON object")
        self.written = written

    def table(self, key: str) -> "_Reader":
        value = self.written.get(key)
        return _Reader(value if isinstance(value, Mapping) else {})

    def number(self, key: str, most: int) -> int:
        value = self.written.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
            return 0
        return int(min(max(value, 0), most))

    def numbers(self, key: str) -> tuple[int, ...]:
        value = self.written.get(key)
        return tuple(each for each in value if type(each) is int) if isinstance(value, list) else ()

    def text(self, key: str, default: str) -> str:
        value = self.written.get(key)
        return value if isinstance(value, str) else default

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.written.get(key)
        return (
            tuple(each for each in value if isinstance(each, str))
            if isinstance(value, list)
            else ()
        )

    def choice(self, key: str, choices: type[Choice], default: Choice) -> Choice:
        value = self.written.get(key)
        return choices(value) if isinstance(value, str) and value in list(choices) else default
