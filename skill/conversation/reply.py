"""A reply as data: what is said, what is led, and what may be said next. A medium renders it."""

from typing import NamedTuple

from skill.routine.plan import Line, Plan
from skill.routine.progress import Progress


class Steps(NamedTuple):
    """Some steps of a plan, to be led one after the other."""

    plan: Plan
    """The plan they are of."""
    at: int
    """The first step."""
    until: int
    """The step after the last."""
    entered: bool
    """The first step was reached by a jump, so its entry is said in place of its opening."""
    after: int = 0
    """The repetition of the first step after which it is led; 0 for all of it."""

    @classmethod
    def of(cls, plan: Plan, progress: Progress) -> "Steps":
        """The steps of *plan* that *progress* leads."""
        return cls(plan, progress.at, progress.until, progress.entered, progress.rep)


class Card(NamedTuple):
    """What the companion app shows of a reply."""

    title: Line
    """The heading."""
    lines: tuple[Line, ...]
    """The text."""


class PermissionRequest(NamedTuple):
    """The listener is to be asked for the permission to set reminders.

    Alexa asks by a card in her app.
    """

    token: str = ""
    """Where it is given, Alexa asks by voice too, and comes back with it."""


class Play(NamedTuple):
    """A recording, heard from some moment on."""

    recording: str
    """Its name."""
    title: str
    """What a device with a screen shows."""
    at_ms: int
    """The moment that it begins at, in milliseconds from its start."""
    token: str
    """Tells this play from all others; the device gives it back."""


class Scene(NamedTuple):
    """Where a listener is after a reply, for a medium that shows it."""

    plan: Plan
    """The plan the listener is in."""
    progress: Progress
    """The place in it."""


class Reply(NamedTuple):
    """An answer. Its parts are rendered in this order: lines, steps, prompt."""

    language: str = ""
    """The language that its lines are put into words of."""
    lines: tuple[Line, ...] = ()
    """What is said first."""
    steps: Steps | None = None
    """What is led then."""
    prompt: Line | None = None
    """What may be said next; left out where the steps end in a prompt of their own."""
    reprompt: Line | None = None
    """What is said after silence. A reply with one listens."""
    end: bool = False
    """The session ends with this reply."""
    card: Card | None = None
    """What the companion app shows."""
    play: Play | None = None
    """What is played after the lines; the session ends with it."""
    hush: bool = False
    """A recording that is being heard stops."""
    permission: PermissionRequest | None = None
    """The permission to ask for; where it is asked for by voice, the prompt is Alexa's."""
    scene: Scene | None = None
    """Where the listener is; given where the medium shows it."""
