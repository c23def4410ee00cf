"""What is remembered of a listener from one routine to the next.

Of pain, it is one thing only: which exercises to ask about before they are led again. That is a
question to come, not a record: not where it hurt, how much or when, nor how often. It is cleared
when it is answered, and is in no log, history, card or export.

After what may have been an emergency it is less: one question, whether all is well again, that is
open for a day at most. It is part of the state of the routine, not of this memory.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from skill.listener.history import DAY_MS
from skill.routine.model import Routine
from skill.routine.plan import Plan, Step
from skill.routine.progress import Progress
from skill.routine.wishes import Wishes

LOWEST_LEVEL: Final = 0


class Memory(NamedTuple):
    """What a listener has done and learnt so far. Exercises are named by id."""

    times: Mapping[str, int] = MappingProxyType({})
    """For each exercise, the routines in which it was done to its end."""
    usual: Wishes = Wishes()
    """The wishes kept for every routine."""
    level: int = LOWEST_LEVEL
    """Counts up from the least demanding of the routine's levels."""
    comfortable: int = 0
    """The routines in a row that lead to the next level."""
    sessions: int = 0
    """All sessions there were."""
    led_ms: int = 0
    """The time of all sets that were done in them."""
    streak: int = 0
    """The sessions in a row that were close enough; 0 after a gap."""
    last: int = 0
    """When the last session ended, in ms since 1970; 0 where there was none."""
    day: int = 0
    """Its day in the device's time zone, as `date.toordinal` counts; 0 where that is not known."""
    ask_about: tuple[str, ...] = ()
    """The exercises that hurt: to be asked about before they are led again."""
    noticed: bool = False
    """Whether the safety notice was heard."""
    sets: Mapping[str, int] = MappingProxyType({})
    """For each exercise, the sets for each foot in the last routine that led it to its end."""
    reps: Mapping[str, int] = MappingProxyType({})
    """The most repetitions of a set in each direction then; none where it goes by time."""
    last_done: tuple[str, ...] = ()
    """The exercises that were done to their end in the last session."""

    def wishes(self, routine: Routine) -> Wishes:
        """What the next routine begins with."""
        known = tuple(
            name for name in routine.ids if self.times.get(name, 0) >= routine.known_after
        )
        level = tuple(routine.levels)[self.level]
        return self.usual._replace(level=level, known=known, new=not self.noticed)

    def done(self, exercises: tuple[str, ...]) -> Self:
        """Each of *exercises* was done to its end once more."""
        times = dict(self.times)
        for name in exercises:
            times[name] = times.get(name, 0) + 1
        return self._replace(times=times)

    def closed(  # noqa: PLR0913 - all that a routine leaves behind
        self,
        routine: Routine,
        plan: Plan,
        progress: Progress,
        at: int,
        pained: tuple[str, ...],
        *,
        earlier_ms: int = 0,
        played: bool = False,
        day: int = 0,
    ) -> Self:
        """A routine is over: what was done of it counts, be it all or a part.

        *pained* are the exercises that hurt in it: the next one begins a level lower. What was led
        *earlier* in the same sitting, before a new start, is of the same session. Where nothing
        was done there was none. What was *played* from a recording leads to no higher level: nobody
        was there to be told that it was too much. *day* is as the field of that name.
        """
        whole = all(progress.complete(name) for name in plan.exercises)
        comfortable = 0 if pained or not whole else self.comfortable + (not played)
        level = self.level - 1 if pained else self.level
        if comfortable >= routine.grow_after and not played:
            level, comfortable = level + 1, 0
        after = self._replace(
            level=min(max(level, LOWEST_LEVEL), len(routine.levels) - 1),
            comfortable=comfortable,
        )
        led = earlier_ms + plan.led_ms(progress.done)
        done = [step for step in plan.steps if progress.complete(step.place.exercise)]
        if not led:
            return after if pained else self
        return after._replace(
            sessions=self.sessions + 1,
            led_ms=self.led_ms + led,
            streak=self._streak(routine, at, day),
            last=at,
            day=day,
            sets=dict(self.sets) | {step.place.exercise: step.sets for step in done},
            reps=dict(self.reps) | _most_reps(done),
        )

    def _streak(self, routine: Routine, at: int, day: int) -> int:
        """With a routine at *at*: one more on the same day is none of every other day.

        Where both days are known they count, as well as the hours between: a journey or daylight
        saving makes more hours of the same days.
        """
        gap = at - self.last
        days = day - self.day if day and self.day else None
        in_days = days is not None and 0 <= days * DAY_MS < routine.streak_ms
        if not self.last or (gap >= routine.streak_ms and not in_days):
            return 1
        another = gap >= routine.rest_day_ms if days is None else days > 0
        return max(self.streak + another, 1)

    def asking(self, exercise: str) -> Self:
        """Ask about *exercise* before it is led in another routine."""
        return self._replace(ask_about=tuple(dict.fromkeys((*self.ask_about, exercise))))

    def joined(self, other: Self) -> Self:
        """What two devices remember of one listener; neither has forgotten what the other knows."""
        last = other if other.sessions > self.sessions else self
        times = {
            name: max(self.times.get(name, 0), other.times.get(name, 0))
            for name in (*self.times, *other.times)
        }
        return last._replace(
            times=times,
            usual=self.usual,
            ask_about=tuple(dict.fromkeys((*self.ask_about, *other.ask_about))),
            noticed=self.noticed or other.noticed,
        )

    def rested(self, routine: Routine, at: int) -> Self:
        """A routine is about to begin at *at*: after too long a gap it begins one level lower.

        The gap ends the streak as well, and so it is stepped back for only once.
        """
        if not self.streak or at - self.last < routine.gap_ms:
            return self
        return self._replace(level=max(self.level - 1, LOWEST_LEVEL), comfortable=0, streak=0)


def _most_reps(steps: Sequence[Step]) -> dict[str, int]:
    """The most repetitions of a set, for each exercise of *steps* that has any."""
    most: dict[str, int] = {}
    for step in steps:
        if step.reps:
            most[step.place.exercise] = max(step.reps, most.get(step.place.exercise, 0))
    return most
