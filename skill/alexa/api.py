"""Calls from the skill to Alexa's own services, as a protocol of plain values.

So other rooms can answer them without the SDK.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

TURN_S: Final = 3.0
"""All calls of one turn together. A store may need about 4 s, and Alexa waits 8."""


class ServiceCall(NamedTuple):
    """A call of one of Alexa's services."""

    method: str
    """GET, POST, PUT or DELETE."""
    url: str
    """The whole address, with the query."""
    headers: Mapping[str, str]
    """The authorization among them: a secret of the listener's."""
    body: object = None
    """What is sent as JSON; None for a call without a body."""


class ServiceAnswer(NamedTuple):
    """What a service answered."""

    status: int
    """The status of HTTP."""
    body: str
    """JSON, or empty."""
    headers: Mapping[str, str] = {}
    """By name, in whatever case the service writes it."""


class AlexaServices(Protocol):
    """Whatever answers the calls: Alexa's own services, or a stand-in."""

    def answer(self, call: ServiceCall) -> ServiceAnswer:
        """Answer *call*; may raise `OSError`, `ValueError` or `http.client.HTTPException`."""
