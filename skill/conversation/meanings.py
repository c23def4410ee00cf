"""Which intents of the skill's mean the same as one of Amazon's."""

from collections.abc import Mapping
from typing import Final

LIKE: Final[Mapping[str, str]] = {
    "NextOneIntent": "AMAZON.NextIntent",
    "SayAgainIntent": "AMAZON.RepeatIntent",
    "GoBackIntent": "AMAZON.PreviousIntent",
    "WaitIntent": "AMAZON.PauseIntent",
    "GoOnIntent": "AMAZON.ResumeIntent",
    "FromTheStartIntent": "AMAZON.StartOverIntent",
    "AgreeIntent": "AMAZON.YesIntent",
    "DeclineIntent": "AMAZON.NoIntent",
    "HelpMeIntent": "AMAZON.HelpIntent",
    "EnoughIntent": "AMAZON.StopIntent",
}
"""Amazon's intents match nothing but listed phrases, so people's own words need a second intent.

phrases.toml says the same in `like`; a test holds the two together.
"""


def meaning(intent: str) -> str:
    """The intent whose answer goes for *intent*."""
    return LIKE.get(intent, intent)
