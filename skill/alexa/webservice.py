"""The skill behind HTTP, by the handler of `ask-sdk-webservice-support`.

When that package is imported, it imports a chain verifier (certvalidator, and oscrypto through it),
which does not load on OpenSSL 3.0.10 and later: its pattern for versions knows one-digit patches
only (wbond/oscrypto 75 and 78; no release since). Its setting `oscrypto.use_openssl` changes the
library and not the pattern. So two empty modules stand in for certvalidator while the package is
imported; neither certvalidator nor oscrypto is loaded, and no module of theirs is changed. It is
done on every machine, also where certvalidator would load, so that all machines behave the same.

The cost: the package's `RequestVerifier` cannot check a chain in this process, so it refuses every
chain; `skill.alexa.verification` does its work. A thread that imports certvalidator for itself in
those milliseconds would get the empty module: import this module at start, before others run.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import orjson
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill

from skill.alexa import envelope
from skill.alexa.envelope import EnvelopeError
from skill.alexa.refusal import Refused, Rule
from skill.alexa.response_json import to_json
from skill.alexa.verification import Verify


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
    from ask_sdk_webservice_support.webservice_handler import WebserviceSkillHandler


class EnvelopeSerializer(DefaultSerializer):
    """Reads request envelopes that are parsed already, and writes response envelopes."""

    def serialize(self, obj: object) -> Any:  # noqa: ANN401 - the SDK's interface
        """Make of *obj* what JSON can hold."""
        return to_json(obj)

    def deserialize(self, payload: object, obj_type: object) -> Any:  # noqa: ANN401, ARG002 - the same
        """Make the models of *payload*, which is parsed JSON; `Refused` where it is no request."""
        try:
            return envelope.read(payload)
        except EnvelopeError as error:
            raise Refused(Rule.ENVELOPE, str(error)) from None


class VerifiedSkill:
    """A skill behind HTTP: *verify* checks the raw bytes first, then the package's handler runs.

    The handler makes models, dispatches and serializes. Its own verifiers are off: they would run
    after that, and `skill.alexa.verification` takes their place. Build one for each skill, as the
    handler adds its name to the skill's user agent. Threads may share it.
    """

    def __init__(self, skill: CustomSkill, verify: Verify) -> None:
        self._verify = verify
        skill.serializer = EnvelopeSerializer()
        self._handler = WebserviceSkillHandler(
            skill, verify_signature=False, verify_timestamp=False
        )

    def answer(self, headers: Mapping[str, str], body: bytes) -> bytes:
        """Give the response as JSON; raise `Refused`, which means 400, or a fault of the skill."""
        parsed: Any = self._verify(headers, body)
        response = self._handler.verify_request_and_dispatch({}, parsed)
        try:
            return orjson.dumps(response)
        except TypeError:
            # Where there was no turn, the SDK gives back the session attributes as they came.
            raise Refused(Rule.ENVELOPE, "nested too deeply") from None
