"""The one place that imports `ask-sdk-webservice-support`, and what of it answers requests.

The package imports a chain verifier at once (certvalidator, and through it oscrypto), which does
not load on OpenSSL 3.0.10 and later: its pattern for versions knows one-digit patches only
(wbond/oscrypto 75 and 78; no release since). Its own door, `oscrypto.use_openssl`, changes the
library and not the pattern. So, while the package is imported and no longer, two empty modules
stand where certvalidator would be found; neither it nor oscrypto is loaded, and no module of
anyone's is changed. That is done alike on machines where certvalidator would load, so that all
behave alike.

The cost: the package's `RequestVerifier` cannot check a chain in this process, so it refuses all
of them; `skill.verification` does its work. And a thread that imports certvalidator for itself
in those milliseconds would get the empty module: import this one at start, before others run.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import ModuleType
from typing import Any, Final

from ask_sdk_core.skill import CustomSkill
from ask_sdk_model import Context, Request, RequestEnvelope, User
from ask_sdk_model.interfaces.system import SystemState

from skill.handlers import WANTED
from skill.serializer import PlannedSerializer
from skill.verification import Refused, Rule, Verify


def _no_chain_verifier(*_: object) -> None:
    raise NotImplementedError("certvalidator is not loaded here: skill.verification is used")


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


PYTHONS_OWN: Final = re.compile(r'"(?:_|\\u005f){2}', re.IGNORECASE)
"""The beginning of a key such as `__dict__`, however JSON spells it; Alexa has none."""


JSON: Final = json.JSONEncoder(allow_nan=False)


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
    """Refuses an envelope that cannot be read, for whatever reason.

    The SDK sets each key that it does not know as an attribute: one named `__dict__` would take
    the place of all others.
    """

    def deserialize(self, payload: str | bytes | None, obj_type: object) -> Any:  # noqa: ANN401 - of obj_type
        """Do as the SDK, or raise `Refused`; its texts quote the body, hence `from None`."""
        if isinstance(payload, str) and _names_pythons_own(payload):
            raise Refused(Rule.ENVELOPE, "a name that Python keeps for itself")
        try:
            return super().deserialize(payload, obj_type)
        except Exception:
            if obj_type is not RequestEnvelope:
                raise
            raise Refused(Rule.ENVELOPE, "not of the shape of an Alexa request") from None


def _names_pythons_own(payload: str) -> bool:
    """Most requests hold no two underscores in a row: for those, the pattern need not be tried."""
    return ("__" in payload or "\\u005" in payload) and bool(PYTHONS_OWN.search(payload))


class VerifiedSkill:
    """A skill behind HTTP: *verify* first, on the raw bytes; then the package's handler.

    The handler parses, dispatches and serializes; its own verifiers are off, as they come after
    the parsing and are what `skill.verification` replaces. Build it once a skill: the handler
    writes its name into the skill's user agent. Safe to share by threads.
    """

    def __init__(self, skill: CustomSkill, verify: Verify) -> None:
        self._verify = verify
        skill.serializer = Envelopes(WANTED)
        self._handler = WebserviceSkillHandler(
            skill, verify_signature=False, verify_timestamp=False, verifiers=[WellFormed()]
        )

    def answer(self, headers: Mapping[str, str], body: bytes) -> str:
        """Give the response as JSON. `Refused` is for a 400; any other exception is a fault."""
        self._verify(headers, body)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise Refused(Rule.ENVELOPE, "not UTF-8") from None
        response = self._handler.verify_request_and_dispatch(dict(headers), text)
        # Where no listener spoke, the SDK gives the session attributes back unread.
        try:
            return JSON.encode(response)
        except ValueError:  # 1e999
            raise Refused(Rule.ENVELOPE, "a number that JSON cannot hold") from None
