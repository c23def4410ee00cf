"""The one place that imports `ask-sdk-webservice-support`, and what of it answers requests.

The package imports a chain verifier at once (certvalidator, and through it oscrypto), which does
not load on OpenSSL 3.0.10 and later: its pattern for versions knows one-digit patches only
(wbond/oscrypto 75 and 78; no release since). Its own door, `oscrypto.use_openssl`, changes the
library and not the pattern. So, while the package is imported and no longer, two empty modules
stand where certvalidator would be found; neither it nor oscrypto is loaded, and no module of
anyone's is changed. That is done alike on machines where certvalidator would load, so that all
behave alike.

The cost: the package's `RequestVerifier` cannot check a chain in this process, so it refuses all
of them; `skill.alexa.verification` does its work. A thread that imports certvalidator for itself
in those milliseconds would get the empty module: import this one at start, before others run.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import ModuleType
from typing import Any

import orjson
from ask_sdk_core.skill import CustomSkill
from ask_sdk_model import Context, Request, RequestEnvelope, User
from ask_sdk_model.interfaces.system import SystemState

from skill.alexa.handlers import WANTED
from skill.alexa.serializer import PlannedSerializer
from skill.alexa.verification import Refused, Rule, Verify


def _no_chain_verifier(*_: object) -> None:
    raise NotImplementedError("certvalidator is not loaded here: skill.alexa.verification is used")


@contextmanager
def _certvalidator_stood_in() -> Iterator[None]:
    package, errors = ModuleType("certvalidator"), ModuleType("certvalidator.errors")
    vars(package).update(CertificateValidator=_no_chain_verifier)
    vars(errors).update(PathError=NotImplementedError, ValidationError=NotImplementedError)
    stand_ins = {module.__name__: module for module in (package, errors)}
    before = {name: sys.modules[name] for name in stand_ins if name in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]
        sys.modules.update(before)


with _certvalidator_stood_in():
    from ask_sdk_webservice_support.verifier import AbstractVerifier
    from ask_sdk_webservice_support.webservice_handler import WebserviceSkillHandler


class WellFormed(AbstractVerifier):
    """What every handler takes for granted is there, verified request or not."""

    def verify(
        self,
        headers: Mapping[str, Any],  # noqa: ARG002 - the package's interface, called by keyword
        serialized_request_env: str,  # noqa: ARG002 - the same
        deserialized_request_env: RequestEnvelope | None,
    ) -> None:
        """Raise `Refused` where there is no request, no user, or not the time it was sent."""
        envelope = deserialized_request_env
        request = envelope and envelope.request
        # A key of the JSON with the name of an SDK attribute has put there whatever it holds.
        context = envelope.context if envelope else None
        system = context.system if isinstance(context, Context) else None
        user = system.user if isinstance(system, SystemState) else None
        if not (
            isinstance(request, Request)
            and isinstance(request.object_type, str)
            and isinstance(request.timestamp, datetime)
        ):
            raise Refused(Rule.ENVELOPE, "no request with type and time in it")
        try:
            request.timestamp.utcoffset()
        except ValueError:
            raise Refused(Rule.ENVELOPE, "sent at a time of no zone there is") from None
        if not (isinstance(user, User) and isinstance(user.user_id, str) and user.user_id):
            raise Refused(Rule.ENVELOPE, "no user in it")


class Envelopes(PlannedSerializer):
    """Reads an envelope that is parsed already, or refuses it, for whatever reason."""

    def deserialize(self, payload: Any, obj_type: object) -> Any:  # noqa: ANN401 - parsed JSON, and of obj_type
        """Do as the SDK, or raise `Refused`; its texts quote the body, hence `from None`."""
        if obj_type is not RequestEnvelope:
            return super().deserialize(payload, obj_type)
        try:
            return self.read(payload, obj_type)
        except Exception:  # noqa: BLE001 - whatever it is, the request has made it
            raise Refused(Rule.ENVELOPE, "not of the shape of an Alexa request") from None


class VerifiedSkill:
    """A skill behind HTTP: *verify* first, on the raw bytes; then the package's handler.

    The handler makes models, dispatches and serializes; its own verifiers are off, as they come
    after that and are what `skill.alexa.verification` replaces. Build it once a skill: the handler
    writes its name into the skill's user agent. Safe to share by threads.
    """

    def __init__(self, skill: CustomSkill, verify: Verify) -> None:
        self._verify = verify
        skill.serializer = Envelopes(WANTED)
        self._handler = WebserviceSkillHandler(
            skill, verify_signature=False, verify_timestamp=False, verifiers=[WellFormed()]
        )

    def answer(self, headers: Mapping[str, str], body: bytes) -> bytes:
        """Give the response as JSON. `Refused` is for a 400; any other exception is a fault."""
        envelope: Any = self._verify(headers, body)
        response = self._handler.verify_request_and_dispatch({}, envelope)
        try:
            return orjson.dumps(response)
        except TypeError:  # where no listener spoke, the SDK gives the session attributes back
            raise Refused(Rule.ENVELOPE, "nested too deeply") from None
