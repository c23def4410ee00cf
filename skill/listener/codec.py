"""How the state is written down, and read back as if a stranger wrote it.

Anything missing, mistyped or out of range falls back to what a new listener has, and a place that
the plan does not hold becomes the nearest it does.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from skill.listener.memory import Memory
from skill.listener.reader import Reader, StateError
from skill.listener.reminders import Reminder
from skill.listener.state import OUT, VARIED, Asked, Earlier, State
from skill.routine.model import WHOLE, Routine, Side
from skill.routine.plan import Place, Plan
from skill.routine.planner import UnmeetableError
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import AS_PACED, Settled, Wishes

VERSION: Final = 1
"""Of the written form. Another one, older or newer, is not guessed at: it is a fresh start."""


ANY: Final = Wishes()
NO_EARLIER: Final = Earlier()


class Written(NamedTuple):
    """A *state* as it *reads* in JSON; nobody changes that."""

    state: State | None
    reads: Mapping[str, Any]


NOTHING: Final = Written(None, {})


def encode(state: State, before: Written = NOTHING) -> dict[str, Any]:
    """Write *state* as a JSON object that names the exercise and the foot for all to read.

    Of wishes and memory, what a new listener has too is left out: it travels with every turn. What
    is the same as *before* is not written anew.
    """
    progress = state.progress
    place = progress.place
    known, reads = before
    same_wishes = known is not None and state.wishes is known.wishes
    same_memory = known is not None and state.memory is known.memory
    return {
        "version": VERSION,
        "exercise": place.exercise,
        "foot": str(place.side),
        "set": place.set,
        "rep": progress.rep,
        "phase": str(progress.phase),
        "entered": progress.entered,
        "since": _step(progress.course, progress.since),
        "until": progress.until - progress.at,
        "began": state.began,
        "lead_ms": state.lead_ms,
        "started": state.started,
        "at": state.at,
        "asked": str(state.asked),
        "done": _done(progress),
        "skipped": sorted(progress.skipped) if progress.skipped else [],
        "hurt": dict(state.hurt),
        "pained": list(state.pained),
        "said": dict(state.said),
        "reminder": state.reminder,
        **({"unwell": True} if state.unwell else {}),
        **_written_earlier(state.earlier),
        "saved": state.saved,
        "wishes": reads["wishes"] if same_wishes else _sparse_wishes(state.wishes),
        "memory": reads["memory"] if same_memory else _sparse_memory(state.memory),
    }


def _done(progress: Progress) -> dict[str, dict[str, list[int]]]:
    """The sets done, by exercise and foot, in the order of the course."""
    done: dict[str, dict[str, list[int]]] = {}
    if progress.done:
        for each in progress.course:
            if each in progress.done:
                done.setdefault(each.exercise, {}).setdefault(str(each.side), []).append(each.set)
    return done


def _sparse_wishes(wishes: Wishes) -> dict[str, Any]:
    if wishes == ANY:
        return {}
    return _besides(_written_wishes(wishes), NO_WISHES)


def _sparse_memory(memory: Memory) -> dict[str, Any]:
    return _besides(_written_memory(memory), NO_MEMORY)


def _written_earlier(earlier: Earlier) -> dict[str, Any]:
    if earlier == NO_EARLIER:
        return {}
    done = list(earlier.done)
    return {"earlier": {"at": earlier.at, "led_ms": earlier.led_ms, "done": done}}


def _besides(written: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in written.items() if value != usual[key]}


def _written_wishes(wishes: Wishes) -> dict[str, Any]:
    return {
        "minutes": wishes.minutes,
        "pace": wishes.pace,
        "level": wishes.level,
        "exercises": list(wishes.exercises),
        "feet": str(wishes.feet),
        "missing": list(wishes.missing),
        "known": list(wishes.known),
        "new": wishes.new,
        "tempo": wishes.tempo,
        "reps": dict(wishes.reps),
        "passed": list(wishes.passed),
        "wanted": list(wishes.wanted),
        "turned": list(wishes.turned),
        "eased": list(wishes.eased),
        "settled": [
            {
                "exercise": settled.exercise,
                "steps": settled.steps,
                "feet": str(settled.feet),
                "sets": settled.sets,
                "reps": settled.reps,
                "rest_ms": settled.rest_ms,
                "tempo": settled.tempo,
                **_written_first(settled),
            }
            for settled in wishes.settled
        ],
    }


def _written_first(settled: Settled) -> dict[str, Any]:
    if settled.first is None:
        return {}
    foot, number = settled.first
    return {"first": {"foot": str(foot), "set": number}}


def _written_memory(memory: Memory) -> dict[str, Any]:
    return {
        "times": dict(memory.times),
        "usual": _sparse_wishes(memory.usual),
        "level": memory.level,
        "comfortable": memory.comfortable,
        "sessions": memory.sessions,
        "led_ms": memory.led_ms,
        "streak": memory.streak,
        "last": memory.last,
        "ask_about": list(memory.ask_about),
        "noticed": memory.noticed,
    }


NO_WISHES: Final = _written_wishes(ANY)
NO_MEMORY: Final = _written_memory(Memory()) | {"usual": {}}


def decode(written: object, routine: Routine, lay: Callable[[Wishes], Plan]) -> State:
    """Read back what `encode` wrote, or whatever else it is.

    *lay* makes the plan of some wishes, or raises `UnmeetableError`.
    Raises `StateError` where it is no JSON object or of another version.
    """
    reader = Reader(written)
    if reader.written.get("version") != VERSION:
        raise StateError(f"state of version {str(reader.written.get('version'))[:20]}")
    wishes = _wishes(reader.table("wishes"), routine)
    try:
        course = lay(wishes).course
    except UnmeetableError:
        wishes = ANY
        course = lay(wishes).course
    progress = _progress(reader, course)
    return State(
        wishes=wishes,
        progress=progress,
        asked=reader.choice("asked", Asked, Asked.NOTHING),
        began=reader.number("began"),
        lead_ms=reader.number("lead_ms"),
        started=reader.number("started"),
        at=reader.number("at"),
        hurt={name: min(far, OUT) for name, far in reader.counts("hurt", routine.ids).items()},
        pained=_exercises(reader, "pained", routine),
        said=reader.counts("said", VARIED),
        memory=_memory(reader.table("memory"), routine),
        reminder=_clock(reader.text("reminder", "")),
        unwell=reader.flag("unwell"),
        earlier=_earlier(reader.table("earlier"), routine),
        saved=reader.number("saved"),
    )


def _earlier(reader: Reader, routine: Routine) -> Earlier:
    if not reader.written:
        return NO_EARLIER
    return Earlier(
        at=reader.number("at"),
        led_ms=reader.number("led_ms"),
        done=_exercises(reader, "done", routine),
    )


def _exercises(reader: Reader, key: str, routine: Routine) -> tuple[str, ...]:
    named = reader.texts(key)
    return tuple(name for name in routine.ids if name in named) if named else ()


def _clock(written: str) -> str:
    reminder = Reminder.at(written) if written else None
    return reminder.clock if reminder else ""


def _memory(reader: Reader, routine: Routine) -> Memory:
    return Memory(
        times=reader.counts("times", routine.ids),
        usual=_wishes(reader.table("usual"), routine),
        level=reader.number("level", len(routine.levels) - 1),
        comfortable=reader.number("comfortable"),
        sessions=reader.number("sessions"),
        led_ms=reader.number("led_ms"),
        streak=reader.number("streak"),
        last=reader.number("last"),
        ask_about=_exercises(reader, "ask_about", routine),
        noticed=reader.flag("noticed"),
    )


def _progress(reader: Reader, course: tuple[Place, ...]) -> Progress:
    at = _nearest(course, _place(reader))
    phase = reader.choice("phase", Phase, Phase.READY)
    since = at
    if phase is not Phase.LEADING:
        since = min(_nearest(course, _place(reader.table("since"))), at)
    skipped = frozenset(reader.texts("skipped"))
    return Progress(
        course=course,
        at=at,
        phase=phase,
        since=since,
        until=min(at + max(reader.number("until", len(course)), 1), len(course)),
        rep=reader.number("rep", 1_000),
        entered=reader.flag("entered"),
        done=_done_of(reader.table("done")).intersection(course),
        skipped=skipped and skipped.intersection(place.exercise for place in course),
    )


def _done_of(done: Reader) -> frozenset[Place]:
    return frozenset(
        Place(exercise, side, number)
        for exercise in done.written
        for side in Side
        for number in done.table(exercise).numbers(str(side))
    )


def _wishes(reader: Reader, routine: Routine) -> Wishes:
    if not reader.written:
        return ANY
    tempo = reader.written.get("tempo")
    wishes = Wishes(
        minutes=reader.number("minutes", 60) or ANY.minutes,
        pace=reader.text("pace", ANY.pace),
        level=reader.text("level", ANY.level),
        exercises=reader.texts("exercises"),
        feet=reader.choice("feet", Side, ANY.feet),
        missing=reader.texts("missing"),
        known=reader.texts("known"),
        new=reader.flag("new"),
        tempo=tempo if type(tempo) is int and tempo in range(WHOLE + 1) else AS_PACED,
        reps=tuple(reader.counts("reps", routine.ids).items()),
        passed=reader.texts("passed"),
        wanted=reader.texts("wanted"),
        turned=reader.texts("turned"),
        eased=reader.texts("eased"),
        settled=tuple(_settled(each) for each in reader.tables("settled")),
    )
    try:
        wishes.check(routine)
    except ValueError:
        return ANY
    return wishes


def _settled(reader: Reader) -> Settled:
    return Settled(
        exercise=reader.text("exercise", ""),
        steps=reader.number("steps", 1_000),
        feet=reader.choice("feet", Side, Side.BOTH),
        sets=reader.number("sets", 1_000),
        reps=reader.number("reps", 1_000),
        rest_ms=reader.number("rest_ms"),
        tempo=reader.number("tempo", WHOLE),
        first=_first(reader.table("first")),
    )


def _first(reader: Reader) -> tuple[Side, int] | None:
    if not reader.written:
        return None
    return reader.choice("foot", Side, Side.BOTH), reader.number("set", 1_000)


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
