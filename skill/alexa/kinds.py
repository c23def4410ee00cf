"""The types of requests that are answered (Amazon, "Request Types Reference")."""

from typing import Final

from skill.conversation.turn import (
    CONSENT,
    ENDED,
    FAILED,
    FINISHED,
    LAUNCH,
    NEARLY_FINISHED,
    NEXT_BUTTON,
    PAUSE_BUTTON,
    PLAY_BUTTON,
    PREVIOUS_BUTTON,
    STARTED,
    STOPPED,
)

INTENT: Final = "IntentRequest"
"""An intent. Of all other requests, the turn's intent is the type."""

TOUCH: Final = "Alexa.Presentation.APL.UserEvent"
"""What a screen sends: for a touch, or because its time is over."""

SCREEN_FAULT: Final = "Alexa.Presentation.APL.RuntimeError"
"""What a screen could not draw."""

DISABLED: Final = "AlexaSkillEvent.SkillDisabled"
"""The listener disabled the skill."""

CONVERSATION: Final = frozenset({LAUNCH, INTENT, ENDED, CONSENT, TOUCH})
"""What a listener makes by speaking or touching, or by ceasing to."""

TOLD: Final = frozenset({STARTED, NEARLY_FINISHED, STOPPED, FINISHED})
"""The events that say how far a player is."""

EVENTS: Final = TOLD | {FAILED}
"""What a player tells. There is no session, and nobody to speak to."""

BUTTONS: Final = frozenset({NEXT_BUTTON, PREVIOUS_BUTTON, PAUSE_BUTTON, PLAY_BUTTON})
"""What is pressed. These have no session either."""

WORDLESS: Final = EVENTS | BUTTONS
"""What is answered by directives alone: a device refuses words in such a response, and
`shouldEndSession` too (Amazon, "AudioPlayer Interface Reference")."""

TURNS: Final = CONVERSATION | BUTTONS
"""What is answered from the place in the routine."""

ANSWERED: Final = CONVERSATION | WORDLESS | {SCREEN_FAULT, DISABLED}
"""All of them. Whatever else Amazon sends gets an empty response."""
