"""Where the recording of the page is, as the page tells it."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from skill.routine.model import Routine, Side
from skill.routine.plan import Place


class Position(NamedTuple):
    """Where a recording is."""

    place: Place
    """The set that is heard or announced."""
    elapsed_ms: int
    """Milliseconds of the set that were heard; 0 while it is only announced."""
    playing: bool
    """Whether it sounds."""
    since_ms: int = 0
    """Milliseconds since the page began to lead the routine, pauses included."""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self | None:
        """The position in what was *said*; None before the first set and after the last.

        Raises `ValueError` where it makes no sense.
        """
        if said.get("exercise") is None:
            return None
        playing = said.get("playing", True)
        if type(playing) is not bool:
            raise ValueError("this is no position")
        return cls(place_of(said), _ms(said, "elapsed_ms"), playing, since_of(said))

    def within(self, course: tuple[Place, ...], routine: Routine) -> Self:
        """This position; ahead of it, where *course* leaves out what the recording still leads.

        Raises `ValueError` where *routine* cannot have such a set.
        """
        if self.place in course:
            return self
        name, _, number = self.place
        if name not in routine.ids or number > routine.exercise(name).sets.most:
            raise ValueError("the routine has no such set")
        later = routine.ids[routine.ids.index(name) :]
        ahead = [place for place in course if place.exercise in later]
        return self._replace(place=[*ahead, course[-1]][0], elapsed_ms=0)


def place_of(said: Mapping[str, Any]) -> Place:
    """The set that is named in *said*; raises `ValueError` where there is none."""
    try:
        return Place(str(said["exercise"]), Side(said["side"]), int(said["set"]))
    except (KeyError, TypeError, ValueError) as fault:
        raise ValueError("this is no place") from fault


def since_of(said: Mapping[str, Any]) -> int:
    """How long ago the page that *said* this began, in ms; raises `ValueError` where it is none."""
    return _ms(said, "since_ms")


def begun(since_ms: int, now: int, routine: Routine) -> int:
    """When a routine began on a page that has led for *since_ms*; *now* is in ms since 1970.

    A page that began so long ago that *routine* is begun afresh since then begins now.
    """
    return now - since_ms if since_ms < routine.fresh_after_ms else now


def _ms(said: Mapping[str, Any], name: str) -> int:
    ms = said.get(name, 0)
    if type(ms) is not int or ms < 0:
        raise ValueError(f"{name} is no time")
    return ms


def as_json(place: Place | None) -> dict[str, Any] | None:
    """*place*, as the page reads it."""
    if place is None:
        return None
    return {"exercise": place.exercise, "side": place.side.value, "set": place.set}
