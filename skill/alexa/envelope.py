"""Request envelopes: Alexa's JSON, of which only what this skill uses is ever read.

Amazon adds types, fields and values at any time, and none of them may cost a listener a turn. So a
value of an unknown form counts as missing, and a request of an unknown type is answered with
nothing. The SDK's own reader raises an error for both, and makes models of all the rest.
"""

from datetime import UTC
from typing import Self

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model import RequestEnvelope, Session

from skill.alexa.kinds import ANSWERED
from skill.alexa.response_json import PlainJson
from skill.alexa.timestamps import clock_ms, moment_of
from skill.listener.reader import Reader


class EnvelopeError(ValueError):
    """This is no request of Alexa's; the text quotes nothing of it, as it is logged."""


class Envelope(RequestEnvelope):
    """An envelope whose parts are read from its JSON when they are asked for."""

    def __init__(self, parsed: dict[str, object]) -> None:
        """Raises `EnvelopeError` as `read` does."""
        whole = Reader(parsed)
        self.body = whole.table("request")
        """The request: its type, and what comes with that."""
        self.device_context = whole.table("context")
        """What the device tells of itself."""
        self.system = self.device_context.table("System")
        """Who speaks, from which device, and where Alexa's services are."""
        self.interfaces = self.system.table("device").table("supportedInterfaces").written
        """What the device has, such as `AudioPlayer`."""
        self.kind = self.body.text("type", "")
        """The request's type, such as `LaunchRequest`."""
        self.at = _at(self.body) if self.kind in ANSWERED else 0
        """The time of the request, in ms since 1970; 0 for a request that is not answered."""
        self.locale = self.body.text("locale", "")
        """Such as `en-GB`; empty where none is given."""
        found = whole.table("session")
        self.user_id = _user_id(self.system) or _user_id(found)
        """Amazon's ID of the account; empty where none is named."""
        session = None
        if isinstance(parsed.get("session"), dict):
            attributes = PlainJson(found.table("attributes").written)
            session = Session(new=found.flag("new"), attributes=attributes)
        super().__init__(session=session)

    @classmethod
    def of(cls, handler_input: HandlerInput) -> Self:
        """The envelope that a handler is to answer; raises `TypeError` for one of the SDK's own."""
        envelope = handler_input.request_envelope
        if not isinstance(envelope, cls):
            raise TypeError("an envelope that was not read by skill.alexa.envelope")
        return envelope


def read(parsed: object) -> Envelope:
    """Read an envelope, which is JSON that is *parsed* already; the session may be None.

    Raises `EnvelopeError` where there is no request, and for a turn without a time: what a listener
    has done since the last turn goes by it, and `skill.alexa.verification` refuses it too.
    """
    if not isinstance(parsed, dict) or not isinstance(parsed.get("request"), dict):
        raise EnvelopeError("no JSON object with a request in it")
    return Envelope(parsed)


def application_id(parsed: object) -> str | None:
    """Give the ID of the skill that an envelope is for; None where none or two are named.

    It stands in the context and in the session; events have no session, and test consoles send no
    context.
    """
    envelope = Reader(parsed if isinstance(parsed, dict) else {})
    places = (envelope.table("context").table("System"), envelope.table("session"))
    named = [place.table("application").written.get("applicationId") for place in places]
    given = [each for each in named if each is not None]
    if not given or not isinstance(given[0], str) or any(each != given[0] for each in given):
        return None
    return given[0]


def _at(request: Reader) -> int:
    moment = moment_of(request.written.get("timestamp"))
    if moment is None:
        raise EnvelopeError("no time at which the request was sent")
    return max(clock_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC)), 0)


def _user_id(part: Reader) -> str:
    return part.table("user").text("userId", "")
