"""How the state is written down, and read back as if a stranger wrote it.

Anything missing, mistyped or out of range falls back to what a new listener has, and a place that
the plan does not hold becomes the nearest it does.
"""

from collections.abc import Callable
from typing import Any, Final

from skill.listener import memory_codec, wish_codec
from skill.listener.playback import Playback
from skill.listener.reader import Reader, StateError
from skill.listener.reminders import Reminder
from skill.listener.state import GROWN, OUT, VARIED, Asked, Earlier, State
from skill.routine.model import Routine, Side
from skill.routine.plan import Place, Plan
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes

VERSION: Final = 1
"""Of the written form. Another one, older or newer, is not guessed at: it is a fresh start."""


NO_EARLIER: Final = Earlier()


def encode(state: State) -> dict[str, Any]:
    """Write *state* as a JSON object that names the exercise and the foot.

    Of wishes and memory, what a new listener has too is left out: it travels with every turn.
    """
    progress = state.progress
    place = progress.place
    written = {
        "version": VERSION,
        "exercise": place.exercise,
        "foot": str(place.side),
        "set": place.set,
        "rep": progress.rep,
        "phase": str(progress.phase),
        "entered": progress.entered,
        "since": _step(progress.course, progress.since),
        "until": progress.until - progress.at,
        "began": state.speech_requested_at,
        "lead_ms": state.lead_ms,
        "started": state.routine_started_at,
        "at": state.last_turn_at,
        "asked": str(state.asked),
        "done": _written(progress.done, progress.course),
        "skipped": sorted(progress.skipped),
        "hurt": dict(state.hurt),
        "pained": list(state.pained),
        "said": dict(state.said),
        "reminder": state.reminder,
        "saved": state.saved,
        "wishes": wish_codec.encode(state.wishes),
        "memory": memory_codec.encode(state.memory),
    }
    if progress.doubted:
        written["doubted"] = _written(progress.doubted, progress.course)
    if state.earlier != NO_EARLIER:
        written["earlier"] = _written_earlier(state.earlier)
    if state.playback:
        written["playback"] = state.playback.as_json()
    if state.unwell:
        written["unwell"] = True
    if state.missed:
        written["missed"] = True
    if state.played:
        written["played"] = True
    return written


def _written(
    places: frozenset[Place], course: tuple[Place, ...]
) -> dict[str, dict[str, list[int]]]:
    """The sets at *places*, by exercise and foot, in the order of the *course*."""
    written: dict[str, dict[str, list[int]]] = {}
    for each in course if places else ():
        if each in places:
            written.setdefault(each.exercise, {}).setdefault(str(each.side), []).append(each.set)
    return written


def _written_earlier(earlier: Earlier) -> dict[str, Any]:
    return {"at": earlier.at, "led_ms": earlier.led_ms, "done": list(earlier.done)}


def decode(written: object, routine: Routine, lay: Callable[[Wishes], Plan]) -> State:
    """Read back what `encode` wrote, or whatever else it is.

    *lay* makes the plan of some wishes, or raises `UnmeetableError`.
    Raises `StateError` where it is no JSON object or of another version.
    """
    reader = Reader(written)
    if reader.written.get("version") != VERSION:
        raise StateError("a state of another version, or of none")
    wishes = wish_codec.decode(reader.table("wishes"), routine)
    try:
        course = lay(wishes).course
    except UnmeetableError:
        wishes = Wishes()
        course = lay(wishes).course
    progress = _progress(reader, course)
    return State(
        wishes=wishes,
        progress=progress,
        asked=reader.choice("asked", Asked, Asked.NOTHING),
        speech_requested_at=reader.number("began"),
        lead_ms=reader.number("lead_ms"),
        routine_started_at=reader.number("started"),
        last_turn_at=reader.number("at"),
        hurt={name: min(far, OUT) for name, far in reader.counts("hurt", routine.ids).items()},
        pained=reader.known("pained", routine.ids),
        said=reader.counts("said", (*VARIED, GROWN)),
        memory=memory_codec.decode(reader.table("memory"), routine),
        reminder=_clock(reader.text("reminder", "")),
        unwell=reader.flag("unwell"),
        missed=reader.flag("missed"),
        earlier=_earlier(reader.table("earlier"), routine),
        playback=Playback.read(reader.table("playback")),
        played=reader.flag("played"),
        saved=reader.number("saved"),
    )


def _earlier(reader: Reader, routine: Routine) -> Earlier:
    if not reader.written:
        return NO_EARLIER
    return Earlier(
        at=reader.number("at"),
        led_ms=reader.number("led_ms"),
        done=reader.known("done", routine.ids),
    )


def _clock(written: str) -> str:
    reminder = Reminder.at(written) if written else None
    return reminder.clock if reminder else ""


def _progress(reader: Reader, course: tuple[Place, ...]) -> Progress:
    at = _nearest(course, _place(reader))
    phase = reader.choice("phase", Phase, Phase.READY)
    since = at
    if phase is not Phase.LEADING:
        since = min(_nearest(course, _place(reader.table("since"))), at)
    skipped = frozenset(reader.texts("skipped"))
    done, doubted = (
        _done_of(reader.table(key)).intersection(course) for key in ("done", "doubted")
    )
    return Progress(
        course=course,
        at=at,
        phase=phase,
        since=since,
        until=min(at + max(reader.number("until", len(course)), 1), len(course)),
        rep=reader.number("rep", 1_000),
        entered=reader.flag("entered"),
        done=done,
        skipped=skipped and skipped.intersection(place.exercise for place in course),
        doubted=doubted - done,
    )


def _done_of(done: Reader) -> frozenset[Place]:
    return frozenset(
        Place(exercise, side, number)
        for exercise in done.written
        for side in Side
        for number in done.table(exercise).numbers(str(side))
    )


def _place(reader: Reader) -> Place:
    return Place(
        reader.text("exercise", ""),
        reader.choice("foot", Side, Side.BOTH),
        reader.number("set", 1_000),
    )


def _step(course: tuple[Place, ...], number: int) -> dict[str, Any]:
    place = course[number]
    return {"exercise": place.exercise, "foot": str(place.side), "set": place.set}


def _nearest(course: tuple[Place, ...], place: Place) -> int:
    """The step of that very place; else the one of its exercise with the nearest set and foot."""
    if place in course:
        return course.index(place)

    def distance(step: int) -> tuple[bool, int, bool]:
        each = course[step]
        return (
            each.exercise != place.exercise,
            abs(each.set - place.set) if each.exercise == place.exercise else step,
            each.side is not place.side,
        )

    return min(range(len(course)), key=distance)
