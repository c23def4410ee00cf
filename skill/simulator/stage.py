"""A home with a device in each room, in which a listener acts and notices things."""

import re
from collections.abc import Callable
from typing import Final

from skill.simulator.clock import Clock
from skill.simulator.echo import Echo
from skill.simulator.transcript import written

ANSWER_MS: Final = 1_000
"""Milliseconds a listener takes to answer: our choice, well within the microphone's 8 s."""

UNITS_MS: Final = {"second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}

ENDS: Final = "(The session ends.)"
PLAYS: Final = "(plays the recording from {moment})"
QUIET: Final = "(The recording stops.)"
UNHEARD: Final = "(The skill does not hear it.)"
WAKE: Final = '(On an Echo: "Alexa, {phrase}".)'
"""Where the microphone is closed, a real device hears nothing without its name."""
TO_OPEN: Final = "(To open it again, say: {opening})"
"""Shown to a listener who types; it is no line of a script."""

_DURATION: Final = re.compile(rf"([0-9]{{1,6}}) ({'|'.join(UNITS_MS)})s?")
_MOMENT: Final = re.compile(r"([0-9]{1,4}):([0-5][0-9])")


class StageError(Exception):
    """An act that is not possible at the moment."""


def duration_ms(text: str) -> int:
    """Read `2 days` or `90 seconds`; raises `StageError` where it is neither."""
    if (found := _DURATION.fullmatch(text)) is None:
        raise StageError(f"not a time like 90 seconds or 2 days: {text}")
    return int(found[1]) * UNITS_MS[found[2]]


def moment_ms(text: str) -> int:
    """Read `1:12`, in minutes and seconds; raises `StageError` where it is not."""
    if (found := _MOMENT.fullmatch(text)) is None:
        raise StageError(f"not a moment like 1:12: {text}")
    return int(found[1]) * 60_000 + int(found[2]) * 1_000


def as_moment(ms: int) -> str:
    """Write `1:12` for the whole seconds of *ms*."""
    minutes, seconds = divmod(ms // 1_000, 60)
    return f"{minutes}:{seconds:02}"


class Stage:
    """A home with a device in every room, and a listener who acts in one of them.

    The *clock* must be stopped: only the acts let time pass. Every act returns what the listener
    notices, as lines of a script: what Alexa says, that the session ends, that the skill does not
    hear. An act raises `StageError` where it is not possible at that moment, and `RefusedError` as
    `Echo` does. *device* makes the device of a room.
    """

    def __init__(self, clock: Clock, device: Callable[[str], Echo]) -> None:
        self._clock = clock
        self._device = device
        self._rooms: dict[str, Echo] = {}
        self._here = self._echo("living room")
        self._sounding: tuple[str, int] | None = None

    def enter(self, room: str) -> list[str]:
        """Go to the device in *room*."""
        self._here = self._echo(room)
        return []

    def say(self, phrase: str, after: int | None = None) -> list[str]:
        """Say *phrase*, *after* so many ms of the speech, or by default when it has ended."""
        noticed = self._wait_into_speech(after)
        return noticed + (self._heard() if self._here.say(phrase) else [UNHEARD])

    def silence(self) -> list[str]:
        """Keep quiet until the microphone closes."""
        if self._here.due is None:
            raise StageError("no session is open")
        return self._wait_until(self._here.due)

    def later(self, ms: int) -> list[str]:
        """Keep quiet for *ms* once the speech has ended."""
        return self._wait_until(max(self._clock(), self._here.speech.end) + ms)

    def drop(self, after: int | None = None) -> list[str]:
        """Let the device lose its session; *after* is as for `say`."""
        noticed = self._wait_into_speech(after)
        self._here.drop()
        return noticed

    def fail(self, after: int | None = None) -> list[str]:
        """Let an error end the session; *after* is as for `say`."""
        noticed = self._wait_into_speech(after)
        self._here.fail()
        return noticed

    def touch(self, label: str, after: int | None = None) -> list[str]:
        """Touch a button of the screen; *after* is as for `say`."""
        noticed = self._wait_into_speech(after)
        if not self._here.touch(label):
            raise StageError(f"no button is shown that says {label}")
        return noticed + self._heard()

    def press(self, button: str) -> list[str]:
        """Press a button of the device's player."""
        self._here.press(button)
        return self._played()

    def break_off(self) -> list[str]:
        """Let what is played break off."""
        self._here.break_off()
        return self._played()

    def leave(self) -> list[str]:
        """End the session, if it is open once the speech has ended, as "exit" does."""
        noticed = self._wait_into_speech(None)
        if not self._here.is_open:
            return noticed
        self._here.leave()
        return [*noticed, ENDS]

    def _echo(self, room: str) -> Echo:
        if room not in self._rooms:
            self._rooms[room] = self._device(room)
        return self._rooms[room]

    def _heard(self) -> list[str]:
        """What the device in this room has just said, and whether its session has ended."""
        pieces = self._here.speech.pieces
        said = [f"Alexa: {written(pieces)}"] if pieces else []
        said += self._played()
        return said if self._here.is_open else [*said, ENDS]

    def _played(self) -> list[str]:
        """What the player of this room has begun or ceased to play."""
        player = self._here.player
        before, now = self._sounding, player.begun if player.is_sounding else None
        self._sounding = now
        if now is None:
            return [QUIET] if before else []
        return [PLAYS.format(moment=as_moment(now[1]))] if now != before else []

    def _wait_into_speech(self, after: int | None) -> list[str]:
        speech = self._here.speech
        if after is None:
            return self._wait_until(speech.end + ANSWER_MS)
        at = speech.began + after
        if not self._clock() <= at < speech.end:
            lasts = as_moment(speech.ms)
            raise StageError(f"nothing is being said then: the speech lasts {lasts}")
        return self._wait_until(at)

    def _wait_until(self, moment: int) -> list[str]:
        """Let time pass while every device does what is due; only this room is noticed."""
        noticed: list[str] = []
        while due := [
            (at, number, echo)
            for number, echo in enumerate(self._rooms.values())
            if (at := echo.due) is not None and at <= moment
        ]:
            at, _, echo = min(due)
            self._clock.move_on(max(0, at - self._clock()))
            was_open = echo.is_open
            echo.settle()
            if echo is self._here:
                noticed += self._heard() if was_open else self._played()
        self._clock.move_on(max(0, moment - self._clock()))
        return noticed
