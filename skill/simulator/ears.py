"""Which words reach the skill: by its name, by the skill that played last, or not at all."""

from typing import Any, Final, Protocol

LEAVING: Final = frozenset({"exit", "quit"})
"""Words that end an open session: Alexa sends no intent for them (Amazon, "Best practices for
custom interfaces": a skill cannot handle "exit" or "quit")."""

PLAYER: Final = frozenset(
    f"AMAZON.{name}Intent"
    for name in (
        *("Cancel", "LoopOff", "LoopOn", "Next", "Pause", "Previous", "Repeat", "Resume"),
        *("ShuffleOff", "ShuffleOn", "StartOver", "Stop"),
    )
)
"""What the skill that played last hears without its name (Amazon, "Standard Built-in Intents")."""


class Nlu(Protocol):
    """Natural language understanding: what Alexa makes of the words that were said."""

    def hear(self, utterance: str) -> dict[str, Any]:
        """The `intent` of the IntentRequest for *utterance*."""

    def is_launch(self, utterance: str) -> bool:
        """Whether *utterance* opens the skill."""


def one_shot(nlu: Nlu, phrase: str) -> str:
    """The wish that follows a launch in the same utterance; empty where there is none."""
    for joint in (" to ", " and "):
        launch, _, wish = phrase.partition(joint)
        if wish and nlu.is_launch(launch):
            return wish
    return ""


def plain(phrase: str) -> str:
    """The words of *phrase* in lower case, without the wake word and punctuation."""
    letters = "".join(mark if mark.isalnum() else " " for mark in phrase.casefold())
    return " ".join(letters.split()).removeprefix("alexa ")
