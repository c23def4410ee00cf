"""One turn with one listener: the place is recalled, the turn is answered, and it is remembered."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from skill.conversation import hearing, prompts
from skill.conversation.keeper import Keeper
from skill.conversation.locating import located
from skill.conversation.reply import Reply
from skill.conversation.turn import Slot, Turn
from skill.language.slot_values import slot_id
from skill.listener.codec import encode
from skill.listener.state import Asked
from skill.routine.itinerary import Itinerary
from skill.routine.model import Side
from skill.routine.plan import Line, Plan
from skill.routine.progress import Phase, Progress
from skill.routine.wishes import Wishes

EXERCISE_SLOTS: Final = ("exercise", "by_thing")
"""The slots whose ids are those of exercises."""

MOST_PHRASINGS: Final = 60
"""Where the count of phrasings begins anew: a number of many divisors, so that the turns go on."""


class Visit:
    """The state before and after one turn, and the words to answer it in.

    `recalled` is the state that the turn before left, `found` the one in which the words found the
    listener, `state` the one they leave. The
    words `cut_off` the voice where they were said in the middle of a set. Whatever is answered,
    the `preface` is said before it.
    """

    def __init__(self, keeper: Keeper, turn: Turn) -> None:
        self.keeper = keeper
        self.turn = turn
        self.plans = keeper.plans
        self.routine = self.plans.routine
        self.words = self.plans.words(turn.locale)
        self.forgotten = False
        self.preface: tuple[Line, ...] = ()
        recalled = keeper.recall(turn)
        self.recalled = recalled
        self._laid = recalled.wishes, self.plan_for(recalled.wishes)
        led = located(recalled, self._laid[1], turn, self.words)
        self.found = hearing.found(led, turn, self.plans.shelf)
        self.state = self.found
        leading = recalled.progress.phase is Phase.LEADING
        self.cut_off = leading and self.found.progress.phase is Phase.PAUSED

    @property
    def plan(self) -> Plan:
        """The plan the listener is in."""
        wishes, plan = self._laid
        if wishes != self.state.wishes:
            wishes, plan = self._laid = self.state.wishes, self.plan_for(self.state.wishes)
        return plan

    @property
    def progress(self) -> Progress:
        """Where in it the listener is."""
        return self.state.progress

    @property
    def itinerary(self) -> Itinerary:
        """Plan, place and wishes: what a change of mind starts from."""
        return Itinerary(self.plan_for, self.routine.ids, self.state.wishes, self.progress)

    def plan_for(self, wishes: Wishes) -> Plan:
        """The plan for *wishes*; raises `UnmeetableError` where no routine can meet them."""
        return self.plans.plan(wishes, self.turn)

    def slot(self, name: str) -> Slot | None:
        """What was said for the slot called *name*, if anything was.

        An exercise that is not in this routine is unknown, whatever model Alexa knows it from.
        """
        slot = self.turn.slots.get(name)
        if slot and not slot.id:
            slot = slot._replace(id=self._known(name, slot.said))
        if slot and name in EXERCISE_SLOTS and slot.id not in self.routine.ids:
            return Slot(slot.said)
        return slot

    def foot(self) -> Side | None:
        """The foot that was named, if one was."""
        slot = self.slot("foot")
        return Side(slot.id) if slot and slot.id in {Side.LEFT, Side.RIGHT} else None

    def _known(self, name: str, said: str) -> str:
        """The id of what was *said* for the slot called *name*, where Alexa did not look it up."""
        return slot_id(self.words.language, self.turn.intent, name, said)

    def remember(self) -> Mapping[str, Any]:
        """Keep the state in the store, and give the session attributes that keep it too."""
        return {} if self.forgotten else self.keeper.remember(self.turn, self.state)

    def forget(self) -> None:
        """Delete all that is kept of the listener; raises `StoreError` where that fails."""
        self.keeper.forget(self.turn.listener)
        self.forgotten = True

    def fall_back(self) -> Mapping[str, Any]:
        """Go back to where the words found the listener, for when an answer failed.

        Gives the session attributes that keep that place.
        """
        self.state = self.found
        return {} if self.forgotten else encode(self.found)

    def move(self, progress: Progress) -> None:
        """Go to another place in the same plan."""
        self.state = self.state.moved(progress)

    def follow(self, itinerary: Itinerary) -> None:
        """Take the wishes and the place of *itinerary*."""
        self.state = self.state._replace(wishes=itinerary.wishes, progress=itinerary.progress)

    def rewish(self, wishes: Wishes) -> None:
        """Change what is ahead and keep the place; raises as `Itinerary.rewished` does."""
        self.follow(self.itinerary.rewished(wishes))

    def ask(self, asked: Asked) -> None:
        """Note which question the next answer may belong to."""
        self.state = self.state._replace(asked=asked)

    def varied(self, key: str) -> Line:
        """The line of that *key*, in another phrasing than the last time."""
        said = dict(self.state.said)
        said[key] = said.get(key, 0) % MOST_PHRASINGS + 1
        self.state = self.state._replace(said=said)
        return Line(key, (), said[key])

    def reply(self, *lines: Line) -> Reply:
        """Say the preface and *lines*, without a prompt and without listening."""
        return Reply(self.words.language, (*self.preface, *lines))

    def say(self, *lines: Line) -> Reply:
        """Say *lines* and what may be said next, and listen."""
        prompt, reprompt = prompts.prompt(self.state), prompts.reprompt(self.state)
        return self.reply(*lines)._replace(prompt=prompt, reprompt=reprompt)

    def close(self, *lines: Line) -> Reply:
        """Say *lines* and end the session."""
        return self.reply(*lines)._replace(end=True)


def apology(language: str) -> Reply:
    """What is said when a turn failed; "resume" is understood wherever the listener is."""
    sorry = Line("sorry")
    return Reply(language, (sorry,), reprompt=sorry)


Answer = Callable[[Visit], Reply]
"""What is done about an intent."""
